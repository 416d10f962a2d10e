"""The outbox: messages are rows, claimed one by one, handed to a channel, and marked as sent.

A claim is committed before the message is handed over, and what came of it after. So a process may die anywhere: what
it had claimed is due again when its lease has passed. Only between the moment in which the other side takes a message
and that in which this is noted can one go out twice, with the same message id (docs/newsletter.md).
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from archive import metrics
from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
)
from archive.models import Article, Delivery, DeliveryChannel, Subscriber
from archive.redaction import without_secrets
from archive.subscriptions.common import Common
from archive.subscriptions.digests import settle
from archive.subscriptions.enrolment import suppress
from archive.subscriptions.giving_up import give_up_if_hopeless
from archive.subscriptions.messages import Message, compose

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
"""A message that is not taken waits a minute, two, four and so on; after twelve times, about a day, it has failed."""

CHANNEL_FIRST_WAIT = timedelta(seconds=30)
CHANNEL_LONGEST_WAIT = timedelta(hours=1)

JITTER = 0.2
"""By so much of itself a wait is shorter or longer, so that not all come again together."""

CLOCK_SLACK = timedelta(minutes=1)
"""What is put off for so much longer than anything is was put off by a clock that was ahead."""

MAX_REFUSALS = 25
"""After so many refusals in a row the channel is paused: so many readers are not gone at once, it is us."""

ALLOWED_AT_ONCE = 20
"""So many messages of a minute's allowance are asked for together."""

TRIED_AGAIN_AFTER = timedelta(days=7)
"""An address that could not be reached so long ago may be confirmed anew."""

MAX_OUTCOME_CHARS = 500

State = Delivery.State
Send = Callable[[Message], str]
"""Hands a message over and returns its id; raises a DeliveryError."""

_CLAIM = """
UPDATE archive_delivery SET state = 'claimed', attempts = attempts + 1, lease_until = %(lease)s
WHERE id = (
    SELECT id FROM archive_delivery
    WHERE state = 'due' AND channel = %(channel)s AND due_at <= %(now)s
        AND EXISTS (SELECT FROM archive_deliverychannel WHERE channel = %(channel)s AND NOT paused)
    ORDER BY is_service DESC, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def deliver_due(
    channel: str,
    opened: Callable[[], AbstractContextManager[Send]],
    *,
    max_seconds: float,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Send what is due on CHANNEL, for MAX_SECONDS or until STOPPING; return whether more is due now.

    OPENED gives what sends, and is asked for it only when there is something to send. Several processes may do it at
    once: each message is one's.
    """
    release_expired(at=timezone.now())
    ends_at = time.monotonic() + max_seconds
    allowance, common = Allowance(channel), Common()
    try:
        delivery = _claim(allowance)
        if delivery is None:
            return False
        with opened() as send:
            while delivery is not None:
                if not _deliver(delivery, send, common):
                    return False
                if stopping() or time.monotonic() > ends_at:
                    return True
                delivery = _claim(allowance)
        return False
    finally:
        allowance.give_back()


class Allowance:
    """What one process may send of what its CHANNEL lets go in a minute, asked for some at a time.

    What is left of it is over with its minute: sent in the next, it would be counted in none.
    """

    def __init__(self, channel: str):
        self.channel = channel
        self._left = 0
        self._minute: datetime | None = None

    def take(self) -> bool:
        """Whether one more message may go out now."""
        now = timezone.now()
        if self._left == 0 or self._minute != _minute_of(now):
            self._left, self._minute = allow(self.channel, ALLOWED_AT_ONCE, at=now), _minute_of(now)
        if self._left == 0:
            return False
        self._left -= 1
        return True

    def unused(self) -> None:
        """Take back that one was to go out."""
        self._left += 1

    def give_back(self) -> None:
        """Let others have what was not used, while its minute is the one that is counted."""
        if self._left > 0:
            counted = DeliveryChannel.objects.filter(pk=self.channel, window_at=self._minute)
            counted.filter(window_count__gte=self._left).update(window_count=F("window_count") - self._left)
        self._left = 0


def release_expired(*, at: datetime) -> int:
    """Let be due what a process claimed and died of, and what a clock that was ahead put off; return how many."""
    latest = at + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS) + CLOCK_SLACK
    expired = Q(state=State.CLAIMED) & (Q(lease_until__lt=at) | Q(lease_until__gt=latest))
    put_off = Q(state=State.DUE, due_at__gt=_latest(at, LONGEST_WAIT))
    return Delivery.objects.filter(expired | put_off).update(state=State.DUE, due_at=at, lease_until=None)


