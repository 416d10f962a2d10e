"""Where people are logged in: what is known of each session, how long it lasts, and ending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from archive.client_address import client_address
from archive.models import AuditEntry, StaffSession
from archive.staff import audit
from archive.staff.browsers import browser_in_words, user_agent_of
from archive.staff.session_store import PRESENCE, SessionStore

SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""A session is written anew no more often than this, however much is read with it."""


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it. HANDLE names it in a form: the key itself is worth a password."""

    handle: str
    user_agent: str
    address: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    is_this_one: bool

    @property
    def browser(self) -> str:
        return browser_in_words(self.user_agent)


def begin(request: HttpRequest, now: datetime) -> None:
    """Note of a session that has just begun whose browser it is, and let it end in time."""
    request.session[PRESENCE] = {
        "user_agent": user_agent_of(request),
        "address": client_address(request),
        "first_seen_at": now.isoformat(),
        "last_seen_at": now.isoformat(),
    }
    request.session.set_expiry(now + timedelta(hours=settings.STAFF_SESSION_HOURS))
    SessionStore.clear_expired()


def is_stale(session: SessionBase, now: datetime) -> bool:
    """Whether SESSION has done nothing for too long, or has no beginning."""
    presence = session.get(PRESENCE)
    return presence is None or datetime.fromisoformat(presence["last_seen_at"]) <= _idle_since(now)


def touch(request: HttpRequest, now: datetime) -> None:
    """Note that the session of REQUEST is in use, and from where."""
    presence = request.session[PRESENCE]
    if now - datetime.fromisoformat(presence["last_seen_at"]) >= SEEN_AGAIN_AFTER:
        here = {"address": client_address(request), "last_seen_at": now.isoformat()}
        request.session[PRESENCE] = presence | here


def open_sessions(user: AbstractBaseUser, now: datetime, *, this_key: str | None = None) -> list[OpenSession]:
    """The sessions in which USER is logged in now, the last seen first."""
    return [
        OpenSession(
            handle=_handle(row.session_key),
            user_agent=row.user_agent,
            address=row.address,
            first_seen_at=row.first_seen_at,
            last_seen_at=row.last_seen_at,
            is_this_one=row.session_key == this_key,
        )
        for row in _open_rows(user, now)
    ]


def end_session(user: AbstractBaseUser, handle: str) -> int:
    """End the session of USER that HANDLE names; return how many were ended."""
    keys = [row.session_key for row in user.staff_sessions.all() if _handle(row.session_key) == handle]
    return _end(user, user.staff_sessions.filter(session_key__in=keys))


def end_sessions(user: AbstractBaseUser, *, but_key: str | None = None) -> int:
    """End all sessions of USER but that of BUT_KEY; return how many were ended."""
    return _end(user, user.staff_sessions.exclude(session_key=but_key or ""))


def _end(user: AbstractBaseUser, rows) -> int:
    count, _by_model = rows.delete()
    if count:
        audit.record(AuditEntry.Action.SESSIONS_ENDED, thing=user, details={"count": count})
    return count


def _open_rows(user: AbstractBaseUser, now: datetime) -> list[StaffSession]:
    rows = user.staff_sessions.filter(expire_date__gt=now, last_seen_at__gt=_idle_since(now))
    # One from before the password was changed elsewhere, as by raw SQL, opens nothing any more.
    valid = user.get_session_auth_hash()
    store = SessionStore()
    return [
        row
        for row in rows.order_by("-last_seen_at", "session_key")
        if store.decode(row.session_data).get(HASH_SESSION_KEY) == valid
    ]


def _idle_since(now: datetime) -> datetime:
    return now - timedelta(minutes=settings.STAFF_SESSION_IDLE_MINUTES)


def _handle(session_key: str) -> str:
    return sha256(session_key.encode()).hexdigest()
