"""Reading without a connection."""

import re
import time
from collections.abc import Callable

import pytest
from django.templatetags.static import static
from django.test import Client
from playwright.sync_api import Page, expect

from archive.models import Article
from archive.views import articles
from archive.views.offline import PATIENCE_MS, SHELL
from tests.browser.waiting import PAUSE_MS, wait_until
from tests.factories import ImageFactory

pytestmark = pytest.mark.browser_context_args(service_workers="allow")
EXPECTED_ERRORS = ("net::ERR_INTERNET_DISCONNECTED", "status of 410 (Gone)", "status of 500")


@pytest.fixture
def unopened_site(unopened_site, console_errors):
    """The browser may complain of what it cannot fetch."""
    yield unopened_site
    console_errors[:] = [
        error for error in console_errors if not any(expected in error for expected in EXPECTED_ERRORS)
    ]


@pytest.fixture
def connected(site):
    """The site in a browser whose service worker is at work."""
    wait_until(site, "navigator.serviceWorker.controller !== null")
    return site


def demo(name: str) -> Article:
    return Article.objects.get(external_id=f"demo:{name}")


def test_browser_that_refuses_a_worker_shows_pages_all_the_same(unopened_site):
    """And complains of nothing."""
    refusal = "navigator.serviceWorker.register = () => Promise.reject(new DOMException('', 'SecurityError'))"
    unopened_site.add_init_script(refusal)
    unopened_site.goto("/")
    expect(unopened_site.get_by_role("main")).to_be_visible()


COPY = re.compile(r"نسخة محفوظة على هذا الجهاز في [٠-٩]+\s.+\s[٠-٩]{4}، [٠-٩]{2}:[٠-٩]{2}\.")
REASON = "[data-kept-why]:visible"


def key(article: Article) -> str:
    """The name under which ARTICLE's page is kept."""
    return f"/article/{article.pk}/"


def save(page: Page) -> None:
    page.get_by_role("button", name="للقراءة لاحقًا").click()
    expect(page.locator("[data-save-status]")).to_have_text("حُفظ، ويُقرأ بلا اتصال.")


def unsave(page: Page) -> None:
    page.get_by_role("button", name="للقراءة لاحقًا").click()
    expect(page.locator("[data-save-status]")).to_have_text("لم يعد محفوظًا.")


def remember_reading(page: Page) -> None:
    page.evaluate("localStorage.setItem('sijill-keep-history', 'true')")


def kept_pictures(page: Page) -> list[str]:
    return page.evaluate(
        """async () => (await (await caches.open("sijill-saved")).keys())
            .map(request => new URL(request.url).pathname).filter(path => path.startsWith("/media/"))"""
    )


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
    expect(notice).to_contain_text(COPY)
    expect(connected.locator(REASON)).to_have_text(["لا اتصال بالموقع الآن."])
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
    remember_reading(connected)
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


def test_first_page_of_all_is_kept_too(unopened_site, context):
    page, article = unopened_site, demo("higgs-boson-2012")
    page.goto(article.get_absolute_url())
    wait_until_kept(page, article)
    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text(article.title)
    assert page.locator(".article-picture img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")


def test_saved_article_stays_with_its_picture_when_others_go(connected, context):
    saved = demo("higgs-boson-2012")
    connected.goto(saved.get_absolute_url())
    save(connected)
    # It is said once it is done.
    assert len(kept_pictures(connected)) == 1
    connected.evaluate("Promise.all([caches.delete('sijill-opened'), caches.delete('sijill-pictures')])")
    context.set_offline(True)
    connected.goto("/saved/")
    expect(connected.locator("[data-item-available]")).to_be_visible()
    connected.locator('[data-shelf-list="saved"] a').click()
    expect(connected.locator("h1")).to_have_text(saved.title)
    assert connected.locator(".article-picture img").evaluate(
        "image => image.decode().then(() => image.naturalWidth > 0)"
    )


