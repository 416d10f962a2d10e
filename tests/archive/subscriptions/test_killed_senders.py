"""A thousand messages, workers that are killed at random, and a mail server that refuses, stalls and drops."""

import random
import sys
import time
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from archive.models import Announcement, Article, Channel, Delivery, DeliveryChannel, Subscriber
from archive.tasks.subscriptions import request_deliveries, request_subscriber_news
from tests.archive.smtp import mail_server
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory
from tests.kills import kills
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Worker

ARTICLES = 10
REACHABLE, GONE = 95, 5
KILLS = kills(8)
SECONDS = 75 * KILLS
STALL_SECONDS = 3
"""Longer than the worker of the test waits."""

FORGET_WORKERS = "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
EMPTY_QUEUE = ("DELETE FROM procrastinate_periodic_defers", "DELETE FROM procrastinate_jobs")

OF_WORKER = {"DJANGO_SETTINGS_MODULE": "tests.archive.subscriptions.worker_settings"}


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
    run(*EMPTY_QUEUE)
    yield
    run(*EMPTY_QUEUE)


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
        killed = work_and_kill(port, random.Random(7))
    reached = Counter(recipients[0] for _sender, recipients in mailbox.envelopes)
    messages = Counter(mailbox.ids())
    twice = sum(messages.values()) - len(messages)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(messages)} messages; workers killed: {killed['preparing']} preparing, {killed['sending']} sending;"
            f" answers: {troubles.busy} busy, {troubles.lost} lost, {troubles.stalled} late; arrived twice: {twice}\n"
        )
    expected = REACHABLE * Article.objects.count()
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states == {"sent": expected, "suppressed": states["suppressed"]}
    assert len(messages) == expected >= REACHABLE * ARTICLES
    assert set(reached) == {address for address in addresses if address.startswith("reader")}
    assert Subscriber.objects.filter(state="suppressed").count() == GONE
    assert killed.total() == KILLS
    assert killed["preparing"] and killed["sending"]
    assert troubles.stalled == 3
    # Again only where the answer was lost or late, or the worker died, after the server had taken it.
    assert twice <= troubles.lost + troubles.stalled + KILLS


def work_and_kill(port: int, chance: random.Random) -> Counter:
    """Have articles announced and sent by workers that are killed one after another; return at what they were."""
    killed, ends_at = Counter(), time.monotonic() + SECONDS
    with scratch_folder() as folder:
        while killed.total() < KILLS:
            with Worker(folder, **OF_WORKER, **environment(port)) as worker:
                worker.wait_until_ready()
                # By turns.
                wait_until_it_is("sending" if killed["preparing"] > killed["sending"] else "preparing", ends_at)
                time.sleep(chance.uniform(0, 0.5))
                at = what_is_done()
                worker.kill_everything()
            if at:
                killed[at] += 1
            # It may be the living one's: only when the dead one has not been heard of for a while.
            run(FORGET_WORKERS)
        with Worker(folder, **OF_WORKER, **environment(port)) as worker:
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


def wait_until_it_is(wanted: str, ends_at: float) -> None:
    """Give the worker something to do until it is at what is WANTED."""
    while what_is_done() != wanted:
        assert time.monotonic() < ends_at
        if not telling().exists() and (wanted == "preparing" or not waiting()):
            publish()
        time.sleep(0.01)


def publish() -> None:
    ArticleFactory(published_at=timezone.now())
    request_subscriber_news()


def waiting() -> bool:
    return Delivery.objects.filter(state__in=("due", "claimed")).exists()


def what_is_done() -> str:
    """What the living worker is at: "preparing", "sending" alone, or neither."""
    since = timezone.now() - timedelta(minutes=30)
    living = ProcrastinateJob.objects.filter(status="doing", worker__last_heartbeat__gt=since)
    names = set(living.values_list("task_name", flat=True))
    if "tell_subscribers" in names:
        return "preparing"
    return "sending" if "deliver" in names and waiting() and not telling().exists() else ""


def telling():
    return ProcrastinateJob.objects.filter(task_name="tell_subscribers", status__in=("todo", "doing"))


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def environment(port: int) -> dict[str, str]:
    database = connection.settings_dict
    host = database["HOST"].replace("/", "%2F")
    return {
        "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{host}/{database['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "SITE_URL": "https://news.example.org",
        "DELIVERY_LEASE_SECONDS": "2",
        "SECRET_KEY": settings.SECRET_KEY,
    }
