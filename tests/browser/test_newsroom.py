"""The newsroom at work: two people bring an article to its readers, correct it, meet in it, and are helped with it."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from archive.models import Article, BulkChange, DeliveryChannel, SearchWord
from archive.newsroom.front import keep_order, pinned_ids
from archive.tasks.subscriptions import request_subscriber_news
from tests.browser.faults import faults
from tests.browser.telling import next_of
from tests.browser.test_admin import INDEX, LIST, PASSWORD, SIZES, log_in, save
from tests.browser.test_newsletter import mailbox  # noqa: F401
from tests.factories import ArticleFactory, EntityFactory, SectionFactory, SourceFactory, SubscriptionFactory
from tests.newsapp.server_process import wait_until

MOST_STOPS = 250


@pytest.fixture
def newsroom(live_server, transactional_db):
    """One person of each group, and a section and a source to write for."""
    for group in Group.objects.all():
        User.objects.create_user(group.name[:-1], password=PASSWORD, is_staff=True).groups.add(group)
    SectionFactory(name="ثقافة")
    SourceFactory(name="صحيفة المرفأ")


@pytest.fixture
def at_desk(newsroom, browser, browser_context_args, live_server):
    """A function: the page of a browser in which somebody has logged in; no console may have an error."""
    contexts, errors = [], []

    def enter(name: str) -> Page:
        context = browser.new_context(**browser_context_args)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, name)
        expect(page).to_have_url(INDEX)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


def form_of(article: Article) -> str:
    return reverse("admin:archive_article_change", args=[article.pk])


def test_a_writer_and_an_editor_bring_an_article_to_its_readers(at_desk):
    writer = at_desk("writer")
    writer.goto(reverse("admin:archive_article_add"))
    writer.get_by_label("العنوان:", exact=True).fill("افتتاح متحف الميناء")
    writer.get_by_role("textbox", name="المتن").click()
    writer.keyboard.type("افتتح الوزير متحف الميناء القديم.")
    writer.get_by_label("القسم:", exact=True).select_option("ثقافة")
    writer.get_by_label("المصدر:", exact=True).select_option("صحيفة المرفأ")
    writer.get_by_role("button", name="احفظ وأرسل إلى المراجعة").first.click()
    expect(writer.locator(".messagelist .success")).to_be_visible()
    article = Article.objects.get()
    assert article.status == "review"
    writer.goto(form_of(article))
    expect(writer.get_by_role("button", name="احفظ")).to_have_count(0)
    expect(writer.get_by_role("link", name="أعده مسودة")).to_be_visible()

    editor = at_desk("editor")
    editor.locator(".waiting__work", has_text="قيد المراجعة").click()
    expect(editor.get_by_label("العنوان:", exact=True)).to_have_value("افتتاح متحف الميناء")
    editor.get_by_label("ملاحظة على هذا التغيير:").fill("راجعته")
    editor.get_by_role("button", name="احفظ وانشر").first.click()
    expect(editor.locator(".messagelist .success")).to_be_visible()
    editor.goto("/search/?q=متحف الميناء")
    editor.get_by_role("link", name="افتتاح متحف الميناء").first.click()
    expect(editor.locator("h1")).to_have_text("افتتاح متحف الميناء")


def test_a_correction_is_made_compared_noticed_on_the_page_and_announced(at_desk, mailbox):  # noqa: F811
    SubscriptionFactory(when="at_once", subscriber__address="reader@example.org")
    article = ArticleFactory(
        title="جولة جنيف", body="<p>بدأت الجولة السابعة في جنيف أمس.</p>", published_at=timezone.now()
    )
    assert next_of(mailbox.messages, request_subscriber_news)["Subject"] == "جولة جنيف"

    editor = at_desk("editor")
    editor.goto(form_of(article))
    body = editor.get_by_role("textbox", name="المتن")
    body.click()
    editor.keyboard.press("Control+a")
    editor.keyboard.type("بدأت الجولة الثامنة في جنيف أمس.")
    editor.get_by_text("تصويبات", exact=True).click()
    editor.get_by_role("button", name="إضافة تصويب").click()
    editor.locator("#id_corrections-0-text").fill("الجولة هي الثامنة لا السابعة.")
    editor.get_by_label("ملاحظة على هذا التغيير:").fill("نبّه قارئ إلى الخطأ")
    save(editor, "احفظ وتابع التعديل")

    editor.get_by_role("link", name="النسخ السابقة").click()
    expect(editor.locator(".versions__note")).to_contain_text("نبّه قارئ إلى الخطأ")
    editor.get_by_role("link", name="قارنها بما هو الآن").first.click()
    expect(editor.locator(".comparison del")).to_contain_text("السابعة")
    expect(editor.locator(".comparison ins")).to_contain_text("الثامنة")
    editor.goto(f"{LIST}?state=corrected")
    expect(editor.get_by_role("link", name="جولة جنيف")).to_be_visible()
    editor.goto(article.get_absolute_url())
    expect(editor.get_by_text("الجولة هي الثامنة لا السابعة.")).to_be_visible()

    wait_until(lambda: len(mailbox.messages) > 1)
    [_first, message] = mailbox.messages
    assert (message["Subject"], message["To"]) == ("تصويب: جولة جنيف", "reader@example.org")
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert "الجولة هي الثامنة لا السابعة." in text
        assert article.get_absolute_url() in text


def test_two_in_one_article_lose_nothing(at_desk):
    article = ArticleFactory(title="عنوان أول", body="<p>نص أول.</p>")
    editor, chief = at_desk("editor"), at_desk("chief")
    editor.goto(form_of(article))
    chief.goto(form_of(article))
    expect(chief.locator(".presence")).to_contain_text("editor")

    chief.get_by_label("الملخص:").fill("خلاصة رئيسة التحرير")
    save(chief)
    editor.get_by_label("العنوان:", exact=True).fill("عنوان المحرر")
    editor.get_by_role("button", name="احفظ", exact=True).first.click()
    expect(editor.locator(".errorlist.nonfield")).to_contain_text("chief")
    expect(editor.get_by_label("العنوان:", exact=True)).to_have_value("عنوان المحرر")
    expect(editor.get_by_label("الملخص:")).to_have_value("خلاصة رئيسة التحرير")
    save(editor)
    article.refresh_from_db()
    assert (article.title, article.summary) == ("عنوان المحرر", "خلاصة رئيسة التحرير")


def test_two_in_one_correction_lose_nothing(at_desk):
    article = ArticleFactory()
    article.corrections.create(text="رست السفينة صباحًا.")
    editor, chief = at_desk("editor"), at_desk("chief")
    for page in (editor, chief):
        page.goto(form_of(article))
        page.get_by_text("تصويبات", exact=True).click()
    chief.locator("#id_corrections-0-text").fill("رست السفينة مساءً.")
    save(chief)
    editor.locator("#id_corrections-0-text").fill("رست السفينة ظهرًا.")
    editor.get_by_role("button", name="احفظ", exact=True).first.click()
    expect(editor.locator("#corrections-group .errorlist")).to_contain_text("كتب غيرك هنا: «رست السفينة مساءً.»")
    expect(editor.locator("#id_corrections-0-text")).to_have_value("رست السفينة ظهرًا.")
    assert article.corrections.get().text == "رست السفينة مساءً."
    save(editor)
    assert article.corrections.get().text == "رست السفينة ظهرًا."


def test_slips_are_set_right_by_a_click_in_boxes_and_in_the_body(at_desk):
    SearchWord.objects.create(spelling="المدينة", folded="المدينه", article_count=50)
    article = ArticleFactory(
        draft=True, title="في  المدينه", body="<p>فقرة أولى.</p><p>قال إن <strong>المدينه</strong> كبيرة.</p>"
    )
    writer = at_desk("writer")
    writer.goto(form_of(article))
    fix = writer.locator(".writing [data-fix]")
    expect(fix).to_have_count(3)
    for left in (2, 1, 0):
        fix.first.click()
        expect(fix).to_have_count(left)
    expect(writer.get_by_text("لم يُلاحَظ شيء.")).to_be_visible()
    assert Article.objects.get().title == "في  المدينه"  # Nothing is saved by itself.
    save(writer)
    article.refresh_from_db()
    assert (article.title, article.body) == (
        "في المدينة", "<p>فقرة أولى.</p><p>قال إن <strong>المدينة</strong> كبيرة.</p>",
    )  # fmt: skip


def test_a_name_is_linked_by_a_click_and_a_quotation_is_closed(at_desk):
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا، وقال: «سنعود.</p>")
    entity = EntityFactory(name="رفيق الحريري")
    EntityFactory(name="سامية الخطيب")
    editor = at_desk("editor")
    editor.goto(form_of(article))
    help_with_writing = editor.locator(".writing")
    help_with_writing.locator("[data-fix]").click()
    expect(help_with_writing.locator("[data-fix]")).to_have_count(0)
    body = editor.get_by_role("textbox", name="المتن")
    body.click()
    editor.keyboard.press("Control+End")
    editor.keyboard.type(" وحضرت سامية الخطيب.")
    help_with_writing.locator("[data-look]").click()
    expect(help_with_writing.locator(".writing__slip", has_text="سامية الخطيب")).to_contain_text("عند الحفظ")
    name = help_with_writing.locator(".writing__slip", has_text="رفيق الحريري")
    name.locator("[data-link]").click()
    expect(name).to_contain_text("تم الربط.")
    assert article.mentions.get().entity == entity
    save(editor)
    article.refresh_from_db()
    assert article.body == "<p>زار رفيق الحريري صيدا، وقال: «سنعود». وحضرت سامية الخطيب.</p>"
    mention = article.mentions.get(entity=entity)
    assert article.text[mention.start : mention.end] == "رفيق الحريري"


def test_front_page_is_ordered_previewed_and_saved_by_keyboard(at_desk):
    first, second = ArticleFactory(title="الخبر الأول"), ArticleFactory(title="الخبر الثاني")
    keep_order([first.pk, second.pk], known=[])
    chief = at_desk("chief")
    chief.goto(reverse("admin:archive_frontpagearticle_changelist"))
    chief.locator("button[name=up]", has_text="الخبر الثاني").focus()
    chief.keyboard.press("Enter")
    expect(chief.locator(".front-order__title").first).to_contain_text("الخبر الثاني")
    assert pinned_ids() == [first.pk, second.pk]
    chief.get_by_role("button", name="معاينة").click()
    expect(chief.locator("h1")).to_have_text("الخبر الثاني")
    chief.get_by_role("link", name="عودة إلى التحرير").click()
    chief.get_by_role("button", name="احفظ الترتيب").click()
    expect(chief.locator(".messagelist .success")).to_be_visible()
    assert pinned_ids() == [second.pk, first.pk]


def test_many_are_changed_after_a_look_and_taken_back(at_desk):
    ArticleFactory.create_batch(2, draft=True)
    editor = at_desk("editor")
    editor.goto(LIST)
    editor.locator("#action-toggle").check()
    editor.locator("select[name=action]").select_option("send_to_review")
    editor.locator("#changelist-form button[name=index]").click()
    expect(editor.locator(".bulk-group")).to_contain_text("تصير «قيد المراجعة»: ٢")
    editor.locator("input[name=confirmed]").click()
    editor.get_by_role("link", name="اطّلع عليه أو تراجع عنه").click()
    editor.get_by_role("button", name="تراجع عن هذا التغيير").click()
    expect(editor.locator(".messagelist .success")).to_contain_text("عاد خبران إلى ما كانا عليه.")
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}


def tab_to(page: Page, target: Locator, key: str = "Tab") -> Locator:
    """Go to TARGET by KEY alone, and return it."""
    target = target.first
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        if target.evaluate("element => element === document.activeElement"):
            return target
    raise AssertionError(f"not reached: {target}")


def press_at(page: Page, target: Locator, key: str = "Enter") -> None:
    tab_to(page, target)
    page.keyboard.press(key)


def choose(page: Page, select: Locator, value: str, key: str = "Tab") -> None:
    """Go to SELECT by KEY and take VALUE by arrow keys."""
    tab_to(page, select, key)
    for _option in range(select.locator("option").count()):
        if select.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    assert select.input_value() == value


def test_an_editor_changes_many_by_keyboard_and_takes_it_back(at_desk):
    ArticleFactory.create_batch(2, draft=True)
    editor = at_desk("editor")
    editor.goto(LIST)
    press_at(editor, editor.locator("#action-toggle"), "Space")
    choose(editor, editor.locator("select[name=action]"), "send_to_review", "Shift+Tab")
    press_at(editor, editor.locator("#changelist-form button[name=index]"))
    expect(editor.locator(".bulk-group")).to_contain_text("تصير «قيد المراجعة»: ٢")
    press_at(editor, editor.locator("input[name=confirmed]"))
    press_at(editor, editor.get_by_role("link", name="اطّلع عليه أو تراجع عنه"))
    press_at(editor, editor.get_by_role("button", name="تراجع عن هذا التغيير"))
    expect(editor.locator(".messagelist .success")).to_contain_text("عاد خبران إلى ما كانا عليه.")
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}


def test_an_editor_compares_versions_by_keyboard(at_desk):
    article = ArticleFactory(title="عنوان أول")
    for title in ("عنوان ثانٍ", "عنوان ثالث"):
        Article.objects.filter(pk=article.pk).update(title=title)
    editor = at_desk("editor")
    editor.goto(form_of(article))
    press_at(editor, editor.get_by_role("link", name="النسخ السابقة"))
    editor.wait_for_url("**/versions/")
    press_at(editor, editor.get_by_role("link", name="قارنها بما هو الآن").last)
    expect(editor.locator(".comparison del")).to_contain_text("أول")
    expect(editor.locator(".comparison ins")).to_contain_text("ثالث")
    later = editor.locator("#compare-after")
    choose(editor, later, later.locator("option").nth(1).get_attribute("value"))
    press_at(editor, editor.get_by_role("button", name="قارن"))
    expect(editor.locator(".comparison ins")).to_contain_text("ثانٍ")


def test_an_editor_reads_figures_and_pauses_by_keyboard(at_desk):
    SubscriptionFactory()
    editor = at_desk("editor")
    editor.goto(reverse("admin:archive_deliverychannel_changelist"))
    press_at(editor, editor.get_by_role("button", name="إيقاف مؤقت"))
    expect(editor.locator(".messagelist .success")).to_contain_text("أُوقفت القناة مؤقتًا.")
    assert DeliveryChannel.objects.get(paused=True).channel == "email"
    summaries = editor.locator("#channel-email ~ details summary")
    for number in range(2):
        press_at(editor, summaries.nth(number))
    expect(editor.locator("#channel-email ~ details[open] tbody td").last).to_be_visible()
    assert faults(editor) == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_pages_of_the_newsroom_have_no_fault(at_desk, live_server, language):
    article = ArticleFactory(draft=True, title="قال  الوزير «نعم")
    Article.objects.filter(pk=article.pk).update(title="عنوان صُحّح  أمس", body="<p>فقرة أخرى كلها.</p>")
    keep_order([article.pk, ArticleFactory().pk], known=[])
    change = BulkChange.objects.create(action="section", target="ثقافة", article_count=1)
    article.outgoing_links.create(
        url="https://a.example/", state="broken", problem=["fetch_refused", {"status": 404}]
    )
    User.objects.create_superuser("keeper", password=PASSWORD)
    page = at_desk("keeper")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    names = [
        ("index",),
        ("archive_article_change", article.pk),
        ("archive_article_comparison", article.pk),
        ("archive_article_state", article.pk, "published"),
        ("archive_frontpagearticle_changelist",),
        ("archive_bulkchange_changelist",),
        ("archive_bulkchange_change", change.pk),
        ("archive_outgoinglink_changelist",),
        ("archive_redirect_changelist",),
        ("archive_redirect_add",),
    ]
    found = {}
    for name, *numbers in names:
        page.goto(reverse(f"admin:{name}", args=numbers))
        for size in SIZES:
            page.set_viewport_size(size)
            if wrong := faults(page):
                found[name, size["width"]] = wrong
    assert found == {}
