"""What changes in stories: their names, their merging, and what becomes of one without articles."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Coalesce

from archive import locks
from archive.models import Article, Story, StoryArticle
from archive.models.article import UNDATED
from archive.models.stories import FEWEST_ARTICLES
from archive.stories.naming import story_name


def renew(story_id: int) -> None:
    """Bring the date and the name of a story in line with its articles; one without any is none any more."""
    # Locked before its headlines are read: who withdraws one of them now takes the name after us (stories_left_v1).
    story = Story.objects.select_for_update(no_key=True).filter(pk=story_id, merged_into=None).first()
    if story is None:
        return
    places = story.places.filter(taken_out=False)
    if not places.exists() and not story.is_named:
        story.delete()
        return
    shown = places.shown()
    story.last_at = shown.aggregate(last=Max("article__published_at"))["last"]
    renewed = ["last_at"]
    if not story.is_named:
        titles = list(shown.order_by("article__listed_at", "article_id").values_list("article__title", flat=True))
        story.title = story_name(titles) if len(titles) >= FEWEST_ARTICLES else ""
        renewed.append("title")
    story.save(update_fields=renewed)


def merge(story_id: int, other_id: int) -> int:
    """Make two stories one, and return which it is: the one an editor named, or the older."""
    # Locked by their numbers, as whoever withdraws articles locks their stories.
    stories = Story.objects.select_for_update(no_key=True).filter(pk__in=(story_id, other_id)).order_by("pk")
    kept, gone = sorted(stories, key=lambda story: not story.is_named)
    known = StoryArticle.objects.filter(story=kept).values("article")
    # What was taken out of the one that stays is not brought back by the other.
    gone.places.filter(article__in=known).delete()
    gone.places.update(story=kept)
    gone.merged.update(merged_into=kept)
    Story.objects.filter(pk=gone.pk).update(merged_into=kept)
    renew(kept.pk)
    return kept.pk


def renew_late() -> None:
    """Renew the stories that go on: an article of theirs has come out by the clock since they were renewed."""
    news = StoryArticle.objects.filter(taken_out=False, story__merged_into=None, article__in=Article.objects.news())
    late = news.exclude(story__last_at__gte=F("article__listed_at"))
    _renew_all(set(late.values_list("story", flat=True)))


def renew_stale() -> None:
    """Renew the stories without a name, and those whose last article is another than readers see; empty ones go."""
    undated = Value(UNDATED)
    stories = Story.objects.filter(merged_into=None).with_last_shown()
    stories = stories.alias(known=Coalesce("last_at", undated), shown=Coalesce("last_shown_at", undated))
    _renew_all(stories.filter(Q(title="") | ~Q(known=F("shown"))).values_list("pk", flat=True))


def _renew_all(story_ids: Collection[int]) -> None:
    if not story_ids:
        return
    with transaction.atomic():
        locks.hold(locks.Lock.STORIES)
        for story_id in sorted(story_ids):
            renew(story_id)
