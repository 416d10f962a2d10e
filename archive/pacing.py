"""How much costly reading one client may do in a minute: searches, pages deep in them, comparisons, whole tables.

Pages that are kept (archive/page_cache.py) cost nothing and are not counted; nor are articles, lists and sections,
which is where crawlers go that obey robots.txt. The first searches of a minute ask the database nothing: each process
lets a client do so much by itself, and counts what is more in the database, with all others together.
"""

import time
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from archive.caching.variants import is_api
from archive.client_address import client_address
from archive.guards import is_robot
from archive.replicas.reading import primary_meanwhile
from archive.replicas.watch import is_primary_down
from archive.subscriptions import limits

MINUTE_SECONDS = 60

SEARCH, COMPARISON, FILE = 1, 5, 20
"""What is asked for costs as much as so many searches."""

COSTS = {
    **dict.fromkeys(
        (
            *("archive:search", "archive:feed-search", "archive:feed-search-atom", "archive:feed-search-json"),
            *("archive:quotation-index", "archive:feed-quotations", "archive:entity-index", "archive:entity-detail"),
            *("api:articles", "api:quotations", "api:entities", "api:observations"),
        ),
        SEARCH,
    ),
    **dict.fromkeys(("archive:entity-compare", "archive:entity-compare-csv"), COMPARISON),
    **dict.fromkeys(
        (
            *("archive:search-csv", "archive:search-json", "archive:search-bib", "archive:search-ris"),
            *("archive:entity-csv", "archive:statistics-csv", "archive:statistics-json"),
        ),
        FILE,
    ),
}
"""By the names of addresses, where something is asked for; of lists themselves what stands deep in them."""

NARROWING = ("section", "source", "entity", "with", "year", "from", "to")
"""Parameters each of which costs as much as a search more: their combinations have no end."""

ASKING = ("q", "speaker", "e", "w", *NARROWING)

DEEP_RESULTS = 100
"""So many results further down cost as much as a search more."""
MAX_PAGE_DIGITS = 6
RESULTS_PER_PAGE = 20

SHARE_OF_ROBOTS = 10
"""What says that it is a program, and comes where robots.txt asks it not to, may do one part in so many."""

UNASKED = 10
"""As much as so many searches in a minute are let be by each process before it asks the database."""
MAX_CLIENTS = 10_000
"""Of more clients in a minute it asks at once."""


class Unasked:
    """What each client spent in this minute, in the memory of this process."""

    def __init__(self):
        self._minute = 0
        self._spent: dict[str, int] = {}

    def admit(self, client: str, cost: int, *, now_seconds: float) -> bool:
        minute = int(now_seconds // MINUTE_SECONDS)
        if minute != self._minute:
            self._minute, self._spent = minute, {}
        spent = self._spent.get(client, 0) + cost
        if spent > UNASKED or (client not in self._spent and len(self._spent) >= MAX_CLIENTS):
            return False
        self._spent[client] = spent
        return True


_unasked = Unasked()


def is_too_much(request: HttpRequest) -> bool:
    """Whether the client of REQUEST, whose view is known, has read more than is costly than one may in a minute.

    Staff may; so may this machine itself, as whoever asks through a proxy that the settings do not know of, and whom
    the proxy does not name. Where the database cannot count, nobody is refused.
    """
    most, cost = settings.COSTLY_READING_A_MINUTE, cost_of(request)
    if not most or not cost or getattr(request, "is_admitted", False) or getattr(request, "was_counted", False):
        return False
    # It may be answered once more, from another database.
    request.was_counted = True
    client = _client(request)
    if client is None or _unasked.admit(client, cost, now_seconds=time.time()) or is_primary_down():
        return False
    purpose = "reading"
    if is_robot(request) and not is_api(request):
        purpose, most = "reading by robots", max(1, most // SHARE_OF_ROBOTS)
    try:
        with primary_meanwhile():
            return not limits.spend(purpose, client, cost, most=most, seconds=MINUTE_SECONDS)
    except (DatabaseError, InterfaceError):
        return False


def cost_of(request: HttpRequest) -> int:
    """What REQUEST costs, as so many searches; 0 for what is not costly."""
    cost = COSTS.get(request.resolver_match.view_name, 0)
    if not cost:
        return 0
    if cost < FILE and not any(request.GET.get(name) for name in ASKING):
        cost = 0
    narrowing = sum(bool(request.GET.get(name)) for name in NARROWING)
    first_result = (_number(request, "page", 1) - 1) * _number(request, "page_size", RESULTS_PER_PAGE)
    return cost + narrowing + first_result // DEEP_RESULTS


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MAX_PAGE_DIGITS and int(text) else otherwise


def _client(request: HttpRequest) -> str | None:
    """Whose reading REQUEST is: an address, of IPv6 the network that one household has; None for this machine."""
    address = client_address(request)
    if address is None or ip_address(address).is_loopback:
        return None
    return limits.network_of(address) if ":" in address else address
