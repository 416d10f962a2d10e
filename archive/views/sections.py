"""A section's page: its newest articles, or those of a year or a month."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from archive.caching.chrome import chrome_of
from archive.cursors import CursorForm
from archive.guards import read_only
from archive.metadata import PageMetadata, page_metadata, section_metadata
from archive.models import TO_THE_MONTH, Article, ArticleQuerySet, Section
from archive.pagination import KeysetPage, keyset_page
from archive.templatetags.archive import month_name
from archive.templatetags.archive import year as year_in_words
from archive.views.histograms import FEWEST_BARS, Bar, Histogram, years_histogram
from archive.views.periods import MONTHS, MonthCounts, Period, month_title, nearest


@read_only
def section_detail(
    request: HttpRequest, slug: str, year: int | None = None, month: int | None = None
) -> HttpResponse:
    section = next((section for section in chrome_of(request).sections if section.slug == slug), None)
    if section is None:
        return redirect(_formerly(slug), permanent=True)
    own = Article.objects.published().filter(section=section)
    counts = MonthCounts(section)
    if year and not (counts.month(year, month) if month else counts.years[year]):
        raise Http404
    page = keyset_page(_of_period(own, year, month).for_cards(), **CursorForm(request.GET).usable())
    period = month_title(year, month) if month else year_in_words(year) if year else ""
    trail = [_step(section), *([_step(section, year)] if month else [])] if year else []
    return render(
        request,
        "archive/section_detail.html",
        {
            "section": section,
            "period": period,
            "trail": trail,
            "histogram": _histogram(section, counts, year, month),
            "articles": page.articles,
            "newer_url": page.newer,
            "older_url": page.older,
            "first": page.newer is None and not year,
            "metadata": _metadata(request, section, page, period, path=_address(section, year, month), trail=trail),
            **(nearest(year, counts.years, lambda other: _step(section, other)) if year and not month else {}),
        },
    )


def _metadata(
    request: HttpRequest, section: Section, page: KeysetPage, period: str, *, path: str, trail: list[dict]
) -> PageMetadata:
    """What PAGE of SECTION says about itself; one of a PERIOD is a page of its own."""
    ways = {"newer_url": page.newer, "older_url": page.older}
    if not period:
        return section_metadata(request, section, page.articles, **ways)
    title = _("%(section)s: %(period)s") % {"section": section.label, "period": period}
    return page_metadata(request, title=title, path=path, trail=trail, **ways)


def _of_period(articles: ArticleQuerySet, year: int | None, month: int | None) -> ArticleQuerySet:
    if year is None:
        return articles
    articles = Period.of(year, month).within(articles)
    return articles.filter(date_precision__in=TO_THE_MONTH) if month else articles


def _histogram(section: Section, counts: MonthCounts, year: int | None, month: int | None) -> Histogram | None:
    """The section's years; of a chosen year, or of the only one, the months."""
    if year is None and len(counts.years) >= FEWEST_BARS:
        return years_histogram(counts.years, lambda other: _address(section, other))
    year = year or next(iter(counts.years), None)
    if year is None:
        return None
    held = {number: counts.month(year, number) for number in MONTHS}
    if sum(1 for count in held.values() if count) < FEWEST_BARS:
        return None
    bars = [
        Bar(
            label=month_title(year, number),
            count=count,
            url=_address(section, year, number) if count else None,
            chosen=number == month,
        )
        for number, count in held.items()
    ]
    return Histogram(bars, max(held.values()), month_name(MONTHS[0]), month_name(MONTHS[-1]))


def _step(section: Section, year: int | None = None) -> dict:
    return {"label": year_in_words(year) if year else section.label, "url": _address(section, year)}


def _address(section: Section, year: int | None = None, month: int | None = None) -> str:
    if year is None:
        return section.get_absolute_url()
    name = "section-month" if month else "section-year"
    return reverse(f"archive:{name}", args=[section.slug, *filter(None, (year, month))])


def _formerly(slug: str) -> Section:
    """The section that had the address SLUG before an editor changed it, of those still here."""
    section = Section.objects.filter(events__slug=slug).order_by("-events__pgh_id").first()
    if section is None:
        raise Http404
    return section
