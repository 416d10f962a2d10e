import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryRefusedError,
)
from archive.metrics import counted
from archive.models import Announcement, Article, Channel, Delivery, DeliveryChannel, Subscription
from archive.subscriptions import enrolment, outbox
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.outbox import (
    ALLOWED_AT_ONCE,
    CHANNEL_LONGEST_WAIT,
    LONGEST_WAIT,
    Allowance,
    allow,
    deliver_due,
    pause,
    release_expired,
    resume,
    wait_after,
)
from tests.factories import ArticleFactory, DeliveryFactory, SubscriptionFactory

EMAIL = Channel.EMAIL
State = Delivery.State


def delivery(article=None, **values) -> Delivery:
    subscriber = values.pop("subscriber", None)
    subscription = subscriber.subscriptions.get() if subscriber else SubscriptionFactory(when="at_once")
    values = {"reasons": [subscription.pk], "article": article or ArticleFactory(), **values}
    return DeliveryFactory(subscriber=subscription.subscriber, **values)


def run(send=lambda message: "<id@example.org>", **options) -> list[int]:
    """Deliver what is due by SEND; return the numbers of the deliveries that it was given."""
    given = []

    @contextmanager
    def opened():
        def noted(message):
            given.append(message.delivery.pk)
            return send(message)

        yield noted

    deliver_due(EMAIL, opened, max_seconds=20, **options)
    return given


def test_a_digest_that_was_sent_keeps_which_articles_it_named(db, now):
    subscription = SubscriptionFactory(when="daily", active_since=now - timedelta(days=1))
    article = ArticleFactory(published_at=now)
    Announcement.objects.create(article=article, announced_at=now)
    day = timedelta(days=1)
    sent = DeliveryFactory(
        subscriber=subscription.subscriber,
        reasons=[subscription.pk],
        kind="digest",
        digest="daily-2020-06-16",
        period_start=now - day,
        period_end=now + day,
    )
    assert run() == [sent.pk]
    sent.refresh_from_db()

    assert (sent.state, sent.data) == ("sent", {"articles": [article.pk]})


@pytest.mark.django_db
def test_a_digest_waits_for_the_one_before_it_and_no_attempt_is_lost():
    now = timezone.now()
    subscription = SubscriptionFactory(when="daily", active_since=now - timedelta(days=9))
    first, second = (
        DeliveryFactory(
            subscriber=subscription.subscriber,
            reasons=[subscription.pk],
            kind="digest",
            digest=f"daily-{days}",
            period_start=now - timedelta(days=9),
            period_end=now - timedelta(days=days),
            state="due",
        )
        for days in (2, 1)
    )
    Delivery.objects.filter(pk=first.pk).update(state="claimed", lease_until=now + timedelta(minutes=5))
    assert run() == []
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("due", 0)
    assert second.due_at > now


def fails(problem):
    def send(message):
        raise problem

    return send


@pytest.fixture(autouse=True)
def unlimited(request):
    if "django_db" in [mark.name for mark in request.node.iter_markers()]:
        request.getfixturevalue("db")
        DeliveryChannel.objects.create(channel=EMAIL, per_minute=0)


@pytest.mark.django_db
def test_what_came_of_messages_is_counted_by_channel():
    def counts() -> list[float]:
        labels = [{"channel": "email", "outcome": one} for one in ("sent", "due", "failed", "suppressed")]
        return [counted().get_sample_value("sijill_deliveries_total", one) or 0 for one in labels]

    before = counts()
    for send in (
        lambda message: "<id@example.org>",
        fails(DeliveryDelayedError("later")),
        fails(DeliveryRefusedError("no")),
        fails(AddressRefusedError("nobody")),
    ):
        delivery()
        run(send)

    assert [after - earlier for after, earlier in zip(counts(), before, strict=True)] == [1, 1, 1, 1]


@pytest.mark.django_db
def test_what_is_sent_is_noted_and_not_sent_again():
    one = delivery()
    assert run() == [one.pk]
    assert run() == []
    one.refresh_from_db()
    assert (one.state, one.message_id, one.attempts, one.lease_until) == (State.SENT, "<id@example.org>", 1, None)


