"""A reader sets how pages look, by keyboard and without JavaScript; and mixed lines are seen in their right order."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.faults import HIGH_CONTRAST, faults, write_in_latin_letters
from tests.factories import ArticleFactory, SectionFactory

DAY = datetime(2019, 5, 6, 9, tzinfo=UTC)
SAMPLE = "[data-settings-sample]"
STATUS = "[data-settings-status]"

# Where the first and the last character of WORDS stand in the line, in pixels from the left.
PLACES = """([selector, words]) => {
  for (const element of document.querySelectorAll(selector)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const start = texts.currentNode.data.indexOf(words);
      if (start < 0) continue;
      const at = (offset) => {
        const range = document.createRange();
        range.setStart(texts.currentNode, start + offset);
        range.setEnd(texts.currentNode, start + offset + 1);
        const [rect] = range.getClientRects();
        return rect.left + rect.width / 2;
      };
      return [at(0), at(words.length - 1)];
    }
  }
}"""


def reads_from_the_left(page: Page, selector: str, words: str) -> bool:
    first, last = page.evaluate(PLACES, [selector, words])
    return first < last


def test_choice_applies_and_is_kept_at_once(empty_site):
    ArticleFactory(published_at=DAY)
    empty_site.goto("/settings/")
    empty_site.get_by_label("داكن", exact=True).check()
    expect(empty_site.locator("html")).to_have_attribute("data-theme", "dark")
    # The browser's own bars follow at once.
    expect(empty_site.locator("meta[name=theme-color]")).to_have_attribute("content", "rgb(18, 22, 23)")
    empty_site.get_by_label("أكبر", exact=True).check()
    expect(empty_site.locator("html")).to_have_attribute("data-text-size", "larger")
    empty_site.get_by_label("دجنبر").check()
    empty_site.get_by_label("غربية (0123)").check()
    expect(empty_site.locator("html")).to_have_attribute("data-digits", "western")
    expect(empty_site.locator(SAMPLE)).to_contain_text("21 دجنبر 2017")
    expect(empty_site.locator(STATUS)).to_have_text("حُفظت إعداداتك.")
    expect(empty_site.get_by_role("button", name="احفظ")).to_be_hidden()
    empty_site.goto("/about/")
    expect(empty_site.locator("html")).to_have_attribute("data-theme", "dark")
    expect(empty_site.locator(".facts")).to_contain_text("6 ماي 2019")


def test_page_is_used_by_keyboard_alone(empty_site):
    empty_site.goto("/about/")
    link = empty_site.get_by_role("link", name="إعدادات القراءة")
    link.focus()
    empty_site.keyboard.press("Enter")
    empty_site.wait_for_url("**/settings/")
    auto = empty_site.get_by_role("radio", name="كالجهاز").first
    auto.focus()
    with empty_site.expect_response(lambda response: response.request.method == "POST"):
        empty_site.keyboard.press("ArrowDown")
    expect(empty_site.get_by_role("radio", name="فاتح")).to_be_checked()
    expect(empty_site.locator("html")).to_have_attribute("data-theme", "light")
    expect(empty_site.get_by_role("group", name="المظهر", exact=True).first).to_be_visible()
    empty_site.get_by_role("link", name="عُد إلى حيث كنت").focus()
    empty_site.keyboard.press("Enter")
    empty_site.wait_for_url("**/about/")


def test_switch_in_the_footer_and_the_page_agree(empty_site):
    empty_site.goto("/settings/")
    with empty_site.expect_response(lambda response: response.request.method == "POST"):
        empty_site.get_by_role("button", name="داكن").click()
    expect(empty_site.get_by_role("radio", name="داكن")).to_be_checked()
    empty_site.get_by_role("radio", name="فاتح").check()
    expect(empty_site.get_by_role("button", name="فاتح")).to_have_attribute("aria-pressed", "true")
    expect(empty_site.get_by_role("button", name="داكن")).to_have_attribute("aria-pressed", "false")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_page_works_without_javascript(empty_site):
    empty_site.goto("/about/")
    empty_site.get_by_role("link", name="إعدادات القراءة").click()
    empty_site.get_by_label("ديسمبر", exact=True).check()
    empty_site.get_by_label("ظاهر").check()
    empty_site.get_by_role("button", name="جرّب من دون حفظ").click()
    expect(empty_site.locator(SAMPLE)).to_contain_text("٢١ ديسمبر ٢٠١٧ ٣ ربيع الآخر ١٤٣٩ هـ")
    expect(empty_site.locator(STATUS)).to_contain_text("ولم يُحفظ")
    empty_site.get_by_role("button", name="احفظ", exact=True).click()
    expect(empty_site.locator(STATUS)).to_have_text("حُفظت إعداداتك.")
    empty_site.get_by_role("link", name="عُد إلى حيث كنت").click()
    empty_site.wait_for_url("**/about/")
    empty_site.goto("/settings/")
    expect(empty_site.get_by_label("ديسمبر", exact=True)).to_be_checked()
    empty_site.get_by_role("button", name="استعد الإعدادات الأصلية").click()
    expect(empty_site.get_by_label("كانون الأول (ديسمبر)", exact=True)).to_be_checked()
    assert [cookie["name"] for cookie in empty_site.context.cookies()] == []


@pytest.mark.parametrize(("theme", "language"), [("light", "ar"), ("dark", "en")])
def test_page_and_high_contrast_have_no_fault(site, live_server, theme, language):
    cookies = {"prefs": f"theme:{theme}.contrast:more.text_size:larger", "django_language": language}
    site.context.add_cookies(
        [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
    )
    found = {}
    for address in ("/settings/", "/", "/search/?q=جنيف", "/archive/2017/"):
        site.goto(address)
        for width, rules in ((320, ()), (1280, HIGH_CONTRAST)):
            site.set_viewport_size({"width": width, "height": 800})
            if rules:
                write_in_latin_letters(site)
            if wrong := faults(site, *rules):
                found[address, width] = wrong
    assert found == {}


def test_mixed_lines_are_seen_in_the_order_of_reading(empty_site):
    """In an Arabic line a range of years runs as the line does, and what is Latin runs from the left."""
    from_the_right = ("2011–2020", "٢٠١١–٢٠٢٠")
    samples = ("+961 1 234 567", "2017-12-21", "C++", "print()", "Geneva (GVA)", *from_the_right)
    wrong = []
    for number, words in enumerate(samples, 1):
        article = ArticleFactory(
            title=f"{words} في أول العنوان",
            summary=f"في آخر الموجز {words}",
            body=f"<p>{words}، ثم لا شيء.</p><ul><li>(ثانيًا) {words}</li></ul>",
            published_at=DAY.replace(day=number),
        )
        for address, selectors in (
            (article.get_absolute_url(), ("h1", ".article-summary", ".prose p", ".prose li")),
            (f"/archive/2019/05/{number:02d}/", (".ledger-title",)),
        ):
            empty_site.goto(address)
            for selector in selectors:
                if reads_from_the_left(empty_site, selector, words) is (words in from_the_right):
                    wrong.append((words, address, selector))
    assert wrong == []


def test_latin_name_with_parentheses_keeps_its_order_in_lists_and_breadcrumbs(empty_site):
    section = SectionFactory(name="Economy (MENA)", slug="economy")
    article = ArticleFactory(section=section, published_at=DAY)
    for address, selector in (
        (section.get_absolute_url(), "h1"),
        (section.get_absolute_url(), ".masthead-sections"),
        (article.get_absolute_url(), ".breadcrumb"),
        (f"/search/?q={article.title}&section=economy", ".chips"),
        ("/about/", ".footer-columns"),
    ):
        empty_site.goto(address)
        assert reads_from_the_left(empty_site, selector, "(MENA)"), (address, selector)
        assert reads_from_the_left(empty_site, selector, "Economy (MENA)"), (address, selector)


def test_ranges_of_the_calendar_read_from_the_right_in_either_digits(empty_site, live_server):
    ArticleFactory.create_batch(12, published_at=DAY)
    for digits in ("arabic", "western"):
        empty_site.context.add_cookies([{"name": "prefs", "value": f"digits:{digits}", "url": live_server.url}])
        empty_site.goto("/archive/2019/05/")
        words = next(step for step in empty_site.locator(".month-key-step").all_inner_texts() if "–" in step).strip()
        assert not reads_from_the_left(empty_site, ".month-key-step", words), digits
