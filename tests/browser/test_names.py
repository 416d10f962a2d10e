"""Pages of names: drawings reached by the keyboard and fit for a phone; names chosen by typing."""

import pytest
from playwright.sync_api import expect

from archive.networks.drawing import count_entities, draw_stale
from tests.browser.faults import faults
from tests.factories import ArticleFactory, EntityFactory, MentionFactory


@pytest.fixture
def geneva(live_server, transactional_db, console_errors):
    """A place named with another place and with a person, drawn; the console must stay free of errors."""
    entity = EntityFactory(name="جنيف", kind="place", latitude=46.2, longitude=6.14)
    others = [
        EntityFactory(name="فيينا", kind="place", latitude=48.21, longitude=16.37),
        EntityFactory(name="المفوضية السامية لشؤون اللاجئين", kind="organisation"),
    ]
    for _ in range(2):
        article = ArticleFactory()
        for one in (entity, *others):
            MentionFactory(article=article, entity=one)
    count_entities()
    draw_stale(60)
    yield entity
    assert console_errors == []


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_the_drawing_that_fits_is_shown_and_the_page_is_no_wider(page, geneva, width, shown):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(geneva.get_absolute_url())
    for name in ("narrow", "wide"):
        expect(page.locator(f".network-{name}")).to_be_visible(visible=name == shown)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert faults(page) == []


def test_names_in_the_drawing_are_links_for_the_keyboard(page, geneva):
    page.goto(geneva.get_absolute_url())
    node = page.locator(".network-wide").get_by_role("link", name="فيينا: خبران")
    node.focus()
    expect(node).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("فيينا")


def test_no_two_names_of_a_drawing_overlap(page, geneva):
    page.goto(geneva.get_absolute_url())
    boxes = [box.bounding_box() for box in page.locator(".network-wide .network-node").all()]
    assert len(boxes) == 2
    one, other = boxes
    apart = (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )
    assert apart


def test_the_outline_of_the_map_is_drawn(page, geneva):
    page.goto(geneva.get_absolute_url())
    expect(page.locator(".map use")).to_be_attached()
    assert page.evaluate("document.querySelector('.map use').getBBox().width") > 1000


def test_a_name_is_added_to_a_comparison_by_typing(page, geneva):
    page.goto("/entity/compare/")
    field = page.get_by_role("combobox", name="أضف اسمًا")
    field.press_sequentially("فيي")
    expect(page.get_by_role("option", name="فيينا")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator(".lines-key")).to_contain_text("فيينا")
    expect(page.locator(".figures-table")).to_be_visible()
    assert faults(page) == []
