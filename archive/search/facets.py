"""How many articles answer a search, and how they divide by section, source, entity and year.

Up to MAX_COUNTED they are counted, and up to MAX_DIVIDED divided; of more, samples of equal size tell, and it is said
that they do. What can be counted is asked for once: the same question counts, divides and names.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from django.utils import timezone

from archive.asking import Asking, Rows, asked, rows_of, together
from archive.models import Entity
from archive.models.languages import shown
from archive.search.conditions import Condition
from archive.search.keys import SAMPLES, Kind, keys

MAX_COUNTED = 10_000
MAX_DIVIDED = 2_000
"""Dividing reads what each answer is filed under, and takes longer than counting."""

SAMPLE_SIZE = 2_000
"""How many answers a sample should hold: all of them can be divided, and the total is told to about a twentieth."""

SLACK = 1.1
"""A guess this little above what can be counted may be wrong: it is tried."""

FEW = 600
"""So few answers are named, and need not be asked for again."""

MAX_CHECKED = 3_000
"""The words of a phrase are looked up, the phrase itself is read in each article that has them: so many are read."""

SURELY_SOME = 10
"""Where so many are expected with all, those with any are counted beside them, and not once it is known."""

MIN_SAMPLED = 10
"""A sample that holds fewer answers tells too little: all are looked for."""

MAX_VALUES = 10
"""So many of each facet are told, and whether there are more."""

MAX_MORE = 100
"""So many of the one of which more are asked for."""

MAX_RANKED, MAX_RANKED_FOR_MORE = 200, 2_000
"""Of the names, so many of the commonest are looked up and told apart by their kinds; so many for more of them."""


@dataclass(frozen=True)
class Count:
    """A number of articles; VALUE is an estimate, rounded to two digits, unless EXACT."""

    value: int = 0
    exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.value)


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: the SLUG that selects it in the address, the NAME shown, and how many results have it.

    An entity is of a KIND.
    """

    slug: str
    name: str
    count: int
    kind: str = ""


@dataclass(frozen=True)
class Facets:
    """The commonest values of each kind, and of each kind of entities; years in order; estimates unless EXACT.

    MORE are those of FACET_NAMES that have further values.
    """

    section: list[FacetValue] = field(default_factory=list)
    source: list[FacetValue] = field(default_factory=list)
    entity: list[FacetValue] = field(default_factory=list)
    year: list[FacetValue] = field(default_factory=list)
    exact: bool = True
    more: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Division:
    """How many articles answer a search, their facets, and where they are FEW, their ids."""

    count: Count
    facets: Facets
    ids: list[int] | None = None


class DivisionOfBoth(NamedTuple):
    """The division of articles WITH_ALL, COUNT_ANY of those with any and, where these are few, their ids.

    Where there are none with all, the division of those WITH_ANY.
    """

    with_all: Division
    count_any: Count
    ids_with_any: list[int] | None = None
    with_any: Division | None = None


TOTAL, DIVIDED, YEAR, ID, WITH_ALL, WITH_ANY, ID_WITH_ANY = -1, -2, -3, -4, -5, -6, -7
"""Kinds of figures that are no kinds of keys."""

MATCHED = "SELECT entry.article_id, entry.keys, entry.listed_at FROM archive_articlesearch AS entry %s LIMIT %%s"
COUNT = "SELECT count(*) AS count FROM (SELECT FROM archive_articlesearch AS entry %s LIMIT %%s) AS matched"

FACETS = (Kind.SECTION, Kind.SOURCE, Kind.ENTITY)
COMMON = " UNION ALL ".join(
    f"(SELECT * FROM by_key WHERE kind = {kind:d} ORDER BY count DESC, value LIMIT %%s)" for kind in FACETS
)

