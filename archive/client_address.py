"""From which network address a request comes."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's address; behind our proxy the one that it saw, whatever the client says. None if unknown."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return _well_formed(seen.rpartition(",")[2].strip()) if seen else peer_address(request)


def peer_address(request: HttpRequest) -> str | None:
    """The address of who asks this process itself, a proxy's behind one, whatever headers say; None if unknown."""
    return _well_formed(request.META.get("REMOTE_ADDR", ""))


def _well_formed(text: str) -> str | None:
    try:
        return str(_as_ipv4(ip_address(text)))
    except ValueError:
        return None


def _as_ipv4(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """A listener on IPv6 sees clients of IPv4 by another name."""
    return getattr(address, "ipv4_mapped", None) or address
