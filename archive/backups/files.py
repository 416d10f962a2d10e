"""The files beside the database: held as they are at one moment, written as one tar, and taken out of it again.

Files of pictures are never written over, but an edit may delete them. So that a backup that takes hours has those of
its moment, they get a second name first (a hard link), in a hidden folder of the same disk; where the disk has no
hard links the folder itself is read.
"""

import errno
import fcntl
import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from archive.backups.sealing import damaged
from archive.exceptions import BackupError

HELD = ".held-by-backup"
RESTORING = ".restoring"
HIDDEN = (HELD, RESTORING)
OF_THE_DISK = "lost+found"
SET_ASIDE = ".before-restore"
NO_LINKS = (
    *(errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS),
    *(errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT),
)
FILES = "files.tar"
PIECE_BYTES = 1024 * 1024

Tell = Callable[[int, int], None]


class Area(NamedTuple):
    """A folder of files, and what it is called in a backup; PRIVATE where only the site's account may read it.

    With ONLY, of the folder's files only those of these names are meant.
    """

    name: str
    folder: Path
    private: bool = False
    only: tuple[str, ...] = ()

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield each file, and its path from the folder, always in one order."""
        if not self.only:
            yield from walk(self.folder)
        for name in sorted(self.only):
            if (path := self.folder / name).is_file():
                yield name, path

    def takes(self, name: str) -> bool:
        """Whether a file of that NAME, a path from the folder, may be one of this area's."""
        parts = PurePosixPath(name).parts
        if self.only:
            return name in self.only
        return bool(parts) and parts[0] != OF_THE_DISK and not any(part in HIDDEN for part in parts)

    @property
    def staging(self) -> Path:
        return self.folder / RESTORING

    def is_empty(self) -> bool:
        return next(self.files(), None) is None


class Tree(NamedTuple):
    """How many files, how large together, and one hash of their names and contents."""

    count: int
    size: int
    sha256: str


class Digest:
    """Sums up files in the order of `walk`."""

    def __init__(self):
        self._count, self._size, self._digest = 0, 0, sha256()

    def add(self, name: str, size: int, digest: str) -> None:
        self._count, self._size = self._count + 1, self._size + size
        self._digest.update(f"{digest} {size} ".encode() + os.fsencode(name) + b"\0")

    def tree(self) -> Tree:
        return Tree(self._count, self._size, self._digest.hexdigest())


