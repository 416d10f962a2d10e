"""Pages of the newsroom beside the article's form: the front page's order, work lists, help with writing, old addresses."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from archive.admin_site import waiting_articles
from archive.models import FruitlessSearch, OutgoingLink, Redirect, SearchWord
from archive.newsroom.front import keep_order, pinned_ids
from tests.archive.admin.test_article import ADD, change
from tests.archive.admin.test_article_actions import LIST, messages_of
from tests.factories import ArticleFactory, EntityFactory

ORDER = reverse("admin:archive_frontpagearticle_changelist")
WRITING = reverse("admin:archive_article_writing")


@pytest.fixture
def three(db):
    articles = ArticleFactory.create_batch(3)
    keep_order([article.pk for article in articles], known=[])
    return [article.pk for article in articles]


def places(ids: list[int], **more) -> dict:
    return {f"place-{pk}": place for place, pk in enumerate(ids, start=1)} | {"known": ",".join(map(str, ids))} | more


@pytest.mark.parametrize(
    ("pressed", "order"),
    [
        (lambda ids: {"up": ids[2]}, (0, 2, 1)),
        (lambda ids: {"down": ids[0]}, (1, 0, 2)),
        (lambda ids: {"up": ids[0]}, (0, 1, 2)),
        (lambda ids: {"remove": ids[1]}, (0, 2)),
        (lambda ids: {f"place-{ids[0]}": "9", "sort": "1"}, (1, 2, 0)),
        (lambda ids: {f"place-{ids[2]}": "1", "sort": "1"}, (0, 2, 1)),
    ],
)
def test_front_page_is_ordered_by_buttons_and_numbers_and_saved(editor, three, pressed, order):
    wanted = [three[place] for place in order]
    page = editor.post(ORDER, places(three, **pressed(three)), follow=True)
    assert [row["article"].pk for row in page.context["rows"]] == wanted
    assert pinned_ids() == three  # Nothing is saved yet.

    data = places(wanted, save="1") | {"known": page.context["known"]}
    said = messages_of(editor.post(ORDER, data, follow=True))
    assert (said, pinned_ids()) == (["يرى القرّاء الصفحة الأولى الآن بهذا الترتيب."], wanted)


def test_an_article_is_put_on_the_front_page_and_previewed(editor, three):
    new = ArticleFactory()
    page = editor.post(ORDER, places(three, add="1", article=new.pk), follow=True)
    assert [row["article"].pk for row in page.context["rows"]] == [*three, new.pk]
    preview = editor.post(ORDER, places([new.pk, *three], preview="1"), follow=True)

    assert (preview.context["lead"], pinned_ids()) == (new, three)
    assert f"{ORDER}?order={new.pk}" in preview.content.decode()


def test_an_order_made_meanwhile_is_not_lost(editor, three):
    keep_order(three[:1], known=three)
    response = editor.post(ORDER, places(three[::-1], save="1") | {"known": ",".join(map(str, three))}, follow=True)

    assert messages_of(response) == ["رتّب غيرك الصفحة الأولى في هذه الأثناء. ترتيبك ما زال هنا: راجعه واحفظه ثانية."]
    assert pinned_ids() == three[:1]
    assert [row["article"].pk for row in response.context["rows"]] == three[::-1]


def test_writers_do_not_order_the_front_page(writer, three):
    assert writer.get(ORDER).status_code == 403
    assert writer.post(ORDER, places(three[::-1], save="1")).status_code == 403


def test_work_lists_are_counted_on_the_first_page(editor):
    ArticleFactory(section=None)
    lines = {line.label: line.count for line in waiting_articles()}

    assert lines["أخبار تحتاج إلى قسم"] == "١"
    page = editor.get(reverse("admin:index"))
    assert reverse("admin:archive_article_work", args=["section"]) in page.content.decode()


def test_a_work_list_is_worked_through_one_after_another(editor, article_data):
    older, newer = ArticleFactory(section=None), ArticleFactory(section=None)
    response = editor.get(reverse("admin:archive_article_work", args=["section"]))
    assert response.url == f"{change(newer)}?work=section"
    form = editor.get(response.url)
    assert (form.context["work_left"], form.context["work_skip"].partition("?")[2]) == ("٢", f"after={newer.pk}")
    saved = editor.post(response.url, article_data(status="published", _next="1"))
    assert saved.url == f"{change(older)}?work=section"
    last = editor.post(saved.url, article_data(status="published", _next="1"))

    assert last.url == f"{LIST}?work=section"


def test_dashboard_tells_what_readers_miss_and_how_full_the_disk_is(admin, writer):
    FruitlessSearch.objects.create(words="زرافه", day=timezone.localdate(), count=3)
    index = reverse("admin:index")
    page = admin.get(index)

    assert page.context["missed"] == [
        {"words": "زرافه", "count": 3, "url": "/search/?q=%D8%B2%D8%B1%D8%A7%D9%81%D9%87"}
    ]
    assert len(page.context["days"]) == 28
    assert page.context["storage"]["database"].endswith("ميغابايت")
    assert "storage" not in writer.get(index).context


def test_writing_is_looked_at_without_being_saved(writer):
    SearchWord.objects.create(spelling="المدينة", folded="المدينه", article_count=50)
    response = writer.post(WRITING, {"title": "في المدينه", "body": "<p>قال «نعم.</p>"})
    slips = [(one.field, one.slip.found, one.slip.meant, one.start) for one in response.context["slips"]]

    assert slips == [("title", "المدينه", "المدينة", 3), ("body", "«", None, 4)]
    assert "script" not in response.content.decode()


def test_names_are_looked_for_in_what_is_sent(writer):
    article = ArticleFactory(draft=True, body="<p>زار رفيق الحريري صيدا.</p>")
    for name in ("رفيق الحريري", "سامية الخطيب"):
        EntityFactory(name=name)
    body = "<p>زار <strong>رفيق الحريري</strong> صيدا.</p><p>وقالت سامية الخطيب ذلك.</p>"
    response = writer.post(WRITING, {"body": body, "article": article.pk})
    names = [(name["words"], bool(name["offered"])) for name in response.context["unlinked"]]
    assert names == [("رفيق الحريري", True), ("سامية الخطيب", False)]
    address = reverse("admin:archive_article_name", args=[article.pk])
    html = response.content.decode()
    assert html.count(f'data-name-url="{address}"') == html.count("يُربط تلقائيًّا عند الحفظ.") == 1
    assert "data-name-url" not in writer.post(WRITING, {"body": body}).content.decode()


def test_offsets_are_those_that_browsers_count(writer):
    response = writer.post(WRITING, {"title": "🕊️ قال  نعم"})

    assert [(one.start, one.end) for one in response.context["slips"]] == [(7, 9)]


def test_help_is_in_the_form_of_whoever_may_write(writer, editor):
    article = ArticleFactory(draft=True, title="قال  الوزير")
    assert [one.slip.kind for one in writer.get(change(article)).context["slips"]] == ["spaces"]
    assert "data-writing" in writer.get(ADD).content.decode()
    assert "data-writing" not in writer.get(change(ArticleFactory())).content.decode()


def test_a_known_name_is_linked_by_a_button(editor):
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا.</p>")
    entity = EntityFactory(name="رفيق الحريري")
    address = reverse("admin:archive_article_name", args=[article.pk])
    assert editor.post(address, {"entity": entity.pk, "start": 4}).json() == {"message": "تم الربط."}
    assert editor.post(address, {"entity": entity.pk, "start": 4}).status_code == 409

    assert article.mentions.get().entity == entity


def test_a_redirect_is_made_of_a_whole_address(editor, article):
    data = {
        "old_path": "https://old.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1?id=7",
        "article": article.pk,
        "new_path": "",
    }
    editor.post(reverse("admin:archive_redirect_add"), data)
    redirect = Redirect.objects.get()

    assert (redirect.old_path, redirect.article) == ("/أخبار?id=7", article)


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_path": ""},
        {"new_path": "javascript:alert(1)"},
        {"new_path": "//evil.example/"},
        {"old_path": "/a.html", "new_path": "/a.html"},
    ],
)
def test_a_redirect_leads_somewhere_else(editor, wrong):
    editor.post(reverse("admin:archive_redirect_add"), {"old_path": "/a.html", "article": ""} | wrong)

    assert not Redirect.objects.exists()


@pytest.mark.parametrize(
    ("known", "old_path", "new_path"),
    [
        ([("/b", "/a")], "/a", "/b"),
        ([("/b", "/c"), ("/c", "https://archive.example/a?page=2")], "/a", "/b"),
        ([], "/x", "/x?y=1"),
        ([], "/أخبار", "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1#top"),
        ([("/y?z=1", "/x")], "/x", "/y?z=1"),
    ],
)
def test_a_redirect_that_leads_round_in_a_circle_is_refused_with_words(editor, settings, known, old_path, new_path):
    settings.SITE_URL = "https://archive.example"
    for old, new in known:
        Redirect.objects.create(old_path=old, new_path=new)
    data = {"old_path": old_path, "article": "", "new_path": new_path}
    response = editor.post(reverse("admin:archive_redirect_add"), data)

    assert response.context["adminform"].form.errors == {
        "new_path": ["هذا العنوان يعود إلى القديم: يدور القرّاء في حلقة."]
    }
    assert Redirect.objects.count() == len(known)


@pytest.mark.parametrize(
    ("old_path", "new_path"), [("/a", "/b?page=2"), ("/x?y=1", "/x"), ("/a", "https://other.example/a")]
)
def test_a_redirect_that_ends_somewhere_is_kept(editor, old_path, new_path):
    Redirect.objects.create(old_path="/b", new_path="/c")
    for _ in range(2):  # And may be saved again as it is.
        kept = Redirect.objects.filter(old_path=old_path).first()
        address = ("change", [kept.pk]) if kept else ("add", [])
        data = {"old_path": old_path, "article": "", "new_path": new_path}
        response = editor.post(reverse(f"admin:archive_redirect_{address[0]}", args=address[1]), data)
        assert response.status_code == 302

    assert Redirect.objects.get(old_path=old_path).new_path == new_path


def test_broken_links_are_listed_and_decided(editor, article):
    broken = article.outgoing_links.create(
        url="https://a.example/", state="broken", problem=["fetch_refused", {"status": 404}]
    )
    article.outgoing_links.create(url="https://b.example/", state="alive")
    address = reverse("admin:archive_outgoinglink_changelist")
    page = editor.get(address)
    assert list(page.context["cl"].result_list) == [broken]
    assert "404" in page.content.decode()
    editor.post(address, {"action": "leave", "_selected_action": [broken.pk]})

    assert OutgoingLink.objects.get(pk=broken.pk).state == "kept"
    assert list(editor.get(address).context["cl"].result_list) == []
    editor.post(f"{address}?state=kept", {"action": "ask_again", "_selected_action": [broken.pk]})
    assert OutgoingLink.objects.get(pk=broken.pk).state == "unknown"
    logged = LogEntry.objects.filter(content_type__model="outgoinglink", object_id=broken.pk)
    assert [(entry.user.username, entry.get_change_message()) for entry in logged] == [
        ("editor", "تم تغيير الحالة.")
    ] * 2
