"""Logging in: the password, then a code where one is asked for. Nobody is logged in between the two.

What was given so far stands in the session, for a few minutes: whose password it was, not yet whose session it is.
"""

from datetime import datetime, timedelta

from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME, get_user_model
from django.contrib.auth import login as log_in
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.models import Device

from archive.accounts.forms import CodeForm, NewFactorForm
from archive.accounts.new_factor import NEW_KEY, new_factor_page
from archive.guards import own_address
from archive.staff import second_factor

PENDING = "login_pending"
PENDING_MINUTES = 10


@method_decorator(never_cache, name="dispatch")
class StaffLogin(LoginView):
    """Django's own, which goes on to a code where the account has, or must have, a second factor."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def form_valid(self, form: AdminAuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if second_factor.is_off() or not (second_factor.phone_of(user) or second_factor.is_required()):
            return super().form_valid(form)
        _remember(self.request, user, target=self.get_redirect_url())
        return redirect("admin:login-code")


@never_cache
@sensitive_post_parameters("code")
def give_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the phone, or a recovery code."""
    user = _pending_user(request)
    if user is None:
        return _start_again(request)
    if second_factor.phone_of(user) is None:
        return redirect("admin:login-second-factor")
    recovery = "recovery" in request.GET
    form = CodeForm(request.POST or None, user=user, recovery=recovery)
    if request.method == "POST" and form.is_valid():
        return redirect(_finish(request, user, form.device))
    context = {"title": _("Second step"), "form": form, "recovery": recovery}
    return render(request, "admin/account/code.html", admin.site.each_context(request) | context)


@never_cache
@sensitive_post_parameters("code")
def set_up_factor(request: HttpRequest) -> HttpResponse:
    """The second step for who has no second factor yet, and needs one: they set it up, and are in."""
    user = _pending_user(request)
    if user is None:
        return _start_again(request)
    if second_factor.phone_of(user):
        return redirect("admin:login-code")
    return new_factor_page(
        request,
        user,
        NewFactorForm(request.POST or None),
        template="admin/account/new_factor_at_login.html",
        when_set_up=lambda: _finish(request, user, second_factor.phone_of(user)),
    )


def _remember(request: HttpRequest, user: AbstractBaseUser, *, target: str) -> None:
    """Keep in a session of its own that USER's password was given, and that they want to go to TARGET."""
    request.session.flush()
    request.session.set_expiry(PENDING_MINUTES * 60)
    request.session[PENDING] = {
        "user": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().isoformat(),
        "target": target,
    }


def _pending_user(request: HttpRequest) -> AbstractBaseUser | None:
    """Whose password was given in this session a few minutes ago, if it still is the password."""
    pending = request.session.get(PENDING)
    if not pending or timezone.now() - datetime.fromisoformat(pending["at"]) > timedelta(minutes=PENDING_MINUTES):
        return None
    user = get_user_model().objects.filter(pk=pending["user"], is_active=True, is_staff=True).first()
    return user if user and constant_time_compare(user.get_session_auth_hash(), pending["hash"]) else None


def _start_again(request: HttpRequest) -> HttpResponse:
    request.session.pop(PENDING, None)
    messages.warning(request, _("Too much time has passed: give your password again."))
    return redirect("admin:login")


def _finish(request: HttpRequest, user: AbstractBaseUser, device: Device) -> str:
    """Log USER in, whom DEVICE has verified, in a session with a new key; return where they wanted to go."""
    pending = request.session.pop(PENDING)
    request.session.pop(NEW_KEY, None)
    user.otp_device = device  # django-otp notes it in the session when it hears of the login.
    log_in(request, user, backend=pending["backend"])
    return own_address(request, pending["target"]) or reverse("admin:index")


def with_target(request: HttpRequest) -> dict[str, str]:
    """Where the login leads to when nobody has said so."""
    said = REDIRECT_FIELD_NAME in request.GET or REDIRECT_FIELD_NAME in request.POST
    return {} if said else {REDIRECT_FIELD_NAME: reverse("admin:index")}
