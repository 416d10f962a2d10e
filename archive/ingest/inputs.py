"""From what an operator names (files, folders, patterns, standard input) to streams of bytes."""

import glob
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from archive.ingest.notes import reason
from archive.ingest.records import Note, UnreadableInputError
from archive.ingest.unpacking import BUFFER_BYTES, DAMAGED, BombError, Gauge, unpacked

STANDARD_INPUT = "-"
PAGE_PARTS = frozenset(
    [
        *(".css", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".otf", ".eot"),
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".bmp", ".ico"),
    ]
)
"""The endings of what browsers and crawlers save beside a page, and in which no article is looked for."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, or standard input; or, with a PROBLEM, something that cannot be read; or what is SKIPPED."""

    origin: str
    folder: str = ""
    path: Path | None = None
    problem: Note | None = None
    skipped: Note | None = None

    @property
    def file_name(self) -> str:
        return _readable(self.path.name) if self.path else "standard input"

    @contextmanager
    def open(self, gauge: Gauge | None = None) -> Iterator[tuple[bytes, BinaryIO]]:
        """Open it: the first bytes, and a stream that begins with them; what is compressed comes unpacked.

        Raises UnreadableInputError when it cannot be opened. GAUGE is told what is unpacked.
        """
        if self.problem:
            raise UnreadableInputError(self.problem)
        try:
            file = self.path.open("rb") if self.path else sys.stdin.buffer
        except OSError as problem:
            raise UnreadableInputError(unreadable(problem)) from None
        try:
            yield _with_head(file, gauge or Gauge())
        finally:
            if self.path:
                file.close()


def _readable(name: str) -> str:
    """NAME with a sign for the bytes in it that are not UTF-8, which no database takes."""
    return os.fsencode(name).decode("utf-8", "replace")


def _with_head(file: BinaryIO, gauge: Gauge) -> tuple[bytes, BinaryIO]:
    buffered = io.BufferedReader(file, BUFFER_BYTES) if isinstance(file, io.RawIOBase) else file
    try:
        return unpacked(buffered, gauge)
    except DAMAGED as problem:
        raise UnreadableInputError(damaged(problem)) from None
    except OSError as problem:
        raise UnreadableInputError(unreadable(problem)) from None


def find_inputs(names: Iterable[str]) -> Iterator[Input]:
    """Yield what NAMES name, folder by folder and in order of names, each file once."""
    seen: set[tuple[int, int]] = set()
    for name in names:
        if name == STANDARD_INPUT:
            yield Input(STANDARD_INPUT)
            continue
        for path in _paths(name):
            yield from _files(path, seen)


def _paths(name: str) -> list[Path]:
    if os.path.lexists(name):
        return [Path(name)]
    return [Path(found) for found in sorted(glob.glob(name, recursive=True))] or [Path(name)]


def _files(path: Path, seen: set[tuple[int, int]]) -> Iterator[Input]:
    if not path.is_dir():
        yield from _file(path, seen)
        return
    refused: list[OSError] = []
    is_empty = True
    walked: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(path, onerror=refused.append, followlinks=True):
        # A link may lead back to a folder above it.
        state = Path(folder).stat()
        if (state.st_dev, state.st_ino) in walked:
            folders.clear()
            continue
        walked.add((state.st_dev, state.st_ino))
        hidden = [name for name in folders if name.startswith(".")]
        is_empty = is_empty and not names and not hidden
        folders[:] = sorted(set(folders) - set(hidden))
        for name in sorted(hidden):
            yield Input(os.path.join(folder, name), folder, skipped=Note("hidden_file"))
        for name in sorted(names):
            if why := why_left_out(name):
                yield Input(os.path.join(folder, name), folder, skipped=why)
            else:
                yield from _file(Path(folder, name), seen)
    for problem in refused:
        yield Input(str(problem.filename), str(path), problem=unreadable(problem))
    if is_empty and not refused:
        yield Input(str(path), str(path), skipped=Note("folder_empty"))


def why_left_out(name: str) -> Note | None:
    """Why the file called NAME, which nobody named but its folder or container, is not read; None where it is."""
    if name.startswith("."):
        return Note("hidden_file")
    return Note("page_part") if PurePath(name).suffix.lower() in PAGE_PARTS else None


def unreadable(problem: OSError) -> Note:
    """Why a file cannot be opened or read."""
    return Note("file_unreadable", {"problem": reason(problem)})


def damaged(problem: Exception) -> Note:
    """What is wrong with a packed file; PROBLEM is one of DAMAGED."""
    if isinstance(problem, BombError):
        return Note("unpacked_too_large")
    return Note("file_cut_short" if isinstance(problem, EOFError) else "file_damaged")


def reader_broke(problem: Exception) -> Note:
    """That PROBLEM, a fault of the program, ended the reading of a file."""
    return Note("reader_broke", {"problem": type(problem).__name__})


def _file(path: Path, seen: set[tuple[int, int]]) -> Iterator[Input]:
    origin, folder = str(path), str(path.parent)
    try:
        state = path.stat()
    except FileNotFoundError:
        yield Input(origin, folder, problem=Note("file_missing"))
        return
    except OSError as problem:
        yield Input(origin, folder, problem=unreadable(problem))
        return
    if not stat.S_ISREG(state.st_mode):
        yield Input(origin, folder, problem=Note("file_not_regular"))
        return
    identity = (state.st_dev, state.st_ino)
    if identity not in seen:
        seen.add(identity)
        yield Input(origin, folder, path)
