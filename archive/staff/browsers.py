"""What a browser says of itself, in words that its owner knows it by."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.models.staff import MAX_USER_AGENT_CHARS

# The first mark that is found decides: most browsers name others, too.
BROWSERS = (
    ("Edg", gettext_lazy("Edge")),
    ("OPR/", gettext_lazy("Opera")),
    ("SamsungBrowser", gettext_lazy("Samsung Internet")),
    ("FxiOS", gettext_lazy("Firefox")),
    ("Firefox", gettext_lazy("Firefox")),
    ("CriOS", gettext_lazy("Chrome")),
    ("Chrome", gettext_lazy("Chrome")),
    ("Safari", gettext_lazy("Safari")),
)
SYSTEMS = (
    ("iPhone", gettext_lazy("iPhone")),
    ("iPad", gettext_lazy("iPad")),
    ("Android", gettext_lazy("Android")),
    ("Windows", gettext_lazy("Windows")),
    ("CrOS", gettext_lazy("ChromeOS")),
    ("Macintosh", gettext_lazy("Mac")),
    ("Linux", gettext_lazy("Linux")),
)


def user_agent_of(request: HttpRequest) -> str:
    """What the browser of REQUEST says of itself, as far as it is kept; the database takes no NUL."""
    return request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:MAX_USER_AGENT_CHARS]


def browser_in_words(user_agent: str) -> str:
    """The browser and the system that USER_AGENT names, as far as they are known here."""
    browser, system = (_named(user_agent, names) for names in (BROWSERS, SYSTEMS))
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")


def _named(user_agent: str, names: tuple) -> str:
    return next((str(name) for mark, name in names if mark in user_agent), "")
