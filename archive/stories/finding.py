"""Which story an article belongs to: that of its follow-ups, or of the articles of its weeks that are most like it.

Two articles are as like as each finds the other: the share of the one's words and names that the other has, and the
other way round. However large the archive, an article is compared with a few of the likest of its weeks.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import sqrt

from django.db import transaction

from archive import locks
from archive.models import TO_THE_DAY, Article, ArticleCopy, ArticleLink, Story, StoryArticle
from archive.search.conditions import Condition, array_literal
from archive.search.limits import by_index
from archive.search.portraits import Portrait, portrait
from archive.search.related import alike, compare
from archive.stories.changing import merge, renew

WINDOW_DAYS = 21
"""An affair of which nothing was heard for so long is another when it comes back, unless a link says so."""

NEAR = 0.45
SURE = 0.55
"""How like two articles are of which one of several such tells where it belongs; and which tells it alone."""

FEWEST_NEAR = 2
"""An article joins a story when it is near to so many of its articles, or surely to one."""

FEWEST_WORDS = 5
"""A text with fewer words that others have is like many by chance."""

COMPARED = 6
MAX_ARTICLES = 300
"""A story that has so many takes no more by itself: it is a beat, not an affair."""

COMPUTED = StoryArticle.Origin.COMPUTED


def find_stories(articles: Sequence[Article]) -> None:
    """Bring ARTICLES into the stories they belong to, or begin new ones; what editors decided stays."""
    with transaction.atomic():
        locks.hold(locks.Lock.STORIES)
        batch = _Batch()
        for article in sorted(articles, key=lambda article: (article.listed_at, article.pk)):
            batch.place(article)
        for story_id in sorted(batch.changed):
            renew(story_id)


class _Batch:
    """What becomes of the stories of some articles, and which of them have CHANGED."""

    def __init__(self):
        self.changed: set[int] = set()
        self._portraits: dict[int, Portrait | None] = {}

    def place(self, article: Article) -> None:
        linked = _linked(article.pk)
        near = self._near(article)
        here = StoryArticle.objects.filter(article=article.pk, taken_out=False).first()
        if here and here.origin == COMPUTED and not self._has_any(here.story_id, {*linked, *near} - {article.pk}):
            here.delete()
            self.changed.add(here.story_id)
            here = None
        story_id = here.story_id if here else self._joined(article, linked, near)
        if story_id:
            self.changed.add(story_id)
            self._bring(linked, story_id)

    def _joined(self, article: Article, linked: Sequence[int], near: dict[int, float]) -> int | None:
        """The story that ARTICLE joins, or begins with another that has none."""
        left = StoryArticle.objects.filter(article=article.pk, taken_out=True).values("story")
        places = StoryArticle.objects.filter(article__in=[*linked, *near], taken_out=False)
        stories = dict(places.exclude(story__in=left).values_list("article", "story"))
        story_id = next((stories[pk] for pk in linked if pk in stories), None) or self._likest(article, near, stories)
        if story_id is None:
            placed = set(places.values_list("article", flat=True))
            partners = [*linked, *(pk for pk, likeness in near.items() if likeness >= SURE)]
            partner = next((pk for pk in partners if pk not in placed), None)
            if partner is None:
                return None
            story_id = Story.objects.create().pk
            _put([partner], story_id)
        _put([article.pk], story_id)
        return story_id

    def _likest(self, article: Article, near: dict[int, float], stories: dict[int, int]) -> int | None:
        """The story of those NEAR that ARTICLE is likest to, if it is near to enough of it."""
        found: dict[int, list[int]] = defaultdict(list)
        for pk in near:
            if pk in stories:
                found[stories[pk]].append(pk)
        enough = [
            story_id
            for story_id, members in found.items()
            if len(members) >= FEWEST_NEAR or near[members[0]] >= SURE
            if self._takes(article, story_id)
        ]
        return max(enough, key=lambda story_id: sum(near[pk] for pk in found[story_id]), default=None)

    def _takes(self, article: Article, story_id: int) -> bool:
        """Whether the story has room, and not the same text: twice it is no step of an affair."""
        members = StoryArticle.objects.filter(story=story_id, taken_out=False)
        copies = ArticleCopy.objects.others_of(article.pk).values("article")
        return members.count() < MAX_ARTICLES and not members.filter(article__in=copies).exists()

    def _has_any(self, story_id: int, article_ids: set[int]) -> bool:
        return StoryArticle.objects.filter(story=story_id, article__in=article_ids, taken_out=False).exists()

    def _bring(self, linked: Sequence[int], story_id: int) -> None:
        """Bring the articles LINKED as follow-ups into the story with all of theirs; what was taken out stays out."""
        places = StoryArticle.objects.filter(article__in=linked)
        out = set(places.filter(story=story_id, taken_out=True).values_list("article", flat=True))
        linked = [pk for pk in linked if pk not in out]
        stories = dict(places.filter(article__in=linked, taken_out=False).values_list("article", "story"))
        _put([pk for pk in linked if pk not in stories], story_id)
        for other_id in set(stories.values()) - {story_id}:
            story_id = merge(story_id, other_id)
            self.changed.add(story_id)

    @by_index()
    def _near(self, article: Article) -> dict[int, float]:
        """The articles of the same weeks that are near to this one, the likest first, with how like they are."""
        own = self._portrait(article.pk) if article.date_precision in TO_THE_DAY else None
        if own is None or len(own.words.weights) < FEWEST_WORDS:
            return {}
        copies = list(ArticleCopy.objects.others_of(article.pk).values_list("article", flat=True))
        scope = Condition.of("entry.article_id <> ALL (%s::bigint[])", array_literal(copies))
        likest = alike(own, scope, days=WINDOW_DAYS, only_near=True)[:COMPARED]
        found = {
            # As like as two can be whose one share is so small, they would not be near.
            other.article_id: sqrt(other.share * self._share_of(own, other.article_id))
            for other in likest
            if other.share >= NEAR**2
        }
        near = {pk: likeness for pk, likeness in found.items() if likeness >= NEAR}
        return dict(sorted(near.items(), key=lambda one: (-one[1], one[0])))

    def _share_of(self, article: Portrait, other_id: int) -> float:
        """The share of the other article's portrait that is this one's too."""
        other = self._portrait(other_id)
        found = compare(other, [article.article_id]) if other else []
        return min(1.0, found[0].share) if found else 0.0

    def _portrait(self, article_id: int) -> Portrait | None:
        if article_id not in self._portraits:
            self._portraits[article_id] = portrait(article_id)
        return self._portraits[article_id]


def _linked(article_id: int) -> list[int]:
    """The articles that are follow-ups of this one, or that it follows."""
    links = ArticleLink.objects.filter(kind=ArticleLink.Kind.FOLLOW_UP, to_article__isnull=False)
    return [
        *links.filter(from_article=article_id).order_by("pk").values_list("to_article", flat=True),
        *links.filter(to_article=article_id).order_by("pk").values_list("from_article", flat=True),
    ]


def _put(article_ids: Iterable[int], story_id: int) -> None:
    StoryArticle.objects.bulk_create(
        StoryArticle(story_id=story_id, article_id=pk, origin=COMPUTED) for pk in dict.fromkeys(article_ids)
    )
