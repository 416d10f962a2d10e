"""Only what our own proxy says of a client's address is believed."""

import pytest
from django.test import RequestFactory

from archive.client_address import client_address

OURS, CLIENT = "127.0.0.1", "192.0.2.7"


@pytest.mark.parametrize(
    ("behind_proxy", "told", "seen", "address"),
    [
        (False, None, CLIENT, CLIENT),
        (False, "198.51.100.1", CLIENT, CLIENT),
        (True, CLIENT, OURS, CLIENT),
        (True, f"198.51.100.1, {CLIENT}", OURS, CLIENT),
        (True, None, OURS, OURS),
        (True, "2001:DB8::1", OURS, "2001:db8::1"),
        (False, None, f"::ffff:{CLIENT}", CLIENT),
        (True, "someone", OURS, None),
        (False, None, "", None),
    ],
)
def test_address_is_what_the_nearest_of_ours_saw(settings, behind_proxy, told, seen, address):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
    headers = {"X-Forwarded-For": told} if told else {}
    assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=seen)) == address
