"""Which state may follow which, for whom, and what stands in the way."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from archive.models import Article, Correction
from archive.newsroom import states
from archive.newsroom.states import Hindrance, Status, plan
from tests.factories import ArticleFactory


@pytest.fixture
def member(db):
    def of(group: str) -> User:
        user = User.objects.create_user(group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return user

    return of


@pytest.mark.parametrize(
    ("group", "ways"),
    [
        ("writers", {("draft", "review"), ("review", "draft")}),
        ("archivists", {("draft", "review"), ("review", "draft")}),
        (
            "editors",
            {
                *[("draft", target) for target in ("review", "scheduled", "published")],
                *[("review", target) for target in ("draft", "scheduled", "published")],
                *[("scheduled", target) for target in ("draft", "published", "withdrawn")],
                *[("published", target) for target in ("scheduled", "withdrawn")],
                *[("withdrawn", target) for target in ("scheduled", "published")],
            },
        ),
    ],
)
def test_each_group_has_its_ways(member, group, ways):
    user = member(group)

    assert {(state, target) for state in Status for target in states.reachable(user, state)} == ways


def test_chiefs_may_what_editors_may_and_what_is_for_good(member):
    editor, chief = member("editors"), member("chiefs")
    assert chief.get_all_permissions() - editor.get_all_permissions() == {
        states.LIFT_EMBARGO,
        "archive.delete_removedpicture",
    }
    assert editor.get_all_permissions() <= chief.get_all_permissions()


@pytest.mark.parametrize(
    ("group", "touched"),
    [
        ("writers", {"draft"}),
        ("archivists", {"draft", "scheduled", "published", "withdrawn"}),
        ("editors", set(Status.values)),
    ],
)
def test_each_group_changes_texts_in_its_states(member, group, touched):
    user = member(group)

    assert {status for status in Status.values if states.may_change(user, Article(status=status))} == touched


def planned(article: Article, target: str, *, textless=()) -> tuple[dict, dict]:
    found = plan([article], target, textless=textless, at=timezone.now())
    return {status: ids == [article.pk] for status, ids in found.becomes.items()}, list(found.left)


def test_what_is_dated_in_the_future_is_scheduled(db):
    tomorrow = timezone.now() + timedelta(days=1)

    assert planned(ArticleFactory(draft=True, published_at=tomorrow), Status.PUBLISHED) == ({"scheduled": True}, [])
    assert planned(ArticleFactory(status="review"), Status.PUBLISHED) == ({"published": True}, [])


@pytest.mark.parametrize(
    ("values", "target", "hindrance"),
    [
        ({}, "published", Hindrance.ALREADY),
        ({"status": "scheduled", "published_at": "2099-01-01T00:00Z"}, "published", Hindrance.WAITS),
        ({"status": "draft"}, "withdrawn", Hindrance.NO_WAY),
        ({"status": "withdrawn"}, "review", Hindrance.NO_WAY),
        ({"status": "draft", "embargo_until": "2018-01-01T00:00Z"}, "published", Hindrance.EMBARGO),
        ({"status": "draft", "embargo_until": "2018-01-01T00:00Z", "undated": True}, "published", Hindrance.EMBARGO),
    ],
)
def test_what_is_in_the_way_is_named(db, values, target, hindrance):
    article = Article.objects.get(pk=ArticleFactory(**values).pk)

    assert planned(article, target) == ({}, [hindrance])


def test_what_has_no_text_does_not_come_out(db):
    article = ArticleFactory(draft=True)

    assert planned(article, Status.PUBLISHED, textless=[article.pk]) == ({}, [Hindrance.NO_TEXT])
    assert planned(article, Status.REVIEW, textless=[article.pk]) == ({"review": True}, [])


@pytest.mark.parametrize("status", ["published", "scheduled"])
def test_the_database_lets_nothing_out_before_its_embargo(db, status):
    article = ArticleFactory(draft=True, embargo_until=timezone.now() + timedelta(days=2))
    with pytest.raises(IntegrityError, match="article_not_before_embargo"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(status=status)
    Article.objects.filter(pk=article.pk).update(status=status, published_at=article.embargo_until)

    assert not Article.objects.published().exists()


def test_embargoes_are_shortened_by_chiefs_only(member):
    editor, chief = member("editors"), member("chiefs")
    now = timezone.now()
    end, sooner, later = (now + timedelta(days=days) for days in (2, 1, 3))

    assert [states.may_shorten_embargo(editor, end, after, now) for after in (None, sooner, end, later)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert states.may_shorten_embargo(chief, end, None, now)
    assert states.may_shorten_embargo(editor, now - timedelta(days=1), None, now)  # It is over.
    assert states.may_shorten_embargo(editor, None, sooner, now)


def test_corrected_is_what_is_published_and_bears_a_notice(db):
    corrected, hidden = ArticleFactory(), ArticleFactory(draft=True)
    ArticleFactory()
    for article in (corrected, hidden):
        Correction.objects.create(article=article, text="الجولة هي الثامنة.")

    assert list(Article.objects.corrected()) == [corrected]
