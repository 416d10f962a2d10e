import json
from contextlib import contextmanager
from datetime import UTC, timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import connection
from django.utils import timezone

import archive.migrations
from archive.models import (
    Channel,
    Consent,
    Delivery,
    DeliveryChannel,
    Subscriber,
    Subscription,
    WhatsAppEvent,
    WhatsAppMessage,
)
from archive.subscriptions import enrolment
from archive.subscriptions.channels import whatsapp_conversation
from archive.subscriptions.channels.whatsapp import opened
from archive.subscriptions.channels.whatsapp_inbox import forget_old, handle_waiting, take_event
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.matching import announce
from archive.subscriptions.outbox import deliver_due
from archive.subscriptions.tokens import delivery_mark
from tests.archive.subscriptions.channels.test_whatsapp import NUMBER, composed, digest_of, reader
from tests.archive.subscriptions.cloud_api import event, status, written
from tests.factories import SectionFactory, SubscriptionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account")]

State, Receipt = Delivery.State, Delivery.Receipt
NOW = timezone.now().replace(microsecond=0)


def told(*bodies: bytes) -> list[str]:
    """See to BODIES; return what was not understood of them."""
    before = set(WhatsAppEvent.objects.values_list("pk", flat=True))
    for body in bodies:
        take_event(body)
    handle_waiting()
    return [one.problem for one in WhatsAppEvent.objects.exclude(pk__in=before).order_by("pk")]


def write(text: str, *, at=NOW, message_id="wamid.in1", number=NUMBER, payload="") -> None:
    assert told(event(messages=[written(number, text, at, message_id=message_id, payload=payload)])) == [""]


def answers() -> list[str]:
    return list(Delivery.objects.filter(is_service=True).order_by("pk").values_list("kind", flat=True))


def ask(when="daily") -> Delivery:
    """What the page does with a number."""
    ground = Ground(Consent.Method.FORM, "/whatsapp/", "…")
    enrolment.ask(Wish(when), ground, channel=Channel.WHATSAPP, address=NUMBER, key=NUMBER.lstrip("+"), language="ar")
    return Delivery.objects.filter(kind="confirmation").latest("pk")


@pytest.mark.parametrize("text", ["اشتراك", "إشتراك", "اشترك", " «اشتراك»! ", "اشْتِراك", "Subscribe"])
def test_whoever_sends_the_word_is_subscribed(text):
    write(text)
    subscription = Subscription.objects.select_related("subscriber").get()
    assert (subscription.what, subscription.when, subscription.state) == ("everything", "important", "active")
    assert (subscription.subscriber.address, subscription.subscriber.state) == (NUMBER, "active")
    assert answers() == ["welcome"]
    consent = Consent.objects.get()
    assert (consent.method, consent.text) == ("message", text)


@pytest.mark.parametrize("is_asked", [True, False])
def test_whoever_was_not_to_be_reached_and_sends_the_word_is_told_of_the_same_again(is_asked):
    subscription = SubscriptionFactory(subscriber=reader(), when="daily", active_since=NOW - timedelta(days=30))
    enrolment.suppress(subscription.subscriber, "refused")
    if is_asked:
        ask()
    write("اشتراك")
    subscriber = Subscriber.objects.get()
    assert (subscriber.state, subscriber.suppression) == ("active", "")
    assert list(subscriber.subscriptions.values_list("what", "when", "state")) == [("everything", "daily", "active")]
    assert answers()[-1:] == ["welcome"]
    assert Consent.objects.last().action == "confirmed"


@pytest.mark.parametrize("text", ["إلغاء", "الغاء", "إلغاء الاشتراك", "Stop", "STOP."])
def test_whoever_sends_the_other_word_has_left(text):
    SubscriptionFactory(subscriber=reader())
    write(text)
    assert Subscription.objects.get().state == "left"
    assert Subscriber.objects.get().state == "left"
    assert answers() == ["bye"]


def test_anything_else_is_helped_but_not_for_ever():
    for number in range(whatsapp_conversation.MAX_HELP_A_DAY + 2):
        write("مرحبا", message_id=f"wamid.in{number}")
    assert answers() == ["help"] * whatsapp_conversation.MAX_HELP_A_DAY
    assert not Subscription.objects.exists()
    assert Subscriber.objects.get().state == "pending"


