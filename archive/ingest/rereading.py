"""Captures read again by today's readers, and what that changes in the articles they became."""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedReader, BytesIO

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import OuterRef, Subquery

from archive.copies.finding import find_copies
from archive.entities.gazetteer import Gazetteer
from archive.entities.linking import link_mentions
from archive.ingest.formats import READERS, recognise
from archive.ingest.furniture import RepeatedLines
from archive.ingest.identity import record_digest, record_key
from archive.ingest.inputs import reader_broke
from archive.ingest.journal import Journal, Place
from archive.ingest.names import DEFAULT_NAMES, FieldNames
from archive.ingest.patience import Patience, StoppedError
from archive.ingest.readers import HEAD_BYTES, LineReader, ReadContext, Reader, lines_of
from archive.ingest.readers.html import HtmlPage
from archive.ingest.records import Note, ReadDate, Record, Rejected, UnreadableInputError
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG, Shelves, localise
from archive.ingest.writing import Change, Pending, Writer, article_values, changes_of
from archive.models import Article, Author, Capture, ImportedRecord, ImportEntry, ImportRun, Section
from archive.text.differences import word_diff
from archive.text.html import plain_text

logger = logging.getLogger(__name__)

ARTICLES_PER_BATCH = 100
PAGES_LEARNT = 1000
_WEB_ARCHIVE = re.compile(r"\.warc\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which articles to read again: those with IDS, else those read by an older version of their reader than today's.

    READER and SOURCE narrow them; OLDER_THAN is a version to take in place of today's.
    """

    ids: tuple[int, ...] = ()
    reader: str = ""
    older_than: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What reading an article again changes: by field, the words that differ."""

    article: Article
    words: dict[str, str]


@dataclass(slots=True)
class Differences:
    """The first LIMIT articles that reading again would change."""

    limit: int = 0
    shown: list[Difference] = field(default_factory=list)

    def add(self, change: Change) -> None:
        if change.fields and len(self.shown) < self.limit:
            before, after = _readable(article_values(change.article)), _readable(change.values)
            words = {name: word_diff(before[name], after[name]) for name in change.fields if name in after}
            if "body" in words and not words["body"]:
                words["body"] = word_diff(change.article.body, change.values["body"])
            self.shown.append(Difference(change.article, words))


def wanted_articles(wish: Wish) -> list[int]:
    """The ids of the articles that WISH means, rising; only such as were imported."""
    newest = ImportedRecord.objects.filter(article=OuterRef("pk")).order_by("-pk").values("reader")[:1]
    articles = Article.objects.annotate(read_by=Subquery(newest)).exclude(read_by=None).order_by("pk")
    if wish.source:
        articles = articles.filter(source__slug=wish.source)
    if wish.ids:
        articles = articles.filter(pk__in=wish.ids)
    return [pk for pk, read_by in articles.values_list("pk", "read_by").iterator() if _is_wanted(read_by, wish)]


def _is_wanted(read_by: str, wish: Wish) -> bool:
    name, _, version = read_by.rpartition(" ")
    if wish.reader and name != wish.reader:
        return False
    today = _reader(name)
    bound = wish.older_than if wish.older_than is not None else today.version if today else None
    return (bool(wish.ids) and wish.older_than is None) or bound is None or int(version) < bound


def _reader(name: str) -> Reader | None:
    return next((reader for reader in READERS if reader.name == name), None)


@dataclass(slots=True)
class Rereading:
    """Reads articles' captures again; with a JOURNAL what changes is written, without one nothing is."""

    report: ImportReport
    differences: Differences = field(default_factory=Differences)
    journal: Journal | None = None
    patience: Patience = field(default_factory=Patience)
    _repeated: dict[tuple[int, str], RepeatedLines] = field(default_factory=dict)
    _gazetteer: Gazetteer | None = None
    _mapped: bool | None = None

    def run(self, article_ids: Sequence[int]) -> None:
        done = self.journal.place.inputs if self.journal else 0
        for start in range(0, len(article_ids), ARTICLES_PER_BATCH):
            if self.patience.stopping():
                raise StoppedError
            batch = article_ids[start : start + ARTICLES_PER_BATCH]
            place = Place(done + start + len(batch))
            for entry in self.patience.take(lambda batch=batch, place=place: self._write(batch, place)):
                self.report.add(entry)

    def _write(self, article_ids: Sequence[int], place: Place) -> list[Entry]:
        if self.journal and self.journal.is_written(place):
            return self.journal.last_entries(len(article_ids))
        with transaction.atomic():
            entries = [self._again(record) for record in self._records(article_ids)]
            if self.journal:
                self.journal.write(place, entries, origin=entries[-1].origin if entries else "", bytes_done=0)
            else:
                transaction.set_rollback(True)
        if self.journal:
            self.journal.written(place)
        return entries

    @staticmethod
    def _records(article_ids: Sequence[int]) -> Iterator[ImportedRecord]:
        """The newest record of each article, with what is needed of the article."""
        records = (
            ImportedRecord.objects.filter(article__in=article_ids)
            .order_by("article_id", "-pk")
            .distinct("article_id")
            .select_related("article", "article__source", "source", "capture")
            .prefetch_related("article__authors")
        )
        return records.iterator(ARTICLES_PER_BATCH)

    def _again(self, known: ImportedRecord) -> Entry:
        found = self._read(known)
        if isinstance(found, Rejected):
            return Entry(Outcome.FAILED, found.origin, known.article.title, known.article_id, reasons=(found.note,))
        try:
            with transaction.atomic():
                return self._change(found, known)
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError) as problem:
            note = Note("refused_by_database", {"problem": str(problem).partition("\n")[0]})
            return Entry.of_record(Outcome.FAILED, found, note, article_id=known.article_id)

    def _change(self, record: Record, known: ImportedRecord) -> Entry:
        shelves = Shelves()
        article = known.article
        source = known.source
        if source.slug == UNKNOWN_SOURCE_SLUG and record.source:
            # A better reader may have found whose page it is.
            source = shelves.source("", record.source)
        pending = Pending(
            record=record,
            source=source,
            key=record_key(record),
            digest=record_digest(record),
            sha256=known.capture.sha256,
            published_at=localise(record.published, source),
            has_text=record.has_text,
        )
        change = changes_of(pending, article, known.written, shelves)
        self.differences.add(change)
        if self.journal:
            # The same record, read by another version, takes the place of the old one.
            ImportedRecord.objects.filter(
                article=article, source=pending.source, key=pending.key, digest=pending.digest
            ).delete()
            Writer(shelves, draft=False).update([change])
            self._find_again(change)
            connection.check_constraints()
        return change.entry()

    def _find_again(self, change: Change) -> None:
        if "body" in change.fields:
            self._gazetteer = self._gazetteer or Gazetteer.current()
            find_copies([change.article.pk])
            link_mentions([change.article.pk], gazetteer=self._gazetteer)

    def _names_of(self, known: ImportedRecord) -> FieldNames:
        """What fields are called in what the article was read from: the operator of its import may have said."""
        if self._mapped is None:
            self._mapped = ImportRun.objects.filter(arguments__has_key="mapping").exists()
        if not self._mapped:
            return DEFAULT_NAMES
        entries = ImportEntry.objects.filter(article=known.article_id, run__arguments__has_key="mapping")
        mapping = entries.order_by("-pk").values_list("run__arguments__mapping", flat=True).first()
        return FieldNames(mapping) if mapping else DEFAULT_NAMES

    def _read(self, known: ImportedRecord) -> Record | Rejected:
        """The record of the capture that the article was read from: of several, the one of the same identity."""
        capture, origin = known.capture, f"capture:{known.capture.sha256[:12]}"
        stream = BufferedReader(BytesIO(capture.content))
        head = stream.peek(HEAD_BYTES)[:HEAD_BYTES]
        reader = _reader(known.reader.rpartition(" ")[0]) or recognise(head, capture.file_name)
        if reader is None:
            return Rejected(origin, Note("format_unknown"))
        context = ReadContext(
            origin,
            capture.file_name,
            chosen=True,
            repeated=self._lines_of(known, reader),
            names=self._names_of(known),
        )
        try:
            if isinstance(reader, HtmlPage) and _WEB_ARCHIVE.search(capture.file_name):
                found = [_page_of_web_archive(known, context)]
            else:
                found = list(reader.read(stream, context))
        except UnreadableInputError as problem:
            return Rejected(origin, problem.note)
        except Exception as problem:
            # A reader's fault must not keep the other captures from being read.
            logger.exception("%s cannot be read", origin)
            return Rejected(origin, reader_broke(problem))
        records = [one for one in found if isinstance(one, Record)]
        same = [one for one in records if record_key(one) == known.key]
        if same or len(records) == 1:
            return (same or records)[0]
        rejected = [one for one in found if isinstance(one, Rejected)]
        return rejected[0] if rejected and not records else Rejected(origin, Note("record_gone"))

    # --- What a source's pages repeat ---

    def _lines_of(self, known: ImportedRecord, reader: Reader) -> RepeatedLines:
        if not isinstance(reader, LineReader):
            return RepeatedLines()
        folder = _folder_of(known.article_id)
        key = (known.source_id, folder)
        if key not in self._repeated:
            pages = (lines_of(reader, capture.content) for capture in _captures_beside(known, reader, folder))
            self._repeated[key] = RepeatedLines.learn([page for page in pages if page])
        return self._repeated[key]


