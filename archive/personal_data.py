"""What is kept of a person, found by an address, a number or a name: to tell them, and to forget it.

Readers are subscribers, and nothing else is kept of them under their address. Of staff there is the account with its
sessions, wrong passwords, and what they did; the audit log keeps that, for it is there to tell who did what.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from archive.exceptions import PersonalDataError
from archive.models import AuditEntry, OpenArticle, Subscriber
from archive.staff import audit, second_factor
from archive.staff.sessions import end_sessions
from archive.subscriptions import personal_data as subscriber_data
from archive.subscriptions.addresses import email_key
from archive.subscriptions.personal_data import iso_time
from archive.subscriptions.phones import phone_key, read_phone

ERASED = "erased-{}"
"""What an account is called that is nobody's any more: its number still tells that one person did several things."""


@dataclass(frozen=True)
class Person:
    subscribers: list[Subscriber]
    accounts: list[User]

    def __bool__(self) -> bool:
        return bool(self.subscribers or self.accounts)


def find(text: str) -> Person:
    """Return who TEXT names: an address of mail, a telephone number, the name of an account, a browser's endpoint."""
    text = text.strip()
    keys = [text, email_key(text)]
    if number := read_phone(text, settings.PHONE_COUNTRY):
        keys.append(phone_key(number))
    accounts = User.objects.filter(Q(username=text) | Q(email__iexact=text) & ~Q(email=""))
    return Person(list(Subscriber.objects.filter(address_key__in=keys).order_by("pk")), list(accounts.order_by("pk")))


def export(person: Person) -> dict:
    """Everything that is kept of PERSON, as JSON can hold it; no secret by which somebody gets in."""
    return {
        "subscribers": [subscriber_data.export(subscriber) for subscriber in person.subscribers],
        "accounts": [_account(user) for user in person.accounts],
    }


@transaction.atomic
def erase(person: Person) -> None:
    """Forget PERSON; raises PersonalDataError where nobody would be left to run the site."""
    ids = [user.pk for user in person.accounts]
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk__in=ids)
    if any(user.is_superuser for user in person.accounts) and not others.exists():
        raise PersonalDataError(_("This is the last administrator: make another first. Nothing was erased."))
    for subscriber in person.subscribers:
        audit.record(AuditEntry.Action.DELETED, thing=subscriber)
        subscriber_data.erase(subscriber)
    for user in person.accounts:
        _erase_account(user)


def _erase_account(user: User) -> None:
    """Leave of USER a number without a name, to which the history of articles refers."""
    end_sessions(user)
    second_factor.remove(user)
    AccessAttempt.objects.filter(username=user.username).delete()
    OpenArticle.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.username = ERASED.format(user.pk)
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()


def _account(user: User) -> dict:
    return {
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "joined_at": iso_time(user.date_joined),
        "last_login": iso_time(user.last_login),
        "is_active": user.is_active,
        "is_superuser": user.is_superuser,
        "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        "has_second_factor": second_factor.phone_of(user) is not None,
        "sessions": [
            {
                "browser": one.user_agent,
                "address": one.address,
                "first_seen_at": iso_time(one.first_seen_at),
                "last_seen_at": iso_time(one.last_seen_at),
            }
            for one in user.staff_sessions.order_by("first_seen_at", "session_key")
        ],
        "wrong_passwords": [
            {
                "at": iso_time(one.attempt_time),
                "address": one.ip_address,
                "browser": one.user_agent,
                "count": one.failures_since_start,
            }
            for one in AccessAttempt.objects.filter(username=user.username).order_by("pk")
        ],
        "did": list(_did(user)),
    }


def _did(user: User) -> Iterator[dict]:
    """What the audit log has of USER, as doing it and as whom it was done to."""
    of_account = Q(object_type=User._meta.label_lower, object_id=str(user.pk))
    for entry in AuditEntry.objects.filter(Q(actor=user) | of_account).order_by("pk"):
        yield {
            "at": iso_time(entry.at),
            "action": entry.action,
            "actor": entry.actor_name,
            "thing": f"{entry.object_type} {entry.object_id}".strip(),
            "details": entry.details,
            "address": entry.address,
            "browser": entry.user_agent,
        }
