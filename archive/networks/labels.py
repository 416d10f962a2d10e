"""Names as a drawing shows them: in one line or two, and about how wide."""

ELLIPSIS, RIGHT_TO_LEFT_MARK = "…", "\u200f"
EM_PER_CHAR = 0.54
"""Rather wide: neither Arabic nor Latin letters of the drawings' face take more on average."""


def label_lines(name: str, line_chars: int) -> list[str]:
    """Return NAME in at most two lines of LINE_CHARS, parted where they are most alike; the rest is left out."""
    if len(name) <= line_chars:
        return [name]
    words = name.split()
    parted = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    first, second = min(parted, key=lambda lines: max(map(len, lines)), default=(name, ""))
    return [_cut(line, line_chars) for line in (first, second) if line]


def line_width(lines: list[str], font_size: float) -> float:
    """Return about how wide the widest of LINES is."""
    return max(map(len, lines), default=0) * font_size * EM_PER_CHAR


def _cut(line: str, line_chars: int) -> str:
    if len(line) <= line_chars:
        return line
    # Drawings run from the left, where the dots would stand before an Arabic name.
    return line[: line_chars - 1].rstrip() + ELLIPSIS + ("" if line.isascii() else RIGHT_TO_LEFT_MARK)
