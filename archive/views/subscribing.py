"""What pages to subscribe on have in common, whatever the channel: what is named, how often one may ask, and asking.

Whoever asks is answered the same: no page tells whether an address is subscribed.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from archive.client_address import client_address
from archive.feed_addresses import FeedAddress, feed_addresses
from archive.metadata import page_metadata
from archive.models import Channel, Consent, SavedSearch, Section, Subscriber, Subscription
from archive.subscription_forms import SubscribeForm, TargetForm
from archive.subscriptions import enrolment, limits, tokens
from archive.subscriptions.enrolment import TARGETS, Ground, Target
from archive.subscriptions.wording import described, offer
from archive.tasks.subscriptions import request_deliveries

MAX_REQUESTS_AN_HOUR = 30
"""From one network: a household, an office, a phone company's gateway."""

MAX_REQUESTS_OF_ALL_AN_HOUR = 3000
"""From everywhere: what many networks send together is no reader's doing any more."""

TOO_MANY_STATUS = 429

PAGES = {Channel.EMAIL: "newsletter", Channel.WHATSAPP: "whatsapp", Channel.PUSH: "push"}
"""Where each channel is offered, by the names of addresses and templates."""

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
    initial = {name: request.GET.get(name, "") for name in TARGETS}
    is_of_one = any(initial.values())
    return chosen, {**initial, "when": Subscription.When.AT_ONCE if is_of_one else Subscription.When.IMPORTANT}


def named(chosen: TargetForm) -> dict:
    """What of CHOSEN is neither a section nor everything, for archive/partials/subscription_target.html."""
    found = chosen.cleaned_data
    return {"target": found.get("story") or found.get("entity"), "search": found.get("search")}


def offer_page(
    request: HttpRequest,
    channel: str,
    *,
    title: str,
    form: TargetForm | None,
    chosen: TargetForm,
    status: int = 200,
    **more,
) -> HttpResponse:
    """The page on which CHANNEL is offered, with its FORM where it is set up, and MORE for its template.

    CHOSEN has been read, and tells what one came from.
    """
    name, offered = PAGES[channel], offer(channel)
    context = {
        "form": form,
        **named(chosen),
        "metadata": page_metadata(
            request, title=title, path=reverse(f"archive:{name}"), description=offered.invitation
        ),
        "offer": offered,
        "feeds": feeds_of_chosen(chosen),
        "target_query": _target_query(chosen),
        **more,
    }
    return render(request, f"archive/{name}.html", context, status=status)


def _target_query(chosen: TargetForm) -> str:
    """What CHOSEN names to subscribe to, as the end of another page's address."""
    named = {name: chosen.data[name] for name in TARGETS if chosen.data.get(name)}
    return f"?{urlencode(named)}" if named else ""


def sent_page(request: HttpRequest, channel: str) -> HttpResponse:
    """The same answer to all who asked, whatever came of it."""
    return render(request, f"archive/{PAGES[channel]}_sent.html", {"feeds": list(feed_addresses("latest"))})


def feeds_of_chosen(chosen: TargetForm) -> list[FeedAddress]:
    """The feeds of what CHOSEN names; a search is not saved for it."""
    found = chosen.cleaned_data
    if found.get("search"):
        return _search_feeds(found["search"])
    return feeds_of(next((found[name] for name in ("story", "entity", "section") if found.get(name)), None))


def feeds_of(target: Target) -> list[FeedAddress]:
    """The feeds in which what is subscribed to, all news where TARGET is None, can be read without an address."""
    match target:
        case None:
            return list(feed_addresses("latest"))
        case SavedSearch():
            return _search_feeds(target.query)
        case Section():
            return list(feed_addresses("section", target.slug))
    return list(feed_addresses(target._meta.model_name, target.pk))


def _search_feeds(query: str) -> list[FeedAddress]:
    asked = QueryDict(query).urlencode()
    return [one._replace(path=f"{one.path}?{asked}") for one in feed_addresses("search")]


def ask_to_confirm(request: HttpRequest, form: SubscribeForm, *, channel: str) -> HttpResponse:
    """Let the address in FORM, which is valid, be asked to confirm on CHANNEL."""
    if not admit(request):
        return too_many(request)
    if not form.is_baited:
        wish = form.wish()
        text = "\n".join([offer(channel).consent, described(wish.target), str(Subscription.When(wish.when).label)])
        enrolment.ask(
            wish,
            Ground(Method.FORM, form.cleaned_data["page"] or request.path, text, network_of(request)),
            channel=channel,
            address=form.address,
            key=form.key,
            language=get_language() or settings.LANGUAGE_CODE,
        )
        request_deliveries()
    return HttpResponseRedirect(reverse(f"archive:{PAGES[channel]}-sent"))


def manage_url(subscriber: Subscriber) -> str:
    """The page of SUBSCRIBER's subscriptions, for whoever has proven to be them."""
    return reverse("archive:newsletter-manage", args=[tokens.manage_token(subscriber)])


def network_of(request: HttpRequest) -> str:
    """The network that REQUEST comes from: of that, and not of one computer, is kept what it agreed to."""
    return limits.network_of(client_address(request) or "")


def admit(request: HttpRequest) -> bool:
    of_network = limits.admit("network", network_of(request), most=MAX_REQUESTS_AN_HOUR, seconds=limits.HOUR_SECONDS)
    return of_network and limits.admit("all", "", most=MAX_REQUESTS_OF_ALL_AN_HOUR, seconds=limits.HOUR_SECONDS)


def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "archive/newsletter_too_many.html", status=TOO_MANY_STATUS)
    response.headers["Retry-After"] = str(limits.HOUR_SECONDS)
    return response
