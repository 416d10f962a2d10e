"""How a reader wants pages to look, and dates and numbers to be written; kept in one cookie, and by no account.

What is active holds for the request at hand, as its language does: whatever formats a date reads it from here and
needs no request. Nothing is active for the API and the admin, nor outside of requests: there all is as by default.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cached_property

COOKIE = "prefs"
MAX_COOKIE_CHARS = 200
FORMER_THEME_COOKIE = "theme"
"""Held the theme alone, before there were other settings."""


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Contrast(StrEnum):
    AUTO = "auto"
    MORE = "more"


GROUNDS = {
    Contrast.AUTO: {Theme.LIGHT: "#fbfbf9", Theme.DARK: "#121617"},
    Contrast.MORE: {Theme.LIGHT: "#ffffff", Theme.DARK: "#000000"},
}
"""The colour of the paper, as static/css/tokens.css has it, for what browsers draw around a page."""


class TextSize(StrEnum):
    SMALL = "small"
    USUAL = "usual"
    LARGE = "large"
    LARGER = "larger"


class Digits(StrEnum):
    """AUTO is by the language of the page: ٠١٢ in Arabic, 012 in English."""

    AUTO = "auto"
    ARABIC = "arabic"
    WESTERN = "western"


class Months(StrEnum):
    """By which names Arabic pages call the months; of two, the second stands in parentheses."""

    LEVANTINE_EGYPTIAN = "levantine-egyptian"
    EGYPTIAN_LEVANTINE = "egyptian-levantine"
    LEVANTINE = "levantine"
    EGYPTIAN = "egyptian"
    MAGHREBI = "maghrebi"


class Hijri(StrEnum):
    """Whether the day of the Hijri calendar stands beside ours."""

    OFF = "off"
    ON = "on"


@dataclass(frozen=True)
class Preferences:
    """A reader's settings; each is one of the values of its enumeration, and its default where nothing was chosen."""

    theme: Theme = Theme.AUTO
    contrast: Contrast = Contrast.AUTO
    text_size: TextSize = TextSize.USUAL
    digits: Digits = Digits.AUTO
    months: Months = Months.LEVANTINE_EGYPTIAN
    hijri: Hijri = Hijri.OFF

    @classmethod
    def of_reader(cls, cookies: Mapping[str, str]) -> "Preferences":
        """The settings that COOKIES keep; what is unknown among them is passed over."""
        if COOKIE not in cookies:
            return cls().changed({"theme": cookies.get(FORMER_THEME_COOKIE, "")})
        kept = cookies[COOKIE][:MAX_COOKIE_CHARS]
        return cls().changed(dict(pair.split(":", 1) for pair in kept.split(".") if ":" in pair))

    def changed(self, choices: Mapping[str, str]) -> "Preferences":
        """These settings with those of CHOICES, by name, that are known."""
        known = {field.name: type(field.default) for field in fields(self)}
        return replace(
            self,
            **{name: kind(choices[name]) for name, kind in known.items() if choices.get(name) in [*kind]},
        )

    @property
    def grounds(self) -> dict[Theme, str]:
        """The colour of the paper by theme: of the chosen one, or of both where the reader's system chooses."""
        grounds = GROUNDS[self.contrast]
        return grounds if self.theme is Theme.AUTO else {self.theme: grounds[self.theme]}

    @cached_property
    def key(self) -> str:
        """These settings as the cookie keeps them: in one order, without defaults, and empty where all are."""
        return ".".join(
            f"{field.name}:{value}" for field in fields(self) if (value := getattr(self, field.name)) != field.default
        )


_active: ContextVar[Preferences] = ContextVar("preferences", default=Preferences())  # noqa: B039 - it is frozen


def active() -> Preferences:
    """The settings of the reader for whom this is being made."""
    return _active.get()


@contextmanager
def override(preferences: Preferences) -> Iterator[None]:
    """PREFERENCES are active within."""
    token = _active.set(preferences)
    try:
        yield
    finally:
        _active.reset(token)
