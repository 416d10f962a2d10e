"""The titles of the newest articles, which this process keeps as long as no article changes.

Whoever types asks for them again and again, and reading them takes longer than all else that completes what is typed.
What they were read from is known by the numbers that triggers give (`page_generations_v1`), read with every question:
a change is seen as soon as it is committed.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archive.asking import Asking, rows_of
from archive.models import PageGeneration
from archive.models.article import shown_in_sql

KIND = PageGeneration.Kind.ARTICLES
NUMBERS = "SELECT array_agg(number ORDER BY id) FROM archive_pagegeneration WHERE kind = %s"
NUMBERS_NOW = f"SELECT ({NUMBERS}) AS numbers"

# With the numbers, in one question: of what the numbers tell.
NEWEST = f"""
SELECT ({NUMBERS}) AS numbers, (
    SELECT json_agg(json_build_array(importance, extract(epoch FROM listed_at), id, title, slug, title_key))
    FROM (SELECT * FROM archive_article WHERE {shown_in_sql("archive_article")}
        ORDER BY listed_at DESC, id DESC LIMIT %s) AS newest) AS titles
"""


class NewestTitle(NamedTuple):
    """The TITLE of an article, in the order of what matters most; LISTED_AT in seconds, perhaps to come."""

    importance: int
    listed_at: float
    article_id: int
    title: str
    slug: str


class NewestTitles:
    """The titles of articles, found by the beginnings of their words."""

    def __init__(self, titles: Iterable[tuple[NewestTitle, str]] = ()) -> None:
        """TITLES with the keys by which they are compared."""
        self._titles: list[NewestTitle] = []
        self._ends: list[int] = []
        # One text of all keys, which is sooner looked through than each of them.
        keys = []
        end = 0
        for title, key in titles:
            self._titles.append(title)
            keys.append(f" {key}\n")
            end += len(keys[-1])
            self._ends.append(end)
        self._keys = "".join(keys)

    def with_words(self, beginnings: Iterable[Iterable[str]], *, at: float) -> list[NewestTitle]:
        """Those listed AT that second that have, of each of BEGINNINGS, a word that begins like one; best first."""
        found = None
        for alternatives in beginnings:
            pattern = re.compile(" (?:" + "|".join(map(re.escape, alternatives)) + ")")
            places = {bisect(self._ends, match.start()) for match in pattern.finditer(self._keys)}
            found = places if found is None else found & places
        titles = (self._titles[place] for place in found or ())
        return sorted((title for title in titles if title.listed_at <= at), reverse=True)


class _Kept(NamedTuple):
    numbers: Sequence[int]
    count: int
    titles: NewestTitles


_kept = _Kept((), 0, NewestTitles())


def newest_titles(count: int) -> Asking[NewestTitles]:
    """Return the titles of the newest COUNT articles that readers see, or will when their time comes."""
    global _kept
    [(numbers,)] = yield from rows_of(NUMBERS_NOW, [KIND])
    if not numbers or (_kept.numbers, _kept.count) != (numbers, count):
        [(numbers, rows)] = yield from rows_of(NEWEST, [KIND, count])
        titles = NewestTitles((NewestTitle(*row), key) for *row, key in rows or ())
        _kept = _Kept(numbers or (), count, titles)
    return _kept.titles
