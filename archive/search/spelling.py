"""Did you mean: words of a query that the archive hardly has, and what they were likely meant to be.

A word that was typed is weighed against the archive's words near it, as a noisy channel: how often each occurs, how
easily one is typed for the other (`edits`), and what company it keeps (`company`). All three are natural logarithms
of probabilities, and add up.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from heapq import nlargest
from itertools import product
from math import log
from pathlib import Path

from django.utils import timezone

from archive.asking import Asking, asked, rows_of, together
from archive.search.compiler import lexeme
from archive.search.edits import edit_cost
from archive.search.engine import SearchRequest, count_with_every_part, finds_any_part, finds_every_part
from archive.search.facets import Count
from archive.search.filters import SearchFilters
from archive.search.meanings import widen
from archive.search.parser import parse
from archive.search.query import Group, Part, Phrase, Query, Same, Word
from archive.search.statistics import read_statistics
from archive.search.terms import Forms, forms
from archive.search.word_company import company_scores
from archive.text.normalize import words as folded_words
from archive.text.stop_words import is_stop_word
from archive.text.tokenize import tokenize

KNOWN_WORDS = Path(__file__).parent / "known_words_v1.txt"

MIN_WORD_CHARS = 3
MIN_LATIN_CHARS = 5
"""Shorter Latin words are mostly abbreviations, and near to many."""

MAX_WORD_CHARS = 24
ENOUGH_ARTICLES = 5
"""A word of so many articles is never corrected."""

MAX_SUSPECTS = 3
"""So many words of a query are corrected, at most."""

TITLE_FIELDS = ("title", "عنوان", "العنوان")
"""Fields whose value is words of the query."""

MAX_NEAR = 120
MAX_EDITS = 3
"""As PostgreSQL counts them: it takes a swap for two."""

EDIT_WEIGHT = 4
"""What an edit is taken to cost while the nearest words are chosen."""

MAX_WEIGHED = 30
"""So many of the nearest words are looked for in company."""

MAX_OPTIONS = 5

FREQUENCY_WEIGHT = 0.75
"""Readers ask for rare words more often than articles have them."""

ATTESTED = 5.0
"""What speaks for a word that articles have as it was typed, or that is a common one, beside how often they do."""

OTHER_PARTICLES = 5.0
OTHER_ENDING = 2.0
"""The same of a word that articles have with other particles before it, or with another ending only."""

UNSEEN = -3.0
UNSEEN_LETTER = -1.6
"""The same of a word that no article has: each is as rare as it is long."""

GROWTH = 0.5
"""An archive's words grow by this power of its articles (Heaps).

