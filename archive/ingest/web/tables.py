"""Tables of data, told from those that only put a page's parts in their places."""

import re
from html import escape

from lxml import etree

from archive.ingest.cleaning import repair_characters
from archive.ingest.web.tree import attribute, text_of

MAX_TABLE_CELLS = 4000
MAX_CELL_CHARS = 300
_LINK_BEGINS = re.compile('(<a href="[^"]*">) ')


def is_data_table(table: etree._Element) -> bool:
    """Does TABLE hold rows of data, or does it only put the page's parts in their places?"""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    has_head = False
    rows = cells = widest = 0
    for row in table.iter("tr"):
        found = [cell for cell in row if cell.tag in {"td", "th"}]
        rows, cells, widest = rows + 1, cells + len(found), max(widest, len(found))
        if cells > MAX_TABLE_CELLS:
            return False
        has_head = has_head or any(cell.tag == "th" for cell in found)
        for cell in found:
            if len(text_of(cell)) > MAX_CELL_CHARS or _holds_a_page(cell):
                return False
    return rows >= 2 and widest >= 2 and (has_head or cells >= rows * 2 - 1)


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
