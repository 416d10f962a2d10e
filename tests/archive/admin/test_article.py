import io
import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from archive.admin import article_inlines
from archive.models import Alias, Article, ArticleLink, Image, Mention
from archive.newsroom.front import keep_order
from archive.templatetags.admin_lists import ChosenFilter, chosen_filters
from tests.archive.admin.test_article_actions import LIST, messages_of
from tests.archive.test_pictures import camera_exif, header_of_png, scene, written
from tests.factories import (
    AliasFactory,
    ArticleFactory,
    ArticleLinkFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    NameProposalFactory,
    SubscriberFactory,
)
from tests.queue import waiting_jobs

ADD = reverse("admin:archive_article_add")


def change(article: Article) -> str:
    return reverse("admin:archive_article_change", args=[article.pk])


def listed(response) -> list[int]:
    return [article.pk for article in response.context["cl"].result_list]


# --- The list -----------------------------------------------------------------------------------------------------


def test_list_takes_the_same_queries_for_one_row_and_for_many(editor, count_queries):
    ArticleFactory()
    few = count_queries(lambda: editor.get(LIST))
    for _ in range(20):
        ArticleFactory(draft=True)

    assert count_queries(lambda: editor.get(LIST)) == few


def test_list_is_searched_by_our_own_search(editor):
    found = ArticleFactory(title="محادثات آستانة")
    ArticleFactory(title="سباق القوارب")

    assert listed(editor.get(LIST, {"q": "استانه"})) == [found.pk]


def test_search_ranks_by_relevance_until_a_column_is_chosen(editor):
    in_body = ArticleFactory(title="خبر آخر", body="<p>ذُكر البرلمان مرة.</p>", published_at="2019-01-01T00:00Z")
    in_title = ArticleFactory(title="جلسة البرلمان", published_at="2018-01-01T00:00Z")

    assert listed(editor.get(LIST, {"q": "البرلمان"})) == [in_title.pk, in_body.pk]
    by_date = editor.get(LIST, {"q": "البرلمان", "o": "-2"})
    assert listed(by_date) == [in_body.pk, in_title.pk]


def test_articles_that_need_a_date_are_listed(editor):
    ArticleFactory()
    undated = ArticleFactory(undated=True)
    ArticleFactory(undated=True, status=Article.Status.WITHDRAWN)

    assert listed(editor.get(LIST, {"work": "date"})) == [undated.pk]


def test_articles_whose_neighbours_have_not_arrived_are_listed(editor):
    waiting = ArticleFactory()
    ArticleLink.objects.create(from_article=waiting, title="لم يصل بعد", kind="previous")
    ArticleLink.objects.create(from_article=ArticleFactory(), title="ولا هذا", kind="related")
    ArticleLinkFactory(kind="next")

    assert listed(editor.get(LIST, {"work": "neighbours"})) == [waiting.pk]


def test_date_is_shown_as_far_as_it_is_known(editor):
    ArticleFactory(published_at="2017-12-01T00:00Z", date_precision="month")

    assert ">كانون\u00a0الأول\u00a0٢٠١٧</time>" in editor.get(LIST).content.decode()


def test_filters_that_are_on_are_named_and_each_can_be_taken_off(editor):
    ArticleFactory(undated=True, draft=True)
    page = editor.get(LIST, {"state": "draft", "work": "date"})

    assert list(chosen_filters(page.context["cl"])) == [
        ChosenFilter("الحالة", "مسودة", "?work=date"),
        ChosenFilter("ينتظر", "أخبار تحتاج إلى تاريخ", "?state=draft"),
    ]


def test_list_leads_to_the_page_or_to_its_preview(editor):
    public, draft = ArticleFactory(), ArticleFactory(draft=True)
    page = editor.get(LIST).content.decode()

    assert public.get_absolute_url() in page
    assert reverse("archive:article-preview", args=[draft.pk]) in page


def test_autocomplete_finds_titles_by_words_half_typed(editor):
    article = ArticleFactory(title="محادثات آستانة")
    ArticleFactory()
    answer = editor.get(
        reverse("admin:autocomplete"),
        {"term": "استا محاد", "app_label": "archive", "model_name": "articlelink", "field_name": "to_article"},
    )

    assert [result["id"] for result in answer.json()["results"]] == [str(article.pk)]


