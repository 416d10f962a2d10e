"""The input of the page of a reader's settings, and of the small forms under every page that change one of them."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from archive import preferences
from archive.preferences import Contrast, Digits, Hijri, Months, Preferences, TextSize, Theme
from archive.text.dates import format_month

DECEMBER = 12


class December:
    """The name of a month as one who chose MONTHS reads it."""

    def __init__(self, months: Months):
        self.months = months

    def __str__(self) -> str:
        with preferences.override(Preferences(months=self.months)):
            return format_month(DECEMBER, "ar")


class SettingField(forms.ChoiceField):
    """One setting; what is not given stays as it is."""

    widget = forms.RadioSelect

    def __init__(self, label: str, choices: list[tuple[str, str]]):
        super().__init__(label=label, choices=choices, required=False)


class PreferencesForm(forms.Form):
    """Some of a reader's settings, or all; what is none of the choices changes nothing."""

    theme = SettingField(
        gettext_lazy("Appearance"),
        [
            (Theme.AUTO, pgettext_lazy("appearance", "Auto")),
            (Theme.LIGHT, pgettext_lazy("appearance", "Light")),
            (Theme.DARK, pgettext_lazy("appearance", "Dark")),
        ],
    )
    contrast = SettingField(
        gettext_lazy("Contrast"),
        [(Contrast.AUTO, pgettext_lazy("contrast", "Auto")), (Contrast.MORE, pgettext_lazy("contrast", "High"))],
    )
    text_size = SettingField(
        gettext_lazy("Text size"),
        [
            (TextSize.SMALL, pgettext_lazy("text size", "Small")),
            (TextSize.USUAL, pgettext_lazy("text size", "Usual")),
            (TextSize.LARGE, pgettext_lazy("text size", "Large")),
            (TextSize.LARGER, pgettext_lazy("text size", "Larger")),
        ],
    )
    digits = SettingField(
        gettext_lazy("Digits"),
        [
            (Digits.AUTO, gettext_lazy("By the language of the page")),
            (Digits.ARABIC, gettext_lazy("Arabic-Indic (٠١٢٣)")),
            (Digits.WESTERN, gettext_lazy("Western (0123)")),
        ],
    )
    months = SettingField(
        gettext_lazy("Names of the months in Arabic"),
        [(months, December(months)) for months in Months],
    )
    hijri = SettingField(
        gettext_lazy("Hijri date beside the Gregorian"),
        [(Hijri.OFF, gettext_lazy("Hidden")), (Hijri.ON, gettext_lazy("Shown"))],
    )

    def applied_to(self, current: Preferences) -> Preferences:
        """CURRENT with what was chosen here."""
        self.is_valid()
        return current.changed(self.cleaned_data)


class SavingForm(PreferencesForm):
    """What is sent to be kept: settings, the LANGUAGE, the wish to RESET them all; NEXT is where to go on."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    reset = forms.BooleanField(required=False)
    next = forms.CharField(required=False)


class TryingForm(PreferencesForm):
    """The page's own parameters: settings to try out; whether some were SAVED just now; the page to go BACK to."""

    saved = forms.BooleanField(required=False)
    back = forms.CharField(required=False)