def test_what_the_page_asked_is_confirmed_by_the_button():
    delivery = ask()
    write("نعم، أؤكد", payload=f"confirm {delivery_mark(delivery)}")
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.when) == ("active", "daily")
    assert Consent.objects.last().action == "confirmed"


@pytest.mark.parametrize("text", ["نعم", "اشتراك", "Yes"])
def test_and_by_a_word(text):
    ask()
    write(text)
    assert list(Subscription.objects.values_list("state", "when")) == [("active", "daily")]


def test_a_button_pressed_on_another_telephone_confirms_nothing():
    delivery = ask()
    write("نعم، أؤكد", payload=f"confirm {delivery_mark(delivery)}", number="+9613999999")
    assert Subscription.objects.get().state == "pending"


def test_a_mark_that_we_did_not_sign_confirms_nothing():
    delivery = ask()
    write("نعم، أؤكد", payload=f"confirm {delivery.pk}.0000000000000000")
    assert Subscription.objects.get().state == "pending"


def test_what_is_denied_is_asked_no_more():
    delivery = ask()
    write("لا", payload=f"deny {delivery_mark(delivery)}")
    assert Subscription.objects.get().state == "left"
    write("نعم", message_id="wamid.in2", at=NOW + timedelta(seconds=5))
    assert Subscription.objects.get().state == "left"
    assert answers() == ["confirmation", "help"]


@pytest.mark.parametrize("text", ["ok", "نعم"])
def test_a_yes_does_not_bring_back_what_was_left(text):
    ask()
    write("نعم", message_id="wamid.in1")
    write("إلغاء", message_id="wamid.in2", at=NOW + timedelta(seconds=5))
    write(text, message_id="wamid.in3", at=NOW + timedelta(seconds=9))
    assert (Subscription.objects.get().state, Subscriber.objects.get().state) == ("left", "left")
    assert answers() == ["confirmation", "welcome", "bye", "help"]


def test_a_yes_to_a_new_question_does():
    ask()
    write("إلغاء", message_id="wamid.in1")
    ask("weekly")
    write("نعم", message_id="wamid.in2", at=NOW + timedelta(seconds=5))
    assert list(Subscription.objects.values_list("state", "when")) == [("active", "weekly")]


def test_a_yes_to_nothing_subscribes_nobody():
    write("نعم")
    assert not Subscription.objects.exists()


def test_who_is_subscribed_keeps_what_they_chose():
    SubscriptionFactory(subscriber=reader(), when="daily")
    write("اشتراك")
    assert Subscription.objects.get().when == "daily"


def test_who_has_as_much_as_one_can_have_is_told_so(server, monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 1)
    SubscriptionFactory(subscriber=reader(), what="section", section=SectionFactory())
    ask()
    Delivery.objects.all().update(state="sent")
    write("نعم")
    assert Subscription.objects.active().count() == 1
    server.wrote_now(NUMBER, NOW)
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert "أنهِ واحدًا منها أولًا" in server.taken[0]["text"]["body"]


def test_switched_off_one_leaves_all_the_same_and_nothing_else_is_done(settings):
    SubscriptionFactory(subscriber=reader())
    settings.SUBSCRIPTIONS = False
    write("مرحبا", message_id="wamid.in1")
    write("إلغاء", message_id="wamid.in2", at=NOW + timedelta(seconds=5))
    write("اشتراك", message_id="wamid.in3", at=NOW + timedelta(seconds=9))
    assert Subscription.objects.get().state == "left"
    assert answers() == []


def test_the_day_begins_with_their_message():
    write("مرحبا")
    assert Subscriber.objects.get().channel_data["wrote_at"] == NOW.timestamp()
    write("مرحبا", message_id="wamid.in0", at=NOW - timedelta(hours=1))
    assert Subscriber.objects.get().channel_data["wrote_at"] == NOW.timestamp()


# --- Again, and in another order ---


def test_the_same_bytes_are_kept_once():
    body = event(messages=[written(NUMBER, "اشتراك", NOW, message_id="wamid.in1")])
    assert [take_event(body), take_event(body)] == [True, False]
    assert WhatsAppEvent.objects.count() == 1


def test_the_same_message_in_another_event_does_nothing():
    one = written(NUMBER, "اشتراك", NOW, message_id="wamid.in1")
    told(event(messages=[one]))
    Subscription.objects.update(state="left")
    told(event(messages=[one, written(NUMBER, "مرحبا", NOW, message_id="wamid.in2")]))
    assert Subscription.objects.get().state == "left"
    assert answers() == ["welcome", "help"]


