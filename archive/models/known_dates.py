"""The dates of articles as far as they are known: an article of a month has no day, one of a year neither."""

from django.db.models import Case, IntegerField, QuerySet, When
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear

from archive.models.article import Article

Precision = Article.Precision
TO_THE_DAY = (Precision.MINUTE, Precision.DAY)
TO_THE_MONTH = (*TO_THE_DAY, Precision.MONTH)


def with_known_dates(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return those of ARTICLES that have a date, with its `year`, `month` and `day`, in the site's time zone."""
    # What has a date is listed by it; and an index has that, and the precision.
    return articles.exclude(date_precision=Article.Precision.UNKNOWN).annotate(
        year=ExtractYear("listed_at"),
        month=_where_known(TO_THE_MONTH, ExtractMonth("listed_at")),
        day=_where_known(TO_THE_DAY, ExtractDay("listed_at")),
    )


def _where_known(precisions: tuple[str, ...], part) -> Case:
    return Case(When(date_precision__in=precisions, then=part), output_field=IntegerField())
