"""Links to the web: gathered, asked politely, and broken only where that is known."""

import ipaddress
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from archive.ingest.fetching import Client, Fetched
from archive.ingest.visiting import turn
from archive.models import Article, OutgoingLink
from archive.newsroom import links
from archive.newsroom.links import (
    AGAIN_BROKEN,
    FAILURES_UNTIL_BROKEN,
    HOST_SECONDS,
    MAX_BODY_BYTES,
    PUT_OFF,
    check_due,
    gather,
)
from tests.archive.ingest.web_server import HOST, WebServer
from tests.factories import ArticleFactory

State = OutgoingLink.State


@pytest.fixture
def web(settings):
    settings.FETCH_ALLOWED_NETWORKS = [ipaddress.ip_network(f"{HOST}/32")]
    with WebServer().running() as server:
        server.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /closed")
        yield server


@pytest.fixture
def client():
    return Client(max_bytes=MAX_BODY_BYTES, pause_seconds=0)


def linking_to(*urls: str) -> Article:
    return ArticleFactory(body="".join(f'<p><a href="{url}" rel="noopener nofollow">رابط</a></p>' for url in urls))


def test_links_of_bodies_are_gathered_and_go_with_them(db):
    article = linking_to("https://a.example/?x=1&amp;y=2", "https://b.example/")
    linking_to("mailto:a@b.example", "/archive/")
    gather()
    OutgoingLink.objects.filter(url="https://b.example/").update(state=State.BROKEN)
    gather()

    assert dict(article.outgoing_links.values_list("url", "state")) == {
        "https://a.example/?x=1&y=2": "unknown",
        "https://b.example/": "broken",
    }
    Article.objects.filter(pk=article.pk).update(body="<p>لا رابط.</p>")
    gather()
    assert not OutgoingLink.objects.exists()


@pytest.mark.parametrize(
    ("path", "answer", "state"),
    [
        ("/here", (200, {}, b"<html>"), State.ALIVE),
        ("/long", (200, {}, b"x" * (MAX_BODY_BYTES + 1)), State.ALIVE),
        ("/away", (404, {}, b""), State.BROKEN),
        ("/gone", (410, {}, b""), State.BROKEN),
        ("/members", (403, {}, b""), State.ALIVE),
        ("/tired", (503, {}, b""), State.DOUBTFUL),
        ("/closed", (404, {}, b""), State.UNKNOWN),
    ],
)
def test_answers_are_judged(db, web, client, now, path, answer, state):
    web.answers[path] = answer
    linking_to(web.url(path))
    gather()
    OutgoingLink.objects.update(next_at=now)

    assert check_due(at=now, max_seconds=60, client=client) is False
    assert OutgoingLink.objects.get().state == state
    assert (path in web.asked) == (path != "/closed")


def test_a_server_that_rests_breaks_nothing_until_it_failed_for_days(db, web, client, now):
    web.answers["/tired"] = (500, {}, b"")
    linking_to(web.url("/tired"))
    gather()
    OutgoingLink.objects.update(next_at=now)
    seen = []
    for day in range(FAILURES_UNTIL_BROKEN):
        at = now + timedelta(days=day)
        check_due(at=at, max_seconds=60, client=client)
        check_due(at=at, max_seconds=60, client=client)
        assert web.asked.count("/tired") == day + 1  # Not again on the same day.
        seen.append(OutgoingLink.objects.get().state)

    assert seen == [State.DOUBTFUL] * (FAILURES_UNTIL_BROKEN - 1) + [State.BROKEN]
    link = OutgoingLink.objects.get()
    assert (link.problem, link.next_at - link.checked_at) == (["fetch_refused", {"status": 500}], AGAIN_BROKEN)


def test_an_address_of_many_articles_is_asked_once_and_what_an_editor_left_never(db, web, client, now):
    web.answers["/here"] = (200, {}, b"")
    linking_to(web.url("/here"))
    linking_to(web.url("/here"), web.url("/left"))
    gather()
    OutgoingLink.objects.update(next_at=now)
    OutgoingLink.objects.filter(url__endswith="/left").update(state=State.KEPT)

    assert check_due(at=now, max_seconds=60, client=client) is False
    assert web.asked.count("/here") == 1
    assert set(OutgoingLink.objects.values_list("state", flat=True)) == {State.ALIVE, State.KEPT}


class Clock:
    """A time that goes on only where something is waited for."""

    def __init__(self):
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class SlowWeb:
    """Takes SECONDS for each answer, as a client does; `asked` has the addresses."""

    def __init__(self, clock: Clock, seconds: float):
        self.clock, self.seconds, self.asked = clock, seconds, []

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        self.clock.sleep(self.seconds)
        return Fetched(b"", url)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(links, "time", clock := Clock())
    return clock


def all_due(now, *urls: str) -> None:
    linking_to(*urls)
    gather()
    OutgoingLink.objects.update(next_at=now)


def test_a_job_ends_when_its_seconds_are_over_and_leaves_the_rest_to_another(db, now, clock):
    all_due(now, *(f"https://host{number}.example/" for number in range(12)))
    web = SlowWeb(clock, 3)

    assert check_due(at=now, max_seconds=20, client=web) is True
    assert (len(web.asked), clock.seconds) == (7, 21)
    assert check_due(at=now, max_seconds=20, client=web) is False
    assert len(set(web.asked)) == len(web.asked) == 12


def test_no_host_is_waited_for_longer_than_a_few_seconds(db, now, clock):
    slow = [f"https://slow.example/{number}" for number in range(50)]
    all_due(now, *slow, "https://other.example/")
    web = SlowWeb(clock, 1)

    assert check_due(at=now, max_seconds=60, client=web) is False
    assert len(web.asked) == HOST_SECONDS + 1
    assert "https://other.example/" in web.asked[:2]  # Not after all of the first host's.
    put_off = OutgoingLink.objects.filter(checked_at=None)
    assert set(put_off.values_list("state", "next_at")) == {(State.UNKNOWN, now + PUT_OFF)}


def test_a_host_that_wants_a_long_pause_has_it_while_others_are_asked(db, web, now, clock):
    web.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 30")
    web.answers |= {"/a": (200, {}, b""), "/b": (200, {}, b"")}
    all_due(now, web.url("/a"), web.url("/b"))

    check_due(at=now, max_seconds=60, client=Client(max_bytes=MAX_BODY_BYTES, sleep=links._client.sleep))
    assert (web.asked, clock.seconds) == (["/robots.txt"], 0)
    assert set(OutgoingLink.objects.values_list("next_at", flat=True)) == {now + PUT_OFF}


@pytest.mark.django_db(transaction=True)
def test_a_host_that_another_process_asks_is_not_waited_for(web, client, now):
    all_due(now, web.url("/a"))
    with ThreadPoolExecutor(1) as pool, another_asks(pool, web.url("/a")):
        check_due(at=now, max_seconds=60, client=client)

    assert web.asked == []
    assert OutgoingLink.objects.get().next_at == now + PUT_OFF


@contextmanager
def another_asks(pool: ThreadPoolExecutor, url: str):
    """Another connection to the database has its turn at the host of URL meanwhile."""
    begun, done = threading.Event(), threading.Event()

    def ask() -> None:
        with turn(url):
            begun.set()
            done.wait(30)
        connection.close()

    asking = pool.submit(ask)
    assert begun.wait(30)
    yield
    done.set()
    asking.result()
