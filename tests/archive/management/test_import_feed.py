import ipaddress
import json
import time
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from archive.ingest import visiting
from archive.ingest.fetching import Client
from archive.management.commands import import_feed
from archive.models import Article, Feed
from tests.archive.ingest.web_server import HOST, WebServer
from tests.archive.locks import somebody_waits

pytestmark = pytest.mark.django_db
RECORD = json.dumps({"id": "1", "title": "خبر أول", "body": "نص الخبر"}).encode()


@pytest.fixture
def web(monkeypatch):
    monkeypatch.setattr(settings, "FETCH_ALLOWED_NETWORKS", [ipaddress.ip_network(HOST)])
    monkeypatch.setattr(visiting, "_client", Client(pause_seconds=0))
    monkeypatch.setattr(import_feed, "Client", lambda: Client(pause_seconds=0))
    with WebServer().running() as server:
        server.answers["/feed"] = (200, {}, RECORD)
        yield server


def test_feed_that_nobody_follows_is_imported_once(web, capsys):
    call_command("import_feed", web.url(), source="example-daily")

    assert Article.objects.get().source.slug == "example-daily"
    assert not Feed.objects.exists()
    assert web.url() in capsys.readouterr().out


@pytest.mark.parametrize("option", ["all", "due"])
def test_feeds_that_are_followed_are_fetched(web, option):
    feed = Feed.objects.create(url=web.url())
    Feed.objects.create(url=web.url("/not"), active=False)
    call_command("import_feed", **{option: True}, verbosity=0)
    feed.refresh_from_db()

    assert (feed.counts["created"], web.asked) == (1, ["/robots.txt", "/feed"])


def test_address_that_is_followed_is_that_feed(web):
    feed = Feed.objects.create(url=web.url())
    call_command("import_feed", web.url(), verbosity=0)
    feed.refresh_from_db()

    assert feed.counts["created"] == 1


def fetched_beside(url: str) -> Thread:
    """Import the feed of URL by the command in another thread; return that when it is through, or waits for us."""

    def fetch():
        try:
            call_command("import_feed", url, verbosity=0)
        finally:
            connection.close()

    beside = Thread(target=fetch)
    beside.start()
    while beside.is_alive() and not somebody_waits():
        time.sleep(0.01)
    return beside


@pytest.mark.django_db(transaction=True)
def test_a_feed_that_another_process_is_fetching_is_waited_for(web):
    feed = Feed.objects.create(url=web.url())
    with visiting.alone(web.url()):
        beside = fetched_beside(web.url())
        asked = list(web.asked)
        Feed.objects.update(etag='"1"')
    beside.join()
    feed.refresh_from_db()

    # It asks for what is newer than that other one brought.
    assert (asked, web.headers["If-None-Match"], feed.counts["created"]) == ([], '"1"', 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [visiting.alone, visiting.turn])
def test_an_address_that_nobody_follows_takes_its_turn_too(web, turn):
    with turn(web.url()):
        beside = fetched_beside(web.url())
        asked = list(web.asked)
    beside.join()

    assert (asked, Article.objects.count()) == ([], 1)


def test_what_cannot_be_fetched_is_named_and_the_others_are_fetched(web, capsys):
    with pytest.raises(CommandError):
        call_command("import_feed", web.url("/none"), web.url())

    assert f"{web.url('/none')}: أجاب الخادم بالرمز 404" in capsys.readouterr().out
    assert Article.objects.count() == 1


@pytest.mark.parametrize("options", [{}, {"all": True, "urls": ["https://news.example/feed"]}])
def test_it_wants_to_know_which_feeds(options):
    with pytest.raises(CommandError):
        call_command("import_feed", *options.pop("urls", []), **options)
