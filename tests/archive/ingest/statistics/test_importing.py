"""Figures into the database: once, whole, and beside what editors wrote."""

from datetime import date
from decimal import Decimal

import pytest

from archive.ingest.statistics.importing import FiguresReport, import_figures
from archive.ingest.statistics.mapping import FiguresError, read_mapping
from archive.models import Dataset, Measure, MeasureTotal, Observation, Region
from archive.text.sounds import is_latin
from tests.archive.statistics.test_regions import names_in_tables
from tests.factories import DatasetFactory, MeasureFactory, RegionFactory

pytestmark = pytest.mark.django_db

TABLE = """date,country,confirmed,deaths
2020-05-01,Lebanon,729,24
2020-05-02,Lebanon,733,
2020-05-01,Syria,43,3
"""
DAY = date(2020, 5, 1)


def load(text: str = TABLE, mapping: str = "", *, slug: str = "fever", dry_run: bool = False) -> FiguresReport:
    return import_figures(text.encode(), slug, read_mapping(mapping), dry_run=dry_run)


def counts(report: FiguresReport) -> tuple[int, ...]:
    return report.created, report.updated, report.unchanged, report.kept


def value(region: str, day: date = DAY, measure: str = "confirmed") -> Decimal | None:
    return Observation.objects.get(region__code=region, date=day, measure__slug=measure).value


def note_codes(report: FiguresReport) -> list[str]:
    return [note.code for note in report.notes]


def test_a_table_makes_its_dataset_measures_and_countries():
    report = load()
    assert counts(report) == (6, 0, 0, 0)
    assert (report.first, report.last) == (DAY, date(2020, 5, 2))
    assert note_codes(report) == ["figures_dataset_made", "figures_measure_made", "figures_measure_made"]
    assert list(Measure.objects.values_list("slug", "name", "kind")) == [
        ("confirmed", "الإصابات المؤكدة", "total"),
        ("deaths", "الوفيات", "total"),
    ]
    lebanon = Region.objects.get(code="LB")
    assert (lebanon.name, lebanon.name_latin, lebanon.population_year) == ("لبنان", "Lebanon", 2024)
    assert value("LB") == 729
    assert value("LB", date(2020, 5, 2), "deaths") is None


def test_a_table_of_all_countries_has_them_in_arabic():
    names = names_in_tables()
    table = "date,country,confirmed\n" + "".join(f"2020-05-01,{name},1\n" for name in names.values())
    report = load(table)
    assert report.counts == {"created": 187, "updated": 0, "unchanged": 0, "kept": 0, "failed": 0}
    regions = dict(Region.objects.values_list("code", "name"))
    assert regions.keys() == names.keys()
    assert [name for name in regions.values() if is_latin(name)] == []


def test_the_same_table_again_changes_nothing():
    load()
    changed_at = Dataset.objects.get().changed_at
    assert counts(load()) == (0, 0, 6, 0)
    assert Dataset.objects.get().changed_at == changed_at
    assert not Observation.pgh_event_model.objects.exists()


def test_what_the_source_says_anew_is_written_and_what_was_is_kept_as_history():
    load()
    report = load(TABLE.replace("729", "728"))
    assert counts(report) == (0, 1, 5, 0)
    assert value("LB") == 728
    [event] = Observation.pgh_event_model.objects.all()
    assert event.value == 729


def test_an_editors_figure_stays_until_the_source_says_something_new():
    load()
    Observation.objects.filter(region__code="LB", date=DAY, measure__slug="confirmed").update(value=700, note="خطأ")
    assert counts(load()) == (0, 0, 5, 1)
    assert value("LB") == 700
    assert counts(load(TABLE.replace("729", "705"))) == (0, 1, 5, 0)
    assert value("LB") == 705


def test_a_figure_that_the_source_takes_back_is_not_reported():
    load()
    load(TABLE.replace("729", ""))
    assert value("LB") is None


def test_a_trial_writes_nothing_and_tells_the_same():
    report = load(dry_run=True)
    assert counts(report) == (6, 0, 0, 0)
    assert not Dataset.objects.exists()
    assert not Region.objects.exists()


def test_unknown_regions_are_named_once_and_a_mapping_knows_them_or_leaves_them_out():
    text = "date,country,confirmed\n2020-05-01,Valley,1\n2020-05-02,Valley,2\n2020-05-01,The ship,9\n"
    report = load(text)
    assert [(problem.line, problem.note.code) for problem in report.problems] == [
        (2, "figure_region_unknown"),
        (4, "figure_region_unknown"),
    ]
    RegionFactory(code="X1", name="الوادي")
    report = load(text, '[regions]\nValley = "X1"\n"The ship" = ""')
    assert report.problems == []
    assert value("X1", date(2020, 5, 2)) == 2


def test_two_names_of_one_country_do_not_mix():
    report = load("date,country,confirmed\n2020-05-01,Burma,1\n2020-05-01,Myanmar,5\n2020-05-02,Myanmar,6\n")
    assert [problem.note.code for problem in report.problems] == ["figure_region_twice"]
    assert list(Observation.objects.values_list("value", flat=True)) == [1]


def test_measures_of_the_dataset_come_first_and_one_that_is_named_is_added():
    measure = MeasureFactory(dataset=DatasetFactory(slug="fever"), slug="sick", name="المرضى", name_latin="Sick")
    report = load("date,country,Sick,deaths\n2020-05-01,Lebanon,7,1\n")
    assert note_codes(report) == ["figures_columns_ignored"]
    assert measure.observations.get().value == 7
    load("country,5/1/20,5/2/20,5/3/20\nLebanon,0,0,1\n", 'measure = "deaths"')
    assert list(Measure.objects.values_list("slug", "name")) == [("sick", "المرضى"), ("deaths", "الوفيات")]
    assert list(MeasureTotal.objects.filter(measure__slug="deaths").values_list("value", flat=True)) == [0, 0, 1]


def test_invented_figures_make_room_for_true_ones():
    load(TABLE.replace("Syria", "Jordan"))
    Dataset.objects.update(is_demo=True, name="حمّى (أرقام للعرض)", description="اختُلقت")
    report = load()
    assert note_codes(report)[0] == "figures_demo_removed"
    assert not Observation.objects.filter(region__code="JO").exists()
    dataset = Dataset.objects.get()
    assert (dataset.is_demo, dataset.name, dataset.description) == (False, "حمّى", "")


def test_what_cannot_be_read_leaves_everything_as_it_was():
    load()
    Dataset.objects.update(is_demo=True)
    with pytest.raises(FiguresError):
        load("date,country\n2020-05-01,Lebanon\n")
    assert Observation.objects.count() == 6


def test_a_measure_whose_name_no_address_can_have_is_refused():
    with pytest.raises(FiguresError) as refused:
        load("country,5/1/20,5/2/20,5/3/20\nLebanon,0,0,1\n", 'measure = "كذا"')
    assert refused.value.note.code == "figures_not_kept"
    assert not Dataset.objects.exists()
