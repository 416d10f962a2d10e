"""Which requests are answered from a replica, and what happens when it fails in the midst of one."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from archive import metrics, tracing
from archive.replicas.reading import ask_primary, read_from
from archive.replicas.watch import watch

PRIMARY = "primary"
OF_READERS = ("archive:newsletter", "archive:whatsapp", "archive:push")
"""Below these addresses readers write, and see what they have written."""


class ReplicaMiddleware:
    """Lets what everybody may read be read from a replica; who writes, or is logged in, sees the primary.

    So nobody misses what they have just written, and no cookie is needed for that: those who write are the staff, who
    have one of their session, and readers on the pages of their subscriptions.
    """

    def __init__(self, get_response):
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._writing = tuple(map(reverse, ("admin:index", *OF_READERS)))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ask_primary()
        if not self._only_reads(request):
            return self.get_response(request)
        tried: set[str] = set()
        while (replica := watch().replica()) and replica.alias not in tried:
            tried.add(replica.alias)
            read_from(replica.alias)
            response = self.get_response(request)
            if not _was_away(response):
                _count(replica.name)
                return response
            ask_primary()
            watch().leave_out(replica)
            # What it said goes with nothing that another server will say.
            for name in ("generations", "kept_view"):
                vars(request).pop(name, None)
        response = self.get_response(request)
        _count(PRIMARY)
        return response

    def _only_reads(self, request: HttpRequest) -> bool:
        if request.method not in ("GET", "HEAD") or request.path.startswith(self._writing):
            return False
        own = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name} & request.COOKIES.keys()
        if own and watch().primary_is_down():
            # Nobody can be logged in then, but everybody can read.
            for name in own:
                del request.COOKIES[name]
            return True
        return not own


def _was_away(response: HttpResponse) -> bool:
    """Whether the database of RESPONSE did not answer, though it may be a page from before.

    What takes one server too long, takes the others so too.
    """
    return getattr(response, "lacks_database", False) and not getattr(response, "took_too_long", False)


def _count(database: str) -> None:
    """Count that DATABASE has answered, unless nothing was asked of any, as for a static file."""
    trace = tracing.current()
    if trace and trace.queries:
        metrics.count(lambda: metrics.READS.labels(database).inc())
