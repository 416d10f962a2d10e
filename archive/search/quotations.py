"""Quotations by speaker, words and time, newest first.

Words are compared by their stems, as in the search of articles, and all of them have to be there. A quotation's place
in the list is its article's, so one index answers for common words and another for rare ones (docs/entities.md).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from archive.entities.names import named
from archive.models import Entity, Quotation, QuotationQuerySet
from archive.text.stop_words import essential_stems
from archive.text.tokenize import stems

MAX_COUNTED = 1_000
"""More quotations than these are not counted."""

MAX_ENTITIES = 50


@dataclass(frozen=True)
class QuotationRequest:
    """The words TEXT, said by SPEAKER, an entity's id or (part of) a name, from DATE_FROM to DATE_TO."""

    text: str = ""
    speaker: str = ""
    date_from: date | None = None
    date_to: date | None = None


def matching(wanted: QuotationRequest) -> QuotationQuerySet:
    """The quotations that readers may see and that are WANTED, in no order."""
    found = Quotation.objects.published().filter(wanted_words(wanted.text))
    if wanted.speaker:
        found = found.filter(_said_by(wanted.speaker))
    if wanted.date_from:
        found = found.filter(listed_at__gte=_midnight(wanted.date_from))
    if wanted.date_to:
        found = found.filter(listed_at__lt=_midnight(wanted.date_to + timedelta(days=1)))
    return found


def wanted_words(text: str) -> Q:
    """Those with all words of TEXT, in any form; all quotations for none."""
    sought = sorted(set(essential_stems(text)))
    return Q(stems__contains=sought) if sought else Q()


def counted(quotations: QuotationQuerySet) -> tuple[int, bool]:
    """How many QUOTATIONS there are, and whether that is all of them."""
    count = quotations.order_by()[: MAX_COUNTED + 1].count()
    return min(count, MAX_COUNTED), count <= MAX_COUNTED


def _said_by(speaker: str) -> Q:
    if speaker.isascii() and speaker.isdigit():
        return Q(speaker=speaker)
    entities = named(Entity.objects.visible(), speaker).order_by("pk").values_list("pk", flat=True)[:MAX_ENTITIES]
    said_by = Q(speaker__in=list(entities))
    if sought := stems(speaker):
        said_by |= Q(speaker_stems__contains=sorted(set(sought)))
    return said_by


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
