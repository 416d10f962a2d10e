"""What `restore_archive` and `import_articles` have in common: an archive from a file of our own export."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.exceptions import RestoreError
from archive.ingest.unpacking import DAMAGED, BombError, Gauge, unpacked
from archive.management.progress import Progress
from archive.outgoing.form import MAX_FIRST_LINE_BYTES
from archive.outgoing.restoring import Head, Restored, check_export, restore, says_whole
from archive.text.dates import isolate_dates

FILES_SHOWN = 20


@contextmanager
def open_export(path: Path) -> Iterator[BinaryIO]:
    """Open PATH, unpacked if it is compressed, as an import unpacks what it is given. Raises one of DAMAGED."""
    with path.open("rb") as file:
        _head, stream = unpacked(file, Gauge())
        yield stream


def read_head(path: Path) -> Head:
    """Check the whole of an export and return what it says of itself. Raises RestoreError."""
    return _guarded(lambda: check_export_at(path))


def check_export_at(path: Path) -> Head:
    with open_export(path) as stream:
        return check_export(stream)


def restore_from(path: Path, *, quiet: bool) -> Restored:
    """Restore PATH into this empty archive, telling how far it is. Raises RestoreError."""
    with Progress(quiet=quiet) as progress:
        return _guarded(lambda: restore(lambda: open_export(path), progress))


def _guarded(step):
    try:
        return step()
    except BombError as problem:
        raise RestoreError(
            _("More comes out of the compressed file than may: unpack it first if you trust it. Nothing was written.")
        ) from problem
    except DAMAGED as problem:
        raise RestoreError(_("The compressed file is damaged or cut short. Nothing was written.")) from problem
    except (OperationalError, InterfaceError) as problem:
        said = str(problem).partition("\n")[0]
        raise RestoreError(_("The database failed: %(problem)s") % {"problem": said}) from problem


def whole_export(paths: list[str]) -> Path | None:
    """The one file that PATHS name, if it is an export of a whole archive."""
    if not paths:
        return None
    path = Path(paths[0])
    if len(paths) != 1 or not path.is_file():
        return None
    try:
        with open_export(path) as stream:
            return path if says_whole(stream.readline(MAX_FIRST_LINE_BYTES)) else None
    except (OSError, *DAMAGED):
        return None


def checked(head: Head) -> str:
    """What a check of an export says of it."""
    articles = head.counts.get("article", 0)
    message = ngettext(
        "The export of %(made_at)s is whole and unchanged: %(rows)d rows, %(articles)d article among them.",
        "The export of %(made_at)s is whole and unchanged: %(rows)d rows, %(articles)d articles among them.",
        articles,
    )
    return message % {"made_at": isolate_dates(head.made_at), "rows": head.total, "articles": articles}


def told(restored: Restored) -> list[str]:
    """What there is to say of a restored archive."""
    rows, articles = restored.counts.total(), restored.counts["article"]
    lines = [
        ngettext(
            "The archive is restored as it was, with %(articles)d article: %(rows)d rows in all.",
            "The archive is restored as it was, with %(articles)d articles: %(rows)d rows in all.",
            articles,
        )
        % {"articles": articles, "rows": rows}
    ]
    if restored.missing_files:
        lines.append(missing_files_sentence(restored.missing_files))
    return lines


def missing_files_sentence(names: list[str]) -> str:
    message = ngettext(
        "%(count)d file that the archive names is not there, and not in the export: %(names)s",
        "%(count)d files that the archive names are not there, and not in the export: %(names)s",
        len(names),
    )
    return message % {"count": len(names), "names": first_of(names)}


def first_of(names: list[str]) -> str:
    """The first of NAMES, in a line."""
    return _(", ").join(names[:FILES_SHOWN]) + (" …" if len(names) > FILES_SHOWN else "")
