"""A thousand messages, workers that are killed at random, and a mail server that refuses, stalls and drops."""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from archive.models import Announcement, Article, Channel, Delivery, DeliveryChannel, Subscriber
from archive.subscriptions.tokens import delivery_mark
from archive.tasks.subscriptions import request_deliveries, request_subscriber_news
from tests.archive.smtp import Mailbox, mail_server
from tests.archive.subscriptions.killing import WORKER, emptied_queue, left_in_hand, settings_of_tests
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory
from tests.kills import kills
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Worker

ARTICLES = 10
REACHABLE, GONE = 100, 5
KILLS = kills(9)
SECONDS = 75 * KILLS
STALL_SECONDS = 1.5
"""Longer than the worker of the test waits …"""
LINGER_SECONDS = 0.7
"""… and shorter, for what the server has taken and not answered yet: then the worker is killed."""

MOMENTS = ("preparing", "sending", "answering")

FORGET_WORKERS = "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"


class Troubles:
    """What the server does: of twenty recipients one is told to come later, of twenty texts the answer to one is lost.

    Three texts are looked at for longer than the worker waits.
    """

    def __init__(self, mailbox):
        self.busy = self.lost = self.stalled = 0
        self._recipients, self._texts, self._looked_at = count(1), count(1), count(1)
        mailbox.answer, mailbox.data, mailbox.stall = self.answer, self.data, self.stall

    def answer(self, recipient):
        if recipient.startswith("nobody"):
            return "550 5.1.1 no such user"
        if next(self._recipients) % 20:
            return None
        self.busy += 1
        return "450 4.2.0 busy"

    def data(self, recipient):
        if next(self._texts) % 20:
            return None
        self.lost += 1
        return "drop"

    def stall(self, recipient):
        if next(self._looked_at) not in (103, 503, 903):
            return 0
        self.stalled += 1
        return STALL_SECONDS


@pytest.fixture
def queue():
    with emptied_queue():
        yield


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_comes_twice_beyond_the_window(queue, capsys):
    DeliveryChannel.objects.create(channel=Channel.EMAIL, per_minute=0)
    addresses = [f"reader{number}@example.org" for number in range(REACHABLE)]
    addresses += [f"nobody{number}@example.org" for number in range(GONE)]
    for address in random.Random(1).sample(addresses, len(addresses)):
        SubscriptionFactory(subscriber=SubscriberFactory(address=address), when="at_once")
    with mail_server() as (mailbox, port):
        troubles = Troubles(mailbox)
        killed = work_and_kill(port, mailbox, random.Random(7))
    reached = Counter(recipients[0] for _sender, recipients in mailbox.envelopes)
    messages = Counter(mailbox.ids())
    twice = sum(messages.values()) - len(messages)
    at = Counter(one.moment for one in killed if one.moment)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(messages)} messages; workers killed: "
            + ", ".join(f"{at[moment]} {moment}" for moment in MOMENTS)
            + f"; answers: {troubles.busy} busy, {troubles.lost} lost, {troubles.stalled} late; arrived twice: {twice}\n"
        )
    expected = REACHABLE * Article.objects.count()
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states == {"sent": expected, "suppressed": states["suppressed"]}
    assert len(messages) == expected >= REACHABLE * ARTICLES
    assert set(reached) == {address for address in addresses if address.startswith("reader")}
    assert Subscriber.objects.filter(state="suppressed").count() == GONE
    assert set(at) == set(MOMENTS)
    assert troubles.stalled == 3
    # Again only what the server's answer to was lost or late, or what a worker had in its hands when it died …
    in_doubt = Counter(map(mark_of, mailbox.unsure.elements()))
    for one in killed:
        in_doubt.update(one.in_hand)
    again = Counter({mark_of(message): count - 1 for message, count in messages.items()})
    assert again - in_doubt == Counter()
    # … which is one message at most …
    assert [len(one.in_hand) for one in killed if len(one.in_hand) > 1] == []
    # … and, of those, whatever the server had taken and not said so yet.
    unanswered = [mark for one in killed for mark in one.unanswered]
    assert len(unanswered) == at["answering"]
    assert Counter(unanswered) - again == Counter()


@dataclass(frozen=True)
class Killed:
    """At what a worker was when it was killed, what it had IN_HAND, and what of that the server had not answered.

    At no MOMENT that counts, "", it may have something in hand as well. Messages are named by their marks.
    """

    moment: str
    in_hand: list[str]
    unanswered: list[str]


def mark_of(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]


def work_and_kill(port: int, mailbox: Mailbox, chance: random.Random) -> list[Killed]:
    """Have articles announced and sent by workers that are killed one after another."""
    killed: list[Killed] = []
    claimed: set[tuple[int, int]] = set()
    ends_at = time.monotonic() + SECONDS
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "SITE_URL": "https://news.example.org"}
    variables = WORKER | settings_of_tests() | mail
    with scratch_folder() as folder:
        while (counted := sum(bool(one.moment) for one in killed)) < KILLS:
            # By turns.
            wanted = MOMENTS[counted % len(MOMENTS)]
            with Worker(folder, **variables) as worker:
                worker.wait_until_ready()
                if wanted == "answering":
                    mailbox.linger = LINGER_SECONDS
                wait_until_it_is(wanted, mailbox, ends_at)
                if wanted != "answering":
                    time.sleep(chance.uniform(0, 0.5))
                at, unanswered = what_is_done(mailbox), [mark_of(one) for one in mailbox.unanswered]
                worker.kill_everything()
            mailbox.linger = 0
            killed.append(Killed(at, [delivery_mark(one) for one in left_in_hand(claimed)], unanswered))
            # It may be the living one's: only when the dead one has not been heard of for a while.
            forget_workers()
        with Worker(folder, **variables) as worker:
            worker.wait_until_ready()
            for _number in range(ARTICLES - Article.objects.count()):
                publish()
            while Announcement.objects.count() < Article.objects.count() or waiting():
                assert time.monotonic() < ends_at, worker.errors
                request_subscriber_news()
                request_deliveries()
                time.sleep(0.5)
            assert worker.stop() == 0
    return killed


def wait_until_it_is(wanted: str, mailbox: Mailbox, ends_at: float) -> None:
    """Give the worker something to do until it is at what is WANTED."""
    while what_is_done(mailbox) != wanted:
        assert time.monotonic() < ends_at
        if not telling().exists() and (wanted == "preparing" or not waiting()):
            publish()
        time.sleep(0.01)


def publish() -> None:
    ArticleFactory(published_at=timezone.now())
    request_subscriber_news()


def waiting() -> bool:
    return Delivery.objects.filter(state__in=("due", "claimed")).exists()


def what_is_done(mailbox: Mailbox) -> str:
    """What the living worker is at: one of MOMENTS, or "" for none; "sending" where it does nothing else."""
    if mailbox.unanswered:
        return "answering"
    since = timezone.now() - timedelta(minutes=30)
    living = ProcrastinateJob.objects.filter(status="doing", worker__last_heartbeat__gt=since)
    names = set(living.values_list("task_name", flat=True))
    if "tell_subscribers" in names:
        return "preparing"
    return "sending" if "deliver" in names and waiting() and not telling().exists() else ""


def telling():
    return ProcrastinateJob.objects.filter(task_name="tell_subscribers", status__in=("todo", "doing"))


def forget_workers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_WORKERS)
