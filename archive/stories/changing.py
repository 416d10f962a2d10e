"""What changes in stories: their names, their merging, and what becomes of one without articles."""

from django.db import transaction
from django.db.models import Max

from archive import locks
from archive.models import Article, Story, StoryArticle
from archive.models.stories import FEWEST_ARTICLES
from archive.stories.naming import story_name


def renew(story_id: int) -> None:
    """Bring the date and the name of a story in line with its articles; one without any is none any more."""
    story = Story.objects.filter(pk=story_id, merged_into=None).first()
    if story is None:
        return
    places = story.places.filter(taken_out=False)
    if not places.exists() and not story.is_named:
        story.delete()
        return
    dated = places.filter(article__published_at__isnull=False)
    story.last_at = dated.aggregate(last=Max("article__listed_at"))["last"]
    if not story.is_named:
        shown = places.filter(article__in=Article.objects.published()).order_by("article__listed_at", "article_id")
        titles = list(shown.values_list("article__title", flat=True))
        story.title = story_name(titles) if len(titles) >= FEWEST_ARTICLES else ""
    story.save()


def merge(story_id: int, other_id: int) -> int:
    """Make two stories one, and return which it is: the one an editor named, or the older."""
    stories = Story.objects.filter(pk__in=(story_id, other_id)).order_by("-is_named", "pk")
    kept, gone = stories
    known = StoryArticle.objects.filter(story=kept).values("article")
    # What was taken out of the one that stays is not brought back by the other.
    gone.places.filter(article__in=known).delete()
    gone.places.update(story=kept)
    gone.merged.update(merged_into=kept)
    Story.objects.filter(pk=gone.pk).update(merged_into=kept)
    renew(kept.pk)
    return kept.pk


def renew_nameless() -> None:
    """Name the stories whose articles have come out by the clock since they were found; empty ones go."""
    with transaction.atomic():
        locks.hold(locks.Lock.STORIES)
        for story_id in Story.objects.filter(title="", merged_into=None).values_list("pk", flat=True):
            renew(story_id)
