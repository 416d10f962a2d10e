"""The archive by date: every year, a year, a month, a day."""

import calendar
from collections import Counter
from datetime import date, timedelta
from http import HTTPStatus

from django.db.models import Count, Q
from django.db.models.functions import ExtractMonth, TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from archive.announced import Announcement, announced
from archive.cursors import CursorForm
from archive.guards import read_only
from archive.metadata import PageMetadata, page_metadata
from archive.models import TO_THE_DAY, TO_THE_MONTH, Article, ArticleQuerySet
from archive.models.article import UNDATED
from archive.pagination import keyset_page
from archive.templatetags.archive import long_date, month_name, number
from archive.templatetags.archive import year as year_in_words
from archive.views.histograms import years_histogram
from archive.views.periods import (
    MONTHS,
    MonthCounts,
    Period,
    density,
    density_key,
    midnight,
    month_title,
    nearest,
)

FIRST_WEEKDAY = calendar.MONDAY
BUSIEST_DAYS = 5


@read_only
def archive_index(request: HttpRequest) -> HttpResponse:
    counts = MonthCounts()
    undated_count = _undated().count()
    return render(
        request,
        "archive/archive_index.html",
        {
            "years": [_year(year, counts) for year in reversed(counts.years)],
            "months": MONTHS,
            "month_key": density_key(counts.fullest_month),
            "histogram": years_histogram(counts.years, _year_url),
            "undated": {"count": undated_count, "url": reverse("archive:archive-undated")} if undated_count else None,
            "article_count": counts.years.total() + undated_count,
            "metadata": _metadata(request, _index_step(), []),
        },
    )


@read_only
def archive_undated(request: HttpRequest) -> HttpResponse:
    articles = _undated()
    trail = [_index_step()]
    return render(
        request,
        "archive/archive_undated.html",
        {
            "count": articles.count(),
            "empty_archive": not Article.objects.published().exists(),
            "trail": trail,
            "metadata": _metadata(
                request, {"label": _("Date unknown"), "url": reverse("archive:archive-undated")}, trail
            ),
            **_page_of(request, articles),
        },
    )


@read_only
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    counts, period = MonthCounts().years, Period.of(year)
    ways = nearest(year, counts, lambda other: {"label": year_in_words(other), "url": _year_url(other)})
    if year not in counts:
        return _empty_page(request, title=year_in_words(year), span="year", trail=[_index_step()], **ways)
    days, whole_months = _day_counts(period), _whole_month_counts(period)
    busiest = days.most_common(BUSIEST_DAYS)
    fullest = _with_first_article(busiest)
    return render(
        request,
        "archive/archive_year.html",
        {
            "year": year,
            "count": counts[year],
            "months": [_month(year, month, days, whole_months[month]) for month in MONTHS],
            "weekdays": _weekdays(),
            "month_key": density_key(max(days.values(), default=0)),
            "histogram": years_histogram(counts, _year_url, chosen=year),
            "busiest": fullest if busiest and busiest[0][1] > 1 else [],
            "metadata": _metadata(request, _year_step(year), [_index_step()]),
            **ways,
            **_page_of(request, period.articles().filter(date_precision=Article.Precision.YEAR)),
        },
    )


@read_only
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    period, title = Period.of(year, month), month_title(year, month)
    articles = period.articles().filter(date_precision__in=TO_THE_MONTH)
    days, on_no_day = _day_counts(period), _whole_month_counts(period)[month]
    count = days.total() + on_no_day
    ways = _neighbouring(period, TO_THE_MONTH, _month_step)
    if not count:
        trail = [_index_step(), *_year_trail(year)]
        return _empty_page(request, title=title, span="month", trail=trail, announced=_announced(period), **ways)
    trail = [_index_step(), _year_step(year)]
    return render(
        request,
        "archive/archive_month.html",
        {
            "title": title,
            "count": count,
            "month": _month(year, month, days, on_no_day),
            "weekdays": _weekdays(),
            "month_key": density_key(max(days.values(), default=0)),
            "announced": _announced(period),
            "trail": trail,
            "metadata": _metadata(request, _month_step(period.first), trail),
            **ways,
            **_page_of(request, articles),
        },
    )


