"""How variables are read; what cannot be is refused in a line that names the variable."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """Variables as they are written: an empty one is not set, a `$` is a `$`, and an error names the variable."""

    SWITCHES = {
        **dict.fromkeys(("true", "on", "yes", "1"), True),
        **dict.fromkeys(("false", "off", "no", "0"), False),
    }

    def get_value(self, var, cast=None, default=environ.Env.NOTSET, parse_default=False):
        text = self.ENVIRON.get(var, "").strip()
        if not text:
            return default
        if cast is bool:
            return self.SWITCHES[self._one_of(self.SWITCHES, var, text)]
        try:
            return self.parse_value(text, cast)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must be a number, not {text!r}") from error

    def choice(self, var: str, choices: Collection[str], *, default: str) -> str:
        return self._one_of(choices, var, self.str(var, default=default))

    def texts(self, var: str, *, default: Collection[str] = ()) -> list[str]:
        """What VAR lists, with commas between."""
        return self.list(var, str.strip, default=list(default))

    def networks(self, var: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        try:
            return [ipaddress.ip_network(text) for text in self.texts(var)]
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must list networks such as 10.1.2.0/24: {error}") from error

    def web_address(self, var: str, *, default: str = "") -> str:
        """A full web address, or nothing."""
        text = self.str(var, default=default)
        if text and not re.fullmatch(r"https?://[^/?#\s]+[^#\s]*", text):
            raise ImproperlyConfigured(f"{var} must be an address such as https://archive.example.org, not {text!r}")
        return text

    def services(self, var: str, *, default: Collection[str]) -> list[str]:
        """Hosts, `*.` and what many end in, or whole origins; py-vapid can sign for none with an IPv6 address."""
        services = self.texts(var, default=default)
        for text in services:
            if "://" in text and not re.fullmatch(r"https?://[^/:\s]+(:\d+)?", text):
                raise ImproperlyConfigured(
                    f"{var} must list hosts, or origins of a name or an IPv4 address such as "
                    f"https://push.example.org:8443, not {text!r}"
                )
        return services

    @staticmethod
    def _one_of(choices: Collection[str], var: str, text: str) -> str:
        for choice in choices:
            if choice.lower() == text.lower():
                return choice
        raise ImproperlyConfigured(f"{var} must be one of {', '.join(choices)}, not {text!r}")


def database_of(url: str, var: str = "DATABASE_URL") -> dict:
    """Read URL, which VAR holds, also with the folder of a Unix socket in its host's place, as libpq takes it."""
    scheme, _separator, rest = url.partition("://")
    try:
        config = Environment.db_url_config(url) if scheme in ("postgres", "postgresql") else {}
    except ValueError:  # A port that is no number.
        config = {}
    if not config.get("NAME"):
        raise ImproperlyConfigured(f"{var} must look like postgresql://role:password@host:5432/database")
    if folder := re.match(r"(?:[^/?]*@)?(%2[Ff][^:/?]*)", rest):
        config["HOST"] = unquote(folder[1])  # environ leaves it quoted, in lower case.
    return config
