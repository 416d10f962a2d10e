"""Which articles are about the same as another: as much of what tells it from the rest is theirs too.

The weightiest words of an article's portrait lead to candidates through the index, near in time and at any time, and
so do its rarest names; how many are read does not grow with the archive. They are scored as the answers of a search
are, by all of the portrait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

from archive.models.article import UNDATED
from archive.search.candidates import Leaf, ladder
from archive.search.conditions import Condition, array_literal
from archive.search.keys import Kind, key, keys
from archive.search.portraits import Portrait
from archive.search.ranking import scored, what_codes_add
from archive.search.statistics import TermStatistics

LEADS = 6
MAX_LEAD_ARTICLES = 10_000
"""So many words, in so many articles together at most, lead to candidates: what the index reads is bounded."""

WANTED = 20
LIMIT = 60
"""Candidates by words, of each question; of longer lists so many are taken as they come."""

LEADING_NAMES = 3
BY_NAMES = 20
"""So many names lead to candidates, to so many."""

NEAR_DAYS = 31
COMPARED_NAMES = 30
"""Of so many, the best by words, names are compared."""


@dataclass(frozen=True)
class Alike:
    """Another article: what SHARE of the portrait is its too, from 0 to 1, and the NAMES they have in common.

    Names are ids of entities, the rarest first. COPY_GROUP is that of its copies, where it has some.
    """

    article_id: int
    listed_at: datetime
    share: float
    names: tuple[int, ...]
    copy_group: int | None


def alike(portrait: Portrait, scope: Condition, *, days: int = NEAR_DAYS, only_near: bool = False) -> list[Alike]:
    """Return the articles of SCOPE like the one of PORTRAIT, the likest first; some hundreds at most, in one query.

    Those within so many DAYS are sought first, because a common affair brings many words of any time together; and
    with ONLY_NEAR no others.
    """
    scope &= Condition.of("entry.article_id <> %s", portrait.article_id)
    near = _near(portrait, days)
    if near is None and only_near:
        return []
    question = _Question()
    if near:
        question.ask_in_turn(scope & near, _by_words(portrait, _share_of(portrait, days)), WANTED)
    if not only_near:
        question.ask_in_turn(scope, _by_words(portrait, 1), WANTED)
    if leading := list(portrait.names)[:LEADING_NAMES]:
        named = Condition.filed_under_any(keys(Kind.ENTITY, leading))
        question.ask((scope & near if only_near else scope) & named, BY_NAMES)
    return _compared(portrait, question) if question.steps else []


def _by_words(portrait: Portrait, share: float) -> list[str]:
    """Tsqueries for the articles that have most of the words that lead, among about a SHARE of all."""
    leaves: list[Leaf] = []
    read = 0
    for term, weight in portrait.words.weights.items():
        known = portrait.statistics.terms[term]
        if read + known.article_count <= MAX_LEAD_ARTICLES and len(leaves) < LEADS:
            read += known.article_count
            counted = TermStatistics(known.numbers, max(1, round(known.article_count * share)), known.tier_counts)
            leaves.append(Leaf((term.word,), weight, counted))
    if not leaves:
        return []
    return ladder(leaves, max(1, round(portrait.statistics.article_count * share)), WANTED)


class _Question:
    """Articles asked for in STEPS of one SQL statement, with its PARAMS."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.params: list = []

    def ask(self, condition: Condition, limit: int, only_if: Sequence[str] = ()) -> str:
        """Ask for entries that meet CONDITION, LIMIT at most, if all of ONLY_IF hold; return the step's name."""
        name = f"step{len(self.steps)}"
        conditions = " AND ".join([condition.where.removeprefix("WHERE "), *only_if])
        self.steps.append(
            f"{name} AS MATERIALIZED (SELECT entry.article_id FROM archive_articlesearch AS entry "
            f"WHERE {conditions} LIMIT {limit:d})"
        )
        self.params += condition.where_params
        return name

    def ask_in_turn(self, scope: Condition, tsqueries: Iterable[str], wanted: int) -> None:
        """Ask for entries of SCOPE that answer the first of TSQUERIES, then the next if they are not WANTED many."""
        too_few: list[str] = []
        for tsquery in tsqueries:
            name = self.ask(scope & Condition.tsquery(f"({tsquery})"), LIMIT, too_few)
            too_few.append(f"(SELECT count(*) FROM {name}) < {wanted:d}")


