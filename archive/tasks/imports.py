"""Imports of articles."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from archive.ingest import uploads
from archive.ingest.journal import RunTakenError
from archive.ingest.patience import DatabaseFailedError, Patience, StoppedError
from archive.ingest.progress import begin
from archive.ingest.report import ImportReport
from archive.ingest.runs import carry_out
from archive.models import ImportRun
from archive.search.statistics import count_words, words_need_counting
from archive.tasks.queue import HEARTBEAT_SECONDS, defer_unless_waiting

MAX_ATTEMPTS = 10
"""An import that so many workers died of, or could not do, is left alone."""

TAKEN_PAUSE_SECONDS = 5
FAILED_PAUSE_SECONDS = 60

State = ImportRun.State


def is_left_alone(run: ImportRun) -> bool:
    """Whether the worker that is at RUN has not been heard of lately: it is dead, or will be taken for dead soon."""
    heard_since = timezone.now() - timedelta(seconds=HEARTBEAT_SECONDS * 2)
    jobs = ProcrastinateJob.objects.filter(task_name="import", args__run_id=run.pk, status="doing")
    return jobs.exists() and not jobs.filter(worker__last_heartbeat__gte=heard_since).exists()


class ImportRetry(BaseRetryStrategy):
    """An import that could not go on is tried again: when the database is back, or whoever is at it has gone."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        pauses = {RunTakenError: TAKEN_PAUSE_SECONDS, DatabaseFailedError: FAILED_PAUSE_SECONDS}
        if type(exception) not in pauses or job.attempts >= MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": pauses[type(exception)]})


def request_import(run: ImportRun) -> None:
    """Let the worker carry RUN out, from its beginning or from where it stopped."""
    ImportRun.objects.filter(pk=run.pk).update(state=State.WAITING, stop_wanted=False, problem=None)
    # One job, however often it is asked for: a second would find the run taken, and take the first one for dead.
    name = f"import {run.pk}"
    defer_unless_waiting(do_import.configure(lock=name, queueing_lock=name), run_id=run.pk)


def request_stop(run: ImportRun) -> None:
    """Let RUN end after the batch under way; one that no worker has begun is stopped now."""
    ImportRun.objects.filter(pk=run.pk).update(stop_wanted=True)
    ImportRun.objects.filter(pk=run.pk, state=State.WAITING).update(state=State.STOPPED, finished_at=timezone.now())


@app.task(name="import", pass_context=True, retry=ImportRetry())
def do_import(context: JobContext, *, run_id: int) -> None:
    run = ImportRun.objects.filter(pk=run_id, state__in=[State.WAITING, State.RUNNING, State.STOPPED]).first()
    if run is None:
        return
    if run.stop_wanted:  # Before it had begun, or before the worker that had died.
        ImportRun.objects.filter(pk=run_id).update(state=State.STOPPED)
        return
    if context.job.attempts >= MAX_ATTEMPTS:
        ImportRun.objects.filter(pk=run_id).update(state=State.FAILED, problem=["worker_died", {}])
        return
    try:
        begin(run)
        with translation.override(settings.LANGUAGE_CODE):
            carry_out(run, ImportReport(), patience=Patience(stopping=context.should_abort))
    except StoppedError:
        if context.should_abort():  # The worker is going; the next one goes on.
            request_import(run)
        return
    if not run.arguments.get("dry_run"):
        uploads.remove(run)
        if words_need_counting():
            count_words()
