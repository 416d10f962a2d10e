import gzip
import ipaddress
import socket
import time
from contextlib import suppress
from email.utils import format_datetime

import pytest
from django.conf import settings
from django.utils import timezone

from archive.ingest import fetching
from archive.ingest.fetching import Client, FetchError, GoneError, is_allowed
from tests.archive.ingest.web_server import HOST

BODY = "<rss>خبر</rss>".encode()


def refusal(client: Client, url: str) -> str:
    """The code of the reason why URL was not fetched."""
    with pytest.raises(FetchError) as problem:
        client.fetch(url)
    return problem.value.note.code


def redirect(target: str, status: int = 302):
    return status, {"Location": target}, b""


def test_feed_is_fetched_with_what_tells_whether_it_changed(web, client):
    web.answers["/feed"] = (200, {"ETag": '"one"', "Last-Modified": "Thu, 21 Dec 2017 08:00:00 GMT"}, BODY)
    fetched = client.fetch(web.url())

    assert (fetched.body, fetched.etag, fetched.last_modified, fetched.moved_to) == (
        BODY,
        '"one"',
        "Thu, 21 Dec 2017 08:00:00 GMT",
        "",
    )


def test_what_has_not_changed_is_not_sent_again(web, client):
    def answer(request):
        same = request.headers["If-None-Match"] == '"one"' and request.headers["If-Modified-Since"] == "then"
        return (304, {}, b"") if same else (200, {}, BODY)

    web.answers["/feed"] = answer
    fetched = client.fetch(web.url(), etag='"one"', last_modified="then")

    assert (fetched.body, fetched.etag, fetched.last_modified) == (None, '"one"', "then")


def test_it_says_who_it_is_and_where_to_ask(web, client, monkeypatch):
    monkeypatch.setattr(settings, "SITE_URL", "https://archive.example")
    monkeypatch.setattr(settings, "HTTPS", True)
    web.answers["/feed"] = (200, {}, BODY)
    client.fetch(web.url())

    assert web.headers["User-Agent"].startswith("Sijill/")
    assert web.headers["User-Agent"].endswith("(news archive; +https://archive.example/)")


def test_address_with_arabic_letters_is_asked_for_in_escapes(web, client):
    web.answers["/%D8%AE%D8%A8%D8%B1?q=%D8%A7%20b"] = (200, {}, BODY)

    assert client.fetch(web.url("/خبر?q=ا b#part")).body == BODY


