"""Telling the caches in front of the site which pages are stale (docs/caching.md).

What changed waits in a table, written by the same triggers that make pages stale here, and goes when every cache has
been told. A cache is told by the method PURGE, with keys in the header that pages carry: deploy/varnish.vcl.
"""

import http.client
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from archive.caching.addresses import ALL
from archive.exceptions import PurgeError
from archive.models import StalePages
from archive.replicas.watch import wait_for_replicas

TIMEOUT_SECONDS = 5
KEYS_PER_REQUEST = 100
MOST_KEYS = 2000
"""Of more, everything is stale: it takes less time to fill a cache again than to look for them."""


def purge_waiting() -> None:
    """Tell every cache what is stale, then forget it; raises PurgeError, and forgets nothing, if one was not told.

    What was changed before is told when this returns, by whomever: it waits for another who is telling it.
    """
    if not settings.CACHE_PURGE_URLS:
        StalePages.objects.all().delete()
        return
    _begin()
    with transaction.atomic():
        waiting = list(StalePages.objects.waiting().select_for_update().order_by("pk"))
        keys = sorted({key for stale in waiting for key in stale.keys})
        if keys:
            # Told earlier, a cache would fetch what a replica has of before, and keep that.
            wait_for_replicas()
            tell(settings.CACHE_PURGE_URLS, [ALL] if ALL in keys or len(keys) > MOST_KEYS else keys)
        StalePages.objects.filter(pk__in=[stale.pk for stale in waiting]).delete()


def _begin() -> None:
    """Have the triggers write down what changes from now on; what changed before nobody knows."""
    if not StalePages.objects.filter(keys=[]).exists():
        StalePages.objects.bulk_create([StalePages(keys=[]), StalePages(keys=[ALL])])


def tell(caches: Iterable[str], keys: Sequence[str]) -> None:
    """Tell each of CACHES, by its address, that the pages with any of KEYS are stale; raises PurgeError."""
    failed = []
    for cache in caches:
        try:
            for first in range(0, len(keys), KEYS_PER_REQUEST):
                _purge(cache, keys[first : first + KEYS_PER_REQUEST])
        except (OSError, http.client.HTTPException) as error:
            failed.append(f"{cache}: {error}")
    if failed:
        raise PurgeError("; ".join(failed))


def _purge(cache: str, keys: Sequence[str]) -> None:
    address = urlsplit(cache)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname, address.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("PURGE", address.path or "/", headers={"Surrogate-Key": " ".join(keys)})
        response = connection.getresponse()
        if not 200 <= response.status < 300:
            raise http.client.HTTPException(f"it answered {response.status}")
    finally:
        connection.close()
