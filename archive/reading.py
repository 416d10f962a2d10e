"""What stands around an article for its reader: the previous and the next, its links, its story, its names.

Nothing unpublished is ever among them. A link whose article is not here, or not to be seen, keeps the title that the
original page gave it.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, F, Q
from django.db.models.expressions import RawSQL
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from archive.models import Article, ArticleCopy, ArticleLink, Entity, Mention
from archive.text.html import Range, clean_html, wrap_ranges

MAX_RELATED = 6
MAX_COPIES = 20
MAX_STORY_ARTICLES = 100
FEWEST_SHARED_ENTITIES = 2
WITHOUT_ENTITY_LINKS = frozenset({"a", "h2", "h3"})


@dataclass(frozen=True)
class Neighbour:
    """An article to go on to; ARTICLE and URL are None while only its TITLE is known."""

    title: str
    url: str | None = None
    article: Article | None = None


@dataclass(frozen=True)
class Neighbours:
    previous: Neighbour | None
    next: Neighbour | None


@dataclass(frozen=True)
class Links:
    """The links of an article that readers may see, by kind."""

    related: list[Neighbour]
    follow_ups: list[Neighbour]
    background: list[Neighbour]


@dataclass(frozen=True)
class EntityGroup:
    """The entities of one kind in an article, in the order in which they first appear."""

    kind: str
    entities: list[Entity]


def neighbours(article: Article) -> Neighbours:
    """The previous and the next article: the page's own links first, then what links here, then the dates."""
    kinds = ArticleLink.Kind
    stated: dict[str, ArticleLink] = {}
    for link in article.links.all():
        if link.kind in (kinds.PREVIOUS, kinds.NEXT):
            stated.setdefault(link.kind, link)
    visible = _visible(link.to_article_id for link in stated.values())
    # An article whose page says that this one is its next is this one's previous.
    claimed: dict[str, Article] = {}
    claims = article.links_here.filter(
        kind__in=(kinds.PREVIOUS, kinds.NEXT), from_article__in=Article.objects.published()
    )
    for link in claims.select_related("from_article"):
        claimed.setdefault(link.kind, link.from_article)
    return Neighbours(
        previous=_neighbour(stated.get(kinds.PREVIOUS), visible)
        or _from_article(claimed.get(kinds.NEXT))
        or _from_article(_by_date(article, older=True)),
        next=_neighbour(stated.get(kinds.NEXT), visible)
        or _from_article(claimed.get(kinds.PREVIOUS))
        or _from_article(_by_date(article, older=False)),
    )


def withdrawn_at(pk: int) -> datetime | None:
    """When the withdrawn article PK went out of its readers' sight; None for one that they never saw."""
    article = Article.objects.filter(pk=pk, status=Article.Status.WITHDRAWN).only("pk").first()
    if article is None:
        return None
    status = Article.Status
    # Its history keeps each state with the time at which it ended.
    seen = article.events.filter(pgh_label="update").filter(
        Q(status=status.PUBLISHED, published_at=None)
        | Q(status__in=(status.PUBLISHED, status.SCHEDULED), published_at__lte=F("pgh_created_at"))
    )
    return seen.order_by("-pgh_id").values_list("pgh_created_at", flat=True).first()


def visible_links(article: Article) -> Links:
    """The article's links to following, background and related articles.

    Linked in several ways, an article stands once, under the one that says the most.
    """
    links = [link for link in article.links.all() if link.kind not in ("previous", "next")]
    visible = _visible(link.to_article_id for link in links)
    kinds = ArticleLink.Kind
    telling_most_first = (kinds.FOLLOW_UP, kinds.BACKGROUND, kinds.RELATED)
    by_kind: dict[str, list[Neighbour]] = {}
    stated: set[Neighbour] = set()
    for link in sorted(links, key=lambda link: telling_most_first.index(link.kind)):
        neighbour = _neighbour(link, visible)
        if neighbour and neighbour not in stated:
            stated.add(neighbour)
            by_kind.setdefault(link.kind, []).append(neighbour)
    return Links(
        related=by_kind.get(kinds.RELATED, []),
        follow_ups=by_kind.get(kinds.FOLLOW_UP, []),
        background=by_kind.get(kinds.BACKGROUND, []),
    )


def story(article: Article) -> list[Article]:
    """The chain of articles on one affair, joined by follow-up links, oldest first; empty when it stands alone."""
    chain = RawSQL(
        """
        WITH RECURSIVE chain (id) AS (
            SELECT %s::bigint
            UNION
            SELECT CASE WHEN link.from_article_id = chain.id THEN link.to_article_id ELSE link.from_article_id END
            FROM archive_articlelink AS link
            JOIN chain ON chain.id IN (link.from_article_id, link.to_article_id)
            WHERE link.kind = 'follow_up' AND link.to_article_id IS NOT NULL
        )
        SELECT id FROM (SELECT id FROM chain LIMIT %s) AS bounded
        """,
        (article.pk, MAX_STORY_ARTICLES),
    )
    articles = list(Article.objects.published().filter(pk__in=chain).for_lines().order_by("listed_at", "pk"))
    return articles if len(articles) > 1 else []


