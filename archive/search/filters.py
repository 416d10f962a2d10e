"""What a search is narrowed by: section, source, entity and dates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from archive.models import ArticleQuerySet, Entity, Mention, Section, Source


@dataclass(frozen=True)
class SearchFilters:
    """Narrowing that is in force; None where there is none. DATE_FROM and DATE_TO are days, both included."""

    section: Section | None = None
    source: Source | None = None
    entity: Entity | None = None
    date_from: date | None = None
    date_to: date | None = None

    def apply(self, articles: ArticleQuerySet) -> ArticleQuerySet:
        """Return ARTICLES narrowed. An article without a date is in no period."""
        narrowing = Q()
        if self.section:
            narrowing &= Q(section=self.section)
        if self.source:
            narrowing &= Q(source=self.source)
        if self.date_from:
            narrowing &= Q(published_at__gte=_midnight(self.date_from))
        if self.date_to and self.date_to < date.max:
            narrowing &= Q(published_at__lt=_midnight(self.date_to + timedelta(days=1)))
        articles = articles.filter(narrowing)
        if self.entity:
            mentions = Mention.objects.filter(article=OuterRef("pk"), entity=self.entity)
            articles = articles.filter(Exists(mentions.exclude(confirmed=False)))
        return articles


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
