"""What a login and a logout leave behind: a session that knows where it is, and an entry in the audit log."""

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from archive.models import AuditEntry
from archive.staff import audit, sessions


def connect() -> None:
    """Be told of logins and logouts, wherever they are made."""
    user_logged_in.connect(_logged_in, dispatch_uid="archive.staff")
    user_logged_out.connect(_logged_out, dispatch_uid="archive.staff")


def _logged_in(sender: type, request: HttpRequest, user: AbstractBaseUser, **kwargs) -> None:
    sessions.begin(request, timezone.now())
    audit.record(AuditEntry.Action.LOGIN, actor=user)


def _logged_out(sender: type, request: HttpRequest, user: AbstractBaseUser | None, **kwargs) -> None:
    if user:
        audit.record(AuditEntry.Action.LOGOUT, actor=user)
