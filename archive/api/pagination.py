"""Pages of a list: counted from 1, up to MAX_RESULTS deep; a page beyond the last is empty."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from archive.api.errors import InvalidInputError
from archive.forms import InputProblem
from archive.search.engine import MAX_RESULTS


def check_depth(page: int, page_size: int) -> None:
    """Raise InvalidInputError for a page that begins beyond MAX_RESULTS."""
    if (page - 1) * page_size >= MAX_RESULTS:
        message = _("Lists go up to result %(number)s: with %(page_size)s on a page, up to page %(last)s.") % {
            "number": MAX_RESULTS,
            "page_size": page_size,
            "last": -(-MAX_RESULTS // page_size),
        }
        raise InvalidInputError([InputProblem("page", message)])


def page_of(queryset: QuerySet, page: int, page_size: int) -> tuple[int, list]:
    """Return how many rows QUERYSET has, and those of PAGE."""
    check_depth(page, page_size)
    start = (page - 1) * page_size
    return queryset.count(), list(queryset[start : min(start + page_size, MAX_RESULTS)])
