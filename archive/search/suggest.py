"""Completions of what is being typed: words of the archive, names in the news, titles of articles.

Every word typed is taken for the beginning of one, in any spelling, with the article or without it. However little is
typed, and however much there is, what is read for an answer is bounded: where too many begin so to compare them all,
the most popular words and names are looked through.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from archive.entities.names import find_names
from archive.models import Alias, Article, Entity
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

EXAMINED = 500
"""How many of those that begin so are compared. Where there are more, the most popular lead."""

POPULAR = 20_000
"""How many of the most popular words or names are looked through for those."""

SHORT = 2
"""So few letters begin so much that the popular are looked through first."""

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


def suggest(typed: str) -> Suggestions:
    """Return completions of TYPED; none where it holds no word."""
    typed = typed[:MAX_TYPED_CHARS]
    tokens = list(tokenize(typed))
    if not tokens:
        return Suggestions([], [], [])
    beginnings = _beginnings(tokens)
    titles = _titles(beginnings)
    # A space after it ends a word: there is none to complete.
    completed = _words(typed, tokens, titles) if tokens[-1].end == len(typed) else []
    return Suggestions(completed[:MAX_SUGGESTIONS], _entities(beginnings, typed), titles[:MAX_SUGGESTIONS])


def suggest_entities(typed: str) -> list[Entity]:
    """As `suggest`, the entities alone."""
    typed = typed[:MAX_TYPED_CHARS]
    beginnings = _beginnings(list(tokenize(typed)))
    return _entities(beginnings, typed) if beginnings else []


def _beginnings(tokens: Sequence[Token]) -> list[str]:
    return list(dict.fromkeys(token.word for token in tokens[-MAX_WORDS:]))


def spelt_beginnings(word: str) -> list[str]:
    """How a word that is typed as the folded WORD may begin: as it is, and with the article or without it."""
    if not word.startswith(ARTICLE):
        return [word, ARTICLE + word]
    bare = word.removeprefix(ARTICLE)
    return [word, bare] if len(bare) >= MIN_LETTERS_AFTER_ARTICLE else [word]


def _words(typed: str, tokens: Sequence[Token], titles: Sequence[Article]) -> list[str]:
    """TYPED with its last word completed: as the titles that hold the others go on, else by popularity."""
    last = tokens[-1]
    spellings = _words_of_titles(last.word, titles) if len(tokens) > 1 else []
    spellings = spellings or _still_visible(_most_popular(WORDS, [last.word]))
    completed = {}
    for spelling in spellings:
        # Of a word with the article and without, and of its spellings, the most popular.
        completed.setdefault(without_prefix(words(spelling)), typed[: last.start] + spelling)
    return [text for text in completed.values() if text != typed]


def _still_visible(counted: Sequence[tuple[str, int]]) -> list[str]:
    """The words of COUNTED that readers may still see: all articles of a rare one may be hidden since the count."""
    lexemes = {spelling: f"'{stem(words(spelling))}'" for spelling, count in counted if count <= FEW}
    if not lexemes:
        return [spelling for spelling, _count in counted]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lexeme FROM unnest(%s::text[]) AS lexeme WHERE EXISTS (
                SELECT FROM archive_articlesearch AS entry
                WHERE entry.vector @@ lexeme::tsquery AND entry.visible_from <= %s)
            """,
            [list(lexemes.values()), timezone.now()],
        )
        seen = {lexeme for (lexeme,) in cursor.fetchall()}
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


def _entities(beginnings: Sequence[str], typed: str) -> list[Entity]:
    """The visible entities with a name that begins so, and where these are few, others that sound like all TYPED."""
    entities = _that_begin_so(beginnings)
    return entities if len(entities) >= MAX_SUGGESTIONS else _with_names_that_sound_so(entities, typed)


def _that_begin_so(beginnings: Sequence[str]) -> list[Entity]:
    """The visible entities with a name that has a word for each of BEGINNINGS, in whatever order."""
    popularity = dict(_most_popular(NAMES, beginnings))
    aliases = Alias.objects.filter(pk__in=popularity, entity__in=Entity.objects.visible()).select_related("entity")
    entities: dict[int, Entity] = {}
    for alias in sorted(aliases, key=lambda alias: (-popularity[alias.pk], len(alias.name))):
        entity = entities.setdefault(alias.entity_id, alias.entity)
        # Its own name, where that begins so too.
        if not hasattr(entity, "spelling") or alias.name == entity.name:
            entity.spelling = alias.name
    return list(entities.values())[:MAX_SUGGESTIONS]


def _with_names_that_sound_so(entities: list[Entity], typed: str) -> list[Entity]:
    """ENTITIES, and others with a name that sounds like all that was TYPED."""
    found = find_names(typed, limit=WANTED)
    visible = Entity.objects.visible().exclude(pk__in=[entity.pk for entity in entities])
    others = visible.in_bulk([one.entity_id for one in found])
    for one in found:
        if entity := others.get(one.entity_id):
            entity.spelling = one.name
            entities = [*entities, entity]
    return entities[:MAX_SUGGESTIONS]


