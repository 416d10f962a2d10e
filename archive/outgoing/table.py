"""Articles as a table for spreadsheets: CSV in UTF-8, a row each, under the names that imports know."""

import csv
import io
from collections.abc import Iterator

from django.utils import timezone

from archive.models import Article
from archive.outgoing.jsonl import Progress
from archive.outgoing.selection import Selection
from archive.outgoing.sinks import Sink
from archive.text.dates import iso_date
from archive.text.spreadsheets import BYTE_ORDER_MARK, plain_cell

COLUMNS = (
    "id", "title", "kicker", "summary", "text", "published", "date_precision", "collected", "status", "section",
    "source", "author", "place", "language", "url", "external_id", "entities",
)  # fmt: skip


def write_csv(selection: Selection, sink: Sink, progress: Progress) -> int:
    """Write the articles of SELECTION and return how many they are."""
    total = selection.count()
    for count, line in enumerate(table_lines(selection)):
        sink.write(line.encode())
        progress(count, total)
    return total


def table_lines(selection: Selection) -> Iterator[str]:
    """Yield the line of the columns' names, and one of each article of SELECTION."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for batch in selection.batches():
        for article in batch:
            yield _line(plain_cell(cell) for cell in _cells(article))


def _line(cells) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cells(article: Article) -> Iterator[str | int]:
    yield article.pk
    yield article.title
    yield article.kicker
    yield article.summary
    yield article.text
    yield published(article)
    yield article.date_precision
    yield article.collected_at.isoformat(timespec="seconds")
    yield article.status
    yield article.section.name if article.section else ""
    yield article.source.name
    yield "، ".join(article.author_names)
    yield article.place
    yield article.language
    yield article.original_url
    yield article.external_id or ""
    yield "، ".join(dict.fromkeys(mention.entity.name for mention in mentions(article)))


def published(article: Article) -> str:
    """As much of the date as is known, in the site's time zone; empty when nothing is."""
    return iso_date(timezone.localtime(article.published_at), article.date_precision) if article.published_at else ""


def mentions(article: Article) -> list:
    """The mentions that nobody has refused."""
    return [mention for mention in article.mentions.all() if mention.confirmed is not False]
