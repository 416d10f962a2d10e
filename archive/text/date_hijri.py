"""What phrases mean that name days, months and years of the Hijri calendar, reckoned by that of Umm al-Qura."""

from datetime import date, timedelta

from archive.text.date_grammar import PARTS
from archive.text.date_place import Place, Span, day_span, direction_of, ordinal, span_of
from archive.text.date_words import hijri_month_number
from archive.text.hijri import hijri_day, hijri_month, hijri_year_and_month
from archive.text.reckoning import weighed


def read_hijri_day(place: Place) -> Span | None:
    month, day = hijri_month_number(place["name"]), ordinal(place["day"])
    if place["year"]:
        return day_span(hijri_day(int(place["year"]), month, day))
    # «1-صفر» is a score.
    told = place["of"] or place["called"] or place["weekday"] or place["when"] or place["name"] != "صفر"
    if not told or place["joint"].strip() or not place.knows("month"):
        return None
    if not (here := hijri_year_and_month(place.today)):
        return None
    near = [found for year in (-1, 0, 1) if (found := hijri_day(here[0] + year, month, day))]
    return day_span(_chosen(near, place))


def read_hijri_numeric(place: Place) -> Span | None:
    year, month, day = (
        int(place[one] or place[other])
        for one, other in (("year", "first_year"), ("month", "second_month"), ("day", "last_day"))
    )
    return day_span(hijri_day(year, month, day))


def read_hijri_month(place: Place) -> Span | None:
    month = hijri_month_number(place["name"])
    if place["year"]:
        return _hijri_part(place, hijri_month(int(place["year"]), month))
    # Names of people, too: only what else says so is a month.
    told = place["called"] or place["part"] or place["when"]
    if not told or not place.knows("month") or not (here := hijri_year_and_month(place.today)):
        return None
    near = [found for year in (-1, 0, 1) if (found := hijri_month(here[0] + year, month))]
    firsts = {days[0]: days for days in near}
    if within := next((days for days in near if days[0] <= place.today <= days[1]), None):
        if not direction_of(place["when"]):
            return _hijri_part(place, within)
        firsts.pop(within[0])
    return _hijri_part(place, firsts.get(_chosen(list(firsts), place)))


def _chosen(near: list[date], place: Place) -> date | None:
    """Of days that NEAR years have the one that is meant."""
    if direction := direction_of(place["when"]):
        near = [day for day in near if (day - place.today).days * direction > 0]
    weight = place.weight_ahead()
    return min(near, key=lambda day: weighed((day - place.today).days, weight), default=None)


def _hijri_part(place: Place, days: tuple[date, date] | None) -> Span | None:
    if not days or not place["part"]:
        return span_of(days)
    first, last = days
    length = (last - first).days + 1
    numbers = PARTS[" ".join(place["part"].split())]
    start, end = (length + 1 + day if day < 0 else min(day, length) for day in numbers)
    return Span(first + timedelta(days=start - 1), first + timedelta(days=end - 1))


def read_hijri_year(place: Place) -> Span | None:
    year = int(place["year"])
    first, last = hijri_month(year, 1), hijri_month(year, 12)
    return Span(first[0], last[1]) if first and last else None
