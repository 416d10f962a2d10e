"""One import: inputs in, articles written, a report out."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, groupby, islice

from django.db import transaction

from archive.ingest.containers import Part, parts_of
from archive.ingest.formats import reader_named, recognise
from archive.ingest.furniture import PageLines, RepeatedLines
from archive.ingest.inputs import Input, damaged, find_inputs, unreadable
from archive.ingest.load import Loader, LoadOptions
from archive.ingest.names import DEFAULT_NAMES, FieldNames, UnreadNames
from archive.ingest.readers import ReadContext, Reader
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG
from archive.ingest.unpacking import DAMAGED
from archive.models import Capture

PAGES_LEARNT = 1000
"""How many pages of a folder are read to learn what its site repeats."""

CAPTURES_LEARNT = 200
ANY_FORMAT = "auto"


@dataclass(slots=True)
class Import:
    """Reads what an operator named, folder by folder, and loads it."""

    options: LoadOptions
    report: ImportReport = field(default_factory=ImportReport)
    format_name: str = ANY_FORMAT
    on_input: Callable[[str], None] = lambda origin: None
    names: FieldNames = DEFAULT_NAMES
    unread: UnreadNames = field(default_factory=UnreadNames)

    def run(self, names: Iterable[str]) -> ImportReport:
        """Import NAMES (files, folders, patterns, "-") and return the report; what cannot be read is in it."""
        loader = Loader(self.options, self.report)
        with transaction.atomic() if self.options.dry_run else nullcontext():
            loader.begin()
            for _folder, inputs in groupby(find_inputs(names), key=lambda item: item.folder):
                self._import_folder(list(inputs), loader)
            loader.finish()
            if unread := ", ".join(self.unread):
                self.report.tell(Note("names_unread", {"fields": unread}))
            if self.options.dry_run:
                transaction.set_rollback(True)
        return self.report

    def _import_folder(self, inputs: list[Input], loader: Loader) -> None:
        repeated = self._learn(inputs)
        for item in chain.from_iterable(map(parts_of, inputs)):
            if item.skipped:
                self.report.add(Entry(Outcome.SKIPPED, item.origin, reasons=(item.skipped,)))
                continue
            self.on_input(item.origin)
            for found in self._read(item, repeated):
                loader.add(found)

    def _read(self, item: Input | Part, repeated: RepeatedLines) -> Iterator[Record | Rejected]:
        try:
            with item.open() as (head, stream):
                reader = self._reader(head, item.file_name)
                context = ReadContext(
                    item.origin, item.file_name, self.format_name != ANY_FORMAT, repeated, self.names, self.unread
                )
                yield from reader.read(stream, context)
        except UnreadableInputError as problem:
            yield Rejected(item.origin, problem.note)
        except DAMAGED as problem:
            yield Rejected(item.origin, damaged(problem))
        except OSError as problem:
            yield Rejected(item.origin, unreadable(problem))

    def _reader(self, head: bytes, file_name: str) -> Reader:
        if not head:
            raise UnreadableInputError(Note("file_empty"))
        if self.format_name != ANY_FORMAT:
            return reader_named(self.format_name)
        if reader := recognise(head, file_name):
            return reader
        raise UnreadableInputError(Note("format_unknown"))

    # --- What a source's pages repeat ---

    def _learn(self, inputs: list[Input]) -> RepeatedLines:
        """Count the lines of the saved pages among INPUTS, and of those the archive has from their source already."""
        pages: dict[str, PageLines] = {}
        files = [item for item in inputs if item.path and not item.problem and not item.skipped]
        step = max(len(files) // PAGES_LEARNT, 1)
        for item in islice(chain.from_iterable(map(parts_of, files[::step])), PAGES_LEARNT):
            if found := self._page_lines(item):
                digest, lines = found
                pages[digest] = lines
        if pages and self.options.source not in ("", UNKNOWN_SOURCE_SLUG):
            self._learn_captures(pages)
        return RepeatedLines.learn(list(pages.values()))

    def _page_lines(self, item: Input | Part) -> tuple[str, PageLines] | None:
        try:
            with item.open() as (head, stream):
                reader = self._reader(head, item.file_name)
                if not isinstance(reader, SavedText):
                    return None
                raw = reader.page_bytes(stream)
        except (UnreadableInputError, OSError, *DAMAGED):
            return None
        lines = reader.lines(raw)
        return (sha256(raw).hexdigest(), lines) if lines else None

    def _learn_captures(self, pages: dict[str, PageLines]) -> None:
        captures = (
            Capture.objects.filter(
                imported_records__source__slug=self.options.source,
                imported_records__reader__startswith=f"{SavedText.name} ",
            )
            .exclude(sha256__in=list(pages))
            .order_by("-pk")
            .distinct()[:CAPTURES_LEARNT]
        )
        for capture in captures:
            if lines := SavedText().lines(capture.content):
                pages[capture.sha256] = lines
