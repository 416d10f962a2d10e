import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from archive.models import DeliveryChannel, SubscriptionTally
from archive.search.filters import SearchFilters
from archive.subscriptions import enrolment, outbox
from archive.subscriptions.enrolment import Ground
from archive.subscriptions.saved_searches import save_search
from tests.factories import (
    ArticleFactory,
    DeliveryFactory,
    EntityFactory,
    SectionFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

FIGURES = reverse("admin:archive_deliverychannel_changelist")
SUBSCRIBERS = reverse("admin:archive_subscriber_changelist")
DELIVERIES = reverse("admin:archive_delivery_changelist")
ADDRESS = "reader@example.org"
MESSAGE_ID = "wamid.HBgLOTYxNzAxMjM0NTY="


@pytest.fixture
def subscriber(db):
    return SubscriptionFactory(subscriber=SubscriberFactory(address=ADDRESS)).subscriber


def pages(subscriber) -> list[str]:
    delivery = DeliveryFactory(
        subscriber=subscriber,
        article=ArticleFactory(),
        state="failed",
        outcome=f"550 5.1.1 <{ADDRESS}> unknown",
        message_id=MESSAGE_ID,
    )
    return [
        SUBSCRIBERS,
        DELIVERIES,
        reverse("admin:archive_subscriber_change", args=[subscriber.pk]),
        reverse("admin:archive_delivery_change", args=[delivery.pk]),
        FIGURES,
    ]


def test_addresses_are_hidden_from_who_was_not_given_that_right(editor, subscriber):
    for address in pages(subscriber):
        response = editor.get(address)
        assert response.status_code == 200
        assert ADDRESS not in response.content.decode(), address
        assert MESSAGE_ID not in response.content.decode(), address
    assert "r…@e….org" in editor.get(SUBSCRIBERS).content.decode()
    # Nor can they be found out by asking.
    assert ADDRESS not in editor.get(SUBSCRIBERS, {"q": "reader@"}).content.decode()
    assert "searchbar" not in editor.get(SUBSCRIBERS).content.decode()


@pytest.mark.parametrize(
    ("page", "lookup"),
    [
        (SUBSCRIBERS, {"address__startswith": "read"}),
        (SUBSCRIBERS, {"address_key": ADDRESS}),
        (SUBSCRIBERS, {"secret__startswith": "a"}),
        (DELIVERIES, {"outcome__contains": ADDRESS}),
        (DELIVERIES, {"data__to__startswith": "read"}),
        (DELIVERIES, {"subscriber__address__startswith": "read"}),
    ],
)
def test_addresses_cannot_be_asked_for_by_the_lists_address(editor, subscriber, page, lookup):
    pages(subscriber)
    response = editor.get(page, lookup)
    assert response.status_code == 400 or "r…@e….org" not in response.content.decode()
    assert "r…@e….org" in editor.get(page, {"channel__exact": "email"}).content.decode()


def test_who_sees_addresses_lifts_a_suppression(editor, subscriber):
    complained = SubscriptionFactory().subscriber
    enrolment.suppress(subscriber, "refused")
    enrolment.suppress(complained, "complained")
    action = {"action": "lift_suppression", "_selected_action": [subscriber.pk, complained.pk]}
    editor.post(SUBSCRIBERS, action)
    subscriber.refresh_from_db()
    assert subscriber.state == "suppressed"
    User.objects.get().user_permissions.add(Permission.objects.get(codename="view_addresses"))
    page = editor.post(SUBSCRIBERS, action, follow=True).content.decode()
    subscriber.refresh_from_db()
    complained.refresh_from_db()
    assert (subscriber.state, complained.state) == ("active", "suppressed")
    assert "عادت المراسلة إلى مشترك واحد." in page
    assert LogEntry.objects.get().object_id == str(subscriber.pk)


def test_addresses_are_shown_to_who_was(editor, subscriber):
    User.objects.get().user_permissions.add(Permission.objects.get(codename="view_addresses"))
    assert ADDRESS in editor.get(SUBSCRIBERS, {"q": "reader@"}).content.decode()
    *shown, _figures = pages(subscriber)
    assert all(ADDRESS in editor.get(address).content.decode() for address in shown)


def test_writers_see_none_of_it(writer, subscriber):
    assert [writer.get(address).status_code for address in (FIGURES, SUBSCRIBERS, DELIVERIES)] == [403] * 3


def test_nobody_writes_by_hand_what_subscribers_do(admin, subscriber):
    assert admin.get(reverse("admin:archive_subscriber_add")).status_code == 403
    page = admin.get(reverse("admin:archive_subscriber_change", args=[subscriber.pk])).content.decode()
    assert 'name="_save"' not in page


def test_figures_tell_growth_failures_and_who_left_by_section(editor):
    section = SectionFactory(name="اقتصاد")
    leaving = SubscriptionFactory(what="section", section=section)
    SubscriptionFactory.create_batch(3)
    enrolment.leave(leaving.subscriber, Ground("link"))
    SubscriptionTally.objects.create(day=timezone.localdate(), channel="email", event="joined", count=7)
    DeliveryFactory(state="sent")
    DeliveryFactory(state="failed")
    page = editor.get(FIGURES).content.decode()
    counts = re.findall(r'waiting__count">([^<]+)</span> <span class="waiting__label">([^<]+)<', page)
    assert {label: count for count, label in reversed(counts)} == {
        "المشتركون": "٥",
        "لم يؤكّدوا بعد": "٠",
        "متعذّر الوصول إليهم": "٠",
        "رسائل تنتظر": "٠",
        "رسائل أُرسلت": "١",
        "رسائل أخفقت": "١",
    }
    assert listed(page)["قسم «اقتصاد»"] == ("٠", "١")
    bars = re.search(r"<bdi>قسم «اقتصاد»</bdi></span>(.*?)</li>", page, re.DOTALL)[1]
    # Beside three to all news, the longest bar.
    assert re.findall(r'width="(\d+)"', bars) == ["0", "33"]
    assert re.search(r'channel__joined" x="29.1" y="0" width="0.8" height="100"', page)
    assert re.search(r'channel__gone" x="29.1" y="100" width="0.8" height="14"', page)


def listed(page: str) -> dict[str, tuple[str, str]]:
    """By what is subscribed to: how many subscriptions there are and how many ended."""
    rows = re.findall(r"<tr><td><bdi>([^<]*)</bdi></td><td>(\S+)</td><td>(\S+)</td></tr>", page)
    return {label: (active, left) for label, active, left in rows}


def test_figures_tell_who_left_of_names_stories_and_searches(editor):
    entity, story = EntityFactory(name="جنيف"), StoryFactory(title="إعادة فتح المرفأ")
    search = save_search("السفينة", SearchFilters(), "q=السفينة")
    for target in ({"what": "entity", "entity": entity}, {"what": "story", "story": story}):
        SubscriptionFactory(**target)
        enrolment.leave(SubscriptionFactory(**target).subscriber, Ground("link"))
    enrolment.leave(SubscriptionFactory(what="search", search=search).subscriber, Ground("link"))
    # Of another time, and of one that was never confirmed.
    SubscriptionFactory(what="search", search=search, state="left", left_at=timezone.now() - timedelta(days=40))
    enrolment.leave(
        SubscriptionFactory(what="search", search=search, state="pending", active_since=None).subscriber,
        Ground("link"),
    )
    assert listed(editor.get(FIGURES).content.decode().partition('id="channel-push"')[0]) == {
        "كل الأخبار": ("٠", "٠"),
        "الأسماء": ("١", "١"),
        "القصص": ("١", "١"),
        "عمليات البحث": ("٠", "١"),
        "أخبار «جنيف»": ("١", "١"),
        "قصة «إعادة فتح المرفأ»": ("١", "١"),
    }


def test_figures_tell_on_which_day_messages_failed(editor):
    DeliveryFactory.create_batch(2, state="failed")
    DeliveryFactory(state="suppressed", created_at=timezone.now() - timedelta(days=2))
    DeliveryFactory(state="sent")
    page = editor.get(FIGURES).content.decode()
    drawing = re.search(r'aria-label="رسائل أخفقت، بحسب يوم إعدادها">(.*?)</svg>', page, re.DOTALL)[1]
    columns = re.findall(r'x="(\d+)\.1" y="(\d+)" width="0.8" height="(\d+)"', drawing)
    assert [column for column in columns if column[2] != "0"] == [("27", "50", "50"), ("29", "0", "100")]


def test_a_channel_is_paused_and_resumed(editor, subscriber):
    editor.get(FIGURES)
    editor.post(reverse("admin:archive_deliverychannel_pause", args=["email"]))
    assert DeliveryChannel.objects.get(channel="email").paused
    assert "القناة موقوفة مؤقتًا" in editor.get(FIGURES).content.decode()
    editor.post(reverse("admin:archive_deliverychannel_resume", args=["email"]))
    assert not DeliveryChannel.objects.filter(paused=True).exists()
    entries = LogEntry.objects.order_by("pk")
    assert [entry.get_change_message() for entry in entries] == [
        "تم تغيير الإرسال (أُوقف مؤقتًا).",
        "تم تغيير الإرسال (استُؤنف).",
    ]
    with override("en"):
        assert entries[0].get_change_message() == "Changed the sending (paused)."


def test_a_pause_needs_a_form_and_the_right(editor, writer, db):
    DeliveryChannel.objects.create(channel="email")
    address = reverse("admin:archive_deliverychannel_pause", args=["email"])
    assert editor.get(address).status_code == 405
    assert writer.post(address).status_code == 403
    assert not DeliveryChannel.objects.get().paused


def test_what_went_wrong_is_told(editor, db):
    outbox.pause("email", "535 wrong password")
    assert "535 wrong password" in editor.get(FIGURES).content.decode()


def test_how_many_a_minute_is_an_editors_choice(editor, db):
    channel = DeliveryChannel.objects.create(channel="email")
    editor.post(reverse("admin:archive_deliverychannel_change", args=["email"]), {"per_minute": "30"})
    channel.refresh_from_db()
    assert channel.per_minute == 30
