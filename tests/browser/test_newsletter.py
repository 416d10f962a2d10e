"""From a visitor's address to the mail in a real mail server, and out again by one click."""

import re
import urllib.request

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from archive.models import Article, Subscription
from archive.tasks.subscriptions import deliver, tell_subscribers
from tests.archive.smtp import mail_server
from tests.browser.faults import faults
from tests.browser.test_admin import desk, log_in, newsroom, save  # noqa: F401
from tests.factories import ArticleFactory, SectionFactory

NEWSLETTER = reverse("archive:newsletter")


@pytest.fixture
def mailbox(settings, live_server):
    settings.EMAIL_BACKEND = "archive.subscriptions.channels.smtp.EmailBackend"
    settings.SITE_URL = live_server.url
    with mail_server() as (mailbox, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield mailbox


class Context:
    """What the queue gives a job."""

    @staticmethod
    def should_abort() -> bool:
        return False


def work() -> None:
    """What the worker does each minute."""
    tell_subscribers.func(Context())
    deliver.func(Context())


def link_in(message, name: str) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(rf"https?://\S+/newsletter/{name}/\S+", text)[0]


def subscribe(page: Page, mailbox) -> None:
    page.goto("/")
    page.get_by_label("عنوان البريد الإلكتروني").fill("reader@example.org")
    page.get_by_role("button", name="اشترك").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("انظر في بريدك")
    work()
    page.goto(link_in(mailbox.messages[-1], "confirm"))
    page.get_by_role("button", name="نعم، أريد الاشتراك").click()
    expect(page.get_by_role("status")).to_contain_text("تم اشتراكك.")


def test_from_an_address_to_the_mail_and_out_again(desk, mailbox):  # noqa: F811
    subscribe(desk, mailbox)
    log_in(desk, "editor")
    article = ArticleFactory(title="وصول السفينة إلى الميناء", draft=True, importance=1, published_at=timezone.now())
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    desk.get_by_label("الحالة:", exact=True).select_option(Article.Status.PUBLISHED)
    save(desk)
    work()
    message = mailbox.messages[-1]
    assert (message["Subject"], message["To"]) == ("وصول السفينة إلى الميناء", "reader@example.org")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    one_click = message["List-Unsubscribe"].strip("<>")
    request = urllib.request.Request(one_click, b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    assert Subscription.objects.get().state == "left"
    count = len(mailbox.messages)
    ArticleFactory(importance=2, published_at=timezone.now())
    work()
    assert len(mailbox.messages) == count


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


@pytest.mark.parametrize("width", [390, 1280])
def test_its_pages_are_laid_out_well(empty_site, mailbox, width):
    page = empty_site
    page.set_viewport_size({"width": width, "height": 800})
    ArticleFactory()
    subscribe(page, mailbox)
    pages = ["/", NEWSLETTER, page.url, page.get_by_role("link", name="اعرض كل اشتراكاتك").get_attribute("href")]
    found = {}
    for address in pages:
        page.goto(address)
        if wrong := faults(page):
            found[address] = wrong
    assert found == {}
