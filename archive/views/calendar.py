"""The archive by date: every year, a year, a month, a day. Days and months are those of the site's time zone.

An article known to the month stands in its month and on no day; one known to the year stands in its year only.
"""

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear, TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.announced import Announcement, announced
from archive.guards import read_only
from archive.metadata import PageMetadata, page_metadata
from archive.models import Article, ArticleQuerySet
from archive.pagination import keyset_page
from archive.templatetags.archive import long_date, month_name
from archive.templatetags.archive import year as year_in_words
from archive.views.histograms import years_histogram

FIRST_WEEKDAY = calendar.MONDAY
DENSITY_STEPS = 4
BUSIEST_DAYS = 5
TO_THE_DAY = ("minute", "day")
TO_THE_MONTH = ("minute", "day", "month")


@dataclass(frozen=True)
class Period:
    """A stretch of days, FIRST to LAST, both included."""

    first: date
    last: date

    def articles(self) -> ArticleQuerySet:
        # By the column that has an index, in which what has no date stands at some day too.
        dated = Article.objects.published().exclude(published_at=None)
        return dated.filter(
            listed_at__gte=_midnight(self.first), listed_at__lt=_midnight(self.last + timedelta(days=1))
        )


@read_only
def archive_index(request: HttpRequest) -> HttpResponse:
    counts = _year_counts()
    undated_count = Article.objects.published().filter(published_at=None).count()
    return render(
        request,
        "archive/archive_index.html",
        {
            "years": [{"year": year, "count": count, "url": _year_url(year)} for year, count in counts.items()],
            "histogram": years_histogram(counts, _year_url),
            "undated": {"count": undated_count, "url": reverse("archive:archive-undated")} if undated_count else None,
            "article_count": sum(counts.values()) + undated_count,
            "metadata": _metadata(request, _index_step(), []),
        },
    )


@read_only
def archive_undated(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().filter(published_at=None)
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
    counts, period = _year_counts(), _period(year)
    ways = _ways(year, counts, lambda other: {"label": year_in_words(other), "url": _year_url(other)})
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
            "months": [_month(year, month, days, whole_months[month]) for month in range(1, 13)],
            "weekdays": _weekdays(),
            "month_key": _month_key(days),
            "histogram": years_histogram(counts, _year_url, chosen=year),
            "busiest": fullest if busiest and busiest[0][1] > 1 else [],
            "metadata": _metadata(request, _year_step(year), [_index_step()]),
            **ways,
            **_page_of(request, period.articles().filter(date_precision=Article.Precision.YEAR)),
        },
    )


@read_only
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    period, title = _period(year, month), _month_title(year, month)
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
            "month_key": _month_key(days),
            "announced": _announced(period),
            "trail": trail,
            "metadata": _metadata(request, _month_step(period.first), trail),
            **ways,
            **_page_of(request, articles),
        },
    )


@read_only
def archive_day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    period, whole_month = _period(year, month, day), _period(year, month)
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
            "month_key": _month_key(days),
            "day": day,
            "date": period.first,
            "announced": _announced(period),
            "trail": trail,
            "metadata": _metadata(request, _day_step(period.first), trail),
            **ways,
            **_page_of(request, articles),
        },
    )


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


def _period(year: int, month: int | None = None, day: int | None = None) -> Period:
    """The days of a year, a month or a day; 404 where the calendar has no such date."""
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
        if day is not None:
            last = first
        elif month is not None:
            last = date(year, month, calendar.monthrange(year, month)[1])
        else:
            last = date(year, 12, 31)
        last + timedelta(days=2)  # the edge of what dates can say
        date(year - 1, 1, 1)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    return Period(first, last)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _year_counts() -> dict[int, int]:
    """Published articles of each year that has some, in order."""
    return dict(
        Article.objects.published()
        .exclude(published_at=None)
        .order_by()
        .annotate(year=ExtractYear("published_at"))
        .values_list("year")
        .annotate(n=Count("pk"))
        .order_by("year")
    )


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
        "label": long_date(day),
        "url": reverse("archive:archive-day", args=[day.year, day.month, day.day]) if count else None,
        "count": count,
        "density": -(-count * DENSITY_STEPS // fullest) if count else 0,
    }


def _month_key(days: Counter[date]) -> list[dict]:
    """What the colours of DAYS stand for: each step, with the fewest and the most articles of such a day."""
    fullest = max(days.values(), default=0)
    steps = [
        {
            "density": step,
            "fewest": fullest * (step - 1) // DENSITY_STEPS + 1,
            "most": fullest * step // DENSITY_STEPS,
        }
        for step in range(1, DENSITY_STEPS + 1)
    ]
    return [step for step in steps if step["fewest"] <= step["most"]]


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
    firsts = {}
    for article in (
        Article.objects.published()
        .annotate(day=TruncDate("published_at"))
        .filter(day__in=[day for day, _count in busiest], date_precision__in=TO_THE_DAY)
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
    ]


def _ways(year: int, counts: dict[int, int], step) -> dict:
    earlier = [other for other in counts if other < year]
    later = [other for other in counts if other > year]
    return {
        "previous": step(max(earlier)) if earlier else None,
        "next": step(min(later)) if later else None,
    }


def _neighbouring(period: Period, precisions: tuple[str, ...], step) -> dict:
    """The nearest periods before and after with articles, as STEP makes them from a day within."""
    dated = Article.objects.published().filter(date_precision__in=precisions)
    before = dated.filter(listed_at__lt=_midnight(period.first)).order_by("-listed_at", "-pk")
    after = dated.filter(listed_at__gte=_midnight(period.last + timedelta(days=1))).order_by("listed_at", "pk")
    nearest = before.values_list("published_at")[:1].union(after.values_list("published_at")[:1], all=True)
    days = [timezone.localdate(published_at) for (published_at,) in nearest]
    return {
        "previous": next((step(day) for day in days if day < period.first), None),
        "next": next((step(day) for day in days if day > period.last), None),
    }


def _metadata(request: HttpRequest, step: dict, trail: list[dict]) -> PageMetadata:
    """What the page of a STEP of the calendar says about itself, under the steps of TRAIL."""
    return page_metadata(request, title=step["label"], path=step["url"], trail=trail)


def _page_of(request: HttpRequest, articles: ArticleQuerySet) -> dict:
    page = keyset_page(articles.for_lines(), before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    return {"articles": page.articles, "newer_url": page.newer, "older_url": page.older}


def _year_url(year: int) -> str:
    return reverse("archive:archive-year", args=[year])


def _index_step() -> dict:
    return {"label": _("Calendar"), "url": reverse("archive:archive-index")}


def _year_trail(year: int) -> list[dict]:
    """The step to YEAR, where there is something to step to."""
    return [_year_step(year)] if _period(year).articles().exists() else []


def _month_trail(month: Period, days: Counter[date]) -> list[dict]:
    """As `_year_trail`, to MONTH, of which DAYS are known."""
    return [_month_step(month.first)] if days or _whole_month_counts(month) else []


def _year_step(year: int) -> dict:
    return {"label": year_in_words(year), "url": _year_url(year)}


def _month_title(year: int, month: int) -> str:
    return _("%(month)s %(year)s") % {"month": month_name(month), "year": year_in_words(year)}


def _month_step(day: date) -> dict:
    return {
        "label": _month_title(day.year, day.month),
        "url": reverse("archive:archive-month", args=[day.year, day.month]),
    }


def _day_step(day: date) -> dict:
    return {"label": long_date(day), "url": reverse("archive:archive-day", args=[day.year, day.month, day.day])}
