"""TREC's SGML: `<DOC><DOCNO>…</DOCNO><TEXT>…</TEXT></DOC>`, as many in a file as there are; and the LDC's newswires."""

import re
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

from archive.ingest.fields import Received, record_of
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError
from archive.ingest.xml import MAX_ELEMENT_BYTES, cut

_TAGS = {
    "id": "DOCNO DOCID DOC_ID",
    "title": "HEADLINE HEAD TITLE TTL HL",
    "body": "TEXT BODY CONTENT",
    "published": "DATE DATE_TIME DATETIME PUBDATE DATE1",
    "author": "BYLINE AUTHOR",
    "place": "DATELINE",
    "source": "SOURCE PUBLISHER PUB",
    "section": "SECTION CATEGORY",
    "url": "URL DOCURL",
    "language": "LANGUAGE",
}
_CONTAINERS = frozenset({"BODY", "CONTENT"})
"""In some collections the text; in others, such as the agencies' of the LDC, what is around headline and text."""

_FIELDS = {tag: name for name, tags in _TAGS.items() for tag in tags.split()}
_OPENING = re.compile(rf"<({'|'.join(_FIELDS)})(?:\s[^<>]*)?>", re.IGNORECASE)
_DOCUMENT = re.compile(rb"<DOC(?:\s[^<>]*)?>", re.IGNORECASE)
_FIELD = re.compile(rb"<(?:DOCNO|DOCID|TEXT|HEADLINE)(?:\s[^<>]*)?>", re.IGNORECASE)
_IDENTITY = re.compile(r"""<DOC\s[^<>]*?\bid\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_DOC_TAG = re.compile(r"</?DOC(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


class Trec:
    name = "trec"
    version = 4

    def recognises(self, head: bytes, file_name: str) -> bool:
        begins = _DOCUMENT.search(head[:1024].replace(b"\0", b""))
        return (
            bool(begins)
            and head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<")
            and bool(_FIELD.search(head))
        )

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        count = 0
        for piece in cut(stream, "doc", sections=False):
            count += 1
            origin = f"{context.origin}:{piece.number}"
            if piece.raw is None:
                yield Rejected(origin, Note("record_too_long", {"limit_bytes": MAX_ELEMENT_BYTES}))
                continue
            received = Received(origin, self.name, piece.raw, "application/sgml", piece.encoding, piece.notes)
            try:
                yield record_of(_values(piece.text), received, context)
            except UnreadableInputError as problem:
                yield Rejected(origin, problem.note, piece.raw, self.name, context.file_name)
        if not count:
            yield Rejected(context.origin, Note("trec_empty"))


def _values(text: str) -> dict[str, str]:
    """The fields of a document; where none is its text, all that is in none of the others."""
    found: dict[str, list[str]] = {name: [] for name in _TAGS}
    if identity := _IDENTITY.match(text):
        found["id"].append(identity[1])
    rest: list[str] = []
    position = 0
    lowered = text.lower()
    while match := _OPENING.search(text, position):
        rest.append(text[position : match.start()])
        if match[1].upper() in _CONTAINERS and _holds_fields(text, lowered, match):
            position = match.end()
            continue
        end = lowered.find(f"</{match[1].lower()}>", match.end())
        # Some collections leave closing tags out.
        end = end if end >= 0 else _end_without_tag(text, match.end())
        found[_FIELDS[match[1].upper()]].append(text[match.end() : end].strip())
        position = end
    rest.append(text[position:])
    body = "\n\n".join(filter(None, found.pop("body"))) or _DOC_TAG.sub("", "".join(rest)).strip()
    plain = {name: unescape(_TAG.sub(" ", next(filter(None, parts), ""))) for name, parts in found.items()}
    return {"body": body, **plain}


def _holds_fields(text: str, lowered: str, opening: re.Match) -> bool:
    end = lowered.find(f"</{opening[1].lower()}>", opening.end())
    return _OPENING.search(text, opening.end(), end if end >= 0 else len(text)) is not None


def _end_without_tag(text: str, position: int) -> int:
    following = _OPENING.search(text, position)
    if following:
        return following.start()
    closing = text.lower().rfind("</doc>")
    return closing if closing >= position else len(text)