def _page_of_web_archive(known: ImportedRecord, context: ReadContext) -> Record:
    """The page in a capture of which earlier versions kept no more than the page; the rest is known of the article."""
    capture, article = known.capture, known.article
    collected = ReadDate(article.collected_at, "minute") if article.collected_at else None
    return HtmlPage().record(
        capture.content, context, address=capture.url, charset=capture.encoding, collected=collected
    )


def _folder_of(article_id: int) -> str:
    """The folder from which an article's page was imported, where its run is known."""
    origin = ImportEntry.objects.filter(article=article_id).order_by("-pk").values_list("origin", flat=True).first()
    return (origin or "").rpartition("/")[0]


def _captures_beside(known: ImportedRecord, reader: Reader, folder: str) -> Iterable[Capture]:
    records = ImportedRecord.objects.filter(source=known.source, reader__startswith=f"{reader.name} ")
    if folder:
        records = records.filter(
            article__in=ImportEntry.objects.filter(origin__startswith=f"{folder}/").values("article")
        )
    captures = Capture.objects.filter(pk__in=records.values("capture")).order_by("-pk")[:PAGES_LEARNT]
    return captures.iterator(ARTICLES_PER_BATCH)


def _readable(values: dict[str, object]) -> dict[str, str]:
    """VALUES as people read them: names for numbers, a body as its text."""
    section = Section.objects.filter(pk=values["section"]).first()
    published = values["published"]
    moment = f"{datetime.fromtimestamp(published[0], UTC):%Y-%m-%d %H:%M} ({published[1]})" if published else ""
    return {
        **{name: str(value) for name, value in values.items() if isinstance(value, str)},
        "body": plain_text(values["body"]),
        "section": section.name if section else "",
        "published": moment,
        "authors": ", ".join(Author.objects.filter(pk__in=values["authors"]).values_list("name", flat=True)),
    }
