"""What is counted of a search, seen from outside: how long it took, by which path, and whether it found anything."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from archive import metrics
from archive.search.engine import SearchRequest, Sort
from archive.search.facets import FEW, Count
from archive.search.limits import SearchTimeoutError
from archive.search.query import Query


class Searched:
    """A search under way; who makes it says what it FOUND."""

    size = outcome = ""

    def __init__(self, wanted: SearchRequest):
        self.order = "relevance" if wanted.sort is Sort.RELEVANCE else "date"

    def found(self, query: Query, count: Count) -> None:
        if not query.words:  # There is nothing to rank by.
            self.order = "date"
        if not count.exact:
            self.size = "estimated"
        else:
            self.size = "few" if count.value <= FEW else "counted"
        self.outcome = "found" if count else "nothing"


@contextmanager
def searching(wanted: SearchRequest, by: str) -> Iterator[Searched]:
    """Time the search that is made within, and count it as one BY a reader, a robot, or the api."""
    search = Searched(wanted)
    began_at = perf_counter()
    try:
        yield search
    except SearchTimeoutError:
        search.size, search.outcome = "given_up", "too_long"
        raise
    finally:
        if search.outcome:
            seconds = perf_counter() - began_at
            metrics.count_search(by, search.outcome, search.order, search.size, seconds)
