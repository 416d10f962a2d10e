"""Finding entities by a name, however it is spelt and in whatever letters.

What is an entity's name, folded, comes first. Then names are found by how they sound: by the keys of the words asked
for the words of names that sound like them, and by those the names that hold one for each. The most alike come first,
and among these the ones that more articles mention.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log10
from typing import NamedTuple

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from archive.asking import Asking, asked, at_once, remembered, rows_of, together
from archive.models import Alias, EntityQuerySet
from archive.models.entity import KEY_WORDS
from archive.text.name_readings import PARTICLES, Reading, readings, split_readings
from archive.text.normalize import spellings, words
from archive.text.sounds import MAX_KEYS_ASKED, RULES, is_latin, likeness, sound_keys

SHOWN = 0.84
"""So much like what was asked for are the names that are shown."""

MARGIN = 0.1
"""And so little less are they than the one that is most."""

SURE = 0.92
"""What is so like is not looked for with a word of it in two."""

MIN_LETTERS = 3
"""Of fewer letters too much sounds alike."""

LEAST_WORD = 0.6
KNOWN_WORD = 0.96
"""So alike a word must be; more so if it is typed in Arabic letters and stands in names so: it is meant as typed."""

PARTICLE_WEIGHT = 0.25
WORDS_LEFT_OUT = 0.12
"""What a name loses for words beside those asked for, if they are nearly all of it."""

OUT_OF_ORDER = 0.04

EXACTLY = 0.03
POPULARITY = 0.03
COMMONNESS = 0.025
LAST_WORD = 0.03
SAME_WORDS = 0.03
MAX_SAME_WORDS = 5
"""What decides between names that are as alike: to be just what was asked for; ten times as many articles, or names
with its words; that a word asked for alone is the last; and that those before have other words."""

MAX_WORDS_ALIKE = 80
NEARLY_LIKEST = 0.08
MAX_NEARLY_LIKEST = 12
"""First only the words are taken that are hardly less like than the likest: many names hold one of many words."""

MAX_LEADING_WORDS = 24
NAMES_PER_WORD = 12
MAX_NAMES = 300
MAX_NAMESAKES = 50
MAX_WAITING = 500
"""So many words that have not been sounded yet are sounded while a reader waits."""

NAMED = """
SELECT entity_id, name, key,
    coalesce((SELECT article_count FROM archive_searchname AS turn WHERE turn.alias_id = alias.id LIMIT 1), 0)
FROM archive_alias AS alias WHERE key = %s ORDER BY 4 DESC LIMIT %s
"""

WORDS_ALIKE = """
SELECT word, keys, name_count FROM archive_nameword WHERE keys && %(keys)s::text[]
UNION ALL
(SELECT word, NULL, 0 FROM archive_nameword WHERE rules < %(rules)s LIMIT %(waiting)s)
"""

LED_BY = """
SELECT alias.entity_id, alias.name, alias.key, led.article_count
FROM unnest(%s::text[]) AS word CROSS JOIN LATERAL (
    SELECT alias_id, article_count FROM archive_searchname WHERE split_part(turned, ' ', 1) = word
    ORDER BY article_count DESC, length(turned) LIMIT %s
) AS led JOIN archive_alias AS alias ON alias.id = led.alias_id
"""

HOLDING = """
SELECT entity_id, name, key,
    coalesce((SELECT article_count FROM archive_searchname AS turn WHERE turn.alias_id = alias.id LIMIT 1), 0)
