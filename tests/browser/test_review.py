"""The review desk in a browser: a hundred names by keyboard alone, and what happens when something goes wrong."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from archive.models import Entity, Mention, NameProposal, RefusedName
from tests.browser.faults import COLOURS, faults, show_in
from tests.browser.test_admin import desk, log_in, newsroom  # noqa: F401 - fixtures
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory

DESK = reverse("admin:archive_nameproposal_review")
SIZES = ({"width": 390, "height": 800}, {"width": 1280, "height": 800})


def propose(*names: str, **values) -> list[NameProposal]:
    """Proposals of NAMES, to come up in this order."""
    return [
        NameProposalFactory(name=name, confidence=0.95 - 0.005 * number, **values)
        for number, name in enumerate(names)
    ]


def states() -> list[str]:
    return list(NameProposal.objects.order_by("-confidence", "pk").values_list("state", flat=True))


def open_desk(page: Page) -> None:
    log_in(page, "editor")
    page.goto(DESK)
    expect(page.locator("[data-card]").first).to_be_focused()


def focused(page: Page, name: str) -> None:
    """The card of NAME has the focus."""
    expect(page.locator("[data-card]:focus h2")).to_have_text(name)


def settled(page: Page, decided: str) -> None:
    expect(page.locator("[data-progress]")).to_contain_text(f"بُتّ اليوم في: {decided}")


def test_a_hundred_names_are_cleared_by_keyboard_alone(desk):  # noqa: F811
    entity = EntityFactory(name="ريم العلي")
    names = [f"اسم {number:03d}" for number in range(100)]
    propose(*names, entity=entity)
    open_desk(desk)
    for number, name in enumerate(names):
        focused(desk, name)
        desk.keyboard.press("rv"[number % 2])
    expect(desk.locator(".desk__nothing")).to_be_visible()
    settled(desk, "١٠٠")
    assert states() == ["accepted", "rejected"] * 50
    assert Mention.objects.filter(entity=entity, confirmed=True).count() == 50


def test_every_decision_has_its_key_on_an_arabic_keyboard_too(desk):  # noqa: F811
    reem = EntityFactory(name="ريم العلي")
    other = EntityFactory(name="هدى بركات", aliases=["Hoda Barakat"])
    propose("ريم", "هدى", "زياد", "منى", "صور", "نهى", entity=reem)
    open_desk(desk)
    # Playwright has no Arabic layout: the events are those that one sends.
    press = (
        "letter => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: letter, bubbles: true}))"
    )
    for letter, name in (("ق", "ريم"), ("خ", "هدى")):
        focused(desk, name)
        desk.evaluate(press, letter)
    typed = desk.get_by_label("أي من أسمائه")
    expect(typed).to_be_focused()
    expect(typed).to_have_value("هدى")
    typed.fill("barak")
    desk.keyboard.press("Enter")
    focused(desk, "زياد")
    desk.evaluate(press, "ج")
    expect(desk.get_by_label("الاسم", exact=True)).to_have_value("زياد")
    desk.keyboard.type("زياد العلي")
    desk.keyboard.press("Enter")
    for letter, name in (("ر", "منى"), ("لا", "صور"), ("ت", "نهى")):
        focused(desk, name)
        desk.evaluate(press, letter)
    expect(desk.locator(".desk__nothing")).to_be_visible()
    settled(desk, "٥")
    assert states() == ["accepted", "accepted", "accepted", "rejected", "rejected", "waiting"]
    new = Entity.objects.get(name="زياد العلي")
    assert list(Mention.objects.order_by("pk").values_list("entity", flat=True)) == [reem.pk, other.pk, new.pk]
    assert RefusedName.objects.get().name == "صور"


def test_undoing_brings_the_card_back_and_the_one_of_the_page_before(desk):  # noqa: F811
    propose("ريم", "هدى")
    open_desk(desk)
    desk.keyboard.press("v")
    focused(desk, "هدى")
    desk.keyboard.press("u")
    focused(desk, "ريم")
    settled(desk, "٠")
    desk.keyboard.press("v")
    desk.keyboard.press("v")
    expect(desk.locator(".desk__nothing")).to_be_visible()
    desk.keyboard.press("u")
    focused(desk, "هدى")
    assert states() == ["rejected", "waiting"]


def test_one_decision_holds_for_all_articles_unless_the_editor_says_for_one(desk):  # noqa: F811
    propose("ريم", "ريم", "هدى", "هدى")
    open_desk(desk)
    desk.keyboard.press("v")
    focused(desk, "هدى")
    desk.keyboard.press("a")
    expect(desk.locator("[data-card]:focus [data-for-all]")).not_to_be_checked()
    desk.keyboard.press("v")
    expect(desk.locator("[data-card]:visible")).to_have_count(1)
    focused(desk, "هدى")
    assert states() == ["rejected", "rejected", "rejected", "waiting"]


def test_what_could_not_be_saved_is_said_on_its_card(desk, console_errors):  # noqa: F811
    first, _second = propose("ريم", "هدى")
    open_desk(desk)
    desk.route("**/review/decide/", lambda route: route.abort())
    desk.keyboard.press("v")
    problem = desk.locator(f"[data-card='{first.pk}'] [data-problem]")
    expect(problem).to_contain_text("تعذّر حفظ هذا: الموقع لا يجيب")
    focused(desk, "هدى")
    desk.unroute("**/review/decide/")
    NameProposal.objects.filter(pk=first.pk).update(state="accepted")
    desk.keyboard.press("ArrowUp")
    desk.keyboard.press("v")
    expect(problem).to_contain_text("بُتّ في هذا من قبل")
    console_errors.clear()


def test_keys_are_listed_and_are_letters_where_something_is_typed(desk):  # noqa: F811
    propose("ريم")
    open_desk(desk)
    desk.keyboard.press("?")
    expect(desk.locator(".desk__keys")).to_be_visible()
    desk.keyboard.press("?")
    expect(desk.locator(".desk__keys")).to_be_hidden()
    desk.locator("[data-card]").focus()
    desk.keyboard.press("o")
    expect(desk.get_by_label("أي من أسمائه")).to_be_focused()
    desk.keyboard.type("rv")
    assert states() == ["waiting"]
    desk.keyboard.press("Escape")
    focused(desk, "ريم")


def test_the_desk_works_by_mouse_and_without_scripts(desk, browser, live_server):  # noqa: F811
    propose("ريم", "هدى")
    log_in(desk, "editor")
    context = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, storage_state=desk.context.storage_state()
    )
    page = context.new_page()
    page.goto(DESK)
    page.get_by_role("button", name="رفض").first.click()
    expect(page.locator(".messagelist")).to_contain_text("رُفض «ريم» في موضع واحد.")
    page.get_by_role("link", name="اسم جديد").click()
    page.get_by_role("button", name="أنشئه").click()
    expect(page.locator(".desk__nothing")).to_be_visible()
    page.get_by_role("button", name="تراجع").click()
    expect(page.locator("[data-card] h2")).to_have_text("هدى")
    context.close()


def test_mentions_in_an_articles_form_are_decided_by_one_click(desk):  # noqa: F811
    article = ArticleFactory(body="<p>إلى صور، ثم صور.</p>")
    entity, other = EntityFactory(name="صور"), EntityFactory(name="إلى")
    for one, start, end in ((entity, 4, 7), (entity, 12, 15), (other, 0, 3)):
        MentionFactory(article=article, entity=one, start=start, end=end)
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    desk.get_by_label("العنوان:", exact=True).fill("عنوان لم يُحفظ بعد")
    desk.locator("#mentions-group summary").click()
    expect(desk.locator("#mentions-group tbody")).to_contain_text("آلي غير مؤكَّد")
    desk.get_by_role("button", name="أكّد: إلى").click()
    desk.get_by_role("button", name="ارفضه في الخبر كله: صور").first.click()
    boxes = desk.locator("#mentions-group tr.has_original select[name$=-confirmed]")
    expect(boxes.nth(0)).to_have_value("true")
    expect(boxes.nth(1)).to_have_value("false")
    expect(boxes.nth(2)).to_have_value("false")
    desk.get_by_role("button", name="احفظ", exact=True).first.click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert article.title == "عنوان لم يُحفظ بعد"
    assert set(article.mentions.values_list("entity", "start", "confirmed")) == {
        (other.pk, 0, True),
        (entity.pk, 4, False),
        (entity.pk, 12, False),
        (entity.pk, None, False),
    }


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_of_decisions_have_no_serious_fault_and_no_sideways_scroll(desk, live_server, language):  # noqa: F811
    entity, other = EntityFactory(name="ريم العلي", aliases=["Reem Ali"]), EntityFactory(name="ريما العلي")
    propose("ريم", "ريم", "هدى", entity=entity)
    MentionFactory(entity=entity, start=0, end=3)
    log_in(desk, "editor")
    desk.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    addresses = [
        DESK,
        f"{reverse('admin:archive_entity_merge')}?ids={entity.pk},{other.pk}&q=ريم",
        reverse("admin:archive_entity_split", args=[entity.pk]),
        reverse("admin:archive_entity_pairs"),
    ]
    found = {}
    for address in addresses:
        desk.goto(address)
        for size in SIZES:
            desk.set_viewport_size(size)
            if address == DESK:
                desk.keyboard.press("o")
                expect(desk.locator("[data-found]").first).to_be_visible()
            for scheme, rules in (("light", ()), ("dark", COLOURS)):
                show_in(desk, scheme)
                if wrong := faults(desk, *rules):
                    found[address, size["width"], scheme] = wrong
    assert found == {}