def walk(folder: Path, *, above: tuple = ()) -> Iterator[tuple[str, Path]]:
    """Yield each file below FOLDER, also behind links, with its path from there; by name, so always in one order."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        here = folder.stat()
    except FileNotFoundError:
        return
    place = (here.st_dev, here.st_ino)
    if place in above:  # A link to a folder that it is in.
        return
    for entry in entries:
        if entry.name in HIDDEN or (entry.name == OF_THE_DISK and not above):
            continue
        if entry.is_dir():
            for name, path in walk(Path(entry.path), above=(*above, place)):
                yield f"{entry.name}/{name}", path
        elif entry.is_file():
            yield entry.name, Path(entry.path)


class Hold:
    """AREAS as they are: `take` them before the moment meant and after it, and nothing of that moment is missed.

    LOOSE are those that could not be held, EXPECTED the files that were in them when they were taken last, named as
    in a backup.
    """

    def __init__(self, areas: list[Area]):
        self.loose: list[Area] = []
        self.expected: set[str] = set()
        self._areas = areas
        self._held = {area.name: area.folder.is_dir() for area in areas}

    def take(self) -> None:
        for area in self._areas:
            if self._held[area.name] and not _link_all(area, area.folder / HELD):
                self._held[area.name] = False
                self.loose.append(area)
        self.expected = {f"{area.name}/{name}" for area in self.loose for name, _path in area.files()}

    @property
    def areas(self) -> list[Area]:
        """The areas, where their files are held."""
        return [area._replace(folder=area.folder / HELD) if self._held[area.name] else area for area in self._areas]

    def release(self) -> None:
        for area in self._areas:
            shutil.rmtree(area.folder / HELD, ignore_errors=True)


@contextmanager
def held(areas: list[Area]) -> Iterator[Hold]:
    hold = Hold(areas)
    with ExitStack() as locks:
        # By any command of any store; the lock goes with the process.
        for area in areas:
            if area.folder.is_dir():
                descriptor = os.open(area.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                locks.callback(os.close, descriptor)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    said = {"path": area.folder}
                    raise BackupError(_("Another command backs %(path)s up.") % said) from error
        hold.release()  # What one that was killed left.
        try:
            yield hold
        finally:
            hold.release()


def _link_all(area: Area, target: Path) -> bool:
    """Link the files of AREA below TARGET too; False where that cannot be done."""
    try:
        target.mkdir(mode=0o700, exist_ok=True)
        for name, path in area.files():
            with suppress(FileExistsError, FileNotFoundError):  # Held already; deleted meanwhile.
                link = target / name
                link.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                link.hardlink_to(path.resolve())
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        if error.errno in NO_LINKS:
            return False
        raise
    return True


def write_files(target: BinaryIO, areas: list[Area], tell: Tell, expected: set[str] | None = None) -> Tree:
    """Write the files of AREAS to TARGET as a tar, and take the name of each from those EXPECTED.

    A file that goes away meanwhile is not in it.
    """
    digest, total = Digest(), sum(1 for area in areas for _file in area.files())
    with tarfile.open(mode="w|", fileobj=target, format=tarfile.PAX_FORMAT, bufsize=PIECE_BYTES) as tar:
        done = 0
        for area in areas:
            for name, path in area.files():
                full_name = f"{area.name}/{name}"
                with suppress(FileNotFoundError), path.open("rb") as file:
                    _add(tar, full_name, file, path, digest)
                    if expected:
                        expected.discard(full_name)
                tar.members = []  # Else it remembers every file.
                done += 1
                tell(done, total)
    return digest.tree()


def _add(tar: tarfile.TarFile, name: str, file: BinaryIO, path: Path, digest: Digest) -> None:
    status = os.fstat(file.fileno())
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = status.st_size, int(status.st_mtime)
    entry.mode = stat.S_IMODE(status.st_mode) & 0o777
    source = _Hashing(file, path, whole=True)
    tar.addfile(entry, source)
    digest.add(name, entry.size, source.sha256.hexdigest())


class _Hashing:
    """Reads FILE, which is at PATH, and remembers a hash of what was read; what is asked of a WHOLE one is there."""

    def __init__(self, file: BinaryIO, path: Path | None = None, *, whole: bool = False):
        self.sha256 = sha256()
        self._file = file
        self._path = path
        self._whole = whole

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._file.read(size)
        except OSError as error:
            # The system names a file only when it is opened: whoever hears of it has to know which disk it is.
            error.filename = error.filename or self._path
            raise
        if self._whole and len(data) < size:
            raise BackupError(_("%(path)s became shorter while it was read: begin again.") % {"path": self._path})
        self.sha256.update(data)
        return data


def tree_of(areas: list[Area], tell: Tell = lambda done, total: None) -> Tree:
    """Sum up the files of AREAS as they are now."""
    digest, done = Digest(), 0
    for area in areas:
        for name, path in area.files():
            with path.open("rb") as file:
                source = _Hashing(file, path)
                size = 0
                while data := source.read(PIECE_BYTES):
                    size += len(data)
            digest.add(f"{area.name}/{name}", size, source.sha256.hexdigest())
            done += 1
            tell(done, done)
    return digest.tree()


def read_files(
    pieces: Iterator[bytes], areas: list[Area], keep: Callable[[str, tarfile.TarInfo], BinaryIO] | None = None
) -> Tree:
    """Read the tar in PIECES to its end, and return its Tree; where KEEP is given, write each file where it says.

    Raises BackupError for what is no such tar, or holds what none of AREAS takes.
    """
    digest, stream = Digest(), _Stream(pieces)
    by_name = {area.name: area for area in areas}
    try:
        with tarfile.open(mode="r|", fileobj=stream, bufsize=PIECE_BYTES) as tar:
            for entry in tar:
                _check_entry(entry, by_name)
                with ExitStack() as stack:
                    target = stack.enter_context(keep(entry.name, entry)) if keep else None
                    source, size = _Hashing(tar.extractfile(entry)), 0
                    while data := source.read(PIECE_BYTES):
                        size += len(data)
                        if target:
                            target.write(data)
                digest.add(entry.name, size, source.sha256.hexdigest())
                tar.members = []  # Else it remembers every entry.
    except (tarfile.TarError, ValueError) as error:
        raise damaged(FILES) from error
    stream.drain()
    return digest.tree()


def _check_entry(entry: tarfile.TarInfo, areas: dict[str, Area]) -> None:
    path = PurePosixPath(entry.name)
    area_name, _slash, rest = entry.name.partition("/")
    if (
        not entry.isreg()
        or entry.name != str(path)  # It has one spelling; after two slashes the rest would be a path from the root.
        or ".." in path.parts
        or "\0" in entry.name
        or area_name not in areas
        or not areas[area_name].takes(rest)
    ):
        raise BackupError(_("%(name)s does not belong into a backup.") % {"name": entry.name})


class _Stream:
    """PIECES as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]):
        self._pieces = pieces
        self._held = b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
            self._held += piece
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def drain(self) -> None:
        for _piece in self._pieces:
            pass


def extract(pieces: Iterator[bytes], areas: list[Area]) -> None:
    """Write the files of the tar in PIECES beside their places, and to the disk, for `put_in_place`."""
    by_name = {area.name: area for area in areas}

    def opened(name: str, entry: tarfile.TarInfo) -> BinaryIO:
        area_name, _slash, rest = name.partition("/")
        area = by_name[area_name]
        path = area.staging / rest
        path.parent.mkdir(mode=0o700 if area.private else 0o755, parents=True, exist_ok=True)
        mode = entry.mode & (0o700 if area.private else 0o777)
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb")
        os.fchmod(file.fileno(), mode)
        return file

    for area in areas:
        shutil.rmtree(area.staging, ignore_errors=True)  # What one that was killed left.
        area.staging.mkdir(mode=0o700, parents=True)
    read_files(pieces, areas, opened)
    os.sync()


def put_in_place(areas: list[Area]) -> None:
    """Give what was extracted the names it is meant to have."""
    for area in areas:
        for name in area.only:
            # What the machine made for itself does not belong to what is restored.
            if (area.folder / name).is_file() and not (area.staging / name).exists():
                (area.folder / name).replace(area.folder / (name + SET_ASIDE))
        for entry in area.staging.iterdir():
            target = area.folder / entry.name
            if target.is_dir():  # There are no files in it, but there may be folders.
                for folder, _folders, _files in os.walk(target, topdown=False):
                    Path(folder).rmdir()
            entry.replace(target)
        area.staging.rmdir()


def drop_extracted(areas: list[Area]) -> None:
    for area in areas:
        shutil.rmtree(area.staging, ignore_errors=True)
