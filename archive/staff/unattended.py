"""Requests that an open page makes again and again by itself: they do not tell that anybody is at work.

Such a request keeps no session from ending, and what follows on the forms of staff (a seal, a purge) does not follow.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def unattended(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark VIEW as one that is asked by a script on a clock; decorators put around it later pass the mark on."""
    view.is_unattended = True
    return view


def is_unattended(request: HttpRequest) -> bool:
    """Whether the view that REQUEST has led to is so marked."""
    return request.resolver_match is not None and getattr(request.resolver_match.func, "is_unattended", False)
