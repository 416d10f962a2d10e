"""The audit log: who did what, when, from where; and the chain of seals by which a cut or a change is found.

What the admin logs, rights, and articles that are published or withdrawn come into it by triggers (`audit_log_v1`),
whatever makes the change. The rest is told by the code that does it, by `record`.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from archive import locks
from archive.client_address import client_address
from archive.models import AuditEntry, AuditSeal
from archive.staff.browsers import user_agent_of

acting_request: ContextVar[HttpRequest | None] = ContextVar("acting_request", default=None)
"""The request in which the code runs; None in commands and the worker."""

BATCH_ROWS = 1000
_SALT = "archive.staff.audit"
_SEALED = (
    *(
        "id",
        "at",
        "action",
        "actor_id",
        "actor_name",
        "object_type",
        "object_id",
        "object_name",
        "details",
        "address",
    ),
    "user_agent",
)
"""What a seal is of. A column that is new is not among it: seals are for good."""


def record(
    action: AuditEntry.Action,
    *,
    actor: AbstractBaseUser | None = None,
    thing: models.Model | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add to the log that ACTOR (else who is logged in, if anybody) did ACTION, to THING if to any."""
    request = acting_request.get()
    actor = actor or _who_is_logged_in(request)
    AuditEntry.objects.create(
        action=action,
        actor=actor,
        actor_name=actor.get_username() if actor else "",
        object_type=thing._meta.label_lower if thing else "",
        object_id=str(thing.pk) if thing else "",
        object_name=str(thing) if thing else "",
        details=details or {},
        address=client_address(request) if request else None,
        user_agent=user_agent_of(request) if request else "",
    )


def _who_is_logged_in(request: HttpRequest | None) -> AbstractBaseUser | None:
    user = getattr(request, "user", None)
    return user if user and user.is_authenticated else None


# --- Seals ---


def seal() -> int:
    """Seal what has been logged since, unless another process is at it; return how many entries."""
    total = 0
    while count := _seal_batch():
        total += count
    return total


def _seal_batch() -> int:
    with transaction.atomic():
        if not locks.try_hold(locks.Lock.SEALING):
            return 0
        last = AuditSeal.objects.order_by("-pk").first()
        digest = last.digest if last else ""
        seals = []
        for entry in AuditEntry.objects.filter(seal=None).order_by("pk")[:BATCH_ROWS]:
            digest = _digest(digest, entry)
            seals.append(AuditSeal(entry=entry, digest=digest))
        AuditSeal.objects.bulk_create(seals)
    return len(seals)


@dataclass(frozen=True)
class Verdict:
    """What looking through the chain has found.

    BROKEN_AT is the number of the first entry that is not as it was sealed, or does not follow on the one before it;
    None where all do. HEAD is the last seal: who notes it can tell later that nothing was cut off since.
    """

    sealed: int
    unsealed: int
    broken_at: int | None
    head: str
    holds_expected: bool


def verify(expected: str = "") -> Verdict:
    """Compare every entry with its seal. EXPECTED is a head noted earlier, which must still be in the chain."""
    digest, sealed, found = "", 0, not expected
    unsealed = AuditEntry.objects.filter(seal=None).count()
    for one in AuditSeal.objects.select_related("entry").order_by("pk").iterator(chunk_size=BATCH_ROWS):
        if not any(constant_time_compare(one.digest, made) for made in _digests(digest, one.entry)):
            return Verdict(sealed, unsealed, one.entry_id, digest, found)
        digest = one.digest
        sealed += 1
        found = found or digest == expected
    return Verdict(sealed, unsealed, None, digest, found)


def _digest(before: str, entry: AuditEntry, secret: str | None = None) -> str:
    """The digest of ENTRY and of the one BEFORE it; nobody can make it without the site's SECRET_KEY."""
    said = repr([before, *(_canonical(getattr(entry, name)) for name in _SEALED)])
    return salted_hmac(_SALT, said, secret=secret, algorithm="sha256").hexdigest()


def _digests(before: str, entry: AuditEntry) -> Iterable[str]:
    """The digests by the present key, and by those that were before it."""
    return (_digest(before, entry, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _canonical(value: Any) -> str:
    """VALUE as a text that is the same however it was read."""
    if isinstance(value, dict):
        return repr(sorted(value.items()))
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
