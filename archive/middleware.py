"""What happens around every view."""

import sys
from http import HTTPStatus
from time import perf_counter

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import defaults
from psycopg.errors import QueryCanceled

from archive import metrics, pacing, preferences, slow_requests, tracing
from archive.caching.variants import API_PREFIX, interface_language, is_api
from archive.newsroom.redirects import target_of
from archive.preferences import Preferences
from archive.search.limits import SearchTimeoutError

RETRY_AFTER_SECONDS = 30
ADMIN_PREFIX = f"/{settings.ADMIN_PATH}"


class ObservingMiddleware:
    """Gives each request its id (archive/tracing.py), which its answer bears too; counts it, and notes it if slow.

    It is before all others, so that it sees what they answer and how long they take.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        trace = tracing.begin(tracing.Trace(tracing.id_for(request)))
        began_at = perf_counter()
        response = self.get_response(request)
        seconds = perf_counter() - began_at
        response.headers[tracing.HEADER] = trace.id
        metrics.count_request(request, response, seconds, trace)
        limit = settings.SLOW_REQUEST_MILLISECONDS
        # The metrics wait for the database by themselves, and no reader does.
        if limit and seconds * 1000 >= limit and trace.doing != "archive:metrics":
            slow_requests.note(metrics.method_of(request), response.status_code, seconds, trace)
        return response

    def process_view(self, request, view, args, kwargs) -> None:
        tracing.current().doing = request.resolver_match.view_name


class InterfaceLanguageMiddleware:
    """Pages are Arabic until the reader chooses English; the browser's own language decides for the API only.

    Many readers of Arabic keep a phone in another language: guessing from it would hide the Arabic interface.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = self._language(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"] if is_api(request) else ["Cookie"])
        return response

    @staticmethod
    def _language(request) -> str:
        return translation.get_language_from_request(request) if is_api(request) else interface_language(request)


class ReaderPreferencesMiddleware:
    """Pages are made by their reader's settings; the API and the admin go by none.

    So do feeds and files for download, which format no dates for readers.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for_all = request.path.startswith((API_PREFIX, ADMIN_PREFIX))
        request.preferences = Preferences() if for_all else Preferences.of_reader(request.COOKIES)
        with preferences.override(request.preferences):
            return self.get_response(request)


class MethodNotAllowedMiddleware:
    """A method that a page does not answer is said in a page; the API says it in its own words."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            # The same response, which has been logged, with a page in it.
            response.content = render_to_string("405.html", request=request)
        return response


class OldAddressMiddleware:
    """What nothing here has may be an address of an imported site: it leads to what that is now, for good (301)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        if request.path.startswith((API_PREFIX, ADMIN_PREFIX, settings.STATIC_URL, settings.MEDIA_URL)):
            return response
        try:
            target = target_of(request.path, request.META.get("QUERY_STRING", ""), request.get_host())
        except (OperationalError, InterfaceError):
            return response
        return redirect(target, permanent=True) if target else response


class PacingMiddleware:
    """Who has read too much that is costly in this minute is asked to wait; the API says so in its own words."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if is_api(request) or not pacing.is_too_much(request):
            return None
        response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(pacing.MINUTE_SECONDS)
        # It is of one client, at an address of all.
        response.headers["Cache-Control"] = "no-store"
        return response


class DatabaseUnavailableMiddleware:
    """A database that does not answer is a 503 in plain words, with a time to come back, and no error of ours.

    So is a statement that was given up after STATEMENT_TIMEOUT_SECONDS. The page cache looks whether it has the page
    from before (`lacks_database`).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        return _without_database(request, exception)


def server_error(request) -> HttpResponse:
    """The answer to what no middleware sees, such as a database that goes away while the page of a 404 is made."""
    return _without_database(request, sys.exc_info()[1]) or defaults.server_error(request)


def _without_database(request, exception: BaseException | None) -> HttpResponse | None:
    """What REQUEST is answered if EXCEPTION tells that the database does not answer."""
    if not isinstance(exception, OperationalError | InterfaceError):
        return None
    took_too_long = isinstance(exception.__cause__, QueryCanceled)
    if is_api(request):
        response = _problem(took_too_long)
    else:
        # Without the request: the context processors would ask the database again.
        sent = request.method not in ("GET", "HEAD", "OPTIONS")
        response = render(None, "503.html", {"took_too_long": took_too_long, "sent": sent}, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.lacks_database = True
    response.took_too_long = took_too_long
    return response


def _problem(took_too_long: bool) -> HttpResponse:
    """The same in the API's form of an error."""
    message = (
        _("The answer took too long to find, and was given up: try again later, or ask for less.")
        if took_too_long
        else _("The archive does not answer now: try again in half a minute.")
    )
    return JsonResponse(
        {"detail": [{"field": None, "message": message}]},
        status=503,
        json_dumps_params={"ensure_ascii": False},
        headers={"Access-Control-Allow-Origin": "*"},
    )


class SearchTimeoutMiddleware:
    """A search given up leads to its page, which says so: feeds and files of searches have no place for it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception) -> HttpResponse | None:
        if not isinstance(exception, SearchTimeoutError):
            return None
        return redirect(f"{reverse('archive:search')}?{request.GET.urlencode()}")
