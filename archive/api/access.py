"""Who may ask the API, how, and in which language it answers.

The API gives only what every page shows, so any site may read it (`Access-Control-Allow-Origin: *`); a browser never
sends cookies with such a request, and none is read here.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from archive import pacing
from archive.api.errors import error_response
from archive.caching.variants import accepted_language

METHODS = "GET, HEAD, OPTIONS"
PREFLIGHT_SECONDS = 24 * 3600


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for GET and HEAD from anywhere; another method is refused as JSON, OPTIONS says what is allowed."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        with translation.override(accepted_language(request)):
            if request.method in ("GET", "HEAD") and pacing.is_too_much(request):
                response = error_response(_("You ask for too much at once: ask again in a minute."), status=429)
                response["Retry-After"], response["Cache-Control"] = str(pacing.MINUTE_SECONDS), "no-store"
            elif request.method in ("GET", "HEAD"):
                response = _get(view, request, *args, **kwargs)
            elif request.method == "OPTIONS":
                response = HttpResponse(status=204)
                response["Access-Control-Allow-Methods"] = METHODS
                response["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
            else:
                response = error_response(_("The API is read-only: ask with GET."), status=405)
            response["Content-Language"] = translation.get_language()
        if response.status_code in (204, 405):
            response["Allow"] = METHODS
        response["Access-Control-Allow-Origin"] = "*"
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return csrf_exempt(answer)


def _get(view: Callable[..., HttpResponse], request: HttpRequest, *args, **kwargs) -> HttpResponse:
    """The answer to GET; the server leaves out its body for HEAD."""
    method, request.method = request.method, "GET"
    try:
        return view(request, *args, **kwargs)
    finally:
        request.method = method
