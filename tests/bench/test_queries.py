import json

import pytest
from django.test import Client

from bench.queries import acting, kinds, main, measure, read_queries
from tests.factories import ArticleFactory


def test_lists_are_read_from_folders_line_by_line(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "list.txt").write_bytes(b"' OR 1=1 --\n\n\xff\n")
    (tmp_path / "more" / "topics.tsv").write_text(
        "1\tما هي المسألة الشرقية ؟\n2\tكم تبعد بيت لحم؟\n", encoding="utf-8"
    )
    (tmp_path / "more" / "strings.json").write_text(json.dumps(["<b>", 1, None]), encoding="utf-8")
    (tmp_path / "LICENSE").write_text("no query", encoding="utf-8")
    queries = list(read_queries(tmp_path))
    assert queries == ["' OR 1=1 --", "\udcff", "<b>", "ما هي المسألة الشرقية ؟", "كم تبعد بيت لحم؟"]


@pytest.mark.parametrize(("name", "said"), [("gone.txt", "not there"), ("empty.txt", "no query"), (".", "no query")])
def test_what_cannot_be_asked_is_said(tmp_path, monkeypatch, capsys, name, said):
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["bench/queries", str(tmp_path / name)])
    with pytest.raises(SystemExit):
        main()
    assert said in capsys.readouterr().err


def test_what_could_act_is_told_from_what_cannot():
    harmless = acting(b"<p title=x><a href='/search/'>one</a></p>")
    assert acting(b"<p>&lt;script&gt; <a href='/about/'>two</a></p>") <= harmless
    for page in (
        b"<p><script>alert(1)</script></p>",
        b"<p onclick=alert(1)>one</p>",
        b"<a href=' JavaScript:alert(1)'>one</a>",
        b"<p><iframe src='//elsewhere.example'></iframe></p>",
    ):
        assert acting(page) - harmless


def test_answers_are_told_apart():
    assert list(kinds(200, set())) == ["answered"]
    assert list(kinds(422, set())) == ["given up"]
    assert list(kinds(400, set())) == ["ERROR 400"]
    assert list(kinds(500, {"script"})) == ["ERROR", "ACTING ['script']"]


def test_each_query_is_asked_and_told_of(db, capsys, monkeypatch):
    ArticleFactory(title="وقف النار", body="<p>هدنة جنيف</p>")
    measure(["هدنة", "<script>alert(1)</script>", "ك" * 9_000], slowest=1)
    assert "answered 3" in capsys.readouterr().out
    monkeypatch.setattr(Client, "get", _broken(Client.get))
    measure(["هدنة", "broken"], slowest=1)
    assert "ERROR: 'broken'" in capsys.readouterr().out


def _broken(get):
    def answer(client, path, *arguments, **options):
        response = get(client, path, *arguments, **options)
        if "broken" in path:
            response.status_code = 500
        return response

    return answer
