"""Pictures, from the disk or from the store of objects in which they are kept."""

import logging
import mimetypes

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.static import serve

from archive.guards import read_only

RETRY_AFTER_SECONDS = 30

logger = logging.getLogger(__name__)


@read_only
def media(request: HttpRequest, path: str) -> HttpResponse:
    if settings.MEDIA_S3:
        return _stored(request, path)
    return serve(request, path, document_root=settings.MEDIA_ROOT)


def _stored(request: HttpRequest, path: str) -> HttpResponse:
    """The object of this name; 304 for who has it, which does not fetch it; 503 while the store does not answer."""
    try:
        facts = default_storage.facts(path)
        changed_at = int(facts.changed_at.timestamp())
        response = get_conditional_response(request, facts.etag, changed_at)
        if response is None:
            file_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
            if request.method == "HEAD":
                response = HttpResponse(content_type=file_type, headers={"Content-Length": facts.size})
            else:
                response = FileResponse(default_storage.open(path), content_type=file_type)
    except (FileNotFoundError, SuspiciousFileOperation) as error:
        raise Http404 from error
    except OSError:
        logger.warning("The store of pictures does not answer", exc_info=True)
        return HttpResponse(status=503, headers={"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"})
    response.headers["ETag"] = facts.etag
    response.headers["Last-Modified"] = http_date(changed_at)
    return response
