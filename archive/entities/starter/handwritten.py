"""The lists that were written by hand, from which the starter list begins."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from archive.entities.starter.listing import ORGANISATION, PERSON, PLACE, StarterName

FOLDER = Path(__file__).parent
STRONG = "!"
WEAK = "~"


class Country(NamedTuple):
    """A country: its ISO 3166 CODE, its names, its adjectives (masculine, without article), those of its capital."""

    code: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    capitals: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]


def read_people() -> Iterator[StarterName]:
    """Those of persons.txt: a single word means somebody only where it is marked so."""
    for name, latin, spellings in _lines("persons.txt", 3):
        strong = [one.removeprefix(STRONG) for one in spellings if one.startswith(STRONG) or " " in one]
        weak = [one for one in spellings if not one.startswith(STRONG) and " " not in one]
        yield StarterName(PERSON, name[0], _only(latin), spellings=tuple(strong), weak=tuple(weak))


def read_organisations() -> Iterator[StarterName]:
    for name, latin, spellings in _lines("organisations.txt", 3):
        strong, weak = split_weak(spellings)
        yield StarterName(ORGANISATION, name[0], _only(latin), spellings=strong, weak=weak)


def read_places() -> Iterator[StarterName]:
    for name, latin, spellings, coordinates in _lines("places.txt", 4):
        strong, weak = split_weak(spellings)
        latitude, longitude = map(float, coordinates) if coordinates else (None, None)
        yield StarterName(PLACE, name[0], _only(latin), latitude, longitude, strong, weak)


def read_countries() -> list[Country]:
    return [
        Country(code[0], names, adjectives, capitals)
        for code, names, adjectives, capitals in _lines("countries.txt", 4)
    ]


def country_place(country: Country, latin: Mapping[str, str], coordinates: tuple[float, float] | None) -> StarterName:
    """COUNTRY as a place, with its name in LATIN letters by its code."""
    strong, weak = split_weak(country.names[1:])
    place = coordinates or (None, None)
    return StarterName(PLACE, country.name, latin.get(country.code, ""), *place, strong, weak)


def split_weak(spellings: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of SPELLINGS that mean one thing, and those that are marked as meaning others too."""
    weak = tuple(one.removeprefix(WEAK) for one in spellings if one.startswith(WEAK))
    return tuple(one for one in spellings if not one.startswith(WEAK)), weak


def _lines(file_name: str, fields: int) -> Iterator[list[tuple[str, ...]]]:
    """The FIELDS of each line, each as the names in it; those that are left out are empty."""
    for line in (FOLDER / file_name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            parts = [_names(part) for part in re.split(r"\s*=\s*", line)]
            if len(parts) > fields or not parts[0]:
                raise ValueError(f"{file_name}: {line}")
            yield parts + [()] * (fields - len(parts))


def _names(part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in part.split(",")))))


def _only(names: tuple[str, ...]) -> str:
    """A name in Latin letters may have a comma in it."""
    return ", ".join(names)


def words_of(text: str) -> tuple[str, ...]:
    return tuple(text.split())
