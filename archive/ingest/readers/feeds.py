"""Feeds: RSS 0.9x to 2.0, RDF (RSS 1.0), Atom, CDF, as files or as they were fetched."""

import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import BinaryIO
from urllib.parse import urljoin

import feedparser

from archive.ingest.dates import read_date
from archive.ingest.fields import Received, record_of
from archive.ingest.pictures import is_picture, largest
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError
from archive.ingest.xml import MAX_ELEMENT_BYTES, Cut, cut, is_well_formed, root_of

ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
MAX_LOOSE_CHARS = 256 * 1024
"""How long an ill-formed entry may be: reading those takes far longer than reading sound ones."""

_CONTENT_TYPES = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "feed": "application/atom+xml"}
_SAID_OF_ALL = ("title", "link", "id", "language")
"""Elements of a feed that its entries are read by; without a link, the identity is the address."""

_CHANNEL = re.compile(rb"<((?:[\w.-]+:)?channel)(?=[\s>])", re.IGNORECASE)
_DC_DATE = re.compile(r"<(?:dc|dcterms):date[\s>]", re.IGNORECASE)
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_WORDPRESS_EXPORT = "wordpress.org/export/"


class Feeds:
    name = "feed"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        root = root_of(head)
        return bool(root) and root.name in ROOTS and _WORDPRESS_EXPORT not in root.attributes

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        feed, beginning = None, b""
        try:
            for piece in cut(stream, "item", "entry"):
                if feed is None:
                    feed, beginning = _parsed(piece.header_document()).feed, _beginning(piece)
                if piece.around.header:
                    piece.around = piece.around._replace(header=beginning)
                yield self._found(piece, feed, context)
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note)
            return
        if feed is None:
            yield Rejected(context.origin, Note("feed_empty"))

    def _found(self, piece: Cut, feed: dict, context: ReadContext) -> Record | Rejected:
        origin = f"{context.origin}:{piece.number}"
        if piece.raw is None:
            return Rejected(origin, Note("record_too_long", {"limit_bytes": MAX_ELEMENT_BYTES}))
        try:
            return self._record(piece, feed, origin, context)
        except UnreadableInputError as problem:
            return Rejected(origin, problem.note, piece.alone(), self.name, context.file_name)

    def _record(self, piece: Cut, feed: dict, origin: str, context: ReadContext) -> Record:
        is_cut_short = any(note.code == "xml_cut_short" for note in piece.notes)
        parsed = _parsed(piece.completed() if is_cut_short else piece.document())
        if not parsed.entries:
            raise UnreadableInputError(Note("xml_unreadable"))
        if parsed.bozo and not is_cut_short:
            piece.notes.append(Note("xml_ill_formed"))
        entry = parsed.entries[0]
        root = piece.ancestors[0] if piece.ancestors else ""
        kind = root.strip("<>").split()[0].rpartition(":")[2].lower() if root else "rss"
        values = {
            "id": entry.get("id", ""),
            "title": entry.get("title", ""),
            "published": _published(entry, piece, kind),
            "url": _address(entry, feed),
            "author": _authors(entry),
            "section": _section(entry),
            "source": (entry.get("source") or {}).get("title") or feed.get("title", ""),
            "language": _language(entry, feed),
            "picture": _pictures(entry),
            **_texts(entry),
        }
        content_type = _CONTENT_TYPES.get(kind, "application/xml")
        received = Received(origin, self.name, piece.alone(), content_type, piece.encoding, piece.notes)
        return record_of(values, received, context)


def _beginning(piece: Cut) -> bytes:
    """What the feed says of all entries before the first of them, PIECE, without what differs each time it is fetched.

    An entry that has not changed is known by its bytes, and these are part of them.
    """
    around = piece.around
    found = [*cut(io.BytesIO(around.header), *_SAID_OF_ALL)]
    if not all(part.around.is_complete for part in found):
        # Where one has no end, the others may be within it.
        return around.header
    kept = b"".join(around.tags)
    for tags, parts in groupby(found, key=lambda part: part.around.tags):
        said = b"".join(part.raw for part in parts)
        if tags == around.tags[: len(tags)]:
            kept += said
        elif tags[:-1] == around.tags and (channel := _CHANNEL.match(tags[-1])):
            # That of RDF ends before its items begin.
            kept += b"%s%s</%s>" % (tags[-1], said, channel[1])
    return kept


def _parsed(document: str) -> feedparser.FeedParserDict:
    """Parse a document with one entry at most; cleaning what is in it is not left to the parser."""
    data = io.BytesIO(f"{_DECLARATION}{document}".encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    if len(document) > MAX_LOOSE_CHARS and not is_well_formed(document):
        raise UnreadableInputError(Note("xml_ill_formed_long", {"limit_chars": MAX_LOOSE_CHARS}))
    try:
        return feedparser.parse(data, response_headers=headers, sanitize_html=False)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError, RecursionError):
        # What its loose reading stumbles over.
        raise UnreadableInputError(Note("xml_unreadable")) from None


def _address(entry: dict, feed: dict) -> str:
    """The entry's address, which may be relative to the feed's site."""
    address = entry.get("feedburner_origlink") or entry.get("link", "")
    try:
        return urljoin(feed.get("link", ""), address) if address else ""
    except ValueError:
        return address


def _texts(entry: dict) -> dict[str, str]:
    """The body and the summary: a feed that gives one text only gives the body by whatever name."""
    content = max((part.get("value") or "" for part in entry.get("content") or ()), key=len, default="")
    summary = entry.get("summary") or ""
    return {"body": content, "summary": summary} if content.strip() else {"body": summary}


def _published(entry: dict, piece: Cut, kind: str) -> str:
    """The date of publication as the feed says it. That of an update is no such date, and is told."""
    said = entry.get("published") or ""
    parsed = entry.get("published_parsed")
    updated = dict.get(entry, "updated") or ""
    if not said and updated:
        # The parser has one name for Dublin Core's date and Atom's date of the last change.
        if kind == "feed" or not _DC_DATE.search(piece.text):
            piece.notes.append(Note("date_modified_only", {"text": updated[:100]}))
            return ""
        said, parsed = updated, dict.get(entry, "updated_parsed")
    if said and parsed and read_date(said).date is None:
        # It knows forms of feeds that pages do not have.
        return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6])
    return said


def _authors(entry: dict) -> list[str]:
    people = [*(entry.get("authors") or ()), *(entry.get("contributors") or ())]
    names = [person.get("name") or "" for person in people]
    said = entry.get("author") or ""
    return [name for name in dict.fromkeys(names or [said]) if name.strip() and "@" not in name]


def _section(entry: dict) -> str:
    tags = (tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or ())
    return next((tag for tag in tags if tag.strip()), "")


def _pictures(entry: dict) -> list[dict]:
    """What is enclosed or shown beside it; the small form of a picture only where there is no other."""
    enclosed = [link for link in entry.get("links") or () if link.get("rel") == "enclosure"]
    media = [
        one for one in entry.get("media_content") or () if one.get("medium") == "image" or is_picture(one.get("type"))
    ]
    pictures = [link for link in enclosed if is_picture(link.get("type"))] + media
    return pictures or [*filter(None, [largest(entry.get("media_thumbnail") or (), "url")])]


def _language(entry: dict, feed: dict) -> str:
    parts = [*(entry.get("content") or ()), entry.get("summary_detail") or {}, entry.get("title_detail") or {}]
    own = next((part["language"] for part in parts if part.get("language")), "")
    return (own or feed.get("language") or "").replace("_", "-")
