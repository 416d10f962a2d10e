"""Changes of many in the admin: seen before, undone after."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from archive.admin import article_actions
from archive.models import Article, BulkChange
from tests.archive.admin.test_article_actions import LIST, act, chosen, messages_of, said
from tests.factories import ArticleFactory, EntityFactory, SectionFactory

BULK = reverse("admin:archive_article_bulk")


def test_what_would_change_is_shown_first_and_nothing_is_done(editor):
    draft, textless = ArticleFactory(draft=True), ArticleFactory(draft=True, body="", summary="")
    page = editor.post(LIST, {"action": "publish", "_selected_action": [draft.pk, textless.pk]})
    shown = [([a.pk for a in group["articles"]], str(group["label"])) for group in page.context["groups"]]

    assert shown == [([draft.pk], "منشور"), ([textless.pk], "لا نص له")]
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}


def test_a_change_is_undone_from_its_page(editor):
    drafts = ArticleFactory.create_batch(2, draft=True)
    response = act(editor, "send_to_review", drafts)
    change = BulkChange.objects.get()
    page = reverse("admin:archive_bulkchange_change", args=[change.pk])
    assert page in messages_of(response)[0]
    assert set(editor.get(page).context["page"]) == set(drafts)

    undone = editor.post(reverse("admin:archive_bulkchange_undo", args=[change.pk]), follow=True)
    assert messages_of(undone) == ["عاد خبران إلى ما كانا عليه."]
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}
    assert editor.get(page).context["may_undo"] is False
    change.refresh_from_db()
    assert change.undone_by.username == "editor"
    entry = LogEntry.objects.get(object_id=change.pk, content_type__model="bulkchange")
    assert (entry.user.username, entry.get_change_message()) == ("editor", "تم تغيير وقت التراجع.")
    assert editor.post(reverse("admin:archive_bulkchange_undo", args=[change.pk])).status_code == 403


def test_what_is_not_taken_back_is_said_with_its_reason(editor):
    act(editor, "publish", [ArticleFactory(draft=True)])
    published = BulkChange.objects.get()
    undone = editor.post(reverse("admin:archive_bulkchange_undo", args=[published.pk]), follow=True)
    assert messages_of(undone) == ["تُرك خبر واحد: رآه القرّاء. يمكن سحبه مع إشعار."]

    act(editor, "withdraw", Article.objects.all())
    withdrawn = BulkChange.objects.exclude(pk=published.pk).get()
    Article.objects.update(embargo_until="2098-01-01T00:00Z")
    undone = editor.post(reverse("admin:archive_bulkchange_undo", args=[withdrawn.pk]), follow=True)
    assert messages_of(undone) == ["تُرك خبر واحد: لا يسمح حظره أو تاريخه أو نصه أو قسمه بأن يعود كما كان."]


def test_a_section_is_asked_for_then_shown_then_set(editor):
    section = SectionFactory(name="اقتصاد")
    articles = ArticleFactory.create_batch(2)
    page = editor.post(LIST, {"action": "set_section", "_selected_action": [one.pk for one in articles]})
    assert (page.context["groups"], page.context["may_confirm"]) == ([], False)
    data = chosen(page) | {"section": section.pk}
    assert editor.post(BULK, data).context["groups"][0]["label"] == "اقتصاد"
    assert not Article.objects.filter(section=section).exists()
    editor.post(BULK, data | {"confirmed": "1"})

    assert Article.objects.filter(section=section).count() == 2


def test_a_name_is_added_to_many(editor):
    entity = EntityFactory(name="رفيق الحريري")
    articles = ArticleFactory.create_batch(3)
    response = act(editor, "add_entity", articles, entity=entity.pk)

    assert said(response) == ["أُضيف «رفيق الحريري» إلى ٣ أخبار."]
    assert entity.mentions.filter(confirmed=True).count() == 3


def test_no_more_are_changed_at_once_than_anybody_looks_over(editor, monkeypatch):
    monkeypatch.setattr(article_actions, "MAX_ARTICLES", 1)
    response = editor.post(
        LIST,
        {"action": "publish", "_selected_action": [one.pk for one in ArticleFactory.create_batch(2, draft=True)]},
        follow=True,
    )

    assert messages_of(response) == ["لا يُغيَّر أكثر من ١ من الأخبار دفعة واحدة: ضيّق القائمة."]


@pytest.mark.parametrize("action", ["published", "withdrawn", "section", "nothing"])
def test_writers_change_many_only_on_their_own_way(writer, action):
    draft = ArticleFactory(draft=True)
    data = {"ids": str(draft.pk), "action": action, "confirmed": "1", "withdrawal_notice": "سبب"}

    assert writer.post(BULK, data).status_code == 403


def test_writers_send_many_to_review_but_touch_no_others(writer):
    draft, out = ArticleFactory(draft=True), ArticleFactory(status="withdrawn")
    writer.post(BULK, {"ids": f"{draft.pk},{out.pk}", "action": "review", "confirmed": "1"})

    assert [Article.objects.get(pk=one.pk).status for one in (draft, out)] == ["review", "withdrawn"]
