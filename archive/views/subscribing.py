"""What pages to subscribe on have in common, whatever the channel: what is named, how often one may ask, and asking.

Whoever asks is answered the same: no page tells whether an address is subscribed.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from archive.client_address import client_address
from archive.models import Consent, Subscription
from archive.subscription_forms import SubscribeForm, TargetForm
from archive.subscriptions import enrolment, limits
from archive.subscriptions.enrolment import Ground
from archive.tasks import request_deliveries

MAX_REQUESTS_AN_HOUR = 30
"""From one network: a household, an office, a phone company's gateway."""

MAX_REQUESTS_OF_ALL_AN_HOUR = 3000
"""From everywhere: what many networks send together is no reader's doing any more."""

TOO_MANY_STATUS = 429

Method = Consent.Method
View = Callable[..., HttpResponse]


def only_if_on(view: View) -> View:
    """Return VIEW, which is not there where subscriptions are switched off."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.SUBSCRIPTIONS:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def asked_for(request: HttpRequest) -> tuple[TargetForm, dict]:
    """What the address of a page names to subscribe to: as a form, and as what another form begins with."""
    chosen = TargetForm(request.GET)
    chosen.is_valid()
    initial = {name: request.GET.get(name, "") for name in ("section", "entity", "story", "search")}
    is_of_one = any(initial.values())
    return chosen, {**initial, "when": Subscription.When.AT_ONCE if is_of_one else Subscription.When.IMPORTANT}


def named(chosen: TargetForm) -> dict:
    """What of CHOSEN is neither a section nor everything, for archive/partials/subscription_target.html."""
    found = chosen.cleaned_data
    return {"target": found.get("story") or found.get("entity"), "search": found.get("search")}


def ask_to_confirm(request: HttpRequest, form: SubscribeForm, *, channel: str, text: str, sent: str) -> HttpResponse:
    """Let the address in FORM, which is valid, be asked to confirm, and lead to the page named SENT.

    TEXT is what stood around the form, to be kept with the consent.
    """
    if not admit(request):
        return too_many(request)
    if not form.is_baited:
        enrolment.ask(
            form.wish(),
            Ground(Method.FORM, form.cleaned_data["page"] or request.path, text),
            channel=channel,
            address=form.address,
            key=form.key,
            language=get_language() or settings.LANGUAGE_CODE,
        )
        request_deliveries()
    return HttpResponseRedirect(reverse(sent))


def admit(request: HttpRequest) -> bool:
    network = limits.network_of(client_address(request) or "")
    of_network = limits.admit("network", network, most=MAX_REQUESTS_AN_HOUR, seconds=limits.HOUR_SECONDS)
    return of_network and limits.admit("all", "", most=MAX_REQUESTS_OF_ALL_AN_HOUR, seconds=limits.HOUR_SECONDS)


def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "archive/newsletter_too_many.html", status=TOO_MANY_STATUS)
    response.headers["Retry-After"] = str(limits.HOUR_SECONDS)
    return response
