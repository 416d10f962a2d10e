"""What stands where an article stood that was withdrawn."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from archive import reading


def withdrawn_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the article was withdrawn and when, and nothing of it; raise Http404 for one that no reader saw."""
    withdrawn_at = reading.withdrawn_at(pk)
    if withdrawn_at is None:
        raise Http404
    return render(request, "archive/article_withdrawn.html", {"withdrawn_at": withdrawn_at}, status=HTTPStatus.GONE)
