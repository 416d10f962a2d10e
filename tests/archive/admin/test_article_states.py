"""An article on its way: from a writer's draft to readers, and out of their sight again."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from archive.admin.article_form import ArticleForm
from archive.models import Article
from tests.archive.admin.test_article import ADD, change
from tests.archive.admin.test_article_actions import messages_of
from tests.archive.views.html import Page, with_class
from tests.factories import ArticleFactory, MentionFactory, SectionFactory


def way(article: Article, target: str) -> str:
    return reverse("admin:archive_article_state", args=[article.pk, target])


def status_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).status


def buttons(response) -> list[str]:
    return [str(button["target"]) for button in response.context.get("state_buttons") or []]


def test_a_writer_sends_a_draft_to_review_and_an_editor_publishes_it(writer, editor, article_data):
    writer.post(ADD, article_data(_state="review"))
    article = Article.objects.get()
    assert article.status == "review"
    assert writer.get(change(article)).context["has_change_permission"] is False

    editor.post(change(article), article_data(_state="published", note="راجعته هالة"))
    article.refresh_from_db()
    assert article.status == "published"
    [version, *_earlier] = editor.get(reverse("admin:archive_article_versions", args=[article.pk])).context[
        "versions"
    ]
    assert (version.user, version.note, version.how) == ("editor", "راجعته هالة", "في الاستمارة")


def test_a_writer_takes_an_article_back_from_review(writer):
    article = ArticleFactory(status="review")
    assert [str(one["target"]) for one in writer.get(change(article)).context["state_ways"]] == ["draft"]
    response = writer.post(way(article, "draft"), {"note": "نسيت اسم الوزير"}, follow=True)

    assert messages_of(response) == ["عاد الخبر مسودة."]
    assert status_of(article) == "draft"
    assert LogEntry.objects.get().get_change_message() == "تم تغيير الحالة."


@pytest.mark.parametrize("target", ["published", "scheduled", "withdrawn"])
def test_a_writer_goes_no_further_by_any_way(writer, article_data, target):
    article = ArticleFactory(draft=True)
    assert buttons(writer.get(change(article))) == ["review"]
    writer.post(change(article), article_data(_state=target))
    assert writer.post(way(article, target), {"withdrawal_notice": "سبب"}).status_code == 403

    assert status_of(article) == "draft"


def test_a_button_publishes_at_the_time_of_the_form(editor, article_data):
    tomorrow = timezone.localtime() + timedelta(days=1)
    date = {"published_at_0": f"{tomorrow:%Y-%m-%d}", "published_at_1": "08:30"}
    editor.post(ADD, article_data(_state="published", **date))

    assert Article.objects.get().status == "scheduled"


def test_buttons_and_choices_are_those_of_the_state(editor):
    shown = {}
    for status in ("draft", "review", "published", "withdrawn"):
        response = editor.get(change(ArticleFactory(status=status)))
        choices = [code for code, _label in response.context["adminform"].form.fields["status"].choices]
        shown[status] = (buttons(response), choices)

    assert shown == {
        "draft": (["review", "published"], ["draft", "review", "scheduled", "published"]),
        "review": (["draft", "published"], ["draft", "review", "scheduled", "published"]),
        "published": ([], ["scheduled", "published", "withdrawn"]),
        "withdrawn": (["published"], ["scheduled", "published", "withdrawn"]),
    }


def test_what_has_no_text_is_not_published_by_its_page(editor):
    article = ArticleFactory(status="review", body="", summary="")
    response = editor.post(way(article, "published"), {})

    assert response.context["form"].non_field_errors() == ["بقي الخبر على حاله: لا نص له."]
    assert status_of(article) == "review"


def test_withdrawing_takes_a_notice_that_readers_are_shown(client, editor):
    article = ArticleFactory()
    response = editor.post(way(article, "withdrawn"), {"note": ""})
    assert (response.context["form"].errors.keys(), status_of(article)) == ({"withdrawal_notice"}, "published")

    editor.post(way(article, "withdrawn"), {"withdrawal_notice": "سُحب لأن الصورة ليست لصاحب الخبر."})
    page = client.get(article.get_absolute_url())
    assert page.status_code == 410
    assert "سُحب لأن الصورة ليست لصاحب الخبر." in page.content.decode()
    assert article.title not in page.content.decode()


def yesterday() -> dict[str, str]:
    return {"published_at_0": f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"}


def test_archivists_complete_what_is_published_and_decide_nothing(archivist, article_data):
    article, section = ArticleFactory(section=None), SectionFactory()
    before = (article.title, article.body, article.source_id)
    data = article_data(section=section.pk, status="withdrawn", importance="2", **yesterday())
    archivist.post(change(article), data)
    article.refresh_from_db()

    assert (article.section, article.status, article.importance) == (section, "published", 0)
    assert (article.title, article.body, article.source_id) == before
    assert timezone.localdate(article.published_at) == timezone.localdate() - timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "boxes"),
    [
        ({}, ["section", "authors", "date_precision", "published_at"]),
        ({"status": "scheduled", "published_at": "2099-01-01T00:00Z"}, ["section", "authors"]),
        ({"published_at": "2099-01-01T00:00Z"}, ["section", "authors"]),
    ],
)
def test_archivists_have_boxes_for_what_they_complete_and_read_the_rest(archivist, values, boxes):
    article = ArticleFactory(body="<p>نص <strong>بيّن</strong></p>", **values)
    MentionFactory(article=article, start=0, end=2)
    page = archivist.get(change(article))
    form = page.context["adminform"].form
    text = page.content.decode()

    assert [name for name in form.fields if name in ArticleForm.Meta.fields] == boxes
    assert "<p>نص <strong>بيّن</strong></p>" in text
    assert "data-look" not in text
    assert page.context["has_change_permission"] is True
    assert "mentions-0-confirmed" in text


def test_archivists_write_drafts_whole(archivist, article_data):
    draft = ArticleFactory(draft=True)
    archivist.post(change(draft), article_data(title="عنوان أدق"))
    draft.refresh_from_db()

    assert draft.title == "عنوان أدق"


@pytest.mark.parametrize("day", ["2017-12-21", "2098-01-01"])
def test_archivists_do_not_date_what_is_scheduled(archivist, article_data, day):
    article = ArticleFactory(status="scheduled", published_at="2099-01-01T00:00Z")
    archivist.post(change(article), article_data(published_at_0=day))
    article.refresh_from_db()

    assert (article.status, article.published_at.year) == ("scheduled", 2099)


def test_what_archivists_complete_keeps_to_its_embargo(archivist, article_data):
    article = ArticleFactory(embargo_until="2017-12-01T00:00Z")
    response = archivist.post(change(article), article_data(published_at_0="2017-11-01"))

    assert "published_at" in response.context["adminform"].form.errors


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_no_form_withdraws_without_a_notice_nor_takes_it_away(editor, article_data, status):
    article = ArticleFactory(status=status, withdrawal_notice="سُحب لخطأ.")
    response = editor.post(change(article), article_data(status="withdrawn", withdrawal_notice=" "))
    assert list(response.context["adminform"].form.errors) == ["withdrawal_notice"]
    assert not any(one.is_collapsible for one in response.context["adminform"] if "withdrawal_notice" in one.fields)

    response = editor.post(change(article), article_data(status="withdrawn", withdrawal_notice="سُحب لخطأ آخر."))
    assert (response.status_code, status_of(article)) == (302, "withdrawn")


def test_who_has_no_box_for_the_notice_is_not_kept_from_the_rest(archivist, article_data):
    article, section = ArticleFactory(status="withdrawn"), SectionFactory()

    assert archivist.post(change(article), article_data(section=section.pk)).status_code == 302


@pytest.mark.parametrize(
    ("date", "message"),
    [
        (
            {"published_at": None, "date_precision": "unknown"},
            "بقي الخبر على حاله: لا تاريخ له، فاكتب موعد نشره.",
        ),
        ({"published_at": "2017-12-21T08:30Z"}, "بقي الخبر على حاله: مضى تاريخه، فانشره أو غيّر تاريخه."),
    ],
)
def test_nothing_is_scheduled_for_no_time_or_a_time_past(editor, date, message):
    article = ArticleFactory(draft=True, **date)
    response = editor.post(way(article, "scheduled"), {})

    assert response.context["form"].non_field_errors() == [message]
    assert status_of(article) == "draft"


def test_what_is_scheduled_is_not_emptied(editor, article_data):
    article = ArticleFactory(status="scheduled", published_at="2099-01-01T00:00Z")
    date = {"published_at_0": "2099-01-01", "status": "scheduled"}
    response = editor.post(change(article), article_data(body="<p>…</p>", summary="", **date))

    assert list(response.context["adminform"].form.errors) == ["body"]


def test_archivists_do_not_date_an_article_out_of_its_readers_sight(archivist, article_data):
    article = ArticleFactory()
    response = archivist.post(change(article), article_data(published_at_0="2099-01-01"))

    assert "published_at" in response.context["adminform"].form.errors
    assert Article.objects.published().exists()


@pytest.fixture
def embargoed(db):
    return ArticleFactory(draft=True, embargo_until=timezone.now() + timedelta(days=2))


def test_nothing_comes_out_before_its_embargo(editor, embargoed, article_data):
    end = timezone.localtime(embargoed.embargo_until)
    kept = {"embargo_until_0": f"{end:%Y-%m-%d}", "embargo_until_1": f"{end:%H:%M:%S}"}
    response = editor.post(change(embargoed), article_data(_state="published", **kept))
    assert "published_at" in response.context["adminform"].form.errors

    later = end + timedelta(hours=1)
    date = {"published_at_0": f"{later:%Y-%m-%d}", "published_at_1": f"{later:%H:%M}"}
    editor.post(change(embargoed), article_data(_state="published", **kept, **date))
    assert status_of(embargoed) == "scheduled"


def test_only_chiefs_lift_an_embargo(editor, chief, embargoed, article_data):
    response = editor.post(change(embargoed), article_data(embargo_until_0="", embargo_until_1=""))
    assert "embargo_until" in response.context["adminform"].form.errors
    chief.post(change(embargoed), article_data(embargo_until_0="", embargo_until_1="", _state="published"))

    assert status_of(embargoed) == "published"


def test_corrected_articles_are_a_list(editor):
    article = ArticleFactory()
    article.corrections.create(text="الجولة هي الثامنة.")
    ArticleFactory()
    listed = editor.get(reverse("admin:archive_article_changelist"), {"state": "corrected"}).context["cl"].result_list

    assert list(listed) == [article]


def test_versions_are_compared_beside_each_other(editor):
    article = ArticleFactory(body="<p>رست السفينة في الميناء أمس.</p>")
    Article.objects.filter(pk=article.pk).update(body="<p>رست السفينة في الميناء اليوم.</p>")
    response = editor.get(reverse("admin:archive_article_comparison", args=[article.pk]))
    [body] = [text for text in response.context["texts"] if text.is_changed]

    assert body.rows == [
        (
            [("same", "رست السفينة في الميناء"), ("gone", "أمس.")],
            [("same", "رست السفينة في الميناء"), ("new", "اليوم.")],
        )
    ]
    assert with_class(Page(response).root, "comparison__text")
