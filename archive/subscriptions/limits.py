"""How often something may be asked for, counted in the database, so that every process counts together.

What is counted is kept as a keyed digest: the table tells nobody who asked.
"""

import ipaddress
import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from archive.models import RateCount

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * HOUR_SECONDS

STEPS = 24
"""In so many steps a period moves on, with what was counted in it."""

_COUNT = """
INSERT INTO archive_ratecount (key, period, expires_at, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (key, period) DO UPDATE SET count = archive_ratecount.count + 1
"""
_COUNTED = "SELECT sum(count) FROM archive_ratecount WHERE key = %s AND period BETWEEN %s AND %s"
_TAKE_BACK = "UPDATE archive_ratecount SET count = count - 1 WHERE key = %s AND period = %s"

# One row of each: until when the time is taken that what was spent takes. One that is much later than it can be was
# written by a clock that was ahead.
_SPEND = """
INSERT INTO archive_ratecount AS spent (key, period, expires_at, count) VALUES (%(key)s, 0, %(now)s + %(cost)s, 0)
ON CONFLICT (key, period) DO UPDATE SET expires_at = %(cost)s + CASE
    WHEN spent.expires_at BETWEEN %(now)s AND %(now)s + 2 * %(most)s THEN spent.expires_at ELSE %(now)s END
WHERE spent.expires_at + %(cost)s <= %(now)s + %(most)s OR spent.expires_at > %(now)s + 2 * %(most)s
"""


def admit(purpose: str, who: str, *, most: int, seconds: int) -> bool:
    """Count that WHO asks for PURPOSE, and say whether it was no more than MOST times in the last SECONDS.

    What is not admitted is not counted: who asks in vain does not keep others from asking in the same name for ever.
    """
    key = _key(purpose, who)
    step = int(time.time() * STEPS / seconds)
    expires_at = timezone.now() + timedelta(seconds=seconds * (STEPS + 1) / STEPS)
    with connection.cursor() as cursor:
        # Counted first: of several who ask at the same moment, none sees fewer than there are.
        cursor.execute(_COUNT, [key, step, expires_at])
        cursor.execute(_COUNTED, [key, step - STEPS, step])
        is_admitted = cursor.fetchone()[0] <= most
        if not is_admitted:
            cursor.execute(_TAKE_BACK, [key, step])
    return is_admitted


def spend(purpose: str, who: str, cost: int, *, most: int, seconds: int) -> bool:
    """Let WHO spend COST for PURPOSE, and say whether they may: MOST at once, and again as fast as MOST in SECONDS.

    Asked in one statement, so that several at the same moment spend together no more than one after another.
    """
    each = timedelta(seconds=seconds / most)
    values = {"key": _key(purpose, who), "now": timezone.now(), "cost": each * min(cost, most), "most": each * most}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        return cursor.rowcount == 1


def _key(purpose: str, who: str) -> str:
    return salted_hmac("archive.subscriptions.limits", f"{purpose} {who}", algorithm="sha256").hexdigest()


def network_of(address: str) -> str:
    """The network that ADDRESS is in, as one household or office has it; of what is no address, itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    prefix = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def forget_old() -> None:
    RateCount.objects.filter(expires_at__lt=timezone.now()).delete()
