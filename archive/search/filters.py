"""What a search is narrowed by: section, source, entities and dates."""

from dataclasses import dataclass
from datetime import MINYEAR, date, datetime, time, timedelta

from django.utils import timezone

from archive.models import Entity, Section, Source
from archive.models.article import UNDATED
from archive.search.conditions import Condition
from archive.search.keys import Kind, key, keys, month_of
from archive.search.statistics import Statistics

MAX_FILED_MONTHS = 37
"""The index is asked for the months of a period of three years; a longer one leaves out too little."""


@dataclass(frozen=True)
class SearchFilters:
    """Narrowing that is in force; None where there is none. DATE_FROM and DATE_TO are days, both included.

    An article names both ENTITY and OTHER_ENTITY. With NAMES_AS_WRITTEN, names in Latin letters are looked for in
    these letters only.
    """

    section: Section | None = None
    source: Source | None = None
    entity: Entity | None = None
    date_from: date | None = None
    date_to: date | None = None
    other_entity: Entity | None = None
    names_as_written: bool = False

    def published(self) -> Condition:
        """The condition on the entries of articles that readers may see now."""
        return Condition.of("entry.visible_from <= %s", timezone.now()) & self.condition()

    def condition(self) -> Condition:
        """The condition on search entries. An article without a date is in no period."""
        filed = (
            (Kind.SECTION, self.section),
            (Kind.SOURCE, self.source),
            (Kind.ENTITY, self.entity),
            (Kind.ENTITY, self.other_entity),
        )
        wanted = [key(kind, thing.pk) for kind, thing in filed if thing]
        condition = Condition.filed_under_all(wanted) if wanted else Condition()
        if self.date_from:
            condition &= Condition.of("entry.listed_at >= %s", _midnight(self.date_from))
        if self.date_to and self.date_to < date.max:
            condition &= Condition.of("entry.listed_at < %s", _midnight(self.date_to + timedelta(days=1)))
        if self.date_from or self.date_to:
            condition &= Condition.of("entry.listed_at > %s", UNDATED)
        return condition

    @property
    def months(self) -> list[int]:
        """The months, of UTC, that hold all articles of the period; none where it has no beginning, or is long."""
        if not self.date_from or self.date_from.year == MINYEAR:
            return []
        last = timezone.now()
        if self.date_to and self.date_to < date.max:
            last = min(last, _midnight(self.date_to + timedelta(days=1)) - timedelta.resolution)
        months = range(month_of(_midnight(self.date_from)), month_of(last) + 1)
        return list(months) if len(months) <= MAX_FILED_MONTHS else []

    def filed_by_month(self) -> Condition:
        """What `condition()` says of dates, so far as the index can tell."""
        return Condition.filed_under_any(keys(Kind.MONTH, self.months)) if self.months else Condition()

    def share(self, statistics: Statistics) -> float:
        """The share of the archive that its MONTHS hold, or 1."""
        held = sum(statistics.months.get(month, 0) for month in self.months)
        return held / max(sum(statistics.months.values()), 1) if held else 1


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
