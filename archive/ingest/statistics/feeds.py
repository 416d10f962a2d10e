"""Tables on the web into their datasets: fetched when they are due, and imported where they have changed."""

from archive.ingest import visiting
from archive.ingest.fetching import Client
from archive.ingest.statistics.importing import import_figures
from archive.ingest.statistics.mapping import FiguresError, read_mapping
from archive.ingest.visiting import Taken, Visit
from archive.models import DatasetFeed


def visit(feed: DatasetFeed, *, client: Client | None = None) -> Visit:
    """Fetch FEED, import what is new in it, and keep when it is to be fetched again."""

    def take(body: bytes, url: str) -> Taken:
        try:
            report = import_figures(body, feed.dataset.slug, read_mapping(feed.mapping))
        except FiguresError as problem:
            return Taken({}, None, problem.note)
        return Taken(report.counts, report)

    return visiting.visit(feed, take, client=client)
