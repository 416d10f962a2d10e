from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.exceptions import EnoughSubscriptionsError
from archive.models import Channel, Consent, Delivery, Subscriber, Subscription, SubscriptionTally
from archive.subscriptions import enrolment, personal_data
from archive.subscriptions.addresses import email_key, masked, registered_domain
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.tokens import leave_token, read_leave_token
from archive.views.subscribing import MAX_REQUESTS_AN_HOUR
from tests.factories import (
    ArticleFactory,
    DeliveryFactory,
    SectionFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
GROUND = Ground("form", "/article/7/", "اشترك في النشرة", "192.0.2.0/24")
When = Subscription.When


def ask(address="Reader@Example.org", wish=None):
    wish = wish or Wish(When.IMPORTANT)
    enrolment.ask(wish, GROUND, channel=Channel.EMAIL, address=address, key=email_key(address), language="ar")


def tally(event) -> int:
    return sum(SubscriptionTally.objects.filter(event=event).values_list("count", flat=True))


def test_asking_subscribes_nobody_yet():
    ask()
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.subscriber.state) == ("pending", "pending")
    assert subscription.subscriber.address == "Reader@Example.org"
    delivery = Delivery.objects.get()
    assert (delivery.kind, delivery.is_service) == ("confirmation", True)
    assert delivery.data == {"subscription": subscription.pk, "when": "important", "language": "ar"}


def test_whoever_is_subscribed_already_is_asked_the_same_way(django_assert_num_queries):
    """The number of questions to the database is the time that an answer takes: it must tell nothing."""
    SubscriptionFactory(subscriber=SubscriberFactory(address="known@example.org"))
    ask("known@example.org")
    with CaptureQueriesContext(
        connection,
    ) as known:
        ask("known@example.org")
    ask("new@example.org")
    with django_assert_num_queries(len(known)):
        ask("new@example.org")
    assert Delivery.objects.filter(kind="confirmation").count() == 4


def test_confirming_subscribes_once():
    ask()
    subscription = Subscription.objects.get()
    for _again in range(2):
        enrolment.confirm(subscription, When.IMPORTANT, Ground("link"))
    subscription.refresh_from_db()
    assert (subscription.state, subscription.subscriber.state) == ("active", "active")
    assert (tally("joined"), tally("confirmed")) == (1, 1)
    assert [(one.action, one.subscription) for one in Consent.objects.all()] == [
        ("asked", subscription),
        ("confirmed", subscription),
    ]


def test_what_is_kept_of_the_consent_is_what_was_read_and_where():
    ask()
    consent = Consent.objects.get()
    assert (consent.method, consent.page, consent.text) == ("form", "/article/7/", "اشترك في النشرة")
    assert consent.network == "192.0.2.0/24"


def test_an_address_is_asked_so_many_times_a_day_and_no_more():
    for _number in range(enrolment.MAX_CONFIRMATIONS_A_DAY + 3):
        ask()
    assert Delivery.objects.count() == enrolment.MAX_CONFIRMATIONS_A_DAY
    ask("other@example.org")
    assert Delivery.objects.count() == enrolment.MAX_CONFIRMATIONS_A_DAY + 1


@pytest.mark.parametrize(
    "addresses",
    [
        [f"Reader+{number}@example.org" for number in range(10)],
        [
            f"r{'.' * (number % 2)}eade{'.' * (number % 3 == 0)}r+{number}@g{'oogle' * (number % 2)}mail.com"
            for number in range(10)
        ],
    ],
)
def test_one_mailbox_is_asked_so_many_times_however_it_is_written(addresses):
    for address in addresses:
        ask(address)
    assert Delivery.objects.count() == enrolment.MAX_CONFIRMATIONS_A_DAY


