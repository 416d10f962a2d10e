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

_COUNT = """
INSERT INTO archive_ratecount (key, period, expires_at, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (key, period) DO UPDATE SET count = archive_ratecount.count + 1
RETURNING count
"""


def admit(purpose: str, who: str, *, most: int, seconds: int) -> bool:
    """Count that WHO asks for PURPOSE, and say whether it was no more than MOST times in this period of SECONDS."""
    key = salted_hmac("archive.subscriptions.limits", f"{purpose} {who}", algorithm="sha256").hexdigest()
    expires_at = timezone.now() + timedelta(seconds=seconds)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, int(time.time()) // seconds, expires_at])
        (count,) = cursor.fetchone()
    return count <= most


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
