"""Invented figures of an epidemic for the demo archive: the same ones each time, with all that real ones have.

A wave in each country; days of which nothing was reported; one country that never counts those who recovered; and
totals that were corrected downwards.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from math import exp
from random import Random

FIRST, LAST = date(2020, 2, 1), date(2020, 5, 31)
COUNTRIES = (
    *(
        "LB",
        "SY",
        "JO",
        "IQ",
        "PS",
        "SA",
        "AE",
        "QA",
        "KW",
        "BH",
        "OM",
        "YE",
        "EG",
        "SD",
        "LY",
        "TN",
        "DZ",
        "MA",
        "MR",
    ),
    *("SO", "DJ", "KM", "TR", "IR", "FR", "IT", "SE", "BR"),
)
SILENT_ON_FRIDAYS = {"DZ", "SD"}
NEVER_COUNTING_RECOVERED = {"SE"}
CORRECTED = {("LB", date(2020, 4, 14)): 0.03, ("EG", date(2020, 5, 5)): 0.08, ("FR", date(2020, 4, 22)): 0.05}
"""Totals of confirmed cases from these days on are lower by so much of that day's."""

FRIDAY = 4
DAYS_TO_RECOVER, DAYS_TO_DIE = 16, 9
COLUMNS = ("date", "code", "confirmed", "deaths", "recovered")


def invented_table() -> str:
    """Return the figures as a table that `import_statistics` reads."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for code in COUNTRIES:
        writer.writerows(_rows(code))
    return file.getvalue()


def _rows(code: str) -> Iterator[tuple]:
    random = Random(f"sijill {code}")  # noqa: S311 - nothing is secret about it
    most, begins = round(exp(random.uniform(6.5, 11))), random.randint(5, 35)
    steepness, deadliness = random.uniform(0.09, 0.16), random.uniform(0.01, 0.05)
    days = (LAST - FIRST).days + 1
    confirmed = _wave(random, days, most, begins, steepness)
    for number in range(begins, days):
        day = FIRST + timedelta(days=number)
        fewer = sum(
            round(share * confirmed[(since - FIRST).days])
            for (where, since), share in CORRECTED.items()
            if where == code and day >= since
        )
        died = round(confirmed[max(0, number - DAYS_TO_DIE)] * deadliness)
        recovered = round(confirmed[max(0, number - DAYS_TO_RECOVER)] * 0.8)
        if code in SILENT_ON_FRIDAYS and day.weekday() == FRIDAY:
            yield day, code, "", "", ""
        else:
            told = "" if code in NEVER_COUNTING_RECOVERED else recovered
            yield day, code, confirmed[number] - fewer, died, told


def _wave(random: Random, days: int, most: int, begins: int, steepness: float) -> list[int]:
    """Totals that grow slowly, then fast, then slowly again up to MOST, from the day that BEGINS on."""
    middle = begins + random.uniform(40, 60)
    totals, so_far = [], 0
    for day in range(days):
        wanted = most / (1 + exp(-steepness * (day - middle)))
        step = (wanted - so_far) * random.uniform(0.4, 1.0)
        so_far += max(0, round(step)) if day >= begins else 0
        totals.append(so_far)
    return totals
