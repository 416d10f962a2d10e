"""Where browsers report what a page wanted against its Content-Security-Policy."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from archive import policy_reports
from archive.client_address import client_address
from archive.subscriptions import limits

MAX_BYTES = 16 * 1024
MAX_OF_NETWORK_AN_HOUR = 30
MAX_OF_ALL_AN_HOUR = 600
"""A flaw of ours is told by every reader's browser: so many tell enough."""


@csrf_exempt
@require_POST
@never_cache
def policy_report(request: HttpRequest) -> HttpResponse:
    """Note what is reported. The answer is empty, and the same whether it was."""
    if len(request.body) <= MAX_BYTES and (reports := policy_reports.read(request.body, timezone.now())):
        network = limits.network_of(client_address(request) or "")
        of_network = limits.admit("report", network, most=MAX_OF_NETWORK_AN_HOUR, seconds=limits.HOUR_SECONDS)
        if of_network and limits.admit("report", "", most=MAX_OF_ALL_AN_HOUR, seconds=limits.HOUR_SECONDS):
            for report in reports:
                policy_reports.note(report)
    return HttpResponse(status=204)
