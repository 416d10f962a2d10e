"""What is asked of a session at every request, and what the database is told of who makes it."""

import contextlib
from functools import partial
from typing import Any, NoReturn

import pghistory
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from pghistory.middleware import HistoryMiddleware

from archive.client_address import client_address
from archive.staff import audit, second_factor, sessions
from archive.staff.browsers import user_agent_of
from archive.staff.unattended import is_unattended

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class StaffMiddleware:
    """A session that has grown stale, or lacks the second factor it needs, is nobody's; any other is noted as seen.

    What was done in it is sealed at once, as far as it is in the audit log. What a page sends by itself is neither.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        token = audit.acting_request.set(request)
        try:
            # Readers have no session, and nothing is asked of the database for them.
            request.is_admitted = settings.SESSION_COOKIE_NAME in request.COOKIES and _is_admitted(request)
            response = self.get_response(request)
            if request.is_admitted and request.method not in SAFE_METHODS and not is_unattended(request):
                _seal()
            return response
        finally:
            audit.acting_request.reset(token)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        if request.is_admitted and not is_unattended(request):
            sessions.touch(request, timezone.now())


class ActingMiddleware(HistoryMiddleware):
    """Tells the database with what is written who does it, from where, and by which of our addresses, by its name.

    Versions of rows are kept with who and how; the triggers of the audit log keep from where (`audit_log_v1`).
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "user": super().get_context(request)["user"],
            "address": client_address(request),
            "user_agent": user_agent_of(request),
        }

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        # Where nothing is told, as of a GET, this adds nothing.
        pghistory.context(url_name=request.resolver_match.url_name)


def _is_admitted(request: HttpRequest) -> bool:
    """Whether REQUEST is of somebody who is logged in; a session that will not do is ended.

    What the database does not tell now is no answer: whatever asks who it is fails, and what does not still answers.
    """
    try:
        return _admit(request)
    except (DatabaseError, InterfaceError) as error:
        request.user = SimpleLazyObject(partial(_fail, error))
        return False


def _fail(error: Exception) -> NoReturn:
    raise error


def _admit(request: HttpRequest) -> bool:
    if SESSION_KEY not in request.session:
        return False
    if sessions.is_stale(request.session, timezone.now()) or second_factor.is_missing(request.user):
        request.session.flush()
        request.user = AnonymousUser()
        return False
    return True


def _seal() -> None:
    with contextlib.suppress(DatabaseError):  # Else the worker does it, within a minute.
        audit.seal()
