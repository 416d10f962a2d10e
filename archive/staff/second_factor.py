"""The second factor of a login: codes of an app on a phone (TOTP, RFC 6238), and recovery codes for when it is lost.

django-otp keeps the devices, refuses a code that was used already, and makes who gives a wrong one wait ever longer.
Recovery codes are kept as digests by the site's SECRET_KEY: what the database holds opens nothing by itself.
"""

import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from archive.models import AuditEntry
from archive.staff import audit
from archive.text.dates import western_digits

CODE_DIGITS = 6
KEY_BYTES = 20
TOLERANCE_STEPS = 1
"""Clocks of phones may be half a minute wrong."""

RECOVERY_CODES = 10
RECOVERY_CODE_CHARS = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another on paper."""

_SALT = "archive.staff.second_factor"
_DIGEST_CHARS = 16  # The column of django-otp has no more; 64 bits are enough for a random code.


@dataclass(frozen=True)
class Answer:
    """What became of a code: DEVICE took it, or nobody; if it was not even looked at, WAIT_UNTIL tells till when."""

    device: Device | None = None
    wait_until: datetime | None = None


def is_off() -> bool:
    return settings.STAFF_SECOND_FACTOR == "off"


def is_required() -> bool:
    return settings.STAFF_SECOND_FACTOR == "required"


def phone_of(user: AbstractBaseUser) -> TOTPDevice | None:
    """The app on a phone that USER has set up, if any."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def recovery_codes_left(user: AbstractBaseUser) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def is_missing(user: AbstractBaseUser) -> bool:
    """Whether USER, who is logged in, has not given the second factor that is asked of them."""
    if is_off() or not user.is_staff or user.is_verified():
        return False
    return is_required() or phone_of(user) is not None


# --- Setting up ---


def new_key() -> str:
    """A secret for a phone and us, in hexadecimal digits."""
    return random_hex(KEY_BYTES)


def key_to_type(key: str) -> str:
    """KEY as apps take it by hand: in base 32, in groups of four."""
    letters = b32encode(bytes.fromhex(key)).decode()
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def qr_code(user: AbstractBaseUser, key: str, site_name: str) -> SafeString:
    """What an app reads KEY from, as an SVG that is made here and told to nobody else."""
    label = quote(f"{site_name}:{user.get_username()}", safe="")
    query = urlencode({"secret": key_to_type(key).replace(" ", ""), "issuer": site_name}, quote_via=quote)
    code = segno.make(f"otpauth://totp/{label}?{query}", micro=False)
    # The ground is white in the dark, too: not every app reads an inverted one.
    return mark_safe(code.svg_inline(scale=4, dark="#000", light="#fff"))  # noqa: S308 - segno escapes


def set_up(user: AbstractBaseUser, key: str, typed: str) -> list[str]:
    """Let USER log in by codes of KEY if TYPED is one, and return new recovery codes; [] if it is none."""
    code = _cleaned(typed)
    totp = TOTP(bytes.fromhex(key))
    if not _is_totp(code) or not totp.verify(int(code), TOLERANCE_STEPS):
        return []
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        # The code that was just given is not taken again.
        TOTPDevice.objects.create(user=user, name="phone", key=key, tolerance=TOLERANCE_STEPS, last_t=totp.t())
        audit.record(AuditEntry.Action.FACTOR_ADDED, actor=user, thing=user)
        return make_recovery_codes(user)


def make_recovery_codes(user: AbstractBaseUser) -> list[str]:
    """Give USER new recovery codes in place of the old ones. They are readable here only, and kept as digests."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CODE_CHARS)) for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery")
        StaticToken.objects.bulk_create(StaticToken(device=device, token=_recovery_digest(code)) for code in codes)
        audit.record(AuditEntry.Action.CODES_MADE, thing=user, details={"count": len(codes)})
    half = RECOVERY_CODE_CHARS // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def remove(user: AbstractBaseUser) -> bool:
    """Take USER's phone and recovery codes away; return whether there was anything."""
    with transaction.atomic():
        counts = [model.objects.filter(user=user).delete()[0] for model in (TOTPDevice, StaticDevice)]
        if any(counts):
            audit.record(AuditEntry.Action.FACTOR_REMOVED, thing=user)
    return any(counts)


# --- Giving a code ---


def check(user: AbstractBaseUser, typed: str) -> Answer:
    """Take TYPED, a code of USER's phone or a recovery code, in either digits; each is taken once."""
    code = _cleaned(typed)
    model, token = (TOTPDevice, code) if _is_totp(code) else (StaticDevice, _recovery_digest(code))
    with transaction.atomic():  # A row that is locked is tried by one request at a time.
        device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return Answer()
        allowed, why = device.verify_is_allowed()
        if not allowed:
            return Answer(wait_until=why["locked_until"])
        taken = device.verify_token(token)
        if not taken:
            audit.record(AuditEntry.Action.FACTOR_FAILED, actor=user)
        elif model is StaticDevice:
            audit.record(AuditEntry.Action.CODE_USED, actor=user, details={"left": recovery_codes_left(user)})
    return Answer(device=device if taken else None)


def _cleaned(typed: str) -> str:
    """TYPED without what people put between groups, in Western digits."""
    return re.sub(r"[\s\-‐–]", "", western_digits(typed)).lower()


def _is_totp(code: str) -> bool:
    return re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", code) is not None


def _recovery_digest(code: str) -> str:
    return salted_hmac(_SALT, code, algorithm="sha256").hexdigest()[:_DIGEST_CHARS]
