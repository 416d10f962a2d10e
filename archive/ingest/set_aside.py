"""Records that could not be imported: kept with their bytes and the reason, and marked when they can be."""

from collections.abc import Sequence
from hashlib import sha256

from django.db.models import F, QuerySet
from django.utils import timezone

from archive.ingest.formats import reader_named
from archive.ingest.journal import MAX_ORIGIN_CHARS, storable
from archive.ingest.records import Note
from archive.models import ImportRun, SetAsideRecord

MAX_BYTES = 8 * 1024 * 1024
"""What is larger is read again where it came from."""

MAX_FILE_NAME_CHARS = 500
State = SetAsideRecord.State


def put_aside(
    run: ImportRun | None, *, origin: str, note: Note, raw: bytes | None, reader: str = "", file_name: str = ""
) -> None:
    """Keep a record that failed; the same one failing again is kept once."""
    kept = raw if raw is not None and len(raw) <= MAX_BYTES else None
    digest = sha256(kept).hexdigest() if kept is not None else ""
    values = {name: storable(value) if isinstance(value, str) else value for name, value in note.values.items()}
    told = {"run": run, "code": note.code, "values": values, "reader": _versioned(reader), "tried_at": timezone.now()}
    origin = storable(origin)[:MAX_ORIGIN_CHARS]
    same = SetAsideRecord.objects.filter(state=State.WAITING, origin=origin, sha256=digest)
    if same.update(tries=F("tries") + 1, **told):
        return
    record = SetAsideRecord(origin=origin, file_name=storable(file_name)[-MAX_FILE_NAME_CHARS:], **told)
    if kept is not None:
        record.content = kept
    record.save()


def _versioned(reader: str) -> str:
    return f"{reader} {reader_named(reader).version}" if reader else ""


def failed_again(record_id: int, note: Note) -> None:
    values = {name: storable(value) if isinstance(value, str) else value for name, value in note.values.items()}
    SetAsideRecord.objects.filter(pk=record_id).update(
        tries=F("tries") + 1, tried_at=timezone.now(), code=note.code, values=values
    )


def solve(record_id: int, article_id: int | None) -> None:
    SetAsideRecord.objects.filter(pk=record_id).update(
        tries=F("tries") + 1, tried_at=timezone.now(), state=State.SOLVED, article=article_id
    )


def solve_same_bytes(imported: Sequence[tuple[str, int | None]]) -> None:
    """Mark the records whose very bytes have become an article: IMPORTED has their SHA-256 and its id."""
    articles = dict(imported)
    waiting = SetAsideRecord.objects.filter(state=State.WAITING, sha256__in=list(articles))
    for record_id, digest in waiting.values_list("pk", "sha256"):
        SetAsideRecord.objects.filter(pk=record_id).update(
            state=State.SOLVED, tried_at=timezone.now(), article=articles[digest]
        )


def waiting(*, run_id: int | None = None, record_ids: Sequence[int] | None = None) -> QuerySet[SetAsideRecord]:
    """The records that wait to be tried again, oldest first: those with RECORD_IDS, or of the run with RUN_ID."""
    records = SetAsideRecord.objects.filter(state=State.WAITING).select_related("run").order_by("pk")
    return records.filter(run=run_id) if record_ids is None else records.filter(pk__in=record_ids)
