"""Which requests a view answers."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe


def form_target(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for POST; whoever only opens the address of the form is led to the front page."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect("archive:front")

    return guarded


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for GET and HEAD; another method is 405.

    Nothing is written, so there is nothing for a token to protect; asking for one first would answer 403.
    """
    return csrf_exempt(require_safe(view))


def same_origin(request: HttpRequest) -> bool:
    """Whether REQUEST was made by a page of this site, as the browser that sends it says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