def test_a_domain_of_which_all_addresses_may_be_one_mailbox_is_asked_so_many_times(monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_CONFIRMATIONS_OF_DOMAIN_AN_HOUR", 3)
    for number in range(5):
        ask(f"r{number}@example.org")
    assert Delivery.objects.count() == 3
    # Readers who are there change nothing, or it would tell that they are.
    SubscriberFactory.create_batch(2)
    for number in range(9):
        ask(f"r{number}@Example.org")
    assert Delivery.objects.count() == 3
    for number in range(5):
        ask(f"r{number}@gmail.com")
        ask(f"r{number}@orange.fr")
        ask(f"r{number}@sub{number}.example")
    assert Delivery.objects.count() == 18


def test_a_domain_is_asked_so_many_times_a_day_with_all_that_are_below_it(monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_CONFIRMATIONS_OF_DOMAIN_A_DAY", 3)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(5):
            ask(f"r{number}@sub{number}.example.org")
            clock.shift(timedelta(hours=2))
        assert Delivery.objects.count() == 3
        ask("r@example.org")
        ask("r@other.org")
        for number in range(5):
            ask(f"r{number}@gmail.com")
        assert Delivery.objects.count() == 9
        clock.shift(timedelta(days=1))
        ask("r@example.org")
        assert Delivery.objects.count() == 10


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("example.com.lb", "example.com.lb"),
        ("a.b.example.com.lb", "example.com.lb"),
        ("a.example.co.uk", "example.co.uk"),
        ("a.example.xn--mgbaam7a8h", "example.xn--mgbaam7a8h"),
        # Nobody registers below .net.org: this is one of a network's own.
        ("a.net.org", "net.org"),
        ("com.lb", "com.lb"),
        ("localhost", "localhost"),
    ],
)
def test_the_domain_that_was_registered(domain, registered):
    assert registered_domain(domain) == registered


def test_no_network_alone_uses_up_what_a_domain_is_sent_in_an_hour():
    assert enrolment.MAX_CONFIRMATIONS_OF_DOMAIN_AN_HOUR > MAX_REQUESTS_AN_HOUR


def test_leaving_one_keeps_the_others():
    subscriber = SubscriberFactory()
    section = SectionFactory()
    kept = SubscriptionFactory(subscriber=subscriber)
    left = SubscriptionFactory(subscriber=subscriber, what="section", section=section)
    assert enrolment.leave(subscriber, Ground("one_click"), [left.pk]) == 1
    assert enrolment.leave(subscriber, Ground("one_click"), [left.pk]) == 0
    assert list(subscriber.subscriptions.active()) == [kept]
    assert SubscriptionTally.objects.get(event="left").section == section
    subscriber.refresh_from_db()
    assert subscriber.state == "active"


def test_leaving_the_last_stops_what_is_on_its_way():
    subscription = SubscriptionFactory()
    delivery = DeliveryFactory(subscriber=subscription.subscriber)
    enrolment.leave(subscription.subscriber, Ground("link"))
    delivery.refresh_from_db()
    subscription.subscriber.refresh_from_db()
    assert (delivery.state, subscription.subscriber.state) == ("cancelled", "left")
    assert tally("gone") == 1


def test_a_new_address_ends_the_old_links_and_takes_in_what_it_had():
    subscriber = SubscriberFactory()
    SubscriptionFactory(subscriber=subscriber)
    other = SubscriberFactory(address="new@example.org")
    SubscriptionFactory(subscriber=other, what="section", section=SectionFactory(), when="daily")
    former = subscriber.secret
    changed = enrolment.change_address(subscriber, "New@example.org", "new@example.org", Ground("link"))
    assert (changed.address, changed.address_key) == ("New@example.org", "new@example.org")
    assert changed.secret != former
    assert changed.subscriptions.active().count() == 2
    assert not Subscriber.objects.filter(pk=other.pk).exists()
    assert (tally("gone"), tally("joined"), tally("confirmed")) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_new_address_that_is_subscribed_at_the_same_moment_is_taken_in(monkeypatch):
    mine = SubscriptionFactory()
    begun = []

    def somebody_else():
        theirs = SubscriptionFactory(
            subscriber=SubscriberFactory(address="new@example.org"), what="section", section=SectionFactory()
        )
        begun.append(theirs.pk)
        connection.close()

    def secret():
        # It was looked for who has the address, and nobody had.
        if not begun:
            thread = Thread(target=somebody_else)
            thread.start()
            thread.join()
        return "a secret"

    monkeypatch.setattr(enrolment, "make_secret", secret)
    changed = enrolment.change_address(mine.subscriber, "new@example.org", "new@example.org", Ground("link"))
    assert list(changed.subscriptions.active().values_list("pk", flat=True)) == [mine.pk, *begun]
    assert Subscriber.objects.get() == mine.subscriber


