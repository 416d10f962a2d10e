"""Folding: one spelling for the many that Arabic newspapers write. The SQL twin is `arabic_fold_v1`.

Hamza seats, alef madda and alef maqsura, teh marbuta, Persian letters, presentation forms, both digit sets, tashkeel,
tatweel and invisible marks are folded away; Latin loses its case and accents. What was measured about each is in
docs/search.md.
"""

import re
import unicodedata

# Ranges of characters that make words once folded. Everything else separates them. Written out, because what a
# database's regular expressions call a letter depends on its locale, and ours must not.
WORD_RANGES = (
    "0-9a-z\u00df-\u00f6\u00f8-\u02af"  # Latin
    "\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f"  # Greek, Cyrillic
    "\u0531-\u0556\u0561-\u0587\u05d0-\u05ea"  # Armenian, Hebrew
    "\u0621-\u063f\u0641-\u064a\u066e\u066f\u0672-\u06a8\u06aa-\u06bd\u06bf\u06c4-\u06cb\u06cd-\u06d3\u06ee\u06ef"
    "\u06fa-\u06fc\u06ff\u0750-\u077f\u08a0-\u08b4\u08b6-\u08c7"  # Arabic
    "\u0904-\u0939\u0e01-\u0e30\u10a0-\u10ff\u1100-\u11ff\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
)

# Marks that stand on or between letters and are no letters: removed without a trace.
MARK_RANGES = (
    "\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
)

# Presentation forms (isolated letters, ligatures, full width): written as their plain letters by NFKC.
PRESENTATION_RANGES = (
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
)

# Combining hamzas and maddas, which NFKC joins to their letter.
COMPOSING_RANGES = "\u0300-\u036f\u0653-\u0655"

# Letters of Persian, Urdu and Kurdish keyboards, and the two rows of Arabic digits.
FOREIGN = dict(
    zip(
        "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u0671\u06a9\u06cc\u06be\u06c0\u06c1\u06c2\u06c3\u06d5",
        "01234567890123456789اكيهههههه",
        strict=True,
    )
)
LETTERS = dict(zip("أإآىةؤئ", "ااايهءء", strict=True))


def _latin_letters() -> dict[str, str]:
    """Capital and accented Latin letters with the plain small letter each is folded to."""
    letters = {}
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x180)):
        letter = chr(code)
        plain = unicodedata.normalize("NFD", letter)[0].lower()
        if letter != plain and len(plain) == 1 and letter.isalpha():
            letters[letter] = plain
    return letters


LATIN = _latin_letters()

# Everything that folding makes words of: what stands between two such runs never touches either.
RUN_RANGES = WORD_RANGES + PRESENTATION_RANGES + MARK_RANGES + "".join(FOREIGN | LETTERS | LATIN)

_RUN = re.compile(f"[{RUN_RANGES}]+")
_NEEDS_NFKC = re.compile(f"[{PRESENTATION_RANGES}{COMPOSING_RANGES}]")
_MARKS = re.compile(f"[{MARK_RANGES}]+")
# Tatweel and tashkeel left out of the ranges, not looked at beside them: this reads every text on a page of results.
_ODD_MARK_RANGES = MARK_RANGES.replace("\u0640\u064b-\u065f", "\u0653-\u065f")
_NOT_PLAIN = re.compile(f"[{PRESENTATION_RANGES}{_ODD_MARK_RANGES}]")
_NOT_WORDS = re.compile(f"[^{WORD_RANGES}]+")
_TABLE = str.maketrans(FOREIGN | LATIN)
_JOINED = str.maketrans(LETTERS)
# Both at once: what is folded is the most of what is done here.
_FOLDED = str.maketrans(LETTERS | {typed: letter.translate(_JOINED) for typed, letter in (FOREIGN | LATIN).items()})


def _written_as() -> dict[str, str]:
    """Every letter that several fold to, with a class of them for a regular expression."""
    classes: dict[str, str] = {}
    for written, letter in (FOREIGN | LATIN | LETTERS).items():
        folded = LETTERS.get(letter, letter)
        classes[folded] = classes.get(folded, folded) + written
    return {letter: f"[{written}]" for letter, written in classes.items()}


_WRITTEN_AS = _written_as()


def letters(text: str) -> str:
    """Return TEXT folded but for hamzas, teh marbuta and alef maqsura, which stay as they were typed."""
    return _MARKS.sub("", _composed(text).translate(_TABLE))


def fold(text: str) -> str:
    """Return TEXT with every spelling of a letter folded to one, without marks, in small letters. Idempotent."""
    return _MARKS.sub("", _composed(text).translate(_FOLDED))


def _composed(text: str) -> str:
    # Run by run, so that a word is folded alike whatever else the text holds.
    return _RUN.sub(_composed_run, text) if _NEEDS_NFKC.search(text) else text


def _composed_run(run: re.Match) -> str:
    return unicodedata.normalize("NFKC", run[0]) if _NEEDS_NFKC.search(run[0]) else run[0]


def words(text: str) -> str:
    """Return the folded words of TEXT joined by single spaces: the key by which titles and names are compared."""
    return _NOT_WORDS.sub(" ", fold(text)).strip()


def word_set(text: str) -> frozenset[str]:
    """Return the folded words of TEXT, each once: a list of words as it is typed in a module."""
    return frozenset(words(text).split())


def has_words(*texts: str) -> bool:
    """Is there anything to read in any of TEXTS?"""
    return any(words(run[0]) for text in texts for run in _RUN.finditer(text))


def spellings(text: str) -> str:
    """Return `words` of TEXT, word for word, with hamzas, teh marbuta and alef maqsura as they were typed."""
    return _NOT_WORDS.sub(" ", letters(text)).strip()


def is_plain(text: str) -> bool:
    """Tell whether every character of TEXT folds by itself, and it has no marks but tashkeel and tatweel."""
    return not _NOT_PLAIN.search(text)


def spelling_pattern(folded: str) -> str:
    """Return a regular expression of every way to write FOLDED in a text that `is_plain`."""
    # Few characters in the class: each of them is compiled anew between all the letters of a query.
    return "[ـ\u064b-\u0652]*".join(_WRITTEN_AS.get(letter, letter) for letter in folded)


def strip_marks(text: str) -> str:
    """Return TEXT without tashkeel, tatweel and invisible marks, its letters as they were typed.

    A hamza typed behind its letter is part of it and no mark.
    """
    return _MARKS.sub("", unicodedata.normalize("NFC", text))
