"""Where on a page its article stands: below the headline, where the paragraphs are densest."""

import logging
import re
from collections import Counter

import trafilatura
from lxml import etree

from archive.ingest.web.blocks import BlockReader, chain
from archive.ingest.web.zones import is_prose
from archive.text.normalize import words

# It tells on the standard error of every page that it finds nothing in.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

MIN_SURE_CHARS = 250
MAX_PROSE_BLOCKS = 3000
MAX_LEVELS_UP = 8
_TEXT_TAGS = frozenset({"p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "dd", "dt"})

_CONTENT_NAME = re.compile(
    r"(?:article|entry|post|story|news|content|detail|single|item)s?[-_]?(?:body|content|text|details?|inner|desc(?:ription)?|story|full|page)?"
    r"|body[-_]?text|field-name-body|field--name-body|the_content",
    re.IGNORECASE,
)


class Place:
    """The place of the article among the blocks of a page: from START to before END; PROSE has its paragraphs' places.

    TOLD is the text that the metadata gives as the article's; TITLE_PLACE is that of the headline TITLE, or -1.
    """

    def __init__(self, root: etree._Element, reader: BlockReader, title: str, title_place: int, told: str):
        self.root = root
        self.blocks, self.ranges = reader.blocks, reader.ranges
        self.title, self.title_place, self.told = title, title_place, told
        self._find()

    def _find(self) -> None:
        """The element that holds the article: by the metadata's own text, else by where the paragraphs are densest."""
        prose = [
            place
            for place, block in enumerate(self.blocks)
            if place > self.title_place and not block.zones and is_prose(block)
        ][:MAX_PROSE_BLOCKS]
        if not prose and self.title_place >= 0:
            prose = [place for place, block in enumerate(self.blocks) if not block.zones and is_prose(block)][
                :MAX_PROSE_BLOCKS
            ]
        self.prose = prose = self._before_next_article(prose)
        container = self._told(prose)
        self.start, self.end = self._range(self._densest(prose) if container is None else container)
        if self.start < self.end:
            self._take_alike()
            self._take_neighbours()
            return
        # Text too short for a paragraph: what stands below the headline, beside it.
        if self.title_place >= 0:
            for element in list(chain(self.blocks[self.title_place].element))[:4]:
                _start, end = self.ranges.get(element, (0, 0))
                if any(
                    not self.blocks[place].zones and not self.blocks[place].is_link
                    for place in range(self.title_place + 1, end)
                ):
                    self.start, self.end = self.title_place + 1, end
                    return

    def _before_next_article(self, prose: list[int]) -> list[int]:
        """Without what belongs to the articles that a page shows below its own: each has a heading in a place of its own."""
        parents = {block.getparent() for place in prose for block in [self.blocks[place].element]}
        for place in range(self.title_place + 1, len(self.blocks)):
            block = self.blocks[place]
            if not block.is_inside_heading_one or block.zones or words(block.text) == words(self.title):
                continue
            before = [one for one in prose if one < place]
            is_subhead = block.element.getparent() in parents
            if not is_subhead and sum(self.blocks[one].own_chars for one in before) >= MIN_SURE_CHARS:
                return before
        return prose

    def _take_alike(self) -> None:
        """Take in the paragraphs before and behind that stand on the page as those that were found do."""
        inside = [place for place in self.prose if self.start <= place < self.end]
        shapes = {self._shape(place) for place in inside}
        for place in (place for place in self.prose if place >= self.end):
            if self._shape(place) not in shapes or self.is_below_link(place):
                break
            self.end = place + 1
        for place in (place for place in reversed(self.prose) if place < self.start):
            if self._shape(place) not in shapes or self.is_below_link(place):
                break
            self.start = place

    def _take_neighbours(self) -> None:
        """Take in the short lines before and behind that stand in one element with a paragraph."""
        inside = [place for place in self.prose if self.start <= place < self.end]
        parents = {self.blocks[place].element.getparent() for place in inside} - {None}
        while self.end < len(self.blocks) and self._is_neighbour(self.end, parents):
            self.end += 1
        while self.start - 1 > self.title_place and self._is_neighbour(self.start - 1, parents):
            self.start -= 1

    def _is_neighbour(self, place: int, parents: set[etree._Element]) -> bool:
        block = self.blocks[place]
        if block.zones or block.is_link or block.is_inside_heading_one:
            return False
        # An entry of a list stands one element deeper, and a paragraph in it two.
        return block.element.tag in _TEXT_TAGS and any(
            one.getparent() in parents for one in list(chain(block.element))[:3]
        )

    def _shape(self, place: int) -> tuple[tuple[str, str], ...]:
        line = list(chain(self.blocks[place].element))[:MAX_LEVELS_UP]
        return tuple((one.tag, one.get("class") or "") for one in line)

    def _range(self, container: etree._Element | None) -> tuple[int, int]:
        if container is None:
            return 0, 0
        start, end = self.ranges.get(container, (0, 0))
        return (max(start, self.title_place + 1) if self.title_place < end else start), end

    def _told(self, prose: list[int]) -> etree._Element | None:
        """What holds the text that the metadata gives as the article's."""
        told = words(self.told)
        if len(told) < MIN_SURE_CHARS:
            return None
        found = [place for place in prose if words(self.blocks[place].text)[:200] in told]
        if sum(len(words(self.blocks[place].text)) for place in found) < len(told) * 0.6:
            return None
        return self._common_element(found)

    def _common_element(self, places: list[int]) -> etree._Element | None:
        common: list[etree._Element] | None = None
        for place in places:
            line = list(chain(self.blocks[place].element))[::-1]
            if common is None:
                common = line
            else:
                length = next(
                    (at for at, (one, other) in enumerate(zip(common, line, strict=False)) if one is not other),
                    min(len(common), len(line)),
                )
                common = common[:length]
        found = common[-1] if common else None
        while found is not None and found not in self.ranges:
            found = found.getparent()
        return found

    def _densest(self, prose: list[int]) -> etree._Element | None:
        scores: Counter[etree._Element] = Counter()
        for place in prose:
            block = self.blocks[place]
            weight = min(block.own_chars, 1500)
            element = block.element
            begin = (
                element
                if element.tag in {"div", "td", "section", "article", "body", "main", "center"}
                else element.getparent()
            )
            for level, one in enumerate(chain(begin) if begin is not None else ()):
                if level > 3:
                    break
                scores[one] += weight / (1, 2, 4, 8)[level]
        for element in scores:
            name = f"{element.get('class') or ''} {element.get('id') or ''}"
            if "articleBody" in (element.get("itemprop") or ""):
                scores[element] *= 2
            elif element.tag == "article" or _CONTENT_NAME.search(name):
                scores[element] *= 1.25
        if not scores:
            return None
        best = max(scores, key=lambda element: scores[element])
        while best is not None and best not in self.ranges:
            best = best.getparent()
        best = self._widened(best)
        return self._checked(best, prose)

    def _prose_in(self, element: etree._Element) -> list[int]:
        start, end = self.ranges.get(element, (0, 0))
        return [place for place in self.prose if start <= place < end]

    def _widened(self, element: etree._Element) -> etree._Element:
        """The largest element around ELEMENT in which all that is text is still the article's."""
        inside = self._prose_in(element)
        for _level in range(MAX_LEVELS_UP):
            parent = element.getparent()
            if (
                parent is None
                or parent not in self.ranges
                or (parent.tag in {"html", "body"} and self._has_columns(parent))
            ):
                break
            around = self._prose_in(parent)
            more = [place for place in around if place not in inside]
            if any(self._is_teaser(place, parent) for place in more):
                break
            if more:
                inside = around
            element = parent
            start, end = self.ranges[element]
            if start <= self.title_place < end and self.title_place >= 0:
                # What holds headline and text is the article; around it there is more of the site.
                more = [place for place in self.prose if place not in around]
                if not more:
                    break
                parent = element.getparent()
                if parent is None or any(self._is_teaser(place, parent) for place in more[:20]):
                    break
        return self._narrowed(element, inside)

    def _has_columns(self, parent: etree._Element) -> bool:
        return len(parent) > 1

    def _narrowed(self, element: etree._Element, prose: list[int]) -> etree._Element:
        """Down again to the smallest element with the same paragraphs."""
        return self._common_element(prose) if prose else element

    def _is_teaser(self, place: int, limit: etree._Element) -> bool:
        """Does the paragraph at PLACE announce another article: below a headline that is a link, or in a card?"""
        if self.is_below_link(place):
            return True
        for one in chain(self.blocks[place].element):
            if one is limit:
                break
            if one.tag in {"article", "aside"}:
                return True
        return False

    def is_below_link(self, place: int) -> bool:
        if self.blocks[place].is_link:
            return True
        for before in range(place - 1, max(place - 4, -1), -1):
            other = self.blocks[before]
            if other.is_link and (other.tag in {"h2", "h3"} or len(other.text.split()) >= 4):
                return True
            if is_prose(other):
                break
        return False

    def _checked(self, element: etree._Element | None, prose: list[int]) -> etree._Element | None:
        """Where much text stands elsewhere too, ask a second reader, and take what both know."""
        if element is None:
            return None
        inside = self._prose_in(element)
        share = sum(self.blocks[place].own_chars for place in inside)
        total = sum(self.blocks[place].own_chars for place in prose)
        if share >= total * 0.6 and share >= MIN_SURE_CHARS:
            return element
        told = words(_second_opinion(self.root))
        found = [place for place in prose if words(self.blocks[place].text)[:150] in told]
        other = self._common_element(found) if found else None
        if (
            other is None
            or other.tag in {"body", "html"}
            or sum(self.blocks[place].own_chars for place in found) <= share
        ):
            return element
        return other


def _second_opinion(root: etree._Element) -> str:
    """The article's text as another reader understands the page; it looks for no dates, which it takes from anywhere."""
    found = trafilatura.bare_extraction(
        etree.ElementTree(root).getroot(),
        with_metadata=False,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
    )
    return (found.text or "") if found is not None else ""
