"""Where a page of an article leads: previous, next, related."""

import re

from archive.ingest.cleaning import single_line
from archive.ingest.lines import Line, turn
from archive.ingest.page_lines import Page
from archive.ingest.records import RecordLink
from archive.ingest.web.blocks import chain
from archive.ingest.web.reading import MAX_TAIL_BLOCKS, Reading
from archive.text.normalize import words

MAX_LINKS = 30
_PREVIOUS = re.compile(r"(?:^|[\s_-])(?:prev|previous|السابق)(?=$|[\s_-])")
_NEXT = re.compile(r"(?:^|[\s_-])(?:next|التالي)(?=$|[\s_-])")


def take_links(reading: Reading, printed: Page) -> None:
    links: dict[tuple[str, str], RecordLink] = {}

    def add(kind: str, title: str, href: str) -> None:
        url = reading.link_url(href) if href else ""
        title = single_line(title)
        key = words(title) or url
        if not key or key == words(reading.page.title) or (url and url == reading.address) or len(links) >= MAX_LINKS:
            return
        if not any(url and link.url == url and link.kind == kind for link in links.values()):
            links.setdefault((kind, key), RecordLink(kind, title, url))

    for kind, found in (("previous", reading.metadata.previous), ("next", reading.metadata.next)):
        if found:
            labelled = turn(Line(found[0], 0, ""))
            add(kind, (labelled[1] if labelled else found[0]) or _title_of(reading, found[1]), found[1])
    known = {link.kind for link in links.values()}
    for link in printed.links:
        if link.kind not in known or link.kind == "related":
            add(link.kind, link.title, _address_of(reading, link.title))
    for link in reading.page.links:
        add(link.kind, link.title, link.url)
    for kind, block in _turns(reading):
        if kind not in {link.kind for link in links.values()}:
            title = block.links[0][1]
            found = turn(Line(title, 0, ""))
            add(kind, found[1] if found else title, block.links[0][0])
    for href, text in _related(reading):
        add("related", text, href)
    reading.page.links = tuple(links.values())


def _address_of(reading: Reading, title: str) -> str:
    """Where the link leads that says TITLE, and what is before it: «اقرأ أيضاً: …»."""
    key = words(title)
    for block in reading.blocks:
        for href, text in block.links:
            if len(text) >= len(key) and words(text).endswith(key):
                return href
    return ""


def _title_of(reading: Reading, href: str) -> str:
    url = reading.link_url(href)
    texts = [
        text
        for block in reading.blocks
        for link, text in block.links
        if len(text.split()) > 2 and reading.link_url(link) == url
    ]
    found = turn(Line(texts[0], 0, "")) if texts else None
    return (found[1] or "") if found else texts[0] if texts else ""


def _turns(reading: Reading):
    for block in reading.blocks:
        if not any(zone.code == "turns" for zone in block.zones):
            continue
        for _href, text in block.links[:1]:
            for one in chain(block.element):
                relation = (one.get("rel") or "").lower() if one.tag == "a" else ""
                if one.tag in {"article", "body"}:
                    break
                name = f"{one.get('class') or ''} {relation}"
                is_previous, is_next = _PREVIOUS.search(name), _NEXT.search(name)
                # Both names are those of the box around the two.
                if text and bool(is_previous) != bool(is_next):
                    yield ("previous" if is_previous else "next"), block
                    break


def _related(reading: Reading):
    """Links of the boxes of related articles in the article and just below it."""
    for place in range(reading.start, min(reading.end + MAX_TAIL_BLOCKS, len(reading.blocks))):
        block = reading.blocks[place]
        if block.zones and block.zones[-1].code == "related":
            for href, text in block.links:
                if len(text.split()) >= 3 and reading.leads_to_article(href):
                    yield href, text
