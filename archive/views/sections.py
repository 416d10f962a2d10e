"""A section's page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from archive.caching.chrome import chrome_of
from archive.guards import read_only
from archive.metadata import section_metadata
from archive.models import Article, Section
from archive.pagination import keyset_page


@read_only
def section_detail(request: HttpRequest, slug: str) -> HttpResponse:
    section = next((section for section in chrome_of(request).sections if section.slug == slug), None)
    if section is None:
        return redirect(_formerly(slug), permanent=True)
    page = keyset_page(
        Article.objects.published().filter(section=section).for_cards(),
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "archive/section_detail.html",
        {
            "section": section,
            "articles": page.articles,
            "newer_url": page.newer,
            "older_url": page.older,
            "first": page.newer is None,
            "metadata": section_metadata(request, section, page.articles, newer_url=page.newer, older_url=page.older),
        },
    )


def _formerly(slug: str) -> Section:
    """The section that had the address SLUG before an editor changed it, of those still here."""
    section = Section.objects.filter(events__slug=slug).order_by("-events__pgh_id").first()
    if section is None:
        raise Http404
    return section
