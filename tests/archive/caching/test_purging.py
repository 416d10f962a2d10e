"""Caches in front of the site are told what is stale, once each has taken it; the real ones are in test_fronts."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.base import ContentFile

from archive.caching.purging import KEYS_PER_REQUEST, purge_waiting, tell
from archive.exceptions import PurgeError
from archive.models import Article, StalePages
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db


class Cache(BaseHTTPRequestHandler):
    """Writes down what it is told."""

    def do_PURGE(self):
        self.server.told.append(self.headers["Surrogate-Key"].split())
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def cache(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cache)
    server.told, server.status = [], 200
    server.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.CACHE_PURGE_URLS = [server.url]
    purge_waiting()
    del server.told[:]
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_cache_that_is_new_is_told_that_everything_is_stale(article, cache):
    StalePages.objects.all().delete()
    Article.objects.filter(pk=article.pk).update(title="آخر")
    purge_waiting()
    assert cache.told == [["all"]]


def test_what_changed_is_told_once(article, cache):
    Article.objects.filter(pk=article.pk).update(title="آخر")
    purge_waiting()
    assert cache.told == [sorted(["articles", f"article-{article.pk}", f"section-{article.section_id}"])]
    purge_waiting()
    assert len(cache.told) == 1


@pytest.mark.django_db(transaction=True)
def test_file_that_is_deleted_is_let_go_of_and_no_other(client, cache):
    def keys(address: str) -> list[str]:
        response = client.get(address)
        response.close()
        return response.headers["Surrogate-Key"].split()

    image, other = (ImageFactory(file=ContentFile(b"GIF89a", name="pier.gif")) for _ in range(2))
    kept = [keys(one.file.url) for one in (image, other)]
    assert keys(image.file.url.replace("/media/", "/media//./")) == kept[0]
    purge_waiting()
    del cache.told[:]
    image.delete()
    purge_waiting()
    told = {key for keys in cache.told for key in keys}
    assert [bool(told & set(one)) for one in kept] == [True, False]


def test_what_could_not_be_told_waits(article, cache):
    cache.status = 503
    Article.objects.filter(pk=article.pk).update(title="آخر")
    with pytest.raises(PurgeError, match="503"):
        purge_waiting()
    assert StalePages.objects.waiting().exists()
    cache.status = 200
    purge_waiting()
    assert not StalePages.objects.waiting().exists()


def test_a_cache_that_is_not_there_keeps_no_other_from_being_told(cache):
    with pytest.raises(PurgeError, match=r"127\.0\.0\.1:1/"):
        tell(["http://127.0.0.1:1/", cache.url], ["front"])
    assert cache.told == [["front"]]


def test_many_keys_are_told_in_parts(cache):
    tell([cache.url], [f"article-{number}" for number in range(KEYS_PER_REQUEST + 1)])
    assert [len(told) for told in cache.told] == [KEYS_PER_REQUEST, 1]


def test_where_everything_is_stale_that_is_all_that_is_told(article, cache):
    StalePages.objects.create(keys=["all", "names"])
    purge_waiting()
    assert cache.told == [["all"]]


def test_without_caches_in_front_nothing_is_written_down_for_them(article):
    Article.objects.filter(pk=article.pk).update(title="آخر")
    assert not StalePages.objects.exists()


def test_where_a_cache_in_front_is_given_up_what_waited_for_it_goes(article, cache, settings):
    Article.objects.filter(pk=article.pk).update(title="آخر")
    settings.CACHE_PURGE_URLS = []
    purge_waiting()
    assert not StalePages.objects.exists()
