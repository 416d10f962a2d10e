"""Who said what: quotations by speaker, words and time, as a page and as JSON."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from archive.cursors import CursorForm
from archive.forms import QuotationForm
from archive.guards import read_only
from archive.metadata import page_metadata
from archive.models import Entity
from archive.pagination import keyset_page
from archive.search.limits import TOO_LONG_STATUS, SearchTimeoutError, time_limit
from archive.search.quotations import counted, matching


@read_only
def quotation_index(request: HttpRequest) -> HttpResponse:
    form = QuotationForm(request.GET)
    wanted, given, path = form.quotation_request(), form.given(), reverse("archive:quotation-index")
    context = {"form": form, "problems": form.problems(), "given": given, "speaker": _entity(wanted.speaker)}
    status = HTTPStatus.OK
    try:
        with time_limit():
            found = matching(wanted)
            page = keyset_page(found.for_lists(), **CursorForm(request.GET).usable())
            count, is_exact = counted(found)
        context |= {
            "quotations": page.articles,
            "newer_url": page.url(page.newer, path, given),
            "older_url": page.url(page.older, path, given),
            "count": count,
            "is_exact": is_exact,
        }
    except SearchTimeoutError:
        context["took_too_long"], status = True, TOO_LONG_STATUS
    parameters = f"?{urlencode(given)}" if given else ""
    context |= {
        "feed_url": f"{reverse('archive:feed-quotations')}{parameters}",
        "json_url": f"{reverse('api:quotations')}{parameters}",
        "metadata": page_metadata(request, title=_("Who said what"), path=path),
    }
    return render(request, "archive/quotation_index.html", context, status=status)


def _entity(speaker: str) -> Entity | None:
    """The entity whose id SPEAKER is, by the name of which the page says so."""
    is_id = speaker.isascii() and speaker.isdigit()
    return Entity.objects.visible().filter(pk=speaker).first() if is_id else None
