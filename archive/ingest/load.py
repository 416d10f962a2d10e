"""Records to articles, in batches: each batch is one transaction, and the same record twice changes nothing."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from archive.copies.finding import find_copies
from archive.entities.linking import link_mentions
from archive.ingest.addresses import is_one_page
from archive.ingest.identity import (
    SAME_TEXT_SHARE,
    is_known_by_title,
    is_of_a_row,
    likeness,
    namesake_key,
    record_digest,
    record_key,
)
from archive.ingest.journal import START, Journal, Place
from archive.ingest.options import LoadOptions
from archive.ingest.patience import Patience, StoppedError
from archive.ingest.records import Note, Record, Rejected, Skipped
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.set_aside import failed_again, put_aside, solve, solve_same_bytes
from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG, Shelves, localise, source_label, zone_notes
from archive.ingest.writing import Change, Pending, Writer, changes_of, is_as_written
from archive.models import Article, ImportedRecord, ImportRun, Source
from archive.text.html import plain_text
from archive.text.normalize import words

logger = logging.getLogger(__name__)

RECORDS_PER_BATCH = 200
BYTES_PER_BATCH = 16 * 1024 * 1024
"""How large the records of a batch are together; one that is larger is a batch by itself."""

COMPARED = 20
"""With how many articles of the same bytes a record's text is compared."""

NOTHING_TO_KEEP = frozenset({"file_missing", "file_not_regular", "file_empty"})
"""Reasons after which there are no bytes to try again."""

NOTES_OF_NO_DATE = frozenset(
    {"date_unread", "date_contradiction", "date_hijri", "date_modified_only", "several_dates"}
)


@dataclass(slots=True)
class Item:
    """Something an input held, on its way into the archive: a record, or the entry of what is none.

    PLACE is where the import is when it is written. AGAIN is the number of the record set aside that it was read from.
    """

    found: Pending | Entry
    place: Place
    origin: str = ""
    bytes_done: int = 0
    rejected: Rejected | None = None
    again: int | None = None


