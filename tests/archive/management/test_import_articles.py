import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from archive.ingest.notes import SENTENCES, sentence
from archive.ingest.records import Note
from archive.models import Article, Capture
from tests.archive.ingest.pages import PAGES, PARAGRAPHS, TITLE

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


def test_a_missing_file_fails():
    with pytest.raises(CommandError, match=r"1 record failed\."):
        run("/no/such/file")


def test_a_date_that_is_none_is_refused_before_anything_is_read():
    with pytest.raises(CommandError, match="is no date"):
        run(PAGES, published="21/12/2017")


def test_a_report_that_cannot_be_written_is_told_first(tmp_path):
    with pytest.raises(CommandError, match="cannot be written"):
        run(PAGES, report=str(tmp_path / "no" / "report.json"))
    assert not Article.objects.exists()


def test_quiet(tmp_path):
    assert run(PAGES, verbosity=0) == ""


def test_many_records_are_summed_up(tmp_path):
    lines = [json.dumps({"id": number, "title": f"خبر {number}", "body": "نص"}) for number in range(50)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    out = run(tmp_path / "many.jsonl")
    assert "… and 30 more records; --report lists them all." in out
    assert "created: 50" in out


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
    values = {"limit_bytes": 1, "problem": "p", "count": 1, "text": "t", "field": "f", "url": "u", "fields": "x"}
    assert all(sentence(Note(code, values)) for code in SENTENCES)
