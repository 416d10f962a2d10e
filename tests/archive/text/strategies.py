"""Texts for property tests: what Arabic newspapers hold, and what they should not."""

from hypothesis import strategies as st

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
MARKS = "ًٌٍَُِّْٰـ\u0653\u0654\u200f\u200e\u200c\u200d\u00ad\ufeff"
FOREIGN = "ٱکیھۀەپچژگ٠١٢٣۴۵٨0128"
PRESENTATION = "ﷲﷺﷻﻻﻼﺍﺏﺑﻛﻪﻳﹰﱞ﴾﴿＋ＡＢ８～"
LATIN = "abzAZéÉŁßøÿŉſ'&<>\"\\"
SEPARATORS = " \n\t،؛؟.!-–—«»“”()[]{}/\u00a0\u2009…²½™"

PIECES = st.sampled_from(
    ["ال", "وال", "بال", "لل", "و", "ف", "ب", "ل", "ك", "ها", "ات", "ون", "ين", "ية", "الله", "وزير", "بنك", "لبنان"]
)


def arabic_word() -> st.SearchStrategy[str]:
    """A word of Arabic letters, prefixes, suffixes and marks."""
    letters = st.text(LETTERS + MARKS, min_size=1, max_size=6)
    return st.lists(PIECES | letters, min_size=1, max_size=4).map("".join)


def arabic_text(max_pieces: int = 25) -> st.SearchStrategy[str]:
    """Words, separators and rare characters, in any order."""
    rare = st.text(FOREIGN + PRESENTATION + LATIN + MARKS + SEPARATORS, max_size=4)
    anything = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)
    pieces = arabic_word() | st.sampled_from([" ", " ", "\n", "، "]) | rare | anything
    return st.lists(pieces, max_size=max_pieces).map("".join)
