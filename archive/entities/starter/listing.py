"""The starter list as a file: one name a line, and how one is read and written."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "names.tsv.gz"
PERSON, ORGANISATION, PLACE = KINDS = ("person", "organisation", "place")


class StarterName(NamedTuple):
    """An entity as the list has it. SPELLINGS mean it wherever they stand, WEAK ones only where that is clear."""

    kind: str
    name: str
    name_latin: str = ""
    latitude: float | None = None
    longitude: float | None = None
    spellings: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()


def read_list(path: Path = FILE) -> Iterator[StarterName]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            kind, name, latin, latitude, longitude, spellings, weak = line.rstrip("\n").split("\t")
            yield StarterName(
                kind,
                name,
                latin,
                float(latitude) if latitude else None,
                float(longitude) if longitude else None,
                _split(spellings),
                _split(weak),
            )


def write_list(names: Iterable[StarterName], path: Path = FILE) -> None:
    """Write NAMES in their order; the same names make the same bytes."""
    lines = "".join("\t".join(map(_field, name)) + "\n" for name in names)
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(lines.encode())


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split("|")) if names else ()


def _field(value: object) -> str:
    if value is None:
        return ""
    return "|".join(value) if isinstance(value, tuple) else str(value)
