"""What an article's page makes of what was read with it (`archive.models.beside`): links, names, body, minutes.

Nothing unpublished is ever among them. A link whose article is not here, or not to be seen, keeps the title that the
original page gave it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import F, Q
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.models import Article, ArticleLink, Beside, Entity, Mention
from archive.text.dates import format_days, iso_days, span_precision, western_digits
from archive.text.direction import left_to_right_runs
from archive.text.html import Range, clean_html, wrap_ranges

WORDS_PER_MINUTE = 180
"""How fast Arabic is read in silence (Brysbaert, Journal of Memory and Language 109, 2019: 181 in the mean)."""

WITHOUT_ENTITY_LINKS = frozenset({"a", "h2", "h3"})
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


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


def neighbours(beside: Beside) -> Neighbours:
    """The previous and the next article: the page's own links first, then what links here, then the dates."""
    kinds = ArticleLink.Kind
    stated: dict[str, ArticleLink] = {}
    for link in beside.links:
        stated.setdefault(link.kind, link)
    # An article whose page says that this one is its next is this one's previous.
    claimed: dict[str, int] = {}
    for link in beside.claims:
        if link.from_article_id in beside.lines:
            claimed.setdefault(link.kind, link.from_article_id)

    def nearest(kind: str, claim: str, by_date: int | None) -> Neighbour | None:
        return (
            _neighbour(stated.get(kind), beside.lines)
            or _from_article(beside.lines.get(claimed.get(claim)))
            or _from_article(beside.lines.get(by_date))
        )

    return Neighbours(
        previous=nearest(kinds.PREVIOUS, kinds.NEXT, beside.older),
        next=nearest(kinds.NEXT, kinds.PREVIOUS, beside.newer),
    )


class Withdrawal(NamedTuple):
    """When an article in LANGUAGE went out of sight, and the NOTICE of it to readers; "" where none was written."""

    withdrawn_at: datetime
    notice: str
    language: str


def withdrawal(pk: int) -> Withdrawal | None:
    """How the article PK was withdrawn; None for one that is not, or that readers never saw."""
    withdrawn = Article.objects.filter(pk=pk, status=Article.Status.WITHDRAWN)
    article = withdrawn.only("withdrawal_notice", "language").first()
    if article is None:
        return None
    status = Article.Status
    # Its history keeps each state with the time at which it ended.
    seen = article.events.filter(pgh_label="update").filter(
        Q(status=status.PUBLISHED, published_at=None)
        | Q(status__in=(status.PUBLISHED, status.SCHEDULED), published_at__lte=F("pgh_created_at"))
    )
    withdrawn_at = seen.order_by("-pgh_id").values_list("pgh_created_at", flat=True).first()
    return withdrawn_at and Withdrawal(withdrawn_at, article.withdrawal_notice, article.language)


def visible_links(beside: Beside) -> Links:
    """The article's links to following, background and related articles; of the last those of editors first.

    Linked in several ways, an article stands once, under the one that says the most. What an editor said is not
    related stands among them only if an editor put it there.
    """
    kinds, editor = ArticleLink.Kind, ArticleLink.Origin.EDITOR
    links = [
        link
        for link in beside.links
        if link.kind not in (kinds.PREVIOUS, kinds.NEXT)
        and not (link.kind == kinds.RELATED and link.origin != editor and link.to_article_id in beside.refused)
    ]
    telling_most_first = (kinds.FOLLOW_UP, kinds.BACKGROUND, kinds.RELATED)
    by_kind: dict[str, list[Neighbour]] = {}
    stated: set[Neighbour] = set()
    for link in sorted(links, key=lambda link: (telling_most_first.index(link.kind), link.origin != editor)):
        neighbour = _neighbour(link, beside.lines)
        if neighbour and neighbour not in stated:
            stated.add(neighbour)
            by_kind.setdefault(link.kind, []).append(neighbour)
    return Links(
        related=by_kind.get(kinds.RELATED, []),
        follow_ups=by_kind.get(kinds.FOLLOW_UP, []),
        background=by_kind.get(kinds.BACKGROUND, []),
    )