@pytest.mark.parametrize(
    ("status", "days", "shown"),
    [("scheduled", -1, "منشور"), ("scheduled", 1, "مجدول"), ("published", 1, "مجدول"), ("published", -1, "منشور")],
)
def test_list_shows_the_state_that_readers_meet(editor, status, days, shown):
    ArticleFactory(status=status, published_at=timezone.now() + timezone.timedelta(days=days))
    page = editor.get(LIST).content.decode()

    assert re.findall(r'<td class="field-shown_state">(.*?)</td>', page) == [shown]
    assert editor.get(LIST, {"state": "scheduled"}).context["cl"].result_count == (shown == "مجدول")


# --- Who may do what -----------------------------------------------------------------------------------------------


def test_writers_make_drafts_only(writer, article_data):
    writer.post(ADD, article_data(status="published", importance="2"))
    article = Article.objects.get()

    assert (article.status, article.importance) == (Article.Status.DRAFT, Article.Importance.ORDINARY)


def test_writers_edit_drafts_of_others(writer, article_data):
    draft = ArticleFactory(draft=True)
    writer.post(change(draft), article_data(title="عنوان أدق", status="published"))
    draft.refresh_from_db()

    assert (draft.title, draft.status) == ("عنوان أدق", Article.Status.DRAFT)


@pytest.mark.parametrize("status", ["published", "scheduled", "withdrawn"])
def test_writers_only_look_at_what_is_no_draft(writer, article_data, status):
    article = ArticleFactory(status=status)

    assert writer.get(change(article)).context["has_change_permission"] is False
    assert writer.post(change(article), article_data(title="عبث")).status_code == 403


def test_writers_see_the_body_as_it_is_read(writer):
    article = ArticleFactory(body="<p>نص <strong>بيّن</strong></p>")

    assert "<p>نص <strong>بيّن</strong></p>" in writer.get(change(article)).content.decode()


def test_editors_publish_from_the_form(editor, article_data):
    editor.post(ADD, article_data(status="published"))

    assert Article.objects.published().count() == 1


# --- The form ------------------------------------------------------------------------------------------------------


def test_new_article_is_dated_now_until_its_writer_says_otherwise(editor):
    initial = editor.get(ADD).context["adminform"].form.initial["published_at"]

    assert initial[0] == timezone.localdate().isoformat()


def test_new_article_has_no_times_yet(admin):
    assert "None" not in admin.get(ADD).content.decode()


def test_body_is_cleaned_and_linked(editor, article_data):
    entity = EntityFactory(name="رفيق الحريري")
    body = '<p onclick="x()">زار رفيق الحريري بيروت<script>alert(1)</script></p><p></p>'
    editor.post(ADD, article_data(body=body))
    article = Article.objects.get()

    assert article.body == "<p>زار رفيق الحريري بيروت</p>"
    assert [(mention.entity, mention.start) for mention in article.mentions.all()] == [(entity, 4)]


def test_mentions_follow_the_body(editor, article_data):
    EntityFactory(name="رفيق الحريري")
    article = ArticleFactory(draft=True)
    editor.post(change(article), article_data(body="<p>رفيق الحريري في صيدا.</p>"))
    editor.post(change(article), article_data(body="<p>وفي صيدا رفيق الحريري.</p>"))

    assert list(article.mentions.values_list("start", "end")) == [(9, 21)]


def test_history_of_a_refused_mention_stays(editor, article_data):
    entity = EntityFactory(name="رفيق الحريري")
    article = ArticleFactory(draft=True, body="<p>رفيق الحريري في صيدا.</p>")
    mention = MentionFactory(article=article, entity=entity, start=0, end=12)
    data = article_data(
        body=article.body,
        **{
            "mentions-TOTAL_FORMS": "1",
            "mentions-INITIAL_FORMS": "1",
            "mentions-0-id": mention.pk,
            "mentions-0-article": article.pk,
            "mentions-0-confirmed": "false",
        },
    )
    editor.post(change(article), data)
    mention.refresh_from_db()

    assert (mention.confirmed, mention.entity) == (False, entity)


