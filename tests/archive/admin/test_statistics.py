"""Figures in the admin: a day in boxes, one by one, their history, and where they are fetched from."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from archive.models import Dataset, DatasetFeed, Observation
from tests.archive.views.html import Page, text, with_class
from tests.factories import DatasetFeedFactory, MeasureFactory, RegionFactory
from tests.factories.statistics import FIRST_DAY, figures, small_dataset
from tests.queue import waiting_jobs

LAST_DAY = FIRST_DAY + timedelta(days=4)


@pytest.fixture
def dataset(db) -> Dataset:
    return small_dataset()


def day_page(dataset: Dataset, **asked) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return reverse("admin:archive_dataset_figures", args=[dataset.pk]) + (f"?{query}" if query else "")


def figure(region: str, day=LAST_DAY, measure: str = "confirmed") -> Observation:
    return Observation.objects.get(region__code=region, measure__slug=measure, date=day)


def box(dataset: Dataset, region: str, measure: str = "confirmed") -> str:
    return f"{dataset.measures.get(slug=measure).pk}-{figure(region, FIRST_DAY).region_id}"


def boxes(page) -> dict[str, str]:
    """The boxes of a page by their names."""
    return {name: value for name, value in sent(page).items() if not name.startswith("initial-")}


def sent(page) -> dict[str, str]:
    """What is sent back with the boxes of a page: they, and what they held when it was shown."""
    return {
        element.get("name"): element.get("value") or ""
        for element in page.root.iter("input")
        if (element.get("name") or "").removeprefix("initial-").replace("-", "").isdigit()
    }


def test_a_day_opens_with_the_last_figures_and_what_stood_before(editor, dataset):
    page = Page(editor.get(day_page(dataset)))
    assert "٥ أيار" in text(page.one("h1[bdi]"))
    assert sorted(boxes(page).values()) == ["", "18", "2", "6"]
    assert [text(one) for one in with_class(page.root, "day-figures__before")] == ["٤", "", "٢٠", "١"]
    assert {element.get("aria-label") for element in page.root.iter("input")} >= {"لبنان: الوفيات"}


def test_one_figure_is_changed_and_nothing_else_is_touched(editor, dataset):
    data = sent(Page(editor.get(day_page(dataset)))) | {box(dataset, "SY"): "١٬٢٣٤"}
    before = set(Observation.objects.exclude(pk=figure("SY").pk).values_list("pk", "value"))
    page = editor.post(day_page(dataset), data, follow=True)
    assert figure("SY").value == 1234
    assert set(Observation.objects.exclude(pk=figure("SY").pk).values_list("pk", "value")) == before
    assert [str(message) for message in page.context["messages"]] == ["حُفظ رقم واحد."]
    [event] = Observation.pgh_event_model.objects.all()
    assert (event.value, event.pgh_context.metadata["user"]) == (6, page.wsgi_request.user.pk)
    assert LogEntry.objects.get().change_message == "2020-05-05: 1"


def test_a_box_that_is_emptied_was_not_reported_and_a_new_day_is_begun(editor, dataset):
    data = sent(Page(editor.get(day_page(dataset)))) | {box(dataset, "SY"): ""}
    editor.post(day_page(dataset), data)
    assert figure("SY").value is None
    next_day = LAST_DAY + timedelta(days=1)
    empty = sent(Page(editor.get(day_page(dataset, date=next_day))))
    assert set(empty.values()) == {""}
    editor.post(day_page(dataset, date=next_day), empty | {box(dataset, "LB"): "21"})
    assert [one.value for one in Observation.objects.filter(date=next_day)] == [21]


def test_what_others_wrote_meanwhile_stays_and_so_does_the_day(editor, dataset):
    page = Page(editor.get(day_page(dataset)))
    Observation.objects.filter(pk=figure("LB").pk).update(value=19)
    Observation.objects.create(
        measure=figure("LB").measure, region=figure("LB").region, date=LAST_DAY + timedelta(days=1), value=30
    )
    (form,) = [form for form in page.root.iter("form") if (form.get("action") or "").startswith("?date=")]
    address = day_page(dataset) + form.get("action")
    editor.post(address, sent(page) | {box(dataset, "SY"): "7"})
    assert (figure("LB").value, figure("SY").value) == (19, 7)
    assert [one.value for one in Observation.objects.filter(date=LAST_DAY + timedelta(days=1))] == [30]


def test_a_total_that_falls_is_saved_and_said_to_be_a_correction(editor, dataset):
    data = sent(Page(editor.get(day_page(dataset)))) | {box(dataset, "SY"): "3"}
    page = editor.post(day_page(dataset), data, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "حُفظ رقم واحد.",
        "سوريا، الإصابات المؤكدة: أقل من الرقم الذي قبله، وهو ٤. سيراه القرّاء تصحيحًا.",
    ]


def test_what_is_no_number_is_refused_in_arabic_and_nothing_is_saved(editor, dataset):
    data = sent(Page(editor.get(day_page(dataset)))) | {box(dataset, "SY"): "كثير", box(dataset, "LB"): "19"}
    page = editor.post(day_page(dataset), data)
    assert page.status_code == 200
    assert "اكتب عددًا، أو اترك الخانة فارغة." in page.content.decode()
    assert [str(message) for message in page.context["messages"]] == ["خانة واحدة ليس فيها عدد."]
    assert (figure("SY").value, figure("LB").value) == (6, 18)


def test_a_large_dataset_is_edited_a_measure_at_a_time(editor, dataset, monkeypatch):
    monkeypatch.setattr("archive.admin.day_figures.MOST_BOXES", 3)
    page = Page(editor.get(day_page(dataset, measure="deaths")))
    assert len(boxes(page)) == 2
    assert [text(link) for link in page.all("a[@aria-current='true']")] == ["الوفيات"]


def test_who_may_not_change_figures_is_told_so(writer, dataset):
    assert writer.get(day_page(dataset)).status_code == 403


def test_figures_are_edited_in_their_list_in_either_digits(editor, dataset):
    one = figure("LB")
    address = reverse("admin:archive_observation_changelist") + f"?q=LB&measure__id__exact={one.measure_id}"
    page = editor.get(address)
    assert page.status_code == 200
    data = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "_save": "1"}
    data |= {"form-0-id": one.pk, "form-0-value": "١٩", "form-0-note": "صُحّح"}
    assert [form.instance.value for form in page.context["cl"].formset.forms] == [18, 20, None, 14, 10]
    editor.post(address, data)
    one.refresh_from_db()
    assert (one.value, one.note) == (19, "صُحّح")


def test_a_figure_shows_what_it_was_and_who_changed_it(editor, dataset):
    Observation.objects.filter(pk=figure("LB").pk).update(value=17)
    editor.post(day_page(dataset), boxes(Page(editor.get(day_page(dataset)))) | {box(dataset, "LB"): "19"})
    page = Page(editor.get(reverse("admin:archive_observation_change", args=[figure("LB").pk])))
    (versions,) = with_class(page.root, "field-shown_versions")
    assert [text(item).partition(" — ")[2] for item in versions.iter("li")] == ["editor: ١٧", "استيراد: ١٨"]


def test_a_dataset_keeps_its_measures_and_tables(editor, dataset):
    measures = dataset.measures.all()
    data = {
        "name": "حمّى الوادي", "name_latin": "", "description": "", "description_latin": "", "slug": "valley-fever",
        "source_name": "", "source_name_latin": "", "source_url": "", "licence": "", "licence_url": "",
        "visible": "on", "position": "0", "query": "",
        "measures-TOTAL_FORMS": "2", "measures-INITIAL_FORMS": "2",
        "feeds-TOTAL_FORMS": "1", "feeds-INITIAL_FORMS": "0",
        "feeds-0-url": "figures.example/table.csv", "feeds-0-mapping": "date = ", "feeds-0-interval_minutes": "60",
        "feeds-0-active": "on",
    }  # fmt: skip
    for row, measure in enumerate(measures):
        data |= {
            f"measures-{row}-{name}": getattr(measure, name) for name in ("id", "name", "slug", "kind", "position")
        }
        data |= {f"measures-{row}-dataset": dataset.pk}
    address = reverse("admin:archive_dataset_change", args=[dataset.pk])
    refused = editor.post(address, data)
    assert "هذا ليس TOML" in refused.content.decode()
    editor.post(address, data | {"feeds-0-mapping": 'measure = "deaths"'})
    feed = DatasetFeed.objects.get()
    assert (feed.url, feed.mapping) == ("https://figures.example/table.csv", 'measure = "deaths"')
    DatasetFeed.objects.update(etag='"one"', digest="d" * 64)
    data |= {"feeds-INITIAL_FORMS": "1", "feeds-0-id": feed.pk, "feeds-0-dataset": dataset.pk, "feeds-0-mapping": ""}
    editor.post(address, data)
    feed.refresh_from_db()
    assert (feed.etag, feed.digest) == ("", "")


def test_tables_are_fetched_when_asked(editor, dataset):
    feed = DatasetFeedFactory(dataset=dataset)
    DatasetFeedFactory(dataset=dataset, url="https://figures.example/off.csv", active=False)
    data = {"action": "fetch_now", "_selected_action": [dataset.pk]}
    editor.post(reverse("admin:archive_dataset_changelist"), data)
    assert ("figures", {"feed_id": feed.pk}) in waiting_jobs()


def test_a_figure_of_one_day_is_there_once(editor, dataset):
    one = figure("LB")
    data = {"measure": one.measure_id, "region": one.region_id, "date": "2020-05-05", "value": "1", "note": ""}
    page = editor.post(reverse("admin:archive_observation_add"), data)
    assert "لهذا المقياس رقم في هذا البلد وهذا اليوم من قبل." in page.content.decode()


def test_lists_are_in_the_digits_of_the_interface(editor, dataset):
    for name in ("dataset", "region", "observation"):
        assert editor.get(reverse(f"admin:archive_{name}_changelist")).status_code == 200
    page = editor.get(reverse("admin:archive_region_changelist")).content.decode()
    assert "٥٬٠٠٠٬٠٠٠" in page
    assert editor.get(reverse("admin:archive_observation_add")).status_code == 200
    assert editor.get(reverse("admin:archive_dataset_add")).status_code == 200


def test_an_empty_dataset_says_what_to_do(editor):
    measure = MeasureFactory()
    assert "استورد منها" in editor.get(day_page(measure.dataset)).content.decode()
    figures(measure, RegionFactory(), [1])
    assert "استورد منها" not in editor.get(day_page(measure.dataset)).content.decode()
