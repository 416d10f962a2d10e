"""One's own account: the second factor, and the sessions in which one is logged in."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as note_device

from archive.accounts.ending import end_asked, sessions_of
from archive.accounts.forms import ConfirmForm, NewFactorLaterForm
from archive.accounts.new_factor import new_factor_page, recovery_codes_page
from archive.staff import second_factor


def account(request: HttpRequest) -> HttpResponse:
    """What there is to look after; a form ends one of the other sessions, or all of them."""
    if request.method == "POST":
        end_asked(request, request.user)
        return redirect("admin:account")
    phone = second_factor.phone_of(request.user)
    context = {
        "title": _("My account"),
        "phone": phone,
        "codes_left": second_factor.recovery_codes_left(request.user) if phone else 0,
        "factor_is_off": second_factor.is_off(),
        "sessions": sessions_of(request, request.user),
    }
    return render(request, "admin/account/account.html", admin.site.each_context(request) | context)


@sensitive_post_parameters("password", "code")
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """Set up a phone, with the password; who has one removes it first."""
    if second_factor.phone_of(request.user):
        return redirect("admin:account")
    return new_factor_page(
        request,
        request.user,
        NewFactorLaterForm(request.POST or None, request=request),
        template="admin/account/new_factor.html",
        when_set_up=lambda: _verified(request),
    )


@sensitive_post_parameters("password", "code")
def change_factor(request: HttpRequest) -> HttpResponse:
    """Remove the phone, or make new recovery codes, with the password and a code."""
    if second_factor.phone_of(request.user) is None:
        return redirect("admin:account")
    form = ConfirmForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        if "remove" not in request.POST:
            codes = second_factor.make_recovery_codes(request.user)
            return recovery_codes_page(request, codes, _verified(request))
        second_factor.remove(request.user)
        messages.success(request, _("The second factor was removed."))
        return redirect("admin:account")
    context = {"title": _("Change the second factor"), "form": form, "is_required": second_factor.is_required()}
    return render(request, "admin/account/change_factor.html", admin.site.each_context(request) | context)


def _verified(request: HttpRequest) -> str:
    """Let this session count as verified by the phone, whatever opened it; return where the account is seen.

    Others have to give a code: where a phone was just set up, and those that old recovery codes have opened.
    """
    note_device(request, second_factor.phone_of(request.user))
    request.session.cycle_key()
    return reverse("admin:account")