def _latest(at: datetime, longest: timedelta) -> datetime:
    """Until when what waits the LONGEST may wait."""
    return at + longest * (1 + JITTER) + CLOCK_SLACK


@transaction.atomic
def allow(channel: str, wanted: int, *, at: datetime) -> int:
    """How many of WANTED messages may go out on CHANNEL now; they are counted as gone."""
    DeliveryChannel.objects.get_or_create(channel=channel)
    row = DeliveryChannel.objects.select_for_update().get(channel=channel)
    if row.paused or (row.retry_at and at < row.retry_at <= _latest(at, CHANNEL_LONGEST_WAIT)):
        return 0
    if row.per_minute == 0:
        return wanted
    minute = _minute_of(at)
    gone = row.window_count if row.window_at == minute else 0
    granted = min(wanted, max(0, row.per_minute - gone))
    DeliveryChannel.objects.filter(pk=channel).update(window_at=minute, window_count=gone + granted)
    return granted


def _minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def pause(channel: str, problem: str = "") -> None:
    """Send nothing more on CHANNEL until it is resumed; what is being sent at this moment is."""
    DeliveryChannel.objects.update_or_create(
        channel=channel, defaults={"paused": True, "problem": _of_no_reader(problem)}
    )


def resume(channel: str) -> None:
    DeliveryChannel.objects.update_or_create(
        channel=channel, defaults={"paused": False, "problem": "", "failures": 0, "refusals": 0, "retry_at": None}
    )


def wait_after(attempts: int, *, first: timedelta = FIRST_WAIT, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """How long to wait after so many ATTEMPTS."""
    usual = min(first * 2 ** min(attempts - 1, 20), longest)
    return usual * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret


def _claim(allowance: Allowance) -> Delivery | None:
    if not allowance.take():
        return None
    now = timezone.now()
    lease = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"channel": allowance.channel, "now": now, "lease": lease})
        row = cursor.fetchone()
    if row is None:
        allowance.unused()
        return None
    return Delivery.objects.select_related("subscriber").get(pk=row[0])


def _deliver(delivery: Delivery, send: Send, common: Common) -> bool:
    """Send DELIVERY and note what came of it; False where the channel itself does not work."""
    now = timezone.now()
    try:
        message = _message_of(delivery, now, common)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:  # One message must not hold up all that come after it, on every channel.
        logger.exception("Delivery %s cannot be composed", delivery.pk)
        _end(delivery, State.FAILED, f"{type(problem).__name__}: {problem}")
        return True
    return message is None or _hand_over(message, send, now)


def _message_of(delivery: Delivery, now: datetime, common: Common) -> Message | None:
    """What DELIVERY says; None where it is not to be sent, which is noted."""
    if not _is_reachable(delivery, now):
        _end(delivery, State.SUPPRESSED, "")
    elif delivery.attempts > MAX_ATTEMPTS:  # So many processes have died of it.
        _end(delivery, State.FAILED, delivery.outcome or "never ended")
    elif delivery.kind == Delivery.Kind.DIGEST and not settle(delivery):
        _end(delivery, State.DUE, delivery.outcome, attempts=F("attempts") - 1, due_at=now + FIRST_WAIT)
    elif (message := compose(delivery, at=now, common=common)) is None:
        _end(
            delivery, State.CANCELLED, delivery.WITHDRAWN if _is_withdrawn(delivery, now) else delivery.NOTHING_TO_SAY
        )
    else:
        return message
    return None


def _is_withdrawn(delivery: Delivery, now: datetime) -> bool:
    return bool(delivery.article_id) and not Article.objects.published(at=now).filter(pk=delivery.article_id).exists()


def _hand_over(message: Message, send: Send, now: datetime) -> bool:
    delivery = message.delivery
    if delivery.kind == Delivery.Kind.DIGEST:
        # By them a correction reaches its readers; noted now, as a receipt may end the delivery sooner than we do.
        _claimed(delivery).update(data=delivery.data | {"articles": message.article_ids})
    try:
        message_id = send(message)
    except ChannelDownError as problem:
        _wait_for_channel(delivery, problem, now)
        return False
    except DeliveryError as problem:
        _fail(delivery, problem, now)
        is_counted = problem.may_be_ours and not _is_to_anybody(delivery)
        return not (is_counted and _is_one_too_many(delivery, problem))
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        logger.exception("Delivery %s cannot be sent", delivery.pk)
        _fail(delivery, DeliveryDelayedError(f"{type(problem).__name__}: {problem}"), now)
        return True
    _end(delivery, State.SENT, "", message_id=message_id, sent_at=timezone.now())
    troubled = DeliveryChannel.objects.filter(Q(failures__gt=0) | Q(refusals__gt=0), pk=delivery.channel)
    troubled.update(failures=0, refusals=0, problem="", retry_at=None)
    return True


