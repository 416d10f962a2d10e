from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.subscriptions import tokens
from tests.factories import DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def test_a_confirmation_is_what_was_asked_and_ends_by_itself(now):
    subscription = SubscriptionFactory()
    with time_machine.travel(now, tick=False):
        token = tokens.confirm_token(subscription, "daily")
        assert tokens.read_confirm_token(token) == (subscription, "daily")
    with time_machine.travel(now + timedelta(days=4), tick=False):
        assert tokens.read_confirm_token(token) is None


def test_another_secret_ends_every_link():
    subscription = SubscriptionFactory()
    subscriber = subscription.subscriber
    made = [
        (tokens.read_confirm_token, tokens.confirm_token(subscription, "daily")),
        (tokens.read_manage_token, tokens.manage_token(subscriber)),
        (tokens.read_leave_token, tokens.leave_token(subscriber, [1])),
        (tokens.read_address_token, tokens.address_token(subscriber, "a@example.org")),
    ]
    assert all(read(token) for read, token in made)
    subscriber.secret = "another"
    subscriber.save()
    assert not any(read(token) for read, token in made)


def test_a_token_of_one_purpose_serves_no_other():
    subscriber = SubscriberFactory()
    manage, leave = tokens.manage_token(subscriber), tokens.leave_token(subscriber, [])
    assert tokens.read_manage_token(leave) is None
    assert tokens.read_leave_token(manage) is None
    assert tokens.read_confirm_token(manage) is None


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\0", "é" * 500])
def test_what_is_no_token_is_nothing(token):
    for read in (
        tokens.read_confirm_token,
        tokens.read_manage_token,
        tokens.read_leave_token,
        tokens.read_address_token,
        tokens.read_delivery_mark,
    ):
        assert read(token) is None


def test_marks_survive_a_change_of_case_and_no_other():
    delivery = DeliveryFactory()
    mark = tokens.delivery_mark(delivery)
    assert tokens.read_delivery_mark(mark.upper()) == delivery.pk
    assert tokens.read_delivery_mark(mark[:-1] + ("0" if mark[-1] != "0" else "1")) is None
    assert tokens.read_delivery_mark(f"{delivery.pk + 1}.{mark.partition('.')[2]}") is None


def test_who_took_anothers_place_is_found_in_an_index():
    subscriber = SubscriberFactory()
    stale = tokens.leave_token(subscriber, [])
    subscriber.delete()
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        # In a table as small as this one every way costs as much.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        assert tokens.read_leave_token(stale) is None
        cursor.execute(f"EXPLAIN {queries[-1]['sql']}")
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "Bitmap Index Scan on subscriber_absorbed" in plan