@pytest.mark.django_db
def test_service_messages_go_first():
    news, service = delivery(), delivery(kind="link", article=None, is_service=True)
    assert run() == [service.pk, news.pk]


@pytest.mark.django_db
def test_what_is_not_taken_now_is_tried_again_ever_later():
    one = delivery()
    before = timezone.now()
    run(fails(DeliveryDelayedError("451 busy")))
    one.refresh_from_db()
    assert (one.state, one.outcome) == (State.DUE, "451 busy")
    assert one.due_at > before + timedelta(seconds=40)
    assert run() == []
    assert wait_after(3) > wait_after(1) * 2
    assert wait_after(60) <= timedelta(hours=6) * 1.2


@pytest.mark.django_db
def test_after_so_many_attempts_it_has_failed():
    one = delivery(attempts=outbox.MAX_ATTEMPTS - 1)
    run(fails(DeliveryDelayedError("451 busy")))
    one.refresh_from_db()
    assert one.state == State.FAILED


@pytest.mark.django_db
def test_a_refused_message_fails_and_its_subscriber_stays():
    one = delivery()
    run(fails(DeliveryRefusedError("554 no")))
    one.refresh_from_db()
    assert (one.state, one.subscriber.state) == (State.FAILED, "active")


@pytest.mark.django_db
def test_a_refused_address_is_written_to_no_more():
    one = delivery()
    other = delivery(subscriber=one.subscriber, due_at=timezone.now() + timedelta(hours=1))
    run(fails(AddressRefusedError("550 5.1.1 no such user")))
    for row in (one, other):
        row.refresh_from_db()
    assert (one.state, other.state) == (State.SUPPRESSED, State.SUPPRESSED)
    assert (one.subscriber.state, one.subscriber.suppression) == ("suppressed", "refused")


@pytest.mark.django_db
@pytest.mark.parametrize("problem", [DeliveryRefusedError, AddressRefusedError])
def test_many_refusals_in_a_row_that_may_be_ours_pause_the_channel(monkeypatch, problem):
    monkeypatch.setattr(outbox, "MAX_REFUSALS", 3)
    ours = problem("554 your IP is blocked", may_be_ours=True)
    deliveries = [delivery() for _number in range(8)]
    third = deliveries[2].pk

    def send(message):
        if message.delivery.pk != third:
            raise ours
        return "<id>"

    # One that is taken shows that we are not to blame.
    assert run(send) == [one.pk for one in deliveries[:6]]
    assert run(send) == []
    assert (DeliveryChannel.objects.get().paused, DeliveryChannel.objects.get().problem) == (True, str(ours))
    resume(EMAIL)
    assert len(run()) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["confirmation", "new_address"])
def test_addresses_that_anybody_invented_pause_nothing(monkeypatch, kind):
    monkeypatch.setattr(outbox, "MAX_REFUSALS", 3)
    for number in range(5):
        address = f"invented{number}@example.org"
        if kind == "confirmation":
            wish = Wish(Subscription.When.DAILY)
            enrolment.ask(wish, Ground("form"), channel=EMAIL, address=address, key=address, language="ar")
        else:
            delivery(kind=kind, article=None, is_service=True, data={"to": address})
    refusal = AddressRefusedError("550 5.1.1 no such user", may_be_ours=True)
    assert len(run(fails(refusal))) == 5
    assert (DeliveryChannel.objects.get().paused, DeliveryChannel.objects.get().refusals) == (False, 0)
    # Neither do they add to those of readers.
    for _number in range(2):
        delivery()
    run(fails(refusal))
    assert not DeliveryChannel.objects.get().paused


@pytest.mark.django_db
@pytest.mark.parametrize("needs_operator", [True, False])
def test_what_is_said_of_a_channel_names_no_reader(needs_operator):
    delivery()
    run(fails(ChannelDownError("554 5.7.1 <reader@example.org>: Relay access denied", pause=needs_operator)))
    assert DeliveryChannel.objects.get().problem == "554 5.7.1 <…>: Relay access denied"


