"""The pages of figures: what they say, how they are asked, what is renewed, and what others embed."""

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import html5lib
import pytest
from django.urls import reverse

from archive.ingest.statistics.importing import import_figures
from archive.ingest.statistics.mapping import TableMapping
from archive.models import Dataset, Measure, Observation, Region
from tests.archive.views.html import Page, text, with_class
from tests.factories import ArticleFactory, DatasetFactory, MeasureFactory, RegionFactory
from tests.factories.statistics import FIRST_DAY, figures, small_dataset

pytestmark = pytest.mark.django_db

PAGE = "/statistics/valley-fever/"
LIVE = f"{PAGE}live"


@pytest.fixture
def dataset() -> Dataset:
    return small_dataset()


def rows(page: Page, css_class: str) -> list[list[str]]:
    (table,) = with_class(page.root, css_class)
    return [[text(cell) for cell in row] for row in table.iter("tr")]


def headline(page: Page) -> list[str]:
    (found,) = with_class(page.root, "headlines")
    return [text(one) for one in found]


def paths(page: Page) -> list[str]:
    (plot,) = with_class(page.root, "lines-plot")
    return [line.get("d") for line in with_class(plot, "lines-line")]


# --- What is said ---


def test_headlines_tell_the_last_figures_and_how_they_changed(see, dataset):
    assert headline(see(PAGE)) == [
        "الإصابات المؤكدة ٢٤ لا تغيّر عن اليوم السابق ٥ أيار (مايو) ٢٠٢٠",
        "الوفيات ٢ زيادة ١ عن اليوم السابق ٥ أيار (مايو) ٢٠٢٠ أبلغ عنه ١ من ٢",
    ]


def test_a_region_alone_has_its_own_headlines_and_a_fall_of_a_total_is_a_correction(see, dataset):
    confirmed, _deaths = headline(see(PAGE, {"region": "LB"}))
    assert confirmed == "الإصابات المؤكدة ١٨ تصحيح بإنقاص ٢ عن اليوم السابق ٥ أيار (مايو) ٢٠٢٠"


def test_the_table_beside_the_lines_says_what_was_not_reported_and_what_was_corrected(see, dataset):
    assert rows(see(PAGE, {"region": ["LB", "SY"]}), "figures-rows") == [
        ["التاريخ", "لبنان", "سوريا"],
        ["٥ أيار (مايو) ٢٠٢٠", "١٨ تصحيح", "٦"],
        ["٤ أيار (مايو) ٢٠٢٠", "٢٠", "٤"],
        ["٣ أيار (مايو) ٢٠٢٠", "لم يُبلَّغ", "٣"],
        ["٢ أيار (مايو) ٢٠٢٠", "١٤", "٢"],
        ["١ أيار (مايو) ٢٠٢٠", "١٠", "١"],
    ]


def test_days_are_steps_of_totals_and_a_step_over_silence_says_so(see, dataset):
    Observation.objects.filter(region__code="LB", measure__slug="confirmed", value=18).update(
        note="حُذفت حالتان مكرّرتان"
    )
    page = see(PAGE, {"region": "LB", "show": "daily"})
    assert rows(page, "figures-rows")[1:] == [
        ["٥ أيار (مايو) ٢٠٢٠", "−٢ تصحيح حُذفت حالتان مكرّرتان"],
        ["٤ أيار (مايو) ٢٠٢٠", "٦ عن يومين"],
        ["٣ أيار (مايو) ٢٠٢٠", "لم يُبلَّغ"],
        ["٢ أيار (مايو) ٢٠٢٠", "٤"],
    ]


def test_lines_break_where_nothing_was_reported_and_corrections_are_marked(see, dataset):
    page = see(PAGE, {"region": ["LB", "SY"]})
    lebanon, syria = paths(page)
    assert (lebanon.count("M"), lebanon.count("L"), syria.count("M"), syria.count("L")) == (2, 2, 1, 4)
    assert [mark.get("d").count("h0") for mark in with_class(page.root, "lines-mark")] == [1, 1]
    assert with_class(page.root, "lines-gap") == []
    label = with_class(page.root, "lines-plot")[0].get("aria-label").replace("\u00a0", " ")
    assert "لبنان: ١٨ في ٥ أيار (مايو) ٢٠٢٠؛ وأعلاها ٢٠ في ٤ أيار (مايو) ٢٠٢٠" in label


