"""Mail by django-anymail's own backend for a service, through a server of that service's contract: what becomes of it."""

import pytest
from django.utils import timezone

from archive.models import Delivery, DeliveryChannel
from archive.subscriptions.channels import email
from archive.subscriptions.outbox import CHANNEL_FIRST_WAIT, FIRST_WAIT, MAX_REFUSALS, deliver_due
from tests.archive.subscriptions.postmark import (
    DROP,
    TOKEN,
    PostmarkServer,
    broken,
    in_the_way,
    inactive,
    no_address,
    no_credits,
    too_many,
)
from tests.factories import ArticleFactory, DeliveryFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
SECONDS = 5


@pytest.fixture
def service(settings):
    with PostmarkServer().running() as server:
        settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
        settings.ANYMAIL = {
            "POSTMARK_SERVER_TOKEN": TOKEN,
            "POSTMARK_API_URL": server.url,
            "REQUESTS_TIMEOUT": SECONDS,
        }
        settings.BOUNCE_ADDRESS, settings.NEWSLETTER_FROM = "", "newsletter@example.org"
        yield server


def due() -> Delivery:
    subscription = SubscriptionFactory(when="at_once")
    return DeliveryFactory(
        subscriber=subscription.subscriber, reasons=[subscription.pk], article=ArticleFactory(), state="due"
    )


def tried(delivery: Delivery) -> Delivery:
    """DELIVERY as it is after what is due was sent."""
    deliver_due("email", email.opened, max_seconds=10)
    return Delivery.objects.select_related("subscriber").get(pk=delivery.pk)


def channel() -> DeliveryChannel:
    return DeliveryChannel.objects.get()


def test_a_message_is_taken_with_all_that_belongs_to_it(service):
    delivery = tried(due())
    [message] = service.taken
    headers = {header["Name"]: header["Value"] for header in message["Headers"]}

    assert (delivery.state, delivery.outcome) == ("sent", "")
    assert message["To"] == delivery.subscriber.address
    assert message["From"].endswith("<newsletter@example.org>")
    assert delivery.article.title in message["Subject"]
    assert delivery.article.get_absolute_url() in message["TextBody"]
    assert "<html" in message["HtmlBody"]
    assert headers["Message-ID"] == delivery.message_id
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")


@pytest.mark.parametrize("answer", [inactive, no_address])
def test_an_address_that_the_service_refuses_is_suppressed(service, answer):
    service.answer = answer
    delivery = tried(due())
    assert (delivery.state, delivery.subscriber.state, delivery.attempts) == ("suppressed", "suppressed", 1)
    assert delivery.outcome.startswith("AnymailRecipientsRefused:")
    assert not channel().paused


def test_one_s_refused_address_holds_up_nobody(service):
    first, second = due(), due()
    service.answer = lambda message: inactive(message) if message["To"] == first.subscriber.address else None
    assert (tried(first).state, tried(second).state) == ("suppressed", "sent")


@pytest.mark.parametrize("answer", [too_many, broken, in_the_way])
def test_a_service_that_cannot_now_is_left_alone_and_no_attempt_is_counted(service, answer):
    first, second = due(), due()
    service.answer = answer
    before = timezone.now()
    assert [(one.state, one.attempts) for one in map(tried, (first, second))] == [("due", 0)] * 2
    row = channel()
    assert (row.paused, row.failures) == (False, 1)
    assert row.retry_at > before + CHANNEL_FIRST_WAIT * 0.7
    assert str(answer({}).status) in row.problem

    service.answer = lambda message: None
    assert tried(first).state == "due"
    DeliveryChannel.objects.update(retry_at=timezone.now())
    assert [one.state for one in map(tried, (first, second))] == ["sent", "sent"]
    assert (channel().failures, channel().problem) == (0, "")
    assert len(service.taken) == 2


def test_a_message_that_was_taken_without_a_word_comes_again_with_the_same_id(service):
    service.answer = lambda message: DROP
    before = timezone.now()
    delivery = tried(due())
    assert (delivery.state, delivery.attempts, channel().paused) == ("due", 1, False)
    assert delivery.due_at > before + FIRST_WAIT * 0.7

    service.answer = lambda message: None
    Delivery.objects.update(due_at=timezone.now())
    delivery = tried(delivery)
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    assert service.ids() == [delivery.message_id] * 2


def test_an_answer_that_comes_too_late_is_none(service, settings):
    settings.ANYMAIL |= {"REQUESTS_TIMEOUT": 0.2}
    service.delay_seconds = 1
    delivery = tried(due())
    assert (delivery.state, delivery.attempts) == ("due", 1)
    assert "timed out" in delivery.outcome


def test_a_service_that_is_not_there_is_asked_again_later(service, settings):
    with PostmarkServer().running() as gone:
        settings.ANYMAIL |= {"POSTMARK_API_URL": gone.url}
    delivery = tried(due())
    assert (delivery.state, delivery.attempts, channel().paused) == ("due", 1, False)


def test_a_wrong_key_pauses_the_channel_and_is_not_told(service, settings):
    settings.ANYMAIL |= {"POSTMARK_SERVER_TOKEN": "wrong-key"}
    delivery = tried(due())
    row = channel()
    assert (row.paused, delivery.state, delivery.attempts) == (True, "due", 0)
    assert "401" in row.problem
    assert "wrong-key" not in row.problem + delivery.outcome


def test_a_key_that_is_missing_pauses_the_channel_and_says_so(service, settings):
    settings.ANYMAIL = {"POSTMARK_API_URL": service.url}
    delivery = tried(due())
    assert (channel().paused, delivery.state, delivery.attempts) == (True, "due", 0)
    assert "POSTMARK_SERVER_TOKEN" in channel().problem


def test_a_return_path_of_ours_that_it_does_not_take_pauses_the_channel_or_is_left_out(service, settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    delivery = tried(due())
    assert (channel().paused, delivery.state, delivery.attempts) == (True, "due", 0)
    assert "envelope_sender" in channel().problem

    settings.ANYMAIL |= {"IGNORE_UNSUPPORTED_FEATURES": True}
    DeliveryChannel.objects.update(paused=False)
    assert tried(delivery).state == "sent"
    assert service.taken[0]["From"].endswith("<newsletter@example.org>")


def test_a_refusal_of_the_message_ends_it_and_many_in_a_row_are_our_fault(service):
    service.answer = no_credits
    first = tried(due())
    assert (first.state, first.subscriber.state, first.attempts) == ("failed", "active", 1)
    assert (channel().paused, channel().refusals) == (False, 1)

    waiting = [due() for _one in range(MAX_REFUSALS)]
    tried(waiting[0])
    assert channel().paused
    assert "out of credits" in channel().problem
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["due"] + ["failed"] * MAX_REFUSALS