@pytest.mark.django_db
def test_refusals_that_tell_of_their_own_message_pause_nothing(monkeypatch):
    monkeypatch.setattr(outbox, "MAX_REFUSALS", 2)
    for _number in range(4):
        delivery()
    assert len(run(fails(DeliveryRefusedError("stale")))) == 4
    assert not DeliveryChannel.objects.get().paused


@pytest.mark.django_db
def test_what_cannot_be_composed_fails_with_its_reason_and_holds_up_nothing():
    broken, other = delivery(kind="confirmation", article=None, is_service=True), delivery()
    assert run() == [other.pk]
    broken.refresh_from_db()
    assert (broken.state, broken.outcome) == (State.FAILED, "KeyError: 'subscription'")


@pytest.mark.django_db
def test_a_change_of_address_reaches_who_lost_theirs():
    subscriber = SubscriptionFactory().subscriber
    asked = DeliveryFactory(
        subscriber=subscriber, kind="new_address", is_service=True, data={"to": "new@example.org"}
    )
    enrolment.suppress(subscriber, "bounced")
    assert run() == [asked.pk]


@pytest.mark.django_db
def test_a_channel_that_is_down_rests_and_no_attempt_is_lost():
    one = delivery()
    delivery()
    assert run(fails(ChannelDownError("refused"))) == [one.pk]
    assert run() == []
    one.refresh_from_db()
    assert (one.state, one.attempts) == (State.DUE, 0)
    channel = DeliveryChannel.objects.get()
    assert (channel.failures, channel.problem, channel.paused) == (1, "refused", False)
    DeliveryChannel.objects.update(retry_at=timezone.now())
    assert len(run()) == 2
    assert DeliveryChannel.objects.get().failures == 0


@pytest.mark.django_db
def test_a_channel_that_needs_its_operator_is_paused_until_resumed():
    delivery()
    run(fails(ChannelDownError("535 wrong password", pause=True)))
    assert (DeliveryChannel.objects.get().paused, DeliveryChannel.objects.get().problem) == (
        True,
        "535 wrong password",
    )
    assert run() == []
    resume(EMAIL)
    assert len(run()) == 1


@pytest.mark.django_db
def test_a_pause_stops_in_the_middle():
    delivery(), delivery()

    def send(message):
        pause(EMAIL)
        return "<id>"

    assert len(run(send)) == 1
    assert Delivery.objects.filter(state=State.DUE).count() == 1


@pytest.mark.django_db
def test_an_article_withdrawn_meanwhile_is_not_sent():
    one = delivery()
    Article.objects.update(status="withdrawn")
    assert run() == []
    one.refresh_from_db()
    assert one.state == State.CANCELLED


@pytest.mark.django_db
def test_whoever_left_meanwhile_is_sent_nothing():
    one, other = delivery(), delivery()
    one.subscriber.subscriptions.update(state="left")
    other.subscriber.state = "left"
    other.subscriber.save()
    assert run() == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.CANCELLED, State.SUPPRESSED}


@pytest.mark.django_db
def test_one_message_that_breaks_holds_up_no_other():
    one, other = delivery(), delivery()

    def send(message):
        if message.delivery.pk == one.pk:
            raise ZeroDivisionError
        return "<id>"

    assert run(send) == [one.pk, other.pk]
    one.refresh_from_db()
    assert (one.state, one.outcome) == (State.DUE, "ZeroDivisionError: ")


@pytest.mark.django_db
def test_no_more_go_out_in_a_minute_than_may(now):
    DeliveryChannel.objects.update(per_minute=30)
    assert [allow(EMAIL, 20, at=now) for _ in range(3)] == [20, 10, 0]
    assert allow(EMAIL, 20, at=now + timedelta(minutes=1)) == 20


