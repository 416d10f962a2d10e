"""What is typed to log in, and to change how one logs in."""

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_otp.models import Device

from archive.staff import second_factor
from archive.text.dates import format_number

MINUTE_SECONDS = 60
MAX_CODE_CHARS = 32

WRONG_CODE = gettext_lazy("This code is wrong, or it was used already: wait for the next one.")


def code_field() -> forms.CharField:
    """A box that phones fill in by themselves, and that shows digits where most codes have nothing else."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "class": "code-box"}
    return forms.CharField(label=gettext_lazy("code"), max_length=MAX_CODE_CHARS, widget=forms.TextInput(attrs=attrs))


class CodeForm(forms.Form):
    """A code of USER's phone or a recovery code; `device` is what took it."""

    code = code_field()
    device: Device | None = None

    def __init__(self, data=None, *, user: AbstractBaseUser, recovery: bool = False):
        super().__init__(data)
        self.user = user
        if recovery:
            self.fields["code"].label = _("recovery code")
            self.fields["code"].widget.attrs |= {"inputmode": "text", "autocomplete": "off", "autocapitalize": "none"}
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        self.device = _taken_by(self.user, self.cleaned_data["code"])
        return self.cleaned_data["code"]


class NewFactorForm(forms.Form):
    """The first code of a phone that has just read the key; whether it is one is asked of `second_factor.set_up`."""

    code = code_field()


class PasswordAgainForm(forms.Form):
    """The password of who is logged in, anew: an open session is not enough to change how one gets in."""

    password = forms.CharField(
        label=gettext_lazy("password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, data=None, *, request: HttpRequest):
        super().__init__(data)
        self.request = request

    def clean_password(self) -> str:
        # As at the login, so that wrong ones are counted together.
        name, password = self.request.user.get_username(), self.cleaned_data["password"]
        if authenticate(self.request, username=name, password=password) is None:
            raise ValidationError(_("This is not your password."))
        return password


class NewFactorLaterForm(PasswordAgainForm, NewFactorForm):
    """As NewFactorForm, where the password was not given just before."""

    field_order = ["password", "code"]


class ConfirmForm(PasswordAgainForm):
    """Who changes the second factor gives the password, and a code of what there is."""

    code = code_field()

    def clean(self) -> dict:
        if "password" in self.cleaned_data and "code" in self.cleaned_data:
            try:
                _taken_by(self.request.user, self.cleaned_data["code"])
            except ValidationError as error:
                self.add_error("code", error)
        return self.cleaned_data


def _taken_by(user: AbstractBaseUser, code: str) -> Device:
    """What takes CODE of USER; raises ValidationError, which tells how long to wait."""
    answer = second_factor.check(user, code)
    if answer.wait_until:
        raise ValidationError(_waiting(int((answer.wait_until - timezone.now()).total_seconds()) + 1))
    if not answer.device:
        raise ValidationError(WRONG_CODE)
    return answer.device


def _waiting(seconds: int) -> str:
    count, sentence = (
        (seconds, ngettext("Too many wrong codes: wait %(count)s second.",
                           "Too many wrong codes: wait %(count)s seconds.", seconds))
        if seconds < 2 * MINUTE_SECONDS
        else _minutes(-(-seconds // MINUTE_SECONDS))
    )  # fmt: skip
    return sentence % {"count": format_number(count, get_language())}


def _minutes(count: int) -> tuple[int, str]:
    return count, ngettext(
        "Too many wrong codes: wait %(count)s minute.", "Too many wrong codes: wait %(count)s minutes.", count
    )
