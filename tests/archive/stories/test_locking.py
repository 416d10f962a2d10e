"""Who changes the stories of articles at the same time waits for the other, and neither for ever."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from archive.models import Article, ArticleSearch, Story, StoryArticle
from archive.stories import changing
from archive.stories.changing import merge, renew
from tests.factories import ArticleFactory, StoryFactory

pytestmark = pytest.mark.django_db(transaction=True)

HEADLINE = "غرق عبّارة قبالة أرواد"


def withdraw(*articles: Article) -> None:
    Article.objects.filter(pk__in=[article.pk for article in articles]).update(status=Article.Status.WITHDRAWN)


def take_away(*articles: Article) -> None:
    StoryArticle.objects.filter(article__in=articles).delete()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def begin(pool: ThreadPoolExecutor, act: Callable[[], object]) -> Future:
    """Have another connection ACT until it is done, or waits for this one."""

    def on_its_own() -> None:
        try:
            act()
        finally:
            connection.close()

    acting = pool.submit(on_its_own)
    until = time.monotonic() + 30
    while not acting.done() and not somebody_waits():
        assert time.monotonic() < until
        time.sleep(0.01)
    return acting


def somebody_waits() -> bool:
    """Whether another waits for what this connection has locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]


def is_locked(rows: QuerySet) -> bool:
    """Whether another has locked one of ROWS."""
    try:
        with transaction.atomic():
            list(rows.select_for_update(nowait=True))
    except OperationalError:
        return True
    return False


@pytest.fixture
def two_stories() -> tuple[Story, Story, list[Article]]:
    """An older and a newer story, and an article of each: first, where they are read in order, that of the newer."""
    articles = ArticleFactory.create_batch(2, title=HEADLINE)
    older = StoryFactory(title=HEADLINE, articles=[])
    newer = StoryFactory(title=HEADLINE, articles=[articles[0], ArticleFactory()])
    StoryArticle.objects.create(story=older, article=articles[1])
    return older, newer, articles


@pytest.mark.parametrize("leave", [withdraw, take_away])
def test_stories_that_articles_leave_are_locked_by_their_numbers(pool, two_stories, leave):
    older, newer, articles = two_stories
    with transaction.atomic():
        Story.objects.select_for_update().get(pk=older.pk)
        leaving = begin(pool, lambda: leave(*articles))
        assert not leaving.done()
        assert not is_locked(Story.objects.filter(pk=newer.pk))
    leaving.result(30)
    assert set(Story.objects.values_list("title", flat=True)) == {""}


def test_entries_of_search_are_locked_before_stories(pool, two_stories):
    older, _newer, articles = two_stories
    with transaction.atomic():
        Story.objects.select_for_update().get(pk=older.pk)
        leaving = begin(pool, lambda: withdraw(*articles))
        assert is_locked(ArticleSearch.objects.filter(article__in=articles))
    leaving.result(30)


def in_one(act: Callable[..., object], *arguments: object) -> None:
    with transaction.atomic():
        act(*arguments)


def test_stories_that_become_one_are_locked_by_their_numbers(pool, two_stories):
    older, newer, _articles = two_stories
    with transaction.atomic():
        Story.objects.select_for_update().get(pk=older.pk)
        merging = begin(pool, lambda: in_one(merge, older.pk, newer.pk))
        assert not is_locked(Story.objects.filter(pk=newer.pk))
    merging.result(30)
    assert Story.objects.get(merged_into=older) == newer


def test_a_story_is_not_named_after_what_is_withdrawn_meanwhile(pool, monkeypatch):
    article, other = ArticleFactory(title=HEADLINE), ArticleFactory()
    story = StoryFactory(title="", articles=[article, other])
    leaving = []

    def name_slowly(titles: list[str]) -> str:
        leaving.append(begin(pool, lambda: withdraw(article)))
        return titles[titles.index(HEADLINE)]

    monkeypatch.setattr(changing, "story_name", name_slowly)
    in_one(renew, story.pk)
    leaving[0].result(30)
    assert Story.objects.get().title == ""