def _most_popular(vocabulary: _Vocabulary, beginnings: Sequence[str]) -> list[tuple]:
    """The most popular values whose key has a word for each of BEGINNINGS, with how many articles have them."""
    leading, *others = sorted(beginnings, key=len, reverse=True)
    led_by = [f"{spelt}%" for spelt in spelt_beginnings(leading)]
    holding = [[f"% {spelt}%" for spelt in spelt_beginnings(other)] for other in others]
    popular: list[tuple] = []
    if is_short := len(leading) <= SHORT:
        popular = _among_popular(vocabulary, [led_by, *holding])
    if len(popular) < WANTED:
        found, is_all = _among_examined(vocabulary, leading, holding)
        if not is_all and not is_short:
            popular = _among_popular(vocabulary, [led_by, *holding])
        popular += found
    return list(dict.fromkeys(popular))[:WANTED]


def _among_examined(
    vocabulary: _Vocabulary, leading: str, holding: Sequence[Sequence[str]]
) -> tuple[list[tuple], bool]:
    """The most popular of EXAMINED that begin like LEADING and are like one of each of HOLDING; are these all?"""
    examined, begins = _beginning(vocabulary, leading, EXAMINED)
    wanted, params = _all_of(vocabulary.key, holding)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH examined AS MATERIALIZED ({examined})
            SELECT {vocabulary.value}, article_count, total
            FROM (SELECT count(*) AS total FROM examined) AS counted LEFT JOIN examined ON {wanted}
            ORDER BY article_count DESC NULLS LAST, {vocabulary.key} LIMIT {WANTED}
            """,
            [*begins, *params],
        )
        rows = cursor.fetchall()
    return [(value, count) for value, count, _total in rows if value is not None], rows[0][-1] < EXAMINED


def _among_popular(vocabulary: _Vocabulary, patterns: Sequence[Sequence[str]]) -> list[tuple]:
    """Those of the POPULAR that are like one of each of PATTERNS."""
    wanted, params = _all_of(vocabulary.key, patterns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {vocabulary.value}, article_count FROM (
                SELECT {vocabulary.value}, article_count, {vocabulary.key} FROM {vocabulary.table}
                ORDER BY article_count DESC LIMIT {POPULAR}
            ) AS popular WHERE {wanted} LIMIT {WANTED}
            """,
            params,
        )
        return cursor.fetchall()


def _beginning(vocabulary: _Vocabulary, word: str, limit: int) -> tuple[str, list[str]]:
    """SQL for the rows of VOCABULARY that begin like WORD, at most LIMIT of each spelling; with its parameters."""
    # Apart for each spelling: an index is read only as far as the limit goes, and an OR would read all of it.
    select = f"""(SELECT {vocabulary.key}, {vocabulary.value}, article_count FROM {vocabulary.table}
        WHERE {vocabulary.key} LIKE %s LIMIT {limit})"""
    patterns = [f"{spelt}%" for spelt in spelt_beginnings(word)]
    return " UNION ALL ".join([select] * len(patterns)), patterns


def _all_of(column: str, alternatives: Iterable[Iterable[str]]) -> tuple[str, list[str]]:
    """SQL: COLUMN is like one of each of ALTERNATIVES; with its parameters."""
    alternatives = [list(patterns) for patterns in alternatives]
    conditions = [f"({' OR '.join([f'{column} LIKE %s'] * len(patterns))})" for patterns in alternatives]
    return " AND ".join(conditions) or "TRUE", [pattern for patterns in alternatives for pattern in patterns]


def _titles(beginnings: Sequence[str]) -> list[Article]:
    """Published articles whose title has a word for each of BEGINNINGS: the important ones first, then the newest."""
    if sum(map(len, beginnings)) < MIN_TITLE_LETTERS:
        return []
    counts = {word: _expected_articles(word) for word in beginnings}
    rarest = min(beginnings, key=lambda word: (counts[word], -len(word)))
    among, among_params = (_holding(rarest) if counts[rarest] <= RARE else _newest()).query.sql_with_params()
    titled, params = _all_of(
        "' ' || title_key", [[f"% {one}%" for one in spelt_beginnings(word)] for word in beginnings]
    )
    # The subquery is read once; as a condition on ids it would be read, and then each article again.
    return list(
        Article.objects.raw(
            f"""
            SELECT id, title, slug FROM ({among}) AS among WHERE {titled}
            ORDER BY importance DESC, listed_at DESC, id DESC LIMIT {MAX_TITLES}
            """,
            [*among_params, *params],
        )
    )


def _expected_articles(word: str) -> float:
    """About how many articles have a word that begins like WORD; no end of them where words are not counted."""
    if not word.isalpha() or len(word) < MIN_TITLE_LETTERS:
        return inf
    beginning, params = _beginning(WORDS, word, MAX_COUNTED_WORDS)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(sum(article_count), 0), count(*) FROM ({beginning}) AS counted", params)
        articles, counted = cursor.fetchone()
    return inf if counted >= MAX_COUNTED_WORDS else articles


def _holding(word: str) -> QuerySet:
    """The articles with a word that is WORD in another form, or begins like it."""
    begin, whole = stems_begun(word)
    lexemes = [*(f"'{lexeme}':*" for lexeme in begin), *(f"'{lexeme}'" for lexeme in (stem(word), *whole))]
    entries = RawSQL(
        "SELECT entry.article_id FROM archive_articlesearch AS entry WHERE entry.vector @@ %s::tsquery",
        [" | ".join(lexemes)],
    )
    return Article.objects.published().filter(pk__in=entries).order_by().values(*TITLE_COLUMNS)


def _newest() -> QuerySet:
    return Article.objects.published().newest_first().values(*TITLE_COLUMNS)[:NEWEST]