def test_messages_to_an_address_that_became_anothers_can_be_left_as_long_as_it_is_theirs():
    subscriber, other = SubscriberFactory(), SubscriberFactory(address="new@example.org")
    mine = SubscriptionFactory(subscriber=subscriber, what="section", section=SectionFactory())
    both = SubscriptionFactory(subscriber=subscriber)
    twin = SubscriptionFactory(subscriber=other)
    theirs = SubscriptionFactory(subscriber=other, what="section", section=SectionFactory())
    of_twin, of_theirs, of_all = (leave_token(other, numbers) for numbers in ([twin.pk], [theirs.pk], []))
    of_mine, of_none = leave_token(subscriber, [mine.pk]), leave_token(other, [mine.pk])
    enrolment.change_address(subscriber, "new@example.org", "new@example.org", Ground("link"))
    assert read_leave_token(of_twin) == (subscriber, [both.pk])
    assert read_leave_token(of_theirs) == (subscriber, [theirs.pk])
    assert read_leave_token(of_all) == (subscriber, [both.pk, theirs.pk])
    # The old mailbox is not theirs any more, and what the other never had its links do not end.
    assert read_leave_token(of_mine) is None
    assert read_leave_token(of_none) is None
    # Who takes this address in again takes its links in too …
    third = SubscriberFactory(address="third@example.org")
    enrolment.change_address(third, "new@example.org", "new@example.org", Ground("link"))
    assert read_leave_token(of_theirs) == (third, [theirs.pk])
    # … until it is theirs no more.
    enrolment.change_address(third, "last@example.org", "last@example.org", Ground("link"))
    assert read_leave_token(of_theirs) is None


def test_what_the_new_address_had_agreed_to_and_been_sent_is_kept():
    section, both = SectionFactory(), ArticleFactory()
    subscriber, other = SubscriberFactory(), SubscriberFactory(address="new@example.org")
    mine = SubscriptionFactory(subscriber=subscriber, when="daily")
    twin = SubscriptionFactory(subscriber=other, when="weekly")
    alone = SubscriptionFactory(subscriber=other, what="section", section=section)
    DeliveryFactory(subscriber=subscriber, article=both, state="sent")
    DeliveryFactory(subscriber=other, article=both, state="sent")
    theirs = DeliveryFactory(subscriber=other, article=ArticleFactory(), reasons=[twin.pk, alone.pk])
    digest = DeliveryFactory(subscriber=other, kind="digest", digest="weekly 1", state="sent")
    for one in (mine, twin, alone):
        GROUND.record(one.subscriber, "confirmed", one)
    enrolment.change_address(subscriber, "new@example.org", "new@example.org", Ground("link"))
    kept = Consent.objects.filter(subscriber=subscriber, text=GROUND.text)
    assert [one.subscription for one in kept] == [mine, mine, alone]
    assert list(subscriber.subscriptions.values_list("pk", "when")) == [(mine.pk, "daily"), (alone.pk, "important")]
    assert set(subscriber.deliveries.exclude(article=both)) == {theirs, digest}
    assert Delivery.objects.count() == 3
    theirs.refresh_from_db()
    assert theirs.reasons == [mine.pk, alone.pk]