def _is_reachable(delivery: Delivery, now: datetime) -> bool:
    subscriber = delivery.subscriber
    if delivery.kind == Delivery.Kind.NEW_ADDRESS:  # It goes to another address than the one that is lost.
        return True
    match subscriber.state:
        case Subscriber.State.ACTIVE:
            return True
        case Subscriber.State.SUPPRESSED:
            return delivery.is_service and subscriber.suppressed_at < now - TRIED_AGAIN_AFTER
    return delivery.is_service


def _fail(delivery: Delivery, problem: DeliveryError, now: datetime) -> None:
    match problem:
        case AddressRefusedError():
            _end(delivery, State.SUPPRESSED, str(problem))
            # The address that is not theirs yet tells nothing of theirs.
            if delivery.kind != Delivery.Kind.NEW_ADDRESS:
                suppress(delivery.subscriber, Subscriber.Suppression.REFUSED)
        case DeliveryDelayedError() if delivery.attempts < MAX_ATTEMPTS:
            _end(delivery, State.DUE, str(problem), due_at=now + wait_after(delivery.attempts, first=FIRST_WAIT))
        case DeliveryDelayedError() | DeliveryRefusedError() | _:
            _end(delivery, State.FAILED, str(problem))
            give_up_if_hopeless(delivery)


def _is_to_anybody(delivery: Delivery) -> bool:
    """Whether DELIVERY goes to an address that nobody has confirmed: anybody could have invented it."""
    return delivery.kind == Delivery.Kind.NEW_ADDRESS or delivery.subscriber.confirmed_at is None


def _is_one_too_many(delivery: Delivery, problem: DeliveryError) -> bool:
    """Count a refusal, and pause the channel where there were so many in a row that the fault is likely ours."""
    row = DeliveryChannel.objects.filter(pk=delivery.channel)
    row.update(refusals=F("refusals") + 1)
    if not row.filter(refusals__gte=MAX_REFUSALS).exists():
        return False
    logger.error("The channel %s is paused after %s refusals in a row: %s", delivery.channel, MAX_REFUSALS, problem)
    pause(delivery.channel, str(problem))
    return True


def _wait_for_channel(delivery: Delivery, problem: ChannelDownError, now: datetime) -> None:
    """Put DELIVERY back as it was, and let its channel rest."""
    _end(delivery, State.DUE, str(problem), attempts=F("attempts") - 1)
    if problem.pause:
        logger.error("The channel %s is paused: %s", delivery.channel, problem)
        pause(delivery.channel, str(problem))
        return
    row = DeliveryChannel.objects.get(channel=delivery.channel)
    failures = min(row.failures + 1, 1000)
    wait = wait_after(failures, first=CHANNEL_FIRST_WAIT, longest=CHANNEL_LONGEST_WAIT)
    logger.warning("The channel %s rests for %s: %s", delivery.channel, wait, problem)
    DeliveryChannel.objects.filter(pk=row.pk).update(
        failures=failures, problem=_of_no_reader(problem), retry_at=now + wait
    )


def _of_no_reader(problem: object) -> str:
    """What is said of a channel's PROBLEM: editors read it, and a server often repeats whom a message was for."""
    return without_secrets(str(problem))[:MAX_OUTCOME_CHARS]


def _end(delivery: Delivery, state: str, outcome: str, **values) -> None:
    """Note the outcome of DELIVERY, unless its lease has passed and another process has it."""
    if _claimed(delivery).update(state=state, outcome=outcome[:MAX_OUTCOME_CHARS], lease_until=None, **values):
        metrics.count(lambda: metrics.DELIVERIES.labels(delivery.channel, str(state)).inc())


def _claimed(delivery: Delivery) -> QuerySet[Delivery]:
    """DELIVERY as long as we have it; nothing where its lease has passed, or somebody has ended it."""
    return Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED, attempts=delivery.attempts)
