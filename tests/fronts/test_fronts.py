"""What caches in front keep and when they let go of it, with the real ones. Run by itself: `script/test tests/fronts`."""

import http.client
import os
import ssl
import time
from contextlib import closing
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler

import pytest
from django.core.files.base import ContentFile
from django.utils.encoding import iri_to_uri

from archive import tracing
from archive.caching.purging import purge_waiting
from archive.client_address import client_address
from archive.models import Article
from tests.factories import ArticleFactory, ImageFactory
from tests.newsapp.front_process import SITE_NAME, free_port
from tests.newsapp.front_process import nginx as run_nginx

PAUSE_SECONDS = 2.1
"""nginx counts in whole seconds: what is good for one is good for nearly two."""


@pytest.fixture(autouse=True)
def _sessions(transactional_db):
    """The site's other threads see what a test writes."""


@pytest.fixture
def article():
    return ArticleFactory(title="وصول السفينة", body="<p>رست السفينة في الميناء القديم.</p>" * 30)


def ask(front: str, address: str, method: str = "GET", **headers):
    scheme, netloc, *_rest = urlsplit(front)
    if scheme == "https":  # With a certificate of nobody's.
        connection = http.client.HTTPSConnection(netloc, timeout=30, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(netloc, timeout=30)
    with closing(connection):
        connection.request(method, address, headers=headers)
        response = connection.getresponse()
        response.body = response.read()
        return response


@pytest.fixture
def asked(monkeypatch):
    """The addresses that the site itself was asked for."""
    from archive.page_cache import PageCacheMiddleware

    addresses = []
    answer = PageCacheMiddleware.__call__

    def noted(self, request):
        addresses.append(iri_to_uri(request.path))
        return answer(self, request)

    monkeypatch.setattr(PageCacheMiddleware, "__call__", noted)
    return addresses


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_a_page_is_asked_for_once_whoever_reads_it(request, front, article, asked):
    front = request.getfixturevalue(front)
    address = article.get_absolute_url()
    first = ask(front, address, Cookie="anything=1")
    again = ask(front, address, Cookie="anything=2; other=3")
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert "وصول السفينة" in first.body.decode()
    assert asked == [address]
    assert first.getheader("Surrogate-Key") is None


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_a_reader_s_settings_and_coding_are_kept_apart(request, front, article, asked):
    front = request.getfixturevalue(front)
    address = article.get_absolute_url()
    plain = ask(front, address)
    english = ask(front, address, Cookie="x=1; django_language=en")
    small = ask(front, address, **{"Accept-Encoding": "gzip"})
    assert b'<html lang="ar"' in plain.body
    assert b'<html lang="en"' in english.body
    assert (small.getheader("Content-Encoding"), plain.getheader("Content-Encoding")) == ("gzip", None)
    assert b'<html lang="en"' in ask(front, address, Cookie="django_language=en; y=2").body


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_staff_and_forms_are_never_kept(request, front, article, asked, admin_client):
    front = request.getfixturevalue(front)
    session = f"sessionid={admin_client.cookies['sessionid'].value}"
    for _ in range(2):
        assert ask(front, "/", Cookie=session).status == 200
        assert ask(front, "/admin/", Cookie=session).status == 200
        assert ask(front, "/settings/", "POST").status == 302
    assert len(asked) == 6
    assert ask(front, "/").getheader("Cache-Control").startswith("public")


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_who_has_a_page_is_told_so(request, front, article):
    front = request.getfixturevalue(front)
    first = ask(front, article.get_absolute_url())
    again = ask(front, article.get_absolute_url(), **{"If-None-Match": first.getheader("ETag")})
    assert (again.status, again.body) == (304, b"")


def test_varnish_lets_go_of_what_is_stale_and_of_nothing_else(varnish, article, asked):
    other = ArticleFactory(title="خبر آخر", published_at=None, date_precision="unknown")
    addresses = [article.get_absolute_url(), other.get_absolute_url(), "/"]
    purge_waiting()
    for address in addresses:
        ask(varnish, address)
    del asked[:]
    Article.objects.filter(pk=article.pk).update(summary="وصلت السفينة متأخرة")
    purge_waiting()
    pages = [ask(varnish, address).body.decode() for address in addresses]
    assert [("متأخرة" in page) for page in pages] == [True, False, True]
    assert sorted(asked) == sorted([addresses[0], "/"])


def test_varnish_lets_go_of_a_picture_that_is_removed(varnish, monkeypatch):
    # Django's server of tests serves pictures past the site.
    monkeypatch.setattr("django.test.testcases._MediaFilesHandler._should_handle", lambda _handler, _path: False)
    image = ImageFactory(file=ContentFile(b"GIF89a", name="pier.gif"))
    purge_waiting()
    first = ask(varnish, image.file.url)
    image.delete()
    kept = ask(varnish, image.file.url)
    purge_waiting()
    statuses = [first.status, kept.status, ask(varnish, image.file.url).status]
    assert (statuses, first.getheader("Surrogate-Key")) == ([200, 200, 404], None)


def test_varnish_is_told_by_our_own_machines_alone(varnish):
    assert ask(varnish, "/", "PURGE", **{"Surrogate-Key": "front"}).status == 200
    assert ask(varnish, "/", "PURGE", **{"Surrogate-Key": "x) || true"}).status == 400
    # Of a proxy on the same machine, which ends TLS before Varnish.
    for sent_on in ({"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-Proto": "https"}, {"Via": "1.1 proxy"}):
        assert ask(varnish, "/", "PURGE", **{"Surrogate-Key": "front"} | sent_on).status == 405


def test_who_comes_through_what_ends_tls_before_varnish_is_known_by_their_own_address(varnish, monkeypatch):
    seen = []
    monkeypatch.setattr(tracing, "id_for", lambda asked: seen.append(client_address(asked)) or "own")
    ask(varnish, "/", **{"X-Forwarded-For": "203.0.113.9"})
    ask(varnish, "/about/", **{"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    ask(varnish, "/calendar/")
    assert seen == ["203.0.113.9", "203.0.113.9", "127.0.0.1"]


def test_nginx_asks_again_after_a_second_and_shows_the_edit(nginx, article, asked):
    address = article.get_absolute_url()
    first = ask(nginx, address)
    time.sleep(PAUSE_SECONDS)
    assert ask(nginx, address).body == first.body
    Article.objects.filter(pk=article.pk).update(summary="وصلت السفينة متأخرة")
    time.sleep(PAUSE_SECONDS)
    assert "متأخرة" in ask(nginx, address).body.decode()
    assert asked == [address] * 3


def test_nginx_keeps_no_article_that_was_withdrawn(nginx, article, asked):
    address = article.get_absolute_url()
    ask(nginx, address)
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    time.sleep(PAUSE_SECONDS)
    # The second is answered by nginx itself, which has this in the place of the article now.
    assert [ask(nginx, address).status for _ in range(2)] == [410, 410]
    assert asked == [address] * 2


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_metrics_are_not_reached_through_it(request, front, asked):
    front = request.getfixturevalue(front)
    statuses = [ask(front, address).status for address in ("/metrics", "/metrics?x=1")]
    assert (statuses, asked) == ([404, 404], [])


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_metrics_are_not_reached_by_another_spelling_either(request, front, settings, monkeypatch):
    settings.METRICS, settings.METRICS_TOKEN = True, "a-token-of-the-monitors"
    # As Gunicorn does, and the server of tests does not.
    monkeypatch.setattr(
        "django.core.servers.basehttp.WSGIRequestHandler.get_environ",
        lambda handler: WSGIRequestHandler.get_environ(handler) | {"RAW_URI": handler.path},
    )
    bearer = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    front = request.getfixturevalue(front)
    assert [ask(front, address, **bearer).status for address in ("/%6Detrics", "/metric%73?x=1")] == [404, 404]


@pytest.mark.parametrize("front", ["nginx", "varnish"])
def test_request_gets_its_id_from_it_whatever_a_client_says(request, front, article, monkeypatch):
    ids = []
    monkeypatch.setattr(tracing, "id_for", lambda asked: ids.append(asked.headers.get(tracing.HEADER)) or "own")
    ask(request.getfixturevalue(front), article.get_absolute_url(), **{tracing.HEADER: "of-a-client"})
    [given] = ids
    assert given != "of-a-client"
    assert tracing.is_well_formed(given)


def test_who_comes_without_https_is_led_to_it(whole_nginx):
    answer = ask(whole_nginx.http, "/search/?q=1")
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{SITE_NAME}/search/?q=1")


def test_a_certificate_can_be_asked_for_without_https(whole_nginx):
    folder = whole_nginx.web / ".well-known" / "acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token").write_text("proof")
    assert ask(whole_nginx.http, "/.well-known/acme-challenge/token").body == b"proof"


def test_monitors_of_the_machine_read_the_metrics_and_nothing_else(whole_nginx, settings):
    settings.METRICS, settings.METRICS_TOKEN = True, "a-token-of-the-monitors"
    bearer = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
    asked = [("/metrics", bearer), ("/metrics", {}), ("/", bearer)]
    assert [ask(whole_nginx.monitors, address, **headers).status for address, headers in asked] == [200, 401, 404]


def test_readers_are_told_politely_that_nothing_answers(tmp_path):
    with run_nginx(os.environ["SIJILL_TEST_NGINX"], tmp_path, f"127.0.0.1:{free_port()}") as front:
        (front.web / "sijill-away.html").write_text("<!doctype html>نعود بعد قليل")
        answer = ask(front.https, "/")
        assert (answer.status, answer.getheader("Retry-After")) == (503, "60")
        assert answer.body.decode() == "<!doctype html>نعود بعد قليل"
        assert ask(front.https, "/sijill-away.html").status == 404


def test_one_address_may_not_ask_for_everything(origin, tmp_path):
    few = {"127.0.0.0/8 1;": "", "rate=30r/s": "rate=1r/m", "burst=200": "burst=2"}
    with run_nginx(os.environ["SIJILL_TEST_NGINX"], tmp_path, origin, few) as front:
        assert [ask(front.https, "/healthz").status for _ in range(4)] == [200, 200, 200, 429]


def test_forms_are_taken_more_seldom_than_pages_are_sent(origin, tmp_path):
    few = {"127.0.0.0/8 1;": "", "rate=5r/s": "rate=1r/m", "burst=50 ": "burst=1 "}
    with run_nginx(os.environ["SIJILL_TEST_NGINX"], tmp_path, origin, few) as front:
        assert [ask(front.https, "/healthz", "POST").status for _ in range(3)] == [405, 405, 429]
        assert ask(front.https, "/healthz").status == 200
