"""In which language an article is: its letters are asked before what is declared of it."""

import re

MIN_ARABIC_SHARE = 0.3
"""How much of an article's letters are Arabic ones at least; the rest are names, and quotations."""

UNKNOWN = "und"
"""BCP 47's word for what nobody says: Latin letters may be any of a hundred languages."""

_LETTER = re.compile(r"[^\W\d_]")
_ARABIC_LETTER = re.compile("[ء-يﭐ-ﻼ]")
_OTHERS_IN_ARABIC_LETTERS = frozenset({"fa", "ur", "ps", "ku", "ckb", "ug", "sd"})


def language_of(text: str, declared: str = "", *, title: str = "") -> str:
    """Return the language of a plain TEXT as a tag, of which DECLARED is said; Arabic where there are no letters.

    Below an Arabic TITLE the text is Arabic, whatever foreign names, or scripts of its page, it lists.
    """
    declared = declared.lower()
    main = declared.partition("-")[0]
    may_be_in_arabic_letters = main == "ar" or main in _OTHERS_IN_ARABIC_LETTERS
    if not _LETTER.search(text) and not _LETTER.search(title):
        return declared or "ar"
    if _is_in_arabic_letters(title) or _is_in_arabic_letters(text):
        return declared if may_be_in_arabic_letters else "ar"
    return UNKNOWN if may_be_in_arabic_letters or not declared else declared


def _is_in_arabic_letters(text: str) -> bool:
    count = len(_ARABIC_LETTER.findall(text))
    return count > 0 and count >= len(_LETTER.findall(text)) * MIN_ARABIC_SHARE
