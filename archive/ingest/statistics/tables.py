"""Tables of figures: a row for each day, region or figure, or a column for each day; read into figures by their names.

A row or a cell that cannot be read is a problem with its line, and the rest is read all the same.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from archive.ingest.encodings import decode
from archive.ingest.records import Note, UnreadableInputError
from archive.ingest.statistics.mapping import (
    COLUMNS,
    FiguresError,
    MeasureMapping,
    TableMapping,
    column_key,
    known_measures,
)
from archive.ingest.statistics.values import FEWEST_DATES_OF_A_HEADER, MAX_SHOWN, read_dates, read_number

DELIMITERS = ",;\t|"
MAX_CELL_CHARS = 1_000_000
MAX_SHOWN_COLUMNS = 20


class FigureKey(NamedTuple):
    measure: str
    region: str
    date: date


class Problem(NamedTuple):
    """Something wrong on a LINE of the table; 0 where it concerns all of it."""

    line: int
    note: Note


@dataclass
class ReadTable:
    """FIGURES by their measure, region (as the table names it) and day, None where none was reported."""

    figures: dict[FigureKey, Decimal | None] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """The codes that the table gives for its names of regions."""

    lines: dict[str, int] = field(default_factory=dict)
    """Where each region is named first."""

    measures: dict[str, MeasureMapping] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Columns that no measure was found in."""

    zeros: int = 0
    """Zeros that were taken for nothing reported."""


class _Row(NamedTuple):
    line: int
    cells: list[str]


def read_table(data: bytes, mapping: TableMapping, measures: Collection[MeasureMapping] = ()) -> ReadTable:
    """Read DATA, a CSV or TSV, as MAPPING says, or by the names of its columns and of MEASURES, those of the dataset.

    Raises FiguresError where it is no table of figures.
    """
    try:
        text = decode(data).text
    except UnreadableInputError as problem:
        raise FiguresError(problem.note) from problem
    header, rows = _rows(text)
    columns = _Columns.of(header, mapping, measures)
    read = _Reader(columns, mapping)
    if columns.days:
        read.wide(rows)
    else:
        read.long(rows)
    _leave_out_zeros(read.table)
    return read.table


def _rows(text: str) -> tuple[list[str], list[_Row]]:
    csv.field_size_limit(MAX_CELL_CHARS)
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_Row(reader.line_num, cells))
    except csv.Error as problem:
        raise FiguresError(Note("figures_no_table", {"problem": str(problem)})) from problem
    if not rows:
        raise FiguresError(Note("file_empty"))
    return [cell.strip() for cell in rows[0].cells], rows[1:]


@dataclass(frozen=True)
class _Columns:
    """Which column holds what: positions by the names of COLUMNS, MEASURES and DAYS by their positions."""

    places: dict[str, int]
    measures: dict[int, MeasureMapping]
    days: dict[int, date]
    known: dict[str, MeasureMapping]
    ignored: list[str]

    @classmethod
    def of(cls, header: list[str], mapping: TableMapping, measures: Collection[MeasureMapping]) -> "_Columns":
        places = _places(header, mapping)
        known = {measure.slug: measure for measure in measures} or known_measures()
        known = {**known, **mapping.measures}
        free = [place for place in range(len(header)) if place not in places.values()]
        days = read_dates([header[place] for place in free], mapping.date_format)
        if "date" not in places and len(days) >= FEWEST_DATES_OF_A_HEADER:
            by_place = {place: days[header[place]] for place in free if header[place] in days}
            ignored = [header[place] for place in free if place not in by_place]
            return _checked(cls(places, {}, by_place, known, ignored), header, mapping)
        found = {place: one for place in free if (one := _measure(header[place], known))}
        if "value_column" in places:
            found = {}
        totals = {one.slug for one in found.values()}
        found = {place: one for place, one in found.items() if one.steps_of not in totals}
        ignored = [header[place] for place in free if place not in found and header[place]]
        return _checked(cls(places, found, {}, known, ignored), header, mapping)


def _places(header: Sequence[str], mapping: TableMapping) -> dict[str, int]:
    keys = [column_key(name) for name in header]
    places: dict[str, int] = {}
    for holds, names in COLUMNS.items():
        if holds in mapping.columns:
            if mapping.columns[holds] not in header:
                raise FiguresError(
                    Note("figures_no_column", {"name": mapping.columns[holds], "columns": _shown(header)})
                )
            places[holds] = header.index(mapping.columns[holds])
            continue
        for name in map(column_key, names):
            if name in keys and keys.index(name) not in places.values():
                places[holds] = keys.index(name)
                break
    # One says nothing without the other, unless the mapping says what is measured.
    if "value_column" not in places or not (mapping.measure or "measure_column" in places):
        places.pop("value_column", None)
        places.pop("measure_column", None)
    return places


def _checked(columns: _Columns, header: Sequence[str], mapping: TableMapping) -> _Columns:
    """COLUMNS, if figures can be read from them."""
    said = {"columns": _shown(header)}
    if not {"region", "code"} & set(columns.places):
        raise FiguresError(Note("figures_no_region", said))
    if columns.days:
        if not mapping.measure and "measure_column" not in columns.places:
            raise FiguresError(Note("figures_which_measure", said))
    elif "date" not in columns.places:
        raise FiguresError(Note("figures_no_date", said))
    elif not columns.measures and "value_column" not in columns.places:
        raise FiguresError(Note("figures_no_measure", said))
    return columns


