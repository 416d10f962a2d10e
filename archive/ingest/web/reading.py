"""A page while it is read: its blocks and what is known of them so far. What reads it stands in the modules beside."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree

from archive.ingest.addresses import is_one_page, normalise_url
from archive.ingest.bylines import author_of_line
from archive.ingest.cleaning import repair_text
from archive.ingest.dates import read_date_line
from archive.ingest.furniture import RepeatedLines, known_furniture
from archive.ingest.lines import Line
from archive.ingest.records import Dropped, Note, ReadDate, RecordLink, RecordPicture
from archive.ingest.web.blocks import Block, BlockReader, Zone
from archive.ingest.web.metadata import Metadata, read_metadata
from archive.ingest.web.place import Place
from archive.ingest.web.tree import attribute, text_of
from archive.ingest.web.zones import settle_zones
from archive.text.normalize import words

MAX_TAIL_BLOCKS = 60
MAX_HEAD_CHARS = 1000
MAX_LINE_CHARS = 200
MAX_LABEL_WORDS = 4

ELSEWHERE = frozenset(
    [
        "share",
        "related",
        "navigation",
        "sidebar",
        "comments",
        "footer",
        "advertisement",
        "turns",
        "author_box",
        "hidden",
        "tags",
        "newsletter",
    ]
)
LABEL_ALONE = re.compile(
    r"^(?:المصدر|مصدر|التاريخ|تاريخ النشر|تاريخ|نشر في|نشر|الكاتب|كاتب|بقلم|كتب|كتبت|القسم|تصوير|المحرر|النص|الصوره)$"
)
TITLE_PARTS = re.compile(r"\s[|«»–—:-]\s|\||::")


@dataclass(slots=True)
class WebPage:
    """What a page says of its article; BODY is clean HTML."""

    title: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    place: str = ""
    section: str = ""
    site: str = ""
    published: ReadDate | None = None
    language: str = "ar"
    url: str = ""
    links: tuple[RecordLink, ...] = ()
    pictures: tuple[RecordPicture, ...] = ()
    dropped: list[Dropped] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def plain(text: str) -> str:
    """The TEXT of a block, which may still hold entities that were escaped twice."""
    return repair_text(text).strip() if "&" in text else text


def body_of(root: etree._Element) -> etree._Element:
    body = root.find("body")
    return root if body is None else body


class Reading:
    """One pass over one page.

    What its parts find, one after another: TITLE_PLACE, the headline's block, or -1; where the text stands, from the
    block START to before END; LINES, each with the block of PLACES that it is of, or -1; which blocks are INSIDE the
    article, and which are IN_PARTS, several lines in one; and which are CAPTIONS, with the addresses of their pictures.
    PAGE is what is known for good.
    """

    title_place: int
    place: Place
    lines: list[Line]
    places: list[int]
    inside: frozenset[int]
    in_parts: frozenset[int]
    captions: dict[int, str]

    def __init__(
        self, root: etree._Element, repeated: RepeatedLines, address: str, *, collected: ReadDate | None = None
    ):
        self.root = root
        self.repeated = repeated
        self.collected = collected
        self.page = WebPage()
        self.metadata: Metadata = read_metadata(root)
        self.reader = BlockReader(body_of(root), _line_test(root, self.metadata.titles))
        self.blocks = self.reader.blocks
        self.is_zone = settle_zones(self.blocks)
        self.address = self._address(address)

    def find_text(self) -> None:
        self.place = Place(self.root, self.reader, self.page.title, self.title_place, self.metadata.body)
        self.start, self.end, self.prose = self.place.start, self.place.end, self.place.prose

    def placed_lines(self) -> Iterator[tuple[Line, int]]:
        """The lines, each with the place of its block."""
        return zip(self.lines, self.places, strict=True)

    def is_amid_text(self, place: int) -> bool:
        """Does the block at PLACE stand in the article, behind its first paragraph?"""
        return place in self.inside and place > next((one for one in self.prose if one >= self.start), self.start)

    def is_elsewhere(self, zones: Iterable[Zone], *, but: str = "") -> bool:
        """Is one of ZONES a part of the page that is none of its article; BUT those of one kind are?"""
        return any(zone.code in ELSEWHERE and zone.code != but and self.is_zone(zone) for zone in zones)

    def _address(self, given: str) -> str:
        base = next((attribute(one, "href") for one in self.root.iter("base")), "")
        told = [url for url in self.metadata.urls if "://" in url or given]
        for url in [*told, given, base]:
            if (found := normalise_url(urljoin(given, url) if given else url)) and is_one_page(found):
                return found
        return normalise_url(given)

    def link_url(self, href: str) -> str:
        try:
            return normalise_url(urljoin(self.address, href.strip()))
        except ValueError:
            return ""

    def leads_to_article(self, href: str) -> bool:
        url, host = self.link_url(href), urlsplit(self.address).hostname
        if not host and not url:
            # On a page whose own address is not known.
            return not href.startswith("#") and ":" not in href
        return is_one_page(url) and (not host or urlsplit(url).hostname == host)

    def kept(self) -> list[Block]:
        return [self.blocks[place] for line, place in self.placed_lines() if place >= 0 and not line.code]


def _line_test(root: etree._Element, titles: list[str]) -> Callable[[str], bool]:
    """A test whether a line, among others in one block, is the headline, or says what a page says around a text."""
    printed = [text_of(title)[:MAX_HEAD_CHARS] for title in list(root.iter("title"))[:3]]
    heads = [part for title in printed for part in [title, *TITLE_PARTS.split(title)]]
    known = {words(title) for title in [*titles, *heads] if len(title.split()) > 2}

    def is_line(text: str) -> bool:
        if len(text) > MAX_LINE_CHARS:
            return False
        return words(text) in known or bool(known_furniture(text) or author_of_line(text) or read_date_line(text))

    return is_line
