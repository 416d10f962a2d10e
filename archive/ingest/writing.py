"""Writing articles from records: new ones in bulk, known ones field by field, never over an editor's work."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils import timezone
from django.utils.translation import pgettext

from archive.entities.gazetteer import Gazetteer
from archive.entities.linking import link_new
from archive.ingest.formats import reader_named
from archive.ingest.records import Note, Record, RecordLink, RecordPicture
from archive.ingest.report import Entry, Outcome
from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG, Shelves, localise, source_label
from archive.models import Announcement, Article, ArticleLink, Capture, Image, ImportedRecord, Source
from archive.models.article import NEWS_DAYS
from archive.models.bulk import create_large, next_ids
from archive.text.html import plain_text
from archive.text.normalize import has_words, words

MAX_KICKER_CHARS = 200
MAX_PLACE_CHARS = 200
MAX_LINK_TITLE_CHARS = 500
MAX_FILE_NAME_CHARS = 500
MAX_ALTERNATIVE_CHARS = 300
LARGE_BYTES = 4 * 1024 * 1024
_DIGEST_DIGITS = 16

TEXT_FIELDS = ("title", "kicker", "summary", "body", "place", "language", "original_url")
FIELDS = (*TEXT_FIELDS, "section", "published", "authors")
"""What an import writes and an editor may change; each is compared and kept by itself."""


@dataclass(slots=True)
class Pending:
    """A record on its way in, with what the archive knows about it."""

    record: Record
    source: Source
    key: str
    digest: str
    sha256: str
    published_at: datetime | None
    has_text: bool
    notes: list[Note] = field(default_factory=list)

    @property
    def identities(self) -> set[tuple[int, str]]:
        """By what another record could mean the same article: what it is in its source, and an address in any."""
        return {(self.source.pk, self.key)} | ({(0, self.record.url)} if self.record.url else set())


@dataclass(slots=True)
class Change:
    """What a record changes in an article that is there: the fields, and those an editor has made his own."""

    pending: Pending
    article: Article
    values: dict[str, object]
    fields: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    written: dict[str, object] = field(default_factory=dict)
    links: bool = False
    pictures: bool = False
    gone: dict[str, frozenset[str]] = field(default_factory=dict)
    """By "links" and "pictures": which there were, and do not come back if they are not there any more."""

    def entry(self) -> Entry:
        changed = tuple(self.fields) + tuple(name for name in ("links", "pictures") if getattr(self, name))
        notes = list(self.pending.notes)
        if self.kept:
            notes.append(Note("edits_kept", {"fields": field_names(self.kept)}))
        outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        return Entry.of_record(outcome, self.pending.record, *notes, article_id=self.article.pk, changed=changed)


def field_names(fields: Iterable[str]) -> str:
    """The FIELDS by the names that editors read in the admin."""
    known = (Article._meta.get_field("published_at" if name == "published" else name) for name in fields)
    return pgettext("between words of a list", ", ").join(str(field.verbose_name) for field in known)


def changes_of(pending: Pending, article: Article, written: dict[str, object], shelves: Shelves) -> Change:
    """Compare a record with the article it means. WRITTEN is what the last import left there.

    A field is written when the article still holds what the last import left, and the record says something else;
    nothing never replaces something, and what an editor has emptied stays empty.
    """
    values = _record_values(pending, shelves)
    current = article_values(article)
    change = Change(pending, article, values)
    for name in FIELDS:
        now = _digest(current[name])
        # Of an article that no import wrote nothing is known of what was left empty on purpose.
        untouched = written.get(name) == now or (not written.get(name) and _is_empty(current[name]))
        wanted = _digest(values[name])
        change.written[name] = written.get(name, "")
        if wanted == now:
            change.written[name] = now
        elif _is_empty(values[name]):
            continue
        elif name == "published" and article.embargo_until:
            # An editor said when it may come out: no record brings it out before.
            change.kept.append(name)
        elif untouched:
            change.fields.append(name)
            change.written[name] = wanted
        elif wanted != written.get(name):
            change.kept.append(name)
    # One that an editor chose, or that is known from elsewhere, stays.
    if article.source_id != pending.source.pk and article.source.slug == UNKNOWN_SOURCE_SLUG:
        change.fields.append("source")
        label = source_label(pending.source.name, pending.source.slug)
        pending.notes = [*pending.notes, Note("source_found", {"source": label})]
    was_empty = not has_words(article.summary, article.text)
    if article.status == Article.Status.DRAFT and was_empty and pending.has_text:
        pending.notes = [*pending.notes, Note("text_came")]
    change.links = _compare_beside(change, written, "links", pending.record.links, _link_key)
    change.pictures = _compare_beside(change, written, "pictures", pending.record.pictures, _picture_key)
    return change


def is_as_written(name: str, record: Record, written: dict[str, object]) -> bool:
    """Does RECORD say as its NAME, the title or the body, what the last import wrote, as WRITTEN has it?

    An editor may have changed that since. What says nothing is no sign of anything.
    """
    said = getattr(record, name)
    return written.get(name) == _digest(said) and has_words(plain_text(said))


def _compare_beside(
    change: Change, written: dict[str, object], name: str, beside: Sequence[tuple], key: Callable[[tuple], object]
) -> bool:
    """Whether what stands BESIDE the text, the links or the pictures, is other than the last import left it.

    What was there before and is not any more an editor took away; it does not come back.
    """
    is_new = bool(beside) and _digest_of_all(beside) != written.get(name)
    change.gone[name] = frozenset(written.get(f"{name}_known", ())) if is_new else frozenset()
    told = _beside(name, beside, key) if is_new else {part: written.get(part) for part in (name, f"{name}_known")}
    change.written |= {part: value for part, value in told.items() if value is not None}
    return is_new


def _beside(name: str, beside: Sequence[tuple], key: Callable[[tuple], object]) -> dict[str, object]:
    """What is remembered of the links or pictures that an import left: all of them, and by what each is known."""
    known = {f"{name}_known": sorted({_digest(key(one)) for one in beside})} if beside else {}
    return {name: _digest_of_all(beside), **known}


def _link_key(link: RecordLink | ArticleLink) -> list[str]:
    return [link.kind, words(link.title[:MAX_LINK_TITLE_CHARS]) or link.url]


def _picture_key(picture: RecordPicture | Image) -> str:
    return picture.url


def _digest_of_all(beside: Sequence[tuple]) -> str:
    return _digest([list(one) for one in beside])


def _record_values(pending: Pending, shelves: Shelves) -> dict[str, object]:
    record = pending.record
    section = shelves.section(record.section)
    return {
        "title": record.title,
        "kicker": record.kicker[:MAX_KICKER_CHARS],
        "summary": record.summary,
        "body": record.body,
        "place": record.place[:MAX_PLACE_CHARS],
        "language": record.language,
        "original_url": record.url,
        "section": section.pk if section else None,
        "published": _published(pending),
        "authors": sorted(shelves.author_ids(record.authors).values()),
    }


def _published(pending: Pending) -> list | None:
    if pending.published_at is None:
        return None
    return [int(pending.published_at.timestamp()), pending.record.published.precision]


def article_values(article: Article) -> dict[str, object]:
    """What ARTICLE says in each of FIELDS: sections and authors by their ids, a date as seconds and its precision."""
    published = article.published_at and [int(article.published_at.timestamp()), article.date_precision]
    return {
        **{name: getattr(article, name) for name in TEXT_FIELDS},
        "section": article.section_id,
        "published": published,
        "authors": sorted(author.pk for author in article.authors.all()),
    }


def _is_empty(value: object) -> bool:
    return value in ("", None, [])


def _digest(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:_DIGEST_DIGITS]


RECENT = timedelta(days=4)
"""What is dated earlier nobody takes for news (`archive.subscriptions.matching`)."""


class Writer:
    """Writes a batch of records inside the transaction of its caller."""

    def __init__(self, shelves: Shelves, *, draft: bool, announce: bool = False):
        self._shelves = shelves
        self._announce = announce
        self._gazetteer: Gazetteer | None = None
        self._status = Article.Status.DRAFT if draft else Article.Status.PUBLISHED

    @property
    def gazetteer(self) -> Gazetteer:
        """The names as they are when the first article is written."""
        self._gazetteer = self._gazetteer or Gazetteer.current()
        return self._gazetteer

    def create(self, new: Sequence[tuple[Pending, str]]) -> list[Article]:
        """Make an article of each record, under the identity beside it, with the names in it."""
        if not new:
            return []
        self._shelves.author_ids({name for pending, _ in new for name in pending.record.authors})
        captures = _keep_captures([pending for pending, _ in new])
        values = [_record_values(pending, self._shelves) for pending, _ in new]
        articles = [
            self._article(pending, key, wanted, captures) for (pending, key), wanted in zip(new, values, strict=True)
        ]
        for article, article_id in zip(articles, next_ids(Article, len(articles)), strict=True):
            article.pk = article_id
        link_new(((article.pk, plain_text(article.body)) for article in articles), self.gazetteer)
        Article.objects.bulk_create(articles)
        authors = Article.authors.through
        authors.objects.bulk_create(
            authors(article_id=article.pk, author_id=author_id)
            for article, wanted in zip(articles, values, strict=True)
            for author_id in wanted["authors"]
        )
        ArticleLink.objects.bulk_create(
            link
            for article, (pending, _) in zip(articles, new, strict=True)
            for link in _links(article, pending.record)
        )
        Image.objects.bulk_create(
            picture
            for article, (pending, _) in zip(articles, new, strict=True)
            for picture in _pictures(article, pending.record)
        )
        ImportedRecord.objects.bulk_create(
            self._row(pending, article, captures, self._written(pending, wanted))
            for article, (pending, _), wanted in zip(articles, new, values, strict=True)
        )
        self._keep_quiet(articles)
        return articles

    def _keep_quiet(self, articles: Iterable[Article]) -> None:
        """Have subscribers not told of ARTICLES that could be taken for news, unless that was asked for."""
        if not self._announce:
            since = timezone.now() - RECENT
            Announcement.objects.bulk_create(
                (Announcement(article=article) for article in articles if _is_dated_since(article, since)),
                ignore_conflicts=True,
            )

    def _article(self, pending: Pending, key: str, values: dict, captures: dict[str, int]) -> Article:
        record = pending.record
        return Article(
            **{name: values[name] for name in TEXT_FIELDS},
            section_id=values["section"],
            source=pending.source,
            published_at=pending.published_at,
            date_precision=record.published.precision if record.published else Article.Precision.UNKNOWN,
            collected_at=localise(record.collected, pending.source) or timezone.now(),
            status=_held_back(self._status, pending.published_at) if _may_be_read(pending) else Article.Status.DRAFT,
            external_id=key,
            capture_id=captures[pending.sha256],
        )

    @staticmethod
    def _written(pending: Pending, values: dict) -> dict[str, object]:
        return {
            **{name: _digest(values[name]) for name in FIELDS},
            **_beside("links", pending.record.links, _link_key),
            **_beside("pictures", pending.record.pictures, _picture_key),
        }

    @staticmethod
    def _row(pending: Pending, article: Article, captures: dict[str, int], written: dict) -> ImportedRecord:
        record = pending.record
        return ImportedRecord(
            source=pending.source,
            key=pending.key,
            digest=pending.digest,
            article=article,
            capture_id=captures[pending.sha256],
            reader=f"{record.reader} {reader_named(record.reader).version}",
            written=written,
        )

    def update(self, changes: Sequence[Change]) -> None:
        """Write what the records change, and remember them as read."""
        if not changes:
            return
        captures = _keep_captures([change.pending for change in changes])
        # A version knows what goes with its article, and is made of the row: of what else changes alone, too.
        beside = [change.article.pk for change in changes if not change.fields and (change.links or change.pictures)]
        Article.objects.filter(pk__in=beside).update(updated_at=timezone.now())
        for change in changes:
            if change.fields:
                self._update_article(change, captures)
            if change.links:
                _replace_links(change)
            if change.pictures:
                _add_pictures(change)
        ImportedRecord.objects.bulk_create(
            self._row(change.pending, change.article, captures, change.written) for change in changes
        )

    def _update_article(self, change: Change, captures: dict[str, int]) -> None:
        article, pending = change.article, change.pending
        was_news = _is_dated_since(article, timezone.now() - timedelta(days=NEWS_DAYS))
        for name in set(TEXT_FIELDS) & set(change.fields):
            setattr(article, name, change.values[name])
        if "section" in change.fields:
            article.section_id = change.values["section"]
        if "published" in change.fields:
            article.published_at = pending.published_at
            article.date_precision = pending.record.published.precision
            article.status = _held_back(article.status, article.published_at)
        if "source" in change.fields:
            article.source = pending.source
        article.capture_id = captures[pending.sha256]
        article.save()
        if "published" in change.fields and not was_news:
            # What was news before is so by an editor, or was kept quiet when an import brought it.
            self._keep_quiet([article])
        if "authors" in change.fields:
            article.authors.set(change.values["authors"])


def _is_dated_since(article: Article, since: datetime) -> bool:
    """Whether readers see ARTICLE, or will, and it is dated later than SINCE."""
    return article.status in Article.SHOWN and article.published_at is not None and article.published_at > since


def _may_be_read(pending: Pending) -> bool:
    return pending.has_text and not pending.record.draft


def _held_back(status: str, published_at: datetime | None) -> str:
    """STATUS, but scheduled instead of published for what is dated in the future."""
    waits = published_at is not None and published_at > timezone.now()
    return Article.Status.SCHEDULED if waits and status == Article.Status.PUBLISHED else status


def _keep_captures(batch: Sequence[Pending]) -> dict[str, int]:
    """Keep the bytes of the records, equal ones once; return the captures' ids by their SHA-256."""
    captures: dict[str, Capture] = {}
    for pending in batch:
        record = pending.record
        if pending.sha256 not in captures:
            capture = Capture(
                sha256=pending.sha256,
                url=record.url,
                file_name=record.file_name[-MAX_FILE_NAME_CHARS:],
                content_type=record.content_type,
                encoding=record.encoding,
            )
            capture.content = record.raw
            captures[pending.sha256] = capture
    large = [capture for capture in captures.values() if len(capture.content_compressed) > LARGE_BYTES]
    for capture in large:
        create_large(capture)
    others = [capture for capture in captures.values() if capture not in large]
    Capture.objects.bulk_create(others, ignore_conflicts=True)
    return dict(Capture.objects.filter(sha256__in=captures).values_list("sha256", "pk"))


