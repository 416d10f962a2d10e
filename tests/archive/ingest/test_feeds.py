import json
from datetime import timedelta

import pytest
from django.utils import timezone

from archive.ingest.feeds import visit
from archive.ingest.readers.jsonl import JsonLines
from archive.models import Article, Feed, SetAsideRecord
from tests.archive.ingest.readers.test_feeds import rss
from tests.factories import SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=20)


def lines(*titles: str, **fields) -> bytes:
    records = ({"id": title, "title": title, "body": f"نص {title}"} | fields for title in titles)
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


@pytest.fixture
def feed(web):
    web.answers["/feed"] = (200, {"ETag": '"one"'}, lines("خبر أول", "خبر ثان"))
    return Feed.objects.create(url=web.url(), interval_minutes=60)


def minutes_until(moment) -> int:
    return round((moment - timezone.now()).total_seconds() / 60)


def test_what_is_new_is_imported_and_the_rest_left(web, client, feed):
    visit(feed, client=client)
    web.answers["/feed"] = (200, {"ETag": '"two"'}, lines("خبر ثالث", "خبر أول"))
    done = visit(feed, client=client)
    feed.refresh_from_db()

    assert done.report.outcomes == {"created": 1, "unchanged": 1}
    assert set(Article.objects.values_list("title", flat=True)) == {"خبر أول", "خبر ثان", "خبر ثالث"}
    assert feed.counts == {"created": 1, "updated": 0, "unchanged": 1, "skipped": 0, "failed": 0}
    assert (feed.etag, feed.failures, feed.problem) == ('"two"', 0, None)
    assert minutes_until(feed.next_at) == 60


def test_articles_are_of_the_feeds_source_and_of_its_section_where_they_name_none(web, client, feed):
    feed.source, feed.section = SourceFactory(), SectionFactory(name="محليات")
    web.answers["/feed"] = (200, {}, lines("خبر أول") + b"\n" + lines("خبر ثان", category="رياضة"))
    visit(feed, client=client)

    assert set(Article.objects.values_list("title", "source", "section__name")) == {
        ("خبر أول", feed.source.pk, "محليات"),
        ("خبر ثان", feed.source.pk, "رياضة"),
    }


def test_what_has_not_changed_is_not_imported(web, client, feed):
    visit(feed, client=client)
    changed_at = feed.changed_at
    same = visit(feed, client=client)  # The server sends it all again.
    web.answers["/feed"] = lambda request: (304 if request.headers["If-None-Match"] == '"one"' else 500, {}, b"")
    not_modified = visit(feed, client=client)

    assert [done.report for done in (same, not_modified)] == [None, None]
    assert [done.problem for done in (same, not_modified)] == [None, None]
    assert (feed.changed_at, feed.etag) == (changed_at, '"one"')


def test_feed_that_moves_for_good_is_followed(web, client, feed):
    web.answers |= {"/feed": (301, {"Location": "/new"}, b""), "/new": (200, {}, lines("خبر أول"))}
    visit(feed, client=client)
    feed.refresh_from_db()

    assert (feed.url, feed.active) == (web.url("/new"), True)
    assert Article.objects.count() == 1


def test_feed_that_moves_to_one_that_is_followed_is_followed_no_more(web, client, feed):
    Feed.objects.create(url=web.url("/new"))
    web.answers |= {"/feed": (301, {"Location": "/new"}, b""), "/new": (200, {}, lines("خبر أول"))}
    visit(feed, client=client)
    feed.refresh_from_db()

    assert (feed.url, feed.active, feed.problem) == (web.url(), False, ["feed_moved", {"url": web.url("/new")}])


def test_feed_that_is_gone_is_followed_no_more(web, client, feed):
    web.answers["/feed"] = (410, {}, b"")
    visit(feed, client=client)
    feed.refresh_from_db()

    assert (feed.active, feed.problem) == (False, ["feed_gone", {}])


def test_feed_in_trouble_is_left_alone_for_longer_each_time(web, client, feed):
    visit(feed, client=client)
    web.answers["/feed"] = (500, {}, b"")
    pauses = []
    for _time in range(7):
        visit(feed, client=client)
        pauses.append(minutes_until(feed.next_at))
    failures = feed.failures
    web.answers["/feed"] = (200, {}, lines("خبر ثالث"))
    visit(feed, client=client)

    assert pauses == [60, 120, 240, 480, 960, 1440, 1440]
    assert (failures, feed.failures, feed.problem, minutes_until(feed.next_at)) == (7, 0, None, 60)


