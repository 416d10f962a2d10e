"""A reader finds an article, reads it and goes on."""

import pytest
from playwright.sync_api import expect

from archive.models import Article
from tests.browser.refusing import REFUSE_TO_COPY


def test_search_finds_another_spelling_and_leads_on(site):
    site.locator("input[role=combobox]:visible").fill("استانه")
    site.keyboard.press("Enter")
    site.wait_for_url("**/search/**")
    assert "أستانة" in site.locator("mark").all_inner_texts()

    site.locator(".ledger-title a").first.click()
    site.wait_for_url("**/article/**")
    first = site.locator("h1").inner_text()
    previous = site.locator("a[rel=prev]")
    title = previous.locator(".previous-next-title").inner_text()
    previous.click()
    expect(site.locator("h1")).to_have_text(title)

    site.keyboard.press("ArrowLeft")  # in a right-to-left page the next article lies to the left
    expect(site.locator("h1")).to_have_text(first)
    site.keyboard.press("ArrowRight")
    expect(site.locator("h1")).to_have_text(title)

    site.get_by_role("button", name="English").click()
    expect(site.locator("html")).to_have_attribute("dir", "ltr")
    site.keyboard.press("ArrowRight")
    expect(site.locator("h1")).to_have_text(first)
    site.keyboard.press("ArrowLeft")
    expect(site.locator("h1")).to_have_text(title)


def test_announcement_is_closed_for_good_without_leaving_the_page(site, console_errors):
    opened = []
    site.on("request", lambda request: opened.append(request.url) if request.is_navigation_request() else None)
    announcement = site.get_by_role("complementary", name="إعلان")
    expect(announcement.get_by_role("link")).to_have_text("تابع إحصائيات فيروس كورونا لحظة بلحظة")
    with site.expect_response(lambda response: response.request.method == "POST"):
        announcement.get_by_role("button", name="أغلق الإعلان").press("Enter")
    expect(announcement).to_have_count(0)
    # Whoever goes by keyboard goes on from there.
    expect(site.locator("#main")).to_be_focused()
    assert opened == []
    site.goto("/about/")
    expect(site.locator("h1")).to_be_visible()
    expect(announcement).to_have_count(0)


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


def test_search_field_begins_where_lines_do_until_words_give_it_a_direction(site):
    field = site.locator("input[role=combobox]:visible")
    directions = []
    for typed in ("", "Geneva", "جنيف"):
        field.fill(typed)
        directions.append(field.evaluate("field => getComputedStyle(field).direction"))
    assert directions == ["rtl", "ltr", "rtl"]


def test_english_interface_keeps_the_record_of_an_article_at_one_side(site):
    site.get_by_role("button", name="English").click()
    site.goto(Article.objects.get(external_id="demo:astana-seventh-round-2017").get_absolute_url())
    expect(site.locator(".article-place")).to_have_text("أستانة")
    starts = site.locator(".article-record > p, .article-place").evaluate_all(
        """lines => lines.map(line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            return Math.round(range.getBoundingClientRect().left);
        })"""
    )
    assert len(starts) > 3
    assert len(set(starts)) == 1


def test_paper_has_the_query_and_no_buttons(site):
    site.emulate_media(media="print")
    site.goto("/search/?q=جنيف")
    expect(site.locator("input[role=combobox]:visible")).to_have_value("جنيف")
    expect(site.get_by_role("button")).to_have_count(0)
    site.goto(site.locator(".ledger-title a").first.get_attribute("href"))
    expect(site.get_by_role("heading", level=1)).to_be_visible()
    expect(site.locator(".share")).to_be_hidden()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_article_reads_without_javascript(site):
    site.locator("h1 a").click()
    expect(site.locator(".prose p").nth(2)).to_be_visible()


def test_what_the_browser_does_not_let_copy_is_said(site):
    site.goto(Article.objects.get(external_id="demo:astana-seventh-round-2017").get_absolute_url())
    site.evaluate(REFUSE_TO_COPY)
    site.locator("#citation summary").click()
    site.get_by_role("button", name="نسخ صيغة الاقتباس").click()
    expect(site.locator("#citation [data-copy-status]")).to_have_text("لا يسمح المتصفح بالنسخ")
    site.locator(".share").get_by_role("button", name="نسخ الرابط").click()
    expect(site.locator(".share [data-copy-status]")).to_have_text("لا يسمح المتصفح بالنسخ")


def test_citation_is_copied_as_it_is_read_and_downloaded(site, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    article = Article.objects.get(external_id="demo:astana-seventh-round-2017")
    site.goto(article.get_absolute_url())
    site.locator("#citation summary").click()
    site.get_by_role("button", name="نسخ صيغة الاقتباس").click()
    expect(site.locator("#citation [data-copy-status]")).to_have_text("نُسخت صيغة الاقتباس")
    copied = site.evaluate("navigator.clipboard.readText()")
    assert copied == " ".join(site.locator("#citation [data-copy-words]").inner_text().split())
    assert article.title in copied
    with site.expect_download() as download:
        site.get_by_role("link", name="RIS").click()
    assert download.value.suggested_filename == f"article-{article.pk}.ris"
