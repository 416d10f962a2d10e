"""Editors at work: they log in, write, preview, publish, correct; writers do not publish."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from archive.ingest.journal import make_run
from archive.models import Article, CopyGroup, Feed, ImportRun, RefusedName, SetAsideRecord
from tests.browser.faults import faults, show_in
from tests.factories import (
    ArticleFactory,
    BannerFactory,
    CaptureFactory,
    EntityFactory,
    MentionFactory,
    NameProposalFactory,
    SearchPinFactory,
    SectionFactory,
    SocialAccountFactory,
    SourceFactory,
    SynonymGroupFactory,
)

INDEX, LIST, LOGIN = (reverse(f"admin:{name}") for name in ("index", "archive_article_changelist", "login"))
LISTS = (
    *("article", "entity", "section", "source", "banner", "socialaccount", "searchpin", "synonymgroup", "capture"),
    *("importrun", "setasiderecord", "feed", "nameproposal", "refusedname"),
)
PASSWORD = "secret-word-1"
SIZES = ({"width": 320, "height": 700}, {"width": 1280, "height": 800})


@pytest.fixture
def newsroom(live_server, transactional_db):
    """An editor and a writer, who have a section and a source to write for."""
    for name, group in (("editor", "editors"), ("writer", "writers")):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
    SectionFactory(name="ثقافة")
    SourceFactory(name="صحيفة المرفأ")


@pytest.fixture
def desk(newsroom, page, console_errors):
    """The page of a browser in the newsroom; its console must stay free of errors."""
    yield page
    assert console_errors == []


def run_under_way() -> ImportRun:
    """An import that a worker is at, of which one record failed and from another a line was left out."""
    run = make_run(["a.jsonl"])
    ImportRun.objects.update(
        state="running",
        created=1,
        failed=1,
        origin="a.jsonl",
        bytes_done=30,
        bytes_total=100,
        started_at=timezone.now(),
    )
    run.entries.create(
        outcome="created", origin="a.jsonl:1", title="خبر أول", details={"dropped": [["share", "شارك"]]}
    )
    run.entries.create(outcome="failed", origin="a.jsonl:2", details={"reasons": [["json_not_object", {}]]})
    return run


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto(LOGIN)
    page.get_by_label("اسم المستخدم").fill(name)
    page.get_by_label("كلمة المرور").fill(password)
    page.get_by_role("button", name="ادخل").click()


def save(page: Page, button: str = "احفظ") -> None:
    page.get_by_role("button", name=button, exact=True).first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_login_refuses_a_wrong_password_and_takes_the_right_one(desk):
    log_in(desk, "editor", "wrong")
    expect(desk.locator(".errornote")).to_contain_text("اسم المستخدم أو كلمة المرور غير صحيح")
    log_in(desk, "editor")
    expect(desk).to_have_url(INDEX)
    expect(desk.locator("#user-tools")).to_contain_text("editor")


def test_editor_writes_previews_publishes_and_corrects_an_article(desk):
    log_in(desk, "editor")
    desk.goto(INDEX)
    desk.locator(".model-article").get_by_role("link", name="إضافة").click()

    desk.get_by_label("العنوان:", exact=True).fill("افتتاح متحف الميناء")
    expect(desk.locator("textarea#id_body")).to_be_hidden()  # The editor has taken its place.
    body = desk.get_by_role("textbox", name="المتن")
    body.click()
    desk.keyboard.type("افتتح الوزير متحف الميناء القديم.")
    desk.keyboard.press("Enter")
    desk.get_by_role("button", name="عريض").click()
    desk.keyboard.type("وحضر الأهالي.")
    desk.get_by_label("القسم:", exact=True).select_option("ثقافة")
    desk.get_by_label("المصدر:", exact=True).select_option("صحيفة المرفأ")
    desk.get_by_label("الشهر", exact=True).check()
    desk.locator("#id_published_at_0").fill("2017-12")
    desk.locator("#id_published_at_1").fill("")
    save(desk, "احفظ وتابع التعديل")
    article = Article.objects.get()
    assert article.body == "<p>افتتح الوزير متحف الميناء القديم.</p><p><strong>وحضر الأهالي.</strong></p>"
    assert (article.status, article.date_precision) == ("draft", "month")

    desk.get_by_role("link", name="معاينة").click()
    expect(desk.locator(".preview-bar")).to_contain_text("مسودة")
    expect(desk.locator("h1")).to_have_text("افتتاح متحف الميناء")
    expect(desk.locator(".share")).to_have_count(0)
    desk.get_by_role("link", name="عودة إلى التحرير").click()

    desk.get_by_label("الحالة:", exact=True).select_option("منشور")
    save(desk)
    desk.goto("/search/?q=المينا القديم")
    desk.get_by_role("link", name="افتتاح متحف الميناء").first.click()
    expect(desk.locator(".prose strong")).to_have_text("وحضر الأهالي.")
    expect(desk.locator(".share")).to_have_count(1)

    desk.goto(LIST)
    desk.get_by_role("link", name="افتتاح متحف الميناء").click()
    desk.get_by_label("العنوان:", exact=True).fill("افتتاح متحف الميناء القديم")
    save(desk, "احفظ وتابع التعديل")
    desk.get_by_role("link", name="النسخ السابقة").click()
    expect(desk.locator(".versions del").first).to_have_text("افتتاح متحف الميناء")
    desk.go_back()
    desk.get_by_role("link", name="سجلّ التغييرات").click()
    expect(desk.locator("#change-history tbody tr")).to_have_count(3)
    expect(desk.locator("#change-history tbody tr").last).to_contain_text("العنوان")


def test_article_without_a_date_is_found_and_dated(desk):
    undated = ArticleFactory(undated=True, title="صورة بلا تاريخ")
    ArticleFactory()
    log_in(desk, "editor")
    desk.locator(".waiting__link").filter(has_text="أخبار تحتاج إلى تاريخ").click()
    expect(desk.locator("#result_list tbody tr")).to_have_count(1)
    expect(desk.locator(".filters__chosen")).to_contain_text("أخبار تحتاج إلى تاريخ")

    desk.get_by_role("link", name="صورة بلا تاريخ").click()
    desk.get_by_label("السنة", exact=True).check()
    desk.locator("#id_published_at_0").fill("1958")
    save(desk)
    undated.refresh_from_db()
    assert (undated.date_precision, undated.published_at.astimezone().year) == ("year", 1958)


def test_toolbar_is_drawn_and_says_what_it_does_and_is_on(desk):
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_article_add"))
    toolbar = desk.get_by_role("toolbar", name="التنسيق")
    expect(toolbar.get_by_role("button", name="عريض")).to_be_visible()  # The editor's script makes it.
    buttons = toolbar.locator("button").evaluate_all(
        """buttons => buttons.map(button => [
            button.textContent,
            button.getAttribute("aria-label") !== "",
            button.querySelector("svg[aria-hidden=true] path[d^=M]") !== null,
        ])"""
    )
    assert {tuple(button) for button in buttons} == {("", True, True)}
    bold = toolbar.get_by_role("button", name="عريض")
    expect(bold).to_have_attribute("aria-pressed", "false")
    assert bold.locator("svg").bounding_box()["width"] == 20
    bold.click()
    expect(bold).to_have_attribute("aria-pressed", "true")


def test_what_is_typed_begins_at_its_own_side(desk):
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_entity_add"))
    for name in ("name", "name_latin", "description", "description_latin"):
        expect(desk.locator(f"#id_{name}")).to_have_css("unicode-bidi", "plaintext")


@pytest.mark.parametrize(("language", "turned"), [("ar", "matrix(-1, 0, 0, 1, 0, 0)"), ("en", "none")])
def test_arrow_to_the_site_points_along_the_direction_of_reading(desk, live_server, language, turned):
    article = ArticleFactory()
    log_in(desk, "editor")
    desk.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    link = desk.locator(".viewsitelink")
    assert link.evaluate("link => getComputedStyle(link).backgroundImage") == "none"
    assert link.evaluate("link => getComputedStyle(link, '::after').transform") == turned


def test_editor_names_an_entity_found_by_another_spelling(desk):
    entity = EntityFactory(name="آستانة")
    article = ArticleFactory(draft=True)
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    desk.get_by_text("مواضع الورود", exact=True).click()
    desk.get_by_role("button", name="إضافة ورود").click()
    desk.locator("#mentions-0 .select2-selection").click()
    desk.locator(".select2-container--open .select2-search__field").press_sequentially("استان")
    desk.get_by_role("option", name="آستانة").click()
    save(desk)
    assert list(article.mentions.values_list("entity", "method")) == [(entity.pk, "editor")]


def test_editor_keeps_figures_that_an_import_brought(desk):
    picture = '<figure><figcaption><a href="https://wadi.example/1.jpg" rel="noopener nofollow">الميناء</a></figcaption></figure>'
    table = "<figure><table><tbody><tr><td>أول</td></tr></tbody></table><figcaption>جدول</figcaption></figure>"
    article = ArticleFactory(body=f"<p>خبر</p>{picture}<p>تتمة</p>{table}")
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    desk.get_by_role("textbox", name="المتن").get_by_text("خبر").click()
    desk.keyboard.press("End")
    desk.keyboard.type(" جديد")
    save(desk)
    article.refresh_from_db()
    assert article.body == f"<p>خبر جديد</p>{picture}<p>تتمة</p>{table}"


def test_writer_writes_but_does_not_publish(desk):
    published = ArticleFactory(title="خبر منشور")
    draft = ArticleFactory(draft=True, title="خبر لم يكتمل")
    log_in(desk, "writer")
    desk.goto(LIST)
    offered = desk.locator("select[name=action] option:not([value=''])").all_inner_texts()
    assert offered == ["أرسل إلى المراجعة"]

    desk.get_by_role("link", name="خبر لم يكتمل").click()
    expect(desk.get_by_label("الحالة:", exact=True)).to_have_count(0)
    expect(desk.locator(".field-status")).to_contain_text("مسودة")
    desk.get_by_label("العنوان:", exact=True).fill("خبر اكتمل")
    save(desk)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("خبر اكتمل", Article.Status.DRAFT)

    desk.goto(reverse("admin:archive_article_change", args=[published.pk]))
    expect(desk.get_by_label("العنوان:", exact=True)).to_have_count(0)
    expect(desk.get_by_role("button", name="احفظ")).to_have_count(0)


def test_editor_brings_an_earlier_version_back(desk):
    article = ArticleFactory(title="عنوان قديم")
    Article.objects.filter(pk=article.pk).update(title="عنوان جديد")
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_article_change", args=[article.pk]))
    desk.get_by_role("link", name="النسخ السابقة").click()
    desk.get_by_role("link", name="الخبر كما كان قبل هذا التغيير").click()
    expect(desk.get_by_role("heading", name="عنوان قديم")).to_be_visible()
    desk.get_by_role("button", name="استعد هذه النسخة").click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    expect(desk.get_by_label("العنوان:", exact=True)).to_have_value("عنوان قديم")


def test_editor_is_asked_about_a_second_entity_of_one_name(desk):
    EntityFactory(name="بيروت", kind="place")
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_entity_add"))
    box = desk.get_by_label("هذا غيره وإن اتّفق الاسمان")
    expect(box).to_have_count(0)
    desk.get_by_label("النوع:", exact=True).select_option("person")
    desk.get_by_label("الاسم:", exact=True).fill("بيروت")
    desk.get_by_role("button", name="احفظ", exact=True).click()
    expect(desk.locator(".field-namesake").get_by_role("link", name="بيروت")).to_be_visible()
    assert faults(desk) == []
    box.check()
    desk.get_by_role("button", name="احفظ", exact=True).click()
    expect(desk.get_by_text("تمت إضافة اسم علم «بيروت»")).to_be_visible()


def test_page_of_an_import_follows_it(desk):
    run = run_under_way()
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_importrun_change", args=[run.pk]))
    desk.get_by_text("ما تُرك").click()
    ImportRun.objects.update(created=7, bytes_done=60)
    expect(desk.get_by_role("progressbar")).to_have_attribute("value", "60")
    expect(desk.get_by_text("شارك", exact=False).first).to_be_visible()  # What is open stays open.
    ImportRun.objects.update(state="finished")
    expect(desk.get_by_role("heading", name="منتهية")).to_be_visible()
    expect(desk.get_by_role("progressbar")).to_have_count(0)


def test_editor_sends_files_and_tries_them_first(desk, tmp_path, settings):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    (tmp_path / "أخبار.jsonl").write_text('{"id": "1", "title": "خبر أول", "body": "نص الخبر"}\n')
    log_in(desk, "editor")
    desk.goto(reverse("admin:archive_importrun_add"))
    desk.get_by_label("الملفات").set_input_files(tmp_path / "أخبار.jsonl")
    desk.get_by_role("button", name="ابدأ").click()
    expect(desk.get_by_role("heading", name="تجربة: بانتظار البدء")).to_be_visible()
    expect(desk.locator(".errornote")).to_contain_text("لا عامل يعمل الآن")
    desk.get_by_role("button", name="أوقفه").click()
    expect(desk.get_by_role("heading", name="تجربة: متوقفة")).to_be_visible()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_lists_fit_a_phone(desk, live_server, language):
    ArticleFactory(title="افتتاح متحف الميناء القديم بعد ترميمه", importance=2)
    EntityFactory(name="الأمم المتحدة", name_latin="United Nations Security Council", wikidata_id="Q37470")
    BannerFactory(text="ملف خاص: جائحة كورونا يومًا بيوم", url="/search/?q=كورونا")
    SocialAccountFactory()
    SearchPinFactory()
    SynonymGroupFactory()
    CaptureFactory()
    NameProposalFactory(name="سامية الخطيب", entity=EntityFactory(), decided_at=timezone.now())
    RefusedName.objects.create(name="صور", refused_by=User.objects.get(username="editor"))
    Feed.objects.create(
        url="https://news.example/sections/culture/feed.xml", problem=["fetch_refused", {"status": 503}]
    )
    SetAsideRecord.objects.create(
        origin="/srv/exports/2017/articles-of-the-year.jsonl:1240000", code="table_no_names", values={"names": "a, b"}
    )
    make_run(["/srv/exports/2017/articles-of-the-year.jsonl", "صفحات"], by=User.objects.get(username="editor"))
    log_in(desk, "editor")
    desk.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    desk.set_viewport_size({"width": 390, "height": 800})
    hidden = {}
    for name in LISTS:
        desk.goto(reverse(f"admin:archive_{name}_changelist"))
        pixels = desk.locator("#changelist .results").evaluate("list => list.scrollWidth - list.clientWidth")
        if pixels > 0:
            hidden[name] = pixels
    assert hidden == {}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_admin_has_no_serious_fault_and_no_sideways_scroll(desk, live_server, language):
    mention = MentionFactory()
    ArticleFactory(undated=True, draft=True)
    form = reverse("admin:archive_article_change", args=[mention.article_id])
    Article.objects.filter(pk=mention.article_id).update(title="عنوان صُحّح", kicker="الميناء")
    versions = reverse("admin:archive_article_versions", args=[mention.article_id])
    version = f"{versions}{mention.article.events.get().pk}/"
    User.objects.create_superuser("keeper", password=PASSWORD)
    group_of_copies = CopyGroup.objects.create()
    for article in Article.objects.all():
        group_of_copies.copies.create(article=article)
    group, upload = reverse("admin:auth_group_add"), reverse("admin:archive_importrun_add")
    feed = reverse("admin:archive_feed_add")
    run = reverse("admin:archive_importrun_change", args=[run_under_way().pk])
    found = {}

    def look(address: str) -> None:
        desk.goto(address)
        expect(desk.locator("html")).to_have_attribute("lang", language)
        if address in (form, feed):
            # The scripts have made their boxes.
            expect(desk.locator(".select2-container [aria-label]").first).to_be_attached()
        for scheme, sizes, rules in (("light", SIZES, ()), ("dark", SIZES[-1:], ("color-contrast",))):
            show_in(desk, scheme)
            for size in sizes:
                desk.set_viewport_size(size)
                if wrong := faults(desk, *rules):
                    found[address, size["width"], scheme] = wrong

    log_in(desk, "keeper")
    desk.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    for address in (INDEX, LIST, form, versions, version, group, upload, run, feed):
        look(address)
    desk.context.clear_cookies(name="sessionid")
    look(LOGIN)
    assert found == {}