def test_a_day_on_which_nobody_reported_is_a_gap(see, dataset):
    page = see(PAGE, {"region": "LB"})
    assert len(with_class(page.root, "lines-gap")) == 1


def test_regions_are_sorted_by_their_figures_and_the_unknown_come_last(see, dataset):
    def names(sort):
        return [row[0].split()[0] for row in rows(see(PAGE, {"sort": sort}), "figures-regions")[1:]]

    assert names("-value") == ["لبنان", "سوريا"]
    assert names("value") == ["سوريا", "لبنان"]
    assert names("name") == ["سوريا", "لبنان"]
    assert names("million") == ["لبنان", "سوريا"]
    heads = with_class(see(PAGE, {"sort": "value"}).root, "figures-regions")[0].iter("th")
    assert [head.get("aria-sort") for head in heads if head.get("scope") == "col"] == [
        None,
        "ascending",
        None,
        None,
        None,
    ]


def test_a_head_turns_the_order_round(see, dataset):
    links = {text(link): link.get("href") for link in see(PAGE).all("thead//a")}
    assert links["الإصابات المؤكدة"] == f"{PAGE}?sort=value#regions"
    assert links["البلد"] == f"{PAGE}?sort=name#regions"
    assert links["لكل مليون نسمة"] == f"{PAGE}?sort=-million#regions"


def test_regions_that_never_reported_say_so(see, dataset):
    page = see(PAGE, {"measure": "deaths"})
    assert ["سوريا قارن سوريا", "لم يُبلَّغ", "—", "—", "—"] in rows(page, "figures-regions")
    assert "السويد" not in page.html


def test_shares_of_a_million_and_a_logarithmic_scale(see, dataset):
    page = see(PAGE, {"region": "LB", "per": "million", "scale": "log"})
    assert rows(page, "figures-rows")[1] == ["٥ أيار (مايو) ٢٠٢٠", "٣٫٦ تصحيح"]
    (scale,) = with_class(page.root, "lines-scale")
    assert [text(tick) for tick in scale] == ["١٠", "١"]
    nobody_counted = see(PAGE, {"region": ["LB", "SY"], "per": "million"})
    assert "عدد السكان غير معروف هنا: سوريا" in text(nobody_counted.main)
    assert rows(nobody_counted, "figures-rows")[1][2] == "٦"


def test_levels_are_shown_by_region_and_never_added(see):
    dams = MeasureFactory(
        dataset=DatasetFactory(slug="dams", name="السدود"), slug="filling", name="الامتلاء", kind="level", unit="٪"
    )
    figures(dams, RegionFactory(), [58, 54.5])
    page = see("/statistics/dams/")
    assert with_class(page.root, "headlines")
    assert rows(page, "figures-rows")[1] == ["٢ أيار (مايو) ٢٠٢٠", "٥٤٫٥"]
    assert "لكل مليون نسمة" not in page.html


def test_a_long_time_is_a_table_of_weeks_or_months_that_lead_to_their_days(see):
    measure = MeasureFactory()
    figures(measure, RegionFactory(), list(range(100)))
    weeks = rows(see(PAGE, {"show": "daily"}), "figures-rows")
    assert len(weeks) == 16
    assert weeks[-1][1] == "٧"
    assert see(PAGE).hrefs("tbody/tr/th/a")[0].endswith("?from=2020-08-07&to=2020-08-08")
    figures(measure, RegionFactory(), list(range(100, 800)), first=FIRST_DAY + timedelta(days=100))
    months = rows(see(PAGE), "figures-rows")
    assert (months[-1], months[-2]) == (["أيار (مايو) ٢٠٢٠", "٣٠"], ["حزيران (يونيو) ٢٠٢٠", "٦٠"])


def test_a_period_ends_what_is_told(see, dataset):
    page = see(PAGE, {"from": "2020-05-02", "to": "2020-05-04"})
    assert headline(page)[0].startswith("الإصابات المؤكدة ٢٤ زيادة ٧ عن اليوم السابق ٤ أيار")
    assert [row[0] for row in rows(page, "figures-rows")[1:]] == [f"{day} أيار (مايو) ٢٠٢٠" for day in "٤٣٢"]
    assert "لا أرقام" in text(see(PAGE, {"from": "2021"}).main)


