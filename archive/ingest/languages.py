"""In which language an article is: its letters are asked before what is declared of it."""

import re

MIN_ARABIC_SHARE = 0.3
"""How much of an article's letters are Arabic ones at least; the rest are names, and quotations."""

UNKNOWN = "und"
"""BCP 47's word for what nobody says: Latin letters may be any of a hundred languages."""

_LETTER = re.compile(r"[^\W\d_]")
_ARABIC_LETTER = re.compile("[ء-يﭐ-ﻼ]")
_OTHERS_IN_ARABIC_LETTERS = frozenset({"fa", "ur", "ps", "ku", "ckb", "ug", "sd"})


def language_of(text: str, declared: str = "") -> str:
    """Return the language of a plain TEXT as a tag, of which DECLARED is said; Arabic where there are no letters."""
    declared = declared.lower()
    main = declared.partition("-")[0]
    letters = len(_LETTER.findall(text))
    is_in_arabic_letters = len(_ARABIC_LETTER.findall(text)) >= letters * MIN_ARABIC_SHARE
    may_be_so = main == "ar" or main in _OTHERS_IN_ARABIC_LETTERS
    if not letters:
        return declared or "ar"
    if is_in_arabic_letters:
        return declared if may_be_so else "ar"
    return UNKNOWN if may_be_so or not declared else declared
