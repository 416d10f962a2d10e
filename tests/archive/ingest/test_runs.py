"""Runs as a worker carries them out: begun elsewhere, told in the database."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from archive.copies.finding import find_copies
from archive.ingest import load
from archive.ingest.journal import entries_of, make_run
from archive.ingest.patience import Patience, StoppedError
from archive.ingest.report import ImportReport, Outcome
from archive.ingest.runs import carry_out
from archive.models import Article, CopyGroup, ImportRun, SetAsideRecord, Source
from archive.reading import copies
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


def _remember_only(article_ids):
    find_copies(article_ids)
    CopyGroup.objects.all().delete()
