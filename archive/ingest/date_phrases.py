"""How long ago a page says that it was published: «قبل ساعتين», «أمس», by the moment at which it was collected."""

from datetime import date, datetime, time, timedelta

from archive.ingest.records import ReadDate
from archive.text.date_grammar import DAY, DISTANCE, RELATIVE_DAYS
from archive.text.date_periods import amount_of
from archive.text.date_phrases import MAX_PHRASE_CHARS
from archive.text.date_words import MANY_UNITS, UNITS
from archive.text.folded import FoldedText
from archive.text.reckoning import shifted


def read_relative_date(text: str, reference: datetime | date) -> ReadDate | None:
    """Return the day that «قبل ساعتين», «أمس» or «منذ 3 أيام» means; None when it is not one day, or another phrase."""
    today = reference.date() if isinstance(reference, datetime) else reference
    folded = FoldedText(text[:MAX_PHRASE_CHARS]).folded.strip()
    if distance := DISTANCE.search(folded):
        unit = UNITS[distance["unit"]]
        if unit in {"month", "year"} or (distance["unit"] in MANY_UNITS and not distance["amount"]):
            # Pages round to these: the day is not known.
            return None
        amount = amount_of(distance) * (1 if distance["way"] == "بعد" else -1)
        if unit in {"minute", "hour"} and isinstance(reference, datetime):
            return _on((reference + timedelta(**{f"{unit}s": amount})).date())
        return _on(shifted(today, unit, amount))
    named = DAY.match(folded)
    if named is None or not named["relative"]:
        return None
    return _on(today + timedelta(days=RELATIVE_DAYS[" ".join(named["relative"].split())]))


def _on(day: date | None) -> ReadDate | None:
    return ReadDate(datetime.combine(day, time()), "day") if day else None
