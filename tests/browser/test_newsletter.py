"""From a visitor's address to the mail in a real mail server, and out again by one click."""

import re
import urllib.request

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from archive.models import Subscription
from tests.archive.smtp import mail_server
from tests.browser.faults import faults
from tests.browser.telling import next_of, nobody_is_told_of, publish, worker_beside
from tests.browser.test_admin import desk, log_in, newsroom  # noqa: F401
from tests.factories import ArticleFactory, SectionFactory

NEWSLETTER = reverse("archive:newsletter")


@pytest.fixture
def mailbox(live_server, transactional_db):
    """What comes in at a real mail server, to which the worker sends."""
    with (
        mail_server() as (mailbox, port),
        worker_beside(live_server, EMAIL_URL=f"smtp://127.0.0.1:{port}", NEWSLETTER_FROM="news@example.org"),
    ):
        yield mailbox


def link_in(message, name: str) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(rf"https?://\S+/newsletter/{name}/\S+", text)[0]


def subscribe(page: Page, mailbox) -> None:
    page.goto("/")
    page.get_by_label("عنوان البريد الإلكتروني").fill("reader@example.org")
    message = next_of(mailbox.messages, page.get_by_role("button", name="اشترك").click)
    expect(page.get_by_role("heading", level=1)).to_have_text("انظر في بريدك")
    page.goto(link_in(message, "confirm"))
    page.get_by_role("button", name="نعم، أريد الاشتراك").click()
    expect(page.get_by_role("status")).to_contain_text("تم اشتراكك.")


def test_from_an_address_to_the_mail_and_out_again(desk, mailbox):  # noqa: F811
    subscribe(desk, mailbox)
    log_in(desk, "editor")
    message = next_of(mailbox.messages, lambda: publish(desk, "وصول السفينة إلى الميناء"))
    assert (message["Subject"], message["To"]) == ("وصول السفينة إلى الميناء", "reader@example.org")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = message["List-Unsubscribe"].strip("<>")
    request = urllib.request.Request(one_click, b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    assert Subscription.objects.get().state == "left"
    assert nobody_is_told_of(publish(desk, "مغادرة السفينة"))
    assert len(mailbox.messages) == 2


def test_everything_is_changed_by_the_link_in_a_message(empty_site, mailbox):
    page = empty_site
    SectionFactory(name="اقتصاد")
    subscribe(page, mailbox)
    page.get_by_role("link", name="اعرض كل اشتراكاتك").click()
    page.get_by_label("كل الأخبار").first.select_option("daily")
    page.get_by_role("button", name="احفظ").click()
    expect(page.get_by_role("status")).to_contain_text("حُفظت تغييراتك.")
    page.get_by_label("ما تودّ أن يصلك").select_option(label="اقتصاد")
    page.get_by_role("button", name="اشترك", exact=True).click()
    expect(page.get_by_text("قسم «اقتصاد»")).to_be_visible()
    assert sorted(Subscription.objects.values_list("what", "when")) == [
        ("everything", "daily"),
        ("section", "at_once"),
    ]
    page.get_by_role("button", name="امحُ كل شيء").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("أتمحو كل شيء؟")
    page.get_by_role("button", name="نعم، امحُ كل شيء").click()
    expect(page.get_by_text("حُذف كل ما كنا نحتفظ به عنك.")).to_be_visible()
    assert not Subscription.objects.exists()


def test_its_pages_are_laid_out_well(empty_site, mailbox):
    page = empty_site
    ArticleFactory()
    subscribe(page, mailbox)
    pages = ["/", NEWSLETTER, page.url, page.get_by_role("link", name="اعرض كل اشتراكاتك").get_attribute("href")]
    found = {}
    for address in pages:
        page.goto(address)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if wrong := faults(page):
                found[address, width] = wrong
    assert found == {}
