"""What crawlers and browsers ask for by name: robots.txt, security.txt, opensearch.xml, favicon.ico."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control

from archive.caching.chrome import chrome_of
from archive.forms import SuggestForm
from archive.guards import read_only, told_admin_address
from archive.search.limits import time_limit
from archive.search.suggest import suggest
from archive.text.xml import xml_text

# What OpenSearch 1.1 allows.
MAX_SHORT_NAME_CHARS = 16
MAX_DESCRIPTION_CHARS = 1024
ICON_MAX_AGE_SECONDS = 24 * 3600
SUGGESTIONS_MAX_AGE_SECONDS = 60
CONTACT_GOOD_FOR_DAYS = 180
"""RFC 9116 asks for less than a year."""


@read_only
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read but the admin, the API (the same again), and what has no end, such as searches."""
    names = reverse("archive:entity-index")
    quotations, figures = reverse("archive:quotation-index"), reverse("archive:statistics-index")
    endless = [
        *(reverse("archive:search"), reverse("archive:entity-compare"), f"{quotations}?", f"{names}?"),
        *(f"{names}*/?", f"{names}*.csv", f"{figures}*.csv", f"{figures}*.json"),
    ]
    closed = [*told_admin_address(), *endless, reverse("api:root")]
    lines = [
        "User-agent: *",
        f"Allow: {reverse('api:docs')}",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('archive:sitemap'))}",
        f"Sitemap: {request.build_absolute_uri(reverse('archive:news-sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@read_only
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness of the site (RFC 9116), good for some months from the day it is read."""
    site = chrome_of(request).site
    contact = settings.SECURITY_CONTACT or site.contact_email
    if not contact:
        raise Http404
    last_day = timezone.now().astimezone(UTC).date() + timedelta(days=CONTACT_GOOD_FOR_DAYS)
    lines = [
        f"Contact: {contact if ':' in contact else f'mailto:{contact}'}",
        f"Expires: {datetime.combine(last_day, time(), UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {request.build_absolute_uri(reverse('archive:security'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@read_only
def opensearch(request: HttpRequest) -> HttpResponse:
    """The description by which a browser adds this archive to its search engines."""
    site = chrome_of(request).site
    with translation.override("ar"):
        context = {
            "short_name": xml_text(site.name)[:MAX_SHORT_NAME_CHARS],
            "description": xml_text(site.description or site.tagline or site.name)[:MAX_DESCRIPTION_CHARS],
            "icon_url": request.build_absolute_uri(static("img/favicon.svg")),
            "page_url": request.build_absolute_uri(reverse("archive:search")),
            "feed_url": request.build_absolute_uri(reverse("archive:feed-search")),
            "suggestions_url": request.build_absolute_uri(reverse("archive:opensearch-suggestions")),
            "api_url": request.build_absolute_uri(reverse("api:articles")),
            "own_url": request.build_absolute_uri(),
        }
        return render(
            request,
            "archive/opensearch.xml",
            context,
            content_type="application/opensearchdescription+xml; charset=utf-8",
        )


@read_only
@cache_control(public=True, max_age=SUGGESTIONS_MAX_AGE_SECONDS)
def opensearch_suggestions(request: HttpRequest) -> HttpResponse:
    """Completions for the browser's own search field: what was typed, then queries, as OpenSearch has them."""
    form = SuggestForm(request.GET)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    with time_limit():
        found = suggest(typed)
    queries = [*found.words, *(entity.name for entity in found.entities), *(title.title for title in found.titles)]
    return JsonResponse(
        [typed, list(dict.fromkeys(queries))], safe=False, content_type="application/x-suggestions+json"
    )


@read_only
@cache_control(public=True, max_age=ICON_MAX_AGE_SECONDS)
def favicon(request: HttpRequest) -> HttpResponse:
    """For those who look for an icon without reading a page: the PNG, which all of them know."""
    return redirect(static("img/apple-touch-icon.png"))