DIVIDE = f"""
WITH %(matched)s, total AS MATERIALIZED (
    SELECT count(*) AS count FROM matched
), divided AS MATERIALIZED (
    SELECT keys, listed_at FROM matched
    -- Any even choice; not that of the samples, of which this may be one.
    WHERE (hashint8(article_id) & {SAMPLES - 1}) < (SELECT {SAMPLES} * %%s / greatest(count, 1) FROM total)
), by_key AS (
    SELECT (key & 7)::int AS kind, key >> 3 AS value, count(*) AS count
    -- Unpacked in the list of columns, keys are not made a table of for each row: half the time.
    FROM (SELECT unnest(keys) AS key FROM divided) AS unpacked WHERE key & 7 = ANY (%%s) GROUP BY key
), common AS (
    -- By kind: of thousands of names, the commonest are found without putting all in order.
    {COMMON}
), named AS (
    SELECT common.kind, value, count, coalesce(section.slug, source.slug, value::text) AS slug,
        coalesce(section.name, source.name, entity.name) AS name,
        coalesce(section.name_latin, source.name_latin, entity.name_latin) AS name_latin,
        CASE common.kind WHEN {Kind.SECTION:d} THEN 'section' WHEN {Kind.SOURCE:d} THEN 'source' ELSE entity.kind END
            AS facet
    FROM common LEFT JOIN archive_section AS section ON common.kind = {Kind.SECTION:d} AND section.id = value
        LEFT JOIN archive_source AS source ON common.kind = {Kind.SOURCE:d} AND source.id = value
        LEFT JOIN archive_entity AS entity ON common.kind = {Kind.ENTITY:d} AND entity.id = value
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY facet ORDER BY count DESC, value) AS place FROM named
)
SELECT {TOTAL} AS kind, 0 AS value, count, '' AS slug, '' AS name, '' AS name_latin, '' AS facet FROM total
UNION ALL SELECT {DIVIDED}, 0, count(*), '', '', '', '' FROM divided
UNION ALL SELECT kind, value, count, slug, name, name_latin, facet FROM placed
    -- One more tells that there are more.
    WHERE place <= 1 + CASE facet WHEN %%s THEN {MAX_MORE} ELSE {MAX_VALUES} END
UNION ALL SELECT {YEAR}, date_part('year', listed_at AT TIME ZONE %%s)::bigint, count(*), '', '', '', '' FROM divided
    WHERE listed_at > '1500-01-01' GROUP BY 2
UNION ALL SELECT {ID}, article_id, 1, '', '', '', '' FROM matched WHERE (SELECT count FROM total) <= %%s
"""
FACET_NAMES = ("section", "source", *Entity.Kind.values)
"""The facets of which more can be asked for."""

# Those with any are divided only where there are none with all, and else only counted: PostgreSQL leaves out what is
# asked under a condition that is the same for every row, and does not hold.
ALL_OR_ANY = f"""
with_all AS MATERIALIZED ({MATCHED}), with_any AS MATERIALIZED (
    SELECT entry.article_id FROM archive_articlesearch AS entry %s LIMIT %%s
), matched AS MATERIALIZED (
    SELECT * FROM with_all
    UNION ALL SELECT * FROM ({MATCHED}) AS instead WHERE NOT EXISTS (SELECT FROM with_all)
)"""
COUNT_BOTH = f"""
UNION ALL SELECT {WITH_ALL}, 0, count(*), '', '', '', '' FROM with_all
UNION ALL SELECT {WITH_ANY}, 0, count(*), '', '', '', '' FROM with_any WHERE EXISTS (SELECT FROM with_all)
UNION ALL SELECT {ID_WITH_ANY}, article_id, 1, '', '', '', '' FROM with_any
    WHERE EXISTS (SELECT FROM with_all) AND (SELECT count(*) FROM with_any) <= {FEW:d}
"""

EXISTS = "SELECT EXISTS (SELECT FROM archive_articlesearch AS entry %s) AS found"

Figures = dict[int, dict[int, int]]


class Name(NamedTuple):
    """What a value of a facet is called in addresses and on pages, and which of FACET_NAMES it is of."""

    slug: str
    name: str
    facet: str


Names = dict[tuple[int, int], Name]
"""The values of facets, by their kinds and numbers."""


class Sought(NamedTuple):
    """Entries that meet CONDITION; guesses of how many do, and of how many must be read for a phrase to know."""

    condition: Condition
    expected: float
    checked: float = 0

    @property
    def countable(self) -> bool:
        return self.expected <= MAX_COUNTED * SLACK and self.checked <= MAX_CHECKED

    @property
    def few(self) -> int:
        # What took long to find is not looked for again.
        return MAX_DIVIDED if self.checked else FEW