The more there are, the rarer is a right word that is none of them, and the oftener is a wrong one a form of another.
"""

ANOTHER_WORD = 3.0
"""What speaks against correcting a further word: few queries have two misspelt."""

LEAST_GAIN = -4.0
"""How much less likely than what was typed a correction may be where nothing was found."""

FARTHEST = 6.0
"""How much less likely than the likeliest another may be."""


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
    """What a word of the query may have been meant as; SPELLING as most newspapers write it, "" as it was typed."""

    word: Forms
    spelling: str
    score: float


@asked
def did_you_mean(request: SearchRequest, *, limit: int = 1, nothing_found: bool = False) -> Asking[list[Suggestion]]:
    """Return what REQUEST was likelier meant to say, likeliest first; nothing where its words are fine.

    Where NOTHING_FOUND, what is less likely is worth showing too. Every suggestion finds something; after one
    whose parts all stand together comes none whose parts do not.
    """
    likely = yield from corrections.part(parse(request.text))
    return (yield from suggested(likely, request.filters, limit=limit, nothing_found=nothing_found))


def suggested(
    likely: Sequence[Correction], filters: SearchFilters, *, limit: int = 1, nothing_found: bool = False
) -> Asking[list[Suggestion]]:
    """As `did_you_mean`, of a query whose corrections are LIKELY."""
    found: list[Suggestion] = []
    if not likely or likely[0].gain <= (LEAST_GAIN if nothing_found else 0):
        return found
    # As many as are wanted are tried at once; the others only where some of these find nothing.
    for tried in filter(None, (likely[:limit], likely[limit:])):
        # Whether they find something if not with every part takes no time to ask, and a round to wait for.
        counts, finding = yield from together(
            together(*(count_with_every_part.part(one.text, filters) for one in tried)),
            together(*(_finds_something(one, filters) for one in tried)),
        )
        for correction, count, finds_something in zip(tried, counts, finding, strict=True):
            whole = bool(found and found[0].count)
            if count or (not whole and finds_something):
                found.append(Suggestion(correction.pieces, correction.text, count))
            if len(found) == limit:
                return found
    return found


def _finds_something(correction: Correction, filters: SearchFilters) -> Asking[bool]:
    """Does CORRECTION find articles by what is corrected in it, if not by everything? They may be gone by now."""
    corrected = " ".join(piece.text for piece in correction.pieces if piece.corrected)
    return all((yield from together(finds_every_part(corrected, filters), finds_any_part(correction.text, filters))))


@asked
def corrections(query: Query, *, limit: int = MAX_OPTIONS) -> Asking[list[Correction]]:
    """Return other ways to write QUERY, likeliest first; those with a positive gain are likelier than itself.

    Of the forms of one word, which find the same, only the likeliest.
    """
    words = list(dict.fromkeys(_words(query.wanted)))
    suspects = yield from _suspects(query, words)
    options = yield from together(*(_options(word, count, words) for word, count in suspects.items()))
    as_typed = tuple(of_word[0] for of_word in options)
    choices = nlargest(limit + 1, product(*(of_word[: limit + 1] for of_word in options)), key=_score)
    others = [choice for choice in choices if choice != as_typed][:limit]
    return [
        Correction(
            _pieces(query.text, dict(zip((word.folded for word in suspects), choice, strict=True))),
            _score(choice) - _score(as_typed),
        )
        for choice in others
        if _score(choice) >= _score(others[0]) - FARTHEST
    ]


def _words(parts: Sequence[Part]) -> Iterator[Forms]:
    """The words that may have been misspelt: those asked for whole, in any of their forms."""
    for part in parts:
        match part:
            case Word(exact=False, prefix=False) | Phrase(exact=False):
                yield from part.forms
            case Group():
                yield from _words(part.parts)


def _suspects(query: Query, words: Sequence[Forms]) -> Asking[dict[Forms, int]]:
    """Those of the WORDS of QUERY that may have been misspelt, the rarest few, and how many articles have each so."""
    possible = [word for word in words if _can_be_misspelt(word)]
    counts, widened = yield from together(_article_counts(possible), widen.part(query))
    rare = sorted((word for word in possible if counts[word] < ENOUGH_ARTICLES), key=lambda word: counts[word])
    if not rare:
        return {}
    known, untouched = _known(widened), _untouched(query)
    suspects = [word for word in rare if word not in known and word.folded not in untouched]
    return {word: counts[word] for word in suspects[:MAX_SUSPECTS]}


def _can_be_misspelt(word: Forms) -> bool:
    least = MIN_LATIN_CHARS if word.folded.isascii() else MIN_WORD_CHARS
    return (
        least <= len(word.folded) <= MAX_WORD_CHARS
        and not any(character.isdigit() for character in word.folded)
        and not is_stop_word(word.typed)
    )


FIELD = re.compile(r"(?:^|(?<=[\s(|-]))(\w+):(?=\w)\S*")
"""What looks like a field with its value, right behind the colon."""


def _untouched(query: Query) -> set[str]:
    """The words of QUERY that are left as they are: what is left out, and fields with their values, known or not."""
    texts = [part.text for part in (*query.required, *query.excluded)]
    texts += [problem.text for problem in query.problems]
    texts += [match[0] for match in FIELD.finditer(query.text) if match[1].lower() not in TITLE_FIELDS]
    return set(folded_words(" ".join(texts)).split())


def _known(query: Query) -> set[Forms]:
    """The words of QUERY, widened, that mean something in other words too: names, and words of one meaning."""
    return {form for part in _all_parts(query.wanted) if isinstance(part, Same) for form in part.forms}


def _all_parts(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from _all_parts(part.parts)


ARTICLE_COUNTS = """
SELECT folded, sum(article_count)::int AS articles FROM archive_searchword WHERE folded = ANY (%s) GROUP BY folded
"""


def _article_counts(words: Sequence[Forms]) -> Asking[dict[Forms, int]]:
    """How many articles have each of WORDS as it was typed."""
    if not words:
        return {}
    counts = dict((yield from rows_of(ARTICLE_COUNTS, [[word.folded for word in words]])))
    return {word: counts.get(word.folded, 0) for word in words}


def _as_typed(word: Forms, count: int) -> Asking[float]:
    """What speaks for WORD as it was typed, in COUNT articles."""
    if count or word.bare in known_words():
        return FREQUENCY_WEIGHT * log(max(count, 1)) + ATTESTED
    statistics, is_found = yield from together(
        read_statistics.part([word.bare_term, word.stem_term]), _is_found(word)
    )
    bare, stem = (statistics.terms[term].article_count for term in (word.bare_term, word.stem_term))
    growth = FREQUENCY_WEIGHT * GROWTH * log(max(statistics.article_count, 1))
    if bare > 1:
        return FREQUENCY_WEIGHT * log(bare) + OTHER_PARTICLES - growth
    if stem > 1 or is_found:
        return FREQUENCY_WEIGHT * log(stem) + OTHER_ENDING - growth
    return UNSEEN + UNSEEN_LETTER * len(word.folded) + growth


FIND = """
SELECT EXISTS (
    SELECT FROM archive_articlesearch AS entry WHERE entry.visible_from <= %s AND entry.vector @@ %s::tsquery
) AS found
"""


def _is_found(word: Forms) -> Asking[bool]:
    """Does any article have WORD in any form? The statistics know no words of a single one."""
    [(found,)] = yield from rows_of(FIND, [timezone.now(), f"'{lexeme(word.stem)}'"])
    return found


@cache
def known_words() -> frozenset[str]:
    """Common words of Arabic, folded and bare, which are no misspellings though an archive may have none of them."""
    return frozenset(KNOWN_WORDS.read_text(encoding="utf-8").split())


NEAR = """
SELECT folded, (array_agg(spelling ORDER BY article_count DESC, spelling))[1] AS spelling,
    sum(article_count)::int AS articles
