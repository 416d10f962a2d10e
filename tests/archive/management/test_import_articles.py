import io
import json
import os
import re
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import translation

from archive.ingest.load import Loader
from archive.ingest.notes import SENTENCES, sentence
from archive.ingest.records import Note
from archive.models import Article, Capture, Source
from tests.archive.ingest.pages import PAGES, PARAGRAPHS, TITLE
from tests.archive.ingest.readers.test_wxr import POST, export
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db

LINE = json.dumps({"id": 1, "title": TITLE, "body": PARAGRAPHS[0], "source": "الوادي"}, ensure_ascii=False).encode()


def run(*arguments, **options) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("import_articles", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_it_tells_what_it_did_and_what_it_dropped():
    out = run(PAGES / "library.txt")
    assert out.splitlines()[0].startswith("created: افتتاح مكتبة عامة في حي الميناء بعد ترميمها")
    assert "انضم إلى قناتنا على واتساب — offers the WhatsApp service (whatsapp)" in out
    assert out.splitlines()[-5:] == ["created: 1", "updated: 0", "unchanged: 0", "skipped: 0", "failed: 0"]


def test_what_has_no_title_is_named_once(capsys):
    with pytest.raises(CommandError):
        call_command("import_articles", "/no/such/file")
    assert capsys.readouterr().out.splitlines()[0] == "فشل: /no/such/file"


def test_a_trial_tells_what_would_happen(tmp_path):
    (tmp_path / "two.jsonl").write_bytes(LINE + b"\n[]")
    out = io.StringIO()
    with translation.override("en"), pytest.raises(CommandError, match=r"1 record would fail\."):
        call_command("import_articles", str(tmp_path / "two.jsonl"), stdout=out, dry_run=True)
    told = out.getvalue().splitlines()
    assert [line for line in told if line.startswith("would be created")] == [
        f"would be created: {TITLE} [{tmp_path}/two.jsonl:1]",
        "would be created: 1",
    ]
    assert told[-2:] == ["would fail: 1", "Nothing was written: this was a trial."]


def test_a_missing_file_fails():
    with pytest.raises(CommandError, match=r"1 record failed\."):
        run("/no/such/file")


@pytest.mark.parametrize("name", ["sub", ".DS_Store"])
def test_paths_without_anything_to_import_fail_and_are_named(tmp_path, name):
    for folder in ("one", "two"):
        (tmp_path / folder / name).mkdir(parents=True)
    with pytest.raises(CommandError, match=f"Nothing was found to import in {tmp_path}/one, {tmp_path}/two"):
        run(tmp_path / "one", tmp_path / "two")


def test_an_empty_folder_among_others_is_named(tmp_path):
    out = run(PAGES / "library.txt", tmp_path, PAGES / "library.txt")
    assert f"skipped: {tmp_path}\n    nothing was found to import in it (folder_empty)" in out
    assert out.splitlines()[-2:] == ["skipped: 1", "failed: 0"]


def test_a_date_that_is_none_is_refused_before_anything_is_read():
    with pytest.raises(CommandError, match="is no date"):
        run(PAGES, published="21/12/2017")


@pytest.mark.parametrize(
    ("slug", "example"), [("bad slug!", "bad-slug"), ("صحيفة الوادي", "صحيفة-الوادي"), ("!", "example-daily")]
)
def test_a_source_that_is_no_address_is_refused_before_anything_is_read(slug, example):
    with pytest.raises(CommandError, match=f"“{re.escape(slug)}” is no address of a source: .*, like {example}"):
        run(PAGES, source=slug)
    assert (Article.objects.exists(), Source.objects.exists()) == (False, False)


def test_a_source_in_an_odd_address_that_is_there_is_taken():
    SourceFactory(slug="Old_Paper")
    run(PAGES, source="Old_Paper")
    assert Source.objects.get().slug == "Old_Paper"


def test_a_new_source_is_told_first_and_in_the_reports_sums(tmp_path):
    run(PAGES / "library.txt")
    out = run(PAGES, source="صحيفة-الوادي", report=str(tmp_path / "report.json"))
    assert out.splitlines()[0] == "the source “صحيفة-الوادي” is new in the archive (source_new)"
    assert out.count("source_new") == 1
    assert "its source was not known: it is an article of the source “صحيفة-الوادي” now (source_found)" in out
    report = json.loads((tmp_path / "report.json").read_text())
    assert [note["code"] for note in report["notes"]] == ["source_new"]


def test_a_report_that_cannot_be_written_is_told_first(tmp_path):
    with pytest.raises(CommandError, match="Nothing can be written to"):
        run(PAGES, report=str(tmp_path / "no" / "report.json"))
    assert not Article.objects.exists()


class Gone(io.StringIO):
    """A pipe whose reader has left."""

    def write(self, text):
        raise BrokenPipeError


def test_a_reader_who_leaves_stops_nothing():
    call_command("import_articles", str(PAGES), stdout=Gone())
    assert Article.objects.count() == len(list(PAGES.glob("*.txt")))


def test_what_cannot_be_printed_stops_nothing(tmp_path):
    value = {
        "title": TITLE,
        "body": "<p>نص</p><script>\ud800</script>",
        "url": "x\ud800\x1b[2J",
        "published": "\ud800",
    }
    (tmp_path / "odd.jsonl").write_text(json.dumps(value))
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    call_command(
        "import_articles", str(tmp_path / "odd.jsonl"), "--report", str(tmp_path / "report.json"), stdout=stdout
    )
    out = stdout.buffer.getvalue().decode()
    assert ("x��[2J" in out, "\x1b" in out) == (True, False)
    report = json.loads((tmp_path / "report.json").read_text())
    told = [reason["values"] for reason in report["records"][0]["reasons"]]
    assert {"text": "\ud800"} in told
    assert {"url": "x\ud800\x1b[2J"} in told


def test_file_names_that_are_no_text(tmp_path):
    name = os.fsencode(tmp_path / "library") + b"-\xc7\xe1.txt"
    with open(name, "wb") as file:  # noqa: PTH123
        file.write((PAGES / "library.txt").read_bytes())
    assert "created: 1" in run(tmp_path)
    assert Capture.objects.get().file_name == "library-��.txt"


def test_quiet(tmp_path):
    assert run(PAGES, verbosity=0) == ""


def test_many_records_are_summed_up(tmp_path):
    lines = [json.dumps({"id": number, "title": f"خبر {number}", "body": "نص"}) for number in range(50)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    out = run(tmp_path / "many.jsonl")
    assert "… and 30 more records; --report lists them all." in out
    assert "created: 50" in out


def test_a_source_that_is_made_is_told_among_any_number_of_records(tmp_path):
    lines = [json.dumps({"id": number, "title": f"خبر {number}", "source": "الوادي"}) for number in range(50)]
    (tmp_path / "many.jsonl").write_text("\n".join([*lines, json.dumps({"title": "خبر", "source": "الوادى"})]))
    out = run(tmp_path / "many.jsonl")
    assert re.findall("“.*” is new in the archive", out) == [
        "“الوادي” is new in the archive",
        "“الوادى” is new in the archive",
    ]
    assert "… and 29 more records" in out


def refusing(problem):
    """A loader's method that is stopped by PROBLEM at the second record."""
    add = Loader.add
    seen = []

    def stop(self, found, *whence, **more):
        seen.append(found)
        if len(seen) > 1:
            self.flush()
            raise problem
        add(self, found, *whence, **more)

    return stop


@pytest.mark.parametrize(
    ("problem", "message", "returncode"),
    [
        (KeyboardInterrupt(), "Stopped. What is counted above is in the archive", 130),
        (
            OperationalError("server closed the connection\nDETAIL"),
            "The database failed: server closed the connection",
            1,
        ),
    ],
)
def test_an_import_that_is_stopped_says_so_and_can_be_taken_up(tmp_path, monkeypatch, problem, message, returncode):
    second = LINE.replace(b'"id": 1', b'"id": 2')
    (tmp_path / "two.jsonl").write_bytes(LINE + b"\n" + second)
    with monkeypatch.context() as patch, pytest.raises(CommandError) as caught:
        patch.setattr(Loader, "add", refusing(problem))
        run(tmp_path / "two.jsonl", report=str(tmp_path / "report.json"))
    assert (str(caught.value).startswith(message), caught.value.returncode) == (True, returncode)
    assert json.loads((tmp_path / "report.json").read_text())["counts"]["created"] == 1
    assert run(tmp_path / "two.jsonl").splitlines()[-5:-2] == ["created: 1", "updated: 0", "unchanged: 1"]


@pytest.mark.parametrize("step", ["make_run", "words_need_counting"])
def test_a_database_that_is_away_before_or_behind_the_import_is_told_in_a_line(tmp_path, monkeypatch, step):
    (tmp_path / "one.jsonl").write_bytes(LINE)

    def away(*_given, **_more):
        raise OperationalError("connection refused\nDETAIL")

    monkeypatch.setattr(f"archive.management.commands.import_articles.{step}", away)
    with pytest.raises(CommandError, match=r"^The database failed: connection refused$"):
        run(tmp_path / "one.jsonl")


def test_progress_is_told_where_nobody_watches_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("archive.management.commands.import_articles.UNWATCHED_PROGRESS_SECONDS", 0)
    (tmp_path / "one.jsonl").write_bytes(LINE)
    run(tmp_path / "one.jsonl")
    progress, counting = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"1 records, \d+ a second: .*/one\.jsonl", progress)
    assert counting.startswith("Counting")


def test_an_article_without_a_date_is_said_to_need_one():
    assert "(no_date)" in run(PAGES / "library.txt")
    assert "(no_date)" not in run(PAGES / "library.txt")


def test_bytes_come_back_exactly(tmp_path, capfdbinary):
    raw = (PAGES / "library.txt").read_text().replace("\n", "\r\n").encode("cp1256", "replace")
    (tmp_path / "page.txt").write_bytes(raw)
    run(tmp_path / "page.txt")
    article = Article.objects.get()
    call_command("export_capture", str(article.pk), "--output", str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == raw
    call_command("export_capture", "--capture", Capture.objects.get().sha256)
    assert capfdbinary.readouterr().out == raw


def test_an_unknown_capture():
    with pytest.raises(CommandError):
        call_command("export_capture", "404")


def test_every_code_has_its_sentence():
    values = dict.fromkeys(re.findall(r"%\((\w+)\)", " ".join(map(str, SENTENCES.values()))), 1)
    assert all(sentence(Note(code, values)) for code in SENTENCES)


def test_a_mapping_file_names_the_fields_and_what_is_left_is_told(tmp_path):
    (tmp_path / "map.toml").write_text('title = "Overskrift"\nbody = ["Brødtekst"]', encoding="utf-8")
    (tmp_path / "table.csv").write_text(
        f"Overskrift,Brødtekst,Nøgle\n{TITLE},{PARAGRAPHS[0]},زيتون\n", encoding="utf-8"
    )
    out = run(tmp_path / "table.csv", mapping=str(tmp_path / "map.toml"))
    article = Article.objects.get()
    assert (article.title, article.text) == (TITLE, PARAGRAPHS[0])
    assert "(--mapping in the command) says what they are: Nøgle (names_unread)" in out


@pytest.mark.parametrize(
    ("content", "said"), [("x", "neither TOML nor JSON"), ('x = "y"', "no field “x”"), (None, "no such file")]
)
def test_a_mapping_file_of_no_use_is_refused_before_anything_is_read(tmp_path, content, said):
    if content is not None:
        (tmp_path / "map").write_text(content)
    with pytest.raises(CommandError, match=said):
        run("/no/such/file", mapping=str(tmp_path / "map"))


def test_what_is_in_a_container_is_imported_and_what_was_skipped_is_no_failure(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as container:
        container.writestr("a/lines.jsonl", LINE)
        container.writestr("site.xml", export(POST.replace("<wp:status>publish", "<wp:status>draft")))
    out = run(tmp_path / "all.zip")
    assert f"created: {TITLE} [{tmp_path}/all.zip/a/lines.jsonl:1]" in out
    assert out.splitlines()[-5:] == ["created: 1", "updated: 0", "unchanged: 0", "skipped: 1", "failed: 0"]


def test_programs_hear_of_an_import_in_lines_of_json(tmp_path, capsys):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "title": "خبر", "body": "نص الخبر"}\n[]\n')
    with pytest.raises(CommandError):
        call_command("import_articles", str(path), progress="json")
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [event["event"] for event in events] == ["failed", "file", "end"]
    assert (events[1]["records"], events[2]["counts"]["created"]) == (2, 1)
    assert events[2]["bytes_done"] == events[2]["bytes_total"] == path.stat().st_size


def test_quiet_tells_nothing_of_what_goes_well(tmp_path, capsys):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "title": "خبر", "body": "نص الخبر"}\n')
    call_command("import_articles", str(path), quiet=True)

    assert capsys.readouterr() == ("", "")
