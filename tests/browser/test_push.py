"""Notices of the browser: asked for by a button, sent through a push service of our own, shown by the service worker."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from archive.models import Subscription
from archive.subscriptions import enrolment
from archive.tasks.subscriptions import request_subscriber_news
from tests.browser.faults import faults
from tests.browser.telling import next_of, worker_beside
from tests.browser.waiting import wait_until
from tests.factories import ArticleFactory, SectionFactory

pytestmark = pytest.mark.browser_context_args(service_workers="allow")
PAGE = reverse("archive:push")

# A browser without the internet has no push service: this one gives what such a service would.
BROWSER = """
const given = %s;
let subscription = null;
const made = {
  options: { get applicationServerKey() { return made.key.buffer; } },
  endpoint: given.endpoint,
  toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }),
  unsubscribe: async () => { subscription = null; return true; },
};
PushManager.prototype.getSubscription = async () => subscription;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  made.key = applicationServerKey;
  window.askedWith = Array.from(applicationServerKey);
  return (subscription = made);
};
Notification.requestPermission = async () => { window.asked = true; return "granted"; };
"""


def at_the_page(page: Page, service, context):
    browser = service.browser()
    context.grant_permissions(["notifications"])
    page.add_init_script(BROWSER % json.dumps(service.subscription(browser)))
    page.goto(PAGE)
    return browser


def test_from_the_button_to_the_notice_and_off_again(empty_site, service, context, settings, live_server):
    page = empty_site
    browser = at_the_page(page, service, context)
    expect(page.get_by_role("button", name="شغّل الإشعارات")).to_be_visible()
    assert page.evaluate("window.asked") is None
    page.get_by_role("button", name="شغّل الإشعارات").click()
    expect(page.get_by_text("الإشعارات مشغّلة في هذا المتصفح.")).to_be_visible()
    assert len(page.evaluate("window.askedWith")) == 65
    article = ArticleFactory(title="وصول السفينة", importance=2, published_at=timezone.now())
    variables = {"PUSH_KEY": settings.PUSH_KEY, "PUSH_SERVICES": service.origin}
    with worker_beside(live_server, **variables):
        notice = next_of(browser.notices, request_subscriber_news)
    assert notice["title"] == "وصول السفينة"
    assert notice["url"].endswith(article.get_absolute_url())
    page.get_by_role("button", name="أوقف الإشعارات").click()
    expect(page.get_by_text("الإشعارات متوقفة في هذا المتصفح.")).to_be_visible()
    assert Subscription.objects.get().state == "left"


def test_what_is_told_of_is_chosen_by_the_link(empty_site, service, context):
    page = empty_site
    at_the_page(page, service, context)
    page.get_by_role("button", name="شغّل الإشعارات").click()
    page.get_by_role("link", name="اختر ما نخبرك به").click()
    expect(page.get_by_text("يعرض متصفحك إشعارات بما يلي.")).to_be_visible()
    assert faults(page) == []


def test_who_has_as_much_as_one_can_have_is_told_so(
    empty_site,
    service,
    context,
    console_errors,
    monkeypatch,
):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 1)
    section = SectionFactory(name="اقتصاد")
    page = empty_site
    at_the_page(page, service, context)
    page.get_by_role("button", name="شغّل الإشعارات").click()
    expect(page.get_by_text("الإشعارات مشغّلة في هذا المتصفح.")).to_be_visible()
    page.locator("main").get_by_label("ما تودّ أن يصلك").select_option(label=section.name)
    page.get_by_role("button", name="شغّل الإشعارات").click()
    expect(page.get_by_role("status")).to_contain_text("أنهِ واحدًا منها أولًا")
    assert faults(page) == []
    page.get_by_role("link", name="اعرض كل اشتراكاتك").click()
    expect(page.get_by_text("يعرض متصفحك إشعارات بما يلي.")).to_be_visible()
    assert "422" in console_errors.pop()


def test_the_service_worker_shows_what_is_pushed(empty_site, service, context):
    page = empty_site
    context.grant_permissions(["notifications"])
    devtools = context.new_cdp_session(page)
    registrations = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.goto("/")
    wait_until(page, "navigator.serviceWorker.controller !== null")
    notice = {"title": "وصول السفينة", "body": "صباحًا", "url": page.url, "tag": "t", "lang": "ar", "dir": "rtl"}
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": page.url.rstrip("/"),
            "registrationId": registrations[-1]["registrationId"],
            "data": json.dumps(notice),
        },
    )
    shown = (
        "navigator.serviceWorker.ready.then(one => one.getNotifications())"
        ".then(all => all.some(one => one.title === 'وصول السفينة' && one.dir === 'rtl' && one.data.url))"
    )
    wait_until(page, shown)


@pytest.mark.parametrize("width", [390, 1280])
def test_its_page_is_laid_out_well(empty_site, service, context, width):
    page = empty_site
    page.set_viewport_size({"width": width, "height": 800})
    at_the_page(page, service, context)
    expect(page.get_by_role("button", name="شغّل الإشعارات")).to_be_visible()
    assert faults(page) == []
