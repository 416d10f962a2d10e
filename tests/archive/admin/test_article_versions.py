import time
from concurrent.futures import ThreadPoolExecutor

import pghistory
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from archive.models import Article, Author, Image, RefusedLink, RemovedPicture
from tests.archive.admin.test_article import messages_of
from tests.archive.locks import somebody_waits
from tests.archive.views.html import Page, text, with_class
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    EntityFactory,
    ImageFactory,
    SourceFactory,
)
from tests.queue import waiting_jobs


def earlier(article: Article, name: str = "version") -> str:
    """The address of what ARTICLE was before its latest change, or of bringing that back."""
    return reverse(f"admin:archive_article_{name}", args=[article.pk, article.events.latest("pgh_id").pk])


def changed(article: Article, **values) -> Article:
    """ARTICLE as it is stored, after VALUES were written over what it was."""
    Article.objects.filter(pk=article.pk).update(**values)
    return Article.objects.get(pk=article.pk)


def versions(article: Article) -> str:
    return reverse("admin:archive_article_versions", args=[article.pk])


def test_versions_tell_who_changed_what(editor, article_data):
    article = ArticleFactory(draft=True, title="عنوان قديم", body="<p>فقرة باقية.</p><p>فقرة زالت.</p>")
    data = article_data(
        title="عنوان جديد",
        body="<p>فقرة باقية.</p><p>فقرة جاءت.</p>",
        source=article.source_id,
        section=article.section_id,
        summary=article.summary,
        published_at_0="2017-12-21",
        published_at_1="10:30",
    )
    editor.post(reverse("admin:archive_article_change", args=[article.pk]), data)
    [version] = editor.get(versions(article)).context["versions"]

    assert version.user == "editor"
    assert [(change.field, change.before, change.after, change.paragraphs) for change in version.changes[:2]] == [
        ("العنوان", "عنوان قديم", "عنوان جديد", []),
        ("المتن", "", "", [([("same", "فقرة"), ("gone", "زالت."), ("new", "جاءت.")], 1)]),
    ]


@pytest.mark.parametrize(
    "address",
    [{"url_name": "archive_article_change", "url": "/hidden/"}, {"url": "/admin/archive/article/1/change/"}],
)
def test_how_it_was_changed_is_known_wherever_the_admin_was_then(editor, address):
    with pghistory.context(user=1, **address):
        article = changed(ArticleFactory(title="قديم"), title="جديد")
    [version] = editor.get(versions(article)).context["versions"]

    assert version.how == "في الاستمارة"


def test_changes_by_no_account_are_told_too(editor):
    article = ArticleFactory(status=Article.Status.DRAFT)
    Article.objects.update(status=Article.Status.PUBLISHED)
    response = editor.get(versions(article))
    [version] = response.context["versions"]

    assert (version.user, version.changes) == ("", [("الحالة", "مسودة", "منشور", [])])
    assert "من غير حساب" in response.content.decode()


def test_an_article_never_changed_says_so(editor):
    assert "لم يتغيّر هذا الخبر منذ دخوله." in editor.get(versions(ArticleFactory())).content.decode()


def test_pages_of_versions_fit_together(editor):
    article = ArticleFactory(title="عنوان 0")
    for number in range(1, 24):
        Article.objects.filter(pk=article.pk).update(title=f"عنوان {number}")
    pages = [editor.get(versions(article), {"p": page}).context["versions"] for page in (1, 2)]

    assert [version.changes[0].after for page in pages for version in page] == [
        f"عنوان {number}" for number in range(23, 0, -1)
    ]


def test_versions_need_the_right_to_see_the_article(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("porter", is_staff=True))
    article = changed(ArticleFactory(), title="عنوان آخر")

    assert [client.get(address).status_code for address in (versions(article), earlier(article))] == [403, 403]
    assert client.post(earlier(article, "restore")).status_code == 403


# --- What goes with the article ----------------------------------------------------------------------------------


