"""Which methods a view answers."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return VIEW for GET and HEAD; another method is 405.

    Nothing is written, so there is nothing for a token to protect; asking for one first would answer 403.
    """
    return csrf_exempt(require_safe(view))
