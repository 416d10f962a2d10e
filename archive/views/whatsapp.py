"""Subscribing on WhatsApp, and what WhatsApp tells us (docs/whatsapp.md)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from archive.caching.chrome import chrome_of
from archive.channel_forms import PhoneForm
from archive.guards import public_form, read_only
from archive.models import Channel, SocialAccount
from archive.subscription_forms import TargetForm
from archive.subscriptions.channels import whatsapp as channel
from archive.subscriptions.channels import whatsapp_inbox
from archive.tasks.subscriptions import request_whatsapp_events
from archive.views.subscribing import ask_to_confirm, asked_for, offer_page, only_if_on, sent_page

MAX_EVENT_BYTES = 3_500_000
"""Meta says three megabytes at most."""


@only_if_on
@public_form
def whatsapp(request: HttpRequest) -> HttpResponse:
    """What there is to subscribe to, and the form; without an account to send by, the site's channel instead."""
    if request.method == "POST" and channel.is_on():
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return _page(request, form, form, status=422)
        return ask_to_confirm(request, form, channel=Channel.WHATSAPP)
    chosen, initial = asked_for(request)
    form = PhoneForm(initial={**initial, "country": settings.PHONE_COUNTRY}) if channel.is_on() else None
    return _page(request, form, chosen)


def _page(request: HttpRequest, form: PhoneForm | None, chosen: TargetForm, *, status: int = 200) -> HttpResponse:
    return offer_page(
        request,
        Channel.WHATSAPP,
        title=_("News on WhatsApp"),
        form=form,
        chosen=chosen,
        status=status,
        write_url=channel.number_link(pgettext("a word sent on WhatsApp", "subscribe")) if form else "",
        channels=_channels(request),
        is_editor=request.user.is_staff,
    )


def _channels(request: HttpRequest) -> list[SocialAccount]:
    """The channels on WhatsApp that editors have named among the site's accounts."""
    return [one for one in chrome_of(request).accounts if one.network == SocialAccount.Network.WHATSAPP]


@only_if_on
@read_only
def whatsapp_sent(request: HttpRequest) -> HttpResponse:
    return sent_page(request, Channel.WHATSAPP)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@never_cache
def whatsapp_webhook(request: HttpRequest) -> HttpResponse:
    """What Meta asks to know that this is ours, and what it tells: kept as it came, and seen to by the worker.

    Also where subscriptions are switched off: readers leave by a message.
    """
    if not settings.WHATSAPP_APP_SECRET or not settings.WHATSAPP_VERIFY_TOKEN:
        return HttpResponse(status=404)
    return _shake_hands(request) if request.method == "GET" else _take(request)


def _shake_hands(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    is_theirs = constant_time_compare(asked.get("hub.verify_token", ""), settings.WHATSAPP_VERIFY_TOKEN)
    if asked.get("hub.mode") != "subscribe" or not is_theirs:
        return HttpResponse(status=403)
    return HttpResponse(asked.get("hub.challenge", ""), content_type="text/plain; charset=utf-8")


def _take(request: HttpRequest) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > MAX_EVENT_BYTES:
        return HttpResponse(status=413)
    if not whatsapp_inbox.is_signed(request.body, request.headers.get("X-Hub-Signature-256", "")):
        return HttpResponse(status=403)
    if whatsapp_inbox.take_event(request.body):
        request_whatsapp_events()
    return HttpResponse(status=200)
