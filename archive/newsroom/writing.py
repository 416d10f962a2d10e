"""Help with writing: what in a text is likely a slip, where it stands, and what is likely meant.

Nothing is ever changed by itself. A false alarm costs more than a slip that is passed over: whoever meets a few stops
reading them. So a spelling is doubted only where the archive knows the other well and this one not at all.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Literal, NamedTuple

from archive.models import SearchWord
from archive.text.html import BLOCK_TAGS
from archive.text.normalize import letters
from archive.text.tokenize import tokenize

Kind = Literal["invisible", "presentation", "spaces", "quotation", "teh_marbuta", "alef_maqsura"]

MIN_LETTERS = 4
"""Shorter words are too often others: منى is a name, مني is «from me»."""

ONE_WORD = frozenset({"فى", "هى", "التى", "الذى", "إلي", "حتي"})
"""Common words that are no others. Some newspapers always write them so: beside the other spelling it is a slip."""

WELL_KNOWN_ARTICLES = 3
"""A spelling is well known once it stands in so many articles …"""
TIMES_AS_OFTEN = 20
"""… and in so many times as many as the other."""
OWN_ARTICLE = 1
"""The article that is being written may itself have been counted."""

SWAPPED = {"ه": "ة", "ة": "ه", "ى": "ي", "ي": "ى"}
OF_PRESENT_TENSE = tuple("يتنأ")
"""Verbs that begin so are told apart by their last letter: يسمي, he names, يسمى, it is named."""
PARTICLES = tuple("وفبلك")
ARTICLES = ("ال", "لل")

_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]+|[\u200e\u200f]+")
_DIRECTION_MARKS = frozenset("\u200e\u200f")
# Honorifics and ornate brackets are characters of their own, which NFKC would spell out.
_PRESENTATION = re.compile("[\ufb50-\ufd3d\ufd50-\ufdcf\ufdf0\ufdf1\ufdf3-\ufdf9\ufe70-\ufefc]+")
_QUOTATION_MARKS = re.compile("[«»]")
_OTHER_MARK = {"«": "»", "»": "«"}
_SEVERAL_SENTENCES = re.compile(r"[.!?؟…]\s+\w")
_SPACES = re.compile("(?<=\\S)[ \u00a0]{2,}(?=\\S)")


class Slip(NamedTuple):
    """FOUND at the offsets START and END of a text; MEANT is what to put there, None where only a person can tell."""

    kind: Kind
    start: int
    end: int
    found: str
    meant: str | None


def slips(text: str, known: Mapping[str, int]) -> list[Slip]:
    """Return the slips of TEXT in order; KNOWN tells in how many articles a spelling stands (`known_spellings`)."""
    found = [
        *_invisible(text),
        *_replaceable(text, _PRESENTATION, "presentation", lambda run: unicodedata.normalize("NFKC", run)),
        *_replaceable(text, _SPACES, "spaces", lambda run: " "),
        *_unbalanced(text),
        *_misspelt(text, known),
    ]
    return sorted(found, key=lambda slip: (slip.start, slip.end))


def known_spellings(*texts: str) -> dict[str, int]:
    """Return in how many articles of the archive the words of TEXTS, and those they may be meant for, stand."""
    wanted = {
        spelling
        for text in texts
        for word, _start, _end in _doubtful_words(text)
        for form in _with_and_without_particle(word)
        for spelling in (form, _swapped(form), form[:-1])
    }
    rows = SearchWord.objects.filter(spelling__in=wanted)
    return dict(rows.values_list("spelling", "article_count"))


def raw_text(html: str) -> str:
    """Return the text of HTML as it is typed, its spaces too: a line for each block that has any, and after a <br>.

    An editor's document is read in the same way (static/admin_sijill/writing.js).
    """
    reader = _RawText()
    reader.feed(html)
    reader.close()
    return "\n".join(line for line in reader.blocks if line.strip())


class _RawText(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag, attrs):
        if tag in BLOCK_TAGS or tag == "hr":
            self.blocks.append("")
        elif tag == "br":
            self.blocks[-1] += "\n"

    def handle_endtag(self, tag):
        if tag in BLOCK_TAGS:
            self.blocks.append("")

    def handle_data(self, data):
        self.blocks[-1] += data.replace("\n", " ")


def _invisible(text: str) -> Iterator[Slip]:
    for match in _INVISIBLE.finditer(text):
        # Marks of direction have their use beside Latin letters and digits.
        if match[0][0] in _DIRECTION_MARKS and any(map(_needs_direction, _beside(text, match))):
            continue
        yield Slip("invisible", match.start(), match.end(), match[0], "")


def _beside(text: str, match: re.Match) -> str:
    """The characters nearest to MATCH on either side, spaces and punctuation passed over on the line."""
    before = text[: match.start()].rsplit("\n", 1)[-1]
    after = text[match.end() :].split("\n", 1)[0]
    return "".join(
        next((character for character in side if character.isalnum()), "") for side in (reversed(before), after)
    )


def _needs_direction(character: str) -> bool:
    return unicodedata.bidirectional(character) not in ("AL", "R")


def _replaceable(text: str, pattern: re.Pattern, kind: Kind, meant) -> Iterator[Slip]:
    for match in pattern.finditer(text):
        yield Slip(kind, match.start(), match.end(), match[0], meant(match[0]))


def _unbalanced(text: str) -> Iterator[Slip]:
    """Quotation marks that nothing closes, or that close nothing; one quotation may go over several paragraphs.

    Where one looks the wrong way, the other is meant. A quotation after a colon, or a whole paragraph, that is one
    sentence lacks its mark at that sentence's end, or after the colon; elsewhere only a person can tell.
    """
    marks = [(match.start(), match[0]) for match in _QUOTATION_MARKS.finditer(text)]
    alone = set(_without_other(marks))
    turned = {place for place, mark in alone if _looks_wrong(text, place, mark)}
    for place in turned:
        yield Slip("quotation", place, place + 1, text[place], _OTHER_MARK[text[place]])
    marks = [(place, _OTHER_MARK[mark] if place in turned else mark) for place, mark in marks]
    for place, mark in _without_other(marks):
        yield _completed(text, place, mark) or Slip("quotation", place, place + 1, text[place], None)


def _without_other(marks: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    opened: list[tuple[int, str]] = []
    for place, mark in marks:
        if mark == "«":
            opened.append((place, mark))
        elif opened:
            opened.pop()
        else:
            yield place, mark
    yield from opened


def _looks_wrong(text: str, place: int, mark: str) -> bool:
    """Whether MARK stands where the other one does: «نعم« or »نعم»."""
    before, after = text[:place][-1:], text[place + 1 :][:1]
    follows_word, precedes_word = before.isalnum() or before in tuple("؟!…"), after.isalnum()
    return (follows_word and not precedes_word) if mark == "«" else (precedes_word and not follows_word)


def _completed(text: str, place: int, mark: str) -> Slip | None:
    """The slip at whose place the other of the lonely MARK at PLACE is missing; None where that is not clear."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    before, after = text[start:place], text[place + 1 : end if end >= 0 else len(text)]
    if mark == "«":
        if not re.search(r"(^|:)\s*$", before) or _QUOTATION_MARKS.search(after) or _SEVERAL_SENTENCES.search(after):
            return None
        last = re.search(r"(\w+[؟!…]*)([.،,]?)(\s*)$", after)
        if last is None:
            return None
        at = place + 1 + last.start()
        return Slip("quotation", at, at + len(last[1] + last[2]), last[1] + last[2], f"{last[1]}»{last[2]}")
    quoted = re.search(r":\s*(\w+)", before)
    if quoted is None or before.count(":") != 1 or _QUOTATION_MARKS.search(before):
        return None
    if _SEVERAL_SENTENCES.search(before[quoted.start() :]):
        return None
    at = start + quoted.start(1)
    return Slip("quotation", at, at + len(quoted[1]), quoted[1], f"«{quoted[1]}")