@pytest.fixture
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def signed(own_media) -> Article:
    """An article with authors, links, a refusal and two pictures."""
    article = ArticleFactory(title="عنوان باقٍ")
    article.authors.add(AuthorFactory(name="سلمى أحمد"), AuthorFactory(name="جين دو"))
    ArticleLinkFactory(from_article=article, kind="previous", to_article=ArticleFactory(title="الجولة الأولى"))
    ArticleLinkFactory(from_article=article, kind="next", to_article=None, title="الجولة الثالثة", origin="page")
    RefusedLink.objects.create(article=article, other=ArticleFactory(title="لا صلة"))
    ImageFactory(article=article, caption="السفينة عند الرصيف", credit="", alternative_text="سفينة", position=1)
    other = {"caption": "الرصيف", "alternative_text": "حجر", "position": 2}
    Image.objects.create(article=article, url="https://example.org/2.jpg", **other)
    return article


def everything(article: Article) -> dict:
    """What goes with ARTICLE, without the numbers of rows."""
    return {
        "authors": [author.name for author in article.authors.all()],
        "links": [
            (link.kind, link.origin, link.position, str(link), link.to_article_id) for link in article.links.all()
        ],
        "refused": [str(refused.other) for refused in article.refused_links.all()],
        "pictures": [
            (image.file.name, image.url, image.caption, image.alternative_text, image.width, image.position)
            for image in article.images.all()
        ],
    }


def stripped(article: Article) -> None:
    """Take all that goes with ARTICLE from it, and put other things in its place, as the form does: its row first."""
    article.save()
    article.authors.set([AuthorFactory(name="هالة")])
    article.links.all().delete()
    ArticleLinkFactory(from_article=article, to_article=ArticleFactory(title="خبر آخر"))
    article.refused_links.all().delete()
    for image in article.images.exclude(file=""):
        image.delete()
    article.images.update(caption="الرصيف القديم", position=0)


def rows_of(images: list[Image]) -> dict:
    """The boxes of the table of pictures, as a browser sends them."""
    boxes = {"images-TOTAL_FORMS": len(images), "images-INITIAL_FORMS": len(images)}
    for number, image in enumerate(images):
        row = {
            "id": image.pk, "article": image.article_id, "url": image.url, "caption": image.caption, "credit": image.credit,
            "alternative_text": image.alternative_text, "position": image.position,
        }  # fmt: skip
        boxes |= {f"images-{number}-{name}": value for name, value in row.items()}
    return boxes


def test_a_save_of_rows_beside_the_article_alone_makes_one_version(editor, signed, article_data):
    data = article_data(
        title=signed.title,
        body=signed.body,
        source=signed.source_id,
        section=signed.section_id,
        summary=signed.summary,
        published_at_0="2017-12-21",
        published_at_1="10:30",
        status=signed.status,
        collected_at_0=f"{timezone.localtime(signed.collected_at):%Y-%m-%d}",
        collected_at_1=f"{timezone.localtime(signed.collected_at):%H:%M:%S}",
        authors=[author.pk for author in signed.authors.filter(name="جين دو")],
        note="نُزعت السفينة",
    )
    data |= rows_of(list(signed.images.all())) | {"images-0-DELETE": "on", "images-1-caption": "الرصيف الشرقي"}
    assert editor.post(reverse("admin:archive_article_change", args=[signed.pk]), data).status_code == 302
    [version] = editor.get(versions(signed)).context["versions"]

    assert (version.user, version.note, version.is_blind) == ("editor", "نُزعت السفينة", False)
    assert [(change.field, [paragraph.pieces for paragraph in change.paragraphs]) for change in version.changes] == [
        ("الكتّاب", [[("gone", "سلمى أحمد")]]),
        (
            "الصور",
            [
                [("gone", f"صورة: \u2068{signed.events.get().attached['images'][0]['file'][15:]}\u2069")],
                [("gone", "التعليق: السفينة عند الرصيف")],
                [("gone", "النص البديل: سفينة")],
                [("same", "التعليق:"), ("same", "الرصيف"), ("new", "الشرقي")],
            ],
        ),
    ]
    signed.refresh_from_db()
    assert signed.revised_at == signed.events.get().pgh_created_at


