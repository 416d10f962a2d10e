"""Web addresses: one spelling for each, so that the same page is recognised when it comes again."""

import re
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit

MAX_URL_CHARS = 2000
TRACKING_PARAMETERS = re.compile(
    "utm_[a-z_]+|at_(?:medium|campaign|custom[0-9]|link[a-z_]*|ptr_[a-z]+|bbc_[a-z]+)|fbclid|gclid|msclkid|igshid|mc_cid|mc_eid",
    re.IGNORECASE,
)

LAST_CONTROL = 0x9F

_ESCAPES = re.compile("(?:%[0-9a-fA-F]{2})+")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What may not stand raw in an address: spaces, quotes, angle brackets, marks that cannot be seen.
_UNSAFE = re.compile(
    '[\\s"<>\\\\^`{|}\x00-\x20\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]'
)


def normalise_url(url: str) -> str:
    """Return URL in its one spelling: raw Arabic, small scheme and host, no fragment, no tracking; "" if not http(s).

    Percent escapes that are UTF-8 beyond ASCII become letters; the others stay, in capital letters.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return ""
    host = parts.hostname.lower()
    if ":" in host:
        host = f"[{host}]"
    if port not in (None, _DEFAULT_PORTS[parts.scheme.lower()]):
        host = f"{host}:{port}"
    query = "&".join(
        part for part in parts.query.split("&") if part and not TRACKING_PARAMETERS.fullmatch(part.split("=", 1)[0])
    )
    path = _one_spelling(parts.path) or "/"
    normal = SplitResult(parts.scheme.lower(), _one_spelling(host), path, _one_spelling(query), "").geturl()
    return normal if len(normal) <= MAX_URL_CHARS else ""


def is_one_page(url: str) -> bool:
    """Does a normalised URL name one page? A site's front page names whatever is on it that day."""
    parts = urlsplit(url)
    return bool(url) and (parts.path.strip("/") != "" or parts.query != "")


def _one_spelling(text: str) -> str:
    return _UNSAFE.sub(_escaped, _ESCAPES.sub(_unescaped, text))


def _escaped(match: re.Match) -> str:
    return _escape(match.group())


def _unescaped(match: re.Match) -> str:
    data = unquote_to_bytes(match.group())
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return match.group().upper()
    return "".join(
        letter if ord(letter) > LAST_CONTROL or ord(letter) in _UNRESERVED else _escape(letter) for letter in text
    )


def _escape(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))
