"""Small files of this machine to which lines are added, and of which the newest are kept.

They are files, so that a slow database is not asked for more, and one that is away hides nothing.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

MAX_BYTES = 128 * 1024
"""So much is kept, and as much again of what was before."""


def append(file: Path, line: str) -> None:
    """Add LINE to FILE, of which only its owner reads; where nothing can be written, nothing is."""
    with suppress(OSError):
        _append(file, line + "\n")


def newest(file: Path, count: int) -> list[str]:
    """The last COUNT lines of FILE, the newest first."""
    lines: list[str] = []
    for path in (_earlier(file), file):
        with suppress(OSError):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-count:][::-1]


def _append(file: Path, line: str) -> None:
    with suppress(FileNotFoundError):
        if file.stat().st_size > MAX_BYTES:
            _rotate(file)
    # In one piece, so that lines of several processes stay whole.
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def _rotate(file: Path) -> None:
    """Let FILE be the earlier one, unless another process is doing so, or has just done it."""
    with file.open("rb") as opened, suppress(BlockingIOError):
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(opened.fileno()), file.stat()):
            file.replace(_earlier(file))


def _earlier(file: Path) -> Path:
    return file.with_suffix(".old")