@read_only
def archive_day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    period, whole_month = Period.of(year, month, day), Period.of(year, month)
    articles = period.articles().filter(date_precision__in=TO_THE_DAY)
    days, title = _day_counts(whole_month), long_date(period.first)
    count = days[period.first]
    ways = _neighbouring(period, TO_THE_DAY, _day_step)
    if not count:
        trail = [_index_step(), *_year_trail(year), *_month_trail(whole_month, days)]
        return _empty_page(request, title=title, span="day", trail=trail, announced=_announced(period), **ways)
    trail = [_index_step(), _year_step(year), _month_step(period.first)]
    return render(
        request,
        "archive/archive_day.html",
        {
            "title": title,
            "count": count,
            "month": _month(year, month, days, _whole_month_counts(whole_month)[month]),
            "weekdays": _weekdays(),
            "month_key": density_key(max(days.values(), default=0)),
            "day": day,
            "date": period.first,
            "announced": _announced(period),
            "trail": trail,
            "metadata": _metadata(request, _day_step(period.first), trail),
            **ways,
            **_page_of(request, articles),
        },
    )


def _undated() -> ArticleQuerySet:
    # By the column that has an index.
    return Article.objects.published().filter(listed_at=UNDATED)


def _announced(period: Period) -> list[Announcement]:
    """What was said, before it, to come in PERIOD."""
    return announced(period.first, period.last)


def _empty_page(request: HttpRequest, *, span: str, **context) -> HttpResponse:
    """The page of a date without news (SPAN is "day", "month" or "year"), with the ways to the nearest with some.

    A 404 all the same: there are as many such pages as there are dates, and neither a search engine nor a checker of
    links should take one for a page of the archive. To a reader it makes no difference.
    """
    status = HTTPStatus.NOT_FOUND
    return render(request, "archive/archive_empty.html", {"span": span, **context}, status=status)


def _day_counts(period: Period) -> Counter[date]:
    return Counter(
        dict(
            period.articles()
            .filter(date_precision__in=TO_THE_DAY)
            .order_by()
            .annotate(day=TruncDate("published_at"))
            .values_list("day")
            .annotate(n=Count("pk"))
        )
    )


def _whole_month_counts(period: Period) -> Counter[int]:
    """By month, the articles of PERIOD whose date is known to the month only."""
    months = period.articles().filter(date_precision=Article.Precision.MONTH).order_by()
    return Counter(
        dict(months.annotate(month=ExtractMonth("published_at")).values_list("month").annotate(n=Count("pk")))
    )


def _year(year: int, counts: MonthCounts) -> dict:
    """A year for components/years.html."""
    return {
        "year": year,
        "count": counts.years[year],
        "url": _year_url(year),
        "months": [_month_cell(year, month, counts) for month in MONTHS],
    }


def _month_cell(year: int, month: int, counts: MonthCounts) -> dict:
    count = counts.month(year, month)
    return {
        "label": month_title(year, month),
        "count": count,
        "url": reverse("archive:archive-month", args=[year, month]) if count else None,
        "density": density(count, counts.fullest_month),
    }


def _month(year: int, month: int, days: Counter[date], on_no_day: int) -> dict:
    """A month for components/month.html; ON_NO_DAY more articles are known to the month only."""
    fullest = max(days.values(), default=0)
    weeks = calendar.Calendar(FIRST_WEEKDAY).monthdatescalendar(year, month)
    count = on_no_day + sum(n for day, n in days.items() if (day.year, day.month) == (year, month))
    return {
        "name": month_name(month),
        "url": reverse("archive:archive-month", args=[year, month]) if count else None,
        "count": count,
        "weeks": [[_day(day, days[day], fullest) if day.month == month else None for day in week] for week in weeks],
    }


