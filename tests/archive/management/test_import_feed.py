import ipaddress
import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from archive.ingest import visiting
from archive.ingest.fetching import Client
from archive.management.commands import import_feed
from archive.models import Article, Feed
from tests.archive.ingest.web_server import HOST, WebServer

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


def test_what_cannot_be_fetched_is_named_and_the_others_are_fetched(web, capsys):
    with pytest.raises(CommandError):
        call_command("import_feed", web.url("/none"), web.url())

    assert f"{web.url('/none')}: أجاب الخادم بالرمز 404" in capsys.readouterr().out
    assert Article.objects.count() == 1


@pytest.mark.parametrize("options", [{}, {"all": True, "urls": ["https://news.example/feed"]}])
def test_it_wants_to_know_which_feeds(options):
    with pytest.raises(CommandError):
        call_command("import_feed", *options.pop("urls", []), **options)
