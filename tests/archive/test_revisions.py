"""What readers saw of an article before it was changed; the column that says when is kept by the database."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection

from archive.models import Article
from archive.revisions import MAX_REVISIONS, date_revision, revisions
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    ImageFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db
FUTURE = datetime(2300, 1, 1, tzinfo=UTC)
STATUS = Article.Status


def changed(article: Article, **values) -> Article:
    Article.objects.filter(pk=article.pk).update(**values)
    return Article.objects.get(pk=article.pk)


def told(article: Article) -> list[dict]:
    """The revisions of ARTICLE, each as what went and what came in each text."""
    return [
        {
            text.field: [
                [(piece.kind, piece.text) for piece in paragraph.pieces if piece.kind != "same"]
                for paragraph in text.paragraphs
            ]
            for text in revision.texts
        }
        for revision in revisions(article)
    ]


def test_article_that_was_never_changed_has_none(article):
    assert revisions(article) == []
    assert article.revised_at is None


def test_changes_are_told_latest_first_by_their_words():
    article = ArticleFactory(title="الميناء يُفتح اليوم", body="<p>رست السفينة أمس.</p><p>خاتمة.</p>")
    changed(article, title="الميناء يُفتح غدًا")
    article = changed(article, body="<p>رست السفينة <strong>اليوم</strong>.</p><p>خاتمة.</p>", summary="")

    assert told(article) == [
        {
            "summary": [[("gone", "وصلت السفينة صباحًا وعلى متنها ركّاب من ثلاث مدن.")]],
            "body": [[("gone", "أمس."), ("new", "اليوم.")]],
        },
        {"title": [[("gone", "اليوم"), ("new", "غدًا")]]},
    ]
    assert revisions(article)[0].at == article.revised_at == article.events.latest("pgh_id").pgh_created_at


def test_what_is_no_text_and_markup_alone_are_no_revision():
    article = ArticleFactory(body="<p>رست السفينة.</p>")
    changed(article, importance=2, external_id="x-1")
    article = changed(article, body="<p><em>رست</em> السفينة.</p>")

    assert (told(article), article.revised_at) == ([], None)


def test_date_source_section_and_address_that_changed_under_their_eyes_are_told():
    day, precision = datetime(2017, 12, 21, 8, 30, 15, tzinfo=UTC), "minute"
    article = ArticleFactory(published_at=day, date_precision=precision, section=None, original_url="")
    source, section, url = SourceFactory(), SectionFactory(), "https://example.org/1"
    old_source = article.source_id
    changed(article, published_at=day.replace(second=0))
    assert Article.objects.get(pk=article.pk).revised_at is None
    minute = day.replace(second=0)
    changed(article, date_precision="day")
    changed(article, published_at=day.replace(year=2016), title="عنوان ثانٍ")
    article = changed(article, source=source, section=section, original_url=url)

    assert [revision.facts for revision in revisions(article)] == [
        [
            ("source", (old_source,), (source.pk,)),
            ("section", (None,), (section.pk,)),
            ("original_url", ("",), (url,)),
        ],
        [("published_at", (minute, "day"), (minute.replace(year=2016), "day"))],
        [("published_at", (minute, "minute"), (minute, "day"))],
    ]
    assert revisions(article)[0].at == article.revised_at == article.events.latest("pgh_id").pgh_created_at
    assert [bool(revision.texts) for revision in revisions(article)] == [False, True, False]


@pytest.mark.parametrize(
    "values",
    [{"status": STATUS.DRAFT}, {"published_at": FUTURE}, {"status": STATUS.SCHEDULED, "published_at": FUTURE}],
)
def test_date_under_which_an_article_comes_out_is_no_revision(values):
    article = changed(ArticleFactory(), **values)
    article = changed(article, status=STATUS.PUBLISHED, published_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert (revisions(article), article.revised_at) == ([], None)


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": STATUS.DRAFT},
        {"status": STATUS.WITHDRAWN},
        {"status": STATUS.SCHEDULED, "published_at": FUTURE},
        {"published_at": FUTURE},
    ],
)
def test_article_that_went_out_of_sight_begins_anew(hidden):
    article = ArticleFactory(title="عنوان أول")
    seen = {"status": article.status, "published_at": article.published_at}
    changed(article, title="عنوان ثانٍ")
    changed(article, **hidden)
    changed(article, title="عنوان سرّي")
    article = changed(article, title="عنوان ثالث", **seen)
    assert (told(article), article.revised_at) == ([], None)

    article = changed(article, title="عنوان رابع")
    assert told(article) == [{"title": [[("gone", "ثالث"), ("new", "رابع")]]}]
    assert article.revised_at is not None


def test_draft_s_work_is_told_to_nobody():
    article = ArticleFactory(draft=True, title="مسودة")
    changed(article, title="محاولة")
    article = changed(article, status=STATUS.PUBLISHED)
    assert (told(article), article.revised_at) == ([], None)


def test_scheduled_article_whose_time_has_come_is_revised_like_any_other():
    article = ArticleFactory(status=STATUS.SCHEDULED, title="عنوان أول")
    assert told(changed(article, title="عنوان ثانٍ")) == [{"title": [[("gone", "أول"), ("new", "ثانٍ")]]}]


def test_whole_row_that_was_read_before_the_last_revision_does_not_undo_its_time(article):
    stale = Article.objects.get(pk=article.pk)
    revised_at = changed(article, kicker="تصحيح").revised_at
    stale.kicker = "تصحيح"
    stale.importance = 1
    stale.save()
    assert Article.objects.get(pk=article.pk).revised_at == revised_at is not None


def test_only_the_last_of_many_are_told(article):
    for number in range(MAX_REVISIONS + 3):
        changed(article, title=f"عنوان {number}")
    shown = revisions(Article.objects.get(pk=article.pk))
    assert len(shown) == MAX_REVISIONS
    assert shown[0].texts[0].paragraphs[0].pieces[-1].text == str(MAX_REVISIONS + 2)


def test_authors_and_captions_that_changed_under_their_eyes_are_told(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    article = ArticleFactory()
    image = ImageFactory(article=article, caption="السفينة عند الرصيف", alternative_text="سفينة")
    article.authors.add(AuthorFactory(name="سلمى أحمد"))
    article.save()
    article.authors.set([AuthorFactory(name="جين دو")])
    ArticleLinkFactory(from_article=article)
    image.alternative_text = "سفينة بيضاء"
    image.save()
    article.save()
    image.caption = "السفينة قرب الرصيف"
    image.save()

    assert told(article) == [
        {"images": [[("gone", "عند"), ("new", "قرب")]]},
        {"authors": [[("gone", "سلمى أحمد")], [("new", "جين دو")]]},
    ]
    assert [revision.is_blind for revision in revisions(article)] == [False, False]


@pytest.mark.parametrize(
    ("values", "is_told"), [({}, True), ({"status": STATUS.DRAFT}, False), ({"published_at": FUTURE}, False)]
)
def test_change_of_authors_dates_the_revision_where_readers_saw_it(values, is_told):
    article = changed(ArticleFactory(), **values)
    date_revision(article)
    article.save()
    article.authors.add(AuthorFactory())
    date_revision(article)
    article.refresh_from_db()
    assert (article.revised_at is not None, len(revisions(article))) == (is_told, is_told)
    assert article.events.count() == 1 + bool(values)


def test_what_readers_do_not_see_dates_no_revision(article):
    article.save()
    ArticleLinkFactory(from_article=article)
    date_revision(article)
    article.refresh_from_db()
    assert article.revised_at is None


def test_old_version_does_not_pretend_that_there_were_no_authors(article):
    article.authors.add(AuthorFactory())
    article = changed(article, title="عنوان ثانٍ")
    article.events.update(attached=None)
    article = changed(article, title="عنوان ثالث")
    assert [
        (list(one), revision.is_blind) for one, revision in zip(told(article), revisions(article), strict=True)
    ] == [
        (["title"], False),
        (["title"], True),
    ]


def test_archive_that_has_a_history_already_learns_when_its_articles_were_revised():
    plain, revised, returned, marked = ArticleFactory.create_batch(4)
    changed(plain, importance=1)
    expected = changed(revised, title="عنوان ثانٍ").revised_at
    changed(revised, importance=1)
    changed(returned, title="عنوان ثانٍ")
    changed(returned, status=STATUS.WITHDRAWN)
    changed(returned, status=STATUS.PUBLISHED)
    changed(marked, body=marked.body.replace("<p>", "<p><em>", 1).replace("</p>", "</em></p>", 1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET revised_at = NULL")
        events = Article.pgh_event_model.objects.count()
        cursor.execute(import_module("archive.migrations.0036_revisions").REVISED)

    assert expected is not None
    assert dict(Article.objects.exclude(revised_at=None).values_list("pk", "revised_at")) == {revised.pk: expected}
    assert Article.pgh_event_model.objects.count() == events


def test_archive_that_has_a_history_already_learns_of_changed_facts_too():
    plain, revised, rewritten, returned = ArticleFactory.create_batch(4)
    changed(plain, importance=1)
    expected = {revised.pk: changed(revised, source=SourceFactory()).revised_at}
    changed(revised, importance=1)
    changed(rewritten, date_precision="year")
    expected[rewritten.pk] = changed(rewritten, title="عنوان ثانٍ").revised_at
    changed(returned, section=SectionFactory())
    changed(returned, status=STATUS.WITHDRAWN)
    changed(returned, status=STATUS.PUBLISHED)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET revised_at = NULL WHERE id <> %s", [rewritten.pk])
        cursor.execute(import_module("archive.migrations.0065_facts_revised_before").REVISED)

    assert None not in expected.values()
    assert dict(Article.objects.exclude(revised_at=None).values_list("pk", "revised_at")) == expected
