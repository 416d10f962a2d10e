"""From which network address a request comes."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's address; behind our proxy the one that it saw, whatever the client says. None if unknown."""
    seen = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    try:
        address = ip_address(seen.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    return str(_as_ipv4(address))


def _as_ipv4(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """A listener on IPv6 sees clients of IPv4 by another name."""
    return getattr(address, "ipv4_mapped", None) or address