def test_picture_of_two_saved_articles_stays_with_the_other(connected, context):
    first, second = demo("higgs-boson-2012"), demo("astana-seventh-round-2017")
    second.images.all().delete()
    ImageFactory(article=second, file=first.lead_image.file.name)
    for article in (first, second):
        connected.goto(article.get_absolute_url())
        save(connected)
    pictures = kept_pictures(connected)
    assert len(pictures) == 1
    unsave(connected)
    wait_until(connected, "async path => !(await (await caches.open('sijill-saved')).match(path))", key(second))
    connected.wait_for_timeout(PAUSE_MS)
    assert kept_pictures(connected) == pictures
    connected.goto(first.get_absolute_url())
    unsave(connected)
    wait_until(connected, "async () => (await (await caches.open('sijill-saved')).keys()).length === 0")


def test_device_that_is_full_is_told(connected, context):
    connected.goto(demo("higgs-boson-2012").get_absolute_url())
    connected.wait_for_load_state("networkidle")
    origin = connected.evaluate("location.origin")
    session = context.new_cdp_session(connected)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1})
    connected.get_by_role("button", name="للقراءة لاحقًا").click()
    expect(connected.locator("[data-save-status]")).to_have_text(
        "أُضيف إلى قائمتك، لكن ذاكرة هذا الجهاز ممتلئة فلم تُحفظ نسخة منه."
    )
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin})


def test_article_is_saved_without_a_connection_too(connected, context):
    article = demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)
    context.set_offline(True)
    connected.reload()
    save(connected)
    assert connected.evaluate(
        "path => caches.open('sijill-saved').then(c => c.match(path)).then(Boolean)", key(article)
    )


# --- When the site is there, and does not give the page ---


def failing(monkeypatch, fail: Callable) -> None:
    """The article page as a view that does FAIL first, and is not kept by the site itself."""
    page = articles._article_page

    def view(*arguments, **options):
        fail()
        return page(*arguments, **options)

    monkeypatch.setattr(articles, "_article_page", view)
    Article.objects.filter(external_id="demo:higgs-boson-2012").update(importance=1)


def test_fault_of_the_site_shows_the_copy_and_says_so(connected, monkeypatch):
    article = demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)

    def fault():
        raise RuntimeError("a fault of the site")

    failing(monkeypatch, fault)
    connected.reload()
    expect(connected.locator("h1")).to_have_text(article.title)
    expect(connected.locator(REASON)).to_have_text(["في الموقع عطل يمنع عرض الصفحة نفسها الآن."])


def test_site_that_is_slow_shows_the_copy_and_says_so(connected, monkeypatch):
    article = demo("higgs-boson-2012")
    connected.goto(article.get_absolute_url())
    wait_until_kept(connected, article)
    failing(monkeypatch, lambda: time.sleep(PATIENCE_MS / 1000 + 2))
    connected.reload()
    expect(connected.locator("h1")).to_have_text(article.title)
    expect(connected.locator(REASON)).to_have_text(["الموقع بطيء في الرد."])


def test_fault_without_a_copy_is_shown_as_it_is(connected, monkeypatch):
    def fault():
        raise RuntimeError("a fault of the site")

    failing(monkeypatch, fault)
    assert connected.goto(demo("higgs-boson-2012").get_absolute_url()).status == 500


# --- The shell ---

SHELL_PATHS = """async () => {
    const name = (await caches.keys()).find(one => one.startsWith("sijill-shell-"));
    return (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname);
}"""


def test_shell_is_what_the_release_says_and_stays_so(connected):
    whole = {*map(static, SHELL), "/offline/", "/saved/"}
    for address in ("/", "/search/?q=جنيف", "/statistics/", "/entity/", demo("higgs-boson-2012").get_absolute_url()):
        connected.goto(address)
        connected.wait_for_load_state("networkidle")
    assert set(connected.evaluate(SHELL_PATHS)) == whole