def test_versions_are_compared_with_what_goes_with_them(editor, signed):
    stripped(signed)
    page = Page(editor.get(reverse("admin:archive_article_comparison", args=[signed.pk])))
    sides = {
        text(section.find("h2")): [[text(cell) for cell in row.iter("td")] for row in section.iter("tr")][1:]
        for section in with_class(page.root, "comparison__text")
    }

    assert sides["الكتّاب"] == [["[حُذف: جين دو]", ""], ["[حُذف: سلمى أحمد]", ""], ["", "[أُضيف: هالة]"]]
    assert sides["روابط بين الأخبار"] == [
        ["[حُذف: التالي: الجولة الثالثة — من: الصفحة الأصلية]", ""],
        ["[حُذف: السابق: الجولة الأولى — من: محرر]", ""],
        ["", "[أُضيف: ذو صلة: خبر آخر — من: محرر]"],
    ]
    assert sides["أخبار غير ذات صلة"] == [["[حُذف: لا صلة]", ""]]
    assert sides["الصور"][-2] == ["التعليق: الرصيف", "التعليق: الرصيف [أُضيف: القديم]"]


def test_a_version_shows_what_went_with_it(editor, signed):
    stripped(signed)
    shown = Page(editor.get(earlier(signed))).texts("dd")

    assert shown[5:7] == ["جين دو", "سلمى أحمد"]
    assert shown[-3:] == [
        "التالي: الجولة الثالثة — من: الصفحة الأصلية", "السابق: الجولة الأولى — من: محرر", "لا صلة",
    ]  # fmt: skip


def test_old_versions_say_that_they_do_not_know(editor, signed):
    signed = changed(signed, title="عنوان ثانٍ")
    signed = changed(signed, title="عنوان ثالث")
    signed.events.update(attached=None)
    stripped(signed)
    pages = [versions(signed), earlier(signed), reverse("admin:archive_article_comparison", args=[signed.pk])]
    said = [editor.get(page).content.decode().count("لم تكن النسخ تحفظها بعد") for page in pages]
    assert said == [1, 0, 0]

    first = signed.events.earliest("pgh_id").pk
    pages = [
        reverse("admin:archive_article_version", args=[signed.pk, first]),
        f"{reverse('admin:archive_article_comparison', args=[signed.pk])}?before={first}",
    ]
    said = [editor.get(page).content.decode().count("لم تكن النسخ تحفظها بعد") for page in pages]
    assert said == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_what_went_with_a_version_comes_back_with_it(editor, signed):
    before = everything(signed)
    content = signed.images.first().file.read()
    stripped(signed)
    name = before["pictures"][0][0]
    assert everything(signed) != before
    assert not default_storage.exists(name)

    response = editor.post(earlier(signed, "restore"), follow=True)
    assert everything(signed) == before
    assert default_storage.open(name).read() == content
    assert messages_of(response) == ["عادت النسخة السابقة، وصار ما كان عليه الخبر قبلها نسخة محفوظة."]
    assert LogEntry.objects.get().get_change_message() == (
        "تم تغيير الكتّاب، الصور، روابط بين الأخبار وكذلك أخبار غير ذات صلة."
    )
    assert [author["name"] for author in signed.events.latest("pgh_id").attached["authors"]] == ["هالة"]
    assert [name for name, _arguments in waiting_jobs()] == ["picture_sizes"]

    response = editor.post(earlier(signed, "restore"), follow=True)
    assert everything(signed)["authors"] == ["هالة"]
    editor.post(earlier(signed, "restore"))
    assert everything(signed) == before


def test_what_is_the_same_is_not_touched(editor, signed):
    rows = list(signed.links.values_list("pk")), list(signed.images.values_list("pk"))
    changed(signed, title="عنوان ثانٍ")
    editor.post(earlier(signed, "restore"))
    assert (list(signed.links.values_list("pk")), list(signed.images.values_list("pk"))) == rows


def test_whatever_a_version_names_may_be_gone(editor, signed):
    stripped(signed)
    Author.objects.filter(name="سلمى أحمد").delete()
    Article.objects.filter(title__in=["الجولة الأولى", "لا صلة"]).delete()
    RemovedPicture.objects.all().delete()
    default_storage.delete(signed.events.get().attached["images"][0]["file"])
    response = editor.post(earlier(signed, "restore"), follow=True)

    assert everything(signed) == {
        "authors": ["جين دو", "سلمى أحمد"],
        "links": [("next", "page", 0, "الجولة الثالثة", None), ("previous", "editor", 0, "الجولة الأولى", None)],
        "refused": [],
        "pictures": [("", "https://example.org/2.jpg", "الرصيف", "حجر", None, 2)],
    }
    assert messages_of(response)[1:] == ["لم تعد هذه الصور، فملفاتها ما عادت محفوظة: السفينة عند الرصيف"]


