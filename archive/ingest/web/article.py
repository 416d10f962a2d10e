"""Which blocks of a page are its article, and what around them tells of it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from archive.ingest.addresses import is_one_page, normalise_url
from archive.ingest.bylines import MAX_AUTHOR_CHARS, author_of_line, read_author_field
from archive.ingest.cleaning import repair_text, single_line
from archive.ingest.date_phrases import read_relative_date
from archive.ingest.dates import read_date, read_date_line, read_url_date
from archive.ingest.furniture import (
    OpeningLine,
    PageLines,
    RepeatedLines,
    keys_of,
    known_furniture,
    line_key,
)
from archive.ingest.languages import language_of
from archive.ingest.lines import Line, paragraphs_of, turn
from archive.ingest.page import Page, read_lines
from archive.ingest.pictures import file_name, names_no_picture
from archive.ingest.records import Dropped, Note, ReadDate, RecordLink, RecordPicture, UnreadableInputError
from archive.ingest.web.blocks import Block, BlockReader, Picture, chain
from archive.ingest.web.metadata import Metadata, read_metadata
from archive.ingest.web.place import MIN_SURE_CHARS, Place
from archive.ingest.web.titles import choose_title
from archive.ingest.web.tree import attribute, text_of
from archive.ingest.web.zones import in_no_zone, is_prose, settle_zones
from archive.text.html import clean_html
from archive.text.normalize import words

MAX_HEAD_BLOCKS = 25
MAX_TAIL_BLOCKS = 60
MAX_LINKS = 30
MAX_PICTURES = 20
MAX_DROPPED = 100
MAX_CAPTION_CHARS = 250
MAX_LINE_CHARS = 200
MAX_HEADING_WORDS = 6
MAX_LABEL_WORDS = 4
MAX_HEAD_CHARS = 1000
MIN_TITLE_WORDS, MAX_TITLE_WORDS = 2, 30
MAX_TITLE_ELEMENTS = 5
MAX_PRINTED_BLOCKS = 100
MIN_PRINTED_WORDS = 4
DATE_BLOCKS = 4
"""Among how many blocks above the headline its date may stand."""

NEAR_BLOCKS = 6
"""How many blocks above the headline, as those below it, may tell of its author and section."""

MAX_BYLINE_WORDS = 8
MAX_SITE_CHARS = 60

MAX_MARKS = 60
"""By how many characters (tashkeel, punctuation) two spellings of one headline may differ."""

FRONT_HEADLINES = 8
MIN_ARABIC_SHARE = 0.2
SHORT_TEXT_CHARS = 400

_ELSEWHERE = frozenset(
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
_POLICY = re.compile(r"privacy|terms|guideline|conditions|policy|policies|cookie", re.IGNORECASE)
_SAVED_BESIDE = re.compile(r"(?:\./)?[^/]+(?:_files|_fichiers|_ملفات|-Dateien|\.files)/", re.IGNORECASE)
_PICTURE_NAME = re.compile(
    r"(?:featured|main|post|article|news|story|lead|entry|detail)s?[_-]?(?:image|img|photo|pic|thumb|media|figure)",
    re.I,
)
_AROUND_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:img|image|images|photo|photos|pic|picture|slide|slider|media|thumb|figure)(?=$|[\s_\d-])", re.I
)
_NOT_FOUND = re.compile(
    r"^(?:(?:خطا )?404(?: .*)?|(?:.* )?(?:الصفحه|المقال|الخبر|الرابط|المحتوي)(?: \S+){0,4} (?:غير موجود|غير موجوده|غير متوفره?|غير متاحه?|لم يعد متاحا?|لم تعد متاحه|لم يتم العثور)(?: .*)?"
    r"|(?:عذرا )?(?:لم يتم العثور|لم نعثر)(?: .*)?|(?:page |file |error 404 )?not found(?: .*)?|(?:.* )?page not found(?: .*)?)$"
)
_LOGIN = re.compile(r"^(?:تسجيل (?:ال)?دخول|دخول الاعضاء|سجل دخولك|log ?in|sign ?in)(?: .*)?$")
_ARABIC_LETTER = re.compile("[ء-يﭐ-ﻼ]")
_LETTER = re.compile(r"[^\W\d_]")
_TITLE_NAME = re.compile(r"(?:title|headline|subject|heading)(?!s?[_-]?(?:bar|box|list|nav))", re.IGNORECASE)
_DATE_NAME = re.compile(r"date|time|publish|posted|meta", re.IGNORECASE)
_TODAY_NAME = re.compile(r"current|today|now|clock|hijri|islamic", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s+[|/–—-]\s+")
_TITLE_PARTS = re.compile(r"\s[|«»–—:-]\s|\||::")
_ISSUE = re.compile(r"(?:السنه \S+ )?(?:ال)?عدد [0-9]+")
_LANGUAGE = re.compile("[A-Za-z]{2,3}")
_PREVIOUS = re.compile(r"(?:^|[\s_-])(?:prev|previous|السابق)(?=$|[\s_-])")
_NEXT = re.compile(r"(?:^|[\s_-])(?:next|التالي)(?=$|[\s_-])")
_LABEL_ALONE = re.compile(
    r"^(?:المصدر|مصدر|التاريخ|تاريخ النشر|تاريخ|نشر في|نشر|الكاتب|كاتب|بقلم|كتب|كتبت|القسم|تصوير|المحرر|النص|الصوره)$"
)
_UPDATED_NAME = re.compile(r"modif|updat", re.IGNORECASE)


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


def read_web_page(
    root: etree._Element,
    repeated: RepeatedLines,
    *,
    address: str = "",
    chosen: bool = False,
    collected: ReadDate | None = None,
) -> WebPage:
    """Return the article on the page under ROOT, saved from ADDRESS at the time COLLECTED, as far as they are known.

    Raises UnreadableInputError when the page is none of an article; CHOSEN: nor is it refused for its language.
    """
    return _Reading(root, repeated, address, chosen=chosen, collected=collected).read()


def page_lines_of(root: etree._Element) -> PageLines | None:
    """Return what is counted of a page to learn its source's furniture; None when it has no text."""
    reader = BlockReader(_body(root))
    told = [block for block in in_no_zone(reader.blocks) if block.text]
    lines = [Line(text, 0, known_furniture(text)) for text in (_plain(block.text) for block in told) if text]
    if not lines:
        return None
    for line in lines:
        line.key = line_key(line.text)
    paragraphs = set(paragraphs_of(lines))
    opening = []
    for place, line in enumerate(lines):
        opening.append(OpeningLine(line.key, len(line.text), place in paragraphs))
        if place in paragraphs:
            break
    titles = [part for title in root.iter("title") for part in _TITLE_PARTS.split(text_of(title))]
    prose = {line.key: line.word_count for line in lines if line.is_prose}
    return PageLines(keys_of([*(line.text for line in lines), *titles]), tuple(opening), prose)


