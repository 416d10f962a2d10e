"""Everything as JSON Lines, in the form of `archive.outgoing.form`: the way back, losing nothing."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from django.core.files.storage import Storage
from django.utils import timezone

from archive.models import Article, ArticleLink
from archive.outgoing.form import FILE_KIND, FIRST_KIND, FORM_VERSION, LAST_KIND
from archive.outgoing.selection import Selection
from archive.outgoing.sinks import Sink
from archive.outgoing.tables import BATCH_ROWS, file_columns, sequences

PIECE_BYTES = 1024 * 1024
"""Files are cut into pieces, a line each: none is in memory whole."""

Progress = Callable[[int, int], None]


@dataclass
class Written:
    """What was written: how many rows, and the names of files that the archive knows and that are not there."""

    rows: int = 0
    missing_files: list[str] = field(default_factory=list)


def write_jsonl(selection: Selection, sink: Sink, progress: Progress) -> Written:
    """Write the rows of SELECTION, inside one `snapshot`; PROGRESS is told how many are done, and of how many."""
    counts = {table.kind: selection.objects(table).count() for table in selection.tables()}
    total, written, lines, digest = sum(counts.values()), Written(), 0, sha256()

    def write(line: dict) -> None:
        nonlocal lines
        data = _line(line)
        digest.update(data)
        sink.write(data)
        lines += 1

    first = {"kind": FIRST_KIND, "form": FORM_VERSION, "whole": selection.whole}
    write(
        first
        | {"made_at": timezone.now().isoformat(timespec="seconds"), "counts": counts, "last_numbers": sequences()}
    )
    for table in selection.tables():
        rows = table.rows(selection.objects(table))
        for line in _articles(rows) if table.model is Article else ({"row": row} for row in rows):
            write({"kind": table.kind} | line)
            written.rows += 1
            progress(written.rows, total)
    for column in file_columns():
        for name in column.names(selection.objects(column.table)):
            line = {"kind": FILE_KIND, "of": column.of, "name": name}
            if not column.field.storage.exists(name):
                written.missing_files.append(name)
                write(line | {"missing": True})
                continue
            for piece in _pieces(column.field.storage, name):
                write(line | piece)
    sink.write(_line({"kind": LAST_KIND, "lines": lines, "sha256": digest.hexdigest()}))
    return written


def _articles(rows: Iterator[dict]) -> Iterator[dict]:
    """The rows of articles, each with names that other programs would have to look for among the other rows."""
    while batch := list(islice(rows, BATCH_ROWS)):
        articles = (
            Article.objects.select_related("section", "source")
            .only("section__name", "source__name")
            .prefetch_related("authors", "images", "links__to_article")
            .in_bulk([row["id"] for row in batch])
        )
        for row in batch:
            yield {"row": row, "with": _names(articles[row["id"]])}


def _names(article: Article) -> dict:
    return {
        "section": article.section.name if article.section else "",
        "source": article.source.name,
        "authors": article.author_names,
        "links": [
            {"kind": link.kind, "origin": link.origin, **_target(link)}
            # In the order in which the page has them.
            for link in sorted(article.links.all(), key=lambda link: (link.position, link.pk))
        ],
        "pictures": [
            {"url": image.url, "caption": image.caption, "alternative_text": image.alternative_text}
            for image in article.images.all()
            if image.url
        ],
    }


def _target(link: ArticleLink) -> dict[str, str]:
    """What LINK leads to, as an archive that has other numbers may find it."""
    article = link.to_article
    if article is None or link.title or link.url:
        return {"title": link.title, "url": link.url}
    return {"title": article.title, "url": article.original_url}


def _line(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _pieces(storage: Storage, name: str) -> Iterator[dict]:
    """The file NAME, piece by piece; the last one has its SHA-256."""
    digest, size = sha256(), storage.size(name)
    with storage.open(name) as file:
        start = 0
        while True:
            data = file.read(PIECE_BYTES)
            digest.update(data)
            piece = {"start": start, "content": base64.b64encode(data).decode()}
            start += len(data)
            if start >= size or not data:
                yield piece | {"size": start, "sha256": digest.hexdigest()}
                return
            yield piece
