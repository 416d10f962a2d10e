"""Figures renew themselves on an open page, and their lines are read day by day."""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect

from archive.models import Dataset, Observation
from archive.statistics_forms import MAX_REGIONS
from tests.archive.ingest.web_server import WebServer

DATASET = "/statistics/coronavirus/"
PROMISED_MS = 15_000
"""A figure that is saved is on every open page so soon."""

LAST_DAY = "2020-05-31"


def last_figure(code: str) -> Observation:
    return Observation.objects.get(measure__slug="confirmed", region__code=code, date=LAST_DAY)


def value_of(page: Page):
    return page.locator(".headlines-value").first


@pytest.fixture
def editor(browser, live_server, transactional_db) -> Page:
    """A second window, in which somebody edits."""
    User.objects.create_superuser("editor", password="secret-word-1")
    window = browser.new_context(base_url=live_server.url).new_page()
    window.goto("/admin/login/?next=/admin/")
    window.locator("#id_username").fill("editor")
    window.locator("#id_password").fill("secret-word-1")
    window.locator("[type=submit]").click()
    window.wait_for_url("**/admin/")
    yield window
    window.context.close()


def save(editor: Page, code: str, figure: str) -> None:
    """Write FIGURE into the box of the last day, as an editor does."""
    stored = last_figure(code)
    editor.goto(reverse("admin:archive_dataset_figures", args=[stored.measure.dataset_id]))
    editor.locator(f"[name='{stored.measure_id}-{stored.region_id}']").fill(figure)
    editor.locator(".submit-row [type=submit]").click()
    editor.locator(".messagelist .success").wait_for()


def test_the_banner_leads_to_the_figures(site):
    site.get_by_role("link", name="تابع إحصائيات فيروس كورونا لحظة بلحظة").click()
    expect(site).to_have_url(re.compile(DATASET))
    expect(site.get_by_text("أرقام للعرض: اختُلقت")).to_be_visible()


def test_a_figure_saved_in_the_admin_is_on_an_open_page_within_fifteen_seconds(site, editor):
    site.goto(f"{DATASET}?region=LB")
    rows = site.locator("details[data-live-key=rows]")
    rows.locator("summary").click()
    chosen = site.locator("[data-live-key=sort-1]")
    chosen.focus()
    said = site.get_by_role("status").inner_text()
    save(editor, "LB", "٩٩٩٬٩٩٩")

    expect(value_of(site)).to_have_text("٩٩٩٬٩٩٩", timeout=PROMISED_MS)
    expect(site.get_by_role("status")).not_to_have_text(said)
    # What the reader had opened and where the reader was stays.
    expect(rows).to_have_attribute("open", "")
    expect(rows).to_contain_text("٩٩٩٬٩٩٩")
    expect(chosen).to_be_focused()
    expect(site.locator(".lines-scale")).to_contain_text("١٬٠٠٠٬٠٠٠")


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_nothing_is_asked_while_the_page_is_hidden_and_at_once_when_it_is_seen_again(site):
    site.clock.install()
    site.goto(f"{DATASET}?region=LB")
    asked = []
    site.on("response", lambda response: asked.append(response.status) if "/live?" in response.url else None)
    with site.expect_response("**/live?*"):
        site.clock.run_for(11_000)
    assert asked == [304]
    hide(site, True)
    site.clock.run_for(60_000)
    site.wait_for_timeout(300)
    assert asked == [304]
    Observation.objects.filter(pk=last_figure("LB").pk).update(value=777)
    with site.expect_response("**/live?*"):
        hide(site, False)
    expect(value_of(site)).to_have_text("٧٧٧")
    assert asked == [304, 200]


def test_a_server_in_trouble_is_asked_less_often_and_the_reader_is_told(site, console_errors):
    site.clock.install()
    site.goto(DATASET)
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=503)

    site.route("**/live", refuse)
    problem = site.locator("[data-live-problem]")
    expect(problem).to_be_hidden()
    for count, wait_ms in ((1, 10_500), (2, 20_500)):
        with site.expect_response("**/live"):
            site.clock.run_for(wait_ms)
        assert len(asked) == count
    expect(problem).to_be_visible()
    site.clock.run_for(20_500)
    site.wait_for_timeout(300)
    assert len(asked) == 2
    site.unroute("**/live")
    with site.expect_response("**/live"):
        site.clock.run_for(20_500)
    expect(problem).to_be_hidden()
    del console_errors[:]


