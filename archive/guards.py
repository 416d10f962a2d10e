"""Which requests a view answers, and whose forms."""

import re
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

_ROBOT = re.compile(
    r"bot\b|bot[/_-]|crawl|spider|slurp|headless|lighthouse|monitor|preview|python|curl|wget", re.IGNORECASE
)


def same_origin(request: HttpRequest) -> bool:
    """Whether REQUEST may come of a page of ours: no browser says that another site made it.

    Browsers say so by Sec-Fetch-Site, those before 2023 and those on plain HTTP by Origin. What says neither is no
    browser, and carries no cookies of a reader who knows nothing of it.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin in (None, f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS)


def is_robot(request: HttpRequest) -> bool:
    """Whether what made REQUEST says that it is a program, and no reader's browser."""
    return bool(_ROBOT.search(request.headers.get("User-Agent", "")))


def own_address(request: HttpRequest, address: str) -> str:
    """ADDRESS if it is one of this site, else nothing."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def told_admin_address() -> list[str]:
    """The admin's address, for lists that anybody reads; nothing where it was moved, so as not to be found there."""
    return [reverse("admin:index")] if settings.ADMIN_PATH == settings.DEFAULT_ADMIN_PATH else []


def public_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for a page and the form on it; a form that another site sends is refused.

    The forms of public pages carry no token: it would be a secret, and a cookie, on pages that are the same for all.
    """

    @csrf_exempt
    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not same_origin(request):
            return render(request, "403_origin.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def form_target(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for POST; whoever only opens the address of the form is led to the front page."""

    @public_form
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if request.method == "POST" else redirect("archive:front")

    return guarded


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for GET and HEAD; another method is 405.

    Nothing is written, so there is nothing for a token to protect; asking for one first would answer 403.
    """
    return csrf_exempt(require_safe(view))
