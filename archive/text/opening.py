"""The first words of a text, for those who show one line of it, and a text as one line."""

import unicodedata

MAX_OPENING_CHARS = 300
ELLIPSIS = "…"


def opening(text: str, *, max_chars: int = MAX_OPENING_CHARS) -> str:
    """Return the first paragraph of TEXT, cut at a word's end when it is longer than MAX_CHARS."""
    paragraph = text.lstrip().partition("\n")[0].strip()
    if len(paragraph) <= max_chars:
        return paragraph
    head = paragraph[: max_chars + 1].rpartition(" ")[0] or paragraph[:max_chars]
    return head.rstrip(" ،,;؛:") + ELLIPSIS


def one_line(text: str) -> str:
    """TEXT without an end of a line, a tab, another invisible sign, or a row of spaces: a header can hold it."""
    visible = (" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return " ".join("".join(visible).split())
