"""What stands where an article stood that was withdrawn."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from archive import reading


def withdrawn_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the article was withdrawn, when and why, and nothing of it; Http404 for one that no reader saw."""
    withdrawal = reading.withdrawal(pk)
    if withdrawal is None:
        raise Http404
    return render(request, "archive/article_withdrawn.html", withdrawal._asdict(), status=HTTPStatus.GONE)
