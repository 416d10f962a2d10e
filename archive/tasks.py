"""What the queue's worker does beside the web server, and the thin functions by which a request asks for it.

A job is a row in the database: asked for in a transaction, it is there when that is committed and gone when it is
not. The worker (newsapp/worker.py) does one after another, and those of the queue NEWS beside them, so that what
readers wait for waits for no import; of these several at a time, but one of those with the same lock. A job that a
dead worker left is begun again, so every task can be begun again.
"""

import contextlib
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from archive import websub
from archive.annotating import annotate_waiting
from archive.caching.purging import purge_waiting
from archive.entities.deciding import forget_mentioned
from archive.entities.sounding import sound_waiting
from archive.entities.variants import find_pairs
from archive.exceptions import HubError, PurgeError
from archive.ingest import uploads
from archive.ingest.feeds import visit
from archive.ingest.journal import RunTakenError
from archive.ingest.patience import DatabaseFailedError, Patience, StoppedError
from archive.ingest.progress import begin
from archive.ingest.report import ImportReport
from archive.ingest.runs import carry_out
from archive.ingest.statistics import feeds as figures
from archive.models import Channel, DatasetFeed, Entity, Feed, Followed, ImportRun, NameChange, UnannotatedArticle
from archive.networks.drawing import count_entities, draw_stale
from archive.newsroom import fruitless, links, presence
from archive.pictures import make_waiting
from archive.readership import forget_old
from archive.relinking import articles_to_relink, relink
from archive.search.statistics import count_words, words_need_counting
from archive.staff import audit
from archive.stories.changing import renew_nameless
from archive.subscriptions import enrolment, saved_searches
from archive.subscriptions.channels import email, push, whatsapp, whatsapp_inbox
from archive.subscriptions.digests import write_digests
from archive.subscriptions.matching import announce
from archive.subscriptions.outbox import deliver_due

NEWS = "news"
"""The queue of what tells readers something."""

HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20
"""A worker that has not been heard of for so long is dead."""

DRAWING_SECONDS = 20
"""Other jobs do not wait longer for networks to be drawn."""

MAX_ATTEMPTS = 10
"""An import that so many workers died of, or could not do, is left alone."""

PURGE_ATTEMPTS = 5
"""So often a cache that does not answer is told at once; then each minute."""

TAKEN_PAUSE_SECONDS = 5
FAILED_PAUSE_SECONDS = 60

FEW_UNREAD = 200
DELIVERING_SECONDS = 20
"""Other jobs do not wait longer for messages to be sent."""

CHECKING_SECONDS = 20
"""Other jobs do not wait longer for links to be looked at."""

RECOMPILING_SECONDS = 20
"""Other jobs do not wait longer for saved searches to be compiled."""

HUB_ATTEMPTS, HUB_WAIT_SECONDS = 5, 4
"""A hub that cannot be told is told again after 4 seconds, 16, 64 and so on, and then from the beginning."""

State = ImportRun.State


class QueueState(NamedTuple):
    """Whether a worker lives, and how many jobs wait for it, or are being done."""

    is_alive: bool
    waiting: int
    running: int


def queue_state() -> QueueState:
    heard_since = timezone.now() - timedelta(seconds=STALLED_SECONDS)
    jobs = ProcrastinateJob.objects
    return QueueState(
        ProcrastinateWorker.objects.filter(last_heartbeat__gte=heard_since).exists(),
        jobs.filter(status="todo").count(),
        jobs.filter(status="doing").count(),
    )


def is_left_alone(run: ImportRun) -> bool:
    """Whether the worker that is at RUN has not been heard of lately: it is dead, or will be taken for dead soon."""
    heard_since = timezone.now() - timedelta(seconds=HEARTBEAT_SECONDS * 2)
    jobs = ProcrastinateJob.objects.filter(task_name="import", args={"run_id": run.pk}, status="doing")
    return jobs.exists() and not jobs.filter(worker__last_heartbeat__gte=heard_since).exists()


