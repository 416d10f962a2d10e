"""Keyset paging: lists of articles by date that can be followed to any depth at the same cost.

An address names the article a page begins beyond (`?before=` for older ones, `?after=` for newer), so a page stays
the same while new articles arrive.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q
from django.utils.http import urlencode

from archive.models import Article, ArticleQuerySet, Quotation, QuotationQuerySet

ARTICLES_PER_PAGE = 20

_CURSOR = re.compile(r"(\d{8}T\d{6}\.\d{6})Z-(\d{1,18})", re.ASCII)
_CURSOR_TIME = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class KeysetPage:
    """A page of ARTICLES, or of quotations from them, newest first, with the query strings of its neighbours.

    Those are None at either end.
    """

    articles: list[Article] | list[Quotation]
    newer: str | None
    older: str | None

    def url(self, side: str | None, path: str, given: dict[str, str]) -> str | None:
        """The address of the page on SIDE (`newer` or `older`), under PATH with the parameters GIVEN."""
        if side is None:
            return None
        return f"{path}?{urlencode(given)}&{side[1:]}" if given else f"{path}{side}"


def keyset_page(
    articles: ArticleQuerySet | QuotationQuerySet, *, before: str = "", after: str = "", size: int = ARTICLES_PER_PAGE
) -> KeysetPage:
    """Return the page of ARTICLES that begins beyond a cursor; the newest page without a good one."""
    older_than, newer_than = _parse(before), _parse(after)
    if newer_than and not older_than:
        rows = list(articles.filter(_beyond(newer_than, "gt")).order_by("listed_at", "pk")[: size + 1])
        has_newer, has_older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        if older_than:
            articles = articles.filter(_beyond(older_than, "lt"))
        rows = list(articles.newest_first()[: size + 1])
        has_newer, has_older = older_than is not None, len(rows) > size
        rows = rows[:size]
    return KeysetPage(
        articles=rows,
        newer=f"?after={_cursor(rows[0])}" if rows and has_newer else None,
        older=f"?before={_cursor(rows[-1])}" if rows and has_older else None,
    )


def _beyond(cursor: tuple[datetime, int], side: str) -> Q:
    """What comes after (SIDE "gt") or before ("lt") the CURSOR."""
    listed_at, pk = cursor
    # The bound on the date alone is what lets the database begin there in its index.
    return Q(**{f"listed_at__{side}e": listed_at}) & (
        Q(**{f"listed_at__{side}": listed_at}) | Q(**{f"pk__{side}": pk})
    )


def _cursor(article: Article | Quotation) -> str:
    listed_at = article.listed_at.astimezone(UTC)
    # strftime drops the zeros of years before 1000 on some systems; ours begin at 1000.
    return f"{listed_at.strftime(_CURSOR_TIME)}Z-{article.pk}"


def _parse(cursor: str) -> tuple[datetime, int] | None:
    match = _CURSOR.fullmatch(cursor)
    if not match:
        return None
    try:
        return datetime.strptime(match[1], _CURSOR_TIME).replace(tzinfo=UTC), int(match[2])
    except ValueError:
        return None


PAGES_AROUND = 2


def numbered_pages(current: int, page_count: int, url: Callable[[int], str]) -> dict:
    """Return `pages`, `newer_url` and `older_url` for components/pagination.html: its ends and middle."""
    if page_count < 2:
        return {"pages": [], "newer_url": None, "older_url": None}
    shown = sorted(
        {1, page_count, *range(max(1, current - PAGES_AROUND), min(page_count, current + PAGES_AROUND) + 1)}
    )
    pages: list[dict] = []
    for left, number in zip([0, *shown], shown, strict=False):
        if number - left > 1:
            pages.append({"gap": True})
        pages.append({"number": number, "url": url(number), "current": number == current})
    return {
        "pages": pages,
        "newer_url": url(current - 1) if current > 1 else None,
        "older_url": url(current + 1) if current < page_count else None,
    }