@pytest.mark.django_db
def test_what_was_allowed_and_not_used_is_left_for_others():
    DeliveryChannel.objects.update(per_minute=30)
    for _number in range(3):
        delivery()
        run()
    assert DeliveryChannel.objects.get().window_count <= 3
    assert Delivery.objects.filter(state=State.SENT).count() == 3


@pytest.mark.django_db
def test_what_was_allowed_in_a_minute_and_not_used_is_over_with_it(now):
    DeliveryChannel.objects.update(per_minute=30)
    allowance = Allowance(EMAIL)
    with time_machine.travel(now + timedelta(seconds=59), tick=False) as clock:
        assert allowance.take()
        clock.shift(1)
        # Others use up the next minute.
        assert allow(EMAIL, 30, at=timezone.now()) == 30
        assert not allowance.take()
        clock.shift(60)
        assert allowance.take()
    assert DeliveryChannel.objects.get().window_count == ALLOWED_AT_ONCE


@pytest.mark.django_db
def test_what_is_given_back_is_of_its_own_minute(now):
    DeliveryChannel.objects.update(per_minute=30)
    allowance = Allowance(EMAIL)
    with time_machine.travel(now, tick=False):
        assert allowance.take()
    assert allow(EMAIL, 30, at=now + timedelta(minutes=1)) == 30
    allowance.give_back()
    assert DeliveryChannel.objects.get().window_count == 30


@pytest.mark.django_db
def test_what_a_dead_process_had_is_due_again():
    now = timezone.now()
    one = delivery(state=State.CLAIMED, attempts=1, lease_until=now + timedelta(minutes=1))
    assert run() == []
    Delivery.objects.update(lease_until=now)
    assert run() == [one.pk]


@pytest.mark.django_db
def test_a_message_that_so_many_processes_died_of_is_given_up():
    one = delivery(attempts=outbox.MAX_ATTEMPTS)
    assert run() == []
    one.refresh_from_db()
    assert one.state == State.FAILED


@pytest.mark.django_db
def test_who_comes_back_after_its_lease_changes_nothing():
    one = delivery()

    def send(message):
        # Another process has taken it over meanwhile, and sent it.
        Delivery.objects.filter(pk=one.pk).update(state=State.SENT, attempts=2, message_id="<other>")
        raise DeliveryDelayedError("timed out")

    run(send)
    one.refresh_from_db()
    assert (one.state, one.message_id) == (State.SENT, "<other>")


@pytest.mark.django_db(transaction=True)
def test_several_processes_send_each_message_once():
    DeliveryChannel.objects.get_or_create(channel=EMAIL, defaults={"per_minute": 0})
    article = ArticleFactory()
    for _number in range(20):
        delivery(article)
    sent: list[int] = []

    def work():
        try:
            sent.extend(run())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == len(set(sent)) == 20


@pytest.mark.parametrize(
    ("state", "values", "released"),
    [
        (State.DUE, {"due_at": LONGEST_WAIT}, 0),
        (State.DUE, {"due_at": timedelta(days=1)}, 1),
        (State.CLAIMED, {"lease_until": timedelta(minutes=15)}, 0),
        (State.CLAIMED, {"lease_until": timedelta(days=1)}, 1),
        (State.SENT, {"due_at": timedelta(days=1)}, 0),
    ],
)
def test_what_a_clock_that_was_ahead_put_off_is_due_now(db, now, state, values, released):
    one = delivery(state=state, **{"due_at": now, **{name: now + later for name, later in values.items()}})
    before = (one.state, one.due_at, one.lease_until)

    assert release_expired(at=now) == released
    one.refresh_from_db()
    assert (one.state, one.due_at, one.lease_until) == (("due", now, None) if released else before)


def test_a_channel_does_not_wait_for_what_a_clock_that_was_ahead_has_set(db, now):
    channel = DeliveryChannel.objects.create(channel=EMAIL, retry_at=now + CHANNEL_LONGEST_WAIT)
    assert allow(EMAIL, 1, at=now) == 0
    channel.retry_at = now + timedelta(days=1)
    channel.save()
    assert allow(EMAIL, 1, at=now) == 1
