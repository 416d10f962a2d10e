"""Years, months and days as stretches of time, and how many articles are of each; in the site's time zone.

An article known to the month stands in its month and on no day; one known to the year stands in its year only.
"""

import calendar
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from archive.models import Article, ArticleQuerySet, Section
from archive.models.article import UNDATED, published_in_sql
from archive.templatetags.archive import month_name
from archive.templatetags.archive import year as year_in_words

MONTHS = range(1, 13)
DENSITY_STEPS = 4


@dataclass(frozen=True)
class Period:
    """A stretch of days, FIRST to LAST, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, year: int, month: int | None = None, day: int | None = None) -> "Period":
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
        return cls(first, last)

    def within(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        """Those of ARTICLES that are of this period."""
        # By the column that has an index, in which what has no date stands at some day too.
        return articles.exclude(published_at=None).filter(
            listed_at__gte=midnight(self.first), listed_at__lt=midnight(self.last + timedelta(days=1))
        )

    def articles(self) -> ArticleQuerySet:
        return self.within(Article.objects.published())


# From one month that has articles to the next, each counted within its borders in an index alone: so what takes the
# time zone is reckoned for each month, and not for each of its articles.
_MONTHS = """
WITH RECURSIVE month (begins) AS (
    SELECT date_trunc('month', min(article.listed_at) AT TIME ZONE %(zone)s)
    {of_those} article.listed_at > %(undated)s
    UNION ALL
    SELECT (SELECT date_trunc('month', min(article.listed_at) AT TIME ZONE %(zone)s)
            {of_those} article.listed_at >= (month.begins + interval '1 month') AT TIME ZONE %(zone)s)
    FROM month WHERE month.begins IS NOT NULL)
SELECT extract(year FROM month.begins)::int, extract(month FROM month.begins)::int, held.by_month, held.by_year
FROM month, LATERAL (
    SELECT count(*) FILTER (WHERE article.date_precision <> 'year') AS by_month,
        count(*) FILTER (WHERE article.date_precision = 'year') AS by_year
    {of_those} article.listed_at >= month.begins AT TIME ZONE %(zone)s
        AND article.listed_at < (month.begins + interval '1 month') AT TIME ZONE %(zone)s) AS held
WHERE month.begins IS NOT NULL ORDER BY month.begins
"""
_OF_ALL = f"FROM archive_article AS article WHERE {published_in_sql('article', '%(now)s')} AND"
_OF_SECTION = f"{_OF_ALL} article.section_id = %(section)s AND"


class MonthCounts:
    """How many articles that readers see, all or those of SECTION, are of each month and year, in one query."""

    def __init__(self, section: Section | None = None):
        self.years: Counter[int] = Counter()
        self._months: Counter[tuple[int, int]] = Counter()
        sql = _MONTHS.format(of_those=_OF_SECTION if section else _OF_ALL)
        values = {
            "zone": timezone.get_current_timezone_name(),
            "undated": UNDATED,
            "now": timezone.now(),
            "section": section and section.pk,
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            for year, month, by_month, by_year in cursor:
                self.years[year] += by_month + by_year
                self._months[year, month] = by_month

    def month(self, year: int, month: int) -> int:
        return self._months[year, month]

    @cached_property
    def fullest_month(self) -> int:
        """How many articles the fullest month has; 0 where none is of a month."""
        return max(self._months.values(), default=0)


def density(count: int, fullest: int) -> int:
    """How deep a colour COUNT has, from 0 for none to DENSITY_STEPS for the FULLEST."""
    return -(-count * DENSITY_STEPS // fullest) if count else 0


def density_key(fullest: int) -> list[dict]:
    """What the colours stand for: each step, with the fewest and the most articles, for components/month_key.html."""
    steps = [
        {
            "density": step,
            "fewest": fullest * (step - 1) // DENSITY_STEPS + 1,
            "most": fullest * step // DENSITY_STEPS,
        }
        for step in range(1, DENSITY_STEPS + 1)
    ]
    return [step for step in steps if step["fewest"] <= step["most"]]


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def month_title(year: int, month: int) -> str:
    return _("%(month)s %(year)s") % {"month": month_name(month), "year": year_in_words(year)}


def nearest(year: int, years: Counter[int], step) -> dict:
    """The nearest of YEARS before and after YEAR, as STEP makes them."""
    earlier = [other for other in years if other < year]
    later = [other for other in years if other > year]
    return {
        "previous": step(max(earlier)) if earlier else None,
        "next": step(min(later)) if later else None,
    }
