"""One import: inputs in, articles written, a report out."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby, islice
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from django.db import transaction
from django.db.models import Max, QuerySet

from archive.ingest.containers import Part, parts_of
from archive.ingest.formats import READERS, reader_named, recognise
from archive.ingest.furniture import PageLines, RepeatedLines
from archive.ingest.inputs import Input, damaged, find_inputs, reader_broke, unreadable
from archive.ingest.journal import MAX_INPUT_CHARS, START, InputsChangedError, Journal, Place, storable
from archive.ingest.load import Loader
from archive.ingest.names import DEFAULT_NAMES, FieldNames, UnreadNames
from archive.ingest.options import LoadOptions
from archive.ingest.patience import Patience
from archive.ingest.readers import HEAD_BYTES, LineReader, PageReader, ReadContext, Reader, lines_of
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.records import Note, Record, Rejected, Skipped, UnreadableInputError
from archive.ingest.report import Entry, ImportReport, Outcome
from archive.ingest.set_aside import MAX_BYTES
from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG
from archive.ingest.unpacking import DAMAGED, Gauge
from archive.models import Capture, SetAsideRecord

logger = logging.getLogger(__name__)

CAPTURES_LEARNT = 200
MAX_NAME_CHARS = 50
LINE_READERS = tuple(reader.name for reader in READERS if isinstance(reader, LineReader))
LEARNT_COUNTS = sorted({reader.pages_learnt for reader in READERS if isinstance(reader, PageReader)})
ANY_FORMAT = "auto"
_NUMBER = re.compile("[:#][0-9]+$")


@dataclass(slots=True)
class Import:
    """Reads what an operator named, folder by folder, and loads it.

    With a JOURNAL it goes on where the journal's run stopped, and what it does is kept there; see `runs.carry_out`.
    """

    options: LoadOptions
    report: ImportReport = field(default_factory=ImportReport)
    format_name: str = ANY_FORMAT
    on_input: Callable[[str], None] = lambda origin: None
    journal: Journal | None = None
    patience: Patience = field(default_factory=Patience)
    _bytes_done: int = 0
    _unread: UnreadNames = field(default_factory=UnreadNames)
    _names: FieldNames = DEFAULT_NAMES

    def __post_init__(self):
        if self.options.mapping:
            self._names = FieldNames(self.options.mapping)

    def run(self, names: Iterable[str]) -> ImportReport:
        """Import NAMES (files, folders, patterns, "-") and return the report; what cannot be read is in it."""
        loader = self._loader()
        with transaction.atomic() if self.options.dry_run else nullcontext():
            loader.begin()
            numbered = enumerate(find_inputs(names))
            for _folder, inputs in groupby(numbered, key=lambda item: item[1].folder):
                self._import_folder(list(inputs), loader)
            loader.finish()
            if unread := ", ".join(self._unread):
                loader.tell(Note("names_unread", {"fields": unread}))
            if self.options.dry_run:
                transaction.set_rollback(True)
        return self.report

    def _loader(self) -> Loader:
        return Loader(self.options, self.report, journal=self.journal, patience=self.patience)

    def _import_folder(self, numbered: list[tuple[int, Input]], loader: Loader) -> None:
        done = self.journal.place if self.journal else START
        first, last = numbered[0][0], numbered[-1][0]
        if last < done.inputs:
            self._bytes_done += sum(size_of(item) for _number, item in numbered)
            return
        repeated = self._learn([item for _number, item in numbered], self._known_captures(first))
        for number, item in numbered:
            if number >= done.inputs:
                self._import_input(number, item, repeated, loader, done.records if number == done.inputs else 0)
            self._bytes_done += size_of(item)
        # What a folder's pages repeat is learnt from what stands in the archive, wherever an import was stopped.
        loader.flush()

    def _import_input(
        self, number: int, item: Input, repeated: RepeatedLines, loader: Loader, records_done: int
    ) -> None:
        if records_done and self.journal.run.origin != storable(item.origin)[:MAX_INPUT_CHARS]:
            raise InputsChangedError(self.journal.run.origin)
        self.on_input(item.origin)
        bytes_read = 0
        gauge = Gauge()
        for place, found in enumerate(self._found(item, repeated, gauge), 1):
            if isinstance(found, Record):
                bytes_read += len(found.raw)
            if place > records_done:
                # The records of a packed file are larger than what they were packed in.
                passed = gauge.passed if gauge.is_fed else bytes_read
                bytes_done = self._bytes_done + min(passed, size_of(item))
                loader.add(found, Place(number, place), origin=item.origin, bytes_done=bytes_done)

    def _found(self, item: Input, repeated: RepeatedLines, gauge: Gauge) -> Iterator[Record | Rejected | Entry]:
        for part in parts_of(item, gauge):
            if part.skipped:
                yield Entry(Outcome.SKIPPED, part.origin, reasons=(part.skipped,))
            else:
                yield from self._read(part, repeated, whole=item)

    def _known_captures(self, first: int) -> int:
        """The highest id of the captures that a folder may learn from, FIRST being the number of its first input.

        It is what was there when the folder was begun, however often it is taken up again.
        """
        if self.journal is None:
            return _newest_capture()
        if self.journal.memory.get("folder") != first:
            newest = self.patience.take(_newest_capture)
            self.patience.take(lambda: self.journal.remember(folder=first, captures=newest))
        return self.journal.memory["captures"]

    # --- What was set aside, again ---

    def retry(self, records: QuerySet[SetAsideRecord]) -> ImportReport:
        """Read RECORDS that were set aside again, and load what can be read of them now."""
        loader = self._loader()
        loader.begin()
        # One by one: their bytes together may be more than there is memory.
        one_by_one = (SetAsideRecord.objects.get(pk=pk) for pk in list(records.values_list("pk", flat=True)))
        by_folder = groupby(one_by_one, key=lambda record: str(Path(record.origin).parent))
        number = 0
        for folder, aside in by_folder:
            inputs = list(find_inputs([folder])) if Path(folder).is_dir() else []
            repeated = self._learn([item for item in inputs if item.folder == folder], _newest_capture())
            for record in aside:
                number += 1
                for place, found in enumerate(self._read_again(record, repeated), 1):
                    loader.add(found, Place(number, place), origin=record.origin, again=record.pk)
        loader.finish()
        return self.report

    def _read_again(self, record: SetAsideRecord, repeated: RepeatedLines) -> Iterator[Record | Rejected]:
        reader = record.reader.partition(" ")[0]
        if reader == SavedText.name:
            # It takes what no other does; there may be another now.
            reader = ""
        if (content := record.content) is None:
            yield from self._read_in_place(record.origin, repeated, reader)
            return
        with TemporaryDirectory() as folder:
            # Under the end of its own name, which may decide what it is.
            path = Path(folder, f"-{PurePath(record.file_name).name[-MAX_NAME_CHARS:]}")
            path.write_bytes(content)
            found = list(self._read(Input(record.origin, path=path), repeated, reader))
        # Nothing is no better than what was there before.
        found = found or [Rejected(record.origin, Note(record.code, record.values))]
        for one in found:
            # A line of a file is line 1 of what was kept of it.
            one.origin = record.origin if len(found) == 1 else one.origin
            if isinstance(one, Rejected) and one.note.code == record.code:
                one.note = Note(record.code, record.values)
        yield from found

    def _read_in_place(self, origin: str, repeated: RepeatedLines, reader: str) -> Iterator[Record | Rejected]:
        """What stands at ORIGIN now: a file, a file in a container, or a record in one of them by its number."""
        for place in _places(origin):
            path = next((path for path in (Path(place), *Path(place).parents) if path.is_file()), None)
            item = next(find_inputs([str(path)])) if path else None
            for part in parts_of(item) if item else ():
                if part.origin == place:
                    found = self._read(part, repeated, reader, whole=item)
                    yield from found if place == origin else _numbered(found, origin)
                    return
        yield Rejected(origin, Note("file_missing"))

    def _read(
        self, item: Input | Part, repeated: RepeatedLines, reader_name: str = "", whole: Input | None = None
    ) -> Iterator[Record | Rejected | Skipped]:
        """What ITEM holds, which is WHOLE or a part of it."""
        file = whole if whole and whole.origin == item.origin else item
        try:
            with item.open() as (head, stream):
                reader = self._reader(head, item.file_name, reader_name)
                context = ReadContext(
                    item.origin, item.file_name, self.format_name != ANY_FORMAT, repeated, self._names, self._unread
                )
                for found in reader.read(stream, context):
                    is_whole = isinstance(found, Rejected) and found.raw is None and found.origin == file.origin
                    yield _rejected(file, found.note) if is_whole else found
        except UnreadableInputError as problem:
            yield _rejected(file, problem.note)
        except DAMAGED as problem:
            yield _rejected(file, damaged(problem))
        except OSError as problem:
            yield _rejected(file, unreadable(problem))
        except Exception as problem:
            # A reader's fault must not keep the other files out.
            logger.exception("%s cannot be read", item.origin)
            yield _rejected(file, reader_broke(problem))

    def _reader(self, head: bytes, file_name: str, reader_name: str = "") -> Reader:
        if not head:
            raise UnreadableInputError(Note("file_empty"))
        if reader_name or self.format_name != ANY_FORMAT:
            return reader_named(reader_name or self.format_name)
        if reader := recognise(head, file_name):
            return reader
        raise UnreadableInputError(Note("format_unknown"))

    # --- What a source's pages repeat ---

    def _learn(self, inputs: list[Input], known_captures: int) -> RepeatedLines:
        """Count the lines of the saved pages among INPUTS, and of those the archive has from their source already.

        KNOWN_CAPTURES is the highest id of the captures that count.
        """
        found: list[tuple[int, str, PageLines]] = []
        files = [item for item in inputs if item.path and not item.problem and not item.skipped]
        # A few from everywhere first, for the formats of which few are enough.
        order = dict.fromkeys(place for count in LEARNT_COUNTS for place in spread(len(files), count))
        items = ((place, item) for place in order for item in parts_of(files[place]))
        learnt: Counter[str] = Counter()
        for place, item in islice(items, LEARNT_COUNTS[-1]):
            if page := self._page_lines(item, learnt):
                found.append((place, *page))
        pages = {digest: lines for _place, digest, lines in sorted(found, key=lambda one: one[0])}
        if pages and self.options.source not in ("", UNKNOWN_SOURCE_SLUG):
            self.patience.take(lambda: self._learn_captures(pages, known_captures))
        return RepeatedLines.learn(list(pages.values()))

    def _page_lines(self, item: Input | Part, learnt: Counter[str]) -> tuple[str, PageLines] | None:
        """The digest and the lines of a page, when fewer are LEARNT of its format than are to be."""
        try:
            with item.open() as (head, stream):
                reader = self._reader(head, item.file_name)
                if not isinstance(reader, PageReader) or learnt[reader.name] >= reader.pages_learnt:
                    return None
                learnt[reader.name] += 1
                raw = reader.page_bytes(stream)
        except (UnreadableInputError, OSError, *DAMAGED):
            return None
        lines = lines_of(reader, raw)
        return (sha256(raw).hexdigest(), lines) if lines else None

    def _learn_captures(self, pages: dict[str, PageLines], known_captures: int) -> None:
        captures = (
            Capture.objects.filter(
                pk__lte=known_captures,
                imported_records__source__slug=self.options.source,
                imported_records__reader__regex=rf"^({'|'.join(LINE_READERS)}) ",
            )
            .exclude(sha256__in=list(pages))
            .order_by("-pk")
            .distinct()[:CAPTURES_LEARNT]
        )
        for capture in captures:
            raw = capture.content
            reader = recognise(raw[:HEAD_BYTES], capture.file_name)
            if isinstance(reader, LineReader) and (lines := lines_of(reader, raw)):
                pages[capture.sha256] = lines


def _places(origin: str) -> Iterator[str]:
    """ORIGIN, and the files of which it may be a record: readers put a record's number behind its file."""
    yield origin
    while number := _NUMBER.search(origin):
        origin = origin[: number.start()]
        yield origin


