"""The body of an article as clean HTML."""

import re
from html import escape

from lxml import etree

from archive.ingest.cleaning import single_line
from archive.ingest.records import Note
from archive.ingest.web.blocks import Block
from archive.ingest.web.reading import Reading
from archive.text.html import clean_html
from archive.text.normalize import words


def body_html(reading: Reading) -> str:
    out: list[str] = []
    wrap: etree._Element | None = None
    kept = {place for line, place in reading.placed_lines() if place >= 0 and not line.code}
    kept |= {
        place
        for place in reading.inside
        if reading.blocks[place].tag == "figcaption"
        and (place not in reading.captions or reading.is_amid_text(place))
    }
    for place in sorted(kept):
        wanted = _wrap(reading, place)
        if wrap is not None and wanted is not wrap:
            out.append(f"</{wrap.tag}>")
        if wanted is not None and wanted is not wrap:
            out.append(f"<{wanted.tag}>")
        wrap = wanted
        out.append(_block_html(reading, place, wanted))
    if wrap is not None:
        out.append(f"</{wrap.tag}>")
    if not out and words(reading.metadata.body):
        lines = [single_line(line) for line in reading.metadata.body.split("\n")]
        out = [f"<p>{escape(line, quote=False)}</p>" for line in lines if line]
        reading.page.notes.append(Note("body_from_metadata"))
    return clean_html("\n".join(out))


def _wrap(reading: Reading, place: int) -> etree._Element | None:
    """The element that is kept around the block at PLACE: a list, a quotation, or the figure of a table."""
    block = reading.blocks[place]
    if place not in reading.inside:
        return None
    figure = next(block.element.iterancestors("figure"), None) if block.tag in {"table", "figcaption"} else None
    start, end = reading.reader.ranges.get(figure, (0, 0))
    if sorted(one.tag for one in reading.blocks[start:end]) == ["figcaption", "table"]:
        return figure
    is_in_list = block.wrap is not None and block.wrap.tag != "blockquote"
    if is_in_list and (block.tag == "figcaption" or place in reading.captions):
        return None
    return block.wrap if _is_wrap(reading, block) else None


def _is_wrap(reading: Reading, block: Block) -> bool:
    """Is the list or quotation around BLOCK one of the article, and not the list in which the article stands?"""
    start, end = reading.reader.ranges.get(block.wrap, (0, 0)) if block.wrap is not None else (0, 0)
    return (
        start >= reading.start
        and end <= reading.end
        and end > start
        and not (
            start <= reading.prose[0] and end > reading.prose[-1] and len(reading.prose) > 1
            if reading.prose
            else False
        )
    )


def _block_html(reading: Reading, place: int, wrap: etree._Element | None) -> str:
    block = reading.blocks[place]
    html = _with_addresses(reading, block.html)
    if block.tag == "table":
        return html
    if block.tag == "figcaption" or place in reading.captions:
        if url := reading.captions.get(place):
            html = f'<a href="{escape(url)}">{escape(single_line(block.text), quote=False)}</a>'
        caption = f"<figcaption>{html}</figcaption>"
        return caption if wrap is not None and wrap.tag == "figure" else f"<figure>{caption}</figure>"
    if block.tag in {"h2", "h3"}:
        html = re.sub(r"</?strong>", "", html)
        return f"<{block.tag}>{html}</{block.tag}>"
    if wrap is not None and wrap.tag in {"ul", "ol"}:
        return f"<li>{html}</li>"
    return f"<p>{html}</p>"


def _with_addresses(reading: Reading, html: str) -> str:
    def whole(match: re.Match) -> str:
        href = match[1].replace("&amp;", "&").replace("&quot;", '"').replace("&#x27;", "'")
        if href.startswith(("mailto:", "#", "javascript:")):
            return match[0] if href.startswith("mailto:") else "<a>"
        return f'<a href="{escape(reading.link_url(href))}">' if reading.link_url(href) else "<a>"

    return re.sub(r'<a href="([^"]*)">', whole, html)
