"""Our own export, read as any other format is: its articles, into an archive that has others already.

What an empty archive takes from a whole export is everything, and not by this way (`archive.outgoing.restoring`).
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, NamedTuple

from archive.ingest.addresses import normalise_url
from archive.ingest.cleaning import fitting_title, single_line
from archive.ingest.fields import MAX_RECORD_BYTES, MAX_TEXT_CHARS
from archive.ingest.pictures import read_pictures
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, ReadDate, Record, RecordLink, Rejected, UnreadableInputError
from archive.outgoing.form import BEGINNING, LAST_BEGINS
from archive.text.html import clean_html

ARTICLE_BEGINS = b'{"kind":"article",'
SEEN_BY_READERS = frozenset({"published", "scheduled"})
TEXTS = ("title", "kicker", "summary", "body", "place")
CHUNK_BYTES = 1024 * 1024


class _Line(NamedTuple):
    """A line that is read, without its end; CONTENT is None for one that is too long."""

    number: int
    content: bytes | None


class SijillExport:
    name = "sijill"
    version = 3

    def recognises(self, head: bytes, file_name: str) -> bool:
        return head.startswith(BEGINNING)

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        # A line that was kept of one by itself is no export of which the end is missing.
        is_whole = not hasattr(stream, "peek") or stream.peek(len(BEGINNING)).startswith(BEGINNING)
        digest, last = sha256(), None
        for line in _lines(stream, digest):
            origin = f"{context.origin}:{line.number}"
            if line.content is None:
                yield Rejected(origin, Note("line_too_long", {"limit_bytes": MAX_RECORD_BYTES}))
            elif line.content.startswith(LAST_BEGINS):
                last = line
            else:
                yield _record_or_reason(line, origin, context)
        if is_whole and (problem := _problem(last, digest.hexdigest())) is not None:
            yield Rejected(context.origin, problem)


def _lines(stream: BinaryIO, digest) -> Iterator[_Line]:
    """Yield the lines of articles, and the last one; all lines but that one go into DIGEST as they pass."""
    number = 0
    while chunk := stream.readline(CHUNK_BYTES):
        number += 1
        kept = [chunk] if chunk.startswith((ARTICLE_BEGINS, LAST_BEGINS)) else None
        if not chunk.startswith(LAST_BEGINS):
            digest.update(chunk)
        size = len(chunk)
        while not chunk.endswith(b"\n") and (chunk := stream.readline(CHUNK_BYTES)):
            digest.update(chunk)
            size += len(chunk)
            if kept is not None and size <= MAX_RECORD_BYTES:
                kept.append(chunk)
        if kept is not None:
            yield _Line(number, b"".join(kept).rstrip(b"\n") if size <= MAX_RECORD_BYTES else None)


def _problem(last: _Line | None, digest: str) -> Note | None:
    """What is wrong with the file as a whole; what was read of it is good all the same."""
    if last is None:
        return Note("export_cut_short")
    try:
        said = json.loads(last.content)["sha256"]
    except (ValueError, KeyError, RecursionError):
        return Note("export_changed")
    return None if said == digest else Note("export_changed")


def _record_or_reason(line: _Line, origin: str, context: ReadContext) -> Record | Rejected:
    try:
        return _record(line.content, origin, context)
    except UnreadableInputError as problem:
        return Rejected(origin, problem.note, line.content, SijillExport.name, context.file_name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Rejected(origin, Note("export_line_unread"), line.content, SijillExport.name, context.file_name)


def _record(line: bytes, origin: str, context: ReadContext) -> Record:
    value = json.loads(line)
    row, beside = value["row"], value["with"]
    for name in TEXTS:
        if len(row[name]) > MAX_TEXT_CHARS:
            raise UnreadableInputError(Note("text_too_long", {"field": name, "limit_chars": MAX_TEXT_CHARS}))
    title, body, notes = fitting_title(single_line(row["title"]), clean_html(row["body"]))
    if not title:
        raise UnreadableInputError(Note("no_title_no_body"))
    is_draft = row["status"] not in SEEN_BY_READERS
    if is_draft:
        notes = [*notes, Note("export_not_public", {"status": str(row["status"])})]
    # An export made before these were in it has none.
    gallery = read_pictures(beside.get("pictures", []))
    return Record(
        origin=origin,
        reader=SijillExport.name,
        raw=line,
        title=title,
        body=body,
        file_name=context.file_name,
        content_type="application/json",
        encoding="utf-8",
        kicker=single_line(row["kicker"]),
        summary=single_line(row["summary"]),
        authors=tuple(single_line(name) for name in beside["authors"]),
        place=single_line(row["place"]),
        source=single_line(beside["source"]),
        section=single_line(beside["section"]),
        published=_date(row["published_at"], row["date_precision"]),
        collected=_date(row["collected_at"], "minute"),
        url=normalise_url(row["original_url"]),
        external_id=single_line(row["external_id"] or ""),
        language=single_line(row["language"]),
        links=tuple(
            RecordLink(link["kind"], single_line(link["title"]), normalise_url(link["url"]))
            for link in beside["links"]
            if link["title"] or link["url"]
        ),
        pictures=gallery.pictures,
        draft=is_draft,
        notes=[*notes, *gallery.notes],
    )


def _date(text: str | None, precision: str) -> ReadDate | None:
    return ReadDate(datetime.fromisoformat(text), precision) if text and precision != "unknown" else None
