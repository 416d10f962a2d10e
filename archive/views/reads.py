"""Where a page tells that it was read."""

import time

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from archive.client_address import client_address
from archive.guards import is_robot, same_origin
from archive.readership import RecentReaders, count_reading

_recent = RecentReaders()


@csrf_exempt
@require_POST
@never_cache
def article_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a reading, of which js/read.js tells. The answer is empty, and the same whether it counted."""
    # A browser sends an origin with every such message; what sends none is none.
    if (
        same_origin(request)
        and "Origin" in request.headers
        and request.headers.get("User-Agent")
        and not is_robot(request)
        and _recent.admit(client_address(request) or "", pk, now_seconds=time.time())
    ):
        count_reading(pk, timezone.localdate())
    return HttpResponse(status=204)
