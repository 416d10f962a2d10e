import json

import pytest
from django.core.management import CommandError, call_command

from archive.models import Dataset, Observation
from tests.archive.ingest.conftest import web  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

TABLE = "date,country,confirmed,region of it\n2020-05-01,Lebanon,729,x\n2020-05-02,Lebanon,733,x\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(capsys, *arguments, **options) -> str:
    call_command("import_statistics", *map(str, arguments), dataset="fever", **options)
    return capsys.readouterr().out


def test_it_tells_what_was_made_and_the_second_time_that_nothing_was(capsys, table):
    assert run(capsys, table).splitlines() == [
        "مجموعة البيانات «fever» جديدة",
        "المقياس «الإصابات المؤكدة» جديد",
        "أعمدة لم تُقرأ: region of it",
        "أرقام من 2020-05-01 إلى 2020-05-02",
        "أُنشئ 2، وحُدّث 0، ولم يتغيّر 0، وبقي كما كتبه المحررون 0",
    ]
    assert run(capsys, table).splitlines()[-1] == "أُنشئ 0، وحُدّث 0، ولم يتغيّر 2، وبقي كما كتبه المحررون 0"


def test_a_trial_writes_nothing(capsys, table):
    assert run(capsys, table, dry_run=True).splitlines()[-1] == "لم يُكتب شيء: كانت تجربة."
    assert not Dataset.objects.exists()


def test_bad_rows_are_named_and_reported_and_the_rest_is_written(capsys, table, tmp_path):
    table.write_text(TABLE + "2020-05-03,Lebanon,many,x\n2020-05-03,Valley,1,x\n", encoding="utf-8")
    report = tmp_path / "report.json"
    with pytest.raises(CommandError, match="وُجدت مشكلتان"):
        run(capsys, table, report=str(report))
    said = capsys.readouterr().out
    assert "    السطر 4: ليس عددًا: «many» (figure_no_number)" in said
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "kept": 0, "failed": 2}
    assert [(problem["line"], problem["code"]) for problem in written["problems"]] == [
        (4, "figure_no_number"),
        (5, "figure_region_unknown"),
    ]
    assert (written["dry_run"], written["first"]) == (False, "2020-05-01")


def test_a_mapping_and_a_measure_say_what_a_table_holds(capsys, tmp_path):
    wide, mapping = tmp_path / "wide.csv", tmp_path / "mapping.toml"
    wide.write_text("where,5/1/20,5/2/20,5/3/20\nLebanon,1,2,3\n", encoding="utf-8")
    mapping.write_text('region = "where"', encoding="utf-8")
    run(capsys, wide, mapping=str(mapping), measure="deaths")
    assert list(Observation.objects.order_by("date").values_list("measure__slug", "value")) == [
        ("deaths", 1), ("deaths", 2), ("deaths", 3),
    ]  # fmt: skip


def test_a_table_on_the_web_is_fetched(capsys, web):  # noqa: F811
    web.answers["/feed"] = (200, {}, TABLE.encode())
    run(capsys, web.url())
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"title,body\nx,y\n", {}, "لا عمود يسمّى بلدًا أو منطقة"),
        (TABLE.encode(), {"mapping": "/nowhere.toml"}, "/nowhere.toml: "),
        (TABLE.encode(), {"report": "/nowhere/report.json"}, "/nowhere/report.json"),
    ],
)
def test_what_cannot_be_done_says_why(capsys, tmp_path, content, options, said):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        run(capsys, path, **options)
    with pytest.raises(CommandError, match=r"none\.csv"):
        run(capsys, tmp_path / "none.csv")
