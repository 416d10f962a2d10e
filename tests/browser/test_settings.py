"""A reader sets how pages look, by keyboard and without JavaScript; and mixed lines are seen in their right order."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_pages import LATIN_LETTERS, sideways_pixels
from tests.factories import ArticleFactory, SectionFactory

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


def faults(page: Page, address: str, options: dict) -> dict[tuple, list]:
    """What axe finds, by address and rule, with where it is."""
    violations = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return {(address, violation["id"]): [node["target"] for node in violation["nodes"]] for violation in violations}


def test_choice_applies_and_is_kept_at_once(site):
    site.goto("/settings/")
    site.get_by_label("داكن", exact=True).check()
    expect(site.locator("html")).to_have_attribute("data-theme", "dark")
    site.get_by_label("أكبر", exact=True).check()
    expect(site.locator("html")).to_have_attribute("data-text-size", "larger")
    site.get_by_label("دجنبر").check()
    site.get_by_label("غربية (0123)").check()
    expect(site.locator(SAMPLE)).to_contain_text("21 دجنبر 2017")
    expect(site.locator(STATUS)).to_have_text("حُفظت إعداداتك.")
    expect(site.get_by_role("button", name="احفظ")).to_be_hidden()
    site.goto("/about/")
    expect(site.locator("html")).to_have_attribute("data-theme", "dark")
    assert "20" in site.locator(".facts").inner_text()


def test_page_is_used_by_keyboard_alone(site):
    site.goto("/about/")
    link = site.get_by_role("link", name="إعدادات القراءة")
    link.focus()
    site.keyboard.press("Enter")
    site.wait_for_url("**/settings/")
    auto = site.get_by_role("radio", name="كالجهاز").first
    auto.focus()
    with site.expect_response(lambda response: response.request.method == "POST"):
        site.keyboard.press("ArrowDown")
    expect(site.get_by_role("radio", name="فاتح")).to_be_checked()
    expect(site.locator("html")).to_have_attribute("data-theme", "light")
    expect(site.get_by_role("group", name="المظهر", exact=True).first).to_be_visible()
    site.get_by_role("link", name="عُد إلى حيث كنت").focus()
    site.keyboard.press("Enter")
    site.wait_for_url("**/about/")


def test_switch_in_the_footer_and_the_page_agree(site):
    site.goto("/settings/")
    with site.expect_response(lambda response: response.request.method == "POST"):
        site.get_by_role("button", name="داكن").click()
    expect(site.get_by_role("radio", name="داكن")).to_be_checked()
    site.get_by_role("radio", name="فاتح").check()
    expect(site.get_by_role("button", name="فاتح")).to_have_attribute("aria-pressed", "true")
    expect(site.get_by_role("button", name="داكن")).to_have_attribute("aria-pressed", "false")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_page_works_without_javascript(site):
    site.goto("/about/")
    site.get_by_role("link", name="إعدادات القراءة").click()
    site.get_by_label("ديسمبر", exact=True).check()
    site.get_by_label("ظاهر").check()
    site.get_by_role("button", name="جرّب من دون حفظ").click()
    expect(site.locator(SAMPLE)).to_contain_text("٢١ ديسمبر ٢٠١٧ ٣ ربيع الآخر ١٤٣٩ هـ")
    expect(site.locator(STATUS)).to_contain_text("ولم يُحفظ")
    site.get_by_role("button", name="احفظ", exact=True).click()
    expect(site.locator(STATUS)).to_have_text("حُفظت إعداداتك.")
    site.get_by_role("link", name="عُد إلى حيث كنت").click()
    site.wait_for_url("**/about/")
    site.goto("/settings/")
    expect(site.get_by_label("ديسمبر", exact=True)).to_be_checked()
    site.get_by_role("button", name="استعد الإعدادات الأصلية").click()
    expect(site.get_by_label("كانون الأول (ديسمبر)", exact=True)).to_be_checked()
    assert [cookie["name"] for cookie in site.context.cookies()] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_page_and_high_contrast_have_no_fault(site, theme, language):
    cookies = {"prefs": f"theme:{theme}.contrast:more.text_size:larger", "django_language": language}
    site.context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
    site.add_init_script(Axe().axe_script)
    found = {}
    for address in ("/settings/", "/", "/search/?q=جنيف", "/archive/2017/"):
        site.goto(address)
        if address == "/settings/":
            found |= faults(site, address, {})
        for width in (320, 1280):
            site.set_viewport_size({"width": width, "height": 800})
            if pixels := sideways_pixels(site):
                found[address, width, "scrolls sideways"] = pixels
        site.evaluate(LATIN_LETTERS)
        found |= faults(site, address, {"runOnly": ["color-contrast-enhanced"]})
    assert found == {}


@pytest.mark.parametrize(
    ("words", "from_the_left"),
    [
        ("+961 1 234 567", True),
        ("2017-12-21", True),
        ("C++", True),
        ("print()", True),
        ("Geneva (GVA)", True),
        ("2011–2020", False),
        ("٢٠١١–٢٠٢٠", False),
    ],
)
def test_mixed_lines_are_seen_in_the_order_of_reading(site, words, from_the_left):
    """In an Arabic line a range of years runs as the line does, and what is Latin runs from the left."""
    article = ArticleFactory(
        title=f"خبر {words} في أوله",
        summary=f"{words} في أول الموجز ثم {words}",
        body=f"<p>يُقال إن {words}، ولا شيء بعده.</p><ul><li>{words} (ثانيًا)</li></ul>",
        published_at=datetime(2019, 5, 6, 9, tzinfo=UTC),
    )
    for address, selectors in (
        (article.get_absolute_url(), ("h1", ".article-summary", ".prose p", ".prose li")),
        ("/archive/2019/05/06/", (".ledger-title",)),
    ):
        site.goto(address)
        for selector in selectors:
            assert reads_from_the_left(site, selector, words) is from_the_left, (address, selector)


def test_latin_name_with_parentheses_keeps_its_order_in_lists_and_breadcrumbs(site):
    section = SectionFactory(name="Economy (MENA)", slug="economy")
    article = ArticleFactory(section=section, published_at=datetime(2019, 5, 6, 9, tzinfo=UTC))
    for address, selector in (
        (section.get_absolute_url(), "h1"),
        (section.get_absolute_url(), ".masthead-sections"),
        (article.get_absolute_url(), ".breadcrumb"),
        (f"/search/?q={article.title}&section=economy", ".chips"),
        ("/about/", ".footer-columns"),
    ):
        site.goto(address)
        assert reads_from_the_left(site, selector, "Economy (MENA)"), (address, selector)


@pytest.mark.parametrize("digits", ["arabic", "western"])
def test_ranges_of_the_calendar_read_from_the_right_in_either_digits(site, digits):
    day = datetime(2019, 5, 6, 9, tzinfo=UTC)
    ArticleFactory.create_batch(12, published_at=day)
    site.context.add_cookies([{"name": "prefs", "value": f"digits:{digits}", "url": site.url}])
    site.goto("/archive/2019/05/")
    steps = site.locator(".month-key-step").all_inner_texts()
    words = next(step.strip() for step in steps if "–" in step)
    assert reads_from_the_left(site, ".month-key-step", words) is False
