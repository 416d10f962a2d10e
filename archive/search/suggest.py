"""Completions of what is being typed: words of the archive, names in the news, titles of articles.

Every word typed is taken for the beginning of one, in any spelling, with the article or without it. However little is
typed, and however much there is, what is read for an answer is bounded: the most popular words and names are looked
through first, and only where too few of them begin so are the others found by their beginning.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import inf
from operator import and_, or_

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from archive.models import Alias, Article, ArticleQuerySet, Entity
from archive.text.normalize import strip_marks, words
from archive.text.tokenize import Token, stem, tokenize, without_prefix

MAX_TYPED_CHARS = 300
MAX_WORDS = 5
"""So many of the words typed count, the last ones."""

MAX_SUGGESTIONS = 5
MIN_TITLE_LETTERS = 3

POPULAR = 20_000
"""Where a short beginning is looked for: about what an index gives in five milliseconds."""

EXAMINED = 2_000
"""How many of those that begin so are compared."""

SPARE = 6
"""So many times more are fetched than shown: several are the same word, or names of one entity."""

FEW = 20
"""A word of so few articles is looked up before it is shown."""

RARE = 1_000
NEWEST = 3_000
"""A word of so few articles leads to all its titles; others are looked for among the newest articles."""

MAX_TITLES = 60
MAX_COUNTED_WORDS = 300
ARTICLE = "ال"
MIN_LETTERS_AFTER_ARTICLE = 3


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
    beginnings = list(dict.fromkeys(token.word for token in tokens[-MAX_WORDS:]))
    titles = _titles(beginnings)
    # A space after it ends a word: there is none to complete.
    completed = _words(typed, tokens, titles) if tokens[-1].end == len(typed) else []
    return Suggestions(completed[:MAX_SUGGESTIONS], _entities(beginnings), titles[:MAX_SUGGESTIONS])


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


def _entities(beginnings: Sequence[str]) -> list[Entity]:
    """The visible entities with a name that has a word for each of BEGINNINGS, in whatever order."""
    popularity = dict(_most_popular(NAMES, beginnings))
    aliases = Alias.objects.filter(pk__in=popularity).select_related("entity")
    spellings: dict[int, str] = {}
    for alias in sorted(aliases, key=lambda one: (-popularity[one.pk], one.name != one.entity.name, len(one.name))):
        spellings.setdefault(alias.entity_id, alias.name)
    visible = Entity.objects.visible().in_bulk(list(spellings))
    entities = [visible[pk] for pk in spellings if pk in visible][:MAX_SUGGESTIONS]
    for entity in entities:
        entity.spelling = spellings[entity.pk]
    return entities


def _most_popular(vocabulary: _Vocabulary, beginnings: Sequence[str]) -> list[tuple]:
    """The most popular values whose key has a word for each of BEGINNINGS, with how many articles have them."""
    leading, *others = sorted(beginnings, key=len, reverse=True)
    key, wanted = vocabulary.key, MAX_SUGGESTIONS * SPARE
    begins, begin_params = _any_like(key, [f"{spelt}%" for spelt in spelt_beginnings(leading)])
    holds, hold_params = "TRUE", []
    for other in others:
        sql, params = _any_like(key, [f"% {spelt}%" for spelt in spelt_beginnings(other)])
        holds, hold_params = f"{holds} AND {sql}", hold_params + params
    columns = f"{vocabulary.value}, article_count"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {columns} FROM (
                SELECT {columns}, {key} FROM {vocabulary.table} ORDER BY article_count DESC LIMIT {POPULAR}
            ) AS popular WHERE {begins} AND {holds} LIMIT {wanted}
            """,
            [*begin_params, *hold_params],
        )
        found = cursor.fetchall()
        if len(found) < wanted:
            cursor.execute(
                f"""
                SELECT {columns} FROM (
                    SELECT {columns}, {key} FROM {vocabulary.table} WHERE {begins} LIMIT {EXAMINED}
                ) AS examined WHERE {holds} ORDER BY article_count DESC, {key} LIMIT {wanted}
                """,
                [*begin_params, *hold_params],
            )
            found += cursor.fetchall()
    return list(dict.fromkeys(found))


def _any_like(column: str, patterns: Sequence[str]) -> tuple[str, list[str]]:
    """Written with OR: PostgreSQL finds none of an array's patterns in an index."""
    return f"({' OR '.join([f'{column} LIKE %s'] * len(patterns))})", list(patterns)


def _titles(beginnings: Sequence[str]) -> list[Article]:
    """Published articles whose title has a word for each of BEGINNINGS: the important ones first, then the newest."""
    if sum(map(len, beginnings)) < MIN_TITLE_LETTERS:
        return []
    counts = {word: _expected_articles(word) for word in beginnings}
    rarest = min(beginnings, key=lambda word: (counts[word], -len(word)))
    among = _holding(rarest) if counts[rarest] <= RARE else _newest()
    titled = reduce(and_, (_title_has(word) for word in beginnings))
    found = Article.objects.published().filter(titled, pk__in=among).only("title", "slug")
    return list(found.order_by("-importance", "-listed_at", "-pk")[:MAX_TITLES])


def _title_has(word: str) -> Q:
    spelt = spelt_beginnings(word)
    return reduce(or_, (Q(title_key__startswith=one) | Q(title_key__contains=f" {one}") for one in spelt))


def _expected_articles(word: str) -> float:
    """About how many articles have a word that begins like WORD; no end of them where words are not counted."""
    if not word.isalpha():
        return inf
    begins, params = _any_like(WORDS.key, [f"{spelt}%" for spelt in spelt_beginnings(word)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(sum(article_count), 0), count(*) FROM (
                SELECT article_count FROM {WORDS.table} WHERE {begins} LIMIT {MAX_COUNTED_WORDS}
            ) AS counted
            """,
            params,
        )
        articles, counted = cursor.fetchone()
    return inf if counted == MAX_COUNTED_WORDS else articles


def _holding(word: str) -> RawSQL:
    """The ids of articles with a word that is WORD in another form, or begins like it."""
    return RawSQL(
        "SELECT entry.article_id FROM archive_articlesearch AS entry WHERE entry.vector @@ %s::tsquery",
        [f"'{without_prefix(word)}':* | '{stem(word)}'"],
    )


def _newest() -> ArticleQuerySet:
    return Article.objects.published().newest_first().values("pk")[:NEWEST]
