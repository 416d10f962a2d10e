"""The countries that figures are of, by all the names that tables give them: CLDR's names and numbers of inhabitants.

The table beside this module is made by script/regions.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from archive.text.normalize import words

TABLE = Path(__file__).with_name("regions.tsv")
YEAR_LINE = "# year "
UNTOLD_WORDS = frozenset({"and", "of", "the"})
"""Words of English names that some tables leave out."""


class Country(NamedTuple):
    """A country, or part of one with a code of its own; INHABITANTS is None where nobody counts them."""

    code: str
    code_of_three: str
    name: str
    name_latin: str
    inhabitants: int | None
    spellings: tuple[str, ...]


@cache
def countries() -> dict[str, Country]:
    """The countries by their codes."""
    return {country.code: country for country in _read()}


@cache
def counted_in() -> int:
    """The year of the numbers of inhabitants."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return next(int(line.removeprefix(YEAR_LINE)) for line in lines if line.startswith(YEAR_LINE))


def find_country(name: str) -> Country | None:
    """Return the country that NAME means: one of its codes, or a name in any of its spellings."""
    return countries().get(name.strip().upper()) or _by_name().get(_key(name))


def _read() -> Iterator[Country]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, code_of_three, name, name_latin, inhabitants, spellings, *_rest = [*line.split("\t"), "", ""]
            yield Country(
                code, code_of_three, name, name_latin, int(inhabitants or 0) or None, tuple(spellings.split("|"))
            )


@cache
def _by_name() -> dict[str, Country]:
    found = {}
    for country in countries().values():
        for name in (country.code_of_three, country.name, country.name_latin, *country.spellings):
            if key := _key(name):
                found.setdefault(key, country)
    return found


def _key(name: str) -> str:
    return " ".join(word for word in words(name.replace("St.", "Saint")).split() if word not in UNTOLD_WORDS)
