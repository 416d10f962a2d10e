import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from archive.admin.article import download_name
from archive.models import Alias, Article, ArticleLink, Capture, Image, Mention
from archive.templatetags.admin_lists import ChosenFilter, chosen_filters
from tests.factories import (
    AliasFactory,
    ArticleFactory,
    ArticleLinkFactory,
    CaptureFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    SectionFactory,
)
from tests.queue import waiting_jobs

LIST = reverse("admin:archive_article_changelist")
ADD = reverse("admin:archive_article_add")


def change(article: Article) -> str:
    return reverse("admin:archive_article_change", args=[article.pk])


def listed(response) -> list[int]:
    return [article.pk for article in response.context["cl"].result_list]


def act(client, name: str, articles, **more):
    data = {"action": name, "_selected_action": [article.pk for article in articles]} | more
    return client.post(LIST, data, follow=True)


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


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

    assert listed(editor.get(LIST, {"date": "needed"})) == [undated.pk]


def test_articles_whose_neighbours_have_not_arrived_are_listed(editor):
    waiting = ArticleFactory()
    ArticleLink.objects.create(from_article=waiting, title="لم يصل بعد", kind="previous")
    ArticleLink.objects.create(from_article=ArticleFactory(), title="ولا هذا", kind="related")
    ArticleLinkFactory(kind="next")

    assert listed(editor.get(LIST, {"neighbours": "unresolved"})) == [waiting.pk]


def test_date_is_shown_as_far_as_it_is_known(editor):
    ArticleFactory(published_at="2017-12-01T00:00Z", date_precision="month")

    assert ">كانون\u00a0الأول\u00a0٢٠١٧</time>" in editor.get(LIST).content.decode()


def test_filters_that_are_on_are_named_and_each_can_be_taken_off(editor):
    ArticleFactory(undated=True, draft=True)
    page = editor.get(LIST, {"state": "draft", "date": "needed"})

    assert list(chosen_filters(page.context["cl"])) == [
        ChosenFilter("الحالة", "مسودة", "?date=needed"),
        ChosenFilter("التاريخ", "يحتاج إلى تاريخ", "?state=draft"),
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


# --- Many at once --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "message"),
    [(1, "نُشر خبر واحد."), (2, "نُشر خبران."), (3, "نُشرت ٣ أخبار."), (11, "نُشر ١١ خبرًا.")],
)
def test_publishing_says_how_many_in_good_arabic(editor, count, message):
    drafts = [ArticleFactory(draft=True) for _ in range(count)]

    assert messages_of(act(editor, "publish", drafts)) == [message]
    assert set(Article.objects.values_list("status", flat=True)) == {"published"}


def test_publishing_the_future_schedules_it(editor):
    draft = ArticleFactory(draft=True, published_at=timezone.now() + timezone.timedelta(days=1))
    response = act(editor, "publish", [draft])

    assert messages_of(response) == ["سيُنشر خبر واحد في موعده."]
    draft.refresh_from_db()
    assert draft.status == Article.Status.SCHEDULED


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (1, "خبر واحد بلا نص بقي على حاله: اكتب نصه ثم انشره."),
        (2, "خبران بلا نص بقيا على حالهما: اكتب نصيهما ثم انشرهما."),
        (3, "٣ أخبار بلا نص بقيت على حالها: اكتب نصوصها ثم انشرها."),
        (11, "١١ خبرًا بلا نص بقيت على حالها: اكتب نصوصها ثم انشرها."),
    ],
)
def test_publishing_leaves_articles_without_text(editor, count, message):
    textless = [ArticleFactory(draft=True, body="<p>…</p>", summary="") for _ in range(count)]
    summarised = ArticleFactory(draft=True, body="")

    assert messages_of(act(editor, "publish", [*textless, summarised])) == ["نُشر خبر واحد.", message]
    assert Article.objects.filter(status=Article.Status.DRAFT).count() == count
    summarised.refresh_from_db()
    assert summarised.status == Article.Status.PUBLISHED


def test_publishing_says_why_it_left_articles_alone(editor):
    tomorrow = timezone.now() + timezone.timedelta(days=1)
    articles = [
        ArticleFactory(),
        ArticleFactory(status=Article.Status.SCHEDULED),
        ArticleFactory(status=Article.Status.SCHEDULED, published_at=tomorrow),
    ]

    assert messages_of(act(editor, "publish", articles)) == [
        "نُشر خبران من قبل.",
        "خبر واحد مجدول ينتظر موعده: لنشره الآن غيّر تاريخه.",
    ]
    assert messages_of(act(editor, "publish", [*articles, ArticleFactory(draft=True)]))[0] == "نُشر خبر واحد."


def test_withdrawing_says_what_was_withdrawn_before(editor):
    article = ArticleFactory(status=Article.Status.WITHDRAWN)

    assert messages_of(act(editor, "withdraw", [article])) == ["سُحب خبر واحد من قبل."]


