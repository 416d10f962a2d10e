import json

import pytest
from django.utils import timezone

from archive.models import (
    Consent,
    Delivery,
    Subscriber,
    Subscription,
    SubscriptionTally,
    WhatsAppEvent,
    WhatsAppMessage,
)
from archive.subscriptions import personal_data
from archive.subscriptions.channels.whatsapp_inbox import handle_waiting, take_event
from archive.subscriptions.enrolment import Ground
from tests.archive.subscriptions.channels.conftest import account  # noqa: F401
from tests.archive.subscriptions.cloud_api import event, written
from tests.factories import ArticleFactory, DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
HIS, HERS = "+96170123456", "+96170123457"
GROUND = Ground("form", "/article/7/", "اشترك في النشرة", "192.0.2.0/24")
NOW = timezone.now().replace(microsecond=0)


def reader(number=HIS, key=""):
    return SubscriberFactory(channel="whatsapp", address=number, address_key=key or number.lstrip("+"))


def of_both(*, said="مرحبا") -> bytes:
    """One event with a message of each."""
    messages = [written(number, said, NOW, message_id=f"wamid.{number}") for number in (HIS, HERS)]
    contacts = [{"wa_id": number.lstrip("+"), "profile": {"name": f"صاحب {number}"}} for number in (HIS, HERS)]
    return event(messages=messages, contacts=contacts)


def kept(body: bytes, **values) -> WhatsAppEvent:
    return WhatsAppEvent.objects.create(body=body, digest=f"{WhatsAppEvent.objects.count():064}", **values)


def test_an_export_has_every_column_and_no_secret():
    subscriber = SubscriberFactory(channel_data={"wrote_at": 7.5})
    subscription = SubscriptionFactory(subscriber=subscriber, when="daily")
    DeliveryFactory(
        subscriber=subscriber,
        article=ArticleFactory(),
        state="sent",
        reasons=[subscription.pk],
        data={"to": "x@y.org"},
    )
    GROUND.record(subscriber, "asked", subscription)
    found = personal_data.export(subscriber)
    assert found["address"] == subscriber.address
    assert found["channel_data"] == {"wrote_at": 7.5}
    assert (found["subscriptions"][0]["when"], found["deliveries"][0]["state"]) == ("daily", "sent")
    assert (found["deliveries"][0]["reasons"], found["deliveries"][0]["data"]) == (
        [subscription.pk],
        {"to": "x@y.org"},
    )
    assert (found["consents"][0]["text"], found["consents"][0]["network"]) == (GROUND.text, GROUND.network)
    assert subscriber.secret not in json.dumps(found)


# What tells nothing of a subscriber that the rest does not, and what has another name in an export.
OURS = {"id", "subscriber", "address_key", "secret", "channel", "lease_until", "is_service"}
AS_TARGET = {"section", "entity", "story", "search"}
NAMED = {"version": "correction"}


def test_no_column_is_forgotten():
    subscription = SubscriptionFactory()
    DeliveryFactory(subscriber=subscription.subscriber)
    GROUND.record(subscription.subscriber, "asked", subscription)
    found = personal_data.export(subscription.subscriber)
    rows = {Subscriber: found, Subscription: found["subscriptions"][0], Consent: found["consents"][0]}
    for model, row in {**rows, Delivery: found["deliveries"][0]}.items():
        columns = {field.name for field in model._meta.concrete_fields} - OURS - AS_TARGET
        assert {NAMED.get(name, name) for name in columns} - set(row) == set()


def test_an_export_has_what_whatsapp_told_of_the_number_and_of_nobody_else():
    kept(of_both(), handled_at=NOW)
    kept(of_both(said=f"رقمه {HIS}"))
    kept(f"no JSON {HIS}".encode(), handled_at=NOW)
    told = personal_data.export(reader())["told_by_whatsapp"]
    assert [[sorted(part) for part in one["told"]] for one in told] == [
        [["from", "id", "text", "timestamp", "type"], ["profile", "wa_id"]]
    ] * 2
    assert told[1]["told"][0]["text"] == {"body": f"رقمه {HIS}"}
    assert HERS.lstrip("+") not in json.dumps(told)
    assert personal_data.export(SubscriberFactory())["told_by_whatsapp"] == []


def test_a_number_that_whatsapp_writes_in_another_way_is_known():
    kept(event(messages=[written("+5215512345678", "hola", NOW, message_id="wamid.1")]), handled_at=NOW)
    subscriber = reader("+525512345678")
    assert len(personal_data.export(subscriber)["told_by_whatsapp"]) == 1
    personal_data.erase(subscriber)
    assert b"5512345678" not in bytes(WhatsAppEvent.objects.get().body)


def test_erasing_leaves_no_row_and_keeps_the_counts():
    subscription = SubscriptionFactory()
    DeliveryFactory(subscriber=subscription.subscriber)
    GROUND.record(subscription.subscriber, "asked")
    personal_data.erase(subscription.subscriber)
    assert not any(model.objects.exists() for model in (Subscriber, Subscription, Consent, Delivery))
    assert SubscriptionTally.objects.get(event="gone").count == 1


def test_erasing_takes_the_number_out_of_what_whatsapp_told_us():
    bodies = [b'{"from": "96170123456"}', b'{"from": "96170123457"}', f"no JSON {HIS}".encode()]
    rows = [kept(body, handled_at=NOW, problem=f"of {body.decode()}") for body in bodies]
    rows.append(kept(of_both(), handled_at=NOW))
    personal_data.erase(reader())
    for row in rows:
        row.refresh_from_db()
    assert [bytes(row.body) for row in rows[:3]] == [b"", bodies[1], b""]
    assert not any("96170123456" in row.problem for row in rows)
    left = json.loads(bytes(rows[3].body))["entry"][0]["changes"][0]["value"]
    assert [one["from"] for one in left["messages"]] == ["96170123457"]
    assert [one["wa_id"] for one in left["contacts"]] == ["96170123457"]


@pytest.mark.usefixtures("account")
def test_what_waits_to_be_seen_to_is_erased_too_and_the_rest_is_seen_to():
    take_event(of_both(said="اشتراك"))
    personal_data.erase(reader())
    handle_waiting()
    assert [one.address for one in Subscriber.objects.all()] == [HERS]
    assert HIS.lstrip("+").encode() not in bytes(WhatsAppEvent.objects.get().body)
    # Told again within a week, it is still known.
    assert not take_event(of_both(said="اشتراك"))


@pytest.mark.usefixtures("account")
def test_no_number_can_be_read_out_of_what_was_seen_to():
    take_event(of_both())
    handle_waiting()
    assert WhatsAppMessage.objects.count() == 2
    assert not any("wamid" in one.digest for one in WhatsAppMessage.objects.all())
