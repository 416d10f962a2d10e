"""Tables of data, told from those that only put a page's parts in their places."""

import re
from html import escape

from lxml import etree

from archive.ingest.cleaning import repair_characters
from archive.ingest.web.tree import attribute, text_of

MAX_TABLE_CELLS = 4000
MAX_CELL_CHARS = 300
MAX_PROSE_CHARS = 3000
"""How long a cell of data may be that holds prose."""

MAX_HEAD_CHARS = 100
MIN_REGULAR_ROWS = 3
LAYOUT_ROLES = frozenset({"presentation", "none"})
HEADINGS = ("h1", "h2", "h3", "h4")
_LINK_BEGINS = re.compile('(<a href="[^"]*">) ')


def is_data_table(table: etree._Element) -> bool:
    """Does TABLE hold rows of data, or does it only put the page's parts in their places?

    A long cell is a page's part, as a rule. It is one of data where the table says so, by a caption or by what stands
    above its columns or before its rows, or where it has the form of such: three rows or more of as many cells each, all
    of them filled, short ones above or before.
    """
    if table.get("role") in LAYOUT_ROLES or next(table.iterdescendants("table"), None) is not None:
        return False
    rows: list[list[etree._Element]] = []
    cells = 0
    for row in table.iter("tr"):
        found = [cell for cell in row if cell.tag in {"td", "th"}]
        rows.append(found)
        cells += len(found)
        if cells > MAX_TABLE_CELLS:
            return False
    lengths = [[len(text_of(cell)) for cell in row] for row in rows]
    if any(_holds_a_page(cell) for row in rows for cell in row):
        return False
    if max(map(max, filter(None, lengths)), default=0) > MAX_CELL_CHARS:
        return _may_be_long(rows, lengths) and (_is_declared(table, rows) or _is_regular(lengths))
    has_head = any(cell.tag == "th" for row in rows for cell in row)
    return len(rows) >= 2 and max(map(len, rows)) >= 2 and (has_head or cells >= len(rows) * 2 - 1)


def _may_be_long(rows: list[list[etree._Element]], lengths: list[list[int]]) -> bool:
    """Is what the long ones of the cells say by their LENGTHS prose, rather than an article or a menu?"""
    long = [
        (cell, length)
        for row, said in zip(rows, lengths, strict=True)
        for cell, length in zip(row, said, strict=True)
        if length > MAX_CELL_CHARS
    ]
    return all(
        length <= MAX_PROSE_CHARS
        and next(cell.iterdescendants(*HEADINGS), None) is None
        and sum(len(text_of(link)) for link in cell.iterdescendants("a")) * 2 < length
        for cell, length in long
    )


def _is_declared(table: etree._Element, rows: list[list[etree._Element]]) -> bool:
    """Does TABLE, of several rows, call itself one of data?"""
    filled = [row for row in rows if row]
    if len(filled) < 2 or max(map(len, filled)) < 2:
        return False
    has_caption = any(text_of(one) for one in table.iterchildren("caption"))
    above = len(filled[0]) >= 2 and all(cell.tag == "th" for cell in filled[0])
    before = all(row[0].tag == "th" for row in filled[1:])
    return has_caption or above or before


def _is_regular(lengths: list[list[int]]) -> bool:
    """Do the LENGTHS of cells, row by row, have the form of data?"""
    widths = {len(row) for row in lengths}
    if len(lengths) < MIN_REGULAR_ROWS or len(widths) != 1 or min(widths) < 2 or not all(map(all, lengths)):
        return False
    return max(lengths[0]) <= MAX_HEAD_CHARS or max(row[0] for row in lengths) <= MAX_HEAD_CHARS


def _holds_a_page(cell: etree._Element) -> bool:
    return next(cell.iterdescendants("h1", "form", "article"), None) is not None


def table_html(table: etree._Element) -> tuple[str, str]:
    """TABLE in the body's vocabulary, and its text."""
    rows: list[str] = []
    texts: list[str] = []
    caption = next((text_of(one) for one in table.iterchildren("caption")), "")
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        said = [repair_characters(text_of(cell)) for cell in cells]
        if any(said):
            rows.append(f"<tr>{''.join(map(_cell, cells))}</tr>")
            texts.append(" ".join(said))
    if not rows:
        return "", ""
    head = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
    text = " ".join(([caption] if caption else []) + texts)
    return f"<table>{head}<tbody>{''.join(rows)}</tbody></table>", text


def _cell(cell: etree._Element) -> str:
    spans = "".join(
        f' {name}="{value}"'
        for name in ("colspan", "rowspan")
        if (value := cell.get(name) or "").isascii() and value.isdigit() and 1 < int(value[:4]) < 100
    )
    return f"<{cell.tag}{spans}>{_content(cell)}</{cell.tag}>"


def _content(cell: etree._Element) -> str:
    """The text of CELL, with its links."""
    parts: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        href = attribute(element, "href") if element.tag == "a" else ""
        if event == "start":
            parts += [f'<a href="{escape(href)}">'] if href else []
            parts.append(_said(element.text))
        else:
            parts += ["</a>"] if href else []
            parts.append(_said(element.tail) if element is not cell else "")
    # Between the texts of two elements is a space, whatever they are.
    html = " ".join(part for part in parts if part)
    return _LINK_BEGINS.sub(r"\1", html).replace(" </a>", "</a>")


def _said(text: str | None) -> str:
    return escape(" ".join(repair_characters(text).split()), quote=False) if text else ""
