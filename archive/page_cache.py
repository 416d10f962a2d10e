"""The cache of pages, before everything else that happens around a view (docs/caching.md).

A page that is the same for every reader is kept in the memory of the process, and sent again as long as nothing that
it is made of has changed and no moment has come at which it changes by itself. What is not the same for every reader,
because it is staff's, answers a form, or says so, is never kept, here or elsewhere.

While the database does not answer, nobody can tell what has changed: pages that were good when it last did are sent
for a set time, and say so.
"""

import logging
import posixpath
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from archive import metrics
from archive.caching.addresses import ALL, kinds_of, surrogate_keys
from archive.caching.chrome import Chrome, chrome
from archive.caching.generations import Generations, current
from archive.caching.kept_pages import KeptPage, PageStore
from archive.caching.variants import page_variant
from archive.models.pages import file_key
from archive.search.limits import searches_given_up
from archive.staff.unattended import is_unattended
from archive.tasks import caches

MAX_AGE = timedelta(minutes=10)
"""Nothing is kept longer: what grows old by the hour, such as counts of readers, is not watched."""

MAX_AGE_LACKING = timedelta(seconds=10)
"""A page that lacks a part, which took too long to find, is kept no longer: so long that not everyone seeks it."""

SHARE_OF_QUERIES = 4
"""Pages with parameters, of which anyone can ask for as many as they like, have a part of the memory in so many."""

MAX_QUERY_CHARS = 1000
MAX_BODY_BYTES = 2_000_000

AWAY = "Sijill; hit; ttl=-{}; detail={}"
"""Cache-Status (RFC 9211) of a page that is sent for want of a newer one: so many seconds after its time, and why."""

DATABASE_AWAY, TOOK_TOO_LONG = "database-away", "took-too-long"

PUBLIC = "public, max-age=0, must-revalidate, s-maxage={}, stale-while-revalidate={}"
"""Browsers ask each time: what must be revalidated they never show stale. Caches for many do, for some seconds; one
that takes RFC 9111 by its letter asks then too, as `s-maxage` alone would make it: its reader waits for a 304."""

NO_PAGE = "public, max-age=0, must-revalidate, s-maxage=1"
"""Of what is gone, moved or not there: caches for many keep it a second, in the place of the page that was there.

One that kept nothing would go on having that page, and show it while we are away.
"""

NO_PAGE_STATUSES = (301, 302, 308, 404, 410)
REVALIDATED = "no-cache"
PRIVATE = "private, no-cache"
UNKEPT = "private, no-store"
PICTURES = f"public, max-age={24 * 3600}"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Known:
    """What the database told this process AT a time of the monotonic clock."""

    at: float
    generations: Generations
    around: Chrome