def copies(article: Article) -> list[Article]:
    """The published articles that are the same text, whole or in part, oldest first."""
    groups = ArticleCopy.objects.filter(article=article.pk, refused=False).values("group")
    others = ArticleCopy.objects.filter(group__in=groups, refused=False).exclude(article=article.pk)
    found = Article.objects.published().filter(pk__in=others.values("article"))
    return list(found.for_lines().order_by("listed_at", "pk")[:MAX_COPIES])


def related(article: Article, *, excluding: tuple[int, ...] = ()) -> list[Article]:
    """Published articles that share the most entities with this one, at least two; newest first among equals.

    Places do not count: two articles that both name Russia and Iran may have nothing else in common.
    """
    entity_ids = article.mentions.exclude(confirmed=False).exclude(entity__kind=Entity.Kind.PLACE).values("entity")
    shared = (
        Mention.objects.filter(entity__in=entity_ids, article__in=Article.objects.published())
        .exclude(article__in=(article.pk, *excluding))
        .exclude(confirmed=False)
        .order_by()
        .values_list("article")
        .annotate(shared=Count("entity", distinct=True))
        .filter(shared__gte=FEWEST_SHARED_ENTITIES)
        .order_by("-shared", "-article__listed_at", "-article")[:MAX_RELATED]
    )
    ids = [pk for pk, _ in shared]
    found = Article.objects.for_lines().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def entity_groups(article: Article) -> list[EntityGroup]:
    """The article's entities by kind (persons, organisations, places, events), with `article_count` each."""
    order: dict[int, int] = {}
    for mention in _mentions(article):
        order.setdefault(mention.entity_id, len(order))
    kinds = [kind.value for kind in Entity.Kind]
    entities = sorted(
        Entity.objects.filter(pk__in=order).with_article_counts(),
        key=lambda entity: (kinds.index(entity.kind), order[entity.pk]),
    )
    return [EntityGroup(kind, list(members)) for kind, members in groupby(entities, key=lambda entity: entity.kind)]


def body_html(article: Article, groups: list[EntityGroup]) -> SafeString:
    """The body with the first mention of each entity linked to its page, and tables that scroll in their own box.

    A headline, and what leads elsewhere, stays as it is: there the next mention is the first.
    """
    urls = {entity.pk: entity.get_absolute_url() for group in groups for entity in group.entities}
    links = [
        Range(
            mention.start,
            mention.end,
            f'<a class="entity-link" href="{urls[mention.entity_id]}">',
            "</a>",
            group=mention.entity_id,
        )
        for mention in _mentions(article)
        if mention.start is not None and mention.entity_id in urls
    ]
    # Cleaned once more on the way out: what raw SQL may have written is no exception.
    html = wrap_ranges(clean_html(article.body), links, spared=WITHOUT_ENTITY_LINKS)
    box = format_html('<div class="prose-table" role="region" tabindex="0" aria-label="{}">', _("Table"))
    return mark_safe(html.replace("<table>", f"{box}<table>").replace("</table>", "</table></div>"))  # noqa: S308


def _mentions(article: Article) -> list[Mention]:
    """The mentions that nobody has refused, in the order of the text; those without a place come last."""
    mentions = [mention for mention in article.mentions.all() if mention.confirmed is not False]
    return sorted(mentions, key=lambda mention: (mention.start is None, mention.start or 0, mention.pk))


def _visible(article_ids) -> dict[int, Article]:
    wanted = {pk for pk in article_ids if pk}
    return Article.objects.published().for_lines().in_bulk(wanted) if wanted else {}


def _neighbour(link: ArticleLink | None, visible: dict[int, Article]) -> Neighbour | None:
    if link is None:
        return None
    if link.to_article_id in visible:
        return _from_article(visible[link.to_article_id])
    return Neighbour(link.title) if link.title else None


def _from_article(article: Article | None) -> Neighbour | None:
    return Neighbour(article.title, article.get_absolute_url(), article) if article else None


def _by_date(article: Article, *, older: bool) -> Article | None:
    if article.published_at is None:
        return None
    dated = Article.objects.published().exclude(published_at=None).exclude(pk=article.pk)
    here = article.published_at
    # The bound on the date alone is what lets the database begin there in its index.
    if older:
        beyond = Q(listed_at__lte=here) & (Q(listed_at__lt=here) | Q(pk__lt=article.pk))
        return dated.filter(beyond).newest_first().only("title", "slug").first()
    beyond = Q(listed_at__gte=here) & (Q(listed_at__gt=here) | Q(pk__gt=article.pk))
    return dated.filter(beyond).order_by("listed_at", "pk").only("title", "slug").first()
