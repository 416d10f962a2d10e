"""The XML of newswires: NewsML-G2 and NewsML 1, one item or a message of many, and NITF."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from lxml import etree

from archive.ingest.fields import Received, record_of
from archive.ingest.ninjs import WITHDRAWN, publication_date
from archive.ingest.pictures import is_picture, largest
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError
from archive.ingest.xml import MAX_ELEMENT_BYTES, child, children, cut, local_name, markup_of, root_of, text_of

_RIGHTS = re.compile(r"[.,،\s]*(?:all rights reserved|جميع الحقوق محفوظة)\W*$", re.IGNORECASE)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class NewsMLG2:
    name = "newsml-g2"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        root = root_of(head)
        return bool(root) and root.name in {"newsitem", "newsmessage", "packageitem"}

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        yield from _records(self.name, stream, context, ("newsItem", "packageItem"), _values_of_item)


class NewsML1:
    name = "newsml"
    version = 4

    def recognises(self, head: bytes, file_name: str) -> bool:
        root = root_of(head)
        return bool(root) and root.name == "newsml"

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        yield from _records(self.name, stream, context, ("NewsItem",), _values_of_older_item)


class Nitf:
    name = "nitf"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        root = root_of(head)
        return bool(root) and root.name == "nitf"

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        yield from _records(self.name, stream, context, ("nitf",), _values_of_nitf)


def _records(
    reader: str,
    stream: BinaryIO,
    context: ReadContext,
    names: tuple[str, ...],
    understand: Callable[[etree._Element], dict[str, object]],
) -> Iterator[Record | Rejected]:
    count = 0
    try:
        for piece in cut(stream, *names):
            count += 1
            origin = f"{context.origin}:{piece.number}" if piece.ancestors else context.origin
            if piece.raw is None:
                yield Rejected(origin, Note("record_too_long", {"limit_bytes": MAX_ELEMENT_BYTES}))
                continue
            try:
                values = understand(piece.element())
                received = Received(origin, reader, piece.alone(), "application/xml", piece.encoding, piece.notes)
                yield record_of(values, received, context)
            except UnreadableInputError as problem:
                yield Rejected(origin, problem.note, piece.alone(), reader, context.file_name)
    except UnreadableInputError as problem:
        yield Rejected(context.origin, problem.note)
        return
    if not count:
        yield Rejected(context.origin, Note("wire_empty"))


def _values_of_item(item: etree._Element) -> dict[str, object]:
    meta, about = child(item, "itemMeta"), child(item, "contentMeta")
    kind = _code(child(meta, "itemClass"))
    content = child(item, "contentSet")
    body = _inline(content)
    if _is(item, "packageItem") or (not body and kind not in ("", "text")):
        raise UnreadableInputError(Note("wire_not_text", {"kind": kind or "package"}))
    if _code(child(meta, "pubStatus")).lower() in WITHDRAWN:
        raise UnreadableInputError(Note("wire_withdrawn"))
    inline = (
        next((one for one in content.iter("*") if _is(one, "hl1", "title")), None) if content is not None else None
    )
    provider = child(meta, "provider")
    return {
        "id": item.get("guid", ""),
        "title": text_of(child(about, "headline")) or text_of(inline) or text_of(child(meta, "title")),
        "body": body,
        "summary": text_of(child(about, "description")),
        "published": publication_date(
            text_of(child(meta, "firstCreated")),
            text_of(child(meta, "versionCreated")) or text_of(child(about, "contentCreated")),
            text_of(child(meta, "embargoed")),
        ),
        "author": text_of(child(about, "by")) or _named(child(about, "creator")),
        "place": _named(child(about, "located")),
        "section": _section(children(about, "subject")),
        "source": _named(provider) or _named(child(about, "infoSource")),
        "picture": _pictures_of_item(content, about),
        "language": next(
            (one.get("tag") for one in children(about, "language") if one.get("tag")), item.get(_LANGUAGE, "")
        ),
    }


def _section(subjects: list[etree._Element]) -> str:
    """The first subject with a name; one of a single letter is a code. What is only an agency's label says least."""
    names = [_named(one) for one in sorted(subjects, key=lambda one: not children(one, "name"))]
    return next((name for name in names if len(name) > 1), "")


def _inline(content: etree._Element | None) -> str:
    """The text of an item: of XHTML or NITF, else plain."""
    for one in children(content, "inlineXML"):
        inner = next((part for part in one.iter("*") if _is(part, "body.content")), None)
        inner = inner if inner is not None else next((part for part in one.iter("*") if _is(part, "body")), one)
        if html := markup_of(inner).strip():
            return html
    return next(filter(None, map(text_of, children(content, "inlineData"))), "")


def _pictures_of_item(content: etree._Element | None, about: etree._Element | None) -> list[Mapping[str, str]]:
    """The pictures in an item: those in its text, and the one that stands beside it, in its largest form."""
    beside = [dict(one.attrib) for one in (*children(content, "remoteContent"), *children(about, "icon"))]
    picture = largest(one for one in beside if is_picture(one.get("contenttype")))
    return [*([picture] if picture else []), *_media(content)]