# --- Imports ---


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
    do_import.defer(run_id=run.pk)


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


# --- Feeds, and tables of figures ---


def request_visit(followed: Followed) -> None:
    """Let the worker fetch FOLLOWED, a feed or a table of figures, unless it is about to."""
    task, name = {Feed: (visit_feed, "feed"), DatasetFeed: (visit_figures, "figures")}[type(followed)]
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        task.configure(queueing_lock=f"{name}-{followed.pk}").defer(feed_id=followed.pk)


@app.periodic(cron="* * * * *")
@app.task(name="due_feeds", queueing_lock="due_feeds")
def visit_due_feeds(timestamp: int) -> None:
    """Each minute: a job for every feed, and every table of figures, that is due."""
    for followed in (*Feed.objects.due(), *DatasetFeed.objects.due()):
        request_visit(followed)


@app.task(name="feed")
def visit_feed(*, feed_id: int) -> None:
    """Fetch a feed; one that is followed no more is left alone."""
    feed = Feed.objects.select_related("source", "section").filter(pk=feed_id, active=True).first()
    if feed:
        with translation.override(settings.LANGUAGE_CODE):
            visit(feed)


@app.task(name="figures")
def visit_figures(*, feed_id: int) -> None:
    """Fetch a table of figures; one that is followed no more is left alone."""
    feed = DatasetFeed.objects.select_related("dataset").filter(pk=feed_id, active=True).first()
    if feed:
        with translation.override(settings.LANGUAGE_CODE):
            figures.visit(feed)


# --- Annotations ---


@app.periodic(cron="* * * * *")
@app.task(name="annotate", pass_context=True, queueing_lock="annotate")
def annotate_new(context: JobContext, timestamp: int) -> None:
    """Each minute: read what is new or changed; a worker that is going leaves the rest to the next."""
    annotate_waiting(lambda done, total: None, stopping=context.should_abort)


# --- Names ---


def request_networks() -> None:
    """Let the worker count the names and draw what stands with them, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        keep_networks.defer()


@app.periodic(cron="*/5 * * * *")
@app.task(name="networks", pass_context=True, queueing_lock="networks")
def keep_networks(context: JobContext, timestamp: int = 0) -> None:
    """Every five minutes, and when asked: names are counted anew, and the networks that have changed are drawn.

    What one job does not get done is left to another, so that others' jobs come in between.
    """
    count_entities()
    if draw_stale(DRAWING_SECONDS, stopping=context.should_abort):
        request_networks()


def request_relinking(entity: Entity) -> None:
    """Let the worker link the archive's articles to ENTITY, whose names have changed, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        relink_entity.configure(queueing_lock=f"relink-{entity.pk}").defer(entity_id=entity.pk)


@app.task(name="relink")
def relink_entity(*, entity_id: int) -> None:
    """Link an entity where its names stand; what waited to be decided there is decided with that."""
    entity = Entity.objects.filter(pk=entity_id).first()
    if entity:
        relink([entity_id], articles_to_relink([entity_id]))
        forget_mentioned(entity)