# --- Near in time ---


def _near(portrait: Portrait, days: int) -> Condition | None:
    """What was published within so many DAYS of the article, by its months; None for one without a date."""
    if portrait.listed_at == UNDATED:
        return None
    first, last = (portrait.listed_at + timedelta(days=sign * days) for sign in (-1, 1))
    months = Condition.filed_under_any(keys(Kind.MONTH, range(_month(first), _month(last) + 1)))
    return months & Condition.of("entry.listed_at BETWEEN %s AND %s", first, last)


def _share_of(portrait: Portrait, days: int) -> float:
    """The share of all articles that was published within so many DAYS, roughly."""
    months = portrait.statistics.months
    here = sum(months.get(_month(portrait.listed_at) + step, 0) for step in (-1, 0, 1)) / 3
    return min(1, max(1, here * days * 2 / 30) / max(portrait.statistics.article_count, 1))


def _month(moment: datetime) -> int:
    moment = moment.astimezone(UTC)
    return moment.year * 12 + moment.month - 1


# --- How like ---


ENTRIES = """
SELECT article_id, extract(epoch FROM listed_at)::float8, length, codes & %s::int[],
    ARRAY(SELECT key FROM unnest(keys) AS key WHERE key = ANY (%s::bigint[])),
    (SELECT group_id FROM archive_articlecopy AS copy WHERE copy.article_id = entry.article_id AND NOT refused)
FROM archive_articlesearch AS entry WHERE article_id IN ({})
"""


def compare(portrait: Portrait, ids: Sequence[int]) -> list[Alike]:
    """Return how like each of the articles IDS is, the likest first."""
    question = _Question()
    question.steps = ["step0 AS (SELECT unnest(%s::bigint[]) AS article_id)"]
    question.params = [array_literal(ids)]
    return _compared(portrait, question)


def _compared(portrait: Portrait, question: _Question) -> list[Alike]:
    """How like each of the articles is that answer QUESTION, the likest first."""
    adds = what_codes_add(portrait.words, portrait.statistics)
    own_keys = {key(Kind.ENTITY, name): name for name in portrait.names}
    found = " UNION ".join(f"SELECT article_id FROM step{number}" for number in range(len(question.steps)))
    entries = ENTRIES.format(f"SELECT %s::bigint UNION {found}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {', '.join(question.steps)} {entries}",
            [*question.params, array_literal(adds), array_literal(own_keys), portrait.article_id],
        )
        rows = cursor.fetchall()
    named = {article_id: {own_keys[one] for one in filed} for article_id, *_entry, filed, _group in rows}
    groups = {article_id: group for article_id, *_entry, group in rows}
    by_words = {
        pk: (words, second)
        for words, second, pk in scored((row[:-2] for row in rows), adds, portrait.words, portrait.statistics)
    }
    own, _second = by_words.pop(portrait.article_id)
    whole = own + sum(portrait.names.values())
    if not whole:
        return []
    best = sorted(by_words, key=lambda pk: (-by_words[pk][0], pk))
    names = {pk: tuple(name for name in portrait.names if name in named[pk]) for pk in best[:COMPARED_NAMES]}
    likest = [
        Alike(
            pk,
            datetime.fromtimestamp(by_words[pk][1], UTC),
            (by_words[pk][0] + sum(portrait.names[name] for name in names.get(pk, ()))) / whole,
            names.get(pk, ()),
            groups[pk],
        )
        for pk in best
    ]
    return sorted(likest, key=lambda one: (-one.share, -one.article_id))
