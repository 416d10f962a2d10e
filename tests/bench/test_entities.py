import pytest

from archive.entities.labelled import KINDS, read_conll
from bench.entities import Counts, held, measure, show
from tests.archive.entities.tagged import tiny_model

FILE = """قال O
الوزير O
سيرين B-PER
الدالي I-PER
في O
مدينة O
صيدا B-LOC
إن O
العمل O
مستمر O
. O

كان O
الطقس O
معتدلا O
في O
خندق B-LOC
. O
"""


def measured() -> Counts:
    return measure(tiny_model(), read_conll(FILE.splitlines()).articles)


def test_names_are_counted_by_kind():
    counts = measured()

    assert counts.row(["person"]) == (1, 1.0, 1.0, 1.0, 1.0)
    assert counts.row(["place"]) == (2, 1.0, 0.5, pytest.approx(2 / 3), 0.5)
    assert counts.row(["organisation"]) == (0, 0.0, 0.0, 0.0, 0.0)
    assert counts.row(KINDS)[:3] == (3, 1.0, pytest.approx(2 / 3))
    assert counts.words == 17


def test_figures_are_told_in_a_table(capsys):
    show(measured(), confidence=True)
    told = capsys.readouterr().out

    assert "person              1      1.000   1.000  1.000    1.000" in told
    assert "articles a second and core" in told
    assert "0.9 and more: 2 proposals, 1.00 right" in told


def test_the_end_of_a_file_is_held_out(tmp_path):
    path = tmp_path / "a.conll"
    path.write_text("كلمة O\n\n" * 150, encoding="utf-8")

    assert [len(part.articles) for part in held(path, 0.2)] == [8, 2]
    assert [len(part.articles) for part in held(path, 0)] == [10, 10]
