"""The page on which a second factor is set up, at the login or later."""

from collections.abc import Callable

from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from archive.accounts.forms import WRONG_CODE, NewFactorForm
from archive.caching.chrome import chrome_of
from archive.staff import second_factor

NEW_KEY = "second_factor_key"
"""Where the key that a phone is about to read waits in the session, until a code shows that it was read."""


def new_factor_page(
    request: HttpRequest,
    user: AbstractBaseUser,
    form: NewFactorForm,
    *,
    template: str,
    when_set_up: Callable[[], str],
) -> HttpResponse:
    """Show USER a key and take its first code by FORM; then show recovery codes, and lead where WHEN_SET_UP says."""
    key = request.session.get(NEW_KEY)
    if request.method == "POST" and key and form.is_valid():
        if codes := second_factor.set_up(user, key, form.cleaned_data["code"]):
            target = when_set_up()
            request.session.pop(NEW_KEY, None)
            return recovery_codes_page(request, codes, target)
        form.add_error("code", WRONG_CODE)
    if not key:
        key = request.session[NEW_KEY] = second_factor.new_key()
    context = {
        "title": _("Set up a second factor"),
        "form": form,
        "account_name": user.get_username(),
        "key": second_factor.key_to_type(key),
        "qr_code": second_factor.qr_code(user, key, chrome_of(request).site.shown_name),
    }
    return render(request, template, admin.site.each_context(request) | context)


def recovery_codes_page(request: HttpRequest, codes: list[str], target: str) -> HttpResponse:
    """Show CODES, this once, and a way on to TARGET."""
    context = {"title": _("Your recovery codes"), "codes": codes, "target": target}
    return render(request, "admin/account/recovery_codes.html", admin.site.each_context(request) | context)
