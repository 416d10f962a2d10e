"""Snippets and marked titles for one page of results: escaped first, then marked, always around whole words."""

from collections.abc import Collection
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from archive.text.tokenize import Token, run_stems, runs, stem, tokenize

SNIPPET_CHARS = 240
ELLIPSIS = "…"


def mark_words(text: str, stems: Collection[str]) -> SafeString:
    """Return TEXT escaped, with every word whose stem is in STEMS inside `<mark>`; neighbours share one mark."""
    return _mark(text, _hits(text, stems))


def snippet(text: str, stems: Collection[str], *, max_chars: int = SNIPPET_CHARS) -> SafeString:
    """Return the densest window of TEXT with its words marked, safe for a page.

    The densest window holds the most different stems, then the most marks; it begins and ends between words and says
    with an ellipsis where the text goes on. The beginning of TEXT serves when none of STEMS occurs.
    """
    hits = [(token, stem(token.word)) for token in _hits(text, stems)]
    start, end = _densest(hits, max_chars) if hits else (0, 0)
    start, end = _window(text, start, end, max_chars)
    marked = _mark(
        text[start:end],
        [
            Token(token.word, token.start - start, token.end - start)
            for token, _ in hits
            if start <= token.start and token.end <= end
        ],
    )
    return mark_safe(  # noqa: S308 - _mark escapes
        f"{ELLIPSIS if start > 0 else ''}{marked}{ELLIPSIS if end < len(text.rstrip()) else ''}"
    )


def _hits(text: str, stems: Collection[str]) -> list[Token]:
    """The words of TEXT whose stem is in STEMS."""
    return [
        Token(token.word, run.start() + token.start, run.start() + token.end)
        for run in runs(text)
        if not run_stems(run[0]).isdisjoint(stems)
        for token in tokenize(run[0])
        if stem(token.word) in stems
    ]


def _densest(hits: list[tuple[Token, str]], max_chars: int) -> tuple[int, int]:
    best, best_score = (hits[0][0].start, hits[0][0].end), (0, 0)
    first = 0
    for last in range(len(hits)):
        while hits[last][0].end - hits[first][0].start > max_chars and first < last:
            first += 1
        inside = hits[first : last + 1]
        score = (len({found for _, found in inside}), len(inside))
        if score > best_score:
            best, best_score = (hits[first][0].start, hits[last][0].end), score
    return best


def _window(text: str, start: int, end: int, max_chars: int) -> tuple[int, int]:
    """Widen START..END to about MAX_CHARS of TEXT, a quarter of the room before it, without cutting a word."""
    room = max(0, max_chars - (end - start))
    start = max(0, start - room // 4)
    end = min(len(text), start + max(max_chars, end - start))
    start = max(0, min(start, end - max_chars)) if end == len(text) else start
    if start > 0:
        space = next((i for i in range(start, min(end, start + 40)) if text[i].isspace()), None)
        start = start if space is None else space + 1
    if end < len(text):
        space = next((i for i in range(end, max(start, end - 40), -1) if text[i].isspace()), None)
        end = end if space is None else space
    return start, end


def _mark(text: str, tokens: list[Token]) -> SafeString:
    """Return TEXT escaped with TOKENS in `<mark>`; tokens with only spaces between them share one."""
    spans: list[list[int]] = []
    for token in tokens:
        if spans and not text[spans[-1][1] : token.start].strip(" "):
            spans[-1][1] = max(spans[-1][1], token.end)
        else:
            spans.append([token.start, token.end])
    borders = [0, *(border for span in spans for border in span), len(text)]
    pieces = [
        f"<mark>{escape(text[left:right])}</mark>" if number % 2 else escape(text[left:right])
        for number, (left, right) in enumerate(pairwise(borders))
    ]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped
