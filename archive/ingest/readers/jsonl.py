"""One JSON object a line: `{id, title, body, published, source, url, category}` and a few more fields."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from archive.ingest.addresses import normalise_url
from archive.ingest.bylines import MAX_AUTHOR_CHARS, Byline, read_author_field
from archive.ingest.cleaning import body_html, fitting_title, left_out_markup, single_line
from archive.ingest.dates import is_future, read_date
from archive.ingest.encodings import decode
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, ReadDate, Record, Rejected, UnreadableInputError
from archive.text.html import plain_text
from archive.text.normalize import words

MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_SHOWN_CHARS = 200
MAX_REST_CHARS = 40
SKIPPED_BYTES = 1024 * 1024

FIELDS = {
    "id": ("id", "external_id"),
    "title": ("title", "headline"),
    "body": ("body", "content", "text"),
    "published": ("published", "published_at"),
    "collected": ("collected", "collected_at"),
    "source": ("source",),
    "section": ("category", "section"),
    "url": ("url", "link"),
    "author": ("author", "authors"),
    "summary": ("summary", "abstract"),
    "kicker": ("kicker",),
    "place": ("place",),
    "language": ("language",),
}
"""What a record may hold, each with the names under which it is looked for; the first that has a value is taken."""


class Field(NamedTuple):
    """A VALUE of a record, None where it has none, and the KEY it stands under."""

    key: str
    value: object


_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_OBJECT_BEGINS = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"|\}\s*$)')


class JsonLines:
    name = "jsonl"
    version = 4

    def recognises(self, head: bytes, file_name: str) -> bool:
        first_line, newline, _ = head.lstrip().partition(b"\n")
        if not _OBJECT_BEGINS.match(first_line):
            return False
        # A first line that ends within sight is a whole object, or the file is JSON of another shape.
        return (
            first_line.rstrip().endswith(b"}") or not newline or file_name.lower().endswith((".jsonl", ".jsonl.gz"))
        )

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        for number, line in _lines(stream):
            if line is None:
                yield Rejected(_origin(context, number), Note("line_too_long", {"limit_bytes": MAX_LINE_BYTES}))
                continue
            try:
                yield _record(line, number, context)
            except UnreadableInputError as problem:
                yield Rejected(_origin(context, number), problem.note, line, JsonLines.name, context.file_name)


def _origin(context: ReadContext, number: int) -> str:
    return f"{context.origin}:{number}"


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that hold something, numbered, without their ends; None for one that is too long."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            while not line.endswith(b"\n") and (line := stream.readline(SKIPPED_BYTES)):
                pass
            yield number, None
        elif line.strip():
            yield number, line.rstrip(b"\r\n")


def _record(line: bytes, number: int, context: ReadContext) -> Record:
    decoded = decode(line)
    values = _object(decoded.text.lstrip("\ufeff"), number)
    notes = list(decoded.notes)
    fields = {name: _first(values, names) for name, names in FIELDS.items()}
    texts = {name: _text(fields, name, notes) for name in ("title", "body", "source", "section", "url", "summary")}
    title, body = single_line(texts["title"]), body_html(texts["body"])
    title = title if words(title) else ""
    # Beside a title that is no text, a body that is a list is none either: nothing in the record is as it should be.
    is_odd = _is_unread(fields["title"]) and _is_unread(fields["body"])
    if is_odd or not (title or words(plain_text(body))):
        raise UnreadableInputError(_nothing_to_read(fields))
    title, body, title_notes = fitting_title(title, body)
    notes += title_notes
    authors, place = _authors(fields["author"], notes)
    return Record(
        origin=_origin(context, number),
        reader=JsonLines.name,
        raw=line,
        title=title,
        body=body,
        file_name=context.file_name,
        content_type="application/json",
        encoding=decoded.encoding,
        kicker=single_line(_text(fields, "kicker", notes)),
        summary=single_line(texts["summary"]),
        authors=authors,
        place=single_line(_text(fields, "place", notes)) or place,
        source=single_line(texts["source"]),
        section=single_line(texts["section"]),
        published=_published(fields["published"].value, notes),
        collected=_collected(fields["collected"], notes),
        url=_url(texts["url"], notes),
        external_id=_identity(fields["id"], notes),
        language=_language(fields["language"], notes),
        dropped=left_out_markup(texts["body"]),
        notes=notes,
    )


def _object(text: str, number: int) -> dict:
    try:
        values = json.loads(text)
    except RecursionError:
        raise UnreadableInputError(Note("json_too_deep")) from None
    except json.JSONDecodeError as problem:
        raise UnreadableInputError(_json_note(problem, number)) from None
    except ValueError:
        raise UnreadableInputError(Note("json_number_too_long")) from None
    if not isinstance(values, dict):
        raise UnreadableInputError(Note("json_not_object"))
    return values


def _json_note(problem: json.JSONDecodeError, number: int) -> Note:
    """Say where it stops being JSON, not why: Python's reasons are in English only."""
    rest = problem.doc[problem.pos :].strip()
    # A string without an end is pointed at by its beginning.
    if not rest or problem.msg.startswith("Unterminated string"):
        return Note("json_cut_short", {"line": number, "column": len(problem.doc)})
    return Note("json_invalid", {"line": number, "column": problem.colno, "text": rest[:MAX_REST_CHARS]})


def _first(values: dict, names: tuple[str, ...]) -> Field:
    return next(
        (Field(name, values[name]) for name in names if values.get(name) not in (None, "", [])), Field(names[0], None)
    )


def _is_unread(field: Field) -> bool:
    return field.value is not None and not isinstance(field.value, str)


def _nothing_to_read(fields: dict[str, Field]) -> Note:
    """Why a record has neither a title nor a text: it says nothing, or not as text."""
    odd = [fields[name].key for name in ("title", "body") if _is_unread(fields[name])]
    return Note("fields_unread", {"fields": ", ".join(odd)}) if odd else Note("no_title_no_body")


def _ignored(field: Field) -> Note:
    return Note("field_ignored", {"field": field.key})


def _text(fields: dict[str, Field], name: str, notes: list[Note]) -> str:
    value = fields[name].value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    parts = [part for part in value if isinstance(part, str)] if isinstance(value, list) and name == "body" else []
    if parts:
        notes.append(Note("body_list"))
    if not parts or len(parts) < len(value):
        notes.append(_ignored(fields[name]))
    return "\n".join(parts)


def _published(value: object, notes: list[Note]) -> ReadDate | None:
    reading = read_date(value)
    if reading.note:
        notes.append(reading.note)
    if reading.date and is_future(reading.date.value.date()):
        notes.append(Note("date_future"))
    return reading.date


def _collected(field: Field, notes: list[Note]) -> ReadDate | None:
    reading = read_date(field.value)
    if reading.note:
        notes.append(_ignored(field))
    return reading.date


def _identity(field: Field, notes: list[Note]) -> str:
    if field.value is None:
        return ""
    if isinstance(field.value, bool) or not isinstance(field.value, str | int):
        notes.append(_ignored(field))
        return ""
    return single_line(str(field.value))


def _url(value: str, notes: list[Note]) -> str:
    url = normalise_url(value)
    if value.strip() and not url:
        notes.append(Note("url_ignored", {"url": value.strip()[:MAX_SHOWN_CHARS]}))
    return url


def _authors(field: Field, notes: list[Note]) -> tuple[tuple[str, ...], str]:
    """The names, and the place where a byline says one. An author may be an object with a name, as in schema.org."""
    values = field.value if isinstance(field.value, list) else [field.value]
    values = [one.get("name") if isinstance(one, dict) else one for one in values]
    texts = [single_line(one) for one in values if isinstance(one, str)]
    if field.value is not None and len(texts) < len(values):
        notes.append(_ignored(field))
    names: dict[str, None] = {}
    place = ""
    for text in texts:
        # No one is called by so long a name: the text itself has come here.
        byline = read_author_field(text) if len(text) <= MAX_AUTHOR_CHARS else Byline((), "", (text,))
        names.update(dict.fromkeys(byline.names))
        place = place or byline.place
        if byline.strange:
            notes.append(Note("author_ignored", {"text": "، ".join(byline.strange)[:MAX_SHOWN_CHARS]}))
    return tuple(names), place


def _language(field: Field, notes: list[Note]) -> str:
    value = field.value
    if isinstance(value, str) and len(value) <= 16 and _LANGUAGE.fullmatch(value):
        return value.lower()
    if value is not None:
        notes.append(_ignored(field))
    return "ar"
