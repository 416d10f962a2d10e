from datetime import timedelta

import pytest
from django.utils import timezone

from archive.models import Article, ArticleLink, ArticleSearch, Capture, Image
from archive.models.article import UNDATED, published_in_sql
from tests.archive.models.refusals import refusal_of
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    CaptureFactory,
    ImageFactory,
    MentionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

Status, Precision = Article.Status, Article.Precision


# --- What readers may see ----------------------------------------------------------------------------------------


def test_published_over_every_status_and_date(now):
    second = timedelta(seconds=1)
    dates = {"past": now - second, "present": now, "future": now + second, "unknown": None}
    for status in Status:
        for name, date in dates.items():
            if date is None and status == Status.SCHEDULED:
                continue
            precision = Precision.UNKNOWN if date is None else Precision.MINUTE
            ArticleFactory(title=f"{status} {name}", status=status, published_at=date, date_precision=precision)

    assert sorted(Article.objects.published(at=now).values_list("title", flat=True)) == [
        "published past",
        "published present",
        "published unknown",
        "scheduled past",
        "scheduled present",
    ]


def test_now_is_the_moment_meant_without_another(now):
    ArticleFactory(published_at=now)
    ArticleFactory(published_at=now.replace(year=9000))

    assert Article.objects.published().count() == 1
    assert Article.objects.published(at=now.replace(year=9001)).count() == 2


def test_published_chains(now):
    article = ArticleFactory(published_at=now)
    ArticleFactory(published_at=now)

    assert list(article.source.articles.published(at=now).for_cards()) == [article]


def test_newest_first_puts_undated_articles_last_and_breaks_ties(now):
    undated = ArticleFactory(undated=True)
    old, new, same = (ArticleFactory(published_at=now - timedelta(days=days)) for days in (9, 1, 9))

    assert list(Article.objects.newest_first()) == [new, same, old, undated]
    assert list(Article.objects.all()) == [new, same, old, undated]
    undated.refresh_from_db()
    assert undated.listed_at == UNDATED


def test_needing_date_leaves_withdrawn_articles_alone():
    wanted = [ArticleFactory(undated=True), ArticleFactory(undated=True, draft=True)]
    ArticleFactory()
    ArticleFactory(undated=True, status=Status.WITHDRAWN)

    assert list(Article.objects.needing_date().order_by("pk")) == wanted


@pytest.mark.parametrize("count", [1, 3])
def test_lines_and_cards_cost_the_same_for_any_number(django_assert_num_queries, count):
    for _ in range(count):
        article = ArticleFactory()
        article.authors.set([AuthorFactory(), AuthorFactory()])
        ImageFactory(article=article)

    with django_assert_num_queries(1):
        for line in Article.objects.for_lines():
            assert "" not in (line.section.name, line.source.name, line.get_absolute_url(), line.summary)
    with django_assert_num_queries(1):
        for card in Article.objects.for_cards():
            assert (len(card.author_names), card.lead_image.caption) == (2, "السفينة عند الرصيف")


# --- Constraints -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"title": ""}, "article_title_present"),
        ({"published_at": None, "date_precision": "day"}, "article_date_has_precision"),
        ({"date_precision": "unknown"}, "article_date_has_precision"),
        (
            {"status": "scheduled", "published_at": None, "date_precision": "unknown"},
            "article_scheduled_has_date",
        ),
        ({"importance": 3}, "article_importance_range"),
        ({"status": "hidden"}, "article_status_known"),
        ({"date_precision": "second"}, "article_precision_known"),
    ],
)
def test_the_database_refuses(values, constraint):
    article = ArticleFactory()

    assert refusal_of(lambda: Article.objects.filter(pk=article.pk).update(**values)) == constraint


def test_an_identity_is_taken_once_in_a_source_and_may_be_absent():
    source = SourceFactory()
    ArticleFactory(source=source, external_id="17")
    ArticleFactory(external_id="17")
    ArticleFactory.create_batch(2, source=source, external_id=None)

    assert refusal_of(lambda: ArticleFactory(source=source, external_id="17")) == "article_source_external_id_unique"


@pytest.mark.parametrize("taken", ["section", "source", "capture"])
def test_what_articles_stand_on_cannot_be_deleted(taken):
    article = ArticleFactory(capture=CaptureFactory())

    with pytest.raises(Exception, match="protected foreign keys"):
        getattr(article, taken).delete()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"to_article": None, "title": "", "url": ""}, "link_has_target"),
        ({"to_article_id": "from"}, "link_not_to_itself"),
    ],
)
def test_the_database_refuses_links(values, constraint):
    article = ArticleFactory()
    values = {name: article.pk if value == "from" else value for name, value in values.items()}

    assert refusal_of(lambda: ArticleLinkFactory(from_article=article, **values)) == constraint


