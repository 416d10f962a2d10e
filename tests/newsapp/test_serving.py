"""What `python -m newsapp.server` answers, whatever is asked, and what it logs of it."""

import http.client
import json
import re
from urllib.parse import quote

import pytest

from tests.newsapp.asking import database_url, exchange, get, query, send
from tests.newsapp.server_process import Server

# Run by themselves they would find no database: pytest-django makes one only for tests that say so.
pytestmark = pytest.mark.django_db

STOPPING = ["Stopping…"]
QUERY = "كلمة-سرية"


@pytest.fixture(scope="module")
def site(used_dir, migrated_database):
    """A site that stays up for all tests, in its own settings as they are without a variable."""
    with Server(used_dir, DATABASE_URL=database_url(), LOG_FORMAT="json") as server:
        yield server.wait_until_serving()
        server.stop()


@pytest.fixture(scope="module")
def secure_site(site):
    """The same behind a proxy that speaks HTTPS to readers."""
    variables = {"HTTPS": "true", "BEHIND_PROXY": "true", "ALLOWED_HOSTS": "archive.example, localhost"}
    with Server(site.data_dir, DATABASE_URL=database_url(), **variables) as server:
        yield server.wait_until_serving()
        server.stop()


CONTENT_SECURITY_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "report-uri /policy-report",
}


def security_headers(response: http.client.HTTPResponse) -> dict:
    names = (
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
        "Strict-Transport-Security",
        "Permissions-Policy",
    )
    return {name: response.headers[name] for name in names}


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": None,
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=()",
}