def _day(day: date, count: int, fullest: int) -> dict:
    return {
        "number": day.day,
        "value": _value(day, count) if count else None,
        "url": reverse("archive:archive-day", args=[day.year, day.month, day.day]) if count else None,
        "density": density(count, fullest),
    }


def _value(day: date, count: int) -> str:
    articles = ngettext("%(number)s article", "%(number)s articles", count) % {"number": number(count)}
    return f"{long_date(day)}: {articles}"


def _weekdays() -> list[dict]:
    names = [
        (_("Mo"), _("Monday")),
        (_("Tu"), _("Tuesday")),
        (_("We"), _("Wednesday")),
        (_("Th"), _("Thursday")),
        (_("Fr"), _("Friday")),
        (_("Sa"), _("Saturday")),
        (_("Su"), _("Sunday")),
    ]
    return [{"letter": letter, "name": name} for letter, name in names]


def _with_first_article(busiest: list[tuple[date, int]]) -> list[dict]:
    if not busiest:
        return []
    within = Q()
    for day, _count in busiest:
        within |= Q(listed_at__gte=midnight(day), listed_at__lt=midnight(day + timedelta(days=1)))
    firsts = {}
    for article in (
        Article.objects.published()
        .filter(within, date_precision__in=TO_THE_DAY)
        .annotate(day=TruncDate("listed_at"))
        .order_by("day", "-importance", "pk")
        .distinct("day")
        .only("title", "slug", "language")
    ):
        firsts[article.day] = article
    return [
        {
            "label": long_date(day),
            "count": count,
            "url": reverse("archive:archive-day", args=[day.year, day.month, day.day]),
            "article": firsts[day],
        }
        for day, count in busiest
        if day in firsts  # Its last article may have been withdrawn since it was counted.
    ]


def _neighbouring(period: Period, precisions: tuple[str, ...], step) -> dict:
    """The nearest periods before and after with articles, as STEP makes them from a day within."""
    dated = Article.objects.published().filter(date_precision__in=precisions)
    before = dated.filter(listed_at__lt=midnight(period.first)).order_by("-listed_at", "-pk")
    after = dated.filter(listed_at__gte=midnight(period.last + timedelta(days=1))).order_by("listed_at", "pk")
    beside = before.values_list("published_at")[:1].union(after.values_list("published_at")[:1], all=True)
    days = [timezone.localdate(published_at) for (published_at,) in beside]
    return {
        "previous": next((step(day) for day in days if day < period.first), None),
        "next": next((step(day) for day in days if day > period.last), None),
    }


def _metadata(request: HttpRequest, step: dict, trail: list[dict]) -> PageMetadata:
    """What the page of a STEP of the calendar says about itself, under the steps of TRAIL."""
    return page_metadata(request, title=step["label"], path=step["url"], trail=trail)


def _page_of(request: HttpRequest, articles: ArticleQuerySet) -> dict:
    page = keyset_page(articles.for_lines(), **CursorForm(request.GET).usable())
    return {"articles": page.articles, "newer_url": page.newer, "older_url": page.older}


def _year_url(year: int) -> str:
    return reverse("archive:archive-year", args=[year])


def _index_step() -> dict:
    return {"label": _("Calendar"), "url": reverse("archive:archive-index")}


def _year_trail(year: int) -> list[dict]:
    """The step to YEAR, where there is something to step to."""
    return [_year_step(year)] if Period.of(year).articles().exists() else []


def _month_trail(month: Period, days: Counter[date]) -> list[dict]:
    """As `_year_trail`, to MONTH, of which DAYS are known."""
    return [_month_step(month.first)] if days or _whole_month_counts(month) else []


def _year_step(year: int) -> dict:
    return {"label": year_in_words(year), "url": _year_url(year)}


def _month_step(day: date) -> dict:
    return {
        "label": month_title(day.year, day.month),
        "url": reverse("archive:archive-month", args=[day.year, day.month]),
    }


def _day_step(day: date) -> dict:
    return {"label": long_date(day), "url": reverse("archive:archive-day", args=[day.year, day.month, day.day])}
