"""Subscribing by mail: asking, confirming, changing, leaving. Nobody logs in; a link in a message proves who it is.

Nothing is done by opening a link, which mail programs and their guards open by themselves: each leads to a page with
a button. And no page tells whether an address is subscribed: whoever asks is answered the same.
"""

from functools import wraps

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from archive.exceptions import EnoughSubscriptionsError
from archive.guards import public_form, read_only
from archive.models import Article, Channel, Delivery, Subscriber, Subscription
from archive.subscription_forms import AddForm, AddressForm, LanguageForm, ManageForm, SubscribeForm, TargetForm
from archive.subscriptions import bounces, enrolment, personal_data, tokens
from archive.subscriptions.addresses import email_key
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.wording import BUTTONS, described, new_address_sentence
from archive.tasks.subscriptions import request_deliveries, request_manage_link
from archive.views.subscribing import (
    Method,
    View,
    admit,
    ask_to_confirm,
    asked_for,
    feeds_of,
    manage_url,
    network_of,
    offer_page,
    only_if_on,
    sent_page,
    too_many,
)

MAX_PAST_DELIVERIES = 50
MAX_REPORT_BYTES = 1_000_000
ONE_CLICK = "List-Unsubscribe=One-Click"
"""What a mail program sends in its own reader's name (RFC 8058)."""


def private_page(view: View) -> View:
    """Return VIEW for a page with a token in its address: kept nowhere, listed nowhere, and told to no other site.

    What such a link ends, shows or erases it does also where subscriptions are switched off: it stands in sent mail.
    """

    @public_form
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


# --- Asking ---


@only_if_on
@public_form
def newsletter(request: HttpRequest) -> HttpResponse:
    """What there is to subscribe to, and the form; sent in, the address is asked to confirm."""
    if request.method == "POST":
        form = SubscribeForm(request.POST)
        if not form.is_valid():
            return _page(request, form, form, status=422)
        return ask_to_confirm(request, form, channel=Channel.EMAIL)
    chosen, initial = asked_for(request)
    return _page(request, SubscribeForm(initial=initial), chosen)


def _page(request: HttpRequest, form: SubscribeForm, chosen: TargetForm, *, status: int = 200) -> HttpResponse:
    more = {"title": _("The newsletter"), "link_form": AddressForm(auto_id="link_%s")}
    return offer_page(request, Channel.EMAIL, form=form, chosen=chosen, status=status, **more)


@only_if_on
@read_only
def newsletter_sent(request: HttpRequest) -> HttpResponse:
    return sent_page(request, Channel.EMAIL)


@only_if_on
@public_form
@never_cache
def newsletter_link(request: HttpRequest) -> HttpResponse:
    """Send the link to one's subscriptions to an address, if it has any."""
    form = AddressForm(request.POST or None, auto_id="link_%s")
    if request.method != "POST":
        return redirect("archive:newsletter")
    if not form.is_valid():
        return render(request, "archive/newsletter_link.html", {"link_form": form}, status=422)
    if not admit(request):
        return too_many(request)
    if not form.is_baited and enrolment.may_write_to_mailbox(Channel.EMAIL, form.key):
        # In the background, so that this takes as long for an address that nobody knows.
        request_manage_link(Channel.EMAIL, form.key, get_language() or settings.LANGUAGE_CODE)
    return HttpResponseRedirect(reverse("archive:newsletter-sent"))


# --- Confirming ---