@pytest.mark.parametrize("confirmed", [None, False])
def test_an_entity_is_refused_in_the_whole_article_without_scripts(editor, article_data, confirmed):
    article = ArticleFactory(draft=True, body="<p>صيدا ثم صيدا.</p>")
    mention, other = (MentionFactory(article=article, entity__name="صيدا", start=at, end=at + 4) for at in (0, 8))
    Mention.objects.filter(pk=other.pk).update(entity=mention.entity)
    Mention.objects.filter(pk=mention.pk).update(confirmed=confirmed)
    rows = {
        "TOTAL_FORMS": "1",
        "INITIAL_FORMS": "1",
        "0-id": mention.pk,
        "0-article": article.pk,
        "0-confirmed": "everywhere",
    }
    data = article_data(body=article.body, **{f"mentions-{name}": value for name, value in rows.items()})
    assert editor.post(change(article), data).status_code == 302

    assert set(article.mentions.values_list("start", "confirmed")) == {(0, False), (8, False), (None, False)}


def test_of_very_many_mentions_those_that_nobody_decided_about_are_in_the_form(editor, monkeypatch):
    monkeypatch.setattr(article_inlines, "MAX_MENTIONS_SHOWN", 2)
    article = ArticleFactory(body="<p>قول قول قول قول</p>")
    for at, confirmed in ((0, True), (4, None), (8, False), (12, None)):
        MentionFactory(article=article, start=at, end=at + 3, confirmed=confirmed)
    formsets = editor.get(change(article)).context["inline_admin_formsets"]
    rows = next(table.formset for table in formsets if table.formset.model is Mention).initial_forms
    assert {row.instance.start for row in rows} == {4, 12}


def test_editor_adds_a_mention_of_the_whole_article(editor, article_data):
    entity = EntityFactory()
    mention = {"mentions-TOTAL_FORMS": "1", "mentions-0-entity": entity.pk, "mentions-0-confirmed": "true"}
    editor.post(ADD, article_data(**mention))

    assert list(Mention.objects.values_list("entity", "start", "method", "confirmed")) == [
        (entity.pk, None, "editor", True)
    ]


def test_form_with_many_mentions_takes_no_query_for_each(editor, count_queries):
    article = ArticleFactory(body=f"<p>{'قول ' * 60}</p>")
    entity = EntityFactory()
    MentionFactory(article=article, entity=entity, start=0, end=3)
    editor.get(change(article))  # Django asks for the content type once, and remembers it.
    few = count_queries(lambda: editor.get(change(article)))
    for word in range(1, 40):
        MentionFactory(article=article, entity=entity, start=word * 4, end=word * 4 + 3)

    assert count_queries(lambda: editor.get(change(article))) == few


def test_link_may_wait_for_its_article(editor, article_data):
    link = {"kind": "previous", "title": "لم يصل بعد", "position": "0"}
    rows = {f"links-0-{name}": value for name, value in link.items()}
    editor.post(ADD, article_data(**{"links-TOTAL_FORMS": "1"}, **rows))

    assert list(ArticleLink.objects.values_list("title", "to_article", "origin")) == [("لم يصل بعد", None, "editor")]


def test_link_needs_an_article_or_a_title(editor, article_data):
    link = {"links-TOTAL_FORMS": "1", "links-0-kind": "previous", "links-0-position": "1"}
    response = editor.post(ADD, article_data(**link))

    assert response.context["inline_admin_formsets"][2].formset.forms[0].non_field_errors() == [
        "اختر خبرًا، أو اكتب عنوانه أو رابطه."
    ]


def test_picture_needs_words_for_those_who_cannot_see_it(editor, article_data):
    picture = {"images-TOTAL_FORMS": "1", "images-0-url": "https://example.org/a.jpg", "images-0-position": "0"}
    response = editor.post(ADD, article_data(**picture))

    assert response.context["inline_admin_formsets"][1].formset.forms[0].errors == {
        "alternative_text": ["صِف بكلمات قليلة ما تُظهره الصورة، أو قل إنها للزينة."]
    }


def picture_upload(file: io.BytesIO, **fields) -> dict:
    """A picture's fields in an article's form, as a browser sends them."""
    upload = SimpleUploadedFile("port.jpg", file.getvalue(), "image/jpeg")
    return {"images-TOTAL_FORMS": "1", "images-0-position": "0", "images-0-file": upload} | {
        f"images-0-{name}": value for name, value in fields.items()
    }


