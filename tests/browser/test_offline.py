"""Reading without a connection."""

import re

import pytest
from playwright.sync_api import Page, expect

from archive.models import Article
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser_context_args(service_workers="allow")
EXPECTED_ERRORS = ("net::ERR_INTERNET_DISCONNECTED", "status of 410 (Gone)")


@pytest.fixture
def connected(site, console_errors):
    """The site in a browser whose service worker is at work; it may complain of what it cannot fetch."""
    wait_until(site, "navigator.serviceWorker.controller !== null")
    yield site
    console_errors[:] = [
        error for error in console_errors if not any(expected in error for expected in EXPECTED_ERRORS)
    ]


def demo(name: str) -> Article:
    return Article.objects.get(external_id=f"demo:{name}")


def kept_pages(page: Page) -> list[str]:
    return page.evaluate(
        """async () => {
            const found = [];
            for (const name of ["sijill-opened", "sijill-saved"]) {
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            }
            return found;
        }"""
    )


def wait_until_kept(page: Page, article: Article) -> None:
    wait_until(
        page,
        "path => Promise.all(['sijill-opened', 'sijill-saved'].map(name => caches.open(name)"
        ".then(cache => cache.match(path)))).then(found => found.some(Boolean))",
        f"/article/{article.pk}/",
    )


def test_opened_article_is_read_without_a_connection_and_says_what_it_is(connected, context):
    article = demo("astana-seventh-round-2017")
    connected.goto(article.get_absolute_url())
    notice = connected.locator("[data-kept]")
    expect(notice).to_be_hidden()
    wait_until_kept(connected, article)
    context.set_offline(True)
    connected.reload()
    expect(connected.locator("h1")).to_have_text(article.title)
    expect(notice).to_be_visible()
    expect(notice).to_have_text(re.compile("نسخة محفوظة على هذا الجهاز في .+[٠-٩]{4}.+ — لا اتصال بالموقع الآن"))
    # Drawn as ever, with its letters and its scripts.
    assert connected.evaluate("document.fonts.check('1rem \"Sijill Naskh\"', 'خبر')")
    expect(connected.get_by_role("button", name="للقراءة لاحقًا")).to_be_visible()
    # Under any words of its address, as a link from before a correction has them.
    connected.goto(f"/article/{article.pk}/كلمات-أخرى/")
    expect(connected.locator("h1")).to_have_text(article.title)

    context.set_offline(False)
    connected.reload()
    expect(notice).to_be_hidden()


def test_page_that_is_not_here_leads_to_those_that_are(connected, context):
    article, other = demo("astana-seventh-round-2017"), demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)
    context.set_offline(True)
    for address in (other.get_absolute_url(), "/search/?q=جنيف", "/archive/2017/"):
        connected.goto(address)
        expect(connected.locator("h1")).to_have_text("لا اتصال")
    link = connected.locator('[data-shelf-list="available"] a')
    expect(link).to_have_text([article.title])
    link.click()
    expect(connected.locator("h1")).to_have_text(article.title)


def test_first_page_of_all_is_kept_too(page, live_server, transactional_db, context):
    from django.core.management import call_command

    call_command("load_demo")
    article = demo("higgs-boson-2012")
    page.goto(article.get_absolute_url())
    wait_until_kept(page, article)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text(article.title)


def test_saved_article_stays_with_its_picture_when_others_go(connected, context):
    saved = demo("higgs-boson-2012")
    connected.goto(saved.get_absolute_url())
    connected.get_by_role("button", name="للقراءة لاحقًا").click()
    wait_until(
        connected,
        "path => caches.open('sijill-saved').then(cache => cache.match(path)).then(Boolean)",
        f"/article/{saved.pk}/",
    )
    wait_until(
        connected,
        "caches.open('sijill-saved').then(cache => cache.keys()).then(keys => keys.some(key => key.url.includes('/media/')))",
    )
    connected.evaluate("Promise.all([caches.delete('sijill-opened'), caches.delete('sijill-pictures')])")
    context.set_offline(True)
    connected.goto("/saved/")
    expect(connected.locator("[data-item-available]")).to_be_visible()
    connected.locator('[data-shelf-list="saved"] a').click()
    expect(connected.locator("h1")).to_have_text(saved.title)
    assert connected.locator(".article-picture img").evaluate(
        "image => image.decode().then(() => image.naturalWidth > 0)"
    )


def test_article_that_was_withdrawn_is_withdrawn_here_too(connected):
    article = demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    assert connected.goto(article.get_absolute_url()).status == 410
    wait_until(
        connected,
        "path => caches.open('sijill-opened').then(cache => cache.match(path)).then(found => !found)",
        f"/article/{article.pk}/",
    )
    assert f"/article/{article.pk}/" not in kept_pages(connected)


def test_nothing_of_searches_and_of_the_staff_is_kept(connected):
    article = demo("higgs-boson-2012")
    for address in ("/search/?q=جنيف", "/?q=جنيف", "/admin/login/", "/api/v1/sections", "/entity/", "/about/"):
        connected.goto(address)
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)
    assert set(kept_pages(connected)) <= {"/", f"/article/{article.pk}/"}


def test_few_are_kept(connected):
    connected.evaluate(
        """async () => {
            const cache = await caches.open("sijill-opened");
            for (let number = 1; number <= 60; number += 1) {
                await cache.put(`/article/${number + 100000}/`, new Response("قديم", {headers: {"X-Kept-At": "2020-01-01"}}));
            }
        }"""
    )
    article = demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)
    wait_until(connected, "caches.open('sijill-opened').then(cache => cache.keys()).then(keys => keys.length === 40)")
    assert f"/article/{article.pk}/" in kept_pages(connected)


def test_everything_is_erased(connected, context):
    article = demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    connected.get_by_role("button", name="للقراءة لاحقًا").click()
    wait_until_kept(connected, article)
    connected.goto("/saved/")
    connected.get_by_role("button", name="امحُ كل شيء").click()
    connected.get_by_role("dialog").get_by_role("button", name="امحُ كل شيء").click()
    expect(connected.locator("[data-shelf-status]")).to_have_text("لم يبق شيء على هذا الجهاز.")
    assert kept_pages(connected) == []


def test_browser_finds_the_site_fit_to_be_installed(connected, context):
    session = context.new_cdp_session(connected)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A window that forgets everything, as a test's is, cannot install.
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
