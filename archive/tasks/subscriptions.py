"""Subscribers: what they are told, what they tell us, and what they have saved."""

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from archive.annotating import annotate_waiting
from archive.models import Channel, UnannotatedArticle
from archive.subscriptions import enrolment, saved_searches
from archive.subscriptions.channels import email, push, whatsapp, whatsapp_inbox
from archive.subscriptions.digests import write_digests
from archive.subscriptions.matching import announce
from archive.subscriptions.outbox import deliver_due
from archive.tasks.queue import NEWS, defer, defer_unless_waiting

FEW_UNREAD = 200
DELIVERING_SECONDS = 20
"""Other jobs do not wait longer for messages to be sent."""

RECOMPILING_SECONDS = 20
"""Other jobs do not wait longer for saved searches to be compiled."""

SENDERS = {Channel.EMAIL: email.opened, Channel.WHATSAPP: whatsapp.opened, Channel.PUSH: push.opened}
"""What each channel sends by."""

ON = {Channel.EMAIL: lambda: True, Channel.WHATSAPP: whatsapp.is_on, Channel.PUSH: push.is_on}
"""Whether a channel is set up. What is due on one that is not waits."""


def request_subscriber_news() -> None:
    """Let the worker tell subscribers of what has come out, unless it is about to."""
    if settings.SUBSCRIPTIONS:
        defer_unless_waiting(tell_subscribers)


def request_deliveries() -> None:
    """Let the worker send what is due, unless it is about to."""
    for channel in SENDERS:
        defer_unless_waiting(deliver.configure(**_delivering(channel)), channel=str(channel))


def _delivering(channel: str) -> dict[str, str]:
    """What keeps the jobs of a channel one after another, with no more than one that waits."""
    return {"lock": f"deliver-{channel}", "queueing_lock": f"deliver-{channel}"}


def request_manage_link(channel: str, key: str, language: str) -> None:
    """Let the worker send their link to whoever has the address compared by KEY."""
    defer(send_manage_link, channel=str(channel), key=key, language=language)


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
    defer_unless_waiting(handle_whatsapp_events)


@app.periodic(cron="* * * * *")
@app.task(
    name="whatsapp_events", queue=NEWS, lock="whatsapp_events", pass_context=True, queueing_lock="whatsapp_events"
)
def handle_whatsapp_events(context: JobContext, timestamp: int = 0) -> None:
    """Each minute, and when WhatsApp tells something: see to it, and answer."""
    if whatsapp_inbox.handle_waiting(stopping=context.should_abort):
        request_deliveries()


def request_recompiling(after: int = 0) -> None:
    """Let the worker compile the saved searches AFTER this number anew, unless it is about to."""
    defer_unless_waiting(recompile_searches, after=after)


@app.task(name="recompile", lock="recompile", queueing_lock="recompile")
def recompile_searches(*, after: int) -> None:
    """Compile saved searches anew. What one job does not get done is left to another."""
    last = saved_searches.recompile(after, max_seconds=RECOMPILING_SECONDS)
    if last is not None:
        request_recompiling(last)
