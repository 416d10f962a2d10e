"""Figures into a dataset: whose they are, which are new, and which an editor's own figures keep their place from.

A table is written as a whole or not at all; written again, it changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from archive.ingest.records import Note
from archive.ingest.report import note_as_json
from archive.ingest.statistics.mapping import (
    FiguresError,
    MeasureMapping,
    TableMapping,
    column_key,
    known_measures,
)
from archive.ingest.statistics.tables import Problem, ReadTable, read_table
from archive.models import Dataset, Measure, Region
from archive.statistics.regions import Country, counted_in, find_country

MAX_NAMED = 20

INCOMING = """
CREATE TEMPORARY TABLE incoming_figure (measure_id bigint, region_id bigint, date date, value numeric(20, 4))
"""

# An editor's figure stands beside what the source said before it was changed, which the source may say again.
COUNT = """
SELECT
    count(*) FILTER (WHERE o.id IS NULL),
    count(*) FILTER (WHERE o.imported IS DISTINCT FROM i.value AND o.value IS DISTINCT FROM i.value AND o.id IS NOT NULL),
    count(*) FILTER (WHERE o.imported IS NOT DISTINCT FROM i.value AND o.value IS DISTINCT FROM i.value AND o.id IS NOT NULL)
FROM incoming_figure i LEFT JOIN archive_observation o USING (measure_id, region_id, date)
"""

WRITE = """
INSERT INTO archive_observation (measure_id, region_id, date, value, imported, note)
SELECT measure_id, region_id, date, value, value, '' FROM incoming_figure
ORDER BY measure_id, region_id, date
ON CONFLICT (measure_id, region_id, date) DO UPDATE SET value = EXCLUDED.value, imported = EXCLUDED.imported
WHERE archive_observation.imported IS DISTINCT FROM EXCLUDED.imported
"""


@dataclass
class FiguresReport:
    """What an import of figures did: how many were CREATED, UPDATED, left UNCHANGED, or KEPT as an editor wrote them."""

    dataset: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    first: date | None = None
    last: date | None = None
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "failed": len(self.problems),
        }

    def as_json(self) -> dict:
        return {
            "dataset": self.dataset,
            "counts": self.counts,
            "first": self.first and self.first.isoformat(),
            "last": self.last and self.last.isoformat(),
            "notes": [note_as_json(note) for note in self.notes],
            "problems": [{"line": problem.line, **note_as_json(problem.note)} for problem in self.problems],
        }


def import_figures(data: bytes, slug: str, mapping: TableMapping, *, dry_run: bool = False) -> FiguresReport:
    """Write the figures of DATA, a table, into the dataset of SLUG, which is made where it is not here yet.

    Raises FiguresError where they cannot be read, and then nothing is written; nor is it with DRY_RUN.
    """
    with transaction.atomic():
        report = _import(data, slug, mapping)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _import(data: bytes, slug: str, mapping: TableMapping) -> FiguresReport:
    report = FiguresReport(slug)
    # Held to the end: another import into it waits.
    dataset = Dataset.objects.select_for_update().filter(slug=slug).first()
    if dataset and dataset.is_demo:
        _empty_demo(dataset)
        report.notes.append(Note("figures_demo_removed"))
    measures = list(dataset.measures.all()) if dataset else []
    table = read_table(data, mapping, [_as_mapping(measure) for measure in measures])
    dataset = dataset or _new_dataset(slug, mapping, report)
    report.problems += table.problems
    by_slug = _measures(dataset, measures, table, report)
    regions = _regions(table, mapping, report)
    rows = [
        (by_slug[key.measure].pk, regions[key.region].pk, key.date, value)
        for key, value in _unique(table, regions, report).items()
    ]
    _tell_of(table, report)
    if rows:
        report.first, report.last = min(row[2] for row in rows), max(row[2] for row in rows)
        _write(rows, report)
    return report


def _empty_demo(dataset: Dataset) -> None:
    """Take invented figures out, before true ones come into their place."""
    dataset.measures.all().delete()
    dataset.is_demo = False
    for name in ("description", "description_latin", "source_name", "source_name_latin", "source_url", "licence"):
        setattr(dataset, name, "")
    dataset.name = dataset.name.partition(" (")[0]
    dataset.name_latin = dataset.name_latin.partition(" (")[0]
    dataset.save()


def _new_dataset(slug: str, mapping: TableMapping, report: FiguresReport) -> Dataset:
    dataset = Dataset(slug=slug, **{"name": slug, **mapping.dataset})
    _checked(dataset)
    report.notes.append(Note("figures_dataset_made", {"name": dataset.name}))
    return dataset


def _as_mapping(measure: Measure) -> MeasureMapping:
    """A measure of the dataset by its own names, and by what is known of others like it."""
    known = known_measures().get(measure.slug, MeasureMapping(measure.slug))
    texts = {**known.texts, "name": measure.name, "name_latin": measure.name_latin, "kind": measure.kind}
    return MeasureMapping(measure.slug, known.columns, texts, known.zero_unreported, known.zero_unreported_where)


def _measures(
    dataset: Dataset, measures: Iterable[Measure], table: ReadTable, report: FiguresReport
) -> dict[str, Measure]:
    """The measures of TABLE by their slugs, those made that are not here yet."""
    found = {measure.slug: measure for measure in measures}
    for position, (slug, mapping) in enumerate(table.measures.items(), len(found) + 1):
        if slug not in found:
            texts = {name: text for name, text in mapping.texts.items() if name != "steps_of"}
            measure = Measure(dataset=dataset, slug=slug, position=position, **{"name": slug, **texts})
            _checked(measure)
            found[slug] = measure
            report.notes.append(Note("figures_measure_made", {"name": measure.name}))
    return found


def _checked(thing: Dataset | Measure) -> None:
    """Save THING; raises FiguresError for what cannot be kept so."""
    try:
        thing.full_clean()
    except ValidationError as problem:
        said = next(iter(problem.message_dict.items()))
        raise FiguresError(Note("figures_not_kept", {"field": said[0], "problem": said[1][0]})) from problem
    thing.save()


def _regions(table: ReadTable, mapping: TableMapping, report: FiguresReport) -> dict[str, Region]:
    """The regions by the names that TABLE gives them; a name that nobody knows is a problem, said once."""
    known = {}
    for region in Region.objects.all():
        for name in (region.code, region.name, region.name_latin):
            known[column_key(name)] = region
    found = {}
    for name, line in table.lines.items():
        said = mapping.regions.get(column_key(name))
        if said == "":
            continue
        for wanted in filter(None, (said, table.codes.get(name), name)):
            region = known.get(column_key(wanted)) or _of_country(find_country(wanted), known)
            if region:
                found[name] = region
                break
        else:
            report.problems.append(Problem(line, Note("figure_region_unknown", {"name": name})))
    return found


def _of_country(country: Country | None, known: dict[str, Region]) -> Region | None:
    """The region that stands for COUNTRY, made where it is not here yet."""
    if country is None:
        return None
    region = known.get(column_key(country.code))
    if region is None:
        region = known[column_key(country.code)] = Region.objects.create(
            code=country.code,
            name=country.name,
            name_latin=country.name_latin,
            population=country.inhabitants,
            population_year=counted_in() if country.inhabitants else None,
        )
    return region


def _unique(table: ReadTable, regions: Mapping[str, Region], report: FiguresReport) -> dict:
    """The figures of known regions; of two names for one region, what the second says is a problem."""
    first_names: dict[int, str] = {}
    for name, region in regions.items():
        if first_names.setdefault(region.pk, name) != name:
            values = {"name": name, "other": first_names[region.pk]}
            report.problems.append(Problem(table.lines[name], Note("figure_region_twice", values)))
    return {
        key: value
        for key, value in table.figures.items()
        if key.region in regions and first_names[regions[key.region].pk] == key.region
    }


def _tell_of(table: ReadTable, report: FiguresReport) -> None:
    if table.ignored:
        report.notes.append(Note("figures_columns_ignored", {"columns": ", ".join(table.ignored[:MAX_NAMED])}))
    if table.zeros:
        report.notes.append(Note("figures_zeros", {"count": table.zeros}))


def _write(rows: list[tuple[int, int, date, Decimal | None]], report: FiguresReport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        with connection.wrap_database_errors, cursor.copy("COPY incoming_figure FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE incoming_figure")
        cursor.execute(COUNT)
        report.created, report.updated, report.kept = cursor.fetchone()
        report.unchanged = len(rows) - report.created - report.updated - report.kept
        cursor.execute(WRITE)
        cursor.execute("DROP TABLE incoming_figure")
