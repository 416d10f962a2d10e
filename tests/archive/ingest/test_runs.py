"""Runs as a worker carries them out: begun elsewhere, told in the database."""

import json

import pytest

from archive.ingest import load
from archive.ingest.journal import entries_of, make_run
from archive.ingest.patience import Patience, StoppedError
from archive.ingest.report import ImportReport, Outcome
from archive.ingest.runs import carry_out
from archive.models import Article, ImportRun, SetAsideRecord, Source
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
