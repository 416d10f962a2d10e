"""The page of a reader's settings, and what keeps them."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from archive import preferences
from archive.guards import own_address, public_form
from archive.preference_forms import SavingForm, TryingForm
from archive.preferences import COOKIE, FORMER_THEME_COOKIE, Preferences

COOKIE_AGE_SECONDS = 365 * 24 * 3600
SAMPLE_DATE = date(2017, 12, 21)
SAMPLE_NUMBER = 1_234_567.8


@public_form
@never_cache
def settings_page(request: HttpRequest) -> HttpResponse:
    """The settings to choose from, with a sample of each; what is in the address is tried out and not yet kept."""
    return _save(request) if request.method == "POST" else _show(request)


def _show(request: HttpRequest) -> HttpResponse:
    form = TryingForm(request.GET)
    tried = form.applied_to(request.preferences)
    back = own_address(request, form.cleaned_data.get("back", "")) or _page_before(request)
    with preferences.override(tried):
        return render(
            request,
            "archive/settings.html",
            {
                "form": TryingForm(initial=vars(tried)),
                "saved": form.cleaned_data.get("saved", False),
                "unsaved": tried != request.preferences,
                "back": back,
                "next": _own_page(back),
                "sample_date": SAMPLE_DATE,
                "sample_number": SAMPLE_NUMBER,
            },
        )


def _save(request: HttpRequest) -> HttpResponse:
    form = SavingForm(request.POST)
    chosen = form.applied_to(request.preferences)
    if form.cleaned_data.get("reset"):
        chosen = Preferences()
    target = own_address(request, form.cleaned_data.get("next", ""))
    response = HttpResponseRedirect(target or reverse("archive:front"))
    _keep(response, COOKIE, chosen.key)
    response.delete_cookie(FORMER_THEME_COOKIE, samesite="Lax")
    if language := form.cleaned_data.get("language"):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language if language != settings.LANGUAGE_CODE else "")
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    """VALUE in the cookie NAME; a reader with nothing but defaults has none."""
    if value:
        response.set_cookie(
            name, value, max_age=COOKIE_AGE_SECONDS, samesite="Lax", secure=settings.HTTPS, httponly=True
        )
    else:
        response.delete_cookie(name, samesite="Lax")


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the reader came from, else the front page."""
    before = own_address(request, request.headers.get("Referer", ""))
    front, here = reverse("archive:front"), request.build_absolute_uri(request.path)
    return front if not before or before.partition("?")[0] == here else before


def _own_page(back: str) -> str:
    """This page as it is after saving, from which the way leads BACK."""
    parameters = QueryDict(mutable=True)
    parameters.update({"saved": "1", "back": back})
    return f"{reverse('archive:settings')}?{parameters.urlencode(safe='/')}"
