"""Completions of what is being typed: words of the archive, names in the news, titles of articles.

Every word typed is taken for the beginning of one, in any spelling, with the article or without it. However little is
typed, and however much there is, what is read for an answer is bounded: where too many begin so to compare them all,
the most popular words and names are looked through.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from archive.asking import Asking, Rows, asked, rows_of, together
from archive.entities.names import find_names
from archive.models import Article, Entity
from archive.models.entity import visible_in_sql
from archive.models.nested import Row, models_of
from archive.models.search import MAX_POPULARITY, POPULARITY
from archive.search.conditions import array_literal
from archive.search.newest_titles import newest_titles
from archive.search.statistics import read_statistics
from archive.search.terms import LevelTerm
from archive.text.normalize import strip_marks, words
from archive.text.tokenize import (
    MIN_LETTERS_AFTER_ARTICLE,
    Token,
    stem,
    stems_begun,
    tokenize,
    without_prefix,
)

MAX_TYPED_CHARS = 300
MAX_WORDS = 5
"""So many of the words typed count, the last ones."""

MAX_SUGGESTIONS = 5
MIN_TITLE_LETTERS = 3

EXAMINED = 2_000
"""How many of those that begin so, and are about as popular, are compared."""

WANTED = 4 * MAX_SUGGESTIONS
"""More than are shown: several are the same word, or names of one entity."""

FEW = 20
"""A word of so few articles is looked up before it is shown."""

RARE = 600
NEWEST = 2_000
"""A word of so few articles leads to all its titles; others are looked for among the newest articles."""

MAX_TITLES = 30
TITLE_COLUMNS = ("id", "title", "slug", "title_key", "importance", "listed_at")
MAX_COUNTED_WORDS = 300
ARTICLE = "ال"


@dataclass(frozen=True)
class Suggestions:
    """What may be meant, the most popular first.

    WORDS are whole queries: what was typed, its last word completed. ENTITIES carry `spelling`, the name found.
    """

    words: list[str]
    entities: list[Entity]
    titles: list[Article]


@dataclass(frozen=True)
class _Vocabulary:
    """A table of what can be begun: the column that begins so, and the one that is wanted."""

    table: str
    key: str
    value: str


WORDS = _Vocabulary("archive_searchword", "folded", "spelling")
NAMES = _Vocabulary("archive_searchname", "turned", "alias_id")

# One index has the words in order, for each class of popularity. Class after class is asked, the most popular first,
# until there are enough: what begins so and is less popular, most of it, is never read.
BEGUN = """
SELECT value, article_count FROM generate_series({classes}, 0, -1) AS class CROSS JOIN LATERAL (
    SELECT value, article_count FROM ({begun}) AS begun WHERE {wanted}
    ORDER BY article_count DESC, key LIMIT {limit}
) AS of_class LIMIT {limit}
"""
BEGUN_IN_CLASS = """
(SELECT {key} AS key, {value} AS value, article_count FROM {table}
    WHERE {popularity} = class::float8 AND {key} LIKE %s LIMIT {examined})
"""

COUNTED = f"""
WITH begun AS MATERIALIZED ({{begun}})
SELECT value, article_count, (SELECT sum(article_count) FROM begun)::bigint AS articles,
    (SELECT count(*) FROM begun) AS counted
FROM begun LIMIT {WANTED}
"""

NAMED = """
SELECT entity_id, name, article_count FROM ({begun}) AS begun JOIN archive_alias AS alias ON alias.id = value
"""


TITLED = f"""
SELECT id, title, slug FROM ({{among}}) AS among WHERE {{titled}}
ORDER BY importance DESC, listed_at DESC, id DESC LIMIT {MAX_TITLES}
"""

ENTITY_COLUMNS = [field.attname for field in Entity._meta.concrete_fields]
VISIBLE = f"""
SELECT {", ".join(ENTITY_COLUMNS)} FROM archive_entity AS entity
WHERE id = ANY (%s::bigint[]) AND {visible_in_sql("entity", "%s")}
"""

STILL_VISIBLE = """
SELECT lexeme FROM unnest(%s::text[]) AS lexeme WHERE EXISTS (
    SELECT FROM archive_articlesearch AS entry
    WHERE entry.vector @@ lexeme::tsquery AND entry.visible_from <= %s)