def test_withdrawing_leaves_drafts_as_they_are_and_says_so(editor):
    drafts = ArticleFactory.create_batch(2, draft=True)
    waiting = ArticleFactory(status=Article.Status.SCHEDULED, published_at="2099-01-01T00:00Z")
    said = messages_of(act(editor, "withdraw", [*drafts, waiting]))

    assert said == ["سُحب خبر واحد.", "بقيت مسودتان على حالهما: لا يُسحب إلا ما نُشر أو جُدول."]
    assert [Article.objects.get(pk=article.pk).status for article in (*drafts, waiting)] == [
        "draft", "draft", "withdrawn",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "days", "shown"),
    [("scheduled", -1, "منشور"), ("scheduled", 1, "مجدول"), ("published", 1, "مجدول"), ("published", -1, "منشور")],
)
def test_list_shows_the_state_that_readers_meet(editor, status, days, shown):
    ArticleFactory(status=status, published_at=timezone.now() + timezone.timedelta(days=days))
    page = editor.get(LIST).content.decode()

    assert re.findall(r'<td class="field-shown_state">(.*?)</td>', page) == [shown]
    assert editor.get(LIST, {"state": "scheduled"}).context["cl"].result_count == (shown == "مجدول")


def test_withdrawing_hides_and_is_logged(editor):
    article = ArticleFactory()
    act(editor, "withdraw", [article])

    assert not Article.objects.published().exists()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(article.pk), "تم تغيير الحالة.")


def test_section_is_set_for_many(editor):
    section = SectionFactory(name="اقتصاد")
    articles = [ArticleFactory(), ArticleFactory()]

    assert messages_of(act(editor, "set_section", articles, section=section.pk)) == ["نُقل خبران إلى «اقتصاد»."]
    assert set(Article.objects.values_list("section", flat=True)) == {section.pk}


def test_section_must_be_chosen_to_be_set(editor):
    response = act(editor, "set_section", [ArticleFactory()], section="")

    assert messages_of(response) == ["اختر قسمًا بجانب الإجراء."]


def test_chosen_articles_are_downloaded_as_a_table(editor):
    chosen = [ArticleFactory(title="=1+1"), ArticleFactory(title="مسودة", draft=True)]
    ArticleFactory(title="غيرهما")
    response = act(editor, "download_table", chosen)

    assert response["Content-Disposition"] == 'attachment; filename="articles.csv"'
    rows = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert [(row["title"], row["status"]) for row in rows] == [("'=1+1", "published"), ("مسودة", "draft")]


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


def test_writers_have_no_action(writer):
    draft = ArticleFactory(draft=True)
    act(writer, "publish", [draft])
    draft.refresh_from_db()

    assert draft.status == Article.Status.DRAFT
    assert writer.get(LIST).context["action_form"] is None


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

    assert response.context["inline_admin_formsets"][1].formset.forms[0].non_field_errors() == [
        "اختر خبرًا، أو اكتب عنوانه أو رابطه."
    ]


def test_picture_needs_words_for_those_who_cannot_see_it(editor, article_data):
    picture = {"images-TOTAL_FORMS": "1", "images-0-url": "https://example.org/a.jpg", "images-0-position": "0"}
    response = editor.post(ADD, article_data(**picture))

    assert response.context["inline_admin_formsets"][0].formset.forms[0].errors == {
        "alternative_text": ["صِف بكلمات قليلة ما تُظهره الصورة."]
    }


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


def test_form_shows_the_way_to_preview_and_versions(editor):
    draft = ArticleFactory(draft=True)
    page = editor.get(change(draft)).content.decode()

    assert reverse("archive:article-preview", args=[draft.pk]) in page
    assert reverse("admin:archive_article_versions", args=[draft.pk]) in page


# --- Captures ------------------------------------------------------------------------------------------------------


def test_capture_comes_back_byte_for_byte(editor):
    capture = CaptureFactory(content=b"\xff\xfe\x00 <script>")
    response = editor.get(reverse("admin:archive_capture_download", args=[capture.pk]))

    assert response.content == b"\xff\xfe\x00 <script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("file_name", "content_type", "name"),
    [
        ("saved-page.txt", "text/plain", "saved-page.txt"),
        ("../صفحة محفوظة.txt.gz", "text/plain", "صفحة_محفوظة.txt"),
        ('C:\\pages\\a"b\r\n.txt', "text/plain", "a_b_.txt"),
        ("page", "text/html; charset=utf-8", "page.html"),
        ("", "", "0123456789abcdef.bin"),
    ],
)
def test_capture_is_downloaded_under_a_name_that_any_system_takes(file_name, content_type, name):
    capture = Capture(file_name=file_name, content_type=content_type, sha256="0123456789abcdef" * 4)

    assert download_name(capture) == name


def test_captures_are_for_looking_only(admin):
    capture = CaptureFactory()
    page = reverse("admin:archive_capture_change", args=[capture.pk])

    assert admin.get(page).status_code == 200
    assert admin.post(page, {"url": "x"}).status_code == 403
    assert admin.get(reverse("admin:archive_capture_add")).status_code == 403
    assert admin.post(reverse("admin:archive_capture_delete", args=[capture.pk]), {"post": "yes"}).status_code == 403


def test_capture_needs_the_right_to_see_it(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("porter", is_staff=True))

    assert client.get(reverse("admin:archive_capture_download", args=[CaptureFactory().pk])).status_code == 403


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


@pytest.mark.parametrize(("status", "jobs"), [("draft", []), ("published", [("announce", {})])])
def test_the_hub_is_told_at_once_of_what_an_editor_publishes(editor, article_data, settings, status, jobs):
    settings.WEBSUB_HUB_URL = "https://hub.example/"
    editor.post(ADD, article_data(status=status))

    assert Article.objects.get().status == status
    assert waiting_jobs() == jobs


def test_the_hub_is_told_at_once_of_what_is_published_in_the_list(editor, settings):
    settings.WEBSUB_HUB_URL = "https://hub.example/"
    act(editor, "publish", [ArticleFactory(draft=True)])

    assert waiting_jobs() == [("announce", {})]
