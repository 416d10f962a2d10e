"""What else is about the same: the articles related to one, with the reason, and its story."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count
from django.utils import timezone

from archive.models import (
    Article,
    ArticleCopy,
    ArticleQuerySet,
    Beside,
    Entity,
    Mention,
    RefusedLink,
    Story,
    StoryArticle,
)
from archive.models.article import UNDATED
from archive.models.stories import FEWEST_ARTICLES
from archive.search.conditions import Condition, array_literal
from archive.search.limits import SearchTimeoutError, time_limit
from archive.search.portraits import Portrait, portrait
from archive.search.related import Alike, alike
from archive.text.tokenize import stem, tokenize

MAX_RELATED = 6
LEAST_SHARE = 0.15
"""What shares less of an article's words and names is about something else."""

FAR_WEIGHT = 0.7
FAR_DAYS = 60
"""What an article of another time counts, of one of the same day; after so many days half of that is lost."""

UNDATED_WEIGHT = 0.85
MAX_REASONS = 2

MAX_STORY_ENTITIES = 24
FEWEST_MENTIONING = 2


@dataclass(frozen=True)
class Related:
    """An ARTICLE about the same as another: the ENTITIES that both name, or else WORDS of its title that both have.

    IS_LATER when it was published after the other.
    """

    article: Article
    entities: list[Entity]
    words: list[str]
    is_later: bool


@dataclass(frozen=True)
class Likest:
    """The articles FOUND to be most like the one of the portrait OWN, the likest first."""

    own: Portrait
    found: list[Alike]


def related(article: Article, *, excluding: Collection[int] = (), count: int = MAX_RELATED) -> list[Related]:
    """Return the published articles most like ARTICLE, nearer ones first where they are as like; no copies of it.

    They are computed whenever they are asked for: the index finds them in milliseconds, and so they are never old.
    """
    copies = ArticleCopy.objects.others_of(article.pk).values_list("article", flat=True)
    likest = likest_to(article.pk, hidden={*excluding, *copies, *RefusedLink.objects.beside(article.pk)}, count=count)
    if likest is None:
        return []
    articles = Article.objects.published().for_lines().in_bulk([one.article_id for one in likest.found])
    entities = Entity.objects.in_bulk({name for one in likest.found for name in one.names[:MAX_REASONS]})
    return with_reasons(likest, articles, entities)


def likest_to(article_id: int, *, hidden: Collection[int], count: int = MAX_RELATED) -> Likest | None:
    """Return the COUNT articles most like one that readers may see and are not HIDDEN; None if there are none.

    Of the copies of one text the likest stands for all.
    """
    scope = Condition.of("entry.visible_from <= %s", timezone.now())
    scope &= Condition.of("entry.article_id <> ALL (%s::bigint[])", array_literal(hidden))
    try:
        with time_limit():
            own = portrait(article_id)
            found = alike(own, scope) if own else []
    except SearchTimeoutError:
        return None
    likest = sorted(
        (one for one in found if one.share >= LEAST_SHARE),
        key=lambda one: (-one.share * _nearness(own.listed_at, one.listed_at), -one.article_id),
    )
    return Likest(own, list(islice(_without_copies(likest), count))) if likest else None


def _without_copies(found: Iterable[Alike]) -> Iterator[Alike]:
    groups: set[int | None] = set()
    for one in found:
        if one.copy_group is None or one.copy_group not in groups:
            groups.add(one.copy_group)
            yield one


def _nearness(here: datetime, there: datetime) -> float:
    if UNDATED in (here, there):
        return UNDATED_WEIGHT
    days = abs((here - there).total_seconds()) / 86_400
    return FAR_WEIGHT + (1 - FAR_WEIGHT) * 2 ** (-days / FAR_DAYS)


def with_reasons(likest: Likest, articles: dict[int, Article], entities: dict[int, Entity]) -> list[Related]:
    """Return LIKEST with the reason for each, of those that are among ARTICLES, by number, as are the ENTITIES."""
    own = likest.own
    order = {term.word: place for place, term in enumerate(own.words.weights)}
    related = []
    for one in likest.found:
        if (article := articles.get(one.article_id)) is None:
            continue
        named = [entities[name] for name in one.names[:MAX_REASONS] if name in entities]
        later = own.listed_at < article.listed_at if UNDATED not in (own.listed_at, article.listed_at) else False
        related.append(Related(article, named, [] if named else _words_of(article.title, order), later))
    return related


def _words_of(title: str, order: dict[str, int]) -> list[str]:
    """The words of TITLE whose stems come first in ORDER, as they are written."""
    known = [token for token in tokenize(title) if stem(token.word) in order]
    known.sort(key=lambda token: order[stem(token.word)])
    return list(dict.fromkeys(title[token.start : token.end] for token in known))[:MAX_REASONS]


# --- Stories -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoryPart:
    """Where an article stands in its STORY: the ARTICLES around it, of COUNT, oldest first, and those beside it."""

    story: Story
    count: int
    articles: list[Article]
    previous: Article | None
    next: Article | None


def story_part(beside: Beside) -> StoryPart | None:
    """Return the part of its story that stands around an article; None where readers see no others in it."""
    ids, here = beside.story_ids, beside.story_place
    if beside.story is None or len(ids) < FEWEST_ARTICLES:
        return None
    return StoryPart(
        beside.story,
        len(ids),
        beside.seen(beside.story_ids_around),
        beside.lines.get(ids[here - 1]) if here else None,
        beside.lines.get(ids[here + 1]) if here + 1 < len(ids) else None,
    )


def in_story(story: Story) -> ArticleQuerySet:
    """The articles of STORY that readers see, the oldest first."""
    places = StoryArticle.objects.filter(story=story.pk, taken_out=False)
    return Article.objects.published().filter(pk__in=places.values("article")).order_by("listed_at", "pk")


def who_appears(story: Story) -> list[Entity]:
    """The entities that several articles of STORY name, the most often named first, with `shared_count`."""
    counts = dict(
        Mention.objects.filter(article__in=in_story(story).order_by().values("pk"))
        .exclude(confirmed=False)
        .order_by()
        .values_list("entity")
        .annotate(n=Count("article", distinct=True))
        .filter(n__gte=FEWEST_MENTIONING)
        .order_by("-n", "entity")[:MAX_STORY_ENTITIES]
    )
    found = Entity.objects.in_bulk(counts)
    for pk, entity in found.items():
        entity.shared_count = counts[pk]
    return [found[pk] for pk in counts if pk in found]
