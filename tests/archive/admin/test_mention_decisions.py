"""Mentions in an article's form: how they are marked, and one click that decides."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from archive.models import Mention
from tests.factories import ArticleFactory, EntityFactory, MentionFactory


def address(article) -> str:
    return reverse("admin:archive_article_mention", args=[article.pk])


def form(client, article) -> str:
    return client.get(reverse("admin:archive_article_change", args=[article.pk])).content.decode()


@pytest.mark.parametrize(
    ("method", "confirmed", "marked"),
    [
        ("names", None, "آلي غير مؤكَّد: الأسماء المعروفة"),
        ("names", True, "آلي: الأسماء المعروفة"),
        ("proposal", True, "آلي: اقتراح مقبول"),
        ("editor", None, "محرّر"),
    ],
)
def test_what_was_found_automatically_is_marked_so(editor, method, confirmed, marked):
    mention = MentionFactory(method=method, confirmed=confirmed)
    page = form(editor, mention.article)
    assert marked in page.replace("محرر", "محرّر")
    assert any(mark in page for mark in ("آلي:", "آلي غير")) == (method != "editor")


@pytest.mark.parametrize(
    ("decision", "left"),
    [
        ("confirm", {(4, True), (12, None)}),
        ("refuse", {(4, False), (12, None)}),
        ("refuse_all", {(4, False), (12, False), (None, False)}),
    ],
)
def test_one_click_decides_and_says_what_each_mention_is(editor, article, decision, left):
    entity = EntityFactory(name="صور")
    mention, _other = (MentionFactory(article=article, entity=entity, start=at, end=at + 3) for at in (4, 12))
    answer = editor.post(address(article), {"mention": mention.pk, "decision": decision}).json()
    assert set(article.mentions.values_list("start", "confirmed")) == left
    decided = article.mentions.exclude(confirmed=None).values_list("pk", "confirmed")
    assert answer["confirmed"] == {str(pk): confirmed for pk, confirmed in decided}
    assert LogEntry.objects.get().object_id == str(article.pk)
    assert "صور" in LogEntry.objects.get().get_change_message()


def test_what_was_decided_before_outlasts_a_refusal_everywhere(editor, article):
    entity = EntityFactory(name="صور")
    clicked = MentionFactory(article=article, entity=entity, start=4, end=7)
    MentionFactory(article=article, entity=entity, start=12, end=15, confirmed=True)
    MentionFactory(article=article, entity=entity, start=20, end=23, method=Mention.Method.EDITOR)
    editor.post(address(article), {"mention": clicked.pk, "decision": "refuse_all"})
    assert set(article.mentions.values_list("start", "confirmed")) == {
        (4, False),
        (12, True),
        (20, None),
        (None, False),
    }


def test_a_confirmed_mention_is_refused_with_all_others_where_it_is_the_one_clicked(editor, article):
    clicked = MentionFactory(article=article, start=4, end=7, confirmed=True)
    editor.post(address(article), {"mention": clicked.pk, "decision": "refuse_all"})
    assert set(article.mentions.values_list("start", "confirmed")) == {(4, False), (None, False)}


@pytest.mark.parametrize("data", [{"decision": "praise"}, {"decision": "confirm", "mention": 10**9}, {}])
def test_what_is_not_there_is_said_to_be_gone(editor, article, data):
    elsewhere = MentionFactory()
    answer = editor.post(address(article), {"mention": elsewhere.pk} | data)
    assert (answer.status_code, answer.json()["message"]) == (409, "لم يعد هذا الموضع موجودًا: حمّل الصفحة من جديد.")
    assert Mention.objects.get().confirmed is None


def test_writers_decide_in_drafts_only(writer):
    draft, published = (MentionFactory(article=ArticleFactory(draft=draft)) for draft in (True, False))
    answers = [
        writer.post(address(one.article), {"mention": one.pk, "decision": "refuse"}).status_code
        for one in (draft, published)
    ]
    assert answers == [200, 403]
    assert ["data-mention" in form(writer, one.article) for one in (draft, published)] == [True, False]
