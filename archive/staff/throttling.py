"""Logins that fail: counted by django-axes, in the database that all processes share, and told to the audit log."""

from axes.conf import settings
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from archive.models import AuditEntry
from archive.staff import audit


class AuditedHandler(AxesDatabaseHandler):
    """What axes does, and an entry in the log: of each failure until the account is locked, then no more of them."""

    def user_login_failed(self, sender, credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        failures = getattr(request, "axes_failures_since_start", None)
        if failures is None or failures > settings.AXES_FAILURE_LIMIT:
            return
        is_locked = failures == settings.AXES_FAILURE_LIMIT
        action = AuditEntry.Action.LOCKED_OUT if is_locked else AuditEntry.Action.LOGIN_FAILED
        user = get_user_model().objects.filter(username=get_client_username(request, credentials)).first()
        # A name that is no account's may be a password typed in the wrong box.
        audit.record(action, thing=user, details={"failures": failures})