def entity_groups(beside: Beside) -> list[EntityGroup]:
    """The article's entities by kind (persons, organisations, places, events), with `article_count` each."""
    order: dict[int, int] = {}
    for mention in _mentions(beside):
        order.setdefault(mention.entity_id, len(order))
    kinds = [kind.value for kind in Entity.Kind]
    entities = sorted(beside.entities.values(), key=lambda entity: (kinds.index(entity.kind), order[entity.pk]))
    return [EntityGroup(kind, list(members)) for kind, members in groupby(entities, key=lambda entity: entity.kind)]


def main_entities(beside: Beside, *, most: int) -> list[Entity]:
    """The entities that the article names most often, MOST at most; of those named as often, the first in it."""
    named = Counter(mention.entity_id for mention in _mentions(beside))
    return [beside.entities[pk] for pk, _count in named.most_common() if pk in beside.entities][:most]


def body_html(beside: Beside) -> SafeString:
    """The body with each entity's first mention linked, the days that phrases mean, and tables that scroll alone.

    A headline, and what leads elsewhere, stays as it is: there the next mention is the first.
    """
    urls = {pk: entity.get_absolute_url() for pk, entity in beside.entities.items()}
    links = [
        Range(
            mention.start,
            mention.end,
            f'<a class="entity-link" href="{urls[mention.entity_id]}">',
            "</a>",
            group=mention.entity_id,
        )
        for mention in _mentions(beside)
        if mention.start is not None and mention.entity_id in urls
    ]
    # Cleaned once more on the way out: what raw SQL may have written is no exception.
    html = wrap_ranges(
        clean_html(beside.article.body),
        [*links, *_dates(beside), *_left_to_right_runs(beside.article)],
        spared=WITHOUT_ENTITY_LINKS,
    )
    box = format_html('<div class="prose-table" role="region" tabindex="0" aria-label="{}">', _("Table"))
    return mark_safe(html.replace("<table>", f"{box}<table>").replace("</table>", "</table></div>"))  # noqa: S308


def reading_minutes(article: Article) -> int:
    """How long the text of ARTICLE takes to read, in whole minutes; a minute at least."""
    return max(1, round(len(article.text.split()) / WORDS_PER_MINUTE))


def _dates(beside: Beside) -> Iterator[Range]:
    """The article's phrases that name days, for machines; where a reader cannot tell which, they are told.

    A day, month or year that says its year says enough. Other phrases, and parts of a month or a year, can be pointed
    at, and reached with the keyboard.
    """
    language = get_language() or "ar"
    for phrase in beside.dated_phrases:
        words = beside.article.text[phrase.start : phrase.end]
        days = format_days(phrase.first_day, phrase.last_day, language)
        iso = iso_days(phrase.first_day, phrase.last_day)
        attributes = format_html(' datetime="{}"', iso) if iso else ""
        if not (_YEAR.search(western_digits(words)) and span_precision(phrase.first_day, phrase.last_day)):
            attributes += format_html(' class="dated" tabindex="0" title="{}"', days)
        if attributes:
            tag = "time" if iso else "span"
            yield Range(phrase.start, phrase.end, f"<{tag}{attributes}>", f"</{tag}>")


def _left_to_right_runs(article: Article) -> Iterator[Range]:
    for start, end in left_to_right_runs(article.text):
        yield Range(start, end, '<bdi dir="ltr">', "</bdi>")


def _mentions(beside: Beside) -> list[Mention]:
    """The mentions in the order of the text; those without a place come last."""
    return sorted(beside.mentions, key=lambda mention: (mention.start is None, mention.start or 0, mention.pk))


def _neighbour(link: ArticleLink | None, visible: dict[int, Article]) -> Neighbour | None:
    if link is None:
        return None
    if link.to_article_id in visible:
        return _from_article(visible[link.to_article_id])
    return Neighbour(link.title) if link.title else None


def _from_article(article: Article | None) -> Neighbour | None:
    return Neighbour(article.title, article.get_absolute_url(), article) if article else None