@pytest.mark.parametrize(("seconds", "minutes"), [(60, 60), (3 * 3600, 180)])
def test_server_is_left_alone_for_as_long_as_it_asks(web, client, feed, seconds, minutes):
    web.answers["/feed"] = (429, {"Retry-After": str(seconds)}, b"")
    visit(feed, client=client)

    assert minutes_until(feed.next_at) == minutes
    assert feed.problem == ["fetch_refused", {"status": 429}]


@pytest.mark.parametrize(
    "body", [b"\x00\x01\x02", "صفحة عادية\n\nفيها نص عربي يُقرأ، وليست خلاصة.".encode()], ids=["nothing", "a page"]
)
def test_what_is_no_feed_is_set_aside_with_its_bytes(web, client, feed, body):
    web.answers["/feed"] = (200, {}, body)
    visit(feed, client=client)
    aside = SetAsideRecord.objects.get()

    assert (feed.counts["created"], feed.counts["failed"]) == (0, 1)
    assert (aside.origin, aside.code, aside.content) == (web.url(), "no_feed", body)


def test_an_entry_that_cannot_be_read_is_set_aside_once(web, client, feed):
    for day in ("Thu, 21 Dec 2017", "Fri, 22 Dec 2017"):
        built = f"<lastBuildDate>{day} 10:15:00 +0200</lastBuildDate>"
        web.answers["/feed"] = (200, {}, rss(built, "<item><guid>7</guid></item>").encode())
        visit(feed, client=client)

    assert list(SetAsideRecord.objects.values_list("code", "tries")) == [("no_title_no_body", 2)]


def test_what_was_set_aside_is_known_where_newer_entries_stand_before_it(web, client, feed):
    for newer in ((), ("خبر أول",), ("خبر أول", "خبر ثان")):
        web.answers["/feed"] = (200, {}, b"%s\n{}\n" % lines(*newer))
        visit(feed, client=client)

    assert list(SetAsideRecord.objects.values_list("origin", "tries")) == [(web.url(), 3)]


def test_an_address_that_is_no_feeds_is_told_until_it_is_one(web, client, feed):
    problems = []
    for body in (b"<!doctype html><p>" + "صفحة".encode(), None, lines("خبر أول")):
        if body:
            web.answers["/feed"] = (200, {}, body)
        visit(feed, client=client)
        problems.append(feed.problem)

    assert problems == [["no_feed", {}], ["no_feed", {}], None]


def test_editors_changes_meanwhile_are_kept(web, client, feed):
    def answer(_request):
        return (200, {}, lines("خبر أول"))

    web.answers["/feed"] = answer
    Feed.objects.update(interval_minutes=15, active=False)
    visit(feed, client=client)
    feed.refresh_from_db()

    assert (feed.interval_minutes, feed.active) == (15, False)


def test_due_are_those_followed_whose_time_has_come(now):
    for number, (active, minutes) in enumerate([(True, 0), (True, -5), (True, 1), (False, -5)]):
        Feed.objects.create(
            url=f"https://news.example/{number}", active=active, next_at=now + timedelta(minutes=minutes)
        )

    assert [feed.url[-1] for feed in Feed.objects.due(at=now)] == ["1", "0"]


def test_import_that_breaks_is_done_again_and_not_every_minute(web, client, feed, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("archive.ingest.feeds.import_feed", lambda *_given, **_more: [][0])
        visit(feed, client=client)
        visit(feed, client=client)
    feed.refresh_from_db()
    assert (feed.problem, feed.failures, minutes_until(feed.next_at)) == (
        ["feed_broke", {"problem": "IndexError"}], 2, 120,
    )  # fmt: skip

    visit(feed, client=client)
    assert (feed.problem, Article.objects.count()) == (None, 2)


def test_a_reader_that_breaks_loses_nothing_that_it_has_read(web, client, feed, monkeypatch):
    read = JsonLines.read

    def break_off(self, stream, context):
        yield next(read(self, stream, context))
        raise KeyError

    monkeypatch.setattr(JsonLines, "read", break_off)
    visit(feed, client=client)
    assert (Article.objects.count(), SetAsideRecord.objects.get().code) == (1, "reader_broke")
