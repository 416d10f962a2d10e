"""What readers send in to subscribe by other ways than mail: the number of a telephone, or a browser's address."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.subscription_forms import SubscribeForm, TargetForm
from archive.subscriptions.channels import push
from archive.subscriptions.channels.push_crypto import BrowserKeys
from archive.subscriptions.phones import COUNTRIES, dialling_code, phone_key, read_phone

MAX_PHONE_CHARS = 40
MAX_ENDPOINT_CHARS = 1000
MAX_KEY_CHARS = 200

COUNTRY_NAMES = {
    "LB": gettext_lazy("Lebanon"),
    "SY": gettext_lazy("Syria"),
    "PS": gettext_lazy("Palestine"),
    "JO": gettext_lazy("Jordan"),
    "IQ": gettext_lazy("Iraq"),
    "EG": gettext_lazy("Egypt"),
    "SA": gettext_lazy("Saudi Arabia"),
    "YE": gettext_lazy("Yemen"),
    "OM": gettext_lazy("Oman"),
    "AE": gettext_lazy("United Arab Emirates"),
    "QA": gettext_lazy("Qatar"),
    "BH": gettext_lazy("Bahrain"),
    "KW": gettext_lazy("Kuwait"),
    "SD": gettext_lazy("Sudan"),
    "LY": gettext_lazy("Libya"),
    "TN": gettext_lazy("Tunisia"),
    "DZ": gettext_lazy("Algeria"),
    "MA": gettext_lazy("Morocco"),
    "MR": gettext_lazy("Mauritania"),
    "SO": gettext_lazy("Somalia"),
    "DJ": gettext_lazy("Djibouti"),
    "KM": gettext_lazy("Comoros"),
}


def countries() -> list[tuple[str, str]]:
    """The countries to choose from, the site's own first, each with its code."""
    own = settings.PHONE_COUNTRY
    ordered = [own, *(country for country in COUNTRIES if country != own)]
    # The sign stands before the number in every direction of writing.
    return [(code, f"{COUNTRY_NAMES.get(code, code)} (\u2066+{dialling_code(code)}\u2069)") for code in ordered]


class PhoneForm(SubscribeForm):
    """The number of a telephone, and what it wants to be told of and when."""

    email = None
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=countries,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a country of the list.")},
    )
    phone = forms.CharField(
        label=gettext_lazy("Number on WhatsApp"),
        max_length=MAX_PHONE_CHARS,
        strip=True,
        help_text=gettext_lazy("As you write it at home; from a country that is not listed, with + and its code."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "dir": "ltr", "inputmode": "tel"}),
        error_messages={
            "required": gettext_lazy("Give the number that we are to write to."),
            "max_length": gettext_lazy("This number is too long."),
        },
    )

    field_order = ["country", "phone", "section", "when"]

    def clean(self):
        cleaned = super().clean()
        typed = cleaned.get("phone")
        number = read_phone(typed, cleaned.get("country") or settings.PHONE_COUNTRY) if typed else None
        if number:
            cleaned["phone"] = number
        elif typed:
            self.add_error("phone", _("No telephone has this number. Look at its digits, and at the country."))
        return cleaned

    @property
    def address(self) -> str:
        return self.cleaned_data["phone"]

    @property
    def key(self) -> str:
        return phone_key(self.cleaned_data["phone"])


class BrowserForm(TargetForm):
    """Where a browser is reached and by which keys, as `PushSubscription.toJSON` has them; and what it wants."""

    endpoint = forms.CharField(max_length=MAX_ENDPOINT_CHARS)
    p256dh = forms.CharField(max_length=MAX_KEY_CHARS)
    auth = forms.CharField(max_length=MAX_KEY_CHARS)

    def clean(self):
        cleaned = super().clean()
        endpoint, public, auth = (cleaned.get(name) for name in ("endpoint", "p256dh", "auth"))
        if not (endpoint and push.is_known_service(endpoint)):
            raise forms.ValidationError(_("Your browser’s service for notices is not known here."))
        if not (public and auth and BrowserKeys.read(public, auth)):
            raise forms.ValidationError(_("Your browser has sent no usable key."))
        return cleaned

    @property
    def channel_data(self) -> dict:
        keys = {name: self.cleaned_data[name] for name in ("p256dh", "auth")}
        return {**keys, "key": push.public_key()}
