"""Pages are light: few bytes and requests, nothing from elsewhere, and nothing that moves once it is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

import brotli
import pytest
from playwright.sync_api import Page, Response

from archive.caching.kept_pages import BROTLI_QUALITY
from tests.whole_site import pages

MAX_HTML_BYTES = 20_000
MAX_BYTES_WITHOUT_PICTURES = 150 * 1024
MAX_REQUESTS_BEFORE_PAINT = 3
PACKED = ("font", "image")
"""Files of these types are as small as they get."""

# A telephone with a fair connection: letters come after the first paint, pictures later.
SLOWLY = {"offline": False, "latency": 60, "downloadThroughput": 500_000, "uploadThroughput": 200_000}

BLOCKING = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter(entry => entry.entryType === "navigation" || entry.renderBlockingStatus === "blocking")
  .map(entry => entry.name)"""
SHIFTS = """() => new Promise(resolve => {
  const shifts = [];
  new PerformanceObserver(list => shifts.push(...list.getEntries().map(entry =>
    `${entry.value.toFixed(4)} at ${entry.startTime.toFixed()} ms: ${entry.sources.map(source =>
      `${source.node?.className || source.node?.nodeName} ${["previousRect", "currentRect"].map(rect =>
        ["x", "y", "width", "height"].map(side => source[rect][side]))}`)}`
  ))).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(shifts), 200);
})"""
SCROLL = """async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
    scrollTo({ top, behavior: "instant" });
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}"""
STEADY = (
    ("articles", "article-with-picture"), ("articles", "article-with-all"), ("lists", "front"), ("lists", "section"),
    ("searches", "search"), ("names", "entity"), ("figures", "figures"),
)  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """A file that a page loaded, and its bytes as they go over the wire."""

    address: str
    kind: str
    bytes: int


def loaded(page: Page, address: str) -> list[Loaded]:
    """All that a browser with nothing kept loads for the page at ADDRESS, the page itself first."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    return [
        Loaded(response.url, kind := response.request.resource_type, _wire_bytes(response.body(), kind))
        for response in responses
    ]


def _wire_bytes(content: bytes, kind: str) -> int:
    """As the server sends it: pages are packed when they are made, files once and for all, which takes longer."""
    if kind in PACKED:
        return len(content)
    return len(brotli.compress(content, quality=BROTLI_QUALITY) if kind == "document" else brotli.compress(content))


@pytest.fixture
def stranger(whole_site, live_server, browser) -> Iterator[Page]:
    """The page of a browser that has kept nothing of the site."""
    context = browser.new_context(base_url=live_server.url, service_workers="block")
    yield context.new_page()
    context.close()


def test_search_is_light_with_what_changes_it_in_place(stranger, live_server):
    files = loaded(stranger, pages()["searches"]["search"])
    weights = {file.address: file.bytes for file in files if "/media/" not in file.address}
    assert any("htmx" in address for address in weights)
    assert [address for address in weights if not address.startswith(live_server.url)] == []
    assert sum(weights.values()) < MAX_BYTES_WITHOUT_PICTURES, weights


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", ["article", "article-with-all", "article-with-picture"])
def test_article_is_light_and_takes_nothing_from_elsewhere(stranger, live_server, name, language):
    stranger.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    html, *others = files = loaded(stranger, pages()["articles"][name])
    assert html.kind == "document"
    assert html.bytes < MAX_HTML_BYTES
    assert [file.address for file in others if not file.address.startswith(live_server.url)] == []
    blocking = stranger.evaluate(BLOCKING)
    assert len(blocking) <= MAX_REQUESTS_BEFORE_PAINT, blocking
    weights = {file.address: file.bytes for file in files if "/media/" not in file.address}
    assert sum(weights.values()) < MAX_BYTES_WITHOUT_PICTURES, weights


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_once_it_is_drawn(whole_site, live_server, browser, width):
    groups, found = pages(), {}

    def shifts(address: str) -> list[str]:
        context = browser.new_context(
            base_url=live_server.url, service_workers="block", viewport={"width": width, "height": 800}
        )
        page = context.new_page()
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOWLY)
        page.goto(address, wait_until="networkidle")
        page.evaluate(SCROLL)
        page.wait_for_load_state("networkidle")
        seen = page.evaluate(SHIFTS)
        context.close()
        return seen

    for group, name in STEADY:
        # A browser that is starved of time draws twice what it would have drawn once; what a page does, it does again.
        if (first := shifts(groups[group][name])) and (again := shifts(groups[group][name])):
            found[name] = [first, again]
    assert found == {}


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_reader_without_javascript_reads_goes_on_and_searches(whole_site):
    page = whole_site
    page.goto(pages()["articles"]["article"])
    title = page.locator("h1").inner_text()
    assert len(page.locator(".prose").inner_text()) > 500
    page.locator("a[rel=next]").first.click()
    page.wait_for_load_state()
    following = page.locator("h1").inner_text()
    assert following != title
    field = page.get_by_role("search").get_by_role("searchbox")
    field.fill(following)
    field.press("Enter")
    page.locator(".ledger-title a", has_text=following).first.click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == following
