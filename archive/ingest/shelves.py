"""Sources, sections and authors as records name them: found, or made on demand."""

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Lower
from django.utils import timezone

from archive.ingest.journal import Journal, note_of
from archive.ingest.records import Note, ReadDate
from archive.models import Author, ImportedRecord, Section, Source
from archive.text.slugs import NO_SLUG, slugify

UNKNOWN_SOURCE_SLUG = Source.UNKNOWN_SLUG
UNKNOWN_SOURCE = {"name": "مصدر غير معروف", "name_latin": "Unknown source"}
MAX_NAME_CHARS = 200
MAX_SLUG_CHARS = 100
MAX_POSITION = 32_767
NEAR = 0.75
"""How like two names are, from 0 to 1, when one could be the other mistyped."""

REMEMBERED_AUTHORS = 50_000


class Shelves:
    """Remembers what it found or made during one import; what sources it made, in the import's JOURNAL too."""

    def __init__(self, journal: Journal | None = None):
        self._journal = journal
        self._sources: dict[str, Source] = {}
        self._sections: dict[str, Section] = {}
        self._authors: dict[str, int] = {}
        self._made: dict[str, list] = dict(journal.memory.get("sources", {})) if journal else {}
        """What there is to say of the sources that were made, by their ids; nothing of those that are told."""

        self._noted: set[str] = set()
        self._notes: list[Note] = []

    def source(self, slug: str, name: str) -> Source:
        """The source with SLUG; without one the source called NAME; without either the unknown source."""
        wanted = slug or name[:MAX_NAME_CHARS]
        if wanted not in self._sources:
            with transaction.atomic():
                source = self._find_source(slug, name[:MAX_NAME_CHARS])
            self._sources[wanted] = source
            source_id = str(source.pk)
            if self._made.get(source_id) and source_id not in self._noted:
                self._noted.add(source_id)
                self._notes.append(note_of(self._made[source_id]))
        return self._sources[wanted]

    def told(self, source_ids: Iterable[int]) -> None:
        """What there was to say of the sources with SOURCE_IDS stands in the report."""
        for source_id in map(str, source_ids):
            if self._made.get(source_id):
                self._made[source_id] = []

    def take_notes(self) -> list[Note]:
        """What there is to say about sources made since this was asked last: a name may have been mistyped."""
        notes, self._notes = self._notes, []
        return notes

    def _find_source(self, slug: str, name: str) -> Source:
        if not slug and name and (found := Source.objects.filter(name=name).order_by("pk").first()):
            return found
        address = slugify(slug or name)[:MAX_SLUG_CHARS] if slug or name else NO_SLUG
        if address in {NO_SLUG, UNKNOWN_SOURCE_SLUG}:
            return Source.objects.get_or_create(slug=UNKNOWN_SOURCE_SLUG, defaults=UNKNOWN_SOURCE)[0]
        if found := Source.objects.filter(slug=slug).first() if slug else None:
            return found
        near = _near_sources(address, slug or name)
        source, is_new = Source.objects.get_or_create(slug=address, defaults={"name": slug or name})
        if is_new:
            values = {"source": source_label(source.name, source.slug)}
            note = Note("source_new_near", {**values, "near": near}) if near else Note("source_new", values)
            self._made[str(source.pk)] = list(note)
            if self._journal:
                self._journal.remember(sources=self._made)
        return source

    def section(self, name: str) -> Section | None:
        """The section called NAME; None when it is no name."""
        name = name[:MAX_NAME_CHARS]
        address = slugify(name)[:MAX_SLUG_CHARS] if name else NO_SLUG
        if address == NO_SLUG:
            return None
        if name not in self._sections:
            found = Section.objects.filter(name=name).order_by("pk").first()
            self._sections[name] = found or self._make_section(address, name)
        return self._sections[name]

    @staticmethod
    def _make_section(address: str, name: str) -> Section:
        """A section after all others: where it belongs among them is for an editor to say."""
        last = Section.objects.aggregate(last=Max("position"))["last"] or 0
        position = min(last + 1, MAX_POSITION)
        return Section.objects.get_or_create(slug=address, defaults={"name": name, "position": position})[0]

    def author_ids(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of the authors called NAMES, made where they are missing."""
        # In one order: two imports that wait for each other's new authors would wait for ever.
        wanted = {name[:MAX_NAME_CHARS]: name for name in sorted(names)}
        missing = [name for name in wanted if name not in self._authors]
        if missing:
            self._find_authors(missing)
        return {full: self._authors[name] for name, full in wanted.items()}

    def remembers(self, section: str, authors: Iterable[str]) -> bool:
        """Were the SECTION and all AUTHORS asked for before?"""
        is_known = not section or section[:MAX_NAME_CHARS] in self._sections
        return is_known and all(name[:MAX_NAME_CHARS] in self._authors for name in authors)

    def _find_authors(self, names: list[str]) -> None:
        if len(self._authors) > REMEMBERED_AUTHORS:
            self._authors.clear()
        Author.objects.bulk_create([Author(name=name) for name in names], ignore_conflicts=True)
        found = Author.objects.annotate(small=Lower("name"))
        ids = dict(found.filter(name__in=names).values_list("small", "pk"))
        for name in names:
            key = name.lower()
            self._authors[name] = ids[key] if key in ids else Author.objects.get(name__iexact=name).pk

    def remove_unused(self) -> list[str]:
        """Take back the sources that were made for records of which nothing came; return their slugs."""
        used = ImportedRecord.objects.filter(source__in=self._made).values("source")
        unused = Source.objects.filter(pk__in=self._made, articles=None).exclude(pk__in=used)
        slugs = list(unused.values_list("slug", flat=True))
        unused.delete()
        return slugs

    def forget(self) -> None:
        """Forget the sections and authors that may have been made in a transaction that was taken back."""
        self._sections.clear()
        self._authors.clear()


def may_be_source(slug: str) -> bool:
    """Is SLUG that of a source, or one that a new source could have?"""
    is_address = slug != NO_SLUG and slug == slugify(slug)[:MAX_SLUG_CHARS]
    return is_address or Source.objects.filter(slug=slug).exists()


def source_label(name: str, slug: str) -> str:
    """What operators call a source: its NAME, with its SLUG where that is no spelling of it."""
    return name if slugify(name)[:MAX_SLUG_CHARS] == slug else f"{name} ({slug})"


def _near_sources(slug: str, name: str) -> str:
    """The sources that are written like a new one, the likest first."""
    by_spelling = {}
    for known_slug, known_name in Source.objects.exclude(slug=UNKNOWN_SOURCE_SLUG).values_list("slug", "name"):
        by_spelling |= dict.fromkeys((known_slug, known_name), source_label(known_name, known_slug))
    found = [*get_close_matches(slug, by_spelling, cutoff=NEAR), *get_close_matches(name, by_spelling, cutoff=NEAR)]
    return ", ".join(dict.fromkeys(by_spelling[spelling] for spelling in found))


def localise(date: ReadDate | None, source: Source) -> datetime | None:
    """Return the moment DATE means; without a zone of its own, in the source's, else the site's."""
    if date is None:
        return None
    if date.value.tzinfo is not None:
        return date.value
    return date.value.replace(tzinfo=_zone(source))


def zone_notes(date: ReadDate | None, source: Source) -> list[Note]:
    """What there is to say of the zone in which `localise` reads DATE: the source's may be none."""
    if date is None or date.value.tzinfo is not None or not source.time_zone or _known_zone(source):
        return []
    return [Note("zone_unknown", {"zone": source.time_zone, "taken": str(_zone(source))})]


def _zone(source: Source) -> ZoneInfo:
    return _known_zone(source) or timezone.get_default_timezone()


def _known_zone(source: Source) -> ZoneInfo | None:
    try:
        return ZoneInfo(source.time_zone) if source.time_zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
