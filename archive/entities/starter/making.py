"""Making the starter list out of what is written by hand and what is gathered; see script/starter-names."""

import re
import textwrap
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archive.entities.starter import gathered
from archive.entities.starter.bodies import bodies_of, forms_beside_noun
from archive.entities.starter.gathered import City, Tables
from archive.entities.starter.handwritten import (
    FOLDER,
    Country,
    country_place,
    read_countries,
    read_organisations,
    read_people,
    read_places,
    split_weak,
    words_of,
)
from archive.entities.starter.listing import FILE, PLACE, StarterName, write_list
from archive.text.normalize import words
from archive.text.stop_words import is_stop_word

FREQUENT = 1e-6
"""A name that is gathered and whose only word has such a share of all words is held back: whatever it is, most of its
appearances are something else's."""

MIN_LETTERS = 3
REGIONAL_ADJECTIVES = words_of(
    "عربي خليجي أوروبي أوربي أفريقي آسيوي غربي شرقي إسلامي دولي مغاربي شامي لاتيني أممي فارسي عثماني"
)


class Made(NamedTuple):
    """The list, and the folded words that were found beside it."""

    names: list[StarterName]
    homographs: set[str]
    nisbas: set[str]


def make(
    cities: Sequence[City], wiki: Tables, country_names: Mapping[str, str], frequencies: Mapping[str, float]
) -> Made:
    """Put the list together: what is written by hand first, so that nothing gathered takes its place."""
    countries = read_countries()
    shares = _folded_shares(frequencies)
    by_hand = _homographs_by_hand()
    list_ = _List(shares, names_after_all=by_hand["+"], left_out=by_hand["-"])
    list_.add_by_hand(_by_hand(countries, cities, country_names))
    for names in (
        gathered.cities_of(cities, wiki),
        gathered.regions_of(wiki),
        gathered.people_of(wiki),
        gathered.universities_of(wiki),
        gathered.clubs_of(wiki),
    ):
        list_.add_gathered(names)
    adjectives = [*(one for country in countries for one in country.adjectives), *REGIONAL_ADJECTIVES]
    nisbas = {words(form) for adjective in adjectives for form in forms_beside_noun(adjective)}
    return Made(list_.names, list_.homographs | by_hand[""], nisbas)


def write(made: Made) -> dict[str, int]:
    """Write what was MADE beside this module; return how much is in each file."""
    write_list(made.names)
    files = {"homographs_v1.txt": made.homographs, "nisbas_v1.txt": made.nisbas}
    for name, found in files.items():
        lines = textwrap.wrap(" ".join(sorted(found)), 120, break_on_hyphens=False)
        (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    counts = {FILE.name: len(made.names)} | {name: len(found) for name, found in files.items()}
    for kind in sorted({name.kind for name in made.names}):
        counts[kind] = sum(name.kind == kind for name in made.names)
    return counts


class _List:
    """The names so far. A name whose folded words are there already for its kind is not taken again."""

    def __init__(self, shares: Mapping[str, float], *, names_after_all: Collection[str], left_out: Collection[str]):
        self.names: list[StarterName] = []
        self.homographs: set[str] = set()
        self._shares = shares
        self._names_after_all = names_after_all
        self._left_out = left_out
        self._taken: set[tuple[str, str]] = set()
        self._by_hand: set[str] = set()

    def add_by_hand(self, names: Iterable[StarterName]) -> None:
        for name in names:
            self._add(name)
            self._by_hand |= {words(one) for one in (name.name, *name.spellings, *name.weak)}

    def add_gathered(self, names: Iterable[StarterName]) -> None:
        for name in names:
            key = words(name.name)
            if len(key) < MIN_LETTERS or key in self._left_out or is_stop_word(name.name):
                continue
            # A name of another kind that is written by hand is the better known.
            if key in self._by_hand and " " not in key:
                continue
            is_frequent = " " not in key and self._shares.get(key, 0) >= FREQUENT
            if self._add(name) and is_frequent and key not in self._names_after_all:
                self.homographs.add(key)

    def _add(self, name: StarterName) -> bool:
        if (name.kind, words(name.name)) in self._taken:
            return False
        main = words(name.name)
        spellings = self._free(name, name.spellings, main)
        keys = {main, *map(words, spellings)}
        weak = self._distinct(name.weak, keys)
        self._taken |= {(name.kind, key) for key in keys}
        self.names.append(name._replace(spellings=spellings, weak=weak))
        return True

    def _free(self, name: StarterName, spellings: Iterable[str], main: str) -> tuple[str, ...]:
        """Those of SPELLINGS that are nobody else's of its kind, each once however it is spelt."""
        free = [one for one in spellings if (name.kind, words(one)) not in self._taken]
        return self._distinct(free, {main})

    @staticmethod
    def _distinct(spellings: Iterable[str], keys: set[str]) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for one in spellings:
            if (key := words(one)) and key not in keys:
                found.setdefault(key, one)
        return tuple(found.values())


def _by_hand(
    countries: Sequence[Country], cities: Sequence[City], country_names: Mapping[str, str]
) -> Iterator[StarterName]:
    centres = _centres(cities)
    for country in countries:
        yield country_place(country, country_names, centres.get(country.code))
    yield from _capitals(countries, cities)
    yield from read_places()
    yield from read_people()
    yield from read_organisations()
    for country in countries:
        yield from bodies_of(country, country_names.get(country.code, ""))


def _centres(cities: Sequence[City]) -> dict[str, tuple[float, float]]:
    """Where the people of each country live, on the average: in the middle of its cities, by how big they are."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for city in cities:
        weight = max(city["population"], 1)
        found = sums[city["countrycode"]]
        found[0] += city["latitude"] * weight
        found[1] += city["longitude"] * weight
        found[2] += weight
    return {code: (round(north / all_, 2), round(east / all_, 2)) for code, (north, east, all_) in sums.items()}


def _capitals(countries: Sequence[Country], cities: Sequence[City]) -> Iterator[StarterName]:
    """The capitals that are written by hand, each with the biggest city of its country that is spelt so."""
    by_country: dict[str, list[City]] = defaultdict(list)
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        by_country[city["countrycode"]].append(city)
    for country in countries:
        if country.capitals:
            spellings, weak = split_weak(country.capitals)
            keys = {re.sub("^(?:مدينه|العاصمه) | العاصمه$", "", words(one)) for one in spellings}
            city = next(
                (one for one in by_country[country.code] if keys & set(map(words, one["alternatenames"]))), None
            )
            place = (
                (city["name"], round(city["latitude"], 3), round(city["longitude"], 3)) if city else ("", None, None)
            )
            yield StarterName(PLACE, spellings[0], *place, spellings[1:], weak)


def _folded_shares(frequencies: Mapping[str, float]) -> dict[str, float]:
    shares: dict[str, float] = defaultdict(float)
    for word, share in frequencies.items():
        shares[words(word)] += share
    return shares


def _homographs_by_hand() -> dict[str, set[str]]:
    """The words of homographs.txt by the sign before them: "" for homographs, "+" for none, "-" for no names."""
    found: dict[str, set[str]] = {"": set(), "+": set(), "-": set()}
    for line in (FOLDER / "homographs.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for word in line.split():
                found[word[0] if word[0] in "+-" else ""].add(words(word))
    return found