def test_days_are_read_by_keyboard_and_with_the_pointer(site):
    site.goto(f"{DATASET}?region=LB&show=daily")
    slider = site.get_by_label("اقرأ يومًا")
    slider.focus()
    said = site.locator(".readings-said")
    expect(said).to_contain_text("٣١ أيار")
    expect(said).to_contain_text("لبنان")
    # Time runs from the right: an arrow to the right goes back.
    slider.press("ArrowRight")
    expect(said).to_contain_text("٣٠ أيار")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"٣٠\sأيار"))
    expect(site.locator(".lines-cursor")).to_be_visible()
    plot = site.locator(".lines-plot")
    plot.hover(position={"x": 1, "y": 20}, force=True)
    expect(said).to_contain_text("٣١ أيار")
    assert site.locator(".lines-cursor").bounding_box()["x"] < plot.bounding_box()["x"] + 10


STROKES = """names => names.map(name => {
  const line = document.querySelector(".lines-key path").cloneNode();
  line.setAttribute("class", `lines-line ${name}`);
  document.querySelector(".lines-key svg").append(line);
  const { strokeDasharray, strokeWidth } = getComputedStyle(line);
  return `${strokeDasharray} ${strokeWidth}`;
})"""


@pytest.mark.parametrize("colours", ["none", "active"])
def test_lines_are_told_apart_without_their_colours(site, colours):
    site.emulate_media(forced_colors=colours)
    site.goto(f"{DATASET}?region=LB&show=daily")
    names = [*(f"lines-{number}" for number in range(1, MAX_REGIONS + 1)), "lines-1 lines-faint"]
    strokes = site.evaluate(STROKES, names)
    assert len(set(strokes)) == len(names), strokes


def test_reading_begins_at_the_last_day_or_where_the_reader_points(site):
    site.goto(f"{DATASET}?region=LB&show=daily")
    slider = site.get_by_label("اقرأ يومًا")
    last = int(slider.get_attribute("max"))
    assert (last > 30, slider.input_value()) == (True, str(last))
    slider.evaluate("element => { element.value = 3; element.dispatchEvent(new Event('focus')); }")
    expect(site.locator(".readings-said strong")).to_be_visible()
    assert slider.input_value() == "3"


def test_the_page_ends_with_its_footer(site):
    """However long its tables are, which scroll by themselves."""
    site.goto(DATASET)
    table = site.locator(".figures-regions")
    assert table.evaluate("element => element.scrollHeight > element.clientHeight + 100")
    blank = site.evaluate(
        """document.documentElement.scrollHeight
          - document.querySelector('footer').getBoundingClientRect().bottom - window.scrollY"""
    )
    assert blank == pytest.approx(0, abs=1)


def test_everything_is_chosen_without_a_script(browser, live_server, site):
    window = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    window.goto(DATASET)
    window.get_by_label("أضف بلدًا").select_option("EG")
    window.get_by_role("button", name="اعرض").click()
    window.get_by_role("link", name="يوميًّا").click()
    window.get_by_role("link", name="لكل مليون نسمة").first.click()
    expect(window).to_have_url(re.compile(r"region=EG&show=daily&per=million"))
    expect(window.locator(".lines-key")).to_contain_text("مصر")
    window.context.close()


def test_a_frame_on_another_site_shows_the_lines(site, live_server):
    site.goto(DATASET)
    code = site.locator("#embed-code").input_value()
    assert Dataset.objects.count() == 1
    page = f"<!doctype html><meta charset=utf-8><title>x</title>{code}"
    other = site.context.browser.new_context().new_page()
    # A server of its own: browsers let no invented page into the network of this machine.
    with WebServer().running() as elsewhere:
        elsewhere.answers["/page"] = (200, {"Content-Type": "text/html"}, page.encode())
        other.goto(elsewhere.url("/page"))
        frame = other.frame_locator("iframe")
        expect(frame.locator(".lines-plot")).to_be_visible()
        expect(frame.get_by_role("link", name=re.compile("الأرقام كلها"))).to_have_attribute("target", "_blank")
        expect(frame.locator(".headlines > :visible")).to_have_count(1)
        height, room = frame.locator("html").evaluate("html => [html.scrollHeight, html.clientHeight]")
        assert height == room  # Nothing is cut.
        other.context.close()
