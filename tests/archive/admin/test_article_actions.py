"""What editors do to many articles at once."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from archive.models import Article
from tests.factories import ArticleFactory, SectionFactory
from tests.queue import waiting_jobs

LIST = reverse("admin:archive_article_changelist")


def chosen(page) -> dict:
    """What the page that shows what would become of many would send."""
    form = page.context["form"]
    return {name: form[name].value() for name in ("ids", "action")}


def act(client, name: str, articles, **more):
    """Choose ARTICLES in the list and an action, and confirm what is shown."""
    page = client.post(LIST, {"action": name, "_selected_action": [article.pk for article in articles]}, follow=True)
    if not page.context or "may_confirm" not in page.context:
        return page
    data = chosen(page) | {"withdrawal_notice": "سُحب لخطأ فيه.", "confirmed": "1"} | more
    return client.post(reverse("admin:archive_article_bulk"), data, follow=True)


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def said(response) -> list[str]:
    """The messages of RESPONSE without the link to undo what they tell."""
    return [message.partition(" <a ")[0] for message in messages_of(response)]


@pytest.mark.parametrize(
    ("count", "message"),
    [(1, "نُشر خبر واحد."), (2, "نُشر خبران."), (3, "نُشرت ٣ أخبار."), (11, "نُشر ١١ خبرًا.")],
)
def test_publishing_says_how_many_in_good_arabic(editor, count, message):
    drafts = [ArticleFactory(draft=True) for _ in range(count)]

    assert said(act(editor, "publish", drafts)) == [message]
    assert set(Article.objects.values_list("status", flat=True)) == {"published"}


def test_publishing_the_future_schedules_it(editor):
    draft = ArticleFactory(draft=True, published_at=timezone.now() + timezone.timedelta(days=1))
    response = act(editor, "publish", [draft])

    assert said(response) == ["سيُنشر خبر واحد في موعده."]
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

    assert said(act(editor, "publish", [*textless, summarised])) == ["نُشر خبر واحد.", message]
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

    assert said(act(editor, "publish", articles)) == [
        "نُشر خبران من قبل.",
        "خبر واحد مجدول ينتظر موعده: لنشره الآن غيّر تاريخه.",
    ]
    assert said(act(editor, "publish", [*articles, ArticleFactory(draft=True)]))[0] == "نُشر خبر واحد."


def test_withdrawing_says_what_was_withdrawn_before(editor):
    article = ArticleFactory(status=Article.Status.WITHDRAWN)

    assert said(act(editor, "withdraw", [article])) == ["سُحب خبر واحد من قبل."]


def test_withdrawing_leaves_drafts_as_they_are_and_says_so(editor):
    drafts = ArticleFactory.create_batch(2, draft=True)
    waiting = ArticleFactory(status=Article.Status.SCHEDULED, published_at="2099-01-01T00:00Z")
    response = act(editor, "withdraw", [*drafts, waiting])

    assert said(response) == ["سُحب خبر واحد.", "بقيت مسودتان على حالهما: لا يُسحب إلا ما نُشر أو جُدول."]
    assert [Article.objects.get(pk=article.pk).status for article in (*drafts, waiting)] == [
        "draft", "draft", "withdrawn",
    ]  # fmt: skip


def test_withdrawing_hides_and_is_logged(editor):
    article = ArticleFactory()
    act(editor, "withdraw", [article])

    assert not Article.objects.published().exists()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.get_change_message()) == (str(article.pk), "تم تغيير الحالة.")


def test_section_is_set_for_many(editor):
    section = SectionFactory(name="اقتصاد")
    articles = [ArticleFactory(), ArticleFactory()]

    assert said(act(editor, "set_section", articles, section=section.pk)) == ["نُقل خبران إلى «اقتصاد»."]
    assert set(Article.objects.values_list("section", flat=True)) == {section.pk}


def test_section_must_be_chosen_to_be_set(editor):
    response = act(editor, "set_section", [ArticleFactory()], section="")

    assert "section" in response.context["form"].errors


def test_chosen_articles_are_downloaded_as_a_table(editor):
    chosen = [ArticleFactory(title="=1+1"), ArticleFactory(title="مسودة", draft=True)]
    ArticleFactory(title="غيرهما")
    response = act(editor, "download_table", chosen)

    assert response["Content-Disposition"] == 'attachment; filename="articles.csv"'
    rows = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    assert [(row["title"], row["status"]) for row in rows] == [("'=1+1", "published"), ("مسودة", "draft")]


def test_writers_have_no_action_but_to_send_to_review(writer):
    draft = ArticleFactory(draft=True)
    act(writer, "publish", [draft])
    draft.refresh_from_db()

    assert draft.status == Article.Status.DRAFT
    actions = writer.get(LIST).context["action_form"].fields["action"].choices
    assert [name for name, _label in actions if name] == ["send_to_review"]


def test_the_hub_is_told_at_once_of_what_is_published_in_the_list(editor, settings):
    settings.WEBSUB_HUB_URL = "https://hub.example/"
    act(editor, "publish", [ArticleFactory(draft=True)])

    assert waiting_jobs() == [("announce", {}), ("tell_subscribers", {})]