def _links(article: Article, record: Record) -> list[ArticleLink]:
    wanted: dict[tuple[str, ...], RecordLink] = {}
    for link in record.links:
        wanted.setdefault(tuple(_link_key(link)), link)
    return [
        ArticleLink(
            from_article=article,
            kind=link.kind,
            title=link.title[:MAX_LINK_TITLE_CHARS],
            url=link.url,
            origin=ArticleLink.Origin.PAGE,
            position=position,
        )
        for position, link in enumerate(wanted.values())
    ]


def _replace_links(change: Change) -> None:
    """Bring the links the page shows in line with the record; what an editor made, changed or deleted is left alone."""
    article = change.article
    shown = article.links.filter(origin=ArticleLink.Origin.PAGE)
    present = {_digest(_link_key(link)): link for link in shown}
    wanted = {_digest(_link_key(link)): link for link in _links(article, change.pending.record)}
    by_editors = {
        _digest([link.kind, words(link.title or (link.to_article.title if link.to_article else "")) or link.url])
        for link in article.links.exclude(origin=ArticleLink.Origin.PAGE).select_related("to_article")
    }
    # What no import left so, an editor has changed; where it is not known what one left, all is taken for its own.
    left = present.keys() & (change.gone["links"] or present.keys())
    article.links.filter(pk__in=[present[key].pk for key in left - wanted.keys()]).delete()
    there = present.keys() | by_editors | change.gone["links"]
    ArticleLink.objects.bulk_create(link for key, link in wanted.items() if key not in there)


def _pictures(article: Article, record: Record) -> list[Image]:
    return [
        Image(
            article=article,
            url=picture.url,
            caption=picture.caption,
            alternative_text=picture.alternative_text[:MAX_ALTERNATIVE_CHARS],
            position=position,
        )
        for position, picture in enumerate(record.pictures)
    ]


def _add_pictures(change: Change) -> None:
    """Add the pictures that the page shows now; those that are there are left as they are, and what was deleted too."""
    there = {_digest(url) for url in change.article.images.values_list("url", flat=True)} | change.gone["pictures"]
    pictures = _pictures(change.article, change.pending.record)
    Image.objects.bulk_create(picture for picture in pictures if _digest(_picture_key(picture)) not in there)
