"""Files that an address is answered with, to be kept by whoever asks; no search engine lists them."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

CSV_TYPE = "text/csv; charset=utf-8"


def download(content: str | Iterator[str], content_type: str, name: str) -> HttpResponseBase:
    """The answer with CONTENT as the file NAME; what comes in pieces is sent as they come."""
    answer = HttpResponse if isinstance(content, str) else StreamingHttpResponse
    response = answer(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Robots-Tag"] = "noindex"
    return response


def moved_permanently(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer that what REQUEST asks for is found under the number PK, with the same parameters."""
    path = reverse(request.resolver_match.view_name, args=[pk])
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
