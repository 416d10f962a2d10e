"""Costly reading has a pace: so much in a minute for a client, of all processes together; what is cheap has none."""

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from archive import pacing
from archive.models import RateCount
from archive.subscriptions import limits
from tests.archive.test_visibility import patterns
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

CLIENT, OTHER, OURS = "192.0.2.7", "192.0.2.8", "127.0.0.1"
SEARCH = "/search/?q=هدنة"


@pytest.fixture(autouse=True)
def limited(settings, monkeypatch, now):
    """Five searches a minute, counted from the first on, at a moment that stands still unless it is moved."""
    settings.COSTLY_READING_A_MINUTE = 5
    settings.SECURE_PROXY_SSL_HEADER = None
    monkeypatch.setattr(pacing, "UNASKED", 0)
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def ask(client):
    """A function: the status of an address, asked for from another."""

    def status(address: str = SEARCH, *, of: str = CLIENT, agent: str = "", **headers) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(address, headers={"User-Agent": agent, **named}, REMOTE_ADDR=of).status_code

    return status


def test_so_many_in_a_minute_and_again_as_time_passes(ask, limited):
    assert [ask() for _ in range(7)] == [200] * 5 + [429] * 2
    limited.shift(12)
    assert [ask() for _ in range(2)] == [200, 429]
    limited.shift(60)
    assert [ask() for _ in range(6)] == [200] * 5 + [429]


def test_what_is_asked_in_vain_does_not_make_one_wait_longer(ask, limited):
    for _ in range(50):
        ask()
    limited.shift(12)
    assert ask() == 200


def test_others_are_not_kept_waiting(ask):
    for _ in range(6):
        ask()
    assert (ask(), ask(of=OTHER)) == (429, 200)


def test_of_ipv6_a_household_is_one_client(ask):
    assert [ask(of=f"2001:db8:1:2:{number}::1") for number in range(6)] == [200] * 5 + [429]
    assert ask(of="2001:db8:2::1") == 200


def test_behind_a_proxy_whoever_it_saw_is_counted(ask, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    made_up = [ask(of=OURS, X_Forwarded_For=f"198.51.100.{number}, {CLIENT}") for number in range(6)]
    assert made_up == [200] * 5 + [429]
    assert ask(of=OURS, X_Forwarded_For=OTHER) == 200


def test_nobody_is_refused_while_nothing_can_be_counted(ask, monkeypatch):
    monkeypatch.setattr(pacing, "is_primary_down", lambda: True)
    assert {ask() for _ in range(10)} == {200}


def test_a_header_is_not_believed_where_there_is_no_proxy(ask):
    assert [ask(X_Forwarded_For=f"198.51.100.{number}") for number in range(6)] == [200] * 5 + [429]


def test_this_machine_itself_has_no_limit(ask):
    assert {ask(of=OURS) for _ in range(10)} == {200}


def test_staff_have_no_limit(admin_client):
    assert {admin_client.get(SEARCH, REMOTE_ADDR=CLIENT).status_code for _ in range(10)} == {200}
    assert not RateCount.objects.exists()


def test_articles_and_lists_are_never_refused(ask, article):
    for _ in range(6):
        ask()
    section = article.section.get_absolute_url()
    cheap = [
        article.get_absolute_url(),
        "/",
        section,
        "/archive/2017/",
        "/search/",
        "/sitemap.xml",
        "/feeds/latest.rss",
    ]
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    assert [ask(address, agent=crawler) for address in cheap] == [200] * len(cheap)


def test_a_program_that_asks_where_it_should_not_may_do_a_tenth(ask, settings):
    settings.COSTLY_READING_A_MINUTE = 30
    assert [ask(agent="SomeBot/1.0") for _ in range(5)] == [200] * 3 + [429] * 2
    # A reader in the same house goes on.
    assert ask(agent="Mozilla/5.0") == 200


def test_a_program_may_ask_the_api_as_a_reader_may_the_site(ask):
    assert [ask("/api/v1/articles?q=هدنة", agent="python-requests/2") for _ in range(6)] == [200] * 5 + [429]


def test_refusals_say_when_to_come_back_and_are_kept_by_no_cache(client):
    for address in (SEARCH, "/api/v1/articles?q=هدنة"):
        for _ in range(6):
            response = client.get(address, REMOTE_ADDR=CLIENT)
        assert (response.status_code, response["Retry-After"]) == (429, "60")
        assert response["Cache-Control"] == "no-store"
    assert response.json()["detail"] == [
        {"field": None, "message": "تطلب الكثير دفعة واحدة: أعد المحاولة بعد دقيقة."}
    ]


def test_pages_that_are_kept_cost_nothing(settings):
    settings.PAGE_CACHE_MEGABYTES = 8
    ArticleFactory(title="هدنة")
    browser = Client()  # Its middleware is made with that memory.
    assert {browser.get(SEARCH, REMOTE_ADDR=CLIENT).status_code for _ in range(10)} == {200}


def test_the_first_searches_of_a_minute_ask_the_database_nothing_more(client, monkeypatch):
    monkeypatch.setattr(pacing, "UNASKED", 10)
    monkeypatch.setattr(pacing, "_unasked", pacing.Unasked())
    with CaptureQueriesContext(connection) as captured:
        for _ in range(10):
            client.get(SEARCH, REMOTE_ADDR=CLIENT)
    assert [query for query in captured if "archive_ratecount" in query["sql"]] == []
    client.get(SEARCH, REMOTE_ADDR=CLIENT)
    assert RateCount.objects.count() == 1


def test_memory_for_clients_is_bounded(monkeypatch):
    monkeypatch.setattr(pacing, "UNASKED", 10)
    monkeypatch.setattr(pacing, "MAX_CLIENTS", 2)
    unasked = pacing.Unasked()
    assert [unasked.admit(client, 1, now_seconds=0) for client in ("a", "b", "c", "a")] == [True, True, False, True]
    assert unasked.admit("c", 1, now_seconds=60)


def test_nobody_is_refused_where_the_database_cannot_count(ask, monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError

    monkeypatch.setattr(limits, "spend", away)
    assert {ask() for _ in range(10)} == {200}


def test_without_a_limit_nothing_is_counted(ask, settings):
    settings.COSTLY_READING_A_MINUTE = 0
    assert {ask() for _ in range(10)} == {200}
    assert not RateCount.objects.exists()


@pytest.mark.parametrize(
    ("address", "cost"),
    [
        ("/", 0),
        ("/search/", 0),
        ("/search/?q=x", 1),
        ("/search/?q=x&section=&source=", 1),
        ("/search/?q=x&section=a&source=b&from=2017", 4),
        ("/search/?q=x&page=50", 10),
        ("/search/?q=x&page=٥٠", 10),
        ("/search/?q=x&page=-1", 1),
        ("/search/?q=x&page=" + "9" * 5000, 1),
        ("/api/v1/articles?page=11&page_size=100", 10),
        ("/quotations/?before=20170101T000000.000000Z-1", 0),
        ("/quotations/?speaker=x", 1),
        ("/entity/?letter=x&page=2", 0),
        ("/api/v1/suggest?q=x", 0),
        ("/entity/compare/", 0),
        ("/entity/compare/?w=x&w=y", 5),
        ("/search/export.csv?q=x", 20),
        ("/entity/1/articles.csv", 20),
    ],
)
def test_what_asks_more_of_the_database_costs_more(rf, address, cost):
    request = rf.get(address)
    request.resolver_match = resolve(request.path)
    assert pacing.cost_of(request) == cost


def test_costs_are_of_addresses_that_there_are():
    assert set(pacing.COSTS) - set(patterns()) == set()