def test_ids_that_were_kept_themselves_become_what_is_kept_now():
    one = written(NUMBER, "اشتراك", NOW, message_id="wamid.in1")
    told(event(messages=[one]))
    names = [found.name for found in iter_modules(archive.migrations.__path__)]
    [name] = [name for name in names if name.endswith("whatsapp_message_digests")]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE archive_whatsappmessage AS SELECT 'wamid.in1'::text AS message_id")
        cursor.execute(import_module(f"archive.migrations.{name}").DIGEST)
        cursor.execute("SELECT message_id FROM pg_temp.archive_whatsappmessage")
        [(digest,)] = cursor.fetchall()
        cursor.execute("DROP TABLE pg_temp.archive_whatsappmessage")
    assert WhatsAppMessage.objects.get().digest == digest


def test_what_was_wanted_last_stays_whatever_comes_last():
    told(
        event(messages=[written(NUMBER, "إلغاء", NOW, message_id="wamid.in2")]),
        event(messages=[written(NUMBER, "اشتراك", NOW - timedelta(seconds=9), message_id="wamid.in1")]),
    )
    assert not Subscription.objects.active().exists()
    assert answers() == ["bye"]


def test_messages_of_long_ago_are_not_answered():
    write("اشتراك", at=NOW - timedelta(days=20))
    assert not Subscriber.objects.exists()


# --- Receipts ---


@pytest.fixture
def delivered(server):
    """A delivery that the server has taken, and what it took."""
    message = composed()
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    message.delivery.refresh_from_db()
    return message.delivery, server.taken[0]


def receipts(delivery: Delivery, taken: dict, *names: str, code: int = 0) -> Delivery:
    for name in names:
        assert told(event(statuses=[status(taken, name, NOW, code=code)])) == [""]
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize(
    ("names", "receipt"),
    [
        (["sent"], Receipt.TAKEN),
        (["sent", "delivered", "read"], Receipt.READ),
        (["read", "delivered", "sent"], Receipt.READ),
        (["delivered", "sent"], Receipt.DELIVERED),
        (["delivered", "failed"], Receipt.DELIVERED),
    ],
)
def test_receipts_only_go_up(delivered, names, receipt):
    delivery = receipts(*delivered, *names)
    assert (delivery.state, delivery.receipt) == (State.SENT, receipt)


def test_a_number_that_turns_out_to_have_no_whatsapp(delivered):
    delivery = receipts(*delivered, "failed", code=131026)
    assert (delivery.state, delivery.subscriber.state) == (State.SUPPRESSED, "suppressed")
    assert delivery.outcome == "131026 Error 131026 as told"


def test_what_failed_for_now_is_sent_again_and_old_receipts_do_not_stop_it(delivered, server):
    delivery, taken = delivered
    receipts(delivery, taken, "failed", code=131056)
    assert (delivery.state, delivery.message_id) == (State.DUE, "")
    receipts(delivery, taken, "sent")
    assert delivery.state == State.DUE
    Delivery.objects.update(due_at=timezone.now())
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.message_id) == (State.SENT, server.taken[1]["id"])


def test_what_failed_for_good_has_failed(delivered):
    assert receipts(*delivered, "failed", code=131049).state == State.FAILED
    assert Subscriber.objects.get().state == "active"


def test_a_day_that_was_over_after_all_is_closed_and_the_message_comes_as_a_template(server):
    server.wrote_now(NUMBER, timezone.now())
    message = composed(reader(wrote_ago=timedelta(hours=1)))
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert receipts(message.delivery, server.taken[0], "failed", code=131047).state == State.DUE
    Delivery.objects.update(due_at=timezone.now())
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert [one["type"] for one in server.taken] == ["text", "template"]


def test_a_day_that_has_begun_since_stays_open(server):
    server.wrote_now(NUMBER, timezone.now())
    message = composed(reader(wrote_ago=timedelta(hours=1)))
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    wrote_at = (timezone.now() + timedelta(seconds=1)).timestamp()
    Subscriber.objects.update(channel_data={"wrote_at": wrote_at})
    receipts(message.delivery, server.taken[0], "failed", code=131047)
    assert Subscriber.objects.get().channel_data == {"wrote_at": wrote_at}


def test_an_account_that_is_locked_pauses_the_channel(delivered):
    assert receipts(*delivered, "failed", code=131031).state == State.DUE
    assert DeliveryChannel.objects.get().paused


