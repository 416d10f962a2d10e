"""The first words of a text, for those who show one line of it."""

MAX_OPENING_CHARS = 300
ELLIPSIS = "…"


def opening(text: str, *, max_chars: int = MAX_OPENING_CHARS) -> str:
    """Return the first paragraph of TEXT, cut at a word's end when it is longer than MAX_CHARS."""
    paragraph = text.lstrip().partition("\n")[0].strip()
    if len(paragraph) <= max_chars:
        return paragraph
    head = paragraph[: max_chars + 1].rpartition(" ")[0] or paragraph[:max_chars]
    return head.rstrip(" ،,;؛:") + ELLIPSIS
