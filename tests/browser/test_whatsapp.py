"""From a visitor's number to the message on WhatsApp, and out again by a word."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from archive.models import Article, Subscriber, Subscription
from archive.tasks.subscriptions import handle_whatsapp_events
from tests.archive.subscriptions.channels.conftest import account, server  # noqa: F401
from tests.archive.subscriptions.cloud_api import event, status, written
from tests.browser.faults import faults
from tests.browser.test_admin import desk, log_in, newsroom  # noqa: F401
from tests.browser.test_newsletter import Context, work
from tests.factories import ArticleFactory, SocialAccountFactory

PAGE = reverse("archive:whatsapp")
NUMBER = "+9613123456"


@pytest.fixture
def meta(server, settings, live_server):  # noqa: F811
    """WhatsApp, which tells the live site what happens there."""
    settings.SITE_URL = live_server.url
    server.webhook = live_server.url + reverse("archive:whatsapp-webhook")
    return server


def press(meta, button: dict, text: str) -> None:
    """Press BUTTON of the message that came last, as its reader does."""
    payload = button["parameters"][0]["payload"]
    say(meta, text, payload=payload)


def say(meta, text: str, *, payload: str = "") -> None:
    now = timezone.now()
    meta.wrote_now(NUMBER, now)
    message_id = f"wamid.in{meta.requests}-{text}"
    body = event(messages=[written(NUMBER, text, now, message_id=message_id, payload=payload)])
    assert meta.tell(body) == 200
    see_to_it()


def see_to_it() -> None:
    handle_whatsapp_events.func(Context())
    work()


def subscribe(page: Page, meta) -> None:
    page.goto(PAGE)
    page.get_by_label("الرقم على واتساب").fill("٠٣ ١٢٣ ٤٥٦")
    page.locator("main").get_by_role("button", name="اشترك").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("انظر في واتساب")
    work()
    asked = meta.taken[-1]
    assert (asked["to"], asked["template"]["name"]) == ("9613123456", "sijill_confirmation")
    press(meta, asked["template"]["components"][1], "نعم، أؤكد")
    assert Subscription.objects.get().state == "active"
    assert meta.taken[-1]["text"]["body"].startswith("أهلًا بك في أخبار")


def test_from_a_number_to_the_message_and_out_again(desk, meta):  # noqa: F811
    subscribe(desk, meta)
    # The day is over: what comes now needs a template.
    Subscriber.objects.update(channel_data={})
    meta.wrote.clear()
    log_in(desk, "editor")
    article = ArticleFactory(title="وصول السفينة إلى الميناء", draft=True, importance=1, published_at=timezone.now())
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    desk.get_by_label("الحالة:", exact=True).select_option(Article.Status.PUBLISHED)
    desk.get_by_role("button", name="احفظ", exact=True).first.click()
    expect(desk).to_have_url(re.compile(r"/admin/archive/article/$"))
    work()
    message = meta.taken[-1]
    assert message["template"]["components"][0]["parameters"][1]["text"] == "وصول السفينة إلى الميناء"
    assert meta.tell(event(statuses=[status(message, "delivered", timezone.now())])) == 200
    see_to_it()
    press(meta, message["template"]["components"][2], "إلغاء الاشتراك")
    assert Subscription.objects.get().state == "left"
    assert meta.taken[-1]["text"]["body"].startswith("أُلغي اشتراكك")
    count = len(meta.taken)
    ArticleFactory(importance=2, published_at=timezone.now())
    work()
    assert len(meta.taken) == count


def test_a_subscriber_sees_what_became_of_their_messages(empty_site, meta):
    page = empty_site
    subscribe(page, meta)
    ArticleFactory(title="وصول السفينة", importance=2, published_at=timezone.now())
    work()
    meta.tell(event(statuses=[status(meta.taken[-1], "read", timezone.now())]))
    say(meta, "مرحبا")
    link = re.search(r"https?://\S+/newsletter/manage/\S+", meta.taken[-1]["text"]["body"])[0]
    page.goto(link)
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
