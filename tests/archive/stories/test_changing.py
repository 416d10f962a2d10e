from collections.abc import Callable
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.utils import timezone

from archive.models import Article, Story, StoryArticle, UnannotatedArticle
from archive.stories.changing import merge, renew, renew_stale
from archive.tasks import annotations
from archive.tasks.annotations import annotate_new
from tests.factories import ArticleFactory, StoryFactory
from tests.queue import job

pytestmark = pytest.mark.django_db


def articles_of(story: Story) -> set[int]:
    return set(story.places.filter(taken_out=False).values_list("article", flat=True))


def test_a_story_follows_the_headlines_and_dates_of_its_articles_until_an_editor_names_it():
    older, newer = (ArticleFactory(title=f"غرق العبّارة: {end}") for end in ("أول الأخبار", "آخر الأخبار"))
    Article.objects.filter(pk=older.pk).update(published_at=older.published_at.replace(year=2016))
    story = StoryFactory(title="", articles=[older, newer])
    renew(story.pk)
    story.refresh_from_db()
    assert (story.title, story.last_at) == ("غرق العبّارة", newer.published_at)
    Story.objects.filter(pk=story.pk).update(title="عبّارة أرواد", is_named=True)
    renew(story.pk)
    story.refresh_from_db()
    assert (story.title, story.slug) == ("عبّارة أرواد", "عبارة-أرواد")


def test_a_name_tells_nothing_of_what_is_not_published():
    shown, draft, other = (
        ArticleFactory(title="ظاهر"),
        ArticleFactory(title="مسودة", draft=True),
        ArticleFactory(title="آخر"),
    )
    story = StoryFactory(title="", articles=[shown, draft])
    renew(story.pk)
    story.refresh_from_db()
    assert story.title == ""
    StoryArticle.objects.create(story=story, article=other)
    renew_stale()
    story.refresh_from_db()
    assert story.title == "ظاهر"


@pytest.fixture
def with_scheduled() -> tuple[Story, Article]:
    """A story of two published articles, and one of tomorrow in it."""
    tomorrow = timezone.now() + timedelta(days=1)
    scheduled = ArticleFactory(status=Article.Status.SCHEDULED, published_at=tomorrow)
    story = StoryFactory(articles=[*ArticleFactory.create_batch(2), scheduled])
    renew(story.pk)
    return story, scheduled


@pytest.mark.usefixtures("with_scheduled")
def test_a_story_is_as_late_as_the_last_article_that_readers_see():
    published = Article.objects.published().latest()
    assert (
        Story.objects.with_last_shown().values_list("last_at", "last_shown_at").get() == (published.published_at,) * 2
    )


def test_what_the_clock_brings_out_is_told_at_once_and_moves_its_story_up_with_the_next_minute(with_scheduled):
    story, scheduled = with_scheduled
    came = timezone.now() - timedelta(seconds=1)
    Article.objects.filter(pk=scheduled.pk).update(published_at=came)
    assert Story.objects.with_last_shown().get().last_shown_at == came
    UnannotatedArticle.objects.all().delete()  # As if it had been read when it was written.
    annotate_new(job(), timestamp=0)
    story.refresh_from_db()
    assert story.last_at == came


def test_a_story_that_cannot_be_renewed_keeps_nothing_from_being_read(monkeypatch):
    monkeypatch.setattr(annotations, "renew_late", Mock(side_effect=ValueError))
    ArticleFactory()
    with pytest.raises(ValueError):
        annotate_new(job(), timestamp=0)
    assert not UnannotatedArticle.objects.exists()


def test_a_story_whose_date_was_taken_from_what_nobody_sees_is_mended(with_scheduled):
    story, scheduled = with_scheduled
    before = Story.objects.get().last_at
    Story.objects.filter(pk=story.pk).update(last_at=scheduled.published_at)
    renew_stale()
    assert Story.objects.get().last_at == before


def test_a_story_without_articles_goes_unless_an_editor_named_it():
    empty, named = StoryFactory(articles=[]), StoryFactory(articles=[], is_named=True)
    renew(empty.pk)
    renew(named.pk)
    assert list(Story.objects.all()) == [named]


def test_of_two_that_are_merged_the_one_that_an_editor_named_stays():
    older = StoryFactory(articles=ArticleFactory.create_batch(2))
    named = StoryFactory(articles=ArticleFactory.create_batch(2), is_named=True)
    both = articles_of(older) | articles_of(named)
    assert merge(older.pk, named.pk) == named.pk
    older.refresh_from_db()
    assert (older.merged_into, articles_of(named)) == (named, both)


def test_what_was_merged_before_leads_to_the_last():
    first, second, third = (StoryFactory(articles=ArticleFactory.create_batch(2)) for _ in range(3))
    merge(second.pk, third.pk)
    merge(first.pk, second.pk)
    third.refresh_from_db()
    assert third.merged_into == first


def test_what_was_taken_out_of_the_one_stays_out():
    article, *others = ArticleFactory.create_batch(4)
    kept, gone = StoryFactory(articles=others[:2]), StoryFactory(articles=[article, others[2]])
    StoryArticle.objects.create(story=kept, article=article, taken_out=True)
    merge(kept.pk, gone.pk)
    assert articles_of(kept) == {other.pk for other in others}
    assert not gone.places.exists()


def test_a_story_may_be_called_by_the_longest_headline():
    titles = [f"{'خبر طويل جدًا ' * 30}{end}" for end in ("أول", "آخر")]
    story = StoryFactory(title="", articles=[ArticleFactory(title=title) for title in titles])
    renew(story.pk)
    story.refresh_from_db()
    assert story.title in titles
    assert len(story.title) > 400


# --- What leaves -------------------------------------------------------------------------------------------------

HEADLINE = "غرق عبّارة قبالة أرواد"


@pytest.fixture
def called() -> Callable[..., tuple[Story, Article]]:
    """Make a story that is called NAME, and of its three articles the one with this headline."""

    def make(name: str = HEADLINE, *, is_named: bool = False, others: str = "خبر آخر") -> tuple[Story, Article]:
        article, *rest = (ArticleFactory(title=title) for title in (HEADLINE, others, others))
        return StoryFactory(title=name, is_named=is_named, articles=[article, *rest]), article

    return make


def withdraw(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)


def postpone(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() + timedelta(days=1))


@pytest.mark.parametrize("leave", [Article.delete, withdraw, postpone])
def test_a_story_is_called_no_longer_by_the_headline_of_what_is_gone(called, leave):
    _story, article = called()
    leave(article)
    assert Story.objects.values_list("title", "slug").get() == ("", "")


@pytest.mark.parametrize("leave", [Article.delete, withdraw, postpone])
@pytest.mark.parametrize(
    "options",
    [{"name": "خبر آخر"}, {"is_named": True}, {"name": "غرق عبّارة", "others": "غرق\u00a0 عبّارة: ما بعده"}],
    ids=["another headline", "an editor's name", "what others share"],
)
def test_another_name_stays(called, leave, options):
    story, article = called(**options)
    leave(article)
    assert Story.objects.get().title == story.title