def test_a_receipt_tells_what_a_dead_process_could_not_note(server):
    """It died after WhatsApp had taken the message: without the receipt, it would go out twice."""
    server.refuse = lambda message: "drop"
    message = composed()
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    delivery = receipts(message.delivery, server.taken[0], "sent")
    assert (delivery.state, delivery.message_id) == (State.SENT, server.taken[0]["id"])
    Delivery.objects.update(due_at=timezone.now())
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert len(server.taken) == 1


def test_of_a_digest_that_a_receipt_tells_of_its_articles_are_known_too(server, now, publish):
    server.refuse = lambda message: "drop"
    article = publish()
    announce(at=now)
    delivery = digest_of(now)
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    delivery = receipts(delivery, server.taken[0], "sent")
    assert (delivery.state, delivery.data["articles"]) == (State.SENT, [article.pk])


@pytest.mark.parametrize(("code", "state"), [(131056, State.DUE), (131049, State.FAILED), (131026, State.SUPPRESSED)])
def test_what_fails_before_it_is_noted_as_sent_is_not_noted_as_sent(server, code, state):
    delivery = composed().delivery

    @contextmanager
    def opened_and_told():
        with opened() as send:

            def send_and_be_told(one):
                message_id = send(one)
                receipts(delivery, server.taken[0], "failed", code=code)
                return message_id

            yield send_and_be_told

    deliver_due(Channel.WHATSAPP, opened_and_told, max_seconds=10)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.message_id, delivery.lease_until, delivery.sent_at) == (state, "", None, None)


def test_receipts_of_others_say_nothing(delivered):
    delivery, taken = delivered
    for mark in ("", "1.abc", f"{delivery.pk}.0123456789abcdef"):
        other = {**taken, "biz_opaque_callback_data": mark}
        assert receipts(delivery, other, "delivered").receipt == Receipt.NONE
    other = {**taken, "id": "wamid.other"}
    assert receipts(delivery, other, "failed", code=131026).state == State.SENT


# --- What is not understood ---


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not about a WhatsApp account"),
        (b'{"object": "page"}', "not about a WhatsApp account"),
        (b'{"object": "whatsapp_business_account", "entry": [5]}', "of another form than we know"),
        (event(field="message_template_status_update"), "unknown: message_template_status_update"),
        (
            event(statuses=[{"id": "wamid.1", "status": "deleted", "timestamp": "1"}]),
            "unknown status: deleted",
        ),
        (event(messages=[{"from": "961", "id": "wamid.9"}]), "KeyError: 'timestamp'"),
        (
            event(messages=[{"type": "system", "id": "x", "from": "1", "timestamp": "4000000000"}]),
            "unknown message: system",
        ),
    ],
)
def test_what_is_not_understood_is_kept_with_its_bytes(body, problem):
    assert told(body) == [problem]
    assert bytes(WhatsAppEvent.objects.get().body) == body


def test_the_rest_of_an_event_is_seen_to():
    body = event(messages=[{"id": "x"}, written(NUMBER, "اشتراك", NOW, message_id="wamid.in1")])
    assert told(body) == ["KeyError: 'timestamp'"]
    assert Subscription.objects.get().state == "active"


def test_another_number_of_the_account_is_none_of_ours():
    content = json.loads(event(messages=[written(NUMBER, "اشتراك", NOW, message_id="wamid.in1")]))
    content["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "7"
    assert told(json.dumps(content).encode()) == ["about another number"]
    assert not Subscription.objects.exists()


def test_who_tells_whatsapp_that_they_want_no_more_has_left():
    SubscriptionFactory(subscriber=reader())
    wish = {"wa_id": NUMBER.lstrip("+"), "category": "marketing_messages", "value": "stop", "timestamp": f"{NOW:%s}"}
    wish["timestamp"] = str(int(NOW.astimezone(UTC).timestamp()))
    assert told(event(field="user_preferences", user_preferences=[wish])) == [""]
    assert Subscription.objects.get().state == "left"


def test_old_events_are_forgotten():
    write("اشتراك")
    told(b"[]")
    kept = []
    for days in (6, 8, 31):
        forget_old(at=timezone.now() + timedelta(days=days))
        kept.append((WhatsAppEvent.objects.count(), WhatsAppMessage.objects.count()))
    assert kept == [(2, 1), (1, 1), (0, 0)]