class Loader:
    """Takes records one by one and writes them in batches; `begin` comes before them, `finish` writes the last batch.

    A batch is one transaction together with its place in the JOURNAL, where there is one. Where batches begin and end
    depends on the records alone, so that an import that was stopped and taken up again writes the same.
    """

    def __init__(
        self,
        options: LoadOptions,
        report: ImportReport,
        *,
        journal: Journal | None = None,
        patience: Patience | None = None,
    ):
        self.options = options
        self.report = report
        self.journal = journal
        self.patience = patience or Patience()
        self.shelves = Shelves(journal)
        self.writer = Writer(self.shelves, draft=options.draft, announce=options.announce)
        self._batch: list[Item] = []
        self._identities: set[tuple[int, str]] = set()
        self._batch_bytes = 0

    def begin(self) -> None:
        """Find or make the operator's source, and say so before there is anything to say of records."""
        if self.options.source:
            source = self.patience.take(lambda: self.shelves.source(self.options.source, ""))
            for note in self.shelves.take_notes():
                self.tell(note)
            self.shelves.told([source.pk])

    def add(self, found: Record | Rejected | Skipped | Entry, place: Place = START, **whence) -> None:
        """Take what was FOUND; PLACE is where the import is behind it. Raises StoppedError when it is to stop.

        What is in the batch then is not written: whoever takes the import up again reads it again.
        """
        if self.patience.stopping():
            raise StoppedError
        if isinstance(found, Record):
            self._add_record(found, place, whence)
        elif isinstance(found, Rejected):
            entry = Entry(Outcome.FAILED, found.origin, reasons=(found.note,))
            self._make_room(found.raw)
            self._batch.append(Item(entry, place, rejected=found, **whence))
            self._batch_bytes += len(found.raw or b"")
        elif isinstance(found, Skipped):
            entry = Entry(Outcome.SKIPPED, found.origin, reasons=(found.note,))
            self._batch.append(Item(entry, place, **whence))
        else:
            self._batch.append(Item(found, place, **whence))
        if len(self._batch) >= RECORDS_PER_BATCH or self._batch_bytes >= BYTES_PER_BATCH:
            self.flush()

    def _add_record(self, record: Record, place: Place, whence: dict) -> None:
        try:
            source = self.patience.take(lambda: self._source(record))
            pending = self._pending(record, source)
        except _OddRecordError as problem:
            self._refuse(record, problem.__cause__, place, whence)
            return
        except ValueError as problem:
            self._refuse(record, problem, place, whence)
            return
        if pending.identities & self._identities:
            # It may mean an article of this very batch, which has to be there to be found.
            self.flush()
        self._make_room(record.raw)
        self._batch.append(Item(pending, place, **whence))
        self._identities |= pending.identities
        self._batch_bytes += len(record.raw)

    def _make_room(self, raw: bytes | None) -> None:
        """Write what is there, where RAW would make it more than is to be held."""
        if self._batch and self._batch_bytes + len(raw or b"") > BYTES_PER_BATCH:
            self.flush()

    def _source(self, record: Record) -> Source:
        try:
            return self.shelves.source(self.options.source, record.source)
        except (OperationalError, InterfaceError):
            raise
        except DatabaseError as problem:
            raise _OddRecordError from problem

    def _refuse(self, record: Record, problem: Exception, place: Place, whence: dict) -> None:
        """Take a record that cannot even be compared with what is there."""
        note = _refusal(problem)
        entry = Entry.of_record(Outcome.FAILED, record, note)
        rejected = Rejected(record.origin, note, record.raw, record.reader, record.file_name)
        self._make_room(record.raw)
        self._batch.append(Item(entry, place, rejected=rejected, **whence))
        self._batch_bytes += len(record.raw)

    def finish(self) -> None:
        self.flush()
        if self.options.source in self.patience.take(self.shelves.remove_unused):
            self.tell(Note("source_unused", {"source": self.options.source}))

    def tell(self, note: Note) -> None:
        self.report.tell(note)
        if self.journal:
            self.patience.take(lambda: self.journal.tell(note))

    def flush(self) -> None:
        batch, self._batch, self._identities, self._batch_bytes = self._batch, [], set(), 0
        if batch:
            for entry in self.patience.take(lambda: self._write(batch)):
                self.report.add(entry)

    def _write(self, batch: Sequence[Item]) -> list[Entry]:
        """Write a batch with the import's place behind it; return the entries of its items, in their order."""
        if self.journal and self.journal.is_written(batch[-1].place):
            # The connection broke when all was done but the answer.
            return self.journal.last_entries(len(batch))
        try:
            entries = self._write_at_once(batch)
        except BaseException:
            self.shelves.forget()
            raise
        if self.journal:
            self.journal.written(batch[-1].place)
        return entries

    def _write_at_once(self, batch: Sequence[Item]) -> list[Entry]:
        self._make_shelves([item.found for item in batch if isinstance(item.found, Pending)])
        with transaction.atomic():
            loaded = iter(self._load_or_refuse([item.found for item in batch if isinstance(item.found, Pending)]))
            entries = [next(loaded) if isinstance(item.found, Pending) else item.found for item in batch]
            for item, entry in zip(batch, entries, strict=True):
                self._keep_or_solve(item, entry)
            self._solve_others(batch, entries)
            if self.journal:
                last = batch[-1]
                told = {item.found.source.pk for item in batch if isinstance(item.found, Pending)}
                self.shelves.told(told)
                self.journal.write(last.place, entries, origin=last.origin, bytes_done=last.bytes_done)
        return entries

    def _make_shelves(self, batch: Sequence[Pending]) -> None:
        """Make the sections and authors that new records name, in transactions of their own.

        Made in that of the batch, they would keep every other import that names one of them waiting for its end. Each
        section has its own: two imports that meet them in another order would wait for each other.
        """
        strange = [one for one in batch if not self.shelves.remembers(one.record.section, one.record.authors)]
        if not strange:
            return
        sources, keys = {pending.source.pk for pending in strange}, {pending.key for pending in strange}
        rows = ImportedRecord.objects.filter(source__in=sources, key__in=keys)
        known = set(rows.values_list("source_id", "key", "digest"))
        new = [one for one in strange if (one.source.pk, one.key, one.digest) not in known]
        try:
            for name in dict.fromkeys(pending.record.section for pending in new):
                with transaction.atomic():
                    self.shelves.section(name)
            with transaction.atomic():
                self.shelves.author_ids({name for pending in new for name in pending.record.authors})
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError):
            # Which record is at fault is found out when they are written.
            self.shelves.forget()

    def _keep_or_solve(self, item: Item, entry: Entry) -> None:
        """Set aside what failed; of what was set aside before, remember how it went this time."""
        note = entry.reasons[-1] if entry.reasons else Note("format_unknown")
        if item.again and entry.outcome is Outcome.FAILED:
            failed_again(item.again, note)
        elif item.again:
            solve(item.again, entry.article_id)
        elif entry.outcome is Outcome.FAILED and isinstance(item.found, Pending):
            record = item.found.record
            put_aside(
                self._run(),
                origin=record.origin,
                note=note,
                raw=record.raw,
                reader=record.reader,
                file_name=record.file_name,
            )
        elif item.rejected and item.rejected.note.code not in NOTHING_TO_KEEP:
            rejected = item.rejected
            put_aside(
                self._run(),
                origin=rejected.origin,
                note=note,
                raw=rejected.raw,
                reader=rejected.reader,
                file_name=rejected.file_name,
            )

    @staticmethod
    def _solve_others(batch: Sequence[Item], entries: Sequence[Entry]) -> None:
        imported = [
            (item.found.sha256, entry.article_id)
            for item, entry in zip(batch, entries, strict=True)
            if isinstance(item.found, Pending) and entry.outcome is not Outcome.FAILED
        ]
        solve_same_bytes(imported)

    def _run(self) -> ImportRun | None:
        return self.journal.run if self.journal else None

    def _load_or_refuse(self, batch: Sequence[Pending], *, is_fresh: bool = False) -> list[Entry]:
        """Load a batch; when the database refuses it, its halves, so that only those at fault fail.

        One by itself is tried once more: what was remembered of sections and authors may have been at fault.
        """
        if not batch:
            return []
        try:
            return self._load(batch)
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:
            self.shelves.forget()
            if len(batch) == 1 and not is_fresh:
                return self._load_or_refuse(batch, is_fresh=True)
            if len(batch) == 1:
                return [Entry.of_record(Outcome.FAILED, batch[0].record, _refusal(problem))]
        middle = len(batch) // 2
        return [*self._load_or_refuse(batch[:middle]), *self._load_or_refuse(batch[middle:])]

    def _pending(self, record: Record, source: Source) -> Pending:
        record.notes += self.shelves.take_notes()
        record.published = record.published or self.options.published
        record.notes += zone_notes(record.published, source)
        return Pending(
            record=record,
            source=source,
            key=record_key(record),
            digest=record_digest(record),
            sha256=sha256(record.raw).hexdigest(),
            published_at=localise(record.published, source),
            has_text=record.has_text,
        )

    @transaction.atomic
    def _load(self, batch: Sequence[Pending]) -> list[Entry]:
        known = _Known(batch, any_source=not self.options.source)
        new: list[tuple[Pending, str]] = []
        changes: list[Change] = []
        entries: dict[int, Entry] = {}
        for place, pending in enumerate(batch):
            if (article_id := known.seen(pending)) is not None:
                entries[place] = Entry.of_record(Outcome.UNCHANGED, pending.record, article_id=article_id)
                continue
            article, key, pending.notes = known.match(pending)
            if article is None and (same := known.of_same_bytes(pending)):
                if _may_be_one(pending.source, same.source):
                    article, pending.notes = same, []
                elif not self.options.separate:
                    entries[place] = _held_by_another(pending, same)
                    continue
            if article is None:
                new.append((pending, key))
            else:
                changes.append(changes_of(pending, article, known.written(article), self.shelves))
        created = self.writer.create(new)
        self.writer.update(changes)
        self._link(created, changes)
        # What refers to something that is gone is found out now, while it can still be told which record it is.
        connection.check_constraints()
        places = {id(pending): place for place, pending in enumerate(batch)}
        for (pending, _), article in zip(new, created, strict=True):
            entries[places[id(pending)]] = Entry.of_record(
                Outcome.CREATED,
                pending.record,
                *pending.notes,
                *_text_notes(pending),
                *_date_notes(pending),
                article_id=article.pk,
            )
        for change in changes:
            entries[places[id(change.pending)]] = change.entry()
        return [entries[place] for place in range(len(batch))]

    def _link(self, created: Sequence[Article], changes: Sequence[Change]) -> None:
        changed = [change.article.pk for change in changes if "body" in change.fields]
        find_copies([*(article.pk for article in created), *changed], is_trial=self.options.dry_run)
        if changed:
            link_mentions(changed, gazetteer=self.writer.gazetteer)


