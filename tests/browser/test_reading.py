"""A reader finds an article, reads it and goes on."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from archive.models import Article, Entity

NARROW = {"width": 320, "height": 700}


def test_search_finds_another_spelling_and_leads_on(site):
    site.get_by_role("searchbox").fill("استانه")
    site.keyboard.press("Enter")
    site.wait_for_url("**/search/**")
    assert "أستانة" in site.locator("mark").all_inner_texts()

    site.locator(".ledger-title a").first.click()
    first = site.locator("h1").inner_text()
    previous = site.locator("a[rel=prev]")
    title = previous.locator(".previous-next-title").inner_text()
    previous.click()
    assert site.locator("h1").inner_text() == title

    site.keyboard.press("ArrowLeft")  # in a right-to-left page the next article lies to the left
    expect(site.locator("h1")).to_have_text(first)


def test_language_and_theme_are_kept(site):
    site.get_by_role("button", name="English").click()
    assert site.locator("html").get_attribute("dir") == "ltr"
    site.wait_for_load_state()
    with site.expect_response(lambda response: response.request.method == "POST"):
        site.get_by_role("button", name="Dark").click()
    site.reload()
    assert site.locator("html").get_attribute("data-theme") == "dark"
    site.get_by_role("button", name="العربية").click()
    assert site.locator("html").get_attribute("dir") == "rtl"


def test_pages_have_no_serious_fault_and_no_sideways_scroll(site, live_server):
    article = Article.objects.get(external_id="demo:astana-seventh-round-2017")
    entity = Entity.objects.get(name="ستافان دي ميستورا")
    faults = {}
    site.set_viewport_size(NARROW)
    for path in (
        "/",
        "/archive/2017/",
        "/search/?q=جنيف",
        "/entity/",
        article.get_absolute_url(),
        entity.get_absolute_url(),
        article.section.get_absolute_url(),
    ):
        site.goto(live_server.url + path)
        overflow = site.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        serious = [
            violation["id"]
            for violation in Axe().run(site).response["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        if overflow > 0 or serious:
            faults[path] = (overflow, serious)
    assert faults == {}


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_article_reads_without_javascript(site):
    site.locator("h1 a").click()
    assert site.locator(".prose p").count() >= 3
