"""Common stems beside each other, as numbers that the index knows articles by. The SQL twin is `article_pairs_v1`."""

from pathlib import Path

COMMON_STEMS = {
    stem: number
    for number, stem in enumerate(
        (Path(__file__).parent / "common_stems_v1.txt").read_text(encoding="utf-8").split(), 1
    )
}
"""The most frequent stems of Arabic (`script/kept-words`), and their numbers."""

NUMBERS = 8_192
SPREAD = 1_009
"""More than there are stems, so that pairs share a number by chance only: a number narrows, the vector decides."""


def pair_number(stem: str, next_stem: str) -> int | None:
    """Return the number of two common stems beside each other, below NUMBERS; None when one of them is not common."""
    number, next_number = COMMON_STEMS.get(stem), COMMON_STEMS.get(next_stem)
    return (number * SPREAD + next_number) % NUMBERS if number and next_number else None
