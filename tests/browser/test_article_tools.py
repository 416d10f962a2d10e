"""What a reader does with an article besides reading it: turns to the next, copies a quotation, listens, keeps."""

import json
import re
import time
from datetime import date
from urllib.parse import unquote

import pytest
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from archive import preferences
from archive.models import Article, DatedPhrase
from archive.preferences import Preferences
from archive.text.dates import format_date
from tests.browser.faults import faults
from tests.browser.refusing import REFUSE_TO_COPY
from tests.browser.waiting import wait_until

PHONE = {"width": 390, "height": 844}
ASTANA = "demo:astana-seventh-round-2017"


@pytest.fixture
def article(site) -> Article:
    """An article of the demo archive, open in the browser."""
    found = Article.objects.get(external_id=ASTANA)
    site.goto(found.get_absolute_url())
    return found


def touch(session: CDPSession, *touches: tuple[str, int, int]) -> None:
    """Send TOUCHES, (kind, x, y) each, 30 ms apart as the page sees it, however slow the machine is."""
    begun_at = time.time()
    for number, (kind, x, y) in enumerate(touches):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        event = {"type": kind, "touchPoints": points, "timestamp": begun_at + number * 0.03}
        session.send("Input.dispatchTouchEvent", event)


def swipe(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw a finger over POINTS of the window."""
    first, *others = points
    session = page.context.new_cdp_session(page)
    touch(session, ("touchStart", *first), *(("touchMove", *point) for point in others), ("touchEnd", *points[-1]))


def line(start: tuple[int, int], end: tuple[int, int], steps: int = 6) -> list[tuple[int, int]]:
    (x, y), (to_x, to_y) = start, end
    return [(x + (to_x - x) * step // steps, y + (to_y - y) * step // steps) for step in range(steps + 1)]


# --- Turning -------------------------------------------------------------------------------------------------------


@pytest.mark.browser_context_args(has_touch=True, viewport=PHONE)
def test_finger_turns_pages_as_they_lie_and_only_across(site, article):
    previous = site.locator("a[rel=prev]").get_attribute("href")
    site.locator("h1").wait_for()
    for points in (
        line((200, 400), (200, 700)),  # along
        line((120, 300), (260, 480)),  # aslant
        line((200, 400), (240, 400)),  # too short
        line((5, 400), (250, 400)),  # from the edge, which is the system's
    ):
        swipe(site, points)
        expect(site).to_have_url(re.compile(f"/article/{article.pk}/"))
    # In a right-to-left page the previous article lies to the right, and comes in from there.
    swipe(site, line((300, 400), (100, 400)))
    site.wait_for_url(f"**{previous}")
    following = site.locator("a[rel=next]").get_attribute("href")
    swipe(site, line((100, 400), (300, 400)))
    site.wait_for_url(f"**{following}")


def test_arrows_are_those_of_a_selection_while_there_is_one(site, article):
    opened = site.url
    site.locator(".prose p").first.select_text()
    site.keyboard.press("ArrowLeft")
    site.wait_for_timeout(300)
    assert site.url == opened
    # A click puts a caret there that no key moves.
    site.locator(".prose p").first.click()
    site.keyboard.press("ArrowLeft")
    site.wait_for_url(lambda url: url != opened)


def test_caret_that_keys_move_turns_no_page(site, article, browser_type, browser_type_launch_args, live_server):
    arguments = [*browser_type_launch_args["args"], "--enable-caret-browsing"]
    with browser_type.launch(**browser_type_launch_args | {"args": arguments}) as browser:
        page = browser.new_page(base_url=live_server.url)
        page.goto(article.get_absolute_url())
        opened = page.url
        for begin in (lambda: page.keyboard.press("Tab"), page.locator(".prose p").first.click):
            begin()
            place = page.evaluate("() => getSelection().focusOffset")
            for key in ("ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowRight"):
                page.keyboard.press(key)
                page.wait_for_timeout(200)
            assert page.url == opened
        assert page.evaluate("() => getSelection().focusOffset") != place


@pytest.mark.browser_context_args(has_touch=True, viewport=PHONE)
def test_finger_on_a_wide_table_moves_the_table(site, article):
    site.locator("[data-prose]").evaluate(
        """prose => {
            const cells = "<td>" + Array(12).fill("خلية طويلة").join("</td><td>") + "</td>";
            prose.innerHTML = `<div class="prose-table" tabindex="0"><table><tr>${cells}</tr></table></div>`;
            prose.scrollIntoView({behavior: "instant", block: "center"});
        }"""
    )
    box = site.locator(".prose-table").bounding_box()
    across = int(box["y"] + box["height"] / 2)
    swipe(site, line((300, across), (80, across)))
    swipe(site, line((80, across), (300, across)))
    expect(site).to_have_url(re.compile(f"/article/{article.pk}/"))


@pytest.mark.browser_context_args(has_touch=True, viewport=PHONE)
def test_finger_is_told_what_it_will_open_and_may_change_its_mind(site, article):
    title = site.locator("a[rel=prev] .previous-next-title").inner_text()
    session = site.context.new_cdp_session(site)
    touch(session, ("touchStart", 300, 400), ("touchMove", 250, 400), ("touchMove", 150, 400))
    expect(site.locator(".turning-hint")).to_contain_text(title)
    touch(session, ("touchMove", 220, 400), ("touchMove", 270, 400), ("touchMove", 290, 400))
    expect(site.locator(".turning-hint")).to_be_hidden()
    touch(session, ("touchEnd", 290, 400))
    expect(site).to_have_url(re.compile(f"/article/{article.pk}/"))


def test_progress_follows_the_text_and_moves_nothing(site, article):
    shifts = "() => performance.getEntriesByType('layout-shift').length"
    read = "() => Number(document.querySelector('[data-reading-progress]').style.getPropertyValue('--read'))"
    site.set_viewport_size(PHONE)
    site.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    wait_until(site, f"({read})() < 0.5")
    site.evaluate("document.querySelector('.article-end').scrollIntoView({behavior: 'instant', block: 'end'})")
    wait_until(site, f"({read})() === 1")
    assert site.evaluate(shifts) == 0


# --- Quotations ----------------------------------------------------------------------------------------------------

SELECT = """([from, to]) => {
    const texts = document.createTreeWalker(document.querySelector("[data-prose]"), NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let passed = 0, started = false;
    while (texts.nextNode()) {
        const node = texts.currentNode;
        if (!started && from < passed + node.length) { range.setStart(node, from - passed); started = true; }
        if (to <= passed + node.length) { range.setEnd(node, to - passed); break; }
        passed += node.length;
    }
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def copied_quotation(page: Page, start: int, end: int) -> str:
    page.evaluate(SELECT, [start, end])
    page.get_by_role("button", name="انسخ اقتباسًا").click()
    expect(page.locator("[data-quote-status]")).to_contain_text("نُسخ الاقتباس")
    return page.evaluate("navigator.clipboard.readText()")


@pytest.fixture
def text_of(site, article, context) -> str:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return site.locator("[data-prose]").evaluate("prose => prose.textContent")


def test_selected_words_are_copied_whole_with_source_date_and_place(site, article, text_of):
    start = text_of.index(" ", 20) + 3  # within a word
    copied = copied_quotation(site, start, start + 30)
    words, url = re.fullmatch(r"«(.+)» — «.+»، .+، .+ (http\S+)", copied).groups()
    assert "\n" not in words
    assert words in " ".join(text_of.split())
    assert f" {words} " in f" {' '.join(text_of.split())} "
    assert f"/article/{article.pk}/#:~:text=" in url
    # The address leads to its place: the browser scrolls there, and keeps the directive to itself.
    site.goto(url)
    expect(site).to_have_url(re.compile(f"/article/{article.pk}/[^#]+$"))


def test_quotation_that_the_browser_does_not_let_copy_is_said_to_be_none(site, article, text_of):
    site.evaluate(REFUSE_TO_COPY)
    site.evaluate(SELECT, [0, 30])
    site.get_by_role("button", name="انسخ اقتباسًا").click()
    expect(site.locator("[data-quote-status]")).to_have_text("لا يسمح المتصفح بالنسخ")


def test_long_quotation_is_found_by_its_ends(site, article, text_of):
    copied = copied_quotation(site, 0, 600)
    fragment = copied.partition("#:~:text=")[2]
    assert fragment.count(",") == 1
    assert len(fragment) < 400


def test_quotation_of_two_paragraphs_keeps_their_break_and_leads_to_both(site, article, text_of):
    first, second = (site.locator("[data-prose] p").nth(number).inner_text().split() for number in (0, 1))
    start = text_of.index(site.locator("[data-prose] p").nth(1).evaluate("block => block.textContent"))
    copied = copied_quotation(site, start - len(" ".join(first[-6:])), start + 30)
    words, url = re.fullmatch(r"«(.+)» — «.+»، .+، .+ (http\S+)", copied, re.DOTALL).groups()
    above, below = words.split("\n")
    assert " ".join(first).endswith(above)
    assert " ".join(second).startswith(below)
    begin, end = unquote(url).partition("#:~:text=")[2].rsplit(",", 1)
    assert above.startswith(begin)
    assert below.endswith(end)


def test_ends_that_stand_elsewhere_too_are_told_apart(site, article, text_of):
    site.locator("[data-prose]").evaluate(
        "prose => { prose.innerHTML = '<p>قال إن الماء وصل إلى القرية أمس.</p><p>ثم قال إن الماء وصل إلى القرية اليوم.</p>'; }"
    )
    text = site.locator("[data-prose]").evaluate("prose => prose.textContent")
    start = text.rindex("قال")
    fragment = unquote(copied_quotation(site, start, start + len("قال إن الماء"))).partition("#:~:text=")[2]
    assert fragment == "ثم-,قال إن الماء,-وصل إلى القرية اليوم."


def test_quotation_is_of_the_article_s_text_alone(site, article, text_of):
    """However much around it was selected."""
    site.evaluate("getSelection().selectAllChildren(document.body)")
    site.get_by_role("button", name="انسخ اقتباسًا").click()
    expect(site.locator("[data-quote-status]")).to_contain_text("نُسخ الاقتباس")
    copied = site.evaluate("navigator.clipboard.readText()")
    assert " ".join(copied.rpartition("» — «")[0].removeprefix("«").split()) == " ".join(
        site.locator("[data-prose]").inner_text().split()
    )


def test_items_of_a_list_within_another_are_lines_of_their_own(site, article, text_of):
    site.locator("[data-prose]").evaluate(
        "prose => { prose.innerHTML = '<ul><li>أولًا في الوادي<ul><li>وثانيًا فيه</li></ul></li></ul>'; }"
    )
    copied = copied_quotation(site, 0, len("أولًا في الواديوثانيًا فيه"))
    assert copied.partition("» — «")[0] == "«أولًا في الوادي\nوثانيًا فيه"


def test_button_is_beside_the_words_and_goes_with_them(site, article, text_of):
    button = site.get_by_role("button", name="انسخ اقتباسًا")
    expect(button).to_be_hidden()
    site.evaluate(SELECT, [0, 60])
    expect(button).to_be_visible()
    bottom = site.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().bottom")
    assert 0 <= button.bounding_box()["y"] - bottom < 60
    assert faults(site) == []
    site.keyboard.press("Escape")
    expect(button).to_be_hidden()
    site.evaluate(SELECT, [0, 60])
    expect(button).to_be_visible()
    site.evaluate("getSelection().removeAllRanges()")
    expect(button).to_be_hidden()


# --- Sharing -------------------------------------------------------------------------------------------------------

NO_SHEET = "() => Object.defineProperty(navigator, 'canShare', { value: undefined, configurable: true })"
SHEET = """() => {
    const closed = new DOMException("closed", "AbortError");
    const share = page => { window.shared = page; return Promise.reject(closed); };
    Object.defineProperties(navigator, { canShare: { value: page => Boolean(page.url) }, share: { value: share } });
}"""


def test_device_s_own_sheet_is_offered_where_there_is_one(site, article):
    button = site.get_by_role("button", name="تطبيق آخر")
    site.add_init_script(f"({NO_SHEET})()")
    site.reload()
    expect(site.get_by_role("link", name="واتساب", exact=True)).to_be_visible()
    expect(button).to_have_count(0)
    site.add_init_script(f"({SHEET})()")
    site.reload()
    button.press("Enter")
    # That the reader closed it is no error: the console stays empty.
    assert site.evaluate("shared") == {
        "title": article.title,
        "url": site.locator("link[rel=canonical]").get_attribute("href"),
    }


# --- Listening -----------------------------------------------------------------------------------------------------

VOICE = """voices => {
    window.heard = [];
    class Utterance extends EventTarget { constructor(text) { super(); this.text = text; } }
    const speech = new EventTarget();
    Object.assign(speech, {
        getVoices: () => voices,
        speak: utterance => { window.heard.push(utterance); },
        cancel: () => {},
    });
    Object.defineProperty(window, "speechSynthesis", { value: speech });
    window.SpeechSynthesisUtterance = Utterance;
}"""


def with_voices(page: Page, *languages: str) -> None:
    voices = json.dumps([{"lang": language, "localService": True, "name": language} for language in languages])
    page.add_init_script(f"({VOICE})({voices})")
    page.reload()


def heard(page: Page) -> list[str]:
    return page.evaluate("heard.map(utterance => utterance.text)")


def finish_sentence(page: Page) -> None:
    page.evaluate("heard.at(-1).dispatchEvent(new Event('end'))")


def test_browser_that_speaks_no_arabic_says_so_when_it_is_asked(site, article):
    with_voices(site, "en-US", "arz")
    expect(site.locator("[data-save]")).to_be_visible()
    site.get_by_role("button", name="استمع").click()
    assert heard(site) == []
    expect(site.locator("[data-listen-none]")).to_have_text("لا صوت في هذا المتصفح ينطق بلغة هذا الخبر.")


def test_speech_stops_when_its_reader_leaves(site, article):
    with_voices(site, "ar")
    site.get_by_role("button", name="استمع").click()
    site.evaluate("speechSynthesis.cancel = () => sessionStorage.setItem('cancelled', 'yes')")
    site.goto("/")
    assert site.evaluate("sessionStorage.getItem('cancelled')") == "yes"


def test_article_is_heard_sentence_by_sentence_paused_and_stopped(site, article):
    with_voices(site, "en-US", "ar-SA")
    site.get_by_role("button", name="استمع").press("Enter")
    [first] = heard(site)
    assert article.title.startswith(first)
    marked = "[...CSS.highlights.get('listening')].map(range => range.toString().trim())"
    assert site.evaluate(marked) == [first]
    assert site.evaluate("heard[0].voice.lang") == "ar-SA"
    finish_sentence(site)
    assert site.evaluate(marked) == heard(site)[1:]

    site.get_by_role("button", name="إيقاف مؤقت").press("Enter")
    finish_sentence(site)  # what a browser says of one that was cut off
    assert len(heard(site)) == 2
    site.get_by_role("button", name="تابع الاستماع").press("Enter")
    assert heard(site)[2] == heard(site)[1]

    site.get_by_role("button", name="أوقف").press("Enter")
    expect(site.get_by_role("button", name="استمع")).to_be_focused()
    assert site.evaluate("CSS.highlights.has('listening')") is False
    site.get_by_role("button", name="استمع").press("Enter")
    assert heard(site)[-1] == first


def test_whole_text_is_heard_and_then_it_ends(site, article):
    with_voices(site, "ar")
    nested = "<ul><li>أولًا<ol><li>فرع</li></ol>تتمّة</li></ul><table><tr><td>خلية</td></tr></table>"
    site.locator("[data-prose]").evaluate("(prose, nested) => prose.insertAdjacentHTML('beforeend', nested)", nested)
    site.get_by_role("button", name="استمع").click()
    for _ in range(200):
        if site.locator("[data-listen-stop]").is_hidden():
            break
        finish_sentence(site)
    spoken = " ".join(" ".join(heard(site)).split())
    assert spoken == " ".join(f"{article.title} {article.summary} {article.text} أولًا فرع تتمّة خلية".split())


# --- Days that are meant -------------------------------------------------------------------------------------------


SAID = "element => getComputedStyle(element, '::after').content"


@pytest.mark.browser_context_args(has_touch=True, viewport=PHONE)
def test_day_that_words_mean_is_told_by_a_tap_and_on_paper(site, article):
    day = date(2017, 10, 30)
    DatedPhrase.objects.filter(article=article).delete()
    DatedPhrase.objects.create(
        article=article, start=0, end=len(article.text.split()[0]), first_day=day, last_day=day
    )
    site.goto(article.get_absolute_url())
    words = site.locator(".prose .dated")
    assert words.evaluate(SAID) == "none"
    words.tap()
    assert "title" in words.evaluate(SAID) or "٢٠١٧" in words.evaluate(SAID)
    site.locator("h1").tap()
    assert words.evaluate(SAID) == "none"
    site.emulate_media(media="print")
    assert "title" in words.evaluate(SAID) or "٢٠١٧" in words.evaluate(SAID)


# --- Keeping -------------------------------------------------------------------------------------------------------


def test_article_is_kept_and_taken_out_and_put_back(site, article):
    button = site.get_by_role("button", name="للقراءة لاحقًا")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.press("Space")
    expect(button).to_have_attribute("aria-pressed", "true")
    # The tests' browser lets no worker keep a copy.
    expect(site.locator("[data-save-status]")).to_have_text(
        "أُضيف إلى قائمتك، لكن تعذّر حفظ نسخة منه للقراءة بلا اتصال."
    )
    site.locator(".tools").get_by_role("link", name="محفوظاتك").click()

    link = site.locator('[data-shelf-list="saved"] a')
    expect(link).to_have_text(article.title)
    expect(site.locator('[data-shelf-list="saved"] h3')).to_have_attribute("dir", "rtl")
    site.get_by_role("button", name=f"إزالة {article.title}").press("Enter")
    expect(link).to_have_count(0)
    expect(site.locator("[data-shelf-status]")).to_have_text(f"أُزيل: {article.title}")
    undo = site.get_by_role("button", name="تراجع")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(link).to_be_focused()
    site.reload()
    link.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(site.locator("[data-save-status]")).to_have_text("لم يعد محفوظًا.")
    site.goto("/saved/")
    expect(site.locator('[data-shelf-empty="saved"]')).to_be_visible()


FILL = """count => {
    const entries = Array.from({ length: count }, (_, index) => {
        const id = 500000 + index;
        return { id, path: `/article/${id}/x/`, title: `خبر ${id}`, at: "2020-01-01T00:00:00.000Z" };
    });
    localStorage.setItem("sijill-saved", JSON.stringify(entries));
}"""


def test_list_that_is_full_loses_nothing_and_says_so(site, article, tmp_path):
    site.evaluate(FILL, 1000)
    button = site.get_by_role("button", name="للقراءة لاحقًا")
    button.click()
    expect(site.locator("[data-save-status]")).to_have_text("قائمتك ممتلئة: أزل منها شيئًا أولًا.")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert site.evaluate("JSON.parse(localStorage['sijill-saved']).length") == 1000

    site.evaluate(FILL, 999)
    site.goto("/saved/")
    saved = [{"id": number, "path": f"/article/{number}/x/", "title": "خبر", "at": "2021-01-01"} for number in (7, 8)]
    path = tmp_path / "lists.json"
    path.write_text(json.dumps({"format": "sijill-shelf", "version": 1, "saved": saved}))
    site.locator("[data-shelf-import]").set_input_files(path)
    expect(site.locator('[data-shelf-list="saved"] a')).to_have_count(1000)


def test_dates_of_the_lists_are_as_the_reader_wants_dates(site, article, context, live_server):
    site.get_by_role("button", name="للقراءة لاحقًا").click()
    saved = "JSON.parse(localStorage['sijill-saved'])"
    moment = "2017-12-21T10:00:00.000Z"
    site.evaluate(f"localStorage['sijill-saved'] = JSON.stringify({saved}.map(one => ({{...one, at: '{moment}'}})))")
    for prefs, language, day in (
        ("", "ar", "٢١ كانون الأول (ديسمبر) ٢٠١٧"),
        ("digits:western.months:maghrebi", "ar", "21 دجنبر 2017"),
        ("months:egyptian", "ar", "٢١ ديسمبر ٢٠١٧"),
        ("", "en", "21 December 2017"),
        ("digits:arabic", "en", "٢١ December ٢٠١٧"),
    ):
        cookies = {"prefs": prefs, "django_language": language}
        context.add_cookies(
            [{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()]
        )
        site.goto("/saved/")
        expect(site.locator("[data-item-at]")).to_contain_text(day)
        expect(site.locator("[data-item-date]")).to_have_text(published(article, prefs, language))


def published(article: Article, prefs: str, language: str) -> str:
    """The day of ARTICLE as the server writes it for a reader with PREFS."""
    with preferences.override(Preferences.of_reader({"prefs": prefs})):
        return format_date(timezone.localtime(article.published_at), language)


def test_reading_is_remembered_only_where_it_is_asked_for(site, article):
    site.goto("/saved/")
    remembered = site.locator('[data-shelf-list="history"] a')
    expect(remembered).to_have_count(0)
    switch = site.get_by_role("switch")
    expect(switch).not_to_be_checked()
    switch.press("Space")
    site.goto(article.get_absolute_url())
    site.goto("/saved/")
    expect(remembered).to_have_text([article.title])
    expect(switch).to_be_checked()


def test_reader_goes_on_where_reading_stopped(site, article):
    site.set_viewport_size(PHONE)
    Article.objects.filter(pk=article.pk).update(
        body="<p>جملة من خبر طويل لا يُقرأ مرّة واحدة.</p>".replace("جملة", "جملة طويلة " * 40) * 12
    )
    site.reload()
    site.get_by_role("button", name="للقراءة لاحقًا").click()
    site.locator(".prose > :nth-child(4)").evaluate(
        "block => block.scrollIntoView({behavior: 'instant', block: 'start'})"
    )
    wait_until(site, "JSON.parse(localStorage['sijill-saved'])[0].block > 1")
    block = site.evaluate("JSON.parse(localStorage['sijill-saved'])[0].block")
    site.goto("/")
    site.goto(article.get_absolute_url())
    site.get_by_role("button", name="تابع من حيث توقفت").click()
    expect(site.locator(f".prose > :nth-child({block + 1})")).to_be_in_viewport()
    expect(site.locator("[data-resume]")).to_be_hidden()


def test_lists_are_given_out_taken_in_and_erased(site, article, tmp_path):
    site.get_by_role("button", name="للقراءة لاحقًا").click()
    site.goto("/saved/")
    with site.expect_download() as download:
        site.get_by_role("button", name="نزّل القوائم في ملف").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert [entry["title"] for entry in json.loads(path.read_text())["saved"]] == [article.title]

    site.get_by_role("button", name="امحُ كل شيء").click()
    site.get_by_role("dialog").get_by_role("button", name="ألغِ").press("Enter")
    expect(site.locator('[data-shelf-list="saved"] a')).to_have_count(1)
    site.get_by_role("button", name="امحُ كل شيء").click()
    site.get_by_role("dialog").get_by_role("button", name="امحُ كل شيء").press("Enter")
    expect(site.locator("[data-shelf-status]")).to_have_text("لم يبق شيء على هذا الجهاز.")
    assert site.evaluate("Object.entries(localStorage).filter(([, value]) => value.includes('article')).length") == 0

    site.locator("[data-shelf-import]").set_input_files(path)
    expect(site.locator('[data-shelf-list="saved"] a')).to_have_text([article.title])
    # There is no worker to keep a copy.
    expect(site.locator("[data-shelf-status]")).to_have_text("أُضيفت من دون نسخة للقراءة بلا اتصال: ١")


def test_file_of_another_s_making_brings_no_address_but_an_article_s(site, article, tmp_path):
    entry = {"id": 7, "path": "/article/7/x/", "title": "خبر", "at": "2020-01-01T00:00:00Z"}
    hostile = [
        entry | {"path": "javascript:alert(1)"},
        entry | {"path": "https://example.org/article/7/x/"},
        entry | {"path": "//example.org/article/7/"},
        entry | {"id": 8},
        entry | {"title": ""},
        None,
        entry | {"title": "<img src=x onerror=alert(1)>"},
    ]
    path = tmp_path / "lists.json"
    path.write_text(json.dumps({"format": "sijill-shelf", "version": 1, "saved": hostile}))
    site.goto("/saved/")
    site.locator("[data-shelf-import]").set_input_files(path)
    expect(site.locator('[data-shelf-list="saved"] a')).to_have_text(["<img src=x onerror=alert(1)>"])
    path.write_text("[1, 2]")
    site.locator("[data-shelf-import]").set_input_files(path)
    expect(site.locator("[data-shelf-status]")).to_have_text("هذا ليس ملفًّا من هذه القوائم.")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_of_what_is_kept_have_no_serious_fault(site, article, language):
    site.get_by_role("button", name="للقراءة لاحقًا").click()
    if language == "en":
        site.get_by_role("button", name="English").click()
    versions = f"{article.get_absolute_url()}versions/"
    Article.objects.filter(pk=article.pk).update(summary="ملخص صُحّح بعد النشر.")
    found = {}
    for address in (article.get_absolute_url(), "/saved/", "/offline/", versions):
        site.goto(address)
        site.wait_for_load_state("networkidle")
        for width in (320, 390, 1280):
            site.set_viewport_size({"width": width, "height": 800})
            if wrong := faults(site):
                found[width, address] = wrong
    assert found == {}


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_no_dead_button_is_shown(site):
    site.goto(Article.objects.get(external_id=ASTANA).get_absolute_url())
    expect(site.locator(".prose p").first).to_be_visible()
    for button in site.locator("main button:not(form > [type=submit])").all():
        expect(button).to_be_hidden()
    expect(site.get_by_role("link", name="واتساب", exact=True)).to_be_visible()
    site.goto("/saved/")
    # What stands in <noscript> has no text for the driver.
    expect(site.locator("noscript .notice")).to_be_visible()
