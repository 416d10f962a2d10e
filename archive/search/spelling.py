"""Did you mean: words of a query that the archive hardly has, and what they were likely meant to be.

A word that was typed is weighed against the archive's words near it: how often each occurs, how easily one is typed
for the other (`edits`), and whether it stands in articles with the query's other words. All three are natural
logarithms of probabilities, and add up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import product
from math import log

from django.db import connection
from django.utils import timezone

from archive.search.compiler import lexeme
from archive.search.edits import edit_cost
from archive.search.engine import SearchRequest, count_articles, count_with_every_part
from archive.search.facets import Count
from archive.search.filters import SearchFilters
from archive.search.parser import parse
from archive.search.query import Group, Part, Phrase, Query, Word
from archive.search.ranking import MAX_TERM_COUNT
from archive.search.statistics import read_statistics
from archive.search.terms import Forms, forms
from archive.text.stop_words import is_stop_word
from archive.text.tokenize import tokenize

MIN_WORD_CHARS = 3
MAX_WORD_CHARS = 24
ENOUGH_ARTICLES = 5
"""A word of so many articles is never corrected."""

MAX_SUSPECTS = 3
"""So many words of a query are corrected, at most."""

MAX_NEAR = 120
MAX_EDITS = 3
"""As PostgreSQL counts them: it takes a swap for two."""

EDIT_WEIGHT = 4
"""What an edit is taken to cost while the nearest words are chosen."""

MAX_WEIGHED = 20
"""So many of the nearest words are looked for beside the query's other words."""

MAX_OPTIONS = 5
NO_TYPO = 5.0
"""What speaks for a word that the archive has as it was typed, beside how often it occurs, as a logarithm."""

OTHER_PREFIX = -2.0
OTHER_SUFFIX = -4.0
"""The same of a word that the archive has with other particles before it, or with another ending only."""

UNSEEN = -7.0
"""The same of a word that it has in no form: little, for such words are many, and each is rare."""

LEAST_GAIN = -4.0
"""How much less likely than what was typed a correction may be where nothing was found."""

MAX_COMPANY = 2
MAX_COMPANY_ARTICLES = 50_000
COMPANY_ARTICLES = 200
"""A word is looked for beside so many of the query's other words, the rarest, in so many articles that have them."""

COMPANY_WEIGHT = 0.5
CHANCE_ARTICLES = 3.0
"""So many articles where words stand by chance are added to those looked at: a few prove little."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a corrected query, and whether it is what was CORRECTED in it."""

    text: str
    corrected: bool


@dataclass(frozen=True)
class Correction:
    """A query in other words. GAIN is how much likelier it was meant than what was typed, as a logarithm."""

    pieces: tuple[Piece, ...]
    gain: float

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Suggestion:
    """A correction that finds something: COUNT articles with every part of it; 0 where only some have its words."""

    pieces: tuple[Piece, ...]
    text: str
    count: Count


@dataclass(frozen=True)
class _Option:
    """What a word of the query may have been meant as; SPELLING as most newspapers write it."""

    folded: str
    spelling: str
    score: float


def did_you_mean(request: SearchRequest, *, limit: int = 1, nothing_found: bool = False) -> list[Suggestion]:
    """Return what REQUEST was likelier meant to say, likeliest first; nothing where its words are fine.

    Where NOTHING_FOUND, what is less likely is worth showing too. Every suggestion finds something.
    """
    found: list[Suggestion] = []
    likely = corrections(parse(request.text))
    if not likely or likely[0].gain <= (LEAST_GAIN if nothing_found else 0):
        return []
    for correction in likely:
        count = count_with_every_part(correction.text, request.filters)
        if count or _finds_something(correction, request.filters):
            found.append(Suggestion(correction.pieces, correction.text, count))
        if len(found) == limit:
            break
    return found


def _finds_something(correction: Correction, filters: SearchFilters) -> bool:
    """Does CORRECTION find articles by what is corrected in it, if not by everything? They may be gone by now."""
    corrected = " ".join(piece.text for piece in correction.pieces if piece.corrected)
    return bool(count_with_every_part(corrected, filters) and count_articles(correction.text, filters))


def corrections(query: Query, *, limit: int = MAX_OPTIONS) -> list[Correction]:
    """Return other ways to write QUERY, likeliest first; those with a positive gain are likelier than itself."""
    words = list(dict.fromkeys(_words(query.wanted)))
    untouched = {form.folded for part in (*query.required, *query.excluded) for form in forms(part.text)}
    counts = _article_counts(words)
    suspects = [
        word
        for word in words
        if _can_be_misspelt(word) and word.folded not in untouched and counts.get(word.folded, 0) < ENOUGH_ARTICLES
    ]
    suspects = sorted(suspects, key=lambda word: counts.get(word.folded, 0))[:MAX_SUSPECTS]
    others = [word for word in words if word not in suspects and not is_stop_word(word.typed)]
    options = [_options(word, counts.get(word.folded, 0), others) for word in suspects]
    as_typed = tuple(of_word[0] for of_word in options)
    choices = nlargest(limit + 1, product(*(of_word[: limit + 1] for of_word in options)), key=_score)
    return [
        Correction(
            _pieces(query.text, dict(zip((word.folded for word in suspects), choice, strict=True))),
            _score(choice) - _score(as_typed),
        )
        for choice in choices
        if choice != as_typed
    ][:limit]


def _words(parts: Sequence[Part]) -> Iterator[Forms]:
    """The words that may have been misspelt: those asked for whole, in any of their forms."""
    for part in parts:
        match part:
            case Word(exact=False, prefix=False) | Phrase():
                yield from part.forms
            case Group():
                yield from _words(part.parts)