def request_pairs() -> None:
    """Let the worker look for entities that may be one, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        find_pairs_now.configure(queueing_lock="pairs").defer()


@app.task(name="pairs_now")
def find_pairs_now() -> None:
    find_pairs()


@app.periodic(cron="43 2 * * *")
@app.task(name="pairs", queueing_lock="pairs")
def find_pairs_nightly(timestamp: int) -> None:
    """Each night: look for entities that may be one."""
    find_pairs()


@app.periodic(cron="* * * * *")
@app.task(name="sound", pass_context=True, queueing_lock="sound")
def sound_new(context: JobContext, timestamp: int) -> None:
    """Each minute: sound the words of new names."""
    sound_waiting(stopping=context.should_abort)


# --- Staff ---


@app.periodic(cron="* * * * *")
@app.task(name="seal_audit_log", queueing_lock="seal_audit_log")
def seal_audit_log(timestamp: int) -> None:
    """Each minute: seal what has come into the audit log."""
    audit.seal()


# --- Following ---


def request_announcement() -> None:
    """Let the worker tell the hub and the subscribers what has come out, unless it is about to."""
    if websub.is_on():
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            announce_news.configure(queueing_lock="announce").defer()
    request_subscriber_news()


@app.periodic(cron="* * * * *")
@app.task(
    name="announce",
    queue=NEWS,
    lock="announce",
    queueing_lock="announce",
    retry=RetryStrategy(
        max_attempts=HUB_ATTEMPTS, exponential_wait=HUB_WAIT_SECONDS, retry_exceptions={HubError, PurgeError}
    ),
)
def announce_news(timestamp: int = 0) -> None:
    """Each minute, and when an editor publishes: tell the hub of news, also what was imported or scheduled.

    A hub that does not answer is asked again ever later; what came out meanwhile is told then too.
    """
    if websub.is_on():
        # A hub comes for the feeds at once, and would be given those of before by a cache in front.
        purge_waiting()
        websub.announce(at=timezone.now())


# --- Subscriptions ---

SENDERS = {Channel.EMAIL: email.opened, Channel.WHATSAPP: whatsapp.opened, Channel.PUSH: push.opened}
"""What each channel sends by."""

ON = {Channel.EMAIL: lambda: True, Channel.WHATSAPP: whatsapp.is_on, Channel.PUSH: push.is_on}
"""Whether a channel is set up. What is due on one that is not waits."""


def request_subscriber_news() -> None:
    """Let the worker tell subscribers of what has come out, unless it is about to."""
    if settings.SUBSCRIPTIONS:
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            tell_subscribers.configure(queueing_lock="tell_subscribers").defer()


def request_deliveries() -> None:
    """Let the worker send what is due, unless it is about to."""
    for channel in SENDERS:
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            deliver.configure(**_delivering(channel)).defer(channel=str(channel))


def _delivering(channel: str) -> dict[str, str]:
    """What keeps the jobs of a channel one after another, with no more than one that waits."""
    return {"lock": f"deliver-{channel}", "queueing_lock": f"deliver-{channel}"}


def request_manage_link(channel: str, key: str, language: str) -> None:
    """Let the worker send their link to whoever has the address compared by KEY."""
    send_manage_link.defer(channel=str(channel), key=key, language=language)


@app.task(name="manage_link", queue=NEWS)
def send_manage_link(*, channel: str, key: str, language: str) -> None:
    enrolment.send_link(channel, key, language)
    request_deliveries()


@app.periodic(cron="* * * * *")
@app.task(
    name="tell_subscribers", queue=NEWS, lock="tell_subscribers", pass_context=True, queueing_lock="tell_subscribers"
)
def tell_subscribers(context: JobContext, timestamp: int = 0) -> None:
    """Each minute, and when an editor publishes: write the messages about what has come out, and the digests."""
    if not settings.SUBSCRIPTIONS:
        return
    if UnannotatedArticle.objects.count() < FEW_UNREAD:  # So that the news itself need not wait for the next minute.
        annotate_waiting(lambda done, total: None, stopping=context.should_abort)
    now = timezone.now()
    announce(at=now)
    write_digests(at=now)
    request_deliveries()


@app.task(name="deliver", queue=NEWS, pass_context=True)
def deliver(context: JobContext, timestamp: int = 0, channel: str = "") -> None:
    """Send what is due on CHANNEL, on all without it. What takes long is left to another job.

    Each channel has jobs of its own: one whose server is slow holds up no other.
    """
    if not settings.SUBSCRIPTIONS:
        return
    more = [
        deliver_due(one, opened, max_seconds=DELIVERING_SECONDS, stopping=context.should_abort)
        for one, opened in SENDERS.items()
        if channel in ("", one) and ON[one]()
    ]
    if any(more):
        request_deliveries()


for _channel in map(str, SENDERS):
    # Each minute, and when there is something.
    app.periodic(cron="* * * * *", periodic_id=_channel, task_kwargs={"channel": _channel}, **_delivering(_channel))(
        deliver
    )


def request_whatsapp_events() -> None:
    """Let the worker see to what WhatsApp has told us, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        handle_whatsapp_events.configure(queueing_lock="whatsapp_events").defer()


