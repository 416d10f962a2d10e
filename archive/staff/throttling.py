"""Logins that fail: counted by django-axes, in the database that all processes share, and told to the audit log."""

from ipaddress import ip_network

from axes.attempts import get_cool_off_threshold
from axes.conf import settings
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from archive.models import AuditEntry
from archive.staff import audit

NETWORK_BITS = {4: 32, 6: 64}
"""What counts as one address, by the version of IP: of version 6 whoever has one has that many."""


class AuditedHandler(AxesDatabaseHandler):
    """What axes does, a limit of each address for all accounts together, and an entry in the log.

    The log has each failure until the account is closed, then no more of them. Failures by names of no account are
    only counted: anybody could fill it with them, for good.
    """

    def is_locked(self, request: HttpRequest, credentials: dict | None = None) -> bool:
        failures = _failures(_from_same_address(request))
        return failures >= settings.ADDRESS_FAILURE_LIMIT or super().is_locked(request, credentials)

    def user_login_failed(self, sender, credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        failures = getattr(request, "axes_failures_since_start", None)
        if failures is None:  # It was closed already.
            return
        _log_failure(get_client_username(request, credentials), failures)
        near = _from_same_address(request)
        if _failures(near) == settings.ADDRESS_FAILURE_LIMIT:
            request.axes_locked_out, request.axes_credentials = True, credentials
            unknown = near.exclude(username__in=get_user_model().objects.values("username"))
            details = {"failures": settings.ADDRESS_FAILURE_LIMIT, "unknown_names": _failures(unknown)}
            audit.record(AuditEntry.Action.LOCKED_OUT, details=details)


def _log_failure(username: str | None, failures: int) -> None:
    # A name that is no account's may be a password typed in the wrong box, too.
    if user := get_user_model().objects.filter(username=username).first():
        is_locked = failures >= settings.AXES_FAILURE_LIMIT
        action = AuditEntry.Action.LOCKED_OUT if is_locked else AuditEntry.Action.LOGIN_FAILED
        audit.record(action, thing=user, details={"failures": failures})


def _from_same_address(request: HttpRequest) -> QuerySet[AccessAttempt]:
    """The failures that still count and came from where REQUEST does; none where that is not known."""
    address = request.axes_ip_address
    if address is None:
        return AccessAttempt.objects.none()
    network = ip_network((address, NETWORK_BITS[6 if ":" in address else 4]), strict=False)
    return AccessAttempt.objects.filter(
        ip_address__range=(str(network[0]), str(network[-1])), attempt_time__gte=get_cool_off_threshold(request)
    )


def _failures(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(count=Sum("failures_since_start"))["count"] or 0