def _can_be_misspelt(word: Forms) -> bool:
    return (
        MIN_WORD_CHARS <= len(word.folded) <= MAX_WORD_CHARS
        and not any(character.isdigit() for character in word.folded)
        and not is_stop_word(word.typed)
    )


def _article_counts(words: Sequence[Forms]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT folded, sum(article_count)::int FROM archive_searchword WHERE folded = ANY (%s) GROUP BY folded",
            [[word.folded for word in words]],
        )
        return dict(cursor.fetchall())


def _as_typed(word: Forms, count: int) -> float:
    """What speaks for WORD as it was typed, in COUNT articles."""
    if count:
        return log(count) + NO_TYPO
    figures = read_statistics(word.terms).terms
    if (count := figures[word.bare_term].article_count) > 1:
        return log(count) + OTHER_PREFIX
    if (count := figures[word.stem_term].article_count) > 1:
        return log(count) + OTHER_SUFFIX
    return UNSEEN


NEAR = """
SELECT folded, (array_agg(spelling ORDER BY article_count DESC, spelling))[1], sum(article_count)::int AS articles
FROM archive_searchword
WHERE search_neighbours_v1(folded) && search_neighbours_v1(%(word)s)
    AND levenshtein_less_equal(folded, %(word)s, %(max_edits)s) BETWEEN 1 AND %(max_edits)s
GROUP BY folded
ORDER BY levenshtein(folded, %(word)s) * %(edit)s - ln(sum(article_count)), folded
LIMIT %(limit)s
"""


def _options(word: Forms, count: int, others: Sequence[Forms]) -> list[_Option]:
    """The WORD as it was typed, without a spelling, and then what it may have been meant as, likeliest first."""
    near = [
        _Option(folded, spelling, log(articles) - edit_cost(word.folded, folded))
        for folded, spelling, articles in _near(word.folded)
    ]
    options = [
        _Option(word.folded, "", _as_typed(word, count)),
        *nlargest(MAX_WEIGHED, near, key=lambda option: option.score),
    ]
    support = _support(options, others)
    typed, *weighed = (replace(option, score=option.score + support.get(option.folded, 0)) for option in options)
    return [typed, *sorted(weighed, key=lambda option: -option.score)]


def _near(folded: str) -> list[tuple[str, str, int]]:
    """The archive's words near FOLDED: each folded, as most newspapers spell it, and in how many articles it is."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"word": folded, "max_edits": MAX_EDITS, "edit": EDIT_WEIGHT, "limit": MAX_NEAR})
        return cursor.fetchall()


TOGETHER = """
WITH sample AS MATERIALIZED (
    SELECT entry.codes FROM archive_articlesearch AS entry
    WHERE entry.visible_from <= %(now)s AND entry.vector @@ %(vector)s::tsquery LIMIT %(limit)s
)
SELECT NULL, count(*) FROM sample
UNION ALL SELECT code >> 3, count(*) FROM sample, unnest(codes & %(codes)s::int[]) AS code GROUP BY 1
"""


def _support(options: Sequence[_Option], others: Sequence[Forms]) -> dict[str, float]:
    """What the OTHERS say of each of OPTIONS: how much oftener than by chance it stands with them, as a logarithm."""
    stems = {option.folded: forms(option.folded)[0].stem_term for option in options}
    statistics = read_statistics({*stems.values(), *(word.stem_term for word in others)})
    known = sorted(
        (word for word in others if statistics.terms[word.stem_term].article_count > 1),
        key=lambda word: statistics.terms[word.stem_term].article_count,
    )[:MAX_COMPANY]
    if not known or statistics.terms[known[0].stem_term].article_count > MAX_COMPANY_ARTICLES:
        return {}
    numbers = [number for term in stems.values() for number in statistics.terms[term].numbers]
    # All together if they ever stand together, else the rarest.
    size, together = _together(known, numbers)
    if not size:
        size, together = _together(known[:1], numbers)
    support = {}
    for folded, term in stems.items():
        figures = statistics.terms[term]
        share = min(1, figures.article_count / max(statistics.article_count, 1))
        beside = min(size, sum(together.get(number, 0) for number in figures.numbers))
        found = (beside + CHANCE_ARTICLES * share) / (size + CHANCE_ARTICLES)
        support[folded] = COMPANY_WEIGHT * log(found / share)
    return support


def _together(company: Sequence[Forms], numbers: list[int]) -> tuple[int, dict[int, int]]:
    """How many articles have all of COMPANY, up to a limit, and how many of these have each of NUMBERS."""
    vector = " & ".join(f"'{lexeme(word.stem)}'" for word in company)
    codes = sorted(number << 3 | count for number in set(numbers) for count in range(MAX_TERM_COUNT))
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER, {"now": timezone.now(), "vector": vector, "limit": COMPANY_ARTICLES, "codes": codes})
        (_, size), *found = cursor.fetchall()
    return size, dict(found)


def _score(choice: Sequence[_Option]) -> float:
    return sum(option.score for option in choice)


def _pieces(text: str, chosen: dict[str, _Option]) -> tuple[Piece, ...]:
    """TEXT with what was CHOSEN in the place of its words; everything else as it was typed."""
    pieces, place = [], 0
    for token in tokenize(text):
        option = chosen.get(token.word)
        if option and option.spelling:
            pieces += [Piece(text[place : token.start], corrected=False), Piece(option.spelling, corrected=True)]
            place = token.end
    pieces.append(Piece(text[place:], corrected=False))
    return tuple(piece for piece in pieces if piece.text)
