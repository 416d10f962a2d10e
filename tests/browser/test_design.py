"""What only a browser shows of the design: paper, and that a reading is told of."""

import pytest
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from playwright.sync_api import Page, expect

from archive.models import Article, ArticleRead
from archive.readership import RecentReaders
from archive.text.dates import format_date
from archive.views import reads
from tests.browser.waiting import wait_until
from tests.factories import ImageFactory
from tests.factories.article import picture_file
from tests.whole_site import pages

READER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"


@pytest.fixture
def article(site) -> Article:
    return Article.objects.get(external_id="demo:astana-seventh-round-2017")


def test_paper_has_the_article_and_what_identifies_it_and_no_more(site: Page, article):
    site.goto(article.get_absolute_url())
    record = site.locator(".print-record")
    expect(record).to_be_hidden()
    site.emulate_media(media="print", color_scheme="dark")
    expect(record).to_be_visible()
    expect(record).to_contain_text(f"/article/{article.pk}/")
    expect(record).to_contain_text(format_date(timezone.localtime(article.published_at), "ar"))
    expect(record).to_contain_text("الأولى: لم تتغيّر منذ نُشرت هنا")
    for name in (
        "masthead-ways",
        "masthead-search",
        "share",
        "article-side",
        "previous-next",
        "citation",
        "footer-settings",
    ):
        assert [box for box in site.locator(f".{name}").all() if box.is_visible()] == [], name
    assert site.evaluate("() => getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


@pytest.mark.parametrize(
    ("group", "name"),
    [("articles", "versions"), ("lists", "story-newest-first"), ("names", "entity-narrowed"), ("figures", "figures")],
)
def test_paper_has_the_address_of_what_was_looked_at(whole_site: Page, group, name):
    address = pages()[group][name]
    whole_site.goto(address)
    expect(whole_site.locator(".print-record")).to_be_hidden()
    whole_site.emulate_media(media="print")
    expect(whole_site.locator(".print-record")).to_contain_text(iri_to_uri(address))


def test_figures_are_printed_though_their_table_is_closed(whole_site: Page):
    whole_site.goto(pages()["figures"]["figures"])
    table = whole_site.locator("details:not([open]) > .figures-rows table")
    height = "table => table.getBoundingClientRect().height"
    assert not table.is_visible()
    whole_site.emulate_media(media="print")
    expect(table).to_be_visible()
    assert table.evaluate(height) > 200


# Of a paragraph of several lines: how many letters stand in one, vowel signs not counted.
LETTERS_IN_A_LINE = """() => {
  const longest = [...document.querySelectorAll(".prose > p")].sort((one, other) => other.textContent.length - one.textContent.length)[0];
  const range = document.createRange();
  range.selectNodeContents(longest);
  const lines = new Set([...range.getClientRects()].map(line => Math.round(line.bottom))).size;
  return longest.textContent.replace(/[\\u064B-\\u0652\\u0670]/g, "").length / (lines - 0.5);
}"""
SIZES = """selectors => selectors.map(selector => {
  const style = getComputedStyle(document.querySelector(selector));
  return [parseFloat(style.fontSize), parseFloat(style.lineHeight) / parseFloat(style.fontSize)];
})"""


@pytest.mark.parametrize(("width", "letters"), [(390, (38, 55)), (1280, (55, 75))])
def test_article_is_set_for_long_reading(site: Page, article, width, letters):
    site.set_viewport_size({"width": width, "height": 800})
    site.goto(article.get_absolute_url())
    (title, _), (summary, summary_line), (text, text_line) = site.evaluate(
        SIZES, ["h1", ".article-summary", ".prose p"]
    )
    assert title > 1.5 * summary > 1.5 * text
    assert 1.7 <= summary_line <= 1.9
    assert 1.8 <= text_line <= 1.9
    least, most = letters
    assert least <= site.evaluate(LETTERS_IN_A_LINE) <= most


@pytest.mark.parametrize("width", [390, 1280])
def test_lead_picture_is_shown_whole_also_where_it_is_high(whole_site: Page, width):
    article = Article.objects.get(kicker="سورية", title__contains="Geneva")
    article.images.all().delete()
    ImageFactory(article=article, file=picture_file(size=(800, 1600)))
    whole_site.set_viewport_size({"width": width, "height": 800})
    whole_site.goto(article.get_absolute_url())
    fit, wide, high = whole_site.locator(".article-picture img").evaluate(
        "image => [getComputedStyle(image).objectFit, image.clientWidth, image.clientHeight]"
    )
    assert fit == "contain" or abs(high / wide - 2) < 0.01
    assert high <= 800


@pytest.mark.parametrize("height", [500, 768, 1400])
def test_margin_beside_the_text_is_in_the_window_to_its_end(site: Page, article, height):
    site.set_viewport_size({"width": 1366, "height": height})
    site.goto(article.get_absolute_url())
    site.locator(".prose > :last-child").evaluate(
        "element => element.scrollIntoView({ block: 'start', behavior: 'instant' })"
    )
    margin = site.locator(".article-sticky")
    box = margin.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    last = margin.locator("a").last
    last.focus()
    wait_until(site, "() => document.activeElement.getBoundingClientRect().bottom <= innerHeight")


MIRRORED = """() => [...document.querySelectorAll("main .icon")].filter(icon => icon.checkVisibility()).map(icon => [
  icon.classList.contains("icon-directional"), new DOMMatrix(getComputedStyle(icon).transform).a,
])"""


@pytest.mark.parametrize(("language", "points"), [("ar", -1), ("en", 1)])
def test_icons_that_point_are_mirrored_with_the_page_and_no_others(site: Page, article, language, points):
    site.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
    site.goto(article.get_absolute_url())
    found = site.evaluate(MIRRORED)
    assert {scale for is_directional, scale in found if is_directional} == {points}
    assert {scale for is_directional, scale in found if not is_directional} == {1}


def test_pictures_but_the_first_wait_until_they_are_neared(site: Page):
    first, *others = site.locator("main img").evaluate_all("images => images.map(image => image.loading)")
    assert first != "lazy"
    assert set(others) == {"lazy"}
    site.locator("main img").last.scroll_into_view_if_needed()
    wait_until(site, "() => [...document.querySelectorAll('main img')].at(-1).naturalWidth > 0")


@pytest.mark.parametrize(
    ("language", "settings", "numbering"),
    [
        ("ar", "", "arabic"),
        ("en", "", "latin"),
        ("ar", "digits:western", "latin"),
        ("en", "digits:arabic", "arabic"),
    ],
)
def test_pages_on_paper_and_lists_are_numbered_in_the_reader_s_digits(
    site: Page, article, language, settings, numbering
):
    cookies = {"django_language": language} | ({"prefs": settings} if settings else {})
    site.context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
    site.emulate_media(media="print")
    site.goto(article.get_absolute_url())
    rules = site.evaluate(
        """() => Object.fromEntries([...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
          .filter(rule => rule instanceof CSSPageRule && rule.selectorText).map(rule => [rule.selectorText, rule.cssText]))"""
    )
    assert site.evaluate("() => getComputedStyle(document.body).page") == numbering
    assert "counter(page" in rules[numbering]
    assert ("arabic-indic" in rules[numbering]) == (numbering == "arabic")
    marks = """language => {
      const [prose, list] = ["div", "ol"].map(name => document.createElement(name));
      Object.assign(prose, { className: "prose", lang: language }).append(list);
      document.body.append(prose);
      return getComputedStyle(list).listStyleType;
    }"""
    assert site.evaluate(marks, language) == ("arabic-indic" if numbering == "arabic" else "decimal")


def test_a_reading_is_told_once_it_lasted(live_server, browser, article, monkeypatch):
    monkeypatch.setattr(reads, "_recent", RecentReaders())
    context = browser.new_context(base_url=live_server.url, user_agent=READER)
    page = context.new_page()
    told = []
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/read") else None)
    page.clock.install()
    page.goto(article.get_absolute_url())
    page.clock.run_for(9_000)
    assert told == []
    with page.expect_response(lambda response: response.url.endswith("/read")) as answer:
        page.clock.run_for(2_000)
    page.clock.run_for(60_000)
    context.close()
    assert (answer.value.status, len(told)) == (204, 1)
    assert list(ArticleRead.objects.values_list("article", "count")) == [(article.pk, 1)]
