"""How fast figures are imported and shown: a dataset of many countries, days and measures.

    bench/observations

Totals that grow by a few every day are imported as one table, in which one in a hundred is not reported, and
imported again. Then pages are asked for through Django's own test client, uncached, and a figure of the last day and
one of the first are changed, which makes sums anew.
"""

import argparse
import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from random import Random

from bench.database import database
from bench.figures import Clock, processor_clock, settle, times, wall_clock

FIRST = date(2020, 1, 22)
MEASURES = ("confirmed", "deaths", "tests")
SLUG = "bench"
PAGE = f"/statistics/{SLUG}/"
ASKED = {
    "the page": PAGE,
    "six countries, daily": f"{PAGE}?show=daily"
    + "".join(f"&region={code}" for code in ("LB", "SY", "EG", "FR", "IT", "US")),
    "the index": "/statistics/",
    "what is renewed": f"{PAGE}live",
    "API, a page": f"/api/v1/datasets/{SLUG}/observations?region=LB&measure=deaths",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--countries", type=int, default=187)
    parser.add_argument("--days", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--clock", choices=["wall", "processor"], default="wall", help="of the times (wall)")
    options = parser.parse_args()
    with database():
        clock = wall_clock if options.clock == "wall" else processor_clock()
        measure(table(options.countries, options.days), options.rounds, clock)


def table(countries: int, days: int) -> bytes:
    from archive.statistics.regions import countries as known

    codes = ["LB", "SY", "EG", "FR", "IT", "US"]
    codes += [code for code, country in known().items() if country.inhabitants and code not in codes]
    random, file = Random(7), StringIO()
    writer = csv.writer(file)
    writer.writerow(["date", "code", *MEASURES])
    for code in codes[:countries]:
        totals = [0] * len(MEASURES)
        for day in range(days):
            totals = [total + random.randint(0, 50) for total in totals]
            told = ["" if random.random() < 0.01 else total for total in totals]
            writer.writerow([FIRST + timedelta(days=day), code, *told])
    return file.getvalue().encode()


def measure(data: bytes, rounds: int, clock: Clock) -> None:
    from django.conf import settings
    from django.test import Client

    from archive.ingest.statistics.importing import import_figures
    from archive.ingest.statistics.mapping import TableMapping
    from archive.models import Observation

    settings.ALLOWED_HOSTS += ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    for name in ("imported", "imported again"):
        began = clock()
        report = import_figures(data, SLUG, TableMapping())
        print(f"{name}: {sum(report.counts.values()):,} figures in {clock() - began:.1f} s {report.counts}")
    client = Client()
    settle()
    for name, address in ASKED.items():
        # With another parameter each time, which means nothing here, no page is one that was kept.
        sign = "&" if "?" in address else "?"
        addresses = [f"{address}{sign}n={number}" for number in range(rounds)]
        say(name, [took(lambda address=address: client.get(address).content, clock) for address in addresses])
    tag = {"If-None-Match": client.get(f"{PAGE}live")["ETag"]}
    say("nothing new (304)", [took(lambda: client.get(f"{PAGE}live", headers=tag), clock) for _ in range(rounds)])
    ordered = Observation.objects.filter(measure__slug="confirmed", region__code="LB").order_by("date")
    for name, one in (("a figure of the last day is saved", ordered.last()), ("of the first day", ordered.first())):

        def save(one: Observation = one) -> None:
            one.value = (one.value or 0) + 1
            one.save()

        say(name, [took(save, clock) for _ in range(rounds)])


def took(call: Callable[[], object], clock: Clock) -> float:
    """How many milliseconds CALL takes."""
    began = clock()
    call()
    return (clock() - began) * 1000


def say(name: str, milliseconds: list[float]) -> None:
    print(f"{name:36}" + "".join(f"{value:9.1f} {label}" for label, value in times(milliseconds).items()))


if __name__ == "__main__":
    main()