# --- Whom it asks ---


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
        ),
        *("100.100.100.200", "192.0.0.192", "168.63.129.16", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1"),
        *("2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    ],
)
def test_addresses_that_are_not_of_the_public_web_are_refused(address):
    assert not is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_addresses_of_the_public_web_are_allowed(address):
    assert is_allowed(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://news.example/feed", "gopher://127.0.0.2/", "feed", "http://", "http://[::1"),
        *("http://user@127.0.0.2/feed", "http://user:word@127.0.0.2/feed", "http://127.0.0.2:99999/"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(client, url):
    assert refusal(client, url) == "fetch_not_web"


@pytest.fixture
def localhost(monkeypatch):
    """The name is known, also on a machine that has no list of hosts."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *args, **kwargs: resolve("127.0.0.1" if host == "localhost" else host, *args, **kwargs),
    )


@pytest.mark.usefixtures("localhost")
@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0", "169.254.169.254"]
)
def test_no_spelling_of_a_private_address_is_asked(client, host):
    assert refusal(client, f"http://{host}:1/") == "fetch_private"


@pytest.mark.usefixtures("localhost")
@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://127.0.0.1/", "fetch_private"),
        ("http://169.254.169.254/latest/meta-data/", "fetch_private"),
        ("//localhost/", "fetch_private"),
        ("http://[::ffff:10.0.0.1]/", "fetch_private"),
        ("file:///etc/passwd", "fetch_not_web"),
        ("http://[", "fetch_not_web"),
    ],
)
def test_every_address_that_a_redirect_leads_to_is_looked_at(web, client, target, code):
    web.answers["/feed"] = redirect(target)

    assert refusal(client, web.url()) == code


def test_connection_goes_to_the_address_that_was_looked_at(web, client, monkeypatch):
    """Whoever answers for the name may say something else the next time."""
    web.answers["/feed"] = (200, {}, BODY)
    resolve, answers = socket.getaddrinfo, iter([HOST, HOST])

    def resolve_first(host, port, *args, **kwargs):
        return resolve(next(answers, "127.0.0.1") if host == "feeds.example" else host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_first)
    fetched = client.fetch(web.url(host="feeds.example"))

    assert (fetched.body, web.headers["Host"]) == (BODY, f"feeds.example:{web.port}")


def test_name_that_also_leads_inside_is_refused(client, monkeypatch):
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 80)) for host in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: places)

    assert refusal(client, "http://feeds.example/") == "fetch_private"


def test_name_that_nobody_has_is_named(client, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refusal(client, "http://feeds.example/") == "fetch_unresolved"


# --- Redirects ---


def test_move_for_good_is_told_as_far_as_it_is_one(web, client):
    web.answers |= {
        "/feed": redirect("/second", 301),
        "/second": redirect(web.url("/third"), 308),
        "/third": redirect("/today", 302),
        "/today": redirect("/last", 301),
        "/last": (200, {}, BODY),
    }
    fetched = client.fetch(web.url())

    assert (fetched.body, fetched.moved_to, fetched.url) == (BODY, web.url("/third"), web.url("/last"))


def test_redirects_without_end_are_given_up(web, client):
    web.answers["/feed"] = redirect("/feed")

    assert refusal(client, web.url()) == "fetch_redirects"
    assert web.asked.count("/feed") == fetching.MAX_REDIRECTS + 1


# --- How much, and for how long ---


def test_what_is_too_large_is_not_read_to_its_end(web):
    sent = []

    def endless(request):
        request.send_response(200)
        request.end_headers()
        with suppress(OSError):
            while True:
                sent.append(request.wfile.write(b"x" * 65536))

    web.answers["/feed"] = endless
    assert refusal(Client(max_bytes=1_000_000, pause_seconds=0), web.url()) == "fetch_too_large"
    assert sum(sent) < 20_000_000


def test_gzip_bomb_is_not_unpacked(web):
    bomb = gzip.compress(b"x" * 50_000_000)
    web.answers["/feed"] = (200, {"Content-Encoding": "gzip"}, bomb)

    assert refusal(Client(max_bytes=1_000_000, pause_seconds=0), web.url()) == "fetch_too_large"


def test_gzipped_body_is_unpacked(web, client):
    web.answers["/feed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(BODY))

    assert client.fetch(web.url()).body == BODY
    assert web.headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Length": "1000"}, b"short"),
        ({"Content-Encoding": "gzip"}, gzip.compress(BODY)[:-10]),
        ({"Content-Encoding": "gzip"}, b"no gzip at all"),
    ],
    ids=["body", "gzip", "no gzip"],
)
def test_body_that_is_cut_short_or_damaged_is_no_body(web, client, headers, body):
    web.answers["/feed"] = (200, headers, body)

    assert refusal(client, web.url()) == "fetch_unreachable"


@pytest.mark.parametrize("in_headers", [True, False], ids=["headers", "body"])
def test_drop_by_drop_it_is_cut_off_at_the_deadline(web, in_headers):
    def dripping(request):
        with suppress(OSError):
            request.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if in_headers else b"\r\n"))
            while True:
                request.wfile.write(b"X")
                time.sleep(0.02)

    web.answers |= {"/feed": dripping, "/robots.txt": (404, {}, b"")}
    began = time.monotonic()
    assert refusal(Client(total_timeout_seconds=0.5, pause_seconds=0), web.url()) == "fetch_timeout"
    assert time.monotonic() - began < 5


def test_silence_is_not_waited_for_longer_than_told(web):
    web.answers["/feed"] = lambda _request: time.sleep(2)

    assert refusal(Client(read_timeout_seconds=0.2, pause_seconds=0), web.url()) == "fetch_timeout"


def test_closed_port_is_named(client, web):
    with socket.socket() as free:
        free.bind((HOST, 0))
        assert refusal(client, f"http://{HOST}:{free.getsockname()[1]}/") == "fetch_unreachable"


# --- Politeness ---


def test_what_robots_txt_forbids_is_not_asked_for(web, client):
    web.answers |= {"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /feed"), "/feed": (200, {}, BODY)}

    assert refusal(client, web.url()) == "fetch_robots"
    assert web.asked == ["/robots.txt"]


def test_redirect_to_what_robots_txt_forbids_is_not_followed(web, client):
    web.answers |= {"/robots.txt": (200, {}, b"User-agent: *\nDisallow: /no"), "/feed": redirect("/no/feed")}

    assert refusal(client, web.url()) == "fetch_robots"


def test_robots_txt_is_asked_for_once(web, client):
    web.answers["/feed"] = (200, {}, BODY)
    for _time in range(3):
        client.fetch(web.url())

    assert web.asked.count("/robots.txt") == 1


def test_site_whose_robots_txt_is_in_trouble_is_left_alone(web, client):
    web.answers |= {"/robots.txt": (503, {"Retry-After": "120"}, b""), "/feed": (200, {}, BODY)}
    with pytest.raises(FetchError) as problem:
        client.fetch(web.url())

    assert (problem.value.note.code, problem.value.retry_after_seconds) == ("fetch_refused", 120)
    assert "/feed" not in web.asked


def test_no_pause_that_a_site_wants_is_taken_from_the_time_of_its_answer(web):
    web.answers |= {"/robots.txt": (200, {}, b"User-agent: *\nCrawl-delay: 1"), "/feed": (200, {}, BODY)}

    assert Client(total_timeout_seconds=0.7, pause_seconds=0).fetch(web.url()).body == BODY


def test_another_of_a_hosts_addresses_is_asked_where_the_first_takes_no_connection(web, client, monkeypatch):
    resolve = socket.getaddrinfo

    def two(host, *asked, **more):
        hosts = ("127.0.0.3", HOST) if host == "news.example" else (host,)
        return [place for one in hosts for place in resolve(one, *asked, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    monkeypatch.setattr(settings, "FETCH_ALLOWED_NETWORKS", [ipaddress.ip_network("127.0.0.0/24")])
    web.answers["/feed"] = (200, {}, BODY)

    assert client.fetch(web.url(host="news.example")).body == BODY


@pytest.mark.parametrize(("rules", "pause"), [(b"", 2), (b"User-agent: *\nCrawl-delay: 7", 7)])
def test_pause_is_made_between_two_requests_to_a_host(web, rules, pause):
    slept = []
    web.answers |= {"/robots.txt": (200, {}, rules), "/feed": (200, {}, BODY)}
    Client(pause_seconds=2, sleep=slept.append).fetch(web.url())

    assert [round(seconds) for seconds in slept] == [pause]


@pytest.mark.parametrize("value", ["30", pytest.param("date", id="date")])
@pytest.mark.parametrize("status", [429, 503])
def test_server_says_when_to_come_back(web, client, status, value):
    value = format_datetime(timezone.now() + timezone.timedelta(seconds=30)) if value == "date" else value
    web.answers["/feed"] = (status, {"Retry-After": value}, b"")
    with pytest.raises(FetchError) as problem:
        client.fetch(web.url())

    assert problem.value.note.values == {"status": status}
    assert 28 <= problem.value.retry_after_seconds <= 30


def test_what_is_gone_is_told_apart(web, client):
    web.answers["/feed"] = (410, {}, b"")
    with pytest.raises(GoneError):
        client.fetch(web.url())
