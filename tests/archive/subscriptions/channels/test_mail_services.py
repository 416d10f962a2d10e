"""A backend that raises each of what django-anymail's do: the classes are named and derived as there.

What one of its own backends makes of a service's answers is in test_postmark.py.
"""

import sys
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend

from archive.models import DeliveryChannel
from archive.subscriptions.channels import email
from archive.subscriptions.outbox import MAX_REFUSALS, deliver_due
from tests.factories import ArticleFactory, DeliveryFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


class AnymailError(Exception):
    def __init__(self, *args, status_code=None):
        super().__init__(*args)
        self.status_code = status_code


class AnymailAPIError(AnymailError):
    pass


class AnymailRequestsAPIError(AnymailAPIError, OSError):
    """Of requests, whose errors are an OSError."""


class AnymailRecipientsRefused(AnymailError):  # noqa: N818 - their name.
    pass


class AnymailUnsupportedFeature(AnymailError, ValueError):  # noqa: N818
    pass


class AnymailSerializationError(AnymailError, TypeError):
    pass


class AnymailConfigurationError(ImproperlyConfigured):
    pass


@pytest.fixture
def service(monkeypatch, settings):
    """What the backend raises, at which step."""
    problems: dict[str, Exception | None] = {"made": None, "sent": None}

    def raised(step):
        if problems[step]:
            raise problems[step]

    class EmailBackend(BaseEmailBackend):
        def __init__(self, **options):
            super().__init__(**options)
            raised("made")

        def send_messages(self, mails):
            raised("sent")
            taken.extend(mails)
            return len(mails)

    taken = problems["taken"] = []
    module = ModuleType("anymail.backends.test")
    module.EmailBackend = EmailBackend
    for name, one in (
        ("anymail", ModuleType("anymail")),
        ("anymail.backends", ModuleType("b")),
        (module.__name__, module),
    ):
        monkeypatch.setitem(sys.modules, name, one)
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    return problems


def sent():
    """The delivery after it was tried."""
    subscription = SubscriptionFactory(when="at_once")
    delivery = DeliveryFactory(
        subscriber=subscription.subscriber, reasons=[subscription.pk], article=ArticleFactory(), state="due"
    )
    deliver_due("email", email.opened, max_seconds=10)
    delivery.refresh_from_db()
    return delivery


def test_a_message_goes_by_the_service(service):
    delivery = sent()
    assert delivery.state == "sent"
    assert [mail.to for mail in service["taken"]] == [[delivery.subscriber.address]]


@pytest.mark.parametrize(
    ("problem", "state", "subscriber", "attempts"),
    [
        (AnymailRecipientsRefused("all were rejected"), "suppressed", "suppressed", 1),
        (AnymailRequestsAPIError("cannot connect"), "due", "active", 1),
        (AnymailRequestsAPIError("bad request", status_code=400), "failed", "active", 1),
        (AnymailRequestsAPIError("too many", status_code=429), "due", "active", 0),
        (AnymailAPIError("down", status_code=503), "due", "active", 0),
        (AnymailSerializationError("a date"), "failed", "active", 1),
    ],
)
def test_what_a_service_says_decides(service, problem, state, subscriber, attempts):
    service["sent"] = problem
    delivery = sent()
    assert (delivery.state, delivery.subscriber.state, delivery.attempts) == (state, subscriber, attempts)
    assert type(problem).__name__ in delivery.outcome
    assert not DeliveryChannel.objects.get().paused


@pytest.mark.parametrize(
    "problem",
    [AnymailRecipientsRefused("all were rejected"), AnymailRequestsAPIError("no credits", status_code=422)],
)
def test_many_refusals_in_a_row_pause_the_channel(service, problem):
    service["sent"] = problem
    told = []
    for _one in range(MAX_REFUSALS):
        sent()
        told.append(DeliveryChannel.objects.get().paused)
    assert told == [False] * (MAX_REFUSALS - 1) + [True]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("sent", AnymailRequestsAPIError("no such key", status_code=401)),
        ("sent", AnymailUnsupportedFeature("envelope_sender")),
        ("made", AnymailConfigurationError("MAILGUN_API_KEY is missing")),
    ],
)
def test_wrong_settings_pause_the_channel_and_say_why(service, step, problem):
    service[step] = problem
    delivery = sent()
    channel = DeliveryChannel.objects.get()
    assert (channel.paused, delivery.state, delivery.attempts) == (True, "due", 0)
    assert str(problem) in channel.problem
