"""Sessions as a list to look through, and a form to end them by."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from archive.accounts.browsers import browser_in_words
from archive.staff.sessions import end_session, end_sessions, open_sessions
from archive.text.dates import format_number


@dataclass(frozen=True)
class ShownSession:
    """A line of the list: BROWSER is in words."""

    handle: str
    browser: str
    address: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def shown_sessions(request: HttpRequest, owner: AbstractBaseUser) -> list[ShownSession]:
    """The sessions of OWNER; the one of REQUEST is marked."""
    return [
        ShownSession(
            handle=one.handle,
            browser=browser_in_words(one.user_agent),
            address=one.address,
            first_seen_at=one.first_seen_at,
            last_seen_at=one.last_seen_at,
            is_this_one=one.is_this_one,
        )
        for one in open_sessions(owner, timezone.now(), this_key=request.session.session_key)
    ]


def change_sessions(request: HttpRequest, owner: AbstractBaseUser) -> None:
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
