"""JSON: one object, a list of them, or an object that holds a list of them; and JSON Feed."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from archive.ingest.encodings import decode
from archive.ingest.fields import MAX_RECORD_BYTES, Received, json_value, record_of, unwrapped
from archive.ingest.json_pieces import LIST_NAMES, CutShort, Value, items_at, values_of
from archive.ingest.names import FieldNames
from archive.ingest.narrowing import wide_encoding
from archive.ingest.ninjs import NINJS_KEY, is_ninjs, values_of_ninjs
from archive.ingest.pictures import is_picture
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError

JSON_FEED = "jsonfeed.org/version/"

_BEGINS = re.compile(r'\s*(?:\[\s*(?:[\[{\]"0-9tfn-]|$)|\{\s*(?:["}]|$))')
_LINE_OF_OBJECT = re.compile(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\S")
_NAMED_JSON = re.compile(r"\.json(?:\.|$)")
_NAMED_LINES = re.compile(r"\.(?:jsonl|ndjson)(?:\.|$)")
_IDENTITY = re.compile(r'"(?:uri|guid)"\s*:')
_HOLDS_LIST = re.compile(r'\s*\{[^\n]*?"(?:' + "|".join(sorted(LIST_NAMES)) + r')"\s*:\s*\[\s*\{')


class JsonRecords:
    name = "json"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        _, encoding = wide_encoding(head)
        text = head.decode(encoding or "utf-8", "replace").lstrip("\ufeff")
        if not _BEGINS.match(text) or _LINE_OF_OBJECT.match(text):
            return False
        if encoding or "\n" in text.strip() or not text.lstrip().startswith("{"):
            return True
        # An object that ends beyond what is seen may be the first line of many; names tell.
        name = file_name.lower()
        return bool(_NAMED_JSON.search(name) or (not _NAMED_LINES.search(name) and _HOLDS_LIST.match(text)))

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        try:
            yield from self._all(stream, context)
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note)

    def _all(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        number = 0
        for found in values_of(stream):
            number += 1
            origin = f"{context.origin}:{number}"
            if isinstance(found, CutShort):
                yield Rejected(context.origin, Note("json_list_cut_short", {"line": found.line}))
            elif found.raw is None:
                yield Rejected(origin, Note("record_too_long", {"limit_bytes": MAX_RECORD_BYTES}))
            elif found.in_list and number == 1 and not found.raw.startswith((b"{", b"[")):
                # A list of names or numbers is none of articles.
                yield Rejected(context.origin, Note("json_no_records"))
                return
            else:
                yield from self._found(found, origin if found.in_list or number > 1 else context.origin, context)
        if not number:
            yield Rejected(context.origin, Note("json_no_records"))

    def _found(self, found: Value, origin: str, context: ReadContext) -> Iterator[Record | Rejected]:
        try:
            decoded = decode(found.raw)
            text = decoded.text.lstrip("\ufeff")
            values = json_value(text, found.line)
        except UnreadableInputError as problem:
            yield Rejected(origin, problem.note, found.raw, self.name, context.file_name)
            return
        encoding = found.encoding or decoded.encoding
        path = None if found.in_list else _list_path(values, context.names)
        if path is None:
            raw = text.encode(found.encoding, "replace") if found.encoding else found.raw
            received = Received(origin, self.name, raw, "application/json", encoding, decoded.notes)
            yield _record(values, received, context)
            return
        feed = _json_feed(values)
        # The items are read again one by one, so that they are not all in memory twice.
        del values
        for number, item in enumerate(items_at(text, path), 1):
            # Where bytes had to be replaced, those of this item are not known any more.
            raw = (
                found.raw if decoded.notes else _alone(text[item.start : item.end], feed).encode(encoding, "replace")
            )
            received = Received(f"{origin}:{number}", self.name, raw, "application/json", encoding, [*decoded.notes])
            yield _record(item.value, received, context, feed)


class Ninjs(JsonRecords):
    """The JSON of newswires; what JSON of any reader is in this form is understood as it, this one is for its name."""

    name = "ninjs"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        _, encoding = wide_encoding(head)
        text = head.decode(encoding or "utf-8", "replace").lstrip("\ufeff")
        is_ninjs_object = bool(_BEGINS.match(text) and _IDENTITY.search(text) and NINJS_KEY.search(text))
        return is_ninjs_object and not _LINE_OF_OBJECT.match(text)


def _record(values: object, received: Received, context: ReadContext, feed: dict | None = None) -> Record | Rejected:
    try:
        if not isinstance(values, dict):
            raise UnreadableInputError(Note("json_not_object"))
        if isinstance(values.get("_source"), dict):
            # As search engines write what they hold.
            values = {"id": values.get("_id"), **values["_source"]}
        if feed is not None:
            values = _of_json_feed(values, feed)
        elif is_ninjs(values):
            return record_of(values_of_ninjs(values), received, context)
        return record_of(values, received, context, context.names)
    except UnreadableInputError as problem:
        return Rejected(received.origin, problem.note, received.raw, received.reader, context.file_name)


def _list_path(values: object, names: FieldNames) -> tuple[str, ...] | None:
    """Where in VALUES the list of records is, or the object that has one under each of its names; else None."""
    if not isinstance(values, dict) or is_ninjs(values):
        return None
    fields, _ = names.find(values)
    if isinstance(unwrapped(fields["body"].value), str):
        return None
    paths = [(name,) for name, value in values.items() if _is_list_of_objects(value)]
    paths += [
        (outer, inner)
        for outer, value in values.items()
        if isinstance(value, dict)
        for inner, value_of_inner in value.items()
        if _is_list_of_objects(value_of_inner)
    ]
    named = [path for path in paths if path[-1] in LIST_NAMES]
    # An article without a text may have images, or comments.
    has_title = isinstance(fields["title"].value, str)
    if (path := next(iter(named if named or has_title else paths), None)) or has_title:
        return path
    maps = [(), *((name,) for name in values)]
    return next((path for path in maps if _holds_records(values[path[0]] if path else values, names)), None)


def _holds_records(value: object, names: FieldNames) -> bool:
    """Is VALUE an object of nothing but records, as of databases that keep them by their identities?"""
    return isinstance(value, dict) and bool(value) and all(_is_record(one, names) for one in value.values())


def _is_record(value: object, names: FieldNames) -> bool:
    if not isinstance(value, dict):
        return False
    fields, _ = names.find(value)
    return isinstance(unwrapped(fields["body"].value), str)


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _json_feed(values: dict) -> dict | None:
    version = values.get("version")
    is_feed = isinstance(version, str) and JSON_FEED in version
    return {name: values.get(name) for name in ("version", "title", "language")} if is_feed else None


def _alone(item: str, feed: dict | None) -> str:
    """ITEM as it is read again by itself: that of a feed within what the feed says of all."""
    return item if feed is None else json.dumps(feed, ensure_ascii=False)[:-1] + f', "items": [{item}]}}'


def _of_json_feed(item: dict, feed: dict) -> dict:
    """An item of a JSON Feed under our names. `date_modified` is no date of publication."""
    tags = item.get("tags")
    return {
        "id": item.get("id"),
        "title": item.get("title"),
        "body": item.get("content_html") or item.get("content_text"),
        "summary": item.get("summary"),
        "published": item.get("date_published"),
        "url": item.get("url") or item.get("external_url"),
        "author": item.get("authors") or item.get("author"),
        "section": tags[0] if isinstance(tags, list) and tags else None,
        "source": feed.get("title"),
        "language": item.get("language") or feed.get("language"),
        "picture": _pictures_of_json_feed(item),
    }


def _pictures_of_json_feed(item: dict) -> list:
    attachments = item.get("attachments") if isinstance(item.get("attachments"), list) else []
    attached = [one for one in attachments if isinstance(one, dict) and is_picture(one.get("mime_type"))]
    return [*filter(None, (item.get("image"), item.get("banner_image"))), *attached]
