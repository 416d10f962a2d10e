import pytest

from archive.ingest.statistics.feeds import visit
from archive.models import Observation
from tests.factories import DatasetFeedFactory

pytestmark = pytest.mark.django_db

TABLE = b"date,country,confirmed\n2020-05-01,Lebanon,729\n"


@pytest.fixture
def feed(web):
    web.answers["/feed"] = (200, {"ETag": '"one"'}, TABLE)
    return DatasetFeedFactory(url=web.url())


def test_what_is_new_in_a_table_is_imported_and_the_same_is_left(web, client, feed):
    visit(feed, client=client)
    web.answers["/feed"] = lambda request: (304 if request.headers["If-None-Match"] == '"one"' else 500, {}, b"")
    visit(feed, client=client)
    feed.refresh_from_db()
    assert Observation.objects.get().value == 729
    assert feed.counts == {"created": 1, "updated": 0, "unchanged": 0, "kept": 0, "failed": 0}
    assert (feed.etag, feed.failures, feed.problem) == ('"one"', 0, None)


def test_a_table_that_cannot_be_read_says_why_until_it_changes(web, client, feed):
    web.answers["/feed"] = (200, {}, b"<html>moved</html>")
    for _again in range(2):
        visit(feed, client=client)
        assert feed.problem[0] == "figures_no_region"
    web.answers["/feed"] = (200, {}, TABLE)
    visit(feed, client=client)
    assert feed.problem is None


def test_its_mapping_says_what_it_holds(web, client, feed):
    web.answers["/feed"] = (200, {}, b"Country/Region,5/1/20,5/2/20,5/3/20\nLebanon,1,2,3\n")
    feed.mapping = 'measure = "deaths"'
    visit(feed, client=client)
    assert set(Observation.objects.values_list("measure__slug", "value")) == {
        ("deaths", 1),
        ("deaths", 2),
        ("deaths", 3),
    }