def test_shell_of_which_a_file_is_missing_is_not_there_at_all(page, live_server, transactional_db, monkeypatch):
    monkeypatch.setattr("archive.views.offline.SHELL", ("css/site.css", "js/none.js"))
    page.goto("/about/")
    left = page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.register("/sw.js");
            const worker = registration.installing ?? registration.waiting ?? registration.active;
            while (worker.state !== "redundant") await new Promise(done => setTimeout(done, 50));
            return caches.keys();
        }"""
    )
    assert left == []


def test_admin_is_left_alone(connected):
    answers = []
    connected.on("response", lambda response: answers.append((response.url, response.from_service_worker)))
    connected.goto("/admin/login/")
    connected.wait_for_load_state("networkidle")
    # A face is asked for by a style sheet, not by the page, and is the same wherever it is.
    assert [url for url, from_worker in answers if from_worker and not url.endswith(".woff2")] == []
    assert any("/static/" in url for url, _ in answers)


def test_pages_of_whoever_is_signed_in_are_not_kept(connected, context, live_server, django_user_model):
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("editor"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([session])
    signed_in, reader_s = demo("higgs-boson-2012"), demo("astana-seventh-round-2017")
    connected.goto(signed_in.get_absolute_url())
    context.clear_cookies()
    connected.goto(reader_s.get_absolute_url())
    wait_until_kept(connected, reader_s)
    assert key(signed_in) not in kept_pages(connected)


# --- What is remembered ---


def test_what_was_only_opened_is_listed_only_where_reading_is_remembered(connected, context):
    opened, saved = demo("astana-seventh-round-2017"), demo("higgs-boson-2012")
    connected.goto(opened.get_absolute_url())
    wait_until_kept(connected, opened)
    connected.goto(saved.get_absolute_url())
    save(connected)
    listed = connected.locator('[data-shelf-list="available"] a')
    connected.goto("/offline/")
    expect(listed).to_have_text([saved.title])
    expect(connected.locator("[data-shelf-unlisted]")).to_be_visible()
    remember_reading(connected)
    connected.reload()
    expect(listed).to_have_count(2)
    expect(connected.locator("[data-shelf-unlisted]")).to_be_hidden()


def test_erasing_what_was_read_erases_the_copies_and_the_list_may_come_back(connected, context):
    read, saved = demo("astana-seventh-round-2017"), demo("higgs-boson-2012")
    remember_reading(connected)
    connected.goto(read.get_absolute_url())
    wait_until_kept(connected, read)
    connected.goto(saved.get_absolute_url())
    save(connected)
    connected.goto("/saved/")
    remembered = connected.locator('[data-shelf-list="history"] a')
    expect(remembered).to_have_count(2)
    connected.get_by_role("button", name=f"إزالة {read.title}").click()
    wait_until(connected, "async path => !(await caches.match(path))", key(read))
    connected.get_by_role("button", name="امحُ ما قرأته").click()
    expect(remembered).to_have_count(0)
    expect(connected.locator("[data-shelf-status]")).to_contain_text("مُحي من هنا ما قرأته")
    wait_until(connected, "async () => !(await caches.keys()).some(name => /opened|pictures/.test(name))")
    assert [path for path in kept_pages(connected) if path.startswith("/article/")] == [key(saved)]
    connected.get_by_role("button", name="تراجع").press("Enter")
    expect(remembered).to_have_text([saved.title])
    expect(remembered).to_be_focused()


def test_pages_of_the_device_follow_the_reader_s_settings(connected, context, live_server):
    connected.goto(demo("higgs-boson-2012").get_absolute_url())
    save(connected)
    for cookies, expected in (
        ({"prefs": "digits:western.months:maghrebi"}, r"حُفظ في \d{1,2}\s\S+\s\d{4}"),
        ({"prefs": "theme:dark", "django_language": "en"}, r"Saved on \d{1,2}\s[A-Z][a-z]+\s\d{4}"),
    ):
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        connected.goto("/about/")
        look = connected.locator("[data-kept]").get_attribute("data-look")
        wait_until(
            connected,
            "async look => (await (await caches.match('/saved/')).text()).includes(`data-look=\"${look}\"`)",
            look,
        )
        context.set_offline(True)
        connected.goto("/saved/")
        expect(connected.locator("[data-item-at]").first).to_have_text(re.compile(expected))
        context.set_offline(False)


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
    save(connected)
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