FROM archive_searchword
WHERE search_neighbours_v1(folded) && search_neighbours_v1(%(word)s)
    AND levenshtein_less_equal(folded, %(word)s, %(max_edits)s) BETWEEN 1 AND %(max_edits)s
GROUP BY folded
ORDER BY levenshtein(folded, %(word)s) * %(edit)s - ln(sum(article_count)), folded
LIMIT %(limit)s
"""


def _options(word: Forms, count: int, query: Sequence[Forms]) -> Asking[list[_Option]]:
    """WORD of QUERY as it was typed, in COUNT articles, and then what it may have been meant as, likeliest first."""
    rows, as_typed = yield from together(_near(word.folded), _as_typed(word, count))
    near = [
        _Option(forms(folded)[0], spelling, FREQUENCY_WEIGHT * log(articles) - edit_cost(word.folded, folded))
        for folded, spelling, articles in rows
        if not is_stop_word(spelling)
    ]
    others = [option for option in near if option.word.stem != word.stem and option.word.bare != word.bare]
    weighed = nlargest(MAX_WEIGHED, others, key=lambda option: option.score)
    said = yield from company_scores.part([word, *(option.word for option in weighed)], query, query.index(word))
    weighed = [replace(option, score=option.score + said.get(option.word, 0)) for option in weighed]
    typed = _Option(word, "", as_typed + said.get(word, 0))
    return [typed, *_one_of_each_word(sorted(weighed, key=lambda option: -option.score))]


def _one_of_each_word(options: Sequence[_Option]) -> list[_Option]:
    """OPTIONS, likeliest first, with only the likeliest of the forms of a word: the others find the same."""
    by_stem: dict[str, _Option] = {}
    for option in options:
        by_stem.setdefault(option.word.stem, option)
    return list(by_stem.values())


def _near(folded: str) -> Asking[list[tuple[str, str, int]]]:
    """The archive's words near FOLDED: each folded, as most newspapers spell it, and in how many articles it is."""
    return rows_of(NEAR, {"word": folded, "max_edits": MAX_EDITS, "edit": EDIT_WEIGHT, "limit": MAX_NEAR})


def _score(choice: Sequence[_Option]) -> float:
    corrected = sum(bool(option.spelling) for option in choice)
    return sum(option.score for option in choice) - ANOTHER_WORD * max(0, corrected - 1)


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
