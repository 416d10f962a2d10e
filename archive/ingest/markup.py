"""What cleaning takes out of a received body's HTML, for the report."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urlsplit

from archive.ingest.records import Dropped
from archive.text.html import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, DROPPED_WITH_CONTENT, SYNONYMS, URL_SCHEMES

MAX_LOST_CHARS = 500

# What stands around a whole page and says nothing of its own; or becomes a paragraph.
_FRAME_TAGS = frozenset({"html", "head", "body"})
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)|<[!?][^>]*>?", re.DOTALL)
_ADDRESSES = ("src", "href", "data", "alt")


def removed_markup(html: str, *, kept_as_paragraphs: frozenset[str]) -> list[Dropped]:
    """Return what `clean_html` leaves out of HTML: elements with how many there were and what was lost with them.

    KEPT_AS_PARAGRAPHS are elements that the caller has turned into paragraphs before.
    """
    reader = _RemovedReader(ALLOWED_TAGS | SYNONYMS.keys() | _FRAME_TAGS | kept_as_paragraphs)
    comments: list[str] = []

    def without_comment(match: re.Match) -> str:
        if match[1] and match[1].strip():
            comments.append(match[1])
        # Not nothing: what stands on both sides may not become markup together.
        return " "

    reader.feed(_COMMENT.sub(without_comment, html))
    reader.close()
    found = reader.dropped()
    return (
        [*found, Dropped("markup_comment", _shown(_counted("<!-- -->", len(comments)), comments))]
        if comments
        else found
    )


class _RemovedReader(HTMLParser):
    """Counts the elements and attributes that are not kept, and collects the text that goes with them."""

    def __init__(self, kept: frozenset[str]):
        super().__init__(convert_charrefs=True)
        self._kept = kept
        self._elements: Counter = Counter()
        self._attributes: Counter = Counter()
        self._lost: defaultdict[str, list[str]] = defaultdict(list)
        self._inside = ""
        self._depth = 0

    def handle_starttag(self, tag, attrs):
        if self._inside:
            self._depth += tag == self._inside
            return
        self._count(tag, attrs)
        if tag in DROPPED_WITH_CONTENT:
            self._inside, self._depth = tag, 1

    def handle_startendtag(self, tag, attrs):
        if not self._inside:
            self._count(tag, attrs)

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._depth -= 1
            self._inside = self._inside if self._depth else ""

    def handle_data(self, data):
        if self._inside:
            self._lost[self._inside].append(data)

    def _count(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in self._kept:
            self._elements[tag] += 1
            self._lost[tag] += [value for name, value in attributes if name in _ADDRESSES and value]
            return
        allowed = ALLOWED_ATTRIBUTES.get(tag, ())
        self._attributes.update(
            name
            for name, value in attributes
            if name not in allowed or (name == "href" and not _is_kept_address(value))
        )

    def dropped(self) -> list[Dropped]:
        """What was found: elements that took text along each by itself, the others and the attributes summed up."""
        with_loss = {tag for tag in self._elements if self._lost[tag] or tag in DROPPED_WITH_CONTENT}
        found = [
            Dropped(
                "element_with_text" if tag in DROPPED_WITH_CONTENT else "element",
                _shown(_counted(tag, self._elements[tag]), self._lost[tag]),
            )
            for tag in self._elements
            if tag in with_loss
        ]
        bare = [_counted(tag, count) for tag, count in self._elements.items() if tag not in with_loss]
        attributes = [_counted(name, count) for name, count in self._attributes.items()]
        return (
            found
            + ([Dropped("element", ", ".join(bare))] if bare else [])
            + ([Dropped("attribute", ", ".join(attributes))] if attributes else [])
        )


def _is_kept_address(address: str | None) -> bool:
    try:
        scheme = urlsplit(address or "").scheme
    except ValueError:
        return False
    return not scheme or scheme in URL_SCHEMES


def _counted(name: str, count: int) -> str:
    return f"{name} ×{count}"


def _shown(name: str, lost: Iterable[str]) -> str:
    text = " ".join(" ".join(lost).split())
    if not text:
        return name
    return f"{name}: {text if len(text) <= MAX_LOST_CHARS else text[:MAX_LOST_CHARS] + '…'}"
