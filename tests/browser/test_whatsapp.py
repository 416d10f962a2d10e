"""From a visitor's number to the message on WhatsApp, and out again by a word."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from archive.models import Delivery, Subscriber, Subscription
from archive.tasks.subscriptions import request_subscriber_news
from tests.archive.subscriptions.channels.conftest import account, of_account, server  # noqa: F401
from tests.archive.subscriptions.cloud_api import event, status, written
from tests.browser.faults import faults
from tests.browser.telling import next_of, nobody_is_told_of, publish, worker_beside
from tests.browser.test_admin import desk, log_in, newsroom  # noqa: F401
from tests.factories import ArticleFactory, SocialAccountFactory
from tests.newsapp.server_process import wait_until

PAGE = reverse("archive:whatsapp")
NUMBER = "+9613123456"


@pytest.fixture
def meta(server, live_server, transactional_db):  # noqa: F811
    """WhatsApp, to which the worker sends, and which tells the live site what happens there."""
    server.webhook = live_server.url + reverse("archive:whatsapp-webhook")
    with worker_beside(live_server, **of_account(server)):
        yield server


def press(meta, button: dict, text: str) -> dict:
    """Press BUTTON of the message that came last, as its reader does; return what is answered."""
    return say(meta, text, payload=button["parameters"][0]["payload"])


def say(meta, text: str, *, payload: str = "") -> dict:
    """Write TEXT from the reader's number; return what is answered."""
    now = timezone.now()
    meta.wrote_now(NUMBER, now)
    message_id = f"wamid.in{meta.requests}-{text}"
    body = event(messages=[written(NUMBER, text, now, message_id=message_id, payload=payload)])
    return next_of(meta.taken, lambda: tell(meta, body))


def tell(meta, body: bytes) -> None:
    assert meta.tell(body) == 200


def subscribe(page: Page, meta) -> None:
    page.goto(PAGE)
    page.get_by_label("الرقم على واتساب").fill("٠٣ ١٢٣ ٤٥٦")
    asked = next_of(meta.taken, page.locator("main").get_by_role("button", name="اشترك").click)
    expect(page.get_by_role("heading", level=1)).to_have_text("انظر في واتساب")
    assert (asked["to"], asked["template"]["name"]) == ("9613123456", "sijill_confirmation")
    answer = press(meta, asked["template"]["components"][1], "نعم، أؤكد")
    assert answer["text"]["body"].startswith("أهلًا بك في أخبار")
    assert Subscription.objects.get().state == "active"


def test_from_a_number_to_the_message_and_out_again(desk, meta):  # noqa: F811
    subscribe(desk, meta)
    # The day is over: what comes now needs a template.
    Subscriber.objects.update(channel_data={})
    meta.wrote.clear()
    log_in(desk, "editor")
    message = next_of(meta.taken, lambda: publish(desk, "وصول السفينة إلى الميناء"))
    assert message["template"]["components"][0]["parameters"][1]["text"] == "وصول السفينة إلى الميناء"
    tell(meta, event(statuses=[status(message, "delivered", timezone.now())]))
    wait_until(lambda: Delivery.objects.filter(message_id=message["id"], receipt=Delivery.Receipt.DELIVERED).exists())
    answer = press(meta, message["template"]["components"][2], "إلغاء الاشتراك")
    assert answer["text"]["body"].startswith("أُلغي اشتراكك")
    assert Subscription.objects.get().state == "left"
    count = len(meta.taken)
    assert nobody_is_told_of(publish(desk, "مغادرة السفينة"))
    assert len(meta.taken) == count


def test_a_subscriber_sees_what_became_of_their_messages(empty_site, meta):
    page = empty_site
    subscribe(page, meta)
    ArticleFactory(title="وصول السفينة", importance=2, published_at=timezone.now())
    message = next_of(meta.taken, request_subscriber_news)
    tell(meta, event(statuses=[status(message, "read", timezone.now())]))
    answer = say(meta, "مرحبا")
    page.goto(re.search(r"https?://\S+/newsletter/manage/\S+", answer["text"]["body"])[0])
    expect(page.get_by_text("+9613123456")).to_be_visible()
    expect(page.get_by_text("قُرئت", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="غيّر العنوان")).to_have_count(0)
    assert faults(page) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("is_on", [True, False])
def test_its_pages_are_laid_out_well(empty_site, console_errors, request, width, is_on):
    if is_on:
        request.getfixturevalue("account")
    page = empty_site
    page.set_viewport_size({"width": width, "height": 800})
    SocialAccountFactory(network="whatsapp", url="https://whatsapp.com/channel/abc", label="قناتنا")
    found = {}
    for address in (PAGE, reverse("archive:whatsapp-sent")):
        page.goto(address)
        if wrong := faults(page):
            found[address] = wrong
    if is_on:
        page.goto(PAGE)
        page.get_by_label("الرقم على واتساب").fill("12")
        page.locator("main").get_by_role("button", name="اشترك").click()
        expect(page.get_by_text("لا هاتف بهذا الرقم. راجع أرقامه والبلد.")).to_be_visible()
        if wrong := faults(page):
            found["errors"] = wrong
        # What the browser says of the page that told what was wrong.
        console_errors[:] = [error for error in console_errors if "status of 422" not in error]
    assert found == {}
