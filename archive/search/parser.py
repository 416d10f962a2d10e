"""Reading what a reader typed: words, "phrases" (in any quotation marks) and -exclusions.

The parser is total: whatever the text, it returns a query and names what it could not use.
"""

import re
from itertools import groupby

from archive.search.query import Phrase, Problem, Query, Term
from archive.search.stop_words import is_stop_word
from archive.text.normalize import strip_marks
from archive.text.tokenize import stem, tokenize

MAX_QUERY_CHARS = 400
MAX_WORDS = 32

_QUOTES = {'"': '"', "«": "»", "“": "”", "„": "“", "”": "”", "‟": "”", "״": "״"}
_PIECE = re.compile(
    r"(?P<minus>(?<!\S)[-\u2212])?(?:"
    + "|".join(
        f"{opening}(?P<q{number}>[^{closing}]*){closing}" for number, (opening, closing) in enumerate(_QUOTES.items())
    )
    + r"|(?P<word>[^\s"
    + "".join(_QUOTES)
    + r"»]+))"
)
_LONE_QUOTES = re.compile("[" + "".join(_QUOTES) + "»]")


def parse(text: str) -> Query:
    """Return TEXT as a query. Bounded: beyond MAX_QUERY_CHARS and MAX_WORDS the rest is left out, and said."""
    problems = []
    text = " ".join(text.replace("\0", " ").split())
    if len(text) > MAX_QUERY_CHARS:
        head, _, _ = text[: MAX_QUERY_CHARS + 1].rpartition(" ")
        text = head or text[:MAX_QUERY_CHARS]
        problems.append(Problem.TOO_LONG)
    wanted: list[Term | Phrase] = []
    excluded: list[Term | Phrase] = []
    stop_words: list[Term] = []
    word_count = 0
    end = 0
    for match in _PIECE.finditer(text):
        if _LONE_QUOTES.search(text[end : match.start()]) and Problem.UNCLOSED_QUOTE not in problems:
            problems.append(Problem.UNCLOSED_QUOTE)
        end = match.end()
        target = excluded if match["minus"] else wanted
        for part in _parts(match):
            word_count += len(part.stems)
            if word_count > MAX_WORDS:
                problems.append(Problem.TOO_MANY_WORDS)
                break
            if isinstance(part, Term) and target is wanted and is_stop_word(part.text):
                stop_words.append(part)
            elif part not in target:
                target.append(part)
        if word_count > MAX_WORDS:
            break
    if _LONE_QUOTES.search(text[end:]) and Problem.UNCLOSED_QUOTE not in problems:
        problems.append(Problem.UNCLOSED_QUOTE)
    # A query of nothing but common words means them: «من هو».
    wanted = wanted or stop_words
    if not wanted and excluded:
        problems.append(Problem.ONLY_EXCLUDED)
    if text and not wanted and not excluded:
        problems.append(Problem.NO_WORDS)
    return Query(text, tuple(wanted), tuple(excluded), tuple(problems))


def _parts(match: re.Match) -> list[Term | Phrase]:
    """The terms of a word (several for «جنيف-8»), or the phrase of a quotation."""
    word = match["word"]
    if word is not None:
        return _terms(word)
    quoted = next(value for name, value in match.groupdict().items() if name.startswith("q") and value is not None)
    terms = _terms(quoted)
    if len(terms) < 2:
        return terms
    # Another pair's quotation marks inside would be read as a phrase's end.
    text = " ".join(_LONE_QUOTES.sub(" ", quoted).split())
    return [Phrase(text, tuple(stem for term in terms for stem in term.stems))]


def _terms(typed: str) -> list[Term]:
    return [
        Term(strip_marks(typed[start:end]), tuple(stem(token.word) for token in tokens))
        for (start, end), tokens in groupby(tokenize(typed), key=lambda token: (token.start, token.end))
    ]
