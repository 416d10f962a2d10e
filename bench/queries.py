"""`bench/queries PATH… --articles PATH…`: what the search page makes of any queries, hostile ones too, and how fast.

PATHs are files or folders of lists: a query a line (of tab-separated lines the last cell), or a JSON array of them.
The articles are imported as an operator imports them, to a database that is gone afterwards or, with --keep, stays.

Each query is asked of the whole page, once, by a reader like any other. ERROR: an answer of 500 or more, or another
that no reader should get. GIVEN UP: a page that says that the search took too long. ACTING: a page with an element
that could act (by its name, or by src, style, on…) unlike any on pages of harmless queries.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from bench.database import database
from bench.figures import progress, settle, times, wall_clock

HARMLESS = ("", "جنيف", "جنيف هدنة -كرة", "السعودية", '"مجلس الوزراء"', "زقزقةة", "؟!", "Lavrov", "الرئس", "من:2015")
"""What the page can look like: with results and without, with corrections, names and messages, with nothing asked."""

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
GIVEN_UP, SERVER_ERROR = 422, 500
LISTS = (".txt", ".tsv", ".json")
"""What is read of a folder."""

ADDRESSES = ("href", "action", "formaction", "src")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="lists of queries, or folders of them")
    parser.add_argument("--articles", nargs="+", default=[], metavar="PATH", help="imported before, if new")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the archive there, or use what it keeps")
    parser.add_argument("--slowest", type=int, default=3, help="name so many (3)")
    options = parser.parse_args()
    if missing := [str(path) for path in options.paths if not path.exists()]:
        parser.error(f"not there: {', '.join(missing)}")
    queries = list(dict.fromkeys(query for path in options.paths for query in read_queries(path)))
    if not queries:
        parser.error(f"no query in them; of folders {', '.join(LISTS)} are read")
    with database(keep=options.keep):
        prepare(options.articles)
        measure(queries, slowest=options.slowest)


def read_queries(path: Path) -> Iterator[str]:
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix in LISTS and file.is_file())
    for file in files:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
        if file.suffix == ".json":
            yield from (entry for entry in json.loads(text) if isinstance(entry, str))
        else:
            yield from (line.rpartition("\t")[2] for line in text.split("\n") if line.strip())


def prepare(articles: Iterable[str]) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment

    from archive.models import Article
    from archive.search.statistics import count_words

    if articles:
        call_command("import_articles", *articles, quiet=True)
        count_words()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    setup_test_environment()
    # No files are collected for it.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    print(f"{Article.objects.published().count():,} published articles")


def measure(queries: list[str], *, slowest: int) -> None:
    from django.test import Client
    from django.urls import reverse

    client = Client(raise_request_exception=False, headers={"user-agent": BROWSER})
    address = reverse("archive:search")
    pages = [client.get(address, {"q": query}, follow=True).content for query in HARMLESS]
    harmless = {element for page in pages for element in acting(page)}
    settle()
    tally: Counter[str] = Counter()
    taken: list[tuple[float, str]] = []
    for done, query in enumerate(queries, start=1):
        asked = f"{address}?q={quote(query, errors='surrogateescape')}"
        began = wall_clock()
        response = client.get(asked, follow=True)
        taken.append(((wall_clock() - began) * 1000, query))
        unlike = acting(response.content) - harmless
        for kind in kinds(response.status_code, unlike):
            tally[kind] += 1
            if kind != "answered":
                print(f"{kind}: {query[:120]!r}")
        progress(done, len(queries), "queries")
    print(" · ".join(f"{kind} {count:,}" for kind, count in tally.most_common()))
    print(" · ".join(f"{name} {figure:.0f}" for name, figure in times([time for time, _query in taken]).items()))
    print(f"p99 ms {sorted(time for time, _query in taken)[int(len(taken) * 0.99)]:.0f}")
    for time, query in sorted(taken, reverse=True)[:slowest]:
        print(f"{time:6.0f} ms: {query[:120]!r}")


def kinds(status: int, unlike: set[str]) -> Iterator[str]:
    """What an answer is, of the words of the module."""
    if status >= SERVER_ERROR:
        yield "ERROR"
    elif status == GIVEN_UP:
        yield "given up"
    else:
        yield "answered" if status == 200 else f"ERROR {status}"
    if unlike:
        yield f"ACTING {sorted(unlike)}"


def acting(page: bytes) -> set[str]:
    """The kinds of elements of PAGE with what could act of their attributes."""
    from lxml import html

    found = set()
    for element in html.document_fromstring(page).iter() if page.strip() else ():
        if isinstance(element.tag, str):
            acts = sorted(name for name in element.attrib if name in ("src", "style", "srcdoc") or name[:2] == "on")
            found.add(" ".join([element.tag, *acts]))
            found.update("script: address" for name in ADDRESSES if _is_script(element.get(name)))
    return found


def _is_script(address: str | None) -> bool:
    return (address or "").strip().lower().startswith(("javascript:", "data:text", "vbscript:"))


if __name__ == "__main__":
    main()