"""


@dataclass(frozen=True)
class _Begun:
    """The most popular words that begin so, with how many articles have each; ARTICLES are about those with any."""

    popular: Sequence[tuple[str, int]] = ()
    articles: float = inf


@asked
def suggest(typed: str) -> Asking[Suggestions]:
    """Return completions of TYPED; none where it holds no word."""
    typed = typed[:MAX_TYPED_CHARS]
    tokens = list(tokenize(typed))
    if not tokens:
        return Suggestions([], [], [])
    beginnings = _beginnings(tokens)
    (completed, titles), entities = yield from together(
        _words_and_titles(beginnings, typed, tokens), _entities(beginnings, typed)
    )
    return Suggestions(completed[:MAX_SUGGESTIONS], entities, titles[:MAX_SUGGESTIONS])


@asked
def suggest_entities(typed: str) -> Asking[list[Entity]]:
    """As `suggest`, the entities alone."""
    typed = typed[:MAX_TYPED_CHARS]
    beginnings = _beginnings(list(tokenize(typed)))
    return (yield from _entities(beginnings, typed)) if beginnings else []


def _beginnings(tokens: Sequence[Token]) -> list[str]:
    return list(dict.fromkeys(token.word for token in tokens[-MAX_WORDS:]))


def spelt_beginnings(word: str) -> list[str]:
    """How a word that is typed as the folded WORD may begin: as it is, and with the article or without it."""
    if not word.startswith(ARTICLE):
        return [word, ARTICLE + word]
    bare = word.removeprefix(ARTICLE)
    return [word, bare] if len(bare) >= MIN_LETTERS_AFTER_ARTICLE else [word]


def _words_and_titles(
    beginnings: Sequence[str], typed: str, tokens: Sequence[Token]
) -> Asking[tuple[list[str], list[Article]]]:
    """TYPED with its last word completed, and the titles.

    The last of several words is completed as the titles that hold the others go on, else by popularity.
    """
    begun = dict(zip(beginnings, (yield from together(*map(_begun, beginnings))), strict=True))
    last = tokens[-1]
    # A space after it ends a word: there is none to complete.
    popular = begun[last.word].popular if last.end == len(typed) else ()
    if len(tokens) == 1:
        titles, spellings = yield from together(_titles(begun), _still_visible(popular))
    else:
        titles = yield from _titles(begun)
        spellings = _words_of_titles(last.word, titles) if last.end == len(typed) else []
        spellings = spellings or (yield from _still_visible(popular))
    completed: dict[str, str] = {}
    for spelling in spellings:
        # Of a word with the article and without, and of its spellings, the most popular.
        completed.setdefault(without_prefix(words(spelling)), typed[: last.start] + spelling)
    return [text for text in completed.values() if text != typed], titles


def _still_visible(counted: Sequence[tuple[str, int]]) -> Asking[list[str]]:
    """The words of COUNTED that readers may still see: all articles of a rare one may be hidden since the count."""
    lexemes = {spelling: f"'{stem(words(spelling))}'" for spelling, count in counted if count <= FEW}
    if not lexemes:
        return [spelling for spelling, _count in counted]
    rows = yield from rows_of(STILL_VISIBLE, [list(lexemes.values()), timezone.now()])
    seen = {lexeme for (lexeme,) in rows}
    return [spelling for spelling, _count in counted if lexemes.get(spelling) in {None, *seen}]


def _words_of_titles(beginning: str, titles: Sequence[Article]) -> list[str]:
    """The words of TITLES that begin so, the commonest first."""
    spelt = tuple(spelt_beginnings(beginning))
    counts = Counter(
        strip_marks(article.title[token.start : token.end])
        for article in titles
        for token in tokenize(article.title)
        if token.word.startswith(spelt)
    )
    return [spelling for spelling, _count in counts.most_common()]


def _entities(beginnings: Sequence[str], typed: str) -> Asking[list[Entity]]:
    """The visible entities with a name that begins so, and where these are few, others that sound like all TYPED."""
    begun = yield from _names_begun(beginnings)
    if len({entity_id for entity_id, _name in begun}) >= MAX_SUGGESTIONS:
        entities = yield from _visible(begun, [])
        if len(entities) >= MAX_SUGGESTIONS:
            return entities[:MAX_SUGGESTIONS]
    entities = yield from _visible(begun, (yield from _names_alike(typed)))
    return entities[:MAX_SUGGESTIONS]


Name = tuple[int, str]
"""The number of an entity, and one of its names."""


def _names_begun(beginnings: Sequence[str]) -> Asking[list[Name]]:
    """Names that have a word for each of BEGINNINGS, in whatever order, the most popular first, then the shortest."""
    leading, *others = sorted(beginnings, key=len, reverse=True)
    holding = [[f"% {spelt}%" for spelt in spelt_beginnings(other)] for other in others]
    sql, params = _most_popular(NAMES, leading, holding, WANTED)
    rows = yield from rows_of(NAMED.format(begun=sql), params)
    return [
        (entity_id, name) for entity_id, name, _count in sorted(rows, key=lambda row: (-row[2], len(row[1]), row[0]))
    ]


def _names_alike(typed: str) -> Asking[list[Name]]:
    """Names that sound like all that was TYPED."""
    found = yield from find_names.part(typed, limit=WANTED)
    return [(one.entity_id, one.name) for one in found]


def _visible(begun: Sequence[Name], alike: Sequence[Name]) -> Asking[list[Entity]]:
    """The entities that readers may see of those with a name BEGUN so, then of those with one ALIKE."""
    ids = {entity_id for entity_id, _name in (*begun, *alike)}
    if not ids:
        return []
    rows = yield from rows_of(VISIBLE, [array_literal(ids), timezone.now()])
    visible = {entity.pk: entity for entity in _models(Entity, ENTITY_COLUMNS, rows)}
    entities: dict[int, Entity] = {}
    for names, own_name_first in ((begun, True), (alike, False)):
        for entity_id, name in names:
            if (entity := visible.get(entity_id)) is None:
                continue
            is_new = entity_id not in entities
            entities.setdefault(entity_id, entity)
            # Its own name, where that begins so too.
            if is_new or (own_name_first and name == entity.name):
                entity.spelling = name
    return list(entities.values())


def _begun(word: str) -> Asking[_Begun]:
    """The most popular words that begin like WORD."""
    is_counted = word.isalpha() and len(word) >= MIN_TITLE_LETTERS
    sql, params = _most_popular(WORDS, word, [], MAX_COUNTED_WORDS if is_counted else WANTED)
    asked_for = rows_of(COUNTED.format(begun=sql), params)
    if not is_counted:
        return _Begun(_by_popularity((yield from asked_for)))
    # Titles with other words of the same stem are read too, which may be many more.
    stems = {LevelTerm("s", one) for one in (stem(word), *stems_begun(word).whole)}
    rows, statistics = yield from together(asked_for, read_statistics.part(stems))
    articles, counted = rows[0][2:] if rows else (0, 0)
    of_stems = sum(one.article_count for one in statistics.terms.values())
    return _Begun(_by_popularity(rows), inf if counted >= MAX_COUNTED_WORDS else max(articles, of_stems))


def _by_popularity(rows: Rows) -> list[tuple[str, int]]:
    return sorted(((spelling, count) for spelling, count, *_ in rows), key=lambda row: -row[1])


def _most_popular(
    vocabulary: _Vocabulary, leading: str, holding: Sequence[Sequence[str]], limit: int
) -> tuple[str, list[str]]:
    """SQL for the LIMIT most popular that begin like LEADING and are like one of each of HOLDING; its parameters."""
    # Apart for each spelling: the index is read for each in one piece.
    patterns = [f"{spelt}%" for spelt in spelt_beginnings(leading)]
    begun = BEGUN_IN_CLASS.format(
        key=vocabulary.key,
        value=vocabulary.value,
        table=vocabulary.table,
        popularity=POPULARITY.format("article_count"),
        examined=EXAMINED,
    )
    wanted, params = _all_of("key", holding)
    sql = BEGUN.format(
        classes=MAX_POPULARITY, begun=" UNION ALL ".join([begun] * len(patterns)), wanted=wanted, limit=limit
    )
    return sql, [*patterns, *params]


def _all_of(column: str, alternatives: Iterable[Iterable[str]]) -> tuple[str, list[str]]:
    """SQL: COLUMN is like one of each of ALTERNATIVES; with its parameters."""
    alternatives = [list(patterns) for patterns in alternatives]
    conditions = [f"({' OR '.join([f'{column} LIKE %s'] * len(patterns))})" for patterns in alternatives]
    return " AND ".join(conditions) or "TRUE", [pattern for patterns in alternatives for pattern in patterns]


def _titles(begun: Mapping[str, _Begun]) -> Asking[list[Article]]:
    """Published articles whose title has a word for each that is BEGUN: the important ones first, then the newest."""
    if sum(map(len, begun)) < MIN_TITLE_LETTERS:
        return []
    rarest = min(begun, key=lambda word: (begun[word].articles, -len(word)))
    spelt = list(map(spelt_beginnings, begun))
    if begun[rarest].articles <= RARE:
        rows = yield from _titles_of(rarest, spelt)
    else:
        rows = yield from _newest_titles(spelt)
    return _models(Article, ("id", "title", "slug"), rows)


def _models(model: type[Row], columns: Sequence[str], rows: Rows) -> list[Row]:
    return models_of(model, [dict(zip(columns, row, strict=True)) for row in rows])


def _titles_of(word: str, spelt: Sequence[Sequence[str]]) -> Asking[Rows]:
    """Those that have one of each of SPELT, of the articles with WORD."""
    among, among_params = _holding(word).query.sql_with_params()
    titled, params = _all_of("' ' || title_key", [[f"% {one}%" for one in beginnings] for beginnings in spelt])
    # The subquery is read once; as a condition on ids it would be read, and then each article again.
    return rows_of(TITLED.format(among=among, titled=titled), [*among_params, *params])


def _newest_titles(spelt: Sequence[Sequence[str]]) -> Asking[Rows]:
    """Those that have one of each of SPELT, of the newest articles."""
    newest = yield from newest_titles(NEWEST)
    found = newest.with_words(spelt, at=timezone.now().timestamp())
    return [(one.article_id, one.title, one.slug) for one in found[:MAX_TITLES]]


def _holding(word: str) -> QuerySet:
    """The articles with a word that is WORD in another form, or begins like it."""
    begin, whole = stems_begun(word)
    lexemes = [*(f"'{lexeme}':*" for lexeme in begin), *(f"'{lexeme}'" for lexeme in (stem(word), *whole))]
    entries = RawSQL(
        "SELECT entry.article_id FROM archive_articlesearch AS entry WHERE entry.vector @@ %s::tsquery",
        [" | ".join(lexemes)],
    )
    return Article.objects.published().filter(pk__in=entries).order_by().values(*TITLE_COLUMNS)
