"""Cells of tables that a spreadsheet opens: in UTF-8, and no formula among them."""

BYTE_ORDER_MARK = "\ufeff"
"""By which Excel knows that a CSV is in UTF-8."""

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def plain_cell(value: object) -> object:
    """Return VALUE such that no spreadsheet takes it for a formula: behind an apostrophe, which it does not show."""
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(FORMULA_BEGINNINGS) else value