class PageCacheMiddleware:
    """Answers with a kept page where there is one, and says of every other answer who may keep it, and how long."""

    def __init__(self, get_response):
        self.get_response = get_response
        memory = settings.PAGE_CACHE_MEGABYTES * 1024 * 1024
        self._pages = PageStore(memory)
        self._queries = PageStore(memory // SHARE_OF_QUERIES)
        self._known: _Known | None = None
        self._pictures = settings.MEDIA_URL
        # What asks nothing of the database must answer without it.
        self._apart = (
            settings.STATIC_URL,
            settings.MEDIA_URL,
            *map(reverse, ("admin:index", "archive:healthz", "archive:readyz", "archive:metrics")),
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_for_all(request):
            return self._unkept(request, self.get_response(request))
        asked_at = monotonic()
        try:
            generations = request.generations = current()
            around = chrome(generations)
        except (DatabaseError, InterfaceError):
            return self._from_before(request) or self._unkept(request, self.get_response(request))
        # Another request may have asked later, and been answered earlier; or a replica may know less than another.
        known = self._known
        if known is None or (known.at < asked_at and not generations.precede(known.generations)):
            self._known = _Known(asked_at, generations, around)
        now = timezone.now()
        key = self._key(request, around, now)
        store = self._store(request)

        def if_fresh(page: KeptPage) -> HttpResponse | None:
            return page.answer(request, _cache_control(page, now)) if page.is_fresh(generations, now) else None

        if response := self._kept(request, store, key, if_fresh, found="hit"):
            return response
        found = "miss" if store.get(key) is None else "stale"
        with searches_given_up() as lacking:
            response = self.get_response(request)
        if getattr(response, "lacks_database", False):
            too_long = getattr(response, "took_too_long", False)
            return self._from_before(request, too_long=too_long) or self._unkept(request, response)
        until = now + MAX_AGE_LACKING if lacking else _until(generations, around, now)
        page = _page(request, response, generations, around, now, until)
        if page is None:
            if response.status_code in NO_PAGE_STATUSES and request.resolver_match and not response.cookies:
                response.headers.setdefault("Cache-Control", NO_PAGE)
            return self._unkept(request, response)
        if request.method == "GET":
            store.put(key, page)
            self._count(store, found)
        return page.answer(request, _cache_control(page, now))

    def _from_before(self, request: HttpRequest, *, too_long: bool = False) -> HttpResponse | None:
        """The page for REQUEST that was good when the database last answered; None if it is not kept, or too old.

        It is sent because the database is away, or because to make it anew took TOO_LONG.
        What was known to have changed by then is not sent: an article that was withdrawn stays so.
        """
        patience = timedelta(minutes=settings.STALE_PAGE_MINUTES)
        known = self._known
        if known is None or monotonic() - known.at > patience.total_seconds():
            return None
        now = timezone.now()

        def if_good_then(page: KeptPage) -> HttpResponse | None:
            if page.generation != known.generations.of(page.kinds) or not page.made_at <= now < page.until + patience:
                return None
            response = page.answer(request, REVALIDATED)
            response.headers["Age"] = str(int((now - page.made_at).total_seconds()))
            response.lacks_database, response.took_too_long = True, too_long
            late = max(0, int((now - page.until).total_seconds()))
            response.headers["Cache-Status"] = AWAY.format(late, TOOK_TOO_LONG if too_long else DATABASE_AWAY)
            return response

        key = self._key(request, known.around, now)
        return self._kept(request, self._store(request), key, if_good_then, found="away")

    def _kept(
        self,
        request: HttpRequest,
        store: PageStore,
        key: tuple,
        answer: Callable[[KeptPage], HttpResponse | None],
        *,
        found: str,
    ) -> HttpResponse | None:
        """What ANSWER makes of the page under KEY in STORE, counted as FOUND; None without, or if it will not do."""
        page = store.get(key)
        if page is None:
            return None
        try:
            response = answer(page)
        except Exception:
            # Whatever stands there is no page: no reader is to suffer from it, and none after.
            logger.exception("What was kept as a page of %s is none, and is dropped", page.view)
            store.drop(key)
            return None
        if response is not None:
            request.kept_view = page.view
            self._count(store, found)
        return response

    def _store(self, request: HttpRequest) -> PageStore:
        return self._queries if request.META.get("QUERY_STRING") else self._pages

    def _count(self, store: PageStore, found: str) -> None:
        # What turns out to be kept by nobody, such as a page that is not there, was never to be found.
        name = "queries" if store is self._queries else "pages"
        metrics.count(lambda: metrics.PAGE_CACHE.labels(name, found).inc())

    def _is_for_all(self, request: HttpRequest) -> bool:
        """Whether REQUEST may be answered with what everybody gets."""
        if request.method not in ("GET", "HEAD") or request.path.startswith(self._apart):
            return False
        if settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES:
            return False
        try:
            request.get_host()
        except SuspiciousOperation:
            return False
        return len(request.META.get("QUERY_STRING", "")) <= MAX_QUERY_CHARS

    @staticmethod
    def _key(request: HttpRequest, around: Chrome, now: datetime) -> tuple:
        query = request.META.get("QUERY_STRING", "")
        variant = page_variant(request, around.banner(now))
        return request.scheme, request.get_host(), request.path, query, variant

    def _unkept(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """RESPONSE, of which no cache for many may keep anything; what says itself who may is left as it is."""
        if request.method not in ("GET", "HEAD") or response.cookies:
            response.headers.setdefault("Cache-Control", UNKEPT)
        elif request.path.startswith(self._pictures):
            response.headers.setdefault("Cache-Control", PICTURES if response.status_code == 200 else REVALIDATED)
            if settings.CACHE_PURGE_URLS:
                # Of all spellings of its address.
                name = posixpath.normpath(request.path.removeprefix(self._pictures)).lstrip("/")
                response.headers["Surrogate-Key"] = f"{ALL} {file_key(name)}"
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", PRIVATE)
        else:
            response.headers.setdefault("Cache-Control", REVALIDATED)
        if settings.CACHE_PURGE_URLS and _may_have_changed_something(request):
            # What cannot be asked for now is done within the minute.
            with suppress(DatabaseError, InterfaceError):
                caches.request_purge()
        return response


def _may_have_changed_something(request: HttpRequest) -> bool:
    """Whether REQUEST is a form of staff: readers' forms, and open pages, change nothing that pages are made of."""
    if request.method in ("GET", "HEAD", "OPTIONS") or is_unattended(request):
        return False
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _page(
    request: HttpRequest,
    response: HttpResponse,
    generations: Generations,
    around: Chrome,
    now: datetime,
    until: datetime,
) -> KeptPage | None:
    """RESPONSE as a page to keep; None for one that is not the same for all, or says itself how it may be kept."""
    if response.status_code != 200 or response.streaming or response.cookies or response.has_header("Cache-Control"):
        return None
    if len(response.content) > MAX_BODY_BYTES or request.resolver_match is None:
        return None
    patch_vary_headers(response, ["Accept-Encoding"])
    for name in ("ETag", "Last-Modified", "Content-Length", "Expires"):
        response.headers.pop(name, None)
    kinds = kinds_of(request.resolver_match, has_query=bool(request.META.get("QUERY_STRING")))
    headers = dict(response.headers.items())
    if settings.CACHE_PURGE_URLS:
        headers["Surrogate-Key"] = surrogate_keys(request.resolver_match, response.content, kinds, around.sections)
    return KeptPage(
        body=response.content,
        headers=headers,
        kinds=kinds,
        generation=generations.of(kinds),
        made_at=now,
        until=until,
        view=metrics.view_of(request),
    )


def _until(generations: Generations, around: Chrome, now: datetime) -> datetime:
    """When pages made NOW change by themselves: an article or a banner comes, a day ends."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, time()))
    moments = (generations.next_article_at, around.next_change(now), midnight, now + MAX_AGE)
    return min(moment for moment in moments if moment)


def _cache_control(page: KeptPage, now: datetime) -> str:
    """Who may keep PAGE, and how long."""
    seconds = min(settings.SHARED_CACHE_SECONDS, int((page.until - now).total_seconds()))
    seconds = max(seconds, 0)
    return PUBLIC.format(seconds, min(settings.SHARED_CACHE_STALE_SECONDS, seconds))
