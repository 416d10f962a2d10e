"""What Prometheus reads: for whoever the settings let, and otherwise nothing is there."""

import time
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from archive.backups.watch import Backups
from archive.client_address import peer_address
from archive.guards import read_only
from archive.metrics import counted
from archive.newsroom.vitals import vitals
from archive.replicas.watch import Replicas


@read_only
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """What was counted by the processes of this machine, and how the database, replicas and backups are now."""
    if not settings.METRICS or not _is_of_networks(request) or not _is_written_plainly(request):
        raise Http404
    if settings.METRICS_TOKEN and not _shows_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    now = (counted(), vitals(), Replicas(), Backups(time.time()))
    return HttpResponse(b"".join(map(generate_latest, now)), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_of_networks(request: HttpRequest) -> bool:
    """Whether REQUEST comes from one of METRICS_NETWORKS, where there are any, and no proxy has sent it on.

    That could come from anywhere, and what headers say of it anybody may have written.
    """
    if not settings.METRICS_NETWORKS:
        return True
    if any(request.headers.get(name) for name in ("X-Forwarded-For", "Forwarded", "Via")):
        return False
    address = peer_address(request)
    return address is not None and any(ip_address(address) in network for network in settings.METRICS_NETWORKS)


def _is_written_plainly(request: HttpRequest) -> bool:
    """Whether the address of REQUEST was sent as it is, and not as `/%6Detrics`, which a proxy takes for another."""
    sent = request.META.get("RAW_URI", request.path)
    return sent.partition("?")[0] == request.path


def _shows_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)