def _shown(header: Sequence[str]) -> str:
    return ", ".join(name[:MAX_SHOWN] for name in header[:MAX_SHOWN_COLUMNS])


def _measure(name: str, known: dict[str, MeasureMapping]) -> MeasureMapping | None:
    """The measure that a column, or a cell, called NAME holds."""
    key = column_key(name)
    for measure in known.values():
        names = (measure.slug, *measure.columns, measure.texts.get("name", ""), measure.texts.get("name_latin", ""))
        if key and key in map(column_key, names):
            return measure
    return None


class _Reader:
    """Reads rows into a table, and keeps what is wrong with them."""

    def __init__(self, columns: _Columns, mapping: TableMapping):
        self.table = ReadTable(ignored=columns.ignored)
        self._columns = columns
        self._mapping = mapping
        self._adds = "part" in columns.places
        self._seen: set[FigureKey] = set()

    def long(self, rows: Sequence[_Row]) -> None:
        place = self._columns.places["date"]
        texts = {self._cell(row, place) for row in rows}
        days = read_dates(texts, self._mapping.date_format)
        for row in rows:
            day = days.get(self._cell(row, place))
            if day is None:
                self._tell(row.line, "figure_no_date", text=self._cell(row, place)[:MAX_SHOWN])
            elif region := self._region(row):
                for measure, at in self._measured(row):
                    self._take(row, FigureKey(measure.slug, region, day), self._cell(row, at))

    def wide(self, rows: Sequence[_Row]) -> None:
        for row in rows:
            region = self._region(row)
            measure = self._measure_of(row) if region else None
            if region and measure:
                for place, day in self._columns.days.items():
                    self._take(row, FigureKey(measure.slug, region, day), self._cell(row, place))

    def _cell(self, row: _Row, place: int) -> str:
        return row.cells[place].strip() if place < len(row.cells) else ""

    def _region(self, row: _Row) -> str | None:
        places = self._columns.places
        code = self._cell(row, places["code"]) if "code" in places else ""
        name = self._cell(row, places["region"]) if "region" in places else ""
        region = name or code
        if not region:
            self._tell(row.line, "figure_no_region")
            return None
        if code:
            self.table.codes.setdefault(region, code)
        self.table.lines.setdefault(region, row.line)
        return region

    def _measured(self, row: _Row) -> Iterator[tuple[MeasureMapping, int]]:
        """The measures of a row, each with the place of its figure."""
        if "value_column" in self._columns.places:
            if measure := self._measure_of(row):
                yield measure, self._columns.places["value_column"]
            return
        for place, measure in self._columns.measures.items():
            self.table.measures.setdefault(measure.slug, measure)
            yield measure, place

    def _measure_of(self, row: _Row) -> MeasureMapping | None:
        """The measure that a row names, or that is the only one."""
        place = self._columns.places.get("measure_column")
        name = self._mapping.measure if place is None else self._cell(row, place)
        measure = _measure(name, self._columns.known)
        if measure is None and place is None:
            measure = known_measures().get(name) or MeasureMapping(name)
        if measure is None:
            self._tell(row.line, "figure_no_measure", name=name[:MAX_SHOWN])
            return None
        return self.table.measures.setdefault(measure.slug, measure)

    def _take(self, row: _Row, key: FigureKey, text: str) -> None:
        try:
            value = read_number(text)
        except ValueError:
            self._tell(row.line, "figure_no_number", text=text[:MAX_SHOWN])
            return
        figures = self.table.figures
        if key not in self._seen:
            self._seen.add(key)
            figures[key] = value
        elif self._adds:
            # Parts of a region add up; one that says nothing takes nothing away.
            figures[key] = value if figures[key] is None else figures[key] + (value or 0)
        elif figures[key] != value:
            self._tell(row.line, "figure_twice", region=key.region[:MAX_SHOWN], date=key.date.isoformat())
            figures[key] = value

    def _tell(self, line: int, code: str, **values: str) -> None:
        self.table.problems.append(Problem(line, Note(code, values)))


def _leave_out_zeros(table: ReadTable) -> None:
    """Take zeros for nothing reported where the measure says that they are.

    A region with such a zero and no other figure never reports the measure: none of its zeros is one.
    """
    zeros = [key for key, value in table.figures.items() if value == 0]
    unlikely = {key for key in zeros if _is_unlikely_zero(key, table)}
    counting = {(key.region, key.measure) for key, value in table.figures.items() if value}
    silent = {(key.region, key.measure) for key in unlikely} - counting
    for key in zeros:
        if key in unlikely or (key.region, key.measure) in silent:
            table.figures[key] = None
            table.zeros += 1


def _is_unlikely_zero(key: FigureKey, table: ReadTable) -> bool:
    measure = table.measures[key.measure]
    return measure.zero_unreported or any(
        (table.figures.get(key._replace(measure=other)) or 0) >= least
        for other, least in measure.zero_unreported_where.items()
    )
