"""How a table of figures is to be read: which columns hold what, what is measured, and which regions names mean.

A mapping is TOML; whatever it leaves out is guessed from the names of the columns, in English or Arabic.
docs/statistics.md has the whole of it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from archive.exceptions import IngestError
from archive.ingest.records import Note
from archive.models import Measure
from archive.text.normalize import words

KNOWN_MEASURES = Path(__file__).with_name("measures.toml")
COLUMNS = {
    "date": ("date", "day", "التاريخ", "اليوم", "observation date", "date reported", "daterep"),
    "region": (
        *("country", "country region", "region", "location", "entity", "country name", "name"),
        *("البلد", "الدولة", "المنطقة"),
    ),
    "code": ("code", "iso", "iso code", "iso2", "iso3", "country code", "الرمز"),
    "part": ("province state", "province", "state", "المحافظة"),
    "measure_column": ("measure", "indicator", "variable", "المقياس"),
    "value_column": ("value", "figure", "القيمة", "الرقم"),
}
"""What columns are called; the first that is there counts."""

TEXTS = (*COLUMNS, "date_format", "measure")
DATASET_TEXTS = (
    *("name", "name_latin", "description", "description_latin", "source_name", "source_name_latin"),
    *("source_url", "licence", "licence_url", "query"),
)
MEASURE_TEXTS = ("name", "name_latin", "unit", "unit_latin", "kind", "steps_of")


class FiguresError(IngestError):
    """A table that cannot be read as figures at all; NOTE says why."""

    def __init__(self, note: Note):
        super().__init__(note.code)
        self.note = note


@dataclass(frozen=True)
class MeasureMapping:
    """A measure as tables have it: the names of its columns, what to call it, and which of its zeros are none."""

    slug: str
    columns: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    zero_unreported: bool = False
    zero_unreported_where: Mapping[str, float] = field(default_factory=dict)

    @property
    def steps_of(self) -> str:
        return self.texts.get("steps_of", "")


@dataclass(frozen=True)
class TableMapping:
    """COLUMNS by what they hold; REGIONS by their names in the table, an empty code leaves one out."""

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    measure: str = ""
    measures: Mapping[str, MeasureMapping] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    dataset: Mapping[str, str] = field(default_factory=dict)


def read_mapping(text: str) -> TableMapping:
    """Return what TEXT, in TOML, says; raises FiguresError for what cannot be meant."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise FiguresError(Note("figures_mapping_no_toml", {"problem": str(problem)})) from problem
    tables = {name: said.pop(name, {}) for name in ("dataset", "measures", "regions")}
    if not all(isinstance(table, dict) for table in tables.values()):
        raise FiguresError(Note("figures_mapping_unknown", {"name": "[dataset], [measures.…], [regions]"}))
    _check_names("", said, TEXTS)
    _check_names("dataset.", tables["dataset"], DATASET_TEXTS)
    _check_names("regions.", tables["regions"], tuple(tables["regions"]))
    return TableMapping(
        columns={name: said[name] for name in COLUMNS if name in said},
        date_format=said.get("date_format", ""),
        measure=said.get("measure", ""),
        measures={slug: _measure(slug, table) for slug, table in tables["measures"].items()},
        regions={_key(name): code.strip().upper() for name, code in tables["regions"].items()},
        dataset=tables["dataset"],
    )


@cache
def known_measures() -> dict[str, MeasureMapping]:
    """The measures that need no mapping."""
    tables = tomllib.loads(KNOWN_MEASURES.read_text(encoding="utf-8"))
    return {slug: _measure(slug, table) for slug, table in tables.items()}


def column_key(name: str) -> str:
    """What names of columns are compared by."""
    return _key(name)


def _key(name: str) -> str:
    return words(name.replace("_", " "))


def _measure(slug: str, table: object) -> MeasureMapping:
    if not isinstance(table, dict):
        raise FiguresError(Note("figures_mapping_unknown", {"name": f"measures.{slug}"}))
    table = dict(table)
    columns = [*table.pop("columns", []), *filter(None, [table.pop("column", "")])]
    is_zero_none = table.pop("zero_unreported", False)
    where = table.pop("zero_unreported_where", {})
    _check_names(f"measures.{slug}.", table, MEASURE_TEXTS)
    if table.get("kind", Measure.Kind.TOTAL) not in Measure.Kind.values:
        raise FiguresError(Note("figures_mapping_kind", {"measure": slug, "kinds": ", ".join(Measure.Kind.values)}))
    if not isinstance(where, dict) or not all(isinstance(least, int | float) for least in where.values()):
        raise FiguresError(Note("figures_mapping_unknown", {"name": f"measures.{slug}.zero_unreported_where"}))
    return MeasureMapping(slug, tuple(map(str, columns)), table, bool(is_zero_none), where)


def _check_names(where: str, table: Mapping[str, object], names: tuple[str, ...]) -> None:
    """Raise FiguresError for a name that means nothing here, or a value that is no text."""
    for name, value in table.items():
        if name not in names or not isinstance(value, str):
            raise FiguresError(Note("figures_mapping_unknown", {"name": f"{where}{name}"}))
