"""Imports that the worker carries out, stops, goes on with, and gives up."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from archive.ingest import load
from archive.ingest.journal import RunTakenError, make_run
from archive.models import Article, ImportRun
from archive.tasks.imports import MAX_ATTEMPTS, ImportRetry, do_import, is_left_alone, request_import, request_stop
from archive.tasks.queue import STALLED_SECONDS, queue_state
from tests.archive.tasks.conftest import heartbeat, run_of
from tests.queue import job, waiting_jobs

State = ImportRun.State


@pytest.mark.django_db
def test_import_whose_worker_is_not_heard_of_is_left_alone():
    run = make_run(["a.jsonl"])
    request_import(run)
    left = [is_left_alone(run)]
    for age in (1, STALLED_SECONDS):
        heartbeat(age)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs"
                " SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
                " WHERE task_name = 'import'"
            )
        left.append(is_left_alone(run))

    assert left == [False, False, True]


@pytest.mark.django_db
def test_import_is_done_once_asked_for_and_its_files_go(uploaded):
    run = run_of(uploaded)
    request_import(run)

    assert waiting_jobs() == [("import", {"run_id": run.pk})]
    assert queue_state().waiting == 1
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, Article.objects.count()) == (State.FINISHED, 10, 10)
    assert not uploaded.exists()


@pytest.mark.django_db
def test_files_of_which_something_must_be_read_again_stay(uploaded):
    run = run_of(uploaded)
    run.set_aside.create(origin="a.jsonl:3", code="line_too_long")
    do_import(job(), run_id=run.pk)

    assert uploaded.exists()


@pytest.mark.django_db
def test_import_that_was_stopped_before_it_began_is_not_begun(uploaded):
    run = run_of(uploaded)
    request_import(run)
    request_stop(run)
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.created) == (State.STOPPED, 0)


@pytest.mark.django_db
def test_worker_that_goes_leaves_the_rest_to_the_next(uploaded, monkeypatch):
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 4)
    run = run_of(uploaded)
    asked = iter([False] * 6 + [True] * 100)
    do_import(job(should_abort=lambda: next(asked)), run_id=run.pk)
    run.refresh_from_db()

    assert run.state == State.WAITING
    assert 0 < run.created < 10
    assert waiting_jobs() == [("import", {"run_id": run.pk})]
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, Article.objects.count()) == (State.FINISHED, 10, 10)


@pytest.mark.django_db
def test_import_that_workers_die_of_is_given_up(uploaded):
    run = run_of(uploaded)
    do_import(job(attempts=MAX_ATTEMPTS), run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.problem) == (State.FAILED, ["worker_died", {}])


def test_import_that_another_is_at_is_tried_again_but_not_for_ever():
    retry = ImportRetry()
    taken, broken = RunTakenError(), ValueError()

    assert retry.get_retry_decision(exception=taken, job=job().job) is not None
    assert retry.get_retry_decision(exception=taken, job=job(attempts=MAX_ATTEMPTS).job) is None
    assert retry.get_retry_decision(exception=broken, job=job().job) is None


@pytest.mark.django_db(transaction=True)
def test_trial_leaves_its_report_and_nothing_else(uploaded):
    run = run_of(uploaded, dry_run=True)
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.created, Article.objects.count()) == (State.FINISHED, 10, 0)
    assert list(run.entries.values_list("title", "article")) == [(f"خبر {number}", None) for number in range(10)]
    assert uploaded.exists()


@pytest.mark.django_db(transaction=True)
def test_trial_tells_which_articles_would_be_updated(uploaded):
    do_import(job(), run_id=run_of(uploaded.parent / "one").pk)
    uploaded.mkdir()
    lines = [{"id": "3", "title": "خبر 3", "body": "نص آخر تماما"}]
    (uploaded / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    run = run_of(uploaded, dry_run=True)
    do_import(job(), run_id=run.pk)

    article = Article.objects.get(title="خبر 3")
    assert list(run.entries.values_list("outcome", "article")) == [("updated", article.pk)]
    assert article.text == "نص الخبر 3"


@pytest.mark.django_db(transaction=True)
def test_trial_that_is_begun_again_forgets_what_it_told(uploaded):
    run = run_of(uploaded, dry_run=True)
    do_import(job(), run_id=run.pk)
    ImportRun.objects.update(state=State.STOPPED)
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()

    assert (run.created, run.entries.count()) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_trial_stops_after_the_records_under_way(uploaded, monkeypatch):
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 2)
    run = run_of(uploaded, dry_run=True)

    def ask_to_stop() -> bool:
        with ThreadPoolExecutor(1) as editor:  # On a connection of its own, as an editor's request is.
            editor.submit(_stop, run).result()
        return False

    do_import(job(should_abort=ask_to_stop), run_id=run.pk)
    run.refresh_from_db()

    assert run.state == State.STOPPED
    assert 0 < run.created < 10


def _stop(run: ImportRun) -> None:
    request_stop(run)
    connection.close()