def _misspelt(text: str, known: Mapping[str, int]) -> Iterator[Slip]:
    found = list(_doubtful_words(text))
    spelt = {word for word, _start, _end in found}
    for word, start, end in found:
        is_mixed = word in ONE_WORD and _swapped(word) in spelt
        if is_mixed or any(_is_misspelt(form, known) for form in _with_and_without_particle(word)):
            kind = "teh_marbuta" if word[-1] in "هة" else "alef_maqsura"
            yield Slip(kind, start, end, text[start:end], text[start : end - 1] + SWAPPED[word[-1]])


def _is_misspelt(word: str, known: Mapping[str, int]) -> bool:
    count = known.get(_swapped(word), 0)
    own = known.get(word, 0)
    if count < WELL_KNOWN_ARTICLES or own > OWN_ARTICLE or own * TIMES_AS_OFTEN > count:
        return False
    if word.startswith(ARTICLES):
        return True
    if word[-1] == "ه":
        # كتابه may be his book: where the word without its last letter is one, the letter may be a pronoun.
        return word[:-1] not in known
    return word[-1] == "ة" or not word.startswith(OF_PRESENT_TENSE)


def _doubtful_words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of TEXT that end in a letter often taken for another, spelt as the lexicon has them."""
    for token in tokenize(text):
        word = letters(text[token.start : token.end])
        plain_end = text[token.end - 1 : token.end]
        if (
            plain_end in SWAPPED
            and word[-1:] == plain_end
            and (len(word) >= MIN_LETTERS or not ONE_WORD.isdisjoint((word, _swapped(word))))
        ):
            yield word, token.start, token.end


def _with_and_without_particle(word: str) -> list[str]:
    return [word, word[1:]] if word.startswith(PARTICLES) and len(word) > MIN_LETTERS else [word]


def _swapped(word: str) -> str:
    return word[:-1] + SWAPPED.get(word[-1], word[-1])