def _plain(text: str) -> str:
    """The TEXT of a block, which may still hold entities that were escaped twice."""
    return repair_text(text).strip() if "&" in text else text


def _body(root: etree._Element) -> etree._Element:
    body = root.find("body")
    return root if body is None else body


def _line_test(root: etree._Element, titles: list[str]) -> Callable[[str], bool]:
    """A test whether a line, among others in one block, is the headline, or says what a page says around a text."""
    printed = [text_of(title)[:MAX_HEAD_CHARS] for title in list(root.iter("title"))[:3]]
    heads = [part for title in printed for part in [title, *_TITLE_PARTS.split(title)]]
    known = {words(title) for title in [*titles, *heads] if len(title.split()) > 2}

    def is_line(text: str) -> bool:
        if len(text) > MAX_LINE_CHARS:
            return False
        return words(text) in known or bool(known_furniture(text) or author_of_line(text) or read_date_line(text))

    return is_line


class _Reading:
    """One pass over one page."""

    def __init__(
        self,
        root: etree._Element,
        repeated: RepeatedLines,
        address: str,
        *,
        chosen: bool,
        collected: ReadDate | None = None,
    ):
        self.collected = collected
        self.root = root
        self.repeated = repeated
        self.chosen = chosen
        self.page = WebPage()
        self.metadata: Metadata = read_metadata(root)
        self.reader = BlockReader(_body(root), _line_test(root, self.metadata.titles))
        self.blocks = self.reader.blocks
        self.is_zone = settle_zones(self.blocks)
        self.address = self._address(address)

    def read(self) -> WebPage:
        self._find_title()
        self.place = Place(self.root, self.reader, self.page.title, self.title_place, self.metadata.body)
        self.start, self.end, self.prose = self.place.start, self.place.end, self.place.prose
        page = self._read_lines()
        self._refuse_no_article(page)
        self._take_authors(page)
        self._take_date(page)
        self._take_links(page)
        self._take_pictures()
        self.page.body = self._body_html()
        self.page.section = self.metadata.section or page.section or self._breadcrumb() or self._told_section()
        self.page.site = _site_name(self.metadata.site)
        self.page.place = self.page.place or page.place
        self.page.language = self._language()
        self.page.url = self.address
        self._find_dropped()
        self.page.notes += [note for note in page.notes if note.code == "repeats_kept"]
        return self.page

    # --- What and where ---

    def _address(self, given: str) -> str:
        base = next((attribute(one, "href") for one in self.root.iter("base")), "")
        told = [url for url in self.metadata.urls if "://" in url or given]
        for url in [*told, given, base]:
            if (found := normalise_url(urljoin(given, url) if given else url)) and is_one_page(found):
                return found
        return normalise_url(given)

    def _find_title(self) -> None:
        headings = list(
            dict.fromkeys(
                single_line(block.text)
                for block in self.blocks
                if block.is_inside_heading_one and not {zone.code for zone in block.zones} & {"comments", "hidden"}
            )
        )[:5]
        if not headings and not self.metadata.titles:
            headings = self._lesser_headings() or self._named_headings()
        head = next((single_line(text_of(title)[:MAX_HEAD_CHARS]) for title in self.root.iter("title")), "")
        host = urlsplit(self.address).hostname or ""
        sites = [
            *self.metadata.sites,
            *(part for part in host.split(".") if len(part) > 3),
            host.removeprefix("www."),
        ]
        printed = (
            block.text
            for block in self.blocks[:MAX_PRINTED_BLOCKS]
            if not block.zones and MIN_PRINTED_WORDS <= len(block.text.split()) <= MAX_TITLE_WORDS
        )
        self.page.title = choose_title(self.metadata.titles, headings, head, sites, self.repeated, printed)
        key = words(self.page.title)
        shortest, longest = len(key), len(self.page.title) + MAX_MARKS
        places = [
            place
            for place, block in enumerate(self.blocks)
            if key and shortest <= len(block.text) <= longest and words(block.text) == key
        ]
        free = [place for place in places if not self.blocks[place].zones] or places
        top = [place for place in free if self.blocks[place].is_inside_heading_one]
        heads = [place for place in free if self.blocks[place].tag in {"h2", "h3"}]
        self.title_place = next(iter(top or heads or free), -1)

    def _lesser_headings(self) -> list[str]:
        """Headings of the second rank that say what the page's <title> says."""
        printed = [text_of(title)[:MAX_HEAD_CHARS] for title in list(self.root.iter("title"))[:1]]
        known = {words(part) for title in printed for part in [title, *_TITLE_PARTS.split(title)]}
        heads = (block.text for block in self.blocks if block.tag in {"h2", "h3"} and not block.zones)
        return [single_line(text) for text in heads if words(text) in known and len(text.split()) > MIN_TITLE_WORDS][
            :1
        ]

    def _named_headings(self) -> list[str]:
        """What pages without headings call a title in the names of their elements."""
        found = []
        for element in _body(self.root).iter("span", "div", "td", "p", "h2", "h3", "b", "font"):
            name = f"{element.get('class') or ''} {element.get('id') or ''}"
            if (
                not _TITLE_NAME.search(name)
                or len(list(islice(element.iter(), MAX_TITLE_ELEMENTS + 1))) > MAX_TITLE_ELEMENTS
            ):
                continue
            text = text_of(element)
            if MIN_TITLE_WORDS < len(text.split()) <= MAX_TITLE_WORDS and element.find(".//a") is None:
                found.append(single_line(text))
        return found[:3]

    # --- Lines ---

    def _read_lines(self) -> Page:
        """Read the blocks from the headline to the end of the article, and the links below it, as a page's lines."""
        head = [
            place
            for place in range(max(self.title_place + 1, self.start - MAX_HEAD_BLOCKS), self.start)
            if self.title_place >= 0 and not self.blocks[place].zones and not self.blocks[place].is_link
        ]
        inside = [place for place in range(self.start, self.end) if not self.blocks[place].zones]
        tail = [
            place
            for place in range(self.end, min(self.end + MAX_TAIL_BLOCKS, len(self.blocks)))
            if {zone.code for zone in self.blocks[place].zones} == {"turns"}
            or (not self.blocks[place].zones and turn(Line(self.blocks[place].text, 0, "")))
        ]
        self.inside = frozenset(inside)
        title = Line(self.page.title or "\u2014", line_key(self.page.title), "")
        self.lines = [title]
        self.places = [-1]
        for place in [*head, *inside, *tail]:
            block = self.blocks[place]
            text = _plain(block.text)
            if not text or block.tag == "figcaption":
                continue
            if place < self.start + 4 and (parts := self._parts(block, text)):
                for part in parts:
                    self.lines.append(Line(part, line_key(part), known_furniture(part)))
                    self.places.append(place)
                continue
            furniture = "" if block.tag == "table" else known_furniture(text)
            if not furniture and sum(1 for href, _ in block.links if _POLICY.search(href)) > 1:
                furniture = "notice"
            self.lines.append(Line(text, line_key(text), furniture))
            self.places.append(place)
        page = read_lines(self.lines, 0, self.repeated)
        times = Counter(self.places)
        self.in_parts = frozenset(place for place, count in times.items() if count > 1)
        for line, place in zip(self.lines, self.places, strict=True):
            if place >= 0 and not line.code:
                self._mark_by_markup(line, place)
        self._mark_bare_headings()
        return page

    def _mark_bare_headings(self) -> None:
        """Headings of what is not the article's: of a list of links, or with nothing below them."""
        is_bare = True
        for line, place in zip(reversed(self.lines), reversed(self.places), strict=True):
            if place < 0 or place not in self.inside:
                continue
            if line.code:
                is_bare = is_bare or line.code == "link"
                continue
            block = self.blocks[place]
            is_heading = block.tag in {"h2", "h3"} or re.fullmatch(r"<strong>[^<]*</strong>", block.html) is not None
            if is_bare and is_heading and line.word_count <= MAX_HEADING_WORDS and not line.text.endswith("."):
                line.code = "navigation"
                continue
            is_bare = False

    def _parts(self, block: Block, text: str) -> list[str]:
        """What a line above the text says in several parts, when one of them is a date, or names the author."""
        if len(text) > MAX_LINE_CHARS or block.tag == "table" or author_of_line(text):
            return []
        if (found := read_date_line(text)) and not found.rest:
            return []
        parts = [_plain(part) for part in block.parts]
        parts = [part for part in parts if words(part)]
        return parts if len(parts) > 1 and any(read_date_line(part) or author_of_line(part) for part in parts) else []

    def _mark_by_markup(self, line: Line, place: int) -> None:
        block = self.blocks[place]
        is_above = bool(self.prose) and place < self.prose[0]
        is_label = is_above and block.tag == "li" and line.word_count <= MAX_LABEL_WORDS
        if place in self.in_parts or is_label or (is_above and _LABEL_ALONE.match(words(line.text))):
            line.code = "header"
        elif place not in self.inside:
            # Between the headline and the text: an introduction, or what the site says there.
            if place >= self.end or not (line.is_prose or (block.tag in {"h2", "h3"} and line.word_count >= 4)):
                line.code = "header" if place < self.start else "footer"
        elif (
            block.is_link
            and (block.wrap is None or self._is_link_list(block))
            and line.word_count >= 4
            and self._leads_to_article(block.links[0][0])
        ):
            line.code = "link"
            self.page.links = (*self.page.links, RecordLink("related", line.text, self._link_url(block.links[0][0])))

    def _is_link_list(self, block: Block) -> bool:
        """Is the list around BLOCK one of links to other articles, and nothing else?"""
        start, end = self.reader.ranges.get(block.wrap, (0, 0))
        return block.wrap.tag in {"ul", "ol"} and all(
            one.is_link and len(one.text.split()) >= 4 and self._leads_to_article(one.links[0][0])
            for one in self.blocks[start:end]
        )

    def _leads_to_article(self, href: str) -> bool:
        url, host = self._link_url(href), urlsplit(self.address).hostname
        if not host and not url:
            # On a page whose own address is not known.
            return not href.startswith("#") and ":" not in href
        return is_one_page(url) and (not host or urlsplit(url).hostname == host)

    def _link_url(self, href: str) -> str:
        try:
            return normalise_url(urljoin(self.address, href.strip()))
        except ValueError:
            return ""

    def _kept(self) -> list[Block]:
        return [
            self.blocks[place]
            for line, place in zip(self.lines, self.places, strict=True)
            if place >= 0 and not line.code
        ]

    # --- No article ---

    def _refuse_no_article(self, page: Page) -> None:
        kept = self._kept()
        chars = sum(block.own_chars for block in kept)
        title = words(self.page.title)
        if chars < SHORT_TEXT_CHARS * 2:
            heads = [title, *(words(block.text) for block in self.blocks[:80] if block.tag in {"h2", "h3"})]
            heads += [words(text_of(one)) for one in self.root.iter("title")]
            if any(_NOT_FOUND.match(one) for one in heads):
                raise UnreadableInputError(Note("page_not_found"))
            has_password = any((one.get("type") or "").lower() == "password" for one in self.root.iter("input"))
            if has_password and (any(_LOGIN.match(one) for one in heads) or chars < MIN_SURE_CHARS):
                raise UnreadableInputError(Note("page_login"))
        if self._is_front(chars):
            raise UnreadableInputError(Note("page_front"))
        if not any(words(block.text) for block in kept) and not (kept and self.page.title):
            if words(self.metadata.body):
                return
            repeated = any(line.code == "repeated" for line in self.lines)
            reason = "only_furniture" if repeated else "no_body" if self.page.title else "no_title_no_body"
            raise UnreadableInputError(Note(reason))
        text = " ".join(block.text for block in kept)
        if not self.chosen and len(_ARABIC_LETTER.findall(text)) < max(
            len(_LETTER.findall(text)) * MIN_ARABIC_SHARE, 1
        ):
            raise UnreadableInputError(Note("not_arabic"))

    def _is_front(self, chars: int) -> bool:
        """A page of many headlines that lead elsewhere, and little text of one article."""
        if self.metadata.is_front and not is_one_page(self.address) and self.address:
            return True
        headlines = {
            block.links[0][0]
            for block in self.blocks
            if block.is_link and len(block.text.split()) >= 4 and not block.zones
        }
        teasers = sum(
            1
            for place in range(self.start, self.end)
            if is_prose(self.blocks[place]) and self.place.is_below_link(place)
        )
        if self.metadata.is_article and (self.metadata.published or chars >= SHORT_TEXT_CHARS) and teasers < 3:
            return False
        paragraphs = max(len([block for block in self._kept() if is_prose(block)]), 1)
        many = len(headlines) >= FRONT_HEADLINES
        if many and teasers >= 3 and teasers * 2 >= paragraphs:
            return True
        return many and chars < SHORT_TEXT_CHARS * 2 and not self.metadata.published and self.title_place < 0

    # --- Who, when, where to ---

    def _take_authors(self, page: Page) -> None:
        names: dict[str, None] = {}
        for text in self.metadata.authors[:5]:
            if len(text) > MAX_AUTHOR_CHARS or words(text) in {words(site) for site in self.metadata.sites}:
                continue
            byline = read_author_field(text)
            names.update(dict.fromkeys(byline.names))
            self.page.place = self.page.place or byline.place
        self.page.authors = tuple(names) or tuple(dict.fromkeys(page.authors)) or self._told_authors()

    def _told_around(self, kind: str, last: int) -> Iterator[str]:
        """What elements near the headline tell that are called an author's, or a section's; up to the block LAST."""
        for told in self.reader.told:
            is_elsewhere = any(zone.code in _ELSEWHERE - {"author_box"} and self.is_zone(zone) for zone in told.zones)
            if told.kind == kind and self.title_place - NEAR_BLOCKS <= told.place <= last and not is_elsewhere:
                yield single_line(text_of(told.element)[:MAX_LINE_CHARS])

    def _told_authors(self) -> tuple[str, ...]:
        sites = {words(site) for site in self.metadata.sites}
        for told in self._told_around("author", self.end):
            parts = [part for part in _BETWEEN_NAMES.split(told) if not any(words(part) in site for site in sites)]
            text = " - ".join(parts)
            if not 2 <= len(text.split()) <= MAX_BYLINE_WORDS or read_date_line(text):
                continue
            byline = read_author_field(text)
            if byline.names and not byline.strange:
                self.page.place = self.page.place or byline.place
                return byline.names
        return ()

    def _told_section(self) -> str:
        texts = self._told_around("section", max(self.start, self.title_place + 2))
        return next(
            (
                text
                for text in texts
                if 0 < len(text.split()) <= MAX_LABEL_WORDS and words(text) and not any(map(str.isdigit, text))
            ),
            "",
        )

    def _take_date(self, page: Page) -> None:
        """By the metadata, else by what is printed beside the headline, else by the address; and what contradicts it."""
        told = None
        for value in self.metadata.published[:6]:
            reading = read_date(value)
            if reading.date:
                day = told.value.date() if told else reading.date.value.date()
                if told is None or (
                    told.precision == "day"
                    and reading.date.precision == "minute"
                    and day == reading.date.value.date()
                ):
                    told = reading.date
            elif told is None and reading.note and reading.note not in self.page.notes:
                self.page.notes.append(reading.note)
        seen = self._time_element() or page.published or self._date_above()
        if told is None:
            self.page.published = seen or read_url_date(self.address) or self._relative_date()
            if self.page.published:
                self.page.notes = [note for note in self.page.notes if note.code != "date_unread"]
            is_updated = any(
                line.code == "date_line" and place < self.start + 3 and read_date_line(line.text) is not None
                for line, place in zip(self.lines, self.places, strict=True)
            )
            if self.page.published is None and (self.metadata.modified or is_updated):
                self.page.notes.append(Note("date_modified_only"))
            page_notes = [note for note in page.notes if note.code.startswith(("date_", "several_"))]
            self.page.notes += [note for note in page_notes if note not in self.page.notes]
            return
        self.page.notes = [note for note in self.page.notes if not note.code.startswith("date_")]
        if seen and seen.value.date() == told.value.date() and told.precision == "day" and seen.precision == "minute":
            told = seen
        elif seen and told.value.tzinfo and not told.value.utcoffset() and self._is_local(told, page.published):
            told = ReadDate(told.value.replace(tzinfo=None), told.precision)
            self.page.notes.append(Note("zone_contradicted"))
        elif seen and abs((seen.value.replace(tzinfo=None) - told.value.replace(tzinfo=None)).days) > 1:
            self.page.notes.append(
                Note("dates_differ", {"told": told.value.date().isoformat(), "seen": seen.value.date().isoformat()})
            )
        self.page.published = told

    def _date_above(self) -> ReadDate | None:
        """A date above the headline, in an element that is named for it; others are the day's on which it was shown."""
        for place in range(self.title_place - 1, max(self.title_place - 1 - DATE_BLOCKS, -1), -1):
            block = self.blocks[place]
            names = " ".join(
                f"{one.get('class') or ''} {one.get('id') or ''}" for one in list(chain(block.element))[:2]
            )
            if block.zones or _TODAY_NAME.search(names):
                continue
            found = read_date_line(_plain(block.text))
            if not found or not found.published or not found.reading.date:
                continue
            # Beside the number of an issue it is the day of that issue, on the pages of its articles.
            of_issue = len(found.rest) == 1 and _ISSUE.fullmatch(words(found.rest[0]))
            if of_issue or (not found.rest and _DATE_NAME.search(names)):
                return found.reading.date
        return None

    def _relative_date(self) -> ReadDate | None:
        """«قبل ساعتين» beside the headline, on a page of which it is known when it was collected."""
        if self.collected is None:
            return None
        for line, place in zip(self.lines, self.places, strict=True):
            is_around = line.code in {"date_line", "header", "repeated"} and place < self.start + 3
            if is_around and (found := read_relative_date(line.text, self.collected.value)):
                line.code = "date"
                self.page.notes.append(Note("date_relative", {"text": line.text[:MAX_LINE_CHARS]}))
                return found
        return None

    @staticmethod
    def _is_local(told: ReadDate, printed: ReadDate | None) -> bool:
        """Does the page print as its time what the metadata gives as that of Greenwich?"""
        return (
            printed is not None
            and printed.precision == told.precision == "minute"
            and printed.value.tzinfo is None
            and printed.value == told.value.replace(tzinfo=None, second=0)
        )

    def _time_element(self) -> ReadDate | None:
        first = self.title_place - 5 if self.title_place >= 0 else self.start - 10
        published = [
            (place, element, zones)
            for place, element, zones in self.reader.dated
            if attribute(element, "title", "datetime", "content")
        ]
        for place, element, zones in sorted([*self.reader.times, *published], key=lambda one: one[0]):
            if not first <= place <= max(self.start + 3, self.title_place + 8):
                continue
            if any(zone.code in _ELSEWHERE and self.is_zone(zone) for zone in zones):
                continue
            name = " ".join([element.get("class") or "", element.get("itemprop") or ""])
            if _UPDATED_NAME.search(name):
                continue
            value = attribute(element, "datetime", "content", "title") or text_of(element)
            if value and (reading := read_date(value)).date:
                return reading.date
        return None

    def _take_links(self, page: Page) -> None:
        links: dict[tuple[str, str], RecordLink] = {}

        def add(kind: str, title: str, href: str) -> None:
            url = self._link_url(href) if href else ""
            title = single_line(title)
            key = words(title) or url
            if not key or key == words(self.page.title) or (url and url == self.address) or len(links) >= MAX_LINKS:
                return
            if not any(url and link.url == url and link.kind == kind for link in links.values()):
                links.setdefault((kind, key), RecordLink(kind, title, url))

        for kind, found in (("previous", self.metadata.previous), ("next", self.metadata.next)):
            if found:
                labelled = turn(Line(found[0], 0, ""))
                add(kind, (labelled[1] if labelled else found[0]) or self._title_of(found[1]), found[1])
        known = {link.kind for link in links.values()}
        for link in page.links:
            if link.kind not in known or link.kind == "related":
                add(link.kind, link.title, self._address_of(link.title))
        for link in self.page.links:
            add(link.kind, link.title, link.url)
        for kind, block in self._turns():
            if kind not in {link.kind for link in links.values()}:
                title = block.links[0][1]
                found = turn(Line(title, 0, ""))
                add(kind, found[1] if found else title, block.links[0][0])
        for href, text in self._related():
            add("related", text, href)
        self.page.links = tuple(links.values())

    def _address_of(self, title: str) -> str:
        """Where the link leads that says TITLE, and what is before it: «اقرأ أيضاً: …»."""
        key = words(title)
        for block in self.blocks:
            for href, text in block.links:
                if len(text) >= len(key) and words(text).endswith(key):
                    return href
        return ""

    def _title_of(self, href: str) -> str:
        url = self._link_url(href)
        texts = [
            text
            for block in self.blocks
            for link, text in block.links
            if len(text.split()) > 2 and self._link_url(link) == url
        ]
        found = turn(Line(texts[0], 0, "")) if texts else None
        return (found[1] or "") if found else texts[0] if texts else ""

    def _turns(self):
        for block in self.blocks:
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

    def _related(self):
        """Links of the boxes of related articles in the article and just below it."""
        for place in range(self.start, min(self.end + MAX_TAIL_BLOCKS, len(self.blocks))):
            block = self.blocks[place]
            if block.zones and block.zones[-1].code == "related":
                for href, text in block.links:
                    if len(text.split()) >= 3 and self._leads_to_article(href):
                        yield href, text

    def _breadcrumb(self) -> str:
        entries = [
            single_line(block.text)
            for block in self.blocks[: max(self.title_place, 0) + 1]
            if any(zone.code == "breadcrumb" for zone in block.zones)
        ]
        entries = [
            piece.strip()
            for entry in entries
            for piece in re.split(r"\s*[»›>/\\|←⟩]\s*", entry)
            if words(piece) and words(piece) != words(self.page.title)
        ]
        if len(entries) >= 2 and words(entries[0]) in {
            "الرءيسيه",
            "الصفحه الرءيسيه",
            "home",
            *map(words, self.metadata.sites),
        }:
            return entries[-1] if len(entries[-1].split()) <= 5 else ""
        return ""

    def _take_pictures(self) -> None:
        found: dict[str, RecordPicture] = {}

        def add(url: str, caption: str, alternative_text: str) -> None:
            if not url or names_no_picture(url):
                return
            name = file_name(url)
            known = next((key for key in found if key == url or file_name(key) == name), None)
            if known:
                one = found[known]
                found[known] = RecordPicture(known, caption or one.caption, one.alternative_text or alternative_text)
            elif len(found) < MAX_PICTURES:
                found[url] = RecordPicture(url, caption, alternative_text)

        for picture in self.metadata.pictures[:1]:
            add(self._link_url(picture.url), picture.caption, picture.alternative_text)
        self.captions: set[int] = set()
        for picture in self.reader.pictures:
            # One of which only its place beside the saved page is known cannot be found; its caption stays text.
            url = "" if _SAVED_BESIDE.match(picture.url) else self._link_url(picture.url)
            is_inside = self.title_place <= picture.place <= self.end and self.end
            if url and is_inside and not self._is_ornament(picture):
                alternative = single_line(picture.alternative_text)
                alternative = "" if _LABEL_ALONE.match(words(alternative)) else alternative
                add(url, self._caption_of(picture), alternative)
        self.page.pictures = tuple(found.values())

    def _is_ornament(self, picture: Picture) -> bool:
        if any(zone.code in _ELSEWHERE and self.is_zone(zone) for zone in picture.zones):
            return True
        if picture.place < self.start and not any(
            one.tag == "figure"
            or _PICTURE_NAME.search(name := one.get("class") or "")
            or _AROUND_PICTURE.search(name)
            for one in list(chain(picture.element))[:4]
        ):
            return True
        sizes = [
            int(size)
            for name in ("width", "height")
            if (size := (picture.element.get(name) or "").removesuffix("px")).isdigit() and len(size) < 6
        ]
        return any(size < 60 for size in sizes)

    def _caption_of(self, picture: Picture) -> str:
        for one in list(chain(picture.element))[1:5]:
            start, end = self.reader.ranges.get(one, (0, 0))
            told = [
                place
                for place in range(start, min(end, start + 3))
                if self.blocks[place].tag == "figcaption" and not self.blocks[place].zones
            ]
            if not told and end == start + 1 and _AROUND_PICTURE.search(one.get("class") or ""):
                told = [start] if self._may_be_caption(self.blocks[start]) else []
            if told:
                self.captions.add(told[0])
                for line, place in zip(self.lines, self.places, strict=True):
                    if place == told[0]:
                        line.code = line.code or "caption"
                return single_line(self.blocks[told[0]].text)
        if self.title_place < picture.place < self.start:
            # The line below a picture above the text.
            for line, place in zip(self.lines, self.places, strict=True):
                if place == picture.place and line.code == "header" and line.word_count > 2:
                    line.code = "caption"
                    return line.text
        return ""

    @staticmethod
    def _may_be_caption(block: Block) -> bool:
        return len(block.text) <= MAX_CAPTION_CHARS and not block.text.rstrip('»”") ').endswith(".")

    # --- The body ---

    def _body_html(self) -> str:
        out: list[str] = []
        wrap: etree._Element | None = None
        kept = {place for line, place in zip(self.lines, self.places, strict=True) if place >= 0 and not line.code}
        kept |= {
            place for place in self.inside if self.blocks[place].tag == "figcaption" and place not in self.captions
        }
        for place in sorted(kept):
            block = self.blocks[place]
            wanted = block.wrap if place in self.inside and self._is_wrap(block) else None
            if wrap is not None and wanted is not wrap:
                out.append(f"</{wrap.tag}>")
            if wanted is not None and wanted is not wrap:
                out.append(f"<{wanted.tag}>")
            wrap = wanted
            out.append(self._block_html(block, wanted))
        if wrap is not None:
            out.append(f"</{wrap.tag}>")
        if not out and words(self.metadata.body):
            lines = [single_line(line) for line in self.metadata.body.split("\n")]
            out = [f"<p>{escape(line, quote=False)}</p>" for line in lines if line]
            self.page.notes.append(Note("body_from_metadata"))
        return clean_html("\n".join(out))

    def _is_wrap(self, block: Block) -> bool:
        """Is the list or quotation around BLOCK one of the article, and not the list in which the article stands?"""
        start, end = self.reader.ranges.get(block.wrap, (0, 0)) if block.wrap is not None else (0, 0)
        return (
            start >= self.start
            and end <= self.end
            and end > start
            and not (start <= self.prose[0] and end > self.prose[-1] and len(self.prose) > 1 if self.prose else False)
        )

    def _block_html(self, block: Block, wrap: etree._Element | None) -> str:
        html = self._with_addresses(block.html)
        if block.tag == "table":
            return block.html
        if block.tag in {"h2", "h3"}:
            html = re.sub(r"</?strong>", "", html)
            return f"<{block.tag}>{html}</{block.tag}>"
        if wrap is not None and wrap.tag in {"ul", "ol"}:
            return f"<li>{html}</li>"
        return f"<p>{html}</p>"

    def _with_addresses(self, html: str) -> str:
        def whole(match: re.Match) -> str:
            href = match[1].replace("&amp;", "&").replace("&quot;", '"').replace("&#x27;", "'")
            if href.startswith(("mailto:", "#", "javascript:")):
                return match[0] if href.startswith("mailto:") else "<a>"
            return f'<a href="{escape(self._link_url(href))}">' if self._link_url(href) else "<a>"

        return re.sub(r'<a href="([^"]*)">', whole, html)

    def _language(self) -> str:
        text = " ".join(block.text for block in self._kept()) or self.page.title
        declared = _LANGUAGE.match(self.metadata.language.strip())
        return language_of(text, declared[0] if declared else "")

    def _find_dropped(self) -> None:
        """What was left out in the article's own place; the menus and columns around it are not told of."""
        dropped = [
            Dropped(line.code, line.text)
            for line, place in zip(self.lines, self.places, strict=True)
            if place >= 0 and line.code not in {"", "title"}
        ]
        for place in range(self.start, self.end):
            if (zones := self.blocks[place].zones) and len(dropped) < MAX_DROPPED:
                dropped.append(
                    Dropped(_DROPPED_CODES.get(zones[0].code, zones[0].code), self.blocks[place].text[:500])
                )
        self.page.dropped = dropped[:MAX_DROPPED]


def _site_name(name: str) -> str:
    """The NAME of a site without its motto: «جريدة الوادي - أخبار اليوم لحظة بلحظة»."""
    parts = [part.strip() for part in _TITLE_PARTS.split(name)]
    first = next(filter(words, parts), "")
    return first if len(first) <= MAX_SITE_CHARS else ""


_DROPPED_CODES = {"turns": "navigation", "sidebar": "navigation", "form": "navigation", "login": "navigation"}