@only_if_on
@private_page
def newsletter_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page to confirm a subscription on, and what is said then."""
    found = tokens.read_confirm_token(token)
    if found is None:
        return _stale(request)
    subscription = found.subscription
    what, when = described(subscription.target), Subscription.When(found.when).label
    context = {
        "what": what,
        "when": when,
        "buttons": BUTTONS,
        "done": request.method == "POST",
        "manage_url": manage_url(subscription.subscriber),
        "feeds": feeds_of(subscription.target),
    }
    if request.method == "POST":
        try:
            ground = _ground(request, what, when, BUTTONS["confirm"])
            enrolment.confirm(subscription, found.when, ground, language=get_language() or "")
        except EnoughSubscriptionsError as problem:
            context |= {"done": False, "problem": problem}
    status = 422 if "problem" in context else 200
    return render(request, "archive/newsletter_confirm.html", context, status=status)


@only_if_on
@private_page
def newsletter_address(request: HttpRequest, token: str) -> HttpResponse:
    """The page to confirm a new address on."""
    found = tokens.read_address_token(token)
    if found is None:
        return _stale(request)
    context = {"address": found.address, "sentence": new_address_sentence(), "buttons": BUTTONS}
    if request.method != "POST":
        return render(request, "archive/newsletter_address.html", context)
    ground = _ground(request, f"{context['sentence']} {found.address}", BUTTONS["address"])
    try:
        subscriber = enrolment.change_address(found.subscriber, found.address, email_key(found.address), ground)
    except EnoughSubscriptionsError:
        context |= {"has_enough": True, "manage_url": manage_url(found.subscriber)}
        return render(request, "archive/newsletter_address.html", context, status=422)
    return HttpResponseRedirect(manage_url(subscriber) + "?done=address")


# --- Changing ---


@private_page
def newsletter_manage(request: HttpRequest, token: str) -> HttpResponse:
    """Everything a subscriber can see and change of themselves."""
    subscriber = tokens.read_manage_token(token)
    if subscriber is None:
        return _stale(request)
    if request.method == "POST":
        actions = {"save": _save, "leave": _leave_all, "erase": _ask_to_erase, "erase-now": _erase}
        if settings.SUBSCRIPTIONS:
            actions |= {"add": _add, "address": _ask_address, "language": _change_language}
        try:
            return actions.get(request.POST.get("action", ""), _save)(request, subscriber)
        except EnoughSubscriptionsError as problem:
            return _show(request, subscriber, status=422, problem=problem)
    return _show(request, subscriber)


def _show(request: HttpRequest, subscriber: Subscriber, *, status: int = 200, **forms) -> HttpResponse:
    subscriptions = list(subscriber.subscriptions.active().with_targets())
    sent = subscriber.deliveries.filter(state=Delivery.State.SENT, is_service=False).select_related("article")
    # An article that was withdrawn since is no longer named.
    sent = sent.filter(Q(article=None) | Q(article__in=Article.objects.published()))
    context = {
        "subscriber": subscriber,
        "manage_form": ManageForm(subscriptions=subscriptions),
        "add_form": AddForm(auto_id="add_%s"),
        "address_form": AddressForm(auto_id="address_%s"),
        "language_form": LanguageForm(initial={"language": subscriber.language}, auto_id="manage_%s"),
        "deliveries": sent.order_by("-sent_at")[:MAX_PAST_DELIVERIES],
        "done": request.GET.get("done", ""),
        "feeds": feeds_of(None),
        "buttons": BUTTONS,
        "token": tokens.manage_token(subscriber),
        **forms,
    }
    context["rows"] = [(one, field, feeds_of(one.target)) for one, field in context["manage_form"].rows()]
    return render(request, "archive/newsletter_manage.html", context, status=status)


def _save(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = ManageForm(request.POST, subscriptions=list(subscriber.subscriptions.active().with_targets()))
    if not form.is_valid():
        return _show(request, subscriber, status=422, manage_form=form)
    chosen, save = form.chosen(), BUTTONS["save"]
    ending = [one for one, when in chosen.items() if when == ManageForm.END]
    for one, when in chosen.items():
        if when != ManageForm.END:
            ground = _ground(request, described(one.target), Subscription.When(when).label, save)
            enrolment.add(subscriber, Wish(when, one.target), ground)
    if ending:
        names = [described(one.target) for one in ending]
        enrolment.leave(subscriber, _ground(request, *names, BUTTONS["end"], save), [one.pk for one in ending])
    return _done(subscriber, "saved")


def _add(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = AddForm(request.POST, auto_id="add_%s")
    if not form.is_valid():
        return _show(request, subscriber, status=422, add_form=form)
    if not admit(request):
        return too_many(request)
    wish = form.wish()
    lines = described(wish.target), Subscription.When(wish.when).label, BUTTONS["add"]
    enrolment.add(subscriber, wish, _ground(request, *lines))
    return _done(subscriber, "saved")


def _ask_address(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = AddressForm(request.POST, auto_id="address_%s")
    if subscriber.channel != Channel.EMAIL or not form.is_valid():
        return _show(request, subscriber, status=422, address_form=form)
    if not admit(request):
        return too_many(request)
    if enrolment.may_write_to(subscriber.channel, form.key):
        enrolment.write_service_message(
            subscriber, Delivery.Kind.NEW_ADDRESS, {"to": form.cleaned_data["email"]}, get_language() or ""
        )
        request_deliveries()
    return _done(subscriber, "address-asked")


def _change_language(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    form = LanguageForm(request.POST, auto_id="manage_%s")
    if not form.is_valid():
        return _show(request, subscriber, status=422, language_form=form)
    language = form.cleaned_data["language"]
    lines = form.fields["language"].label, dict(settings.LANGUAGES)[language], BUTTONS["language"]
    enrolment.change_language(subscriber, language, _ground(request, *lines))
    return _done(subscriber, "saved")


def _leave_all(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    _leave_everything(request, subscriber)
    return _done(subscriber, "left")


def _leave_everything(request: HttpRequest, subscriber: Subscriber) -> None:
    names = [described(one.target) for one in subscriber.subscriptions.active().with_targets()]
    enrolment.leave(subscriber, _ground(request, *names, BUTTONS["leave_all"]))


def _ask_to_erase(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """The page that asks once more: what is erased does not come back."""
    return render(request, "archive/newsletter_erase.html", {"manage_url": manage_url(subscriber)})


def _erase(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    personal_data.erase(subscriber)
    return render(request, "archive/newsletter_left.html", {"erased": True})


def _done(subscriber: Subscriber, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{manage_url(subscriber)}?done={what}")


@private_page
def newsletter_export(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that is kept of a subscriber, for themselves."""
    subscriber = tokens.read_manage_token(token)
    if subscriber is None:
        return _stale(request)
    response = JsonResponse(personal_data.export(subscriber), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="newsletter.json"'
    return response


# --- Leaving ---


@private_page
def newsletter_leave(request: HttpRequest, token: str) -> HttpResponse:
    """The page to leave on, and what is said then."""
    found = tokens.read_leave_token(token)
    if found is None:
        return _stale(request)
    if request.method == "POST":
        if request.POST.get("all"):
            _leave_everything(request, found.subscriber)
        else:
            ground = _ground(request, *_names(found), BUTTONS["leave"])
            enrolment.leave(found.subscriber, ground, found.subscriptions)
        return render(request, "archive/newsletter_left.html", {"manage_url": manage_url(found.subscriber)})
    context = {
        "names": _names(found),
        "buttons": BUTTONS,
        "others": found.subscriber.subscriptions.active().exclude(pk__in=found.subscriptions).exists(),
        "manage_url": manage_url(found.subscriber),
    }
    return render(request, "archive/newsletter_leave.html", context)


def _names(leaving: tokens.Leaving) -> list[str]:
    """The subscriptions that a message was sent for, in words."""
    subscriptions = leaving.subscriber.subscriptions.with_targets().filter(pk__in=leaving.subscriptions)
    return [described(one.target) for one in subscriptions]


@csrf_exempt
@never_cache
def newsletter_one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Leave by the mail program's own button (RFC 8058): a POST that needs nothing but the address itself.

    Whoever opens the address instead is led to the page. Mail programs send no cookie, and are told no more than that
    it is done.
    """
    if request.method != "POST":
        return redirect("archive:newsletter-leave", token=token)
    found = tokens.read_leave_token(token)
    if found is None:
        return HttpResponse(status=404)
    ground = _ground(request, *_names(found), ONE_CLICK, method=Method.ONE_CLICK)
    enrolment.leave(found.subscriber, ground, found.subscriptions)
    return HttpResponse(_("You have left."), content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
@never_cache
def newsletter_bounces(request: HttpRequest) -> HttpResponse:
    """Take a report of a message that came back, as mail, from whoever shows BOUNCE_KEY; also of an earlier one."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.BOUNCE_KEY or not constant_time_compare(shown, settings.BOUNCE_KEY):
        return HttpResponse(status=403 if settings.BOUNCE_KEY else 404)
    if len(request.body) > MAX_REPORT_BYTES:
        return HttpResponse(status=413)
    bounce = bounces.read_bounce(request.body)
    known = bounce is not None and bounces.take_bounce(bounce)
    return JsonResponse({"known": known})


def _ground(request: HttpRequest, *lines: str, method: str = Method.LINK) -> Ground:
    """What REQUEST, for a page of a link, rests on: the LINES that stood there."""
    # The page, without what in its address proves who one is.
    page = request.path.replace(request.resolver_match.kwargs["token"], "…")
    return Ground(method, page, "\n".join(map(str, lines)), network_of(request))


def _stale(request: HttpRequest) -> HttpResponse:
    """A link that is none of ours, or no more: 404 for all, so that nothing is told by it."""
    return render(request, "archive/newsletter_stale.html", {"link_form": AddressForm(auto_id="link_%s")}, status=404)
