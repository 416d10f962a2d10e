import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from archive.subscriptions.channels.push_crypto import (
    CURVE,
    MAX_TEXT_BYTES,
    BrowserKeys,
    SigningKey,
    base64url,
    encrypt,
    new_signing_key,
    unbase64,
)
from tests.archive.subscriptions.push_service import Browser


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unbase64(text), "big"), CURVE)


def test_the_example_of_the_standard():
    """RFC 8291, section 5 and appendix A."""
    keys = BrowserKeys.read(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    record = encrypt(
        b"When I grow up, I want to be a watermelon",
        keys,
        own_key=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=unbase64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert base64url(record) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_longest_text_fits_and_no_longer_one():
    browser = Browser()
    keys = BrowserKeys(browser.public, browser.auth)
    record = encrypt(b"x" * MAX_TEXT_BYTES, keys)
    assert len(record) == 4096
    assert browser.read(record) == b"x" * MAX_TEXT_BYTES
    with pytest.raises(ValueError, match="3994"):
        encrypt(b"x" * (MAX_TEXT_BYTES + 1), keys)


@pytest.mark.parametrize(
    ("public", "auth"),
    [
        ("", ""),
        ("ص", "ص"),
        (base64url(b"\x04" + b"\x01" * 64), base64url(b"a" * 16)),
        (base64url(Browser().public), "YQ"),
    ],
    # A key is another each time.
    ids=["nothing", "no letters of keys", "no point of the curve", "a short secret"],
)
def test_what_is_no_key_is_none(public, auth):
    assert BrowserKeys.read(public, auth) is None


def test_a_signing_key_is_what_was_made():
    text = new_signing_key()
    assert len(text) == 43
    assert SigningKey(text).public == SigningKey(text).public
    assert len(unbase64(SigningKey(text).public)) == 65
    with pytest.raises(ValueError):
        SigningKey("YQ")
