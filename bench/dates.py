"""How many phrases that name days are understood, of any file of two columns.

    bench/dates tests/samples/dates/*.tsv

A line is a phrase, a tab, and what it means when it was written on the day --on: 2015-11-20, a range
2016-01-16..2016-01-31 or 2012-02-01..10, a month 2015-12, a year 2014, "2014 summer", "week-1" (seven days of the
week before, whichever day weeks begin on), "range" (more days than one), "none", or several of these with | between,
any of which is right. A time of day behind a T has to be right, too. What is wrong is printed.
"""

import argparse
import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from archive.text.date_phrases import Span, read_phrase

WRITTEN_ON = date(2015, 11, 19)
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="two columns")
    parser.add_argument("--on", type=date.fromisoformat, default=WRITTEN_ON, help="the day of writing (%(default)s)")
    options = parser.parse_args()
    for path in options.files:
        rows = list(phrases(path))
        wrong = [row for row in rows if not is_right(read_phrase(row[0], options.on), row[1], options.on)]
        for phrase, meaning in wrong:
            print(f"{phrase}: {shown(read_phrase(phrase, options.on))}, not {meaning}")
        print(f"{path.name}: {len(rows) - len(wrong)} of {len(rows)} right")


def phrases(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            phrase, meaning = line.split("\t")[:2]
            yield phrase, meaning.strip()


def is_right(span: Span | None, meaning: str, written_on: date) -> bool:
    return any(_means(span, one.strip(), written_on) for one in meaning.split("|"))


def _means(span: Span | None, meaning: str, written_on: date) -> bool:
    if span is None or meaning == "none":
        return span is None and meaning == "none"
    if meaning == "range":
        return span.last > span.first
    if week := re.fullmatch(r"week([+-][0-9]+)", meaning):
        return _is_week(span, written_on + timedelta(weeks=int(week[1])))
    day, _, clock = meaning.partition("T")
    if clock and (span.at is None or f"{span.at:%H:%M}" != clock):
        return False
    return (span.first, span.last) == days_of(day)


def _is_week(span: Span, day: date) -> bool:
    """Is SPAN seven days around DAY that begin on a Saturday, a Sunday or a Monday?"""
    whole = (span.last - span.first).days == 6 and span.first <= day <= span.last
    return whole and span.first.weekday() in {5, 6, 0}


def days_of(meaning: str) -> tuple[date, date]:
    first, dots, last = meaning.partition("..")
    if dots:
        begin = _first_and_last(first)[0]
        return begin, begin.replace(day=int(last)) if last.isdigit() and len(last) <= 2 else _first_and_last(last)[1]
    return _first_and_last(meaning)


def _first_and_last(meaning: str) -> tuple[date, date]:
    if season := re.fullmatch(rf"([0-9]{{4}}) ({'|'.join(SEASONS)})", meaning):
        year, (first, last) = int(season[1]), SEASONS[season[2]]
        return date(year, first, 1), _end_of_month(year + (last < first), last)
    parts = [int(part) for part in meaning.split("-")]
    if len(parts) == 1:
        return date(parts[0], 1, 1), date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(*parts, 1), _end_of_month(*parts)
    return date(*parts), date(*parts)


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def shown(span: Span | None) -> str:
    if span is None:
        return "none"
    return f"{span.first}" if span.first == span.last else f"{span.first}..{span.last}"


if __name__ == "__main__":
    main()