def test_two_articles_are_linked_once_in_each_way():
    link = ArticleLinkFactory()
    ends = {"from_article": link.from_article, "to_article": link.to_article}
    ArticleLinkFactory(**ends, kind="background")

    assert refusal_of(lambda: ArticleLinkFactory(**ends)) == "link_unique"


def test_a_link_is_called_by_what_it_leads_to():
    link = ArticleLinkFactory(to_article__title="عنوان")
    waiting = ArticleLink(title="منتظر", url="https://news.example/1")

    assert [str(link), str(waiting), str(ArticleLink(url="https://news.example/1"))] == [
        "عنوان",
        "منتظر",
        "https://news.example/1",
    ]


def test_an_image_is_a_file_or_an_address():
    article = ArticleFactory()
    ImageFactory(article=article, file="", url="https://news.example/1.jpg")

    assert refusal_of(lambda: ImageFactory(article=article, file="", url="")) == "image_has_file_or_url"


def test_an_image_knows_its_size_and_only_a_kept_one_leads():
    article = ArticleFactory()
    ImageFactory(article=article, file="", url="https://news.example/1.jpg", position=0)
    kept = ImageFactory(article=article, position=1)

    kept.refresh_from_db()
    assert (kept.width, kept.height) == (80, 50)
    assert article.lead_image == kept
    assert ArticleFactory().lead_image is None
    assert str(Image(url="https://news.example/1.jpg")) == "https://news.example/1.jpg"


# --- Captures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 40, "صفحة محفوظة".encode("windows-1256")])
def test_a_capture_gives_its_bytes_back(content):
    capture = CaptureFactory(content=content, sha256="0")
    capture.refresh_from_db()

    assert (capture.content, capture.size_bytes) == (content, len(content))


def test_equal_bytes_are_kept_once():
    capture = CaptureFactory()

    assert refusal_of(lambda: CaptureFactory(content=capture.content)) == "capture_sha256_unique"
    assert str(Capture(sha256="ab" * 32)) == "ab" * 6


def test_deleting_an_article_deletes_what_is_its_own():
    article = ArticleFactory(capture=CaptureFactory())
    ImageFactory(article=article)
    MentionFactory(article=article)
    ArticleLinkFactory(from_article=article)

    article.delete()

    assert (Image.objects.count(), ArticleLink.objects.count(), Article.objects.count()) == (0, 0, 1)
    assert Capture.objects.count() == 1


def test_pictures_to_which_the_text_leads_are_linked_there_only():
    text = '<p>خبر</p><figure><figcaption><a href="https://wadi.example/1.jpg?a=1&amp;b=2">صورة</a></figcaption></figure>'
    article = ArticleFactory(body=text)
    article.images.all().delete()
    for url in ("https://wadi.example/1.jpg?a=1&b=2", "https://wadi.example/2.jpg"):
        ImageFactory(article=article, file="", url=url)
    ImageFactory(article=article)
    assert [image.url for image in article.linked_images] == ["https://wadi.example/2.jpg"]


@pytest.mark.parametrize("hours", [None, -1, 1])
@pytest.mark.parametrize("status", Article.Status)
def test_what_readers_see_is_one_rule_wherever_it_is_written(status, hours):
    now = timezone.now()
    if status == Article.Status.SCHEDULED and hours is None:
        pytest.skip("what is scheduled has a date")
    date = {"undated": True} if hours is None else {"published_at": now + timedelta(hours=hours)}
    article = ArticleFactory(status=status, **date)
    articles = Article.objects.filter(pk=article.pk)
    in_sql = published_in_sql("archive_article", "%s")
    # The triggers of revisions and of the search index have the rule in their own words.
    articles.update(title="بعد التغيير")
    article.refresh_from_db()
    assert {
        articles.published(at=now).exists(),
        articles.extra(where=[in_sql], params=[now]).exists(),
        Article.is_seen(status, article.published_at, at=now),
        article.state(at=now) == Article.Status.PUBLISHED,
        article.revised_at is not None,
        ArticleSearch.objects.filter(article=article, visible_from__lte=now).exists(),
    } == {status in Article.SHOWN and hours != 1}