def test_articles_of_the_time_shown_stand_beside(see, dataset):
    Dataset.objects.update(query="الحمّى")
    ArticleFactory(title="الحمّى تنتشر", published_at=datetime(2020, 5, 2, 12, tzinfo=UTC))
    ArticleFactory(title="الحمّى قبل عام", published_at=datetime(2019, 5, 2, 12, tzinfo=UTC))
    ArticleFactory(title="خبر آخر", published_at=datetime(2020, 5, 2, 12, tzinfo=UTC))
    assert [text(title) for title in with_class(see(PAGE).main, "ledger-title")] == ["الحمّى تنتشر"]
    assert with_class(see(PAGE, {"to": "2020-05-01"}).main, "ledger-title") == []


# --- How it is asked ---


def test_every_state_is_in_the_address_and_kept_by_its_links(see, dataset):
    state = {
        "measure": "deaths",
        "region": "LB",
        "show": "daily",
        "per": "million",
        "scale": "log",
        "from": "2020-05-02",
    }
    page = see(PAGE, state)
    hidden = {element.get("name"): element.get("value") for element in page.all("form/input") if element.get("name")}
    assert {name: hidden[name] for name in state if name != "from"} == {
        name: value for name, value in state.items() if name != "from"
    }
    (total,) = [link for link in page.all("main//nav/a") if link.text == "المجموع"]
    assert total.get("href") == f"{PAGE}?measure=deaths&region=LB&per=million&scale=log&from=2020-05-02"
    chosen = [text(link) for link in page.all("main//*[@aria-current='true']")]
    assert chosen == ["الوفيات", "يوميًّا", "لكل مليون نسمة", "لوغاريتمي"]


def test_a_region_is_added_and_taken_away(see, dataset):
    page = see(PAGE, {"region": "LB", "add": "sy"})
    assert [text(one) for one in with_class(page.main, "lines-key")[0]] == ["لبنان إزالة لبنان", "سوريا إزالة سوريا"]
    assert [link.get("href") for link in with_class(page.main, "lines-remove")] == [
        f"{PAGE}?region=SY",
        f"{PAGE}?region=LB",
    ]
    assert [option.get("value") for option in page.all("main//select/option")] == []


def test_what_cannot_be_used_is_said_beside_the_figures(see, dataset):
    page = see(PAGE, {"measure": "moons", "region": ["LB", "XX"], "from": "soon", "sort": "colour"})
    (notice,) = with_class(page.main, "notice-warning")
    assert [text(item) for item in notice.iter("li")] == [
        "لا مقياس بهذا الاسم هنا.",
        "لا يمكن ترتيب الجدول بهذا.",
        "بداية المدة ليست تاريخًا: اكتبها هكذا: \u20662017-12-21\u2069 أو \u20662017-12\u2069 أو 2017.",
        "لا بلد بهذا الرمز بين هذه الأرقام.",
    ]
    assert headline(page)


def test_more_regions_than_can_be_told_apart_are_refused(see, dataset):
    measure = dataset.measures.first()
    codes = [f"X{number}" for number in range(7)]
    for code in codes:
        figures(measure, RegionFactory(code=code, name=code), [1])
    page = see(PAGE, {"region": codes})
    assert len(paths(page)) == 6
    assert "تُقارَن ٦ بلدان على الأكثر." in text(page.main)


@pytest.mark.parametrize("path", ["", "live", "embed/", "readings.json", "figures.csv", "figures.json"])
def test_a_hidden_dataset_is_nowhere(client, dataset, path):
    Dataset.objects.update(visible=False)
    assert client.get(PAGE + path).status_code == 404
    assert client.get("/statistics/none/" + path).status_code == 404
    assert "حمّى الوادي" not in client.get("/statistics/").content.decode()


def test_a_dataset_without_figures_says_so(see):
    MeasureFactory()
    assert "لا أرقام بعد" in text(see(PAGE).main)
    Measure.objects.all().delete()
    assert "لا أرقام بعد" in text(see(PAGE).main)


def test_invented_figures_are_called_so(see, dataset):
    Dataset.objects.update(is_demo=True)
    for path in ("", "embed/"):
        assert "أرقام للعرض" in text(see(PAGE + path).root)


def test_the_index_lists_datasets_with_their_last_figures(see, dataset):
    page = see("/statistics/")
    assert "/statistics/valley-fever/" in page.hrefs("main//a")
    assert headline(page)[0].startswith("الإصابات المؤكدة ٢٤")
    assert "/statistics/" in page.hrefs("header//a")


