"""Which requests a replica answers, and which the primary."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse
from django.test import RequestFactory

from archive.replicas import middleware
from archive.replicas.middleware import ReplicaMiddleware
from archive.replicas.reading import ask_primary, primary_meanwhile, read_from
from archive.replicas.watch import Server

READ = ["/", "/search/?q=a", "/api/v1/articles/", "/article/1/", "/feeds/latest.rss", "/readyz", "/about/"]
WRITTEN = ["/admin/", "/admin/archive/article/", "/newsletter/", "/newsletter/manage/token/", "/whatsapp/", "/push/"]


class Replica:
    """In a connection's place."""


def away(status: int, *, took_too_long: bool = False) -> HttpResponse:
    """As is answered while a database is away; with 200 a page from before (archive/page_cache.py)."""
    response = HttpResponse(status=status)
    response.lacks_database, response.took_too_long = True, took_too_long
    return response


class FixedWatch:
    """Knows what it is told."""

    def __init__(self, *aliases: str, primary_is_down: bool = False):
        self._replicas = [Server(alias) for alias in aliases]
        self._primary_is_down = primary_is_down
        self.left_out: list[str] = []

    def replica(self) -> Server | None:
        return next((one for one in self._replicas if one.alias not in self.left_out), None)

    def leave_out(self, replica: Server) -> None:
        self.left_out.append(replica.alias)

    def primary_is_down(self) -> bool:
        return self._primary_is_down


@pytest.fixture(autouse=True)
def servers(settings, monkeypatch):
    """The connections of two replicas, which are put in the primary's place."""
    settings.REPLICAS = ["a", "b"]
    primary = connections[DEFAULT_DB_ALIAS]
    replicas = {name: Replica() for name in ("a", "b")}
    for name, replica in replicas.items():
        monkeypatch.setitem(settings.DATABASES, name, settings.DATABASES[DEFAULT_DB_ALIAS])
        connections[name] = replica
    yield {"primary": primary, **replicas}
    ask_primary()
    for name in replicas:
        del connections[name]


@pytest.fixture
def answered(servers, monkeypatch):
    """Where a request was answered, and what it was then: `answered(watch, request, fails=…)`."""

    def answer(watch: FixedWatch, request, *, fails: tuple[str, ...] = (), status: int = 503):
        asked = []
        monkeypatch.setattr(middleware, "watch", lambda: watch)

        def view(request):
            name = next(name for name, server in servers.items() if server is connections[DEFAULT_DB_ALIAS])
            asked.append((name, vars(request).get("generations")))
            request.generations = f"of {name}"
            if name in fails:
                return away(status)
            return HttpResponse()

        response = ReplicaMiddleware(view)(request)
        return response.status_code, asked

    return answer


def test_site_without_replicas_goes_without_it(settings):
    settings.REPLICAS = []

    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(lambda _request: HttpResponse())


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("address", READ)
def test_what_everybody_may_read_comes_from_a_replica(answered, address, method):
    request = getattr(RequestFactory(), method)(address)

    assert answered(FixedWatch("a", "b"), request) == (200, [("a", None)])


@pytest.mark.parametrize("address", WRITTEN)
def test_pages_on_which_people_write_come_from_the_primary(answered, address):
    assert answered(FixedWatch("a"), RequestFactory().get(address)) == (200, [("primary", None)])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_go_to_the_primary(answered, method):
    request = getattr(RequestFactory(), method)("/")

    assert answered(FixedWatch("a"), request) == (200, [("primary", None)])


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_who_is_logged_in_sees_the_primary(answered, cookie):
    request = RequestFactory().get("/")
    request.COOKIES[cookie] = "x"

    assert answered(FixedWatch("a"), request) == (200, [("primary", None)])


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_who_is_logged_in_reads_as_everybody_while_the_primary_is_down(answered, cookie):
    request = RequestFactory().get("/")
    request.COOKIES |= {cookie: "x", "language": "en"}

    assert answered(FixedWatch("a", primary_is_down=True), request) == (200, [("a", None)])
    assert request.COOKIES == {"language": "en"}


def test_without_a_replica_the_primary_answers(answered):
    assert answered(FixedWatch(), RequestFactory().get("/")) == (200, [("primary", None)])


@pytest.mark.parametrize("status", [503, 200])
def test_what_fails_at_a_replica_is_asked_of_others(answered, status):
    """Nothing that the first has said goes with what the others say."""
    watch = FixedWatch("a", "b")

    assert answered(watch, RequestFactory().get("/"), fails=("a", "b"), status=status) == (
        200,
        [("a", None), ("b", None), ("primary", None)],
    )
    assert watch.left_out == ["a", "b"]


def test_replica_that_fails_and_is_back_at_once_is_asked_once(answered):
    watch = FixedWatch("a")
    watch.leave_out = lambda _replica: None

    assert answered(watch, RequestFactory().get("/"), fails=("a",))[1] == [("a", None), ("primary", None)]


def test_what_takes_a_replica_too_long_is_not_asked_of_others(servers, monkeypatch):
    watch = FixedWatch("a", "b")
    monkeypatch.setattr(middleware, "watch", lambda: watch)
    slow = ReplicaMiddleware(lambda _request: away(503, took_too_long=True))

    assert slow(RequestFactory().get("/")).status_code == 503
    assert watch.left_out == []


def test_answer_that_is_no_failure_of_the_replica_stays(answered, servers):
    """Such as of `/readyz`, while migrations are missing."""
    watch = FixedWatch("a")

    def unready(_request):
        return HttpResponse(status=503)

    answered(watch, RequestFactory().get("/"))
    assert ReplicaMiddleware(unready)(RequestFactory().get("/readyz")).status_code == 503
    assert watch.left_out == []


def test_connection_stands_in_for_the_primary_until_the_request_has_ended(servers):
    """Also when a request before it has left one behind."""
    for name in ("a", "b"):
        read_from(name)
        assert connections[DEFAULT_DB_ALIAS] is servers[name]
    ask_primary()
    assert connections[DEFAULT_DB_ALIAS] is servers["primary"]
    ask_primary()
    assert connections[DEFAULT_DB_ALIAS] is servers["primary"]


def test_the_primary_is_asked_in_the_midst_of_reading(servers):
    read_from("a")
    with primary_meanwhile():
        assert connections[DEFAULT_DB_ALIAS] is servers["primary"]
    assert connections[DEFAULT_DB_ALIAS] is servers["a"]
    ask_primary()
    with primary_meanwhile():
        assert connections[DEFAULT_DB_ALIAS] is servers["primary"]
    assert connections[DEFAULT_DB_ALIAS] is servers["primary"]
