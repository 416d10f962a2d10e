"""Notices of the browser: a page to ask for them, and where the browser says that it wants them, or no more."""

import json
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive.channel_forms import BrowserForm
from archive.exceptions import EnoughSubscriptionsError
from archive.guards import form_target, read_only
from archive.models import Channel, Subscriber
from archive.subscription_forms import TargetForm
from archive.subscriptions import enrolment, limits
from archive.subscriptions.channels import push as channel
from archive.subscriptions.enrolment import Ground
from archive.subscriptions.wording import BUTTONS, offer
from archive.views.subscribing import (
    Method,
    admit,
    asked_for,
    manage_url,
    network_of,
    offer_page,
    only_if_on,
    too_many,
)

MAX_REQUEST_BYTES = 10_000

MAX_NEW_BROWSERS_A_DAY = 100
"""From one network. An endpoint costs nothing to make up, and is given a link to subscribe by."""


@only_if_on
@read_only
def push(request: HttpRequest) -> HttpResponse:
    """The button, where the site has a key to sign by; permission is asked for by pressing it and never before."""
    chosen, initial = asked_for(request)
    form = TargetForm(initial=initial)
    key = channel.public_key() if channel.is_on() else ""
    return offer_page(
        request,
        Channel.PUSH,
        title=_("Notices in the browser"),
        form=form,
        chosen=chosen,
        key=key,
        buttons=BUTTONS,
        is_editor=request.user.is_staff,
    )


@only_if_on
@form_target
@never_cache
def push_subscribe(request: HttpRequest) -> HttpResponse:
    """Take a browser that was let show notices: to ask for more than that would be to ask the same person twice."""
    if not channel.is_on():
        return HttpResponse(status=404)
    form = BrowserForm(_sent(request))
    if not form.is_valid():
        problems = [problem for problems in form.errors.values() for problem in problems]
        return JsonResponse({"problems": problems}, status=422)
    if not (admit(request) and _admits_browser(request, form.cleaned_data["endpoint"])):
        return too_many(request)
    try:
        subscriber = channel.take_browser(
            form.wish(),
            Ground(Method.FORM, reverse("archive:push"), offer(Channel.PUSH).consent, network_of(request)),
            endpoint=form.cleaned_data["endpoint"],
            channel_data=form.channel_data,
            language=get_language() or settings.LANGUAGE_CODE,
        )
    except EnoughSubscriptionsError as problem:
        known = Subscriber.objects.get(channel=Channel.PUSH, address_key=form.cleaned_data["endpoint"])
        return JsonResponse({"problems": [str(problem)], "manage": manage_url(known)}, status=422)
    return JsonResponse({"manage": manage_url(subscriber)})


def _admits_browser(request: HttpRequest, endpoint: str) -> bool:
    """Whether ENDPOINT is known, or its network has not brought too many: whoever makes them up is stopped there."""
    if Subscriber.objects.filter(channel=Channel.PUSH, address_key=endpoint).exists():
        return True
    return limits.admit("new browser", network_of(request), most=MAX_NEW_BROWSERS_A_DAY, seconds=limits.DAY_SECONDS)


@form_target
@never_cache
def push_leave(request: HttpRequest) -> HttpResponse:
    """End what a browser was told of, also where subscriptions are switched off.

    Its endpoint is a secret of its own: whoever knows it is it.
    """
    endpoint = _sent(request).get("endpoint", "")
    found = Subscriber.objects.filter(channel=Channel.PUSH, address_key=endpoint).first()
    if found:
        text = str(BUTTONS["push_off"])
        enrolment.leave(found, Ground(Method.FORM, reverse("archive:push"), text, network_of(request)))
    return HttpResponse(status=204)


def _sent(request: HttpRequest) -> dict[str, str]:
    """What the page's script has sent, by name; what the database could not hold is left out."""
    if int(request.headers.get("Content-Length") or 0) > MAX_REQUEST_BYTES:
        return {}
    try:
        content = json.loads(request.body)
    except ValueError:
        return {}
    return {name: value for name, value in content.items() if _is_text(value)} if isinstance(content, dict) else {}


def _is_text(value: object) -> bool:
    """Whether VALUE is a text without NUL, and without the half of a pair of UTF-16."""
    return isinstance(value, str) and not re.search("[\0\ud800-\udfff]", value)