def _media(element: etree._Element | None) -> Iterator[dict[str, str]]:
    """The pictures that NITF shows, with their captions."""
    for media in element.iter("{*}media") if element is not None else ():
        if is_picture(media.get("media-type")):
            reference = largest((dict(one.attrib) for one in children(media, "media-reference")), "source")
            yield {
                "url": reference.get("source", ""),
                "caption": text_of(child(media, "media-caption")),
                "alternative_text": reference.get("alternate-text", ""),
            }


def _is(element: etree._Element, *names: str) -> bool:
    return local_name(element) in names


def _code(element: etree._Element | None) -> str:
    """The code of a concept without the prefix of its list: `ninat:text` is text."""
    return (
        ""
        if element is None
        else (element.get("qcode") or element.get("uri") or "").rpartition(":")[2].rpartition("/")[2]
    )


def _named(element: etree._Element | None) -> str:
    """The name of a concept, in Arabic where it has several."""
    names = sorted(children(element, "name"), key=lambda name: not (name.get(_LANGUAGE) or "").startswith("ar"))
    if found := next(filter(None, map(text_of, names)), ""):
        return found
    return "" if element is None else element.get("literal", "")


def _values_of_older_item(item: etree._Element) -> dict[str, object]:
    identity, management = child(item, "Identification", "NewsIdentifier"), child(item, "NewsManagement")
    if _formal(child(management, "Status")).lower() in WITHDRAWN:
        raise UnreadableInputError(Note("wire_withdrawn"))
    component = child(item, "NewsComponent")
    lines, about = child(component, "NewsLines"), child(component, "DescriptiveMetadata")
    parties = child(component, "AdministrativeMetadata")
    city = next((one for one in children(child(about, "Location"), "Property") if _formal(one) == "City"), None)
    return {
        "id": text_of(child(identity, "PublicIdentifier")),
        "title": text_of(child(lines, "HeadLine")),
        "body": _older_body(item),
        "summary": text_of(child(lines, "SubHeadLine")),
        "published": publication_date(
            text_of(child(management, "FirstCreated")), text_of(child(management, "ThisRevisionCreated")), None
        ),
        "author": text_of(child(lines, "ByLine")),
        "place": _attribute(city, "Value"),
        "source": _formal(child(parties, "Provider", "Party"))
        or _formal(child(parties, "Source", "Party"))
        or text_of(child(identity, "ProviderId")),
        "language": (_formal(child(about, "Language")) or item.get(_LANGUAGE, "")).lower(),
    }


def _older_body(item: etree._Element) -> str:
    """The text of an item's main part, else of its first: elements of NITF or XHTML, or markup written as text."""
    contents = [one for one in item.iter("*") if _is(one, "ContentItem")]
    contents.sort(key=lambda one: _formal(child(one.getparent(), "Role")) != "Main")
    kinds = [_formal(child(one, "MediaType")).lower() for one in contents]
    for content, kind in zip(contents, kinds, strict=True):
        data = child(content, "DataContent")
        if kind in ("", "text") and text_of(data):
            inner = next((one for one in data.iter("*") if _is(one, "body.content")), data)
            return markup_of(inner) if len(inner) else text_of(inner)
    if kinds and not {"", "text"} & set(kinds):
        raise UnreadableInputError(Note("wire_not_text", {"kind": kinds[0][:40]}))
    return ""


def _formal(element: etree._Element | None) -> str:
    return _attribute(element, "FormalName")


def _values_of_nitf(document: etree._Element) -> dict[str, object]:
    head, body = child(document, "head"), child(document, "body")
    about, above = child(head, "docdata"), child(body, "body.head")
    publication = child(head, "pubdata")
    headline = child(above, "hedline")
    dates = (
        _attribute(child(about, "date.issue"), "norm"),
        _attribute(child(about, "date.release"), "norm"),
        _attribute(publication, "date.publication"),
        _attribute(child(above, "dateline", "story.date"), "norm"),
    )
    content = child(body, "body.content")
    return {
        "id": _attribute(child(about, "doc-id"), "id-string"),
        "title": text_of(child(headline, "hl1")) or text_of(child(head, "title")),
        "body": markup_of(content if content is not None else body),
        "summary": text_of(child(above, "abstract")) or text_of(child(headline, "hl2")),
        "published": next(filter(None, dates), ""),
        "author": _byline(child(above, "byline")),
        "place": text_of(child(above, "dateline", "location")),
        "section": _attribute(publication, "position.section"),
        "source": _attribute(publication, "name")
        or _RIGHTS.sub("", _attribute(child(about, "doc.copyright"), "holder")),
        "url": _attribute(publication, "ex-ref"),
        "picture": list(_media(body)),
        "language": document.get(_LANGUAGE, ""),
    }


def _byline(element: etree._Element | None) -> str:
    """The names of a byline, without what its author does for a living."""
    if (person := text_of(child(element, "person"))) or element is None:
        return person
    parts = [
        element.text,
        *(part for one in element for part in ("" if _is(one, "byttl") else text_of(one), one.tail)),
    ]
    return " ".join(filter(None, parts))


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")
