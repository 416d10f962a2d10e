"""Ending sessions by a form, one's own or, for superusers, anybody's."""

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from archive.staff.sessions import OpenSession, end_session, end_sessions, open_sessions
from archive.text.dates import format_number


def sessions_of(request: HttpRequest, owner: AbstractBaseUser) -> list[OpenSession]:
    """The sessions of OWNER; the one of REQUEST is marked."""
    return open_sessions(owner, timezone.now(), this_key=request.session.session_key)


def end_asked(request: HttpRequest, owner: AbstractBaseUser) -> None:
    """End the session of OWNER that the form names in `end`, or with `end_others` all but that of REQUEST."""
    if "end_others" in request.POST:
        count = end_sessions(owner, but_key=request.session.session_key)
    else:
        count = end_session(owner, request.POST.get("end", ""))
    if count:
        sentence = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
        messages.success(request, sentence % {"count": format_number(count, get_language())})
    else:
        messages.info(request, _("There was no such session any more."))
