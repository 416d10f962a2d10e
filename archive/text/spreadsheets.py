"""Tables that a spreadsheet opens: in UTF-8, and no formula among their cells."""

import csv
from collections.abc import Iterable, Iterator

BYTE_ORDER_MARK = "\ufeff"
"""By which Excel knows that a CSV is in UTF-8."""

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain_cell(value: object) -> object:
    """Return VALUE such that no spreadsheet takes it for a formula: behind an apostrophe, which it does not show."""
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(FORMULA_BEGINNINGS) else value


def csv_lines(rows: Iterable[Iterable]) -> Iterator[str]:
    """Yield ROWS as the lines of a CSV, each as soon as it is there."""
    writer = csv.writer(_Echo())
    mark = BYTE_ORDER_MARK
    for row in rows:
        yield mark + writer.writerow([plain_cell(value) for value in row])
        mark = ""


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text