def test_a_version_that_does_not_know_them_leaves_them_as_they_are(editor, signed):
    article = changed(signed, title="عنوان ثانٍ")
    article.events.update(attached=None)
    before = everything(article)
    page = editor.get(earlier(article)).content.decode()
    editor.post(earlier(article, "restore"))

    assert "فهذه النسخة لا تعرفها" in page
    assert (everything(article), Article.objects.get(pk=article.pk).title) == (before, "عنوان باقٍ")


def test_a_link_that_comes_back_takes_no_other_s_place(editor, own_media):
    """A link that waits finds its article as it is written; one that has the article must have it still."""
    article = ArticleFactory()
    target = ArticleFactory(title="الجولة الأولى", source=article.source)
    waiting = ArticleLinkFactory(from_article=article, to_article=None, kind="next", title="شيء", position=0)
    type(waiting).objects.filter(pk=waiting.pk).update(title="الجولة الأولى")
    type(waiting).objects.filter(pk=waiting.pk).update(to_article=None)
    ArticleLinkFactory(from_article=article, to_article=target, kind="next", position=1)
    article.save()
    article.links.all().delete()
    editor.post(earlier(article, "restore"))

    assert [(link.position, link.to_article) for link in article.links.all()] == [(0, None), (1, target)]


# --- An earlier version ------------------------------------------------------------------------------------------


def test_an_earlier_version_is_shown_whole_and_clean(editor):
    body = "<p>المتن القديم.</p><script>alert(1)</script>"
    article = changed(
        ArticleFactory(title="عنوان قديم", summary="ملخص قديم", body=body), title="جديد", body="", summary=""
    )
    assert earlier(article) in Page(editor.get(versions(article))).hrefs()
    page = Page(editor.get(earlier(article)))
    [shown] = with_class(page.root, "version__article")

    assert text(shown) == "عنوان قديم ملخص قديم المتن القديم."
    assert page.texts("dd") == [
        article.section.name, article.source.name, "—", "٢١ كانون الأول (ديسمبر) ٢٠١٧، ١٠:٣٠", "منشور",
        "—", "—", "—", "—",
    ]  # fmt: skip


def test_an_earlier_version_comes_back_and_the_present_one_is_kept(editor):
    entity = EntityFactory(name="مرفأ الوادي")
    old = ArticleFactory(title="عنوان قديم", body="<p>في مرفأ الوادي.</p>", source=SourceFactory())
    article = changed(old, title="عنوان جديد", body="<p>لا شيء.</p>", source=SourceFactory())
    response = editor.post(earlier(article, "restore"), follow=True)
    article.refresh_from_db()

    assert (article.title, article.body, article.source) == (old.title, old.body, old.source)
    assert article.text == "في مرفأ الوادي."
    assert [mention.entity for mention in article.mentions.all()] == [entity]
    assert article.events.latest("pgh_id").title == "عنوان جديد"
    assert response.redirect_chain == [(reverse("admin:archive_article_change", args=[article.pk]), 302)]
    assert messages_of(response) == ["عادت النسخة السابقة، وصار ما كان عليه الخبر قبلها نسخة محفوظة."]
    assert LogEntry.objects.get().get_change_message() == "تم تغيير العنوان، المتن وكذلك المصدر."


@pytest.mark.parametrize(
    ("before", "now", "dates_back"),
    [
        ({"status": "published"}, {"status": "draft"}, True),
        ({"published_at": "2016-01-01T00:00Z"}, {"published_at": "2017-01-01T00:00Z"}, True),
        ({"published_at": "2099-01-01T00:00Z"}, {"published_at": "2017-01-01T00:00Z"}, False),
        ({"published_at": "2017-01-01T00:00Z"}, {"status": "scheduled", "published_at": "2099-01-01T00:00Z"}, False),
        (
            {"published_at": None, "date_precision": "unknown"},
            {"status": "scheduled", "published_at": "2017-01-01T00:00Z", "date_precision": "day"},
            False,
        ),
    ],
)
def test_readers_see_an_article_after_as_before(editor, before, now, dates_back):
    article = changed(ArticleFactory(title="قديم", **before), title="جديد", **now)
    old, state = article.events.get(), article.state()
    response = editor.post(earlier(article, "restore"), follow=True)
    back = Article.objects.get(pk=article.pk)

    assert (back.title, back.status, back.state()) == ("قديم", article.status, state)
    dates = {(one.published_at, one.date_precision) for one in (back, old if dates_back else article)}
    assert len(dates) == 1
    assert len(messages_of(response)) == (1 if dates_back else 2)