@asked
def count(condition: Condition, expected: float, checked: float = 0) -> Asking[Count]:
    """Return how many entries meet CONDITION; EXPECTED and CHECKED are guesses as in `Sought`."""
    return _total(*(yield from _figures(_count, condition, expected, checked)))


@asked
def divide(condition: Condition, expected: float, checked: float = 0, *, more: str = "") -> Asking[Division]:
    """Return how many entries meet CONDITION, and their facets; EXPECTED and CHECKED are guesses as in `Sought`.

    Of the facet MORE, one of FACET_NAMES, up to MAX_MORE values are told.
    """
    few = Sought(condition, expected, checked).few
    names: Names = {}
    ask = partial(_divide, few=few, names=names, more=more)
    figures, scale = yield from _figures(ask, condition, expected, checked)
    return _division(figures, names, scale, few, more)


@asked
def divide_first(with_all: Sought, with_any: Sought, *, more: str = "") -> Asking[DivisionOfBoth]:
    """Return the division of WITH_ALL and how many there are WITH_ANY; where there are none with all, their division.

    Where both can be counted, as `divide` and `count` would tell, in one question.
    """
    if with_all.countable and with_any.countable:
        figures, names = yield from _divide_first(with_all, with_any, more)
        if max(figures[TOTAL][0], figures[WITH_ANY][0]) <= MAX_COUNTED:
            if figures[WITH_ALL][0]:
                division = _division(figures, names, 1, with_all.few, more)
                count_any = Count(figures[WITH_ANY][0])
                return DivisionOfBoth(
                    division, count_any, list(figures[ID_WITH_ANY]) if count_any.value <= FEW else None
                )
            of_any = _division(figures, names, 1, with_any.few, more)
            return DivisionOfBoth(Division(Count(), Facets(), []), of_any.count, with_any=of_any)
    if with_all.expected < SURELY_SOME:
        division = yield from divide.part(*with_all, more=more)
        count_any = (yield from count.part(*with_any)) if division.count else Count()
    else:
        division, count_any = yield from together(divide.part(*with_all, more=more), count.part(*with_any))
    if division.count:
        return DivisionOfBoth(division, count_any)
    of_any = yield from divide.part(*with_any, more=more)
    return DivisionOfBoth(division, of_any.count, with_any=of_any)


def count_up_to(condition: Condition, most: int) -> Asking[int]:
    """Return how many entries meet CONDITION; of more than MOST, MOST."""
    [(number,)] = yield from rows_of(COUNT % condition.where, [*condition.where_params, most])
    return number


def exists(condition: Condition) -> Asking[bool]:
    """Does any entry meet CONDITION?"""
    [(found,)] = yield from rows_of(EXISTS % condition.where, condition.where_params)
    return found


def _division(figures: Figures, names: Names, scale: float, few: int, more: str) -> Division:
    total = _total(figures, scale)
    divided = figures[DIVIDED][0]
    facets = _facets(figures, names, total.value / divided if divided else 1, more)
    return Division(total, facets, list(figures[ID]) if total.exact and total.value <= few else None)


def _figures(
    ask: Callable[[Condition], Asking[Figures]],
    condition: Condition,
    expected: float,
    checked: float,
) -> Asking[tuple[Figures, float]]:
    """What ASK tells of CONDITION, or of samples; and how many times more there is in all (1: those are exact).

    A sample should hold SAMPLE_SIZE of those that are expected.
    """
    if checked > MAX_CHECKED:
        figures, scale = yield from _figures_of(int(SAMPLES * MAX_CHECKED / checked), ask, condition)
        if figures[TOTAL][0] >= MIN_SAMPLED:
            return figures, scale
    while True:
        countable = expected <= MAX_COUNTED * SLACK
        if countable:
            figures = yield from ask(condition)
            if figures[TOTAL][0] <= MAX_COUNTED:
                return figures, 1
        samples = round(SAMPLES * SAMPLE_SIZE / max(expected, MAX_COUNTED))
        figures, scale = yield from _figures_of(samples, ask, condition)
        estimate = figures[TOTAL][0] * scale
        if figures[TOTAL][0] > MAX_COUNTED and scale < SAMPLES:
            # There are so many more than expected that the sample was cut too.
            expected = max(expected, estimate) * SLACK
        elif estimate > MAX_COUNTED or countable:
            return figures, scale
        else:
            expected = estimate