@pytest.mark.parametrize("is_wanted_by_both", [True, False])
def test_what_the_new_address_was_told_in_a_digest_that_both_were_sent_is_not_told_again(is_wanted_by_both):
    end = timezone.now() - timedelta(hours=2)
    digest = {"kind": "digest", "digest": "daily-1", "state": "sent", "period_end": end}
    since, of_section = end - timedelta(days=9), {"what": "section", "section": SectionFactory()}
    mine = SubscriptionFactory(when="daily", active_since=since)
    theirs = SubscriptionFactory(
        subscriber=SubscriberFactory(address="new@example.org"), **of_section, when="daily", active_since=since
    )
    if is_wanted_by_both:  # But one had left.
        SubscriptionFactory(subscriber=mine.subscriber, **of_section, state="left", active_since=since)
    for one in (mine, theirs):
        DeliveryFactory(subscriber=one.subscriber, reasons=[one.pk], **digest)
    enrolment.change_address(mine.subscriber, "new@example.org", "new@example.org", Ground("link"))
    begins = Subscription.objects.active().values_list("what", "active_since")
    assert dict(begins) == {"everything": since, "section": end}


@pytest.mark.parametrize("state", ["left", "pending", "suppressed"])
def test_whoever_had_left_is_subscribed_to_what_the_new_address_had(state):
    subscriber = SubscriberFactory(state=state)
    ended = SubscriptionFactory(subscriber=subscriber, state="left")
    twin = SubscriptionFactory(subscriber=SubscriberFactory(address="new@example.org"), when="weekly")
    changed = enrolment.change_address(subscriber, "new@example.org", "new@example.org", Ground("link"))
    ended.refresh_from_db()
    assert (changed.state, changed.suppression, changed.suppressed_at) == ("active", "", None)
    assert (ended.state, ended.when, ended.active_since) == ("active", "weekly", twin.active_since)
    assert tally("gone") == 0


def test_two_addresses_have_together_no_more_than_one_can_have(monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 2)
    subscriber, other = SubscriberFactory(), SubscriberFactory(address="new@example.org")
    for one in (subscriber, other):
        SubscriptionFactory(subscriber=one)
        SubscriptionFactory(subscriber=one, what="section", section=SectionFactory())
    with pytest.raises(EnoughSubscriptionsError):
        enrolment.change_address(subscriber, "new@example.org", "new@example.org", Ground("link"))
    assert (subscriber.subscriptions.count(), other.subscriptions.count()) == (2, 2)
    enrolment.leave(other, Ground("link"), [other.subscriptions.last().pk])
    changed = enrolment.change_address(subscriber, "new@example.org", "new@example.org", Ground("link"))
    assert changed.subscriptions.active().count() == 2


def test_no_more_is_confirmed_than_one_can_have(monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 1)
    subscriber = SubscriberFactory()
    active = SubscriptionFactory(subscriber=subscriber)
    more = SubscriptionFactory(subscriber=subscriber, what="section", section=SectionFactory(), state="pending")
    with pytest.raises(EnoughSubscriptionsError):
        enrolment.confirm(more, When.DAILY, Ground("link"))
    # What one has already can be changed.
    enrolment.confirm(active, When.WEEKLY, Ground("link"))
    assert list(subscriber.subscriptions.active().values_list("when", flat=True)) == ["weekly"]


def test_who_changes_a_lost_address_is_reached_again():
    subscription = SubscriptionFactory()
    enrolment.suppress(subscription.subscriber, "bounced")
    changed = enrolment.change_address(Subscriber.objects.get(), "new@example.org", "new@example.org", Ground("link"))
    assert (changed.state, changed.suppression, changed.suppressed_at) == ("active", "", None)


@pytest.mark.parametrize("state", ["active", "pending", "left"])
def test_a_suppression_that_is_lifted_leaves_what_was_before(state):
    confirmed_at = None if state == "pending" else timezone.now()
    subscriber = SubscriberFactory(state=state, confirmed_at=confirmed_at)
    SubscriptionFactory(subscriber=subscriber, state=state)
    assert not enrolment.lift_suppression(subscriber)
    enrolment.suppress(subscriber, "refused")
    assert enrolment.lift_suppression(subscriber)
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.suppression, subscriber.suppressed_at) == (state, "", None)