@pytest.mark.parametrize("path", ["/", "/search/?q=x", "/no-such-page/", "/admin/login/", "/api/v1/docs"])
def test_every_page_has_the_security_headers(site, path):
    response = get(site, path)

    assert security_headers(response) == HEADERS
    assert set(response.headers["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY


def test_behind_https_pages_ask_for_https_for_good(secure_site):
    response = get(secure_site, "/", Host="archive.example", X_Forwarded_Proto="https")

    assert response.status == 200
    assert security_headers(response) == HEADERS | {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload"
    }
    assert set(response.headers["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY | {
        "upgrade-insecure-requests"
    }


@pytest.mark.parametrize(("site_name", "secure"), [("site", False), ("secure_site", True)])
def test_cookies_are_closed_to_scripts_and_secure_behind_https(request, site_name, secure):
    response = get(request.getfixturevalue(site_name), "/admin/login/", Host="localhost", X_Forwarded_Proto="https")

    flags = {flag.strip() for flag in response.headers["Set-Cookie"].split(";") if "=" not in flag}
    assert flags == {"HttpOnly", *(["Secure"] if secure else [])}


def test_plain_http_is_sent_to_https_but_monitors_are_answered(secure_site):
    page = get(secure_site, "/about/?x=1", Host="archive.example")
    monitors = [get(secure_site, path, Host="archive.example").status for path in ("/healthz", "/readyz", "/metrics")]

    assert (page.status, page.headers["Location"], monitors) == (
        301,
        "https://archive.example/about/?x=1",
        [200, 200, 404],
    )


def test_static_files_have_hashed_names_are_compressed_and_kept_for_good(site):
    paths = re.findall(r'<link[^>]*href="(/static/[^"]+\.css)"', get(site, "/").text.decode())
    answers = [get(site, path, Accept_Encoding="br, gzip") for path in paths]

    assert paths != []
    assert [path for path in paths if not re.search(r"\.[0-9a-f]{12}\.css$", path)] == []
    assert {(answer.headers["Cache-Control"], answer.headers["Content-Encoding"]) for answer in answers} == {
        ("max-age=315360000, public, immutable", "br")
    }
    assert get(site, paths[0], Accept_Encoding="gzip").headers["Content-Encoding"] == "gzip"


def test_the_scripts_of_the_search_page_are_served(site):
    scripts = re.findall(r'<script[^>]*src="(/static/[^"]+)"', get(site, "/search/").text.decode())

    assert [name for path in scripts if (name := path.rpartition("/")[2]).startswith("htmx")] != []
    assert {get(site, path).status for path in scripts} == {200}


def test_monitors_are_answered(site):
    answers = [get(site, path) for path in ("/healthz", "/readyz")]

    assert [(answer.status, json.loads(answer.text)) for answer in answers] == [(200, {"status": "ok"})] * 2


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/search/?q={'x' * 9000}", {}, 414),
        ("/", {"Cookie": "x" * 9000}, 431),
        ("/", {f"X-{number}": "x" for number in range(150)}, 431),
        ("/", {"Not a name": "x"}, 400),
    ],
    ids=["address too long", "header too long", "too many headers", "no header"],
)
def test_request_that_cannot_be_read_is_answered_in_arabic(site, path, headers, status):
    response = get(site, path, **headers)
    page = response.text.decode()

    assert (response.status, response.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    shown = str(status).translate(str.maketrans("01234", "٠١٢٣٤"))
    assert f'<p class="error-page-code">{shown}</p>' in page
    assert page.endswith("</html>\n")
    assert re.search(r"/static/css/site\.\w+\.css", page)


@pytest.mark.parametrize(
    ("path", "headers", "status", "message"),
    [
        (f"/api/v1/articles?q={'x' * 9000}", {}, 414, "العنوان أطول من أن يُقرأ: تكفي بضع كلمات."),
        ("/api/v1/articles", {"Cookie": "x" * 9000}, 431, "ترويسات الطلب أكبر من أن تُقرأ."),
        ("/api/v1/articles", {"Not a name": "x"}, 400, "الطلب غير مقروء."),
    ],
    ids=["address too long", "header too long", "no header"],
)
def test_request_to_the_api_that_cannot_be_read_is_answered_in_its_form(site, path, headers, status, message):
    response = get(site, path, **headers)

    assert (response.status, response.headers["Content-Type"]) == (status, "application/json")
    assert json.loads(response.text) == {"detail": [{"field": None, "message": message}]}


@pytest.mark.parametrize(
    ("raw", "encoded"),
    [
        ("جنيف", quote("جنيف")),
        ("صفحة".encode()[:-1], quote("صفحة".encode()[:-1])),
        (b"\xff\xfe-\xc0\x80", "%FF%FE-%C0%80"),
    ],
    ids=["UTF-8", "cut UTF-8", "no UTF-8"],
)
@pytest.mark.parametrize("path", ["/api/v1/articles?q=", "/search/?q=", "/section/"])
def test_address_in_raw_bytes_is_read_as_if_they_were_percent_encoded(site, path, raw, encoded):
    raw = raw.encode() if isinstance(raw, str) else raw
    wanted = get(site, path + encoded, Host="localhost")
    request = b"GET " + path.encode() + raw + b" HTTP/1.0\r\nHost: localhost\r\n\r\n"
    head, _, body = exchange(site, request).partition(b"\r\n\r\n")

    assert wanted.status in (200, 301, 422)
    assert head.startswith(b"HTTP/1.0 %d " % wanted.status)
    assert wanted.headers.get("Location", "").encode() in head
    assert body == wanted.text


def test_other_machines_requests_are_refused_until_the_names_are_given(site):
    assert get(site, "/", Host="archive.example").status == 400


def test_serving_every_address_says_that_names_are_wanted(site):
    with Server(site.data_dir, DATABASE_URL=database_url(), HOST="0.0.0.0") as server:
        server.wait_until_serving()
        server.stop()

        assert server.errors == [
            "Set ALLOWED_HOSTS to this machine's names or addresses: others' requests are refused until then.",
            *STOPPING,
        ]


# --- What is logged -------------------------------------------------------------------------------------------------


def test_logs_have_no_reader_in_them(site):
    text = quote(QUERY)
    with Server(site.data_dir, DATABASE_URL=database_url(), LOG_FORMAT="json") as server:
        server.wait_until_serving()
        answers = [
            get(server, f"/search/?q={text}").status,
            get(server, f"/search/?q={text}", "HEAD").status,
            get(server, f"/{quote('لا-صفحة')}/?q={text}").status,
            get(server, f"/search/?q={text}", "POST").status,
            get(server, f"/?q={text}", Host=f"{text}.example").status,
            get(server, f"/search/?q={text}&{'x' * 9000}").status,
            send(server, f"GET /?q={text}\r\nnonsense\r\n\r\n".encode()),
            send(server, f"{text} /\r\n\r\n".encode()),
        ]
        server.stop()
        logged = [line for line in server.errors if line not in STOPPING]

    assert answers == [200, 200, 404, 405, 400, 414, b"HTTP/1.1 400", b"HTTP/1.1 400"]
    assert [(entry["level"], entry["logger"], entry["event"]) for entry in map(json.loads, logged)] == [
        ("warning", "django.request", "Not Found: /لا-صفحة/"),
        ("warning", "django.request", "Method Not Allowed (POST): /search/"),
    ]


def test_error_behind_a_page_is_logged_without_the_query(used_dir):
    with Server(used_dir, LOG_FORMAT="json") as server:
        server.wait_until_serving()
        query(used_dir, "ALTER TABLE archive_article RENAME TO hidden")
        status = get(server, f"/search/?q={quote(QUERY)}").status
        query(used_dir, "ALTER TABLE hidden RENAME TO archive_article")
        server.stop()
        (logged,) = [line for line in server.errors if line.startswith("{")]

    entry = json.loads(logged)
    assert (status, entry["level"], entry["event"]) == (500, "error", "Internal Server Error: /search/")
    assert [word for word in (QUERY, quote(QUERY), "127.0.0.1") if word in logged] == []