def _figures_of(
    samples: int, ask: Callable[[Condition], Asking[Figures]], condition: Condition
) -> Asking[tuple[Figures, float]]:
    samples = max(samples, 1)
    sampled = Condition.filed_under_any(keys(Kind.SAMPLE, range(samples)))
    return (yield from ask(condition & sampled)), SAMPLES / samples


def _total(figures: Figures, scale: float) -> Count:
    number = figures[TOTAL][0]
    return Count(number) if scale == 1 else Count(_rounded(number * scale), exact=False)


def _count(condition: Condition) -> Asking[Figures]:
    return {TOTAL: {0: (yield from count_up_to(condition, MAX_COUNTED + 1))}}


def _divide(condition: Condition, few: int, names: Names, more: str) -> Asking[Figures]:
    """The figures of what meets CONDITION; NAMES come to hold those of the values."""
    matched = f"matched AS MATERIALIZED ({MATCHED % condition.where})"
    rows = yield from rows_of(DIVIDE % {"matched": matched}, _division_params(_limited(condition), few, more))
    return _read(rows, names)


def _divide_first(with_all: Sought, with_any: Sought, more: str) -> Asking[tuple[Figures, Names]]:
    where_all, where_any = with_all.condition.where, with_any.condition.where
    sql = DIVIDE % {"matched": ALL_OR_ANY % (where_all, where_any, where_any)} + COUNT_BOTH
    of_matched = [*_limited(with_all.condition), *_limited(with_any.condition) * 2]
    rows = yield from rows_of(sql, _division_params(of_matched, max(with_all.few, with_any.few), more))
    names: Names = {}
    return _read(rows, names), names


def _limited(condition: Condition) -> list:
    return [*condition.where_params, MAX_COUNTED + 1]


def _division_params(of_matched: Sequence, few: int, more: str) -> list:
    ranked = MAX_RANKED_FOR_MORE if more else MAX_RANKED
    zone = timezone.get_current_timezone_name()
    return [*of_matched, MAX_DIVIDED, [*FACETS], *[ranked] * len(FACETS), more, zone, few]


def _read(rows: Rows, names: Names) -> Figures:
    figures: Figures = defaultdict(dict)
    for kind, value, number, slug, name, name_latin, facet in rows:
        figures[kind][value] = number
        if name:
            names[kind, value] = Name(slug, shown(name, name_latin), facet)
    return figures


def _facets(figures: Figures, names: Names, scale: float, more: str) -> Facets:
    exact = scale == 1
    told: Counter[str] = Counter()

    def values(kind: Kind) -> list[FacetValue]:
        found = []
        for value, number in sorted(figures[kind].items(), key=lambda item: (-item[1], item[0])):
            if (kind, value) in names:
                slug, name, facet = names[kind, value]
                told[facet] += 1
                if told[facet] <= _most(facet, more):
                    found.append(FacetValue(slug, name, scaled(number), facet if kind is Kind.ENTITY else ""))
        return found

    def scaled(number: int) -> int:
        return number if exact else _rounded(number * scale)

    return Facets(
        section=values(Kind.SECTION),
        source=values(Kind.SOURCE),
        entity=values(Kind.ENTITY),
        year=[FacetValue(str(year), str(year), scaled(number)) for year, number in sorted(figures[YEAR].items())],
        exact=exact,
        more=frozenset(facet for facet, number in told.items() if number > _most(facet, more)),
    )


def _most(facet: str, more: str) -> int:
    """How many values of FACET are told, where MORE of one are wanted."""
    return MAX_MORE if facet == more else MAX_VALUES


def _rounded(number: float) -> int:
    digits = max(0, len(str(int(number))) - 2)
    return int(round(number / 10**digits) * 10**digits)
