import pytest
from django.urls import reverse

from archive.models import Feed
from tests.factories import SourceFactory
from tests.queue import waiting_jobs

LIST = reverse("admin:archive_feed_changelist")
ADD = reverse("admin:archive_feed_add")
URL = "https://news.example/feed"


def form(**changes) -> dict:
    return {"url": URL, "interval_minutes": "60", "active": "on"} | changes


def test_feed_is_added_and_due_at_once(editor):
    source = SourceFactory()
    editor.post(ADD, form(source=source.pk))

    assert Feed.objects.due().get().source == source


@pytest.mark.parametrize(
    "changes", [{"url": "ftp://news.example/feed"}, {"interval_minutes": "1"}, {"interval_minutes": "99999"}]
)
def test_feed_that_cannot_be_followed_is_refused(editor, changes):
    response = editor.post(ADD, form(**changes))

    assert list(response.context["adminform"].form.errors) == list(changes)


def test_another_address_is_begun_anew(editor):
    feed = Feed.objects.create(url=URL, etag="x", digest="x", failures=3, problem=["feed_gone", {}])
    editor.post(reverse("admin:archive_feed_change", args=[feed.pk]), form(url=f"{URL}2"))
    feed.refresh_from_db()

    assert (feed.url, feed.etag, feed.digest, feed.failures, feed.problem) == (f"{URL}2", "", "", 0, None)


def test_list_tells_what_came_of_the_last_visit(editor):
    Feed.objects.create(url=URL, problem=["fetch_refused", {"status": 503}])
    counts = {"created": 12, "updated": 0, "unchanged": 3, "skipped": 0, "failed": 0}
    Feed.objects.create(url=f"{URL}2", counts=counts)
    page = editor.get(LIST).content.decode()

    assert "أجاب الخادم بالرمز 503" in page
    assert "أُنشئ ١٢" in page


def test_feeds_are_fetched_now_on_demand_but_once(editor):
    feeds = [Feed.objects.create(url=f"{URL}{number}", active=number < 2) for number in range(3)]
    for _time in range(2):
        editor.post(LIST, {"action": "visit_now", "_selected_action": [feed.pk for feed in feeds]})

    assert waiting_jobs() == [("feed", {"feed_id": feed.pk}) for feed in feeds[:2]]


def test_writers_have_no_feeds(writer):
    assert [writer.get(page).status_code for page in (LIST, ADD)] == [403, 403]


def test_list_takes_the_same_queries_for_any_number(editor, count_queries):
    Feed.objects.create(url=URL, source=SourceFactory())
    few = count_queries(lambda: editor.get(LIST))
    for number in range(3):
        Feed.objects.create(url=f"{URL}{number}", source=SourceFactory())

    assert count_queries(lambda: editor.get(LIST)) == few