def _numbered(found: Iterable[Record | Rejected | Skipped], origin: str) -> Iterator[Record | Rejected | Skipped]:
    """Of all that was FOUND in a file what stands at ORIGIN."""
    is_there = False
    for one in found:
        if one.origin == origin:
            is_there = True
            yield one
    if not is_there:
        yield Rejected(origin, Note("record_gone"))


def spread(length: int, count: int) -> list[int]:
    """COUNT places among LENGTH, from the first on at equal distances; all, where there are no more."""
    count = min(count, length)
    return [number * length // count for number in range(count)]


def _newest_capture() -> int:
    return Capture.objects.aggregate(newest=Max("pk"))["newest"] or 0


def size_of(item: Input) -> int:
    """How many bytes an input has on its disk; 0 where nobody knows."""
    try:
        return item.path.stat().st_size if item.path and not item.problem and not item.skipped else 0
    except OSError:
        return 0


def _rejected(item: Input | Part, note: Note) -> Rejected:
    """An input that cannot be read as a whole, with its bytes where a path leads to them and they are not too many."""
    raw = None
    if isinstance(item, Input) and item.path and 0 < size_of(item) <= MAX_BYTES:
        with suppress(OSError):
            raw = item.path.read_bytes()
    return Rejected(item.origin, note, raw, file_name=item.file_name)