class _OddRecordError(Exception):
    """The database refuses what a record says; its cause is why."""


def _refusal(problem: Exception) -> Note:
    """Why one record cannot be written while others can."""
    if isinstance(problem, DatabaseError | ValueError):
        return Note("refused_by_database", {"problem": str(problem).partition("\n")[0]})
    logger.error("A record cannot be written", exc_info=problem)
    return Note("record_broke", {"problem": type(problem).__name__})


def _may_be_one(source: Source, other: Source) -> bool:
    """Are they one, or may they be, because one is not known?"""
    return source == other or UNKNOWN_SOURCE_SLUG in (source.slug, other.slug)


def _held_by_another(pending: Pending, article: Article) -> Entry:
    label = source_label(article.source.name, article.source.slug)
    note = Note("same_bytes", {"source": label, "article": article.pk})
    return Entry.of_record(Outcome.UNCHANGED, pending.record, note, article_id=article.pk)


def _date_notes(pending: Pending) -> list[Note]:
    said = any(note.code in NOTES_OF_NO_DATE for note in pending.record.notes)
    return [Note("no_date")] if pending.published_at is None and not said else []


def _text_notes(pending: Pending) -> list[Note]:
    return [] if pending.has_text else [Note("no_text")]


class _Known:
    """What the archive already holds that the records of a batch could mean, in a few queries.

    Where nobody said whose they are, the address of a page is that of an article of ANY_SOURCE: a feed calls its source
    otherwise than the pages to which it leads.
    """

    def __init__(self, batch: Sequence[Pending], *, any_source: bool):
        sources = {pending.source.pk for pending in batch}
        keys = {pending.key for pending in batch}
        urls = {pending.record.url for pending in batch if pending.record.url}
        rows = ImportedRecord.objects.filter(
            Q(source__in=sources) | Q(article__source__slug=UNKNOWN_SOURCE_SLUG), key__in=keys
        )
        self._by_key: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
        self._unplaced: dict[tuple[str, str], int] = {}
        for source_id, slug, key, digest, article_id in rows.values_list(
            "source_id", "article__source__slug", "key", "digest", "article_id"
        ):
            self._by_key[source_id, key][digest] = article_id
            if slug == UNKNOWN_SOURCE_SLUG:
                self._unplaced[key, digest] = article_id
        unseen = [pending for pending in batch if self.seen(pending) is None]
        self._by_bytes = self._ids_by_bytes(unseen)
        wanted = {article_id for pending in unseen for article_id in self._ids(pending)}
        wanted.update(*self._by_bytes.values())
        articles = Article.objects.select_related("source").prefetch_related("authors")
        self._articles = {article.pk: article for article in articles.filter(pk__in=wanted)} if wanted else {}
        self._by_url: dict[tuple[int, str], Article] = {}
        self._by_identity: dict[tuple[int, str], Article] = {}
        self._elsewhere: dict[str, Article] = {}
        if urls:
            pages = {url for url in urls if any_source and is_one_page(url)}
            rows = articles.filter(Q(source__in=sources) | Q(original_url__in=pages), original_url__in=urls)
            # Said, because the index has no articles without an address, which a long list does not tell the planner.
            for article in rows.exclude(original_url="").order_by("-pk"):
                self._by_url[article.source_id, article.original_url] = article
                if article.original_url in pages:
                    self._elsewhere[article.original_url] = article
        for article in articles.filter(source__in=sources, external_id__in=keys):
            self._by_identity[article.source_id, article.external_id] = article
        self._written = self._last_written(
            article.pk
            for found in (self._articles, self._by_url, self._elsewhere, self._by_identity)
            for article in found.values()
        )

    @staticmethod
    def _ids_by_bytes(batch: Iterable[Pending]) -> dict[str, list[int]]:
        rows = ImportedRecord.objects.filter(capture__sha256__in={pending.sha256 for pending in batch}).order_by("pk")
        found: dict[str, list[int]] = defaultdict(list)
        for digest, article_id in rows.values_list("capture__sha256", "article_id"):
            found[digest].append(article_id)
        return found

    @staticmethod
    def _last_written(article_ids: Iterable[int]) -> dict[int, dict]:
        rows = ImportedRecord.objects.filter(article__in=set(article_ids)).order_by("pk")
        return dict(rows.values_list("article_id", "written"))

    def seen(self, pending: Pending) -> int | None:
        """The article into which this very record was read before."""
        return self._by_key.get((pending.source.pk, pending.key), {}).get(pending.digest)

    def _ids(self, pending: Pending) -> list[int]:
        """The articles the record's key means; else the one it became when its source was not yet known."""
        ids = list(dict.fromkeys(self._by_key.get((pending.source.pk, pending.key), {}).values()))
        unplaced = self._unplaced.get((pending.key, pending.digest))
        return ids if ids or unplaced is None else [unplaced]

    def written(self, article: Article) -> dict:
        return self._written.get(article.pk, {})

    def match(self, pending: Pending) -> tuple[Article | None, str, list[Note]]:
        """Return the article the record means, or None; the identity of a new one; and what there is to say."""
        source_id, key = pending.source.pk, pending.key
        articles = [self._articles[article_id] for article_id in self._ids(pending) if article_id in self._articles]
        notes: list[Note] = []
        if articles and is_of_a_row(pending.record):
            articles = [article for article in articles if self._is_same_article(pending.record, article)]
            if not articles:
                key, notes = namesake_key(key, pending.record.title + pending.record.body), [Note("same_id")]
        if not articles and (source_id, key) in self._by_identity:
            articles = [self._by_identity[source_id, key]]
        if is_known_by_title(pending.record):
            return self._namesake(pending, articles)
        if articles:
            return articles[0], key, []
        twin = self._by_url.get((source_id, pending.record.url)) if pending.record.url else None
        if twin is None:
            return self._of_other_source(pending), key, notes
        if not pending.record.external_id or self._is_same_text(pending.record, twin):
            return twin, key, []
        return None, key, [Note("same_url")]

    def _of_other_source(self, pending: Pending) -> Article | None:
        """The article of another source at the record's address, when it is of the site that both are from."""
        article = self._elsewhere.get(pending.record.url)
        is_sites = article and all(
            _is_from(source, pending.record.url) for source in (article.source, pending.source)
        )
        return article if is_sites and self._is_same_text(pending.record, article) else None

    def of_same_bytes(self, pending: Pending) -> Article | None:
        """The article that was read from the record's very bytes before, of its source rather than of another."""
        articles = [self._articles[article_id] for article_id in self._by_bytes.get(pending.sha256, ())]
        # Where several articles were read from the same bytes, it is the one of the same identity, or of the same text.
        same = [article for article in articles if article.external_id == pending.key]
        same = same or [article for article in articles[:COMPARED] if self._is_same_text(pending.record, article)]
        return min(same, key=lambda article: not _may_be_one(pending.source, article.source), default=None)

    def _namesake(self, pending: Pending, articles: Sequence[Article]) -> tuple[Article | None, str, list[Note]]:
        same = next((article for article in articles if self._is_same_text(pending.record, article)), None)
        if same or not articles:
            return same, pending.key, []
        return None, namesake_key(pending.key, pending.record.body), [Note("same_title")]

    def _is_same_article(self, record: Record, article: Article) -> bool:
        """Does RECORD say what ARTICLE does, in its address, its title or half of its text?

        Or its title or its text as they were before an editor changed them.
        """
        if (record.url and record.url == article.original_url) or words(record.title) == words(article.title):
            return True
        written = self.written(article)
        if is_as_written("title", record, written) or is_as_written("body", record, written):
            return True
        return record.has_text and bool(article.text) and _is_alike(record, article)

    def _is_same_text(self, record: Record, article: Article) -> bool:
        return _is_alike(record, article) or is_as_written("body", record, self.written(article))


def _is_from(source: Source, url: str) -> bool:
    """May URL be an address of SOURCE, whose own site is known or not?"""
    host, own = (urlsplit(one).hostname or "" for one in (url, source.url))
    own = own.removeprefix("www.")
    return not own or host == own or host.endswith(f".{own}")


def _is_alike(record: Record, article: Article) -> bool:
    return likeness(plain_text(record.body), article.text) >= SAME_TEXT_SHARE
