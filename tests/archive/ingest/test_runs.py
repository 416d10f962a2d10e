"""Runs as a worker carries them out: begun elsewhere, told in the database."""

import gzip
import io
import json
import random
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from archive.copies.finding import find_copies
from archive.ingest import load
from archive.ingest.journal import Journal, entries_of, make_run
from archive.ingest.patience import Patience, StoppedError
from archive.ingest.report import ImportReport, Outcome
from archive.ingest.runs import carry_out
from archive.ingest.writing import Writer
from archive.models import Article, Author, CopyGroup, ImportRun, SetAsideRecord, Source
from tests.archive.beside import copies
from tests.archive.copies.texts import text
from tests.archive.ingest.pages import PARAGRAPHS, TITLE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "lines.jsonl"
    values = [{"id": number, "title": f"{TITLE} {number}", "body": PARAGRAPHS[0]} for number in range(20)]
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in [*values, []]))
    return path


def test_a_run_keeps_its_account(lines):
    run = make_run([str(lines)], source="alwadi", format="jsonl")
    carry_out(run, ImportReport())

    run.refresh_from_db()
    assert (run.state, run.created, run.failed, run.total) == ("finished", 20, 1, 21)
    assert (run.bytes_done, run.bytes_total) == (lines.stat().st_size, lines.stat().st_size)
    assert [code for code, _ in run.notes] == ["source_new"]
    first, *_, last = entries_of(run)
    assert (first.title, first.article_id) == (f"{TITLE} 0", Article.objects.get(external_id="0").pk)
    assert [last] == list(entries_of(run, outcome="failed"))
    assert (last.outcome, last.reasons[0].code) == (Outcome.FAILED, "json_not_object")


def packed(lines: bytes, packing: str) -> bytes:
    if packing == "gzip":
        return gzip.compress(lines)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as container:
        half = lines.index(b"\n", len(lines) // 2) + 1
        for name, content in (("1.jsonl", lines[:half]), ("2.jsonl", lines[half:])):
            container.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_how_far_a_packed_file_is_through_is_told_by_its_own_bytes(tmp_path, monkeypatch, packing):
    bodies = (random.Random(number).randbytes(10_000).hex() for number in range(60))
    values = ({"id": number, "title": TITLE, "body": body} for number, body in enumerate(bodies))
    content = packed("\n".join(map(json.dumps, values)).encode(), packing)
    (tmp_path / "packed").write_bytes(content)
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 15)
    told = []
    write = Journal.write

    def listening(*arguments, bytes_done, **more):
        told.append(bytes_done / len(content))
        write(*arguments, bytes_done=bytes_done, **more)

    monkeypatch.setattr(Journal, "write", listening)
    carry_out(make_run([str(tmp_path / "packed")], format="jsonl"), ImportReport())
    expected = {"gzip": [0.25, 0.5, 0.75, 1], "zip": [0, 0, 0.5, 0.5]}[packing]
    assert told == pytest.approx(expected, abs=0.3)


def test_a_trial_keeps_its_account_and_nothing_else(lines):
    run = make_run([str(lines)], source="alwadi", dry_run=True)
    for _time in range(2):
        carry_out(run, ImportReport())
        run.refresh_from_db()
        assert (run.state, run.created, run.failed, run.entries.count()) == ("finished", 20, 1, 21)
    assert [code for code, _ in run.notes] == ["source_new"]
    assert not (Article.objects.exists() or SetAsideRecord.objects.exists() or Source.objects.exists())


def test_a_trial_can_be_watched_and_stopped(lines, monkeypatch):
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 5)
    run = make_run([str(lines)], dry_run=True)
    seen = []

    def stopping():
        seen.append(ImportRun.objects.get().created)
        return seen[-1] == 10

    with pytest.raises(StoppedError):
        carry_out(run, ImportReport(), patience=Patience(stopping=stopping))
    run.refresh_from_db()
    assert (run.state, run.created) == ("stopped", 10)
    assert not Article.objects.exists()


def test_runs_side_by_side_find_the_copies_that_neither_saw(tmp_path, monkeypatch):
    """The first run writes its articles and is still under way when the second one reads the same texts."""
    for name, source in (("a", "الوادي"), ("b", "الساحل")):
        values = [{"id": number, "title": TITLE, "body": text(number), "source": source} for number in range(3)]
        values.append({"id": 9, "title": TITLE, "body": text(ord(name)), "source": source})
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values))
    first, second = (make_run([str(tmp_path / f"{name}.jsonl")]) for name in "ab")
    carry_out(first, ImportReport())
    with monkeypatch.context() as patch:
        # What is not committed yet is not found.
        patch.setattr("archive.ingest.load.find_copies", _remember_only)
        ImportRun.objects.filter(pk=first.pk).update(seen_at=timezone.now() + timedelta(minutes=1))
        carry_out(second, ImportReport())
    found = [len(copies(article)) for article in Article.objects.order_by("pk")]
    assert found == [1, 1, 1, 0, 1, 1, 1, 0]


def _remember_only(article_ids, **more):
    find_copies(article_ids, **more)
    CopyGroup.objects.all().delete()


def test_sections_and_authors_keep_no_other_import_waiting(tmp_path, monkeypatch):
    """They are there for others to be seen before the batch that names them is written."""
    path = tmp_path / "lines.jsonl"
    record = {"id": "1", "title": TITLE, "body": PARAGRAPHS[0], "author": "سامر الحداد", "category": "اقتصاد"}
    path.write_text(json.dumps(record, ensure_ascii=False))
    seen = []
    create = Writer.create

    def look_from_elsewhere(self, new):
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT name FROM archive_author UNION SELECT name FROM archive_section ORDER BY 1")
            seen.extend(name for (name,) in cursor)
        other.close()
        return create(self, new)

    monkeypatch.setattr(Writer, "create", look_from_elsewhere)
    carry_out(make_run([str(path)]), ImportReport())
    assert seen[:2] == ["اقتصاد", "سامر الحداد"]
    assert Article.objects.get().author_names == ["سامر الحداد"]


def test_an_author_that_an_editor_removed_does_not_come_back_with_the_same_record(tmp_path):
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps({"id": "1", "title": TITLE, "body": PARAGRAPHS[0], "author": "سامر الحداد"}))
    carry_out(make_run([str(path)]), ImportReport())
    Author.objects.all().delete()
    carry_out(make_run([str(path)]), ImportReport())
    assert not Author.objects.exists()
