"""What an editor may write as a date, and what is stored."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from archive.admin.article_form import ArticleForm, as_written
from archive.models import Article
from tests.factories import ArticleFactory


@pytest.fixture
def form(article_data):
    def make(precision: str, date: str, time: str = "", **changes) -> ArticleForm:
        fields = {"date_precision": precision, "published_at_0": date, "published_at_1": time}
        return ArticleForm(article_data(**fields, **changes))

    return make


@pytest.mark.parametrize(
    ("precision", "date", "time", "stored"),
    [
        ("minute", "2017-12-21", "08:30", "2017-12-21 08:30"),
        ("day", "2017-12-21", "08:30", "2017-12-21 00:00"),
        ("day", "21/12/2017", "", "2017-12-21 00:00"),
        ("minute", "٢٠١٧-١٢-٢١", "٠٨:٣٠", "2017-12-21 08:30"),
        ("day", "۲۰۱۷-۱۲-۲۱", "", "2017-12-21 00:00"),
        ("month", "2017-12", "", "2017-12-01 00:00"),
        ("month", "12/2017", "", "2017-12-01 00:00"),
        ("month", "2017-12-21", "", "2017-12-01 00:00"),
        ("year", "2017", "", "2017-01-01 00:00"),
        ("year", "٢٠١٧", "", "2017-01-01 00:00"),
        ("unknown", "2017-12-21", "08:30", None),
        ("unknown", "", "", None),
    ],
)
def test_what_is_written_is_stored_as_far_as_it_is_known(form, precision, date, time, stored):
    written = form(precision, date, time)

    assert written.errors == {}
    moment = written.cleaned_data["published_at"]
    assert (moment and f"{timezone.localtime(moment):%Y-%m-%d %H:%M}") == stored


@pytest.mark.parametrize(
    ("precision", "date", "time", "message"),
    [
        ("minute", "2017-12-21", "", "اكتب الوقت أيضًا، أو اختر «اليوم»."),
        ("minute", "", "08:30", "اكتب التاريخ أيضًا، لا الوقت وحده."),
        ("day", "2017-12", "", "التاريخ المكتوب أقل دقة مما اخترت: أكمله أو اختر دقة أقل."),
        ("month", "2017", "", "التاريخ المكتوب أقل دقة مما اخترت: أكمله أو اختر دقة أقل."),
        ("minute", "2017", "08:30", "التاريخ المكتوب أقل دقة مما اخترت: أكمله أو اختر دقة أقل."),
        ("day", "", "", "اكتب التاريخ، أو اختر «غير معروف»."),
        ("month", "2017-13", "", "أدخل تاريخًا صحيحًا."),
        ("day", "أمس", "", "أدخل تاريخًا صحيحًا."),
    ],
)
def test_no_date_is_made_up(form, precision, date, time, message):
    assert form(precision, date, time).errors["published_at"] == [message]


def test_midnight_that_the_clocks_skip_is_still_that_day(form, settings):
    settings.TIME_ZONE = "Asia/Beirut"
    written = form("day", "2017-03-26")

    assert written.errors == {}
    assert timezone.localdate(written.cleaned_data["published_at"]).isoformat() == "2017-03-26"


def test_published_is_not_for_the_future(form):
    written = form("day", "2999-01-01", status="published")

    assert written.errors == {"status": ["هذا التاريخ في المستقبل: اختر «مجدول» أو صحّح التاريخ."]}


def test_scheduled_is_not_for_the_past(form):
    written = form("day", "2017-12-21", status="scheduled")

    assert written.errors == {"status": ["هذا التاريخ مضى: اختر «منشور» أو صحّح التاريخ."]}


@pytest.mark.parametrize(
    ("stored", "date", "shown"), [("scheduled", "2017-12-21", "published"), ("published", "2999-01-01", "scheduled")]
)
def test_an_article_is_shown_in_its_true_state_and_can_be_saved_so(article_data, stored, date, shown):
    article = ArticleFactory(status=stored, published_at=f"{date}T08:30Z")
    article.refresh_from_db()
    boxes = {"date_precision": "day", "published_at_0": date, "published_at_1": ""}
    form = ArticleForm(article_data(status=shown, **boxes), instance=article)

    assert (form.initial["status"], form.errors) == (shown, {})


def test_a_form_opened_before_the_time_came_is_saved_as_published(article_data):
    moment = datetime(2017, 12, 21, 6, 30, tzinfo=UTC)
    form = ArticleForm(
        article_data(status="scheduled"), instance=ArticleFactory(status="scheduled", published_at=moment)
    )

    assert form.errors == {}
    assert form.cleaned_data["status"] == "published"


def test_scheduled_needs_its_time(form):
    assert form("unknown", "", status="scheduled").non_field_errors() == ["الخبر المجدول يحتاج إلى موعد نشره."]


@pytest.mark.parametrize(
    ("precision", "boxes"),
    [
        ("minute", ["2017-12-21", "10:30"]),
        ("day", ["2017-12-21", ""]),
        ("month", ["2017-12", ""]),
        ("year", ["2017", ""]),
    ],
)
def test_a_stored_date_is_written_back_as_it_is_known(settings, precision, boxes):
    settings.TIME_ZONE = "Asia/Beirut"

    assert as_written(datetime(2017, 12, 21, 8, 30, tzinfo=UTC), precision) == boxes


def test_title_is_one_line(form):
    written = form("unknown", "", title=" افتتاح\n الميناء ")

    assert written.errors == {}
    assert written.cleaned_data["title"] == "افتتاح الميناء"


def test_two_articles_without_an_identity_do_not_clash(form):
    for _ in range(2):
        form("unknown", "", external_id="").save()

    assert Article.objects.filter(external_id=None).count() == 2


def test_an_example_of_a_month_is_not_read_back_to_front():
    assert "(\u20662017-12\u2069)" in ArticleForm().fields["published_at"].help_text


@pytest.mark.parametrize("status", ["published", "scheduled"])
def test_what_has_nothing_to_read_stays_a_draft(article_data, status):
    date = {"date_precision": "day", "published_at_0": "2999-01-01" if status == "scheduled" else "2017-12-21"}
    empty = {"body": "<p>…</p>", "summary": ""}

    assert list(ArticleForm(article_data(status=status, **empty, **date)).errors) == ["body"]
    assert ArticleForm(article_data(status=status, **(empty | {"summary": "موجز"}), **date)).errors == {}
    assert ArticleForm(article_data(status="draft", **empty, **date)).errors == {}


def test_what_is_published_without_text_may_be_corrected(article_data):
    published = ArticleFactory(body="", summary="")
    data = article_data(status="published", body="", summary="", date_precision="unknown")

    assert ArticleForm(data, instance=published).errors == {}
