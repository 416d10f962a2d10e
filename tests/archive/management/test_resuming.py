"""Imports that are stopped, and left by their database, leave the archive that an unbroken one leaves."""

import io
import json
import os
import signal

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import translation

from archive.ingest import load
from archive.ingest.journal import Journal
from archive.ingest.load import Loader
from archive.models import Article, ImportEntry, ImportRun
from tests.archive.ingest.pages import PARAGRAPHS, TITLE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """So that there are many moments at which an import can be left."""
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 9)


def told(*arguments, **options) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("import_articles", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def lines(tmp_path):
    """A file of 30 records, in batches of nine."""
    path = tmp_path / "lines.jsonl"
    values = ({"id": number, "title": f"{TITLE} {number}", "body": PARAGRAPHS[0]} for number in range(30))
    path.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values))
    return path


def at_write(monkeypatch, number: int, step) -> None:
    """Let STEP come before the NUMBERth batch's place is written, once."""
    write, count = Journal.write, []

    def write_after(self, *arguments, **more):
        count.append(self)
        if len(count) == number:
            step()
        return write(self, *arguments, **more)

    monkeypatch.setattr(Journal, "write", write_after)


def execute(statement: str):
    def step():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return step


@pytest.fixture
def patient(monkeypatch):
    """Pauses take no time; what was told of them."""
    monkeypatch.setattr("archive.ingest.patience.FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("archive.ingest.patience.LONGEST_PAUSE_SECONDS", 0.002)
    monkeypatch.setattr("archive.ingest.patience.LIMIT_SECONDS", 0.006)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_it_after_the_batch(lines, tmp_path, monkeypatch, number, code):
    at_write(monkeypatch, 2, lambda: os.kill(os.getpid(), number))
    with pytest.raises(CommandError) as caught:
        told(lines, report=tmp_path / "report.json")
    run = ImportRun.objects.get()
    assert str(caught.value) == (
        "Stopped. What is counted above is in the archive; this brings in the rest: "
        f"script/manage import_articles --resume {run.pk}"
    )
    assert (caught.value.returncode, run.state, run.created, Article.objects.count()) == (code, "stopped", 18, 18)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL

    out = told(resume=str(run.pk), report=tmp_path / "report.json")
    assert out.startswith(f"Going on with run {run.pk}, after 18 records.\n")
    assert "created: 30" in out
    # Its report has the records from before it was stopped.
    report = json.loads((tmp_path / "report.json").read_text())
    assert [record["origin"] for record in report["records"]] == [f"{lines}:{place}" for place in range(1, 31)]
    assert (report["counts"]["created"], Article.objects.count()) == (30, 30)


def test_a_run_that_the_admin_asks_to_stop_stops(lines, monkeypatch):
    at_write(monkeypatch, 1, lambda: ImportRun.objects.update(stop_wanted=True))
    with pytest.raises(CommandError, match="Stopped"):
        told(lines)
    assert (ImportRun.objects.get().state, Article.objects.count()) == ("stopped", 9)
    told(lines, resume="last")
    assert (ImportRun.objects.get().state, Article.objects.count()) == ("finished", 30)


def test_a_database_that_comes_back_is_waited_for(lines, monkeypatch, patient):
    at_write(monkeypatch, 2, execute("SELECT pg_terminate_backend(pg_backend_pid())"))
    out = told(lines)
    assert "the database is away: trying again in 0 seconds (" in out
    assert "created: 30" in out
    assert (ImportRun.objects.get().created, ImportEntry.objects.count(), Article.objects.count()) == (30, 30, 30)


def test_a_batch_whose_answer_was_lost_is_not_written_twice(lines, monkeypatch, patient):
    write, lost = Loader._write_at_once, []

    def write_and_lose(self, batch):
        entries = write(self, batch)
        if not lost:
            lost.append(batch)
            raise OperationalError("server closed the connection unexpectedly")
        return entries

    monkeypatch.setattr(Loader, "_write_at_once", write_and_lose)
    assert "created: 30" in told(lines)
    assert (ImportRun.objects.get().created, ImportEntry.objects.count(), Article.objects.count()) == (30, 30, 30)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "DO $$ BEGIN RAISE 'No space left' USING ERRCODE = '53100'; END $$",
            "There is no room left on the database",
        ),
        ("DO $$ BEGIN RAISE 'broken page' USING ERRCODE = 'XX001'; END $$", "The database failed: broken page"),
        ("DO $$ BEGIN RAISE 'starting' USING ERRCODE = '57P03'; END $$", "The database failed: starting"),
    ],
)
def test_a_database_that_cannot_go_on_stops_it(lines, monkeypatch, patient, statement, why):
    with monkeypatch.context() as patch, pytest.raises(CommandError, match=why):
        write = Journal.write

        def refuse(self, place, *arguments, **more):
            if place.records > 9:
                execute(statement)()
            return write(self, place, *arguments, **more)

        patch.setattr(Journal, "write", refuse)
        told(lines)
    assert (ImportRun.objects.get().state, Article.objects.count()) == ("stopped", 9)
    assert "created: 30" in told(lines, resume="last")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a Linux device")  # noqa: PTH110
def test_a_report_for_which_there_is_no_room_stops_nothing_halfway(lines, tmp_path):
    many = tmp_path / "many.jsonl"
    values = ({"id": number, "title": f"{TITLE} {number}", "body": PARAGRAPHS[0]} for number in range(300))
    many.write_text("\n".join(json.dumps(value, ensure_ascii=False) for value in values))
    with pytest.raises(
        CommandError, match=r"Nothing can be written to /dev/full: the disk is full\. What is counted"
    ):
        told(many, report="/dev/full")
    assert 0 < Article.objects.count() < 300
    assert "created: 300" in told(many, resume="last")


def test_what_has_changed_since_is_not_gone_on_with(lines, monkeypatch):
    at_write(monkeypatch, 1, lambda: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(CommandError):
        told(lines.parent)
    (lines.parent / "earlier.jsonl").write_bytes(b"{}")
    with pytest.raises(CommandError, match="What is to be imported has changed since"):
        told(lines.parent, resume="last")
    assert Article.objects.count() == 9


def test_one_run_is_the_work_of_one_process(lines, monkeypatch):
    """Another that goes on with it beside this one finds that out before it writes anything."""
    at_write(monkeypatch, 2, lambda: ImportRun.objects.update(records_done=27))
    with pytest.raises(CommandError, match="Another process is at work on this run"):
        told(lines)
    assert Article.objects.count() == 9


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"resume": "last"}, "There is no unfinished run of these paths and options"),
        ({"resume": "7"}, "A run that is given by its number, and what was set aside, need no paths"),
        ({"resume": "last", "dry_run": True}, "A trial leaves nothing behind"),
    ],
)
def test_what_cannot_be_gone_on_with(lines, arguments, problem):
    with pytest.raises(CommandError, match=problem):
        told(lines, **arguments)


def test_a_finished_run_is_finished(lines):
    told(lines)
    run = ImportRun.objects.get()
    with pytest.raises(CommandError, match=f"The run {run.pk} is finished"):
        told(resume=str(run.pk))
    with pytest.raises(CommandError, match="There is no unfinished run of these paths and options"):
        told(lines, resume="last")
    with pytest.raises(CommandError, match="There is no run with the number 404"):
        told(resume="404")


def test_a_trial_is_no_run(lines):
    told(lines, dry_run=True)
    assert (ImportRun.objects.exists(), Article.objects.exists()) == (False, False)
