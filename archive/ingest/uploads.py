"""Files that were sent to be imported, each import's in a folder of its own, which nobody is served from."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from archive.models import ImportRun, SetAsideRecord

FOLDER_MODE = 0o700
MAX_NAME_BYTES = 200
KEPT_DAYS = 14
UNDER_WAY = (ImportRun.State.WAITING, ImportRun.State.RUNNING)


def keep(files: Iterable[UploadedFile]) -> tuple[Path, list[Path]]:
    """Write FILES into a new folder; return that, and where each of them is. Raises OSError."""
    folder = settings.UPLOADS_DIR / secrets.token_hex(8)
    folder.mkdir(mode=FOLDER_MODE, parents=True)
    try:
        return folder, [_write(file, folder) for file in files]
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _write(file: UploadedFile, folder: Path) -> Path:
    """Write FILE under its own name, which may say what it is; of a second one of that name a number is put before it."""
    name = _short(file.name)
    path = next(path for n in count(1) if not (path := folder / (name if n == 1 else f"{n}-{name}")).exists())
    with path.open("xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return path


def _short(name: str) -> str:
    """The last MAX_NAME_BYTES of NAME, which Django has freed of folders; its ending matters more than its beginning."""
    return os.fsencode(name)[-MAX_NAME_BYTES:].decode("utf-8", "ignore").lstrip(".") or "file"


def folder_of(run: ImportRun) -> Path | None:
    """The folder of RUN's uploads; None where it is of files that an operator named."""
    folder = Path(run.folder)
    return folder if run.folder and folder.parent == settings.UPLOADS_DIR else None


def are_here(run: ImportRun) -> bool:
    folder = folder_of(run)
    return folder is not None and folder.is_dir()


def remove(run: ImportRun) -> None:
    """Remove what was sent for RUN: what came of it is in the archive, and what did not is set aside.

    Unless something was set aside without its bytes, which are too many to be kept twice.
    """
    read_again = run.set_aside.filter(content_compressed=None, state=SetAsideRecord.State.WAITING)
    if (folder := folder_of(run)) and not read_again.exists():
        shutil.rmtree(folder, ignore_errors=True)


def remove_old(*, at: datetime | None = None) -> None:
    """Remove what was sent KEPT_DAYS ago and more, and is of no import that may still need it."""
    before = (at or timezone.now()) - timedelta(days=KEPT_DAYS)
    needed = set(ImportRun.objects.filter(state__in=UNDER_WAY).values_list("folder", flat=True))
    needed |= set(
        SetAsideRecord.objects.filter(content_compressed=None, state=SetAsideRecord.State.WAITING)
        .exclude(run=None)
        .values_list("run__folder", flat=True)
    )
    for folder in settings.UPLOADS_DIR.glob("*"):
        # One that is gone by now was of an import that has just ended.
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < before.timestamp() and str(folder) not in needed:
                shutil.rmtree(folder, ignore_errors=True)


def shown(origin: str) -> str:
    """ORIGIN as whoever sent the file knows it, by its name; other files by the path that an operator gave."""
    inside = origin.removeprefix(f"{settings.UPLOADS_DIR}/")
    return inside.partition("/")[2] if inside != origin else origin