def test_who_may_not_change_the_article_brings_nothing_back(writer):
    published = changed(ArticleFactory(draft=True, title="قديم"), title="جديد", status="published")
    draft = changed(ArticleFactory(title="قديم"), title="جديد", status="draft")

    assert earlier(published, "restore") not in writer.get(earlier(published)).content.decode()
    assert writer.post(earlier(published, "restore")).status_code == 403
    assert writer.get(earlier(draft, "restore")).status_code == 405
    assert writer.post(earlier(draft, "restore")).status_code == 302
    assert sorted(Article.objects.values_list("title", "status")) == [("جديد", "published"), ("قديم", "draft")]


@pytest.mark.parametrize("values", [{}, {"status": "scheduled", "published_at": "2099-01-01T00:00Z"}])
def test_who_completes_articles_brings_back_no_text_and_no_date(archivist, values):
    article = changed(ArticleFactory(title="قديم"), title="جديد", **values)

    assert archivist.get(earlier(article)).context["may_restore"] is False
    assert archivist.post(earlier(article, "restore")).status_code == 403
    assert Article.objects.get().title == "جديد"


def test_nothing_is_brought_back_over_a_change_that_nobody_saw(editor):
    article = changed(ArticleFactory(title="قديم"), title="جديد")
    page, address = earlier(article), earlier(article, "restore")
    now = editor.get(page).context["now"]
    assert f'name="now" value="{now}"' in editor.get(page).content.decode()
    changed(article, title="أجدّ")
    response = editor.post(address, {"now": now}, follow=True)

    assert response.redirect_chain == [(page, 302)]
    assert messages_of(response) == ["تغيّر الخبر منذ فتحت هذه الصفحة: انظر كيف صار ثم قرّر من جديد."]
    assert Article.objects.get().title == "أجدّ"
    editor.post(address, {"now": response.context["now"]})
    assert Article.objects.get().title == "قديم"


@pytest.mark.django_db(transaction=True)
def test_bringing_back_waits_for_who_is_saving(editor):
    article = changed(ArticleFactory(title="قديم"), title="جديد")
    now, address = editor.get(earlier(article)).context["now"], earlier(article, "restore")

    def bring_back():
        try:
            return editor.post(address, {"now": now}).url
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(title="أجدّ")
            late = pool.submit(bring_back)
            while not (somebody_waits() or late.done()):
                time.sleep(0.01)
        late.result()

    assert Article.objects.get().title == "أجدّ"


def test_what_is_scheduled_is_not_emptied_by_an_earlier_version(editor):
    bare = ArticleFactory(body="", summary="")
    article = changed(bare, body="<p>نص.</p>", status="scheduled", published_at="2099-01-01T00:00Z")
    response = editor.post(earlier(article, "restore"), follow=True)

    assert messages_of(response) == ["بقي الخبر على حاله: لا نص له."]
    assert Article.objects.get().text == "نص."


def test_what_can_no_longer_be_is_said(editor):
    old = ArticleFactory(external_id="1")
    article = changed(old, source=SourceFactory())
    ArticleFactory(source=old.source, external_id="1")
    response = editor.post(earlier(article, "restore"), follow=True)

    assert response.redirect_chain == [(earlier(article), 302)]
    assert len(messages_of(response)) == 1
    assert Article.objects.get(pk=article.pk).source == article.source


def test_a_section_that_is_no_more_stays_as_it_is_and_nothing_new_says_so(editor):
    old = ArticleFactory()
    article = changed(old, section=None)
    old.section.delete()
    response = editor.post(earlier(article, "restore"), follow=True)

    assert messages_of(response) == ["الخبر الآن كما كان في تلك النسخة."]
    assert article.events.count() == 1


def test_a_version_is_of_its_article(editor):
    article = changed(ArticleFactory(), title="جديد")
    number = article.events.get().pk

    assert editor.get(reverse("admin:archive_article_version", args=[ArticleFactory().pk, number])).status_code == 404
