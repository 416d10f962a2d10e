"""Records to articles, in batches: each batch is one transaction, and the same record twice changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import Q

from archive.entities.linking import Gazetteer, link_mentions
from archive.ingest.identity import (
    SAME_TEXT_SHARE,
    is_known_by_title,
    likeness,
    namesake_key,
    record_digest,
    record_key,
)
from archive.ingest.records import Note, ReadDate, Record, Rejected
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG, Shelves, localise, zone_notes
from archive.ingest.writing import Change, Pending, Writer, changes_of
from archive.models import Article, ImportedRecord, Source
from archive.text.html import plain_text

RECORDS_PER_BATCH = 200
BYTES_PER_BATCH = 16 * 1024 * 1024
COMPARED = 20
"""With how many articles of the same bytes a record's text is compared."""

NOTES_OF_NO_DATE = frozenset(
    {"date_unread", "date_contradiction", "date_hijri", "several_dates", "date_updated_only"}
)


@dataclass(frozen=True, slots=True)
class LoadOptions:
    source: str = ""
    """The slug of the source of every record; empty: each record's own."""

    published: ReadDate | None = None
    """The date of records that carry none."""

    separate: bool = False
    """Make an article of bytes that another source has given already."""

    draft: bool = False
    dry_run: bool = False


class Loader:
    """Takes records one by one and writes them in batches; `begin` comes before them, `finish` writes the last batch."""

    def __init__(self, options: LoadOptions, report: ImportReport):
        self.options = options
        self.report = report
        self.shelves = Shelves()
        self.writer = Writer(self.shelves, draft=options.draft)
        self._gazetteer: Gazetteer | None = None
        self._batch: list[Pending] = []
        self._identities: set[tuple[int, str]] = set()
        self._batch_bytes = 0

    def begin(self) -> None:
        """Find or make the operator's source, and say so before there is anything to say of records."""
        if self.options.source:
            self.shelves.source(self.options.source, "")
            for note in self.shelves.take_notes():
                self.report.tell(note)

    def add(self, found: Record | Rejected) -> None:
        if isinstance(found, Rejected):
            outcome = Outcome.SKIPPED if found.skipped else Outcome.FAILED
            self.report.add(Entry(outcome, found.origin, reasons=(found.note,)))
            return
        pending = self._pending(found)
        if pending.identities & self._identities:
            # It may mean an article of this very batch, which has to be there to be found.
            self.flush()
        self._batch.append(pending)
        self._identities |= pending.identities
        self._batch_bytes += len(found.raw)
        if len(self._batch) >= RECORDS_PER_BATCH or self._batch_bytes >= BYTES_PER_BATCH:
            self.flush()

    def finish(self) -> None:
        self.flush()
        if self.options.source in self.shelves.remove_unused():
            self.report.tell(Note("source_unused", {"source": self.options.source}))

    def flush(self) -> None:
        batch, self._batch, self._identities, self._batch_bytes = self._batch, [], set(), 0
        for entry in self._load_or_refuse(batch) if batch else ():
            self.report.add(entry)

    def _load_or_refuse(self, batch: Sequence[Pending]) -> list[Entry]:
        """Load a batch; when the database refuses it, one by one, so that only those at fault fail."""
        try:
            return self._load(batch)
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError) as problem:
            self.shelves.forget()
            if len(batch) == 1:
                return [self._refused(batch[0], problem)]
        return [entry for pending in batch for entry in self._load_or_refuse([pending])]

    @staticmethod
    def _refused(pending: Pending, problem: Exception) -> Entry:
        note = Note("refused_by_database", {"problem": str(problem).partition("\n")[0]})
        return Entry.of_record(Outcome.FAILED, pending.record, note)

    def _pending(self, record: Record) -> Pending:
        source = self.shelves.source(self.options.source, record.source)
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
        )

    @transaction.atomic
    def _load(self, batch: Sequence[Pending]) -> list[Entry]:
        known = _Known(batch)
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
        ids = [article.pk for article in created]
        ids += [change.article.pk for change in changes if "body" in change.fields]
        if ids:
            self._gazetteer = self._gazetteer or Gazetteer.load()
            link_mentions(ids, gazetteer=self._gazetteer)


def _may_be_one(source: Source, other: Source) -> bool:
    """Are they one, or may they be, because one is not known?"""
    return source == other or UNKNOWN_SOURCE_SLUG in (source.slug, other.slug)


def _held_by_another(pending: Pending, article: Article) -> Entry:
    note = Note("same_bytes", {"source": article.source.slug, "article": article.pk})
    return Entry.of_record(Outcome.UNCHANGED, pending.record, note, article_id=article.pk)


def _date_notes(pending: Pending) -> list[Note]:
    said = any(note.code in NOTES_OF_NO_DATE for note in pending.record.notes)
    return [Note("no_date")] if pending.published_at is None and not said else []


def _text_notes(pending: Pending) -> list[Note]:
    return [] if pending.record.has_text else [Note("no_text")]


class _Known:
    """What the archive already holds that the records of a batch could mean, in a few queries."""

    def __init__(self, batch: Sequence[Pending]):
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
        if urls:
            for article in articles.filter(source__in=sources, original_url__in=urls).order_by("-pk"):
                self._by_url[article.source_id, article.original_url] = article
        for article in articles.filter(source__in=sources, external_id__in=keys):
            self._by_identity[article.source_id, article.external_id] = article
        self._written = self._last_written(
            [*self._articles, *(a.pk for a in self._by_url.values()), *(a.pk for a in self._by_identity.values())]
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
        if not articles and (source_id, key) in self._by_identity:
            articles = [self._by_identity[source_id, key]]
        if is_known_by_title(pending.record):
            return self._namesake(pending, articles)
        if articles:
            return articles[0], key, []
        twin = self._by_url.get((source_id, pending.record.url)) if pending.record.url else None
        if twin is None:
            return None, key, []
        if not pending.record.external_id or _is_same_text(pending.record, twin):
            return twin, key, []
        return None, key, [Note("same_url")]

    def of_same_bytes(self, pending: Pending) -> Article | None:
        """The article that was read from the record's very bytes before, of its source rather than of another."""
        articles = [self._articles[article_id] for article_id in self._by_bytes.get(pending.sha256, ())]
        # Where several articles were read from the same bytes, it is the one of the same identity, or of the same text.
        same = [article for article in articles if article.external_id == pending.key]
        same = same or [article for article in articles[:COMPARED] if _is_same_text(pending.record, article)]
        return min(same, key=lambda article: not _may_be_one(pending.source, article.source), default=None)

    @staticmethod
    def _namesake(pending: Pending, articles: Sequence[Article]) -> tuple[Article | None, str, list[Note]]:
        same = next((article for article in articles if _is_same_text(pending.record, article)), None)
        if same or not articles:
            return same, pending.key, []
        return None, namesake_key(pending.key, pending.record.body), [Note("same_title")]


def _is_same_text(record: Record, article: Article) -> bool:
    return likeness(plain_text(record.body), article.text) >= SAME_TEXT_SHARE