def test_uploaded_picture_loses_what_its_camera_says_and_gets_its_sizes(editor, article_data, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = picture_upload(written(scene((500, 300)), "JPEG", exif=camera_exif(6)), alternative_text="رصيف")
    editor.post(ADD, article_data(**upload))
    image = Image.objects.get()

    assert (image.width, image.height) == (300, 500)
    assert b"Camera 9" not in image.file.read()
    assert waiting_jobs() == [("picture_sizes", {})]


def test_picture_that_would_fill_the_memory_is_refused_in_words(editor, article_data):
    response = editor.post(
        ADD, article_data(**picture_upload(header_of_png(20_000, 20_000), alternative_text="رصيف"))
    )

    assert response.context["inline_admin_formsets"][1].formset.forms[0].errors == {
        "file": ["في هذه الصورة أكثر من ٦٤ مليون بكسل: صغّرها ثم أرسلها من جديد."]
    }
    assert not Article.objects.exists()


def test_decorative_picture_needs_no_words_and_has_none(editor, article_data, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload = picture_upload(written(scene(), "JPEG"), is_decorative="on", alternative_text="زخرفة")
    response = editor.post(ADD, article_data(**upload), follow=True)

    assert Image.objects.get().alternative_text == ""
    assert len(messages_of(response)) == 1


def test_picture_of_which_nothing_is_said_is_told_in_the_form_and_when_it_is_saved(editor, article_data):
    article = ArticleFactory(draft=True)
    image = Image.objects.create(article=article, url="https://example.org/a.jpg")
    assert "image-silent" in editor.get(change(article)).content.decode()
    data = article_data(
        **{
            "images-TOTAL_FORMS": "1",
            "images-INITIAL_FORMS": "1",
            "images-0-id": image.pk,
            "images-0-article": article.pk,
            "images-0-url": image.url,
            "images-0-position": "0",
        }
    )
    response = editor.post(change(article), data, follow=True)

    assert "صورة واحدة بلا نص بديل: لا يعلم بما فيها من لا يراها." in messages_of(response)


def test_editor_writes_a_correction_and_its_history_is_kept(editor, article_data):
    article = ArticleFactory()
    correction = {
        "corrections-TOTAL_FORMS": "1",
        "corrections-0-text": "رست السفينة مساءً.",
        "corrections-0-made_at_0": "2020-01-02",
        "corrections-0-made_at_1": "٠٩:٠٠",
    }
    editor.post(change(article), article_data(status="published", **correction))
    [made] = article.corrections.all()
    made.text = "رست السفينة مساءً لا صباحًا."
    made.save()

    assert f"{timezone.localtime(made.made_at):%Y-%m-%d %H:%M}" == "2020-01-02 09:00"
    assert [event.text for event in made.events.all()] == ["رست السفينة مساءً."]


def test_writer_writes_no_corrections(writer):
    assert "corrections-TOTAL_FORMS" not in writer.get(change(ArticleFactory(draft=True))).content.decode()


def test_imported_picture_without_words_does_not_stop_work(editor, article_data):
    article = ArticleFactory(draft=True)
    image = Image.objects.create(article=article, url="https://example.org/a.jpg")
    data = article_data(
        title="عنوان أدق",
        **{
            "images-TOTAL_FORMS": "1",
            "images-INITIAL_FORMS": "1",
            "images-0-id": image.pk,
            "images-0-article": article.pk,
            "images-0-url": image.url,
            "images-0-position": "0",
        },
    )
    editor.post(change(article), data)
    article.refresh_from_db()

    assert article.title == "عنوان أدق"


def test_saving_unchanged_changes_nothing(editor, article_data):
    editor.post(ADD, article_data())
    article = Article.objects.get()
    before = Article.objects.filter(pk=article.pk).values().get()
    editor.post(change(article), article_data(source=article.source_id))
    after = Article.objects.filter(pk=article.pk).values().get()

    assert {name for name in before if before[name] != after[name]} <= {"updated_at"}


def test_log_names_fields_in_the_readers_language(editor, article_data):
    article = ArticleFactory(draft=True)
    editor.post(change(article), article_data(source=article.source_id, section=article.section_id))

    assert "العنوان" in LogEntry.objects.get().get_change_message()


LINK = {
    "links-TOTAL_FORMS": "1",
    "links-0-kind": "related",
    "links-0-position": "0",
    "links-0-url": "https://example.org/",
}


@pytest.mark.parametrize("typed", ["javascript:alert(1)", "ليس رابطًا", "example.org/1", "ftp://example.org/1"])
@pytest.mark.parametrize("box", ["original_url", "links-0-url"])
def test_addresses_are_of_the_web(editor, article_data, typed, box):
    page = editor.post(ADD, article_data(**(LINK | {box: typed}))).content.decode()

    assert "اكتب الرابط كاملًا" in page
    assert not Article.objects.exists()


def test_addresses_are_kept_as_imports_spell_them(editor, article_data):
    typed = "HTTPS://Example.org/%D8%AE%D8%A8%D8%B1?utm_source=x"
    editor.post(ADD, article_data(**LINK, original_url=typed) | {"links-0-url": typed})
    article = Article.objects.get()

    assert [article.original_url, *article.links.values_list("url", flat=True)] == ["https://example.org/خبر"] * 2


def test_a_time_that_is_left_as_shown_keeps_its_seconds(editor, article_data):
    collected_at = datetime(2020, 1, 1, 10, 0, 42, 7, tzinfo=UTC)
    article = ArticleFactory(draft=True, collected_at=collected_at)
    editor.post(change(article), article_data(source=article.source_id, section=article.section_id))
    article.refresh_from_db()

    assert article.collected_at == collected_at


def test_delete_page_names_articles_and_nothing_of_the_database(editor):
    article = ImageFactory().article
    page = editor.get(reverse("admin:archive_article_delete", args=[article.pk])).content.decode()

    assert article.title in page
    assert "object (" not in page


@pytest.fixture
def worked_on(db):
    """An article that has what machines and editors make of one."""
    article = ImageFactory().article
    MentionFactory(article=article)
    NameProposalFactory(article=article, name="السفينة")
    ArticleLinkFactory(from_article=article)
    article.corrections.create(text="رست السفينة مساءً.")
    article.redirects.create(old_path="/a.html")
    article.outgoing_links.create(url="https://a.example/")
    article.deliveries.create(subscriber=SubscriberFactory(), channel="email", kind="article", state="sent")
    keep_order([article.pk], known=[])
    return article


def test_who_may_delete_articles_deletes_them_with_what_machines_made_of_them(editor, worked_on):
    address = reverse("admin:archive_article_delete", args=[worked_on.pk])
    assert not editor.get(address).context["perms_lacking"]
    assert editor.post(address, {"post": "yes"}).status_code == 302

    assert not Article.objects.filter(pk=worked_on.pk).exists()


def test_what_others_made_of_an_article_still_takes_their_right(editor, worked_on):
    Permission.objects.get(codename="delete_redirect").group_set.clear()
    response = editor.post(reverse("admin:archive_article_delete", args=[worked_on.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert Article.objects.filter(pk=worked_on.pk).exists()


def test_form_shows_the_way_to_preview_and_versions(editor):
    draft = ArticleFactory(draft=True)
    page = editor.get(change(draft)).content.decode()

    assert reverse("archive:article-preview", args=[draft.pk]) in page
    assert reverse("admin:archive_article_versions", args=[draft.pk]) in page


def test_alias_of_an_article_name_is_found_by_the_inline(editor):
    alias = AliasFactory(name="De Mistura", script=Alias.Script.LATIN)
    answer = editor.get(
        reverse("admin:autocomplete"),
        {"term": "mistu", "app_label": "archive", "model_name": "mention", "field_name": "entity"},
    )

    assert [result["id"] for result in answer.json()["results"]] == [str(alias.entity_id)]


# --- Search engines, and the hub ------------------------------------------------------------------------------------


def test_an_editor_keeps_an_article_out_of_search_engines_and_a_writer_does_not(editor, writer, article_data):
    writer.post(ADD, article_data(title="خبر الكاتب", noindex="on"))
    editor.post(ADD, article_data(title="خبر المحرر", noindex="on"))

    assert dict(Article.objects.values_list("title", "noindex")) == {"خبر الكاتب": False, "خبر المحرر": True}


@pytest.mark.parametrize(
    ("status", "jobs"), [("draft", []), ("published", [("announce", {}), ("tell_subscribers", {})])]
)
def test_the_hub_is_told_at_once_of_what_an_editor_publishes(editor, article_data, settings, status, jobs):
    settings.WEBSUB_HUB_URL = "https://hub.example/"
    editor.post(ADD, article_data(status=status))

    assert Article.objects.get().status == status
    assert waiting_jobs() == jobs
