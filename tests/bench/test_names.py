import pytest

from archive.models import Entity
from bench.names import holds, measure, read_names, read_pairs, report

PAIRS = [("Sergei Lavrov", "سيرغي لافروف"), ("Putin", "بوتين"), ("Aleppo", "حلب")]


def test_files_are_read(tmp_path):
    file = tmp_path / "names.tsv"
    file.write_text("# names\nPutin\tبوتين\tPER\n\nno tab\n", encoding="utf-8")
    assert list(read_pairs(file)) == [("Putin", "بوتين")]
    (tmp_path / "more.tsv").write_text("حلب\tLOC\nبوتين\n", encoding="utf-8")
    assert list(read_names([tmp_path / "more.tsv"])) == ["حلب", "بوتين"]


@pytest.mark.parametrize(
    ("name", "wanted", "answer"),
    [
        (["سيرغي", "لافروف"], ["لافروف"], True),
        (["ستافان", "دي", "ميستورا"], ["ديميستورا"], False),
        (["ستافان", "ديميستورا"], ["دي", "ميستورا"], True),
        (["لافروفسكي"], ["لافروف"], False),
    ],
)
def test_a_name_holds_words_or_not(name, wanted, answer):
    assert holds(name, wanted) is answer


@pytest.mark.django_db
def test_names_are_asked_for_and_counted(monkeypatch, capsys):
    monkeypatch.setattr("bench.names.processor_clock", lambda: lambda: 0.0)
    for _latin, arabic in PAIRS:
        entity = Entity.objects.create(kind="person", name=arabic)
        entity.aliases.create(name=arabic)

    tallies = measure(PAIRS)

    assert {kind: (tally.asked, tally.first, tally.shown_right) for kind, tally in tallies.items()} == {
        "full names": (1, 1, 1),
        "one word": (2, 1, 1),
        "last words of full names": (1, 1, 1),
    }
    assert [line.split(",")[0] for line in tallies["one word"].missed] == ["Aleppo"]
    assert {len(tally.admin_milliseconds) for tally in tallies.values()} == {1, 2}
    report(tallies, missed=True)
    assert "| one word | 2 | 0.500 | 0.500 | 0.500 | 1.000 | 0.000 | " in capsys.readouterr().out