@app.periodic(cron="* * * * *")
@app.task(
    name="whatsapp_events", queue=NEWS, lock="whatsapp_events", pass_context=True, queueing_lock="whatsapp_events"
)
def handle_whatsapp_events(context: JobContext, timestamp: int = 0) -> None:
    """Each minute, and when WhatsApp tells something: see to it, and answer."""
    if settings.SUBSCRIPTIONS and whatsapp_inbox.handle_waiting(stopping=context.should_abort):
        request_deliveries()


def request_recompiling(after: int = 0) -> None:
    """Let the worker compile the saved searches AFTER this number anew, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        recompile_searches.configure(queueing_lock="recompile").defer(after=after)


@app.task(name="recompile")
def recompile_searches(*, after: int) -> None:
    """Compile saved searches anew. What one job does not get done is left to another."""
    last = saved_searches.recompile(after, max_seconds=RECOMPILING_SECONDS)
    if last is not None:
        request_recompiling(last)


# --- Links to the web ---


@app.periodic(cron="29 2 * * *")
@app.task(name="gather_links", queueing_lock="gather_links")
def gather_links(timestamp: int) -> None:
    """Each night: note the links of articles."""
    links.gather()


def request_link_check() -> None:
    """Let the worker look at the links that are due, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        check_links.configure(queueing_lock="check_links").defer()


@app.periodic(cron="* * * * *")
@app.task(name="check_links", pass_context=True, queueing_lock="check_links")
def check_links(context: JobContext, timestamp: int = 0) -> None:
    """Each minute: ask for some of the addresses that are due, politely. What takes long is left to another job."""
    if links.check_due(at=timezone.now(), max_seconds=CHECKING_SECONDS, stopping=context.should_abort):
        request_link_check()


# --- Caches in front of the site ---


def request_purge() -> None:
    """Let the worker tell them what has changed, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        purge_now.configure(queueing_lock="purge_now").defer()


@app.task(name="purge_now", retry=RetryStrategy(max_attempts=PURGE_ATTEMPTS, exponential_wait=2))
def purge_now() -> None:
    purge_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="purge", queueing_lock="purge")
def purge_each_minute(timestamp: int) -> None:
    """Each minute: tell them what no reader's or editor's request changed, and what they could not be told before."""
    purge_waiting()


# --- Pictures ---


def request_picture_sizes() -> None:
    """Let the worker make the sizes of new pictures, unless it is about to."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        make_picture_sizes.defer()


@app.periodic(cron="* * * * *")
@app.task(name="picture_sizes", pass_context=True, queueing_lock="picture_sizes")
def make_picture_sizes(context: JobContext, timestamp: int = 0) -> None:
    """Each minute, and when asked: the sizes of pictures that have none."""
    make_waiting(stopping=context.should_abort)


# --- Tidying ---


@app.periodic(cron="17 3 * * *")
@app.task(name="tidy", queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """Each night: what was sent and never imported goes, as do old counts; what is made by names is made anew."""
    uploads.remove_old()
    forget_old(timezone.localdate())
    websub.forget_old(at=timezone.now())
    enrolment.forget_old(at=timezone.now())
    whatsapp_inbox.forget_old(at=timezone.now())
    saved_searches.forget_unused()
    request_recompiling()
    NameChange.forget_old()
    fruitless.forget_old(timezone.localdate())
    presence.forget_old(timezone.now())
    renew_nameless()
