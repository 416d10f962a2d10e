"""How light and how fast pages are: what they ask, weigh and load, and how many a real script/server serves.

    bench/pages --articles 100000 --keep FOLDER --lighthouse PROGRAM

A synthetic archive of so many articles (as bench/scale makes it), with a story and the figures of the demo archive,
is served twice from `script/server`, without and with its cache of pages. Rates are those of two clients that ask
again at once, compressed as browsers ask for it; in the same run nginx serves the same bytes as files. The time of an
uncached article is one client's, of many articles. Then a browser loads each page as on a phone, and with
--lighthouse Lighthouse judges them, five times each. It is not installed with the project: `npm install lighthouse`
in a folder makes node_modules/.bin/lighthouse there.
"""

import argparse
import gzip
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import brotli
from django.utils.http import urlencode

from bench.clients import Client, nginx, program, rate, seconds_of
from bench.database import database
from bench.figures import times

CLIENTS = 2
STORY_ARTICLES = 40
DATASET = "figures"
STORAGES = {
    "default": "core.files.storage.FileSystemStorage",
    "staticfiles": "contrib.staticfiles.storage.StaticFilesStorage",
}
LIGHTHOUSE_RUNS = 5
LEAST_TIMES = 8
MOST_SINGLE_MS = 25
SIJILL_ADDRESS = "http://127.0.0.1:{}{}"


@dataclass
class Page:
    """A page by NAME and PATH, and what was measured of it."""

    name: str
    path: str
    queries: int = 0
    html: bytes = b""
    uncached: float = 0
    cached: float = 0
    not_modified: float = 0
    peer: float = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2_000, help="how many (2,000)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the archive there, or use what it keeps")
    parser.add_argument("--seconds", type=float, default=5, help="how long each rate is measured (5)")
    parser.add_argument("--single", type=int, default=300, help="articles that one client reads (300)")
    parser.add_argument("--processes", type=int, default=2, help="that write articles (2)")
    parser.add_argument("--nginx", default=program("nginx"), help="its program, to compare with")
    parser.add_argument("--chromium", default=program("chromium"), help="its program")
    parser.add_argument("--no-browser", action="store_true", help="leave out what a browser loads")
    parser.add_argument("--lighthouse", type=Path, metavar="PROGRAM", help="ask it too")
    options = parser.parse_args()
    with database(keep=options.keep), tempfile.TemporaryDirectory(prefix="sijill-pages-") as scratch:
        Path(scratch).chmod(0o711)
        run(options, Path(scratch))


def run(options: argparse.Namespace, scratch: Path) -> None:
    from archive.networks.drawing import count_entities
    from bench.build import build
    from bench.synthetic import SyntheticArchive, arabic_frequencies
    from tests.newsapp.server_process import Server

    build(SyntheticArchive(arabic_frequencies()), options.articles, processes=options.processes)
    _add_story_and_figures()
    # As the worker does every five minutes: pages of articles count the names that were never counted.
    count_entities()
    pages, articles = measured_pages(options.single)
    for page in pages:
        page.queries = _queries(page.path)
    variables = {"DATABASE_URL": os.environ["DATABASE_URL"], "LOG_LEVEL": "ERROR"}
    with Server(scratch / "data", PAGE_CACHE_MEGABYTES="0", **variables).wait_until_serving() as server:
        seconds_of(server.port, articles[:20])
        single = times([seconds * 1000 for seconds in seconds_of(server.port, articles)])
        for page in pages:
            page.html = _identity(server.port, page.path)
            page.uncached = rate(server.port, page.path, options.seconds, clients=CLIENTS)
        server.stop()
    with Server(scratch / "data", **variables).wait_until_serving() as server:
        for page in pages:
            page.cached = rate(server.port, page.path, options.seconds, clients=CLIENTS)
            known = f"If-None-Match: {_etag(server.port, page.path)}"
            page.not_modified = rate(server.port, page.path, options.seconds, clients=CLIENTS, headers=[known])
        if options.nginx:
            _ask_nginx(options, scratch, pages)
        _show(pages, single, options)
        if not options.no_browser:
            _show_loads(server.port, pages, options)
        if options.lighthouse:
            _show_lighthouse(server.port, pages, options)
        server.stop()