def test_machines_read_a_dataset(see, dataset):
    Dataset.objects.update(source_name="وزارة الصحة", licence_url="https://example.org/licence")
    blocks = [
        json.loads(script.text) for script in see(PAGE).all("script") if script.get("type") == "application/ld+json"
    ]
    (described,) = [block for block in blocks if block["@type"] == "Dataset"]
    assert (described["name"], described["license"]) == ("حمّى الوادي", "https://example.org/licence")
    assert [one["alternateName"] for one in described["variableMeasured"]] == ["confirmed", "deaths"]
    assert [one["contentUrl"] for one in described["distribution"]] == [
        f"http://testserver{PAGE}figures.csv",
        f"http://testserver{PAGE}figures.json",
    ]


# --- What is renewed ---


def test_an_open_page_asks_for_its_own_figures(see, dataset):
    live = see(PAGE, {"region": "LB"}).one("main//*[@data-live]")
    assert live.get("data-live") == f"{LIVE}?region=LB"
    assert live.get("data-live-seconds") == "10"


def test_nothing_new_is_answered_304_after_one_query_and_a_change_with_the_new_parts(
    client, see, dataset, django_assert_num_queries
):
    version = see(PAGE).one("main//*[@data-live]").get("data-live-version")
    with django_assert_num_queries(1):  # Whether any figures have changed.
        same = client.get(LIVE, headers={"If-None-Match": f'"{version}"'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", f'"{version}"')

    Observation.objects.filter(region__code="SY", value=6).update(value=9)
    new = client.get(LIVE, headers={"If-None-Match": f'"{version}"'})
    assert (new.status_code, new["ETag"] != f'"{version}"') == (200, True)
    parts = [part.get("data-live-part") for part in Page(new).all("*[@data-live-part]")]
    assert parts == ["heading", "status", "headlines", "lines", "regions"]
    assert headline(Page(new))[0].startswith("الإصابات المؤكدة ٢٧")
    assert "no-store" in new["Cache-Control"]


def test_the_version_is_of_what_a_reader_sees(client, dataset):
    tags = {client.get(LIVE, query)["ETag"] for query in ({}, {"region": "LB"})}
    client.cookies["django_language"] = "en"
    tags.add(client.get(LIVE)["ETag"])
    assert len(tags) == 3


@pytest.mark.parametrize(("model", "part"), [(Dataset, "heading"), (Measure, "headlines"), (Region, "regions")])
def test_what_is_renamed_is_new(client, dataset, model, part):
    version = client.get(LIVE)["ETag"]
    model.objects.filter(pk=model.objects.earliest("pk").pk).update(name="اسم جديد")
    new = client.get(LIVE, headers={"If-None-Match": version})
    assert new.status_code == 200
    assert "اسم جديد" in text(Page(new).one(f"*[@data-live-part='{part}']"))


def test_cookies_that_are_no_settings_make_no_other_version(client, dataset):
    def version(**cookies) -> str:
        client.cookies.clear()
        for name, value in cookies.items():
            client.cookies[name] = value
        return client.get(LIVE)["ETag"]

    plain = version()
    assert version(visitor="7", dismissed_banner="3", csrftoken="x") == plain
    assert version(prefs="digits:western") != plain


def test_what_is_hidden_meanwhile_is_not_found(client, dataset):
    version = client.get(LIVE)["ETag"]
    Dataset.objects.update(visible=False)
    assert client.get(LIVE, headers={"If-None-Match": version}).status_code == 404


def test_parts_of_the_page_are_what_is_sent_anew(see, client, dataset):
    page, live = see(PAGE), Page(client.get(LIVE))
    for part in ("heading", "status", "headlines", "lines", "regions"):
        (before,), (after,) = (one.all(f"*[@data-live-part='{part}']") for one in (page, live))
        assert text(before) == text(after)


# --- Elsewhere ---


def test_the_lines_may_stand_in_a_frame_anywhere_and_nothing_else_may(client, see, dataset):
    page = see(f"{PAGE}embed/", {"region": "LB", "show": "daily"})
    headers = page.response.headers
    assert "frame-ancestors *" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
    assert f"http://testserver{PAGE}?region=LB&show=daily" in page.hrefs()
    assert with_class(page.root, "lines-plot")
    assert with_class(page.root, "figures-regions") == []
    code = see(PAGE, {"region": "LB"}).one("main//textarea").text
    assert (
        code
        == f'<iframe src="http://testserver{PAGE}embed/?region=LB" title="حمّى الوادي" width="100%" height="760" loading="lazy"></iframe>'
    )
    assert "frame-ancestors 'none'" in client.get(PAGE)["Content-Security-Policy"]


def test_code_to_embed_is_right_whatever_the_name_and_the_address(see, dataset):
    """What is copied is HTML once more: the page that takes it gives the frame this very name and address."""
    name = 'حمّى "الوادي" <أمس> & اليوم'
    dataset.name = name
    dataset.save()
    code = see(PAGE, {"region": "LB", "show": "daily"}).one("main//textarea").text
    frame = html5lib.parseFragment(code, namespaceHTMLElements=False)[0]
    assert frame.get("title") == name
    assert frame.get("src") == f"http://testserver{PAGE}embed/?region=LB&show=daily"


def test_readings_are_the_lines_in_words(client, dataset):
    found = client.get(f"{PAGE}readings.json", {"region": "LB"}).json()
    assert found["days"][0].replace("\u00a0", " ") == "١ أيار (مايو) ٢٠٢٠"
    assert found["series"] == [{"name": "لبنان", "values": ["١٠", "١٤", None, "٢٠", "١٨"], "corrected": [4]}]


def table(response) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(StringIO(content.removeprefix("\ufeff"))))


def test_all_figures_are_a_file_that_can_be_imported_again(client, dataset):
    Observation.objects.filter(value=18).update(value=18.5, note="=HYPERLINK(1)")
    response = client.get(f"{PAGE}figures.csv")
    assert response["Content-Disposition"] == 'attachment; filename="valley-fever.csv"'
    found = table(response)
    assert found[0] == ["date", "code", "region", "measure", "value", "note"]
    assert ["2020-05-05", "LB", "لبنان", "confirmed", "18.5", "'=HYPERLINK(1)"] in found
    assert ["2020-05-03", "LB", "لبنان", "confirmed", "", ""] in found
    text_again = "\n".join(",".join(row) for row in found)
    report = import_figures(text_again.encode(), "copy", TableMapping())
    assert (report.created, report.problems) == (16, [])
    report = import_figures(text_again.encode(), "valley-fever", TableMapping())
    assert report.created == 0


def test_the_files_are_of_what_is_asked(client, dataset):
    found = table(client.get(f"{PAGE}figures.csv", {"region": "LB", "measure": "deaths", "from": "2020-05-04"}))
    assert [row[:5] for row in found[1:]] == [
        ["2020-05-04", "LB", "لبنان", "deaths", "1"],
        ["2020-05-05", "LB", "لبنان", "deaths", "2"],
    ]
    everything = json.loads(b"".join(client.get(f"{PAGE}figures.json").streaming_content))
    assert (everything["dataset"], len(everything["observations"])) == ("valley-fever", 16)
    assert everything["observations"][-1] == {
        "date": "2020-05-01", "code": "SY", "region": "سوريا", "measure": "deaths", "value": None, "note": None,
    }  # fmt: skip


# --- What it costs ---


def test_a_page_asks_as_many_questions_for_forty_regions_as_for_two(query_count, dataset):
    Dataset.objects.update(query="الحمّى")
    addresses = [PAGE, f"{PAGE}?region=LB&region=SY&show=daily", f"{PAGE}embed/", "/statistics/"]
    few = {address: query_count(address) for address in addresses}
    for number in range(40):
        region = RegionFactory(code=f"X{number}", name=f"بلد {number}")
        for measure in dataset.measures.all():
            figures(measure, region, list(range(30)))
    assert {address: query_count(address) for address in addresses} == few


def test_a_day_comes_with_its_region_over_the_summer(see):
    measure = MeasureFactory()
    figures(measure, RegionFactory(), [1, 2], first=date(2020, 12, 31))
    assert [row[0] for row in rows(see(PAGE), "figures-rows")[1:]] == [
        "١ كانون الثاني (يناير) ٢٠٢١",
        "٣١ كانون الأول (ديسمبر) ٢٠٢٠",
    ]
    assert Region.objects.count() == 1
    assert reverse("archive:statistics-detail", args=["valley-fever"]) == PAGE


def test_a_year_long_before_all_figures_makes_no_endless_page(client, dataset):
    page = client.get(f"{PAGE}?from=0001-01-01")
    assert page.status_code == 200
    assert len(page.content) < 400_000


def test_a_level_below_zero_is_shown_with_its_sign(client, dataset):
    Observation.objects.filter(measure__dataset=dataset).update(value="-2.5")
    for region in Region.objects.all():
        assert client.get(PAGE, {"region": region.code}).status_code == 200
