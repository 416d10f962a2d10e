"""Phrases of articles that name days, and which days those are."""

from datetime import date

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article

DAYS = Func(F("first_day"), F("last_day"), Value("[]"), function="daterange", output_field=DateRangeField())


class DatedPhraseQuerySet(models.QuerySet):
    def naming(self, first: date, last: date) -> "DatedPhraseQuerySet":
        """Those that name a day from FIRST to LAST, of what was still to come when their article was published."""
        return self.filter(is_ahead=True).alias(days=DAYS).filter(days__overlap=DateRange(first, last, "[]"))


class DatedPhrase(models.Model):
    """A phrase at character offsets in `Article.text`, and the days it means, from FIRST_DAY to LAST_DAY.

    Found by the article's own date, and anew when that or the text changes. IS_AHEAD tells that all of the days lie
    after that date.
    """

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="dated_phrases")
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    is_ahead = models.BooleanField(_("still to come"), default=False)

    objects = DatedPhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("date in a text")
        verbose_name_plural = _("dates in texts")
        ordering = ["article", "start"]
        constraints = [
            models.UniqueConstraint(fields=["article", "start"], name="dated_phrase_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="dated_phrase_offsets_in_order"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="dated_phrase_days_in_order"),
        ]
        indexes = [GistIndex(DAYS, name="dated_phrase_ahead", condition=Q(is_ahead=True))]

    def __str__(self):
        return f"{self.first_day}/{self.last_day}"
