"""What a backup says of itself: when it is of, what made it, what is in it, and by which hashes that is known."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from archive.backups.age import Key
from archive.backups.files import Tree
from archive.backups.sealing import ENCRYPTED, Part, PartWriter, damaged, read_part
from archive.exceptions import BackupError

KIND, FORM = "sijill-backup", 1
MANIFEST, CHECKSUMS = "manifest.json", "SHA256SUMS"
MAX_CHECKSUMS_BYTES = 4096
MAX_MANIFEST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """MADE_AT is ISO 8601; SERVER PostgreSQL's major version; DATABASE and SEQUENCES as `fingerprint` tells them.

    MISSING are files that the database names, or that there were at that moment, and that could not be had. PARTS are
    the other files of the backup.
    """

    made_at: str
    server: int
    migrations: list[str]
    database: dict[str, str]
    sequences: dict[str, int]
    files: Tree
    missing: list[str]
    parts: list[Part]

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name.removesuffix(ENCRYPTED) == name)


def write_manifest(folder: Path, manifest: Manifest, key: Key | None) -> None:
    """Write MANIFEST into FOLDER, and at last the sums of all files there, as `sha256sum --check` reads them."""
    writer = PartWriter(folder, MANIFEST, key)
    data = {"kind": KIND, "form": FORM, **asdict(manifest), "files": manifest.files._asdict()}
    data["parts"] = [part._asdict() for part in manifest.parts]
    try:
        writer.write(json.dumps(data, indent=1).encode())
        written = writer.finish()
    finally:
        writer.close()
    sums = PartWriter(folder, CHECKSUMS, None)
    try:
        for part in (*manifest.parts, written):
            sums.write(f"{part.sha256}  {part.name}\n".encode())
        sums.finish()
    finally:
        sums.close()


def stored_parts(folder: Path) -> list[Part]:
    """Return the files of the backup in FOLDER as its sums name them; sizes are those on the disk.

    Raises BackupError where that is no backup, or one of its files is missing.
    """
    try:
        with (folder / CHECKSUMS).open("rb") as file:
            text = file.read(MAX_CHECKSUMS_BYTES).decode()
    except FileNotFoundError as error:
        raise BackupError(_("%(path)s is no backup of Sijill.") % {"path": folder}) from error
    except UnicodeDecodeError as error:
        raise damaged(CHECKSUMS) from error
    if not text.endswith("\n"):
        raise damaged(CHECKSUMS)
    parts = []
    for line in text.splitlines():
        digest, _spaces, name = line.partition("  ")
        if len(digest) != sha256().digest_size * 2 or not name or "/" in name:
            raise damaged(CHECKSUMS)
        try:
            parts.append(Part(name, (folder / name).stat().st_size, digest))
        except FileNotFoundError as error:
            raise BackupError(_("%(name)s is missing.") % {"name": name}) from error
    return parts


def read_manifest(folder: Path, key: Key | None) -> Manifest:
    """Return the manifest of the backup in FOLDER. Raises BackupError for what is none that is known here."""
    stored = stored_parts(folder)
    part = next((part for part in stored if part.name.removesuffix(ENCRYPTED) == MANIFEST), None)
    if part is None or part.size > MAX_MANIFEST_BYTES:
        raise BackupError(_("%(path)s is no backup of Sijill.") % {"path": folder})
    text = b"".join(read_part(folder, part, key))
    try:
        data = json.loads(text)
        if data.pop("kind") != KIND:
            raise BackupError(_("%(path)s is no backup of Sijill.") % {"path": folder})
        if data.pop("form") > FORM:
            raise BackupError(_("The backup was made by a newer version of Sijill: restore it with that."))
        data["files"] = Tree(**data["files"])
        data["parts"] = [Part(**part) for part in data["parts"]]
        manifest = Manifest(**data)
        manifest.part("files.tar"), manifest.part("database.dump.zst")
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise damaged(part.name) from error
    if {(one.name, one.sha256) for one in stored} != {(one.name, one.sha256) for one in (*manifest.parts, part)}:
        raise damaged(CHECKSUMS)
    return manifest
