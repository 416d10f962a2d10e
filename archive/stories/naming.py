"""The name of a story that no editor has named: words that its headlines share, or the most usual of them.

Whatever it is, an editor has written it: a whole part of a headline, never words cut out of one.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from archive.text.stop_words import is_stop_word
from archive.text.tokenize import Token, stem, tokenize

FEWEST_WORDS = 2
"""A name has so many words that are no common ones."""

PARTING = frozenset(".،:؛!؟?…|–—-")
"""Signs that part a headline: «محادثات جنيف: جولة ثامنة»."""

LENGTH_DAMPING = 3
"""A short headline is a better name than a long one that shares as much, but one of a word is none."""


def story_name(titles: Sequence[str]) -> str:
    """Return a name for the story of the articles with TITLES, the oldest first."""
    titles = [" ".join(title.split()) for title in titles]
    stems = [_stems(tokenize(title)) for title in titles]
    shared = [
        text
        for title in titles
        for text, part in _parts(title)
        if len(_telling(part, text)) >= FEWEST_WORDS
        and sum(_holds(whole, _stems(part)) for whole in stems) * 2 > max(len(titles), 3)
    ]
    return max(shared, key=len) if shared else _most_usual(titles)


def _most_usual(titles: Sequence[str]) -> str:
    """The title that has the most in common with the others; of equals the first."""
    telling = [_telling(tokenize(title), title) for title in titles]

    def in_common(number: int) -> float:
        return sum(len(telling[number] & other) for other in telling) / (len(telling[number]) + LENGTH_DAMPING)

    return titles[max(range(len(titles)), key=lambda number: (in_common(number), -number))]


def _parts(title: str) -> Iterator[tuple[str, list[Token]]]:
    """The parts of TITLE between signs, if it has several: as they are written, and their words."""
    tokens = list(tokenize(title))
    begin = 0
    for place, (left, right) in enumerate(pairwise(tokens), 1):
        if PARTING & set(title[left.end : right.start]):
            yield _part(title, tokens[begin:place])
            begin = place
    if tokens:
        yield _part(title, tokens[begin:])


def _part(title: str, tokens: list[Token]) -> tuple[str, list[Token]]:
    start = tokens[0].start
    return title[start : tokens[-1].end], [Token(word, one - start, end - start) for word, one, end in tokens]


def _telling(tokens: Sequence[Token] | Iterator[Token], text: str) -> set[str]:
    return {stem(token.word) for token in tokens if not is_stop_word(text[token.start : token.end])}


def _stems(tokens: Sequence[Token] | Iterator[Token]) -> list[str]:
    return [stem(token.word) for token in tokens]


def _holds(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Whether the words of PART stand in WHOLE beside each other."""
    return any(whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1))