def measured_pages(single: int) -> tuple[list[Page], list[str]]:
    """The pages that are measured, and the addresses of as many articles, of all times."""
    from django.urls import reverse
    from django.utils.encoding import iri_to_uri

    from archive.models import Article, Dataset, Section, Story

    count = Article.objects.count()
    found = Article.objects.order_by("pk")[:: max(1, count // single)][:single]
    articles = [iri_to_uri(article.get_absolute_url()) for article in found]
    middle = found[len(found) // 2]
    day = middle.published_at
    entity = middle.mentions.order_by("pk").first().entity
    paths = {
        "front": reverse("archive:front"),
        "section": Section.objects.order_by("pk").first().get_absolute_url(),
        "article": middle.get_absolute_url(),
        "calendar": reverse("archive:archive-index"),
        "year": reverse("archive:archive-year", args=[day.year]),
        "day": reverse("archive:archive-day", args=[day.year, day.month, day.day]),
        "name": entity.get_absolute_url(),
        "search": f"{reverse('archive:search')}?{urlencode({'q': entity.name})}",
        "feed": reverse("archive:feed-rss"),
    }
    # Only where there are such: not every archive that is measured has them.
    for name, thing in (("story", Story.objects.first()), ("figures", Dataset.objects.first())):
        if thing:
            paths[name] = thing.get_absolute_url()
    return [Page(name, iri_to_uri(path)) for name, path in paths.items()], articles


def _add_story_and_figures() -> None:
    """Give the archive a story of its newest articles and a dataset, unless it has any."""
    from django.db import transaction

    from archive.demo.loading import load_figures
    from archive.models import Article, Story, StoryArticle
    from archive.stories.changing import renew

    load_figures(DATASET)
    if not Story.objects.exists():
        story = Story.objects.create()
        newest = Article.objects.published().order_by("-listed_at", "-pk")[:STORY_ARTICLES]
        StoryArticle.objects.bulk_create(StoryArticle(story=story, article=article) for article in newest)
        with transaction.atomic():
            renew(story.pk)


def _queries(path: str) -> int:
    """How many questions a page asks of the database, with nothing known beforehand."""
    from django.db import connection
    from django.test import Client as TestClient
    from django.test.utils import CaptureQueriesContext, override_settings

    # Static files are collected for the server, not for this process.
    storages = {name: {"BACKEND": f"django.{storage}"} for name, storage in STORAGES.items()}
    with override_settings(STORAGES=storages), CaptureQueriesContext(connection) as captured:
        response = TestClient(headers={"host": "localhost"}).get(path)
    assert response.status_code == 200, (path, response.status_code)
    return len([query for query in captured if not re.match("BEGIN|COMMIT|SAVEPOINT|RELEASE", query["sql"])])


def _identity(port: int, path: str) -> bytes:
    client = Client(port, coding="identity")
    assert client.get(path) == 200
    client.close()
    return client.body


def _etag(port: int, path: str) -> str:
    client = Client(port)
    client.get(path)
    client.close()
    return re.search(rb"(?i)\r\netag: ([^\r]+)", client.head)[1].decode()


def _ask_nginx(options: argparse.Namespace, scratch: Path, pages: Iterable[Page]) -> None:
    bodies = {f"{page.name}.html": brotli.compress(page.html, quality=5) for page in pages}
    folder = scratch / "nginx"
    folder.mkdir()
    with nginx(options.nginx, folder, bodies, as_root=os.geteuid() == 0) as port:
        for page in pages:
            page.peer = rate(port, f"/{page.name}.html", options.seconds, clients=CLIENTS)


def _show(pages: Iterable[Page], single: dict[str, float], options: argparse.Namespace) -> None:
    print(f"{options.articles:,} articles; {CLIENTS} clients; pages a second\n")
    print(
        f"{'':10}{'queries':>8}{'HTML KB':>9}{'br':>7}{'gzip':>7}"
        f"{'uncached':>10}{'cached':>9}{'times':>7}{'304':>9}{'nginx':>9}{'of it':>7}"
    )
    for page in pages:
        sizes = len(page.html), len(brotli.compress(page.html, quality=5)), len(gzip.compress(page.html, 6))
        print(
            f"{page.name:10}{page.queries:8}{sizes[0] / 1000:9.1f}{sizes[1] / 1000:7.1f}{sizes[2] / 1000:7.1f}"
            f"{page.uncached:10.0f}{page.cached:9.0f}{page.cached / page.uncached:7.1f}{page.not_modified:9.0f}"
            + (f"{page.peer:9.0f}{page.cached / page.peer:7.2f}" if page.peer else "")
        )
    print(f"\nan uncached article, one client: p50 {single['p50 ms']:.1f} ms, p95 {single['p95 ms']:.1f} ms")
    fewest = min(page.cached / page.uncached for page in pages if page.name in ("front", "section", "article"))
    print(f"kept front, section and article: {fewest:.1f} times the rate uncached at least (aim: {LEAST_TIMES})")
    print(f"an uncached article: p95 {single['p95 ms'] - MOST_SINGLE_MS:+.1f} ms of the aim of {MOST_SINGLE_MS} ms")


def _show_loads(port: int, pages: Iterable[Page], options: argparse.Namespace) -> None:
    from bench.browsing import chromium, load

    print(f"\n{'on a phone':10}{'HTML KB':>9}{'all KB':>8}{'pictures':>10}{'requests':>10}", end="")
    print(f"{'blocking':>10}{'at paint':>10}{'shift':>8}{'hosts':>7}")
    with chromium(options.chromium) as browser:
        for page in pages:
            if page.name == "feed":
                continue
            loaded = load(browser, SIJILL_ADDRESS.format(port, page.path))
            print(
                f"{page.name:10}{loaded.html_bytes / 1000:9.1f}{loaded.total_bytes / 1000:8.1f}"
                f"{loaded.picture_bytes / 1000:10.1f}{loaded.requests:10}{loaded.blocking:10}"
                f"{loaded.before_paint:10}{loaded.shifts:8.3f}{len(loaded.hosts):7}"
            )


def _show_lighthouse(port: int, pages: Iterable[Page], options: argparse.Namespace) -> None:
    from bench.browsing import CATEGORIES, lighthouse

    print(f"\n{'Lighthouse':10}" + "".join(f"{name:>16}" for name in CATEGORIES) + f"   median of {LIGHTHOUSE_RUNS}")
    for page in pages:
        if page.name != "feed":
            address = SIJILL_ADDRESS.format(port, page.path)
            scores, amiss = lighthouse(options.lighthouse, address, options.chromium, runs=LIGHTHOUSE_RUNS)
            print(f"{page.name:10}" + "".join(f"{score:16.0f}" for score in scores.values()), *amiss, flush=True)


if __name__ == "__main__":
    main()