FROM (SELECT id, entity_id, name, key FROM archive_alias WHERE {condition} LIMIT %s) AS alias
"""
HOLDS = "string_to_array(key, ' ') && %s::text[]"

# PostgreSQL looks for the others only where nothing is found: the condition is the same for every row.
HOLDING_OR = """
WITH found AS MATERIALIZED ({holding}) SELECT * FROM found
UNION ALL SELECT * FROM ({otherwise}) AS others WHERE NOT EXISTS (SELECT FROM found)
"""

Options = dict[str, dict[str, float]]
"""For each word asked for, the words of names that sound like it, and how alike they are: the likest first."""


Choice = Callable[[dict[str, float]], list[str]]
"""Which of the words that sound like one are looked for in names."""


@dataclass(frozen=True)
class FoundName:
    """The NAME of an entity that is LIKE what was asked for, from 0 to 1, and in ARTICLE_COUNT articles.

    SPAN is the stretch of it that was asked for, as it is written there, and SPAN_LIKE how alike its words are,
    whatever else the name has; RANK is by what it is ordered.
    """

    entity_id: int
    name: str
    like: float
    article_count: int
    span: str
    span_like: float
    rank: float


class _Row(NamedTuple):
    entity_id: int
    name: str
    key: str
    article_count: int


@dataclass(frozen=True)
class _Vocabulary:
    """The words that sound like those asked for, and how many names had each when it was sounded."""

    options: Options
    name_counts: dict[str, int]


Heard = list[tuple[str, Collection[str], int]]
"""Words of names that may sound like some that are asked for: with their keys, and how many names had each."""


@asked
def find_names(
    text: str, *, limit: int = 20, all_alike: bool = False, heard: Heard | None = None
) -> Asking[list[FoundName]]:
    """Return the names like TEXT that are to be shown, the best first, one an entity; ALL_ALIKE adds those less so.

    Entities that readers may not see are among them: who asks leaves them out. HEARD is what `hear` returned for
    TEXT, and others beside it, if that is known.
    """
    key = words(text)
    if not key:
        return []
    alike = _like(readings(text), heard)
    asked_alike = remembered(("names alike", text), alike) if len(key) >= MIN_LETTERS else at_once([])
    rows, alike = yield from together(_fetch(NAMED, [key, MAX_NAMESAKES]), asked_alike)
    found = [
        FoundName(row.entity_id, row.name, 1.0, row.article_count, row.name, 1.0, 1 + EXACTLY + _popularity(row))
        for row in rows
    ]
    if alike:
        found = _best([*found, *alike])
    if not all_alike:
        least = max(SHOWN, max((one.like for one in found), default=0) - MARGIN)
        found = [one for one in found if one.like >= least]
    return _spread(found)[:limit]


@asked
def named(entities: EntityQuerySet, text: str, *, words_too: bool = True) -> Asking[EntityQuerySet]:
    """Return those of ENTITIES with a name that sounds like TEXT, or begins so, or has a word that does if WORDS_TOO.

    `begins_so` tells them apart. None, where TEXT has no words.
    """
    key = words(text)
    if not key:
        return entities.none().annotate(begins_so=Value(False, output_field=BooleanField()))
    begins = Q(
        pk__in=(_with_words_that_begin(key) if words_too else Alias.objects.filter(key__startswith=key)).values(
            "entity"
        )
    )
    sounds = Q(pk__in=[one.entity_id for one in (yield from find_names.part(text))])
    begins_so = Case(When(begins, then=True), default=False, output_field=BooleanField())
    return entities.filter(begins | sounds).annotate(begins_so=begins_so)


def _with_words_that_begin(key: str) -> QuerySet[Alias]:
    """Those that have the words of KEY beside each other, the last of them perhaps longer."""
    # Keys hold words only, so nothing in them needs escaping.
    phrase = " <-> ".join(f"'{word}'" for word in key.split())
    asked = SearchQuery(f"{phrase}:*", config="simple", search_type="raw")
    return Alias.objects.annotate(words=KEY_WORDS).filter(words=asked)


def _best(found: Iterable[FoundName]) -> list[FoundName]:
    """The best of FOUND of each entity, in order."""
    by_entity: dict[int, FoundName] = {}
    for one in found:
        if one.entity_id not in by_entity or one.rank > by_entity[one.entity_id].rank:
            by_entity[one.entity_id] = one
    return sorted(by_entity.values(), key=lambda one: (-one.rank, len(one.name), one.entity_id))


def _spread(found: list[FoundName]) -> list[FoundName]:
    """FOUND in order, but of names that have what was asked for in the same words each a little later."""
    before: Counter[str] = Counter()
    ranked = []
    for one in found:
        ranked.append((one.rank - SAME_WORDS * min(before[one.span], MAX_SAME_WORDS), one))
        before[one.span] += 1
    return [one for _rank, one in sorted(ranked, key=lambda rank_and_name: -rank_and_name[0])]


def hear(texts: Iterable[str]) -> Asking[Heard]:
    """Return the words of names that may sound like those of TEXTS."""
    return _hear({word for text in texts for reading in readings(text) for word in reading})


def _like(wanted: Sequence[Reading], heard: Heard | None) -> Asking[list[FoundName]]:
    """Names that sound like one of the readings WANTED; other ways are tried as long as none is much like it."""
    if not wanted:
        return []
    words_wanted = {word for reading in wanted for word in reading}
    vocabulary = _alike(words_wanted, (yield from _hear(words_wanted)) if heard is None else heard)
    split = list(split_readings(wanted[0]))
    words_split = {word for reading in split for word in reading}
    # Words taken in two may not be wanted, but then little is lost by asking, and otherwise a round is spared.
    found, heard_split = yield from together(_by_sound(wanted, vocabulary, _nearly_likest), _hear(words_split))
    if _likest(found) < SURE:
        with_either = _with_either_word(wanted[0], vocabulary) if _likest(found) < SHOWN else at_once([])
        others, of_split, rows = yield from together(
            _by_sound(wanted, vocabulary, list), _by_sound(split, _alike(words_split, heard_split), list), with_either
        )
        found += others
        if _likest(found) < SURE:
            found += of_split
        if _likest(found) < SHOWN:
            found += _scored_with_either(wanted[0], rows, vocabulary)
    return found


def _likest(found: Iterable[FoundName]) -> float:
    return max((one.like for one in found), default=0)


def _by_sound(wanted: Sequence[Reading], vocabulary: _Vocabulary, choose: Choice) -> Asking[list[FoundName]]:
    found = yield from together(*(_rows(reading, vocabulary, choose) for reading in wanted))
    return [_scored(reading, row, vocabulary) for reading, rows in zip(wanted, found, strict=True) for row in rows]


def _hear(wanted: Collection[str]) -> Asking[Heard]:
    if not wanted:
        return []
    all_keys = sorted(frozenset().union(*map(_keys_asked, wanted)))
    rows = yield from rows_of(WORDS_ALIKE, {"keys": all_keys, "rules": RULES, "waiting": MAX_WAITING})
    return [(word, sound_keys(word) if own is None else own, count) for word, own, count in rows]


def _keys_asked(word: str) -> frozenset[str]:
    return frozenset(sound_keys(word, MAX_KEYS_ASKED))


def _alike(wanted: Collection[str], heard: Heard) -> _Vocabulary:
    """The words HEARD that sound like each of those WANTED."""
    counts = {word: count for word, _own, count in heard}
    options = {}
    for word in wanted:
        keys = _keys_asked(word)
        least = KNOWN_WORD if word in counts and not is_latin(word) else LEAST_WORD
        alike = {
            other: like
            for other, own, _count in heard
            if not keys.isdisjoint(own) and (like := likeness(word, other)) >= least
        }
        likest = sorted(alike, key=lambda other: -alike[other] - COMMONNESS * log10(1 + counts[other]))
        options[word] = {other: alike[other] for other in likest[:MAX_WORDS_ALIKE]}
    return _Vocabulary(options, counts)


def _rows(reading: Reading, vocabulary: _Vocabulary, choose: Choice) -> Asking[list[_Row]]:
    """Names that hold a word like each of READING; where none does, and they are three or more, like all but one."""
    telling = _telling(reading)
    if len(telling) == 1:
        leading = list(vocabulary.options[telling[0]])[:MAX_LEADING_WORDS]
        return (yield from _fetch(LED_BY, [leading, NAMES_PER_WORD])) if leading else []
    alike = [choose(vocabulary.options[word]) for word in telling]
    but_one = [alike[:place] + alike[place + 1 :] for place in range(len(alike))] if len(telling) > 2 else []
    return (yield from _holding([alike], but_one))


def _telling(reading: Reading) -> list[str]:
    """The words of READING by which names are found: those that say something, if there are any."""
    return [word for word in dict.fromkeys(reading) if word not in PARTICLES] or list(dict.fromkeys(reading))


def _nearly_likest(alike: dict[str, float]) -> list[str]:
    least = max(alike.values(), default=0) - NEARLY_LIKEST
    return [word for word, like in alike.items() if like >= least][:MAX_NEARLY_LIKEST]


Alternatives = Sequence[Sequence[list[str]]]


def _holding(alternatives: Alternatives, otherwise: Alternatives = ()) -> Asking[list[_Row]]:
    """Names with a word of every list of one of ALTERNATIVES; where there are none, of one of those OTHERWISE."""
    asked_for = [possible for lists in (alternatives, otherwise) if (possible := [one for one in lists if all(one)])]
    if not asked_for:
        return []
    first, *others = (_holding_one_of(possible) for possible in asked_for)
    sql, params = first
    for other_sql, other_params in others:
        sql, params = HOLDING_OR.format(holding=sql, otherwise=other_sql), [*params, *other_params]
    return (yield from _fetch(sql, params))


def _holding_one_of(possible: Alternatives) -> tuple[str, list]:
    condition = " OR ".join(f"({' AND '.join([HOLDS] * len(lists))})" for lists in possible)
    return HOLDING.format(condition=condition), [*(alike for lists in possible for alike in lists), MAX_NAMES]


def _fetch(sql: str, params: Sequence) -> Asking[list[_Row]]:
    return [_Row(*row) for row in (yield from rows_of(sql, params))]


def _with_either_word(reading: Reading, vocabulary: _Vocabulary) -> Asking[list[_Row]]:
    """Names with one of the two words of READING."""
    telling = _telling(reading)
    if len(telling) != 2:
        return []
    held = yield from together(*(_holding([[list(vocabulary.options[word])[:3]]]) for word in telling))
    return [row for found in held for row in found]


def _scored_with_either(reading: Reading, rows: Sequence[_Row], vocabulary: _Vocabulary) -> list[FoundName]:
    """ROWS with one of the words of READING, whose keys do not find the other: that is compared with all."""
    options = {word: defaultdict(float, vocabulary.options[word]) for word in reading}
    for own in {own for row in rows for own in row.key.split()}:
        for word in _telling(reading):
            options[word].setdefault(own, likeness(word, own))
    return [_scored(reading, row, _Vocabulary(options, vocabulary.name_counts)) for row in rows]


def _scored(reading: Reading, row: _Row, vocabulary: _Vocabulary) -> FoundName:
    """How much ROW is like READING: each word of that has the likest of those of the name that no other has."""
    own = row.key.split()
    alike = common = 0.0
    places: list[int] = []
    for word in reading:
        options = vocabulary.options[word]
        likest = max(
            (place for place in range(len(own)) if place not in places and own[place] in options),
            key=lambda place: options[own[place]],
            default=None,
        )
        if likest is not None:
            alike += _weight(word) * options[own[likest]]
            common += _weight(word) * log10(1 + vocabulary.name_counts.get(own[likest], 0))
            places.append(likest)
    weight = sum(map(_weight, reading))
    told = sum(_weight(own[place]) for place in places) / sum(map(_weight, own))
    span_like = alike / weight
    like = span_like * (1 - WORDS_LEFT_OUT * (1 - told))
    if places != sorted(places):
        like -= OUT_OF_ORDER
    rank = like + COMMONNESS * common / weight + _popularity(row)
    if len(reading) == 1 < len(own) and places == [len(own) - 1]:
        rank += LAST_WORD
    return FoundName(row.entity_id, row.name, like, row.article_count, _span(row.name, places), span_like, rank)


def _popularity(row: _Row) -> float:
    return POPULARITY * log10(1 + row.article_count)


def _weight(word: str) -> float:
    return PARTICLE_WEIGHT if word in PARTICLES else 1.0


def _span(name: str, places: Collection[int]) -> str:
    """The words of NAME from the first of PLACES to the last, as they are written."""
    return " ".join(spellings(name).split()[min(places) : max(places) + 1]) if places else ""