def test_nobody_is_counted_as_gone_twice_or_who_never_came():
    subscription = SubscriptionFactory()
    enrolment.leave(subscription.subscriber, Ground("link"))
    personal_data.erase(subscription.subscriber)
    personal_data.erase(SubscriberFactory(state="pending"))
    denied = SubscriptionFactory(state="pending", subscriber=SubscriberFactory(state="pending"))
    enrolment.leave(denied.subscriber, Ground("message"))
    assert (tally("gone"), tally("left")) == (1, 1)


def test_what_was_never_confirmed_is_forgotten(now):
    days = timedelta(days=1)
    unconfirmed = {"confirmed_at": None, "created_at": now - 8 * days}
    SubscriberFactory(state="pending", **unconfirmed)
    young = SubscriberFactory(state="pending", **{**unconfirmed, "created_at": now - 6 * days})
    # Whose server refused the message that asked, and who answered no.
    SubscriberFactory(state="suppressed", suppressed_at=now - 8 * days, **unconfirmed)
    SubscriberFactory(state="left", left_at=now - 8 * days, **unconfirmed)
    lately = [
        SubscriberFactory(state="suppressed", suppressed_at=now - 6 * days, **unconfirmed),
        SubscriberFactory(state="left", left_at=now - 6 * days, **unconfirmed),
    ]
    # What was confirmed once rests on a consent, which is kept.
    confirmed = [
        SubscriberFactory(
            state=state, suppressed_at=now - 8 * days, left_at=now - 8 * days, created_at=now - 8 * days
        )
        for state in ("suppressed", "left")
    ]
    active = SubscriberFactory(created_at=now - 800 * days)
    enrolment.forget_old(at=now)
    assert set(Subscriber.objects.all()) == {young, *lately, *confirmed, active}


def test_who_asks_anew_has_days_to_confirm(now):
    old = now - timedelta(days=8)
    asking = SubscriptionFactory(
        state="pending", created_at=old, subscriber=SubscriberFactory(state="pending", created_at=old)
    )
    GROUND.record(asking.subscriber, "asked", asking)
    Consent.objects.update(at=now - timedelta(days=1))
    active = SubscriberFactory(created_at=old)
    kept = SubscriptionFactory(subscriber=active, created_at=old)
    SubscriptionFactory(subscriber=active, what="section", section=SectionFactory(), state="pending", created_at=old)
    enrolment.forget_old(at=now)
    assert set(Subscription.objects.all()) == {asking, kept}
    enrolment.forget_old(at=now + timedelta(days=7))
    assert set(Subscription.objects.all()) == {kept}


@pytest.mark.parametrize("when", [When.DAILY, When.WEEKLY])
@pytest.mark.parametrize("state", ["active", "left"])
def test_a_suppressed_address_can_be_confirmed_anew(state, when):
    subscription = SubscriptionFactory(when=When.DAILY)
    enrolment.suppress(subscription.subscriber, "bounced")
    assert tally("suppressed") == 1
    Subscription.objects.update(state=state)
    for _again in range(2):
        enrolment.confirm(subscription, when, Ground("link"))
    subscription.refresh_from_db()
    subscriber = subscription.subscriber
    assert (subscriber.state, subscriber.suppression, subscriber.suppressed_at) == ("active", "", None)
    assert (subscription.state, subscription.when) == ("active", when)
    assert Consent.objects.get().action == "confirmed"


def test_a_link_is_sent_to_whoever_has_confirmed():
    subscriber = SubscriberFactory()
    enrolment.send_link(Channel.EMAIL, subscriber.address_key, "ar")
    for address in (SubscriberFactory(state="pending").address_key, "nobody@example.org"):
        enrolment.send_link(Channel.EMAIL, address, "ar")
    assert [(one.kind, one.subscriber) for one in Delivery.objects.all()] == [("link", subscriber)]


def test_addresses_are_compared_and_masked():
    assert email_key(" Reader@EXAMPLE.org ") == "reader@example.org"
    assert email_key("a@مثال.إختبار") == "a@xn--mgbh0fb.xn--kgbechtv"
    assert masked("reader@mail.example.org") == "r…@m….org"
    assert masked("+96170123456") == "+961…56"
