"""Links to the web: gathered, asked politely, and broken only where that is known."""

import ipaddress
from datetime import timedelta

import pytest

from archive.ingest.fetching import Client
from archive.models import Article, OutgoingLink
from archive.newsroom.links import AGAIN_BROKEN, FAILURES_UNTIL_BROKEN, MAX_BODY_BYTES, check_due, gather
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

    assert check_due(at=now, client=client) == 1
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
        assert check_due(at=at, client=client) == 1
        assert check_due(at=at, client=client) == 0  # Not again on the same day.
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

    assert check_due(at=now, client=client) == 1
    assert web.asked.count("/here") == 1
    assert set(OutgoingLink.objects.values_list("state", flat=True)) == {State.ALIVE, State.KEPT}
