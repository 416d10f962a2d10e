"""Links that wait for their article turn into real ones by themselves, whichever side arrives last."""

import pytest
from django.db import connection

from archive.ingest.shelves import UNKNOWN_SOURCE_SLUG
from archive.models import Article, ArticleLink
from tests.factories import ArticleFactory, SourceFactory

pytestmark = pytest.mark.django_db

TITLE = "انتخابات فلسطينية خلال 6 أشهر؟"
OTHER_SPELLING = "«انتخابات فلسطينيّة» خلال ٦ اشهر"
URL = "https://news.example/2017/12/elections"


@pytest.fixture
def origin():
    return ArticleFactory(title="جولة تاسعة من محادثات جنيف")


@pytest.fixture
def unknown():
    return SourceFactory(slug=UNKNOWN_SOURCE_SLUG)


def waiting(origin, **values):
    return ArticleLink.objects.create(
        from_article=origin, origin=ArticleLink.Origin.PAGE, **({"kind": "next", "title": TITLE} | values)
    )


def target(link):
    link.refresh_from_db()
    return link.to_article


def test_a_link_finds_an_article_that_is_there_by_its_title_in_any_spelling(origin):
    article = ArticleFactory(title=OTHER_SPELLING, source=origin.source)

    assert target(waiting(origin)) == article


def test_a_link_waits_for_an_article_that_arrives_later(origin):
    link = waiting(origin)
    assert target(link) is None

    article = ArticleFactory(title=OTHER_SPELLING, source=origin.source)

    assert target(link) == article


def test_a_title_means_an_article_of_the_same_source_only(origin):
    early, late = ArticleFactory(title=TITLE), waiting(origin)
    ArticleFactory(title=TITLE)

    assert early.source != origin.source
    assert target(late) is None


def test_an_address_means_an_article_of_any_source(origin):
    link = waiting(origin, title="", url=URL)
    article = ArticleFactory(original_url=URL)

    assert target(link) == article
    assert target(waiting(origin, title="", url=URL, kind="related")) == article


def test_an_address_says_more_than_a_title(origin):
    ArticleFactory(title=TITLE, source=origin.source)
    article = ArticleFactory(original_url=URL)

    assert target(waiting(origin, url=URL)) == article


@pytest.mark.parametrize("links_first", [True, False])
def test_a_title_that_several_of_the_source_have_means_none(origin, links_first):
    link = waiting(origin) if links_first else None
    Article.objects.bulk_create(
        ArticleFactory.build(title=TITLE, source=origin.source, section=None) for _ in range(2)
    )

    assert target(link or waiting(origin)) is None


def test_of_several_articles_of_an_address_the_oldest_record_is_taken(origin):
    articles = [ArticleFactory(original_url=URL) for _ in range(2)]

    assert target(waiting(origin, url=URL)) == articles[0]


@pytest.mark.parametrize("links_first", [True, False])
@pytest.mark.parametrize("unknown_side", ["origin", "article", "both"])
def test_a_title_crosses_to_and_from_articles_without_a_source(unknown, unknown_side, links_first):
    origin = ArticleFactory(**({} if unknown_side == "article" else {"source": unknown}))
    link = waiting(origin) if links_first else None
    article = ArticleFactory(title=OTHER_SPELLING, **({} if unknown_side == "origin" else {"source": unknown}))

    assert target(link or waiting(origin)) == article


@pytest.mark.parametrize("links_first", [True, False])
def test_a_title_without_a_source_that_several_articles_have_means_none(unknown, links_first):
    origin = ArticleFactory(source=unknown)
    link = waiting(origin) if links_first else None
    Article.objects.bulk_create(
        ArticleFactory.build(title=TITLE, source=SourceFactory(), section=None) for _ in range(2)
    )

    assert target(link or waiting(origin)) is None


def test_an_article_of_the_source_itself_is_meant_before_one_without_a_source(origin, unknown):
    ArticleFactory(title=TITLE, source=unknown)
    article = ArticleFactory(title=TITLE, source=origin.source)

    assert target(waiting(origin)) == article


def test_a_link_finds_its_article_when_the_source_becomes_known(origin, unknown):
    link = waiting(origin, title="عنوان")
    article = ArticleFactory(title=TITLE)
    ArticleLink.objects.filter(pk=link.pk).update(title=TITLE)
    assert target(link) is None

    article.source = unknown
    article.save()

    assert target(link) == article


def test_links_without_words_or_address_mean_nothing(origin):
    ArticleFactory(title="؟!", source=origin.source, original_url="")

    assert target(waiting(origin, title="…؟")) is None


def test_several_links_of_several_pages_resolve_at_once(origin):
    pages = [origin, *(ArticleFactory(source=origin.source) for _ in range(2))]
    links = [waiting(one, kind=kind) for one in pages for kind in ("next", "related")]

    article = ArticleFactory(title=TITLE, source=origin.source)

    assert [target(link) for link in links] == [article] * 6


def test_bulk_creation_resolves_too(origin):
    links = ArticleLink.objects.bulk_create(
        [
            ArticleLink(from_article=origin, kind="next", title=TITLE),
            ArticleLink(from_article=origin, kind="previous", title="خبر لا يصل"),
        ]
    )
    (article,) = Article.objects.bulk_create([ArticleFactory.build(title=TITLE, source=origin.source, section=None)])

    assert [target(link) for link in links] == [article, None]


def test_an_article_never_links_to_itself(origin):
    link = waiting(origin, title=origin.title, url=URL)
    origin.original_url = URL
    origin.save()

    assert target(link) is None


@pytest.mark.parametrize("article_first", [True, False])
def test_duplicates_never_break_an_insert(origin, article_first):
    def arrive():
        return ArticleFactory(title=TITLE, source=origin.source, original_url=URL)

    article = arrive() if article_first else None
    links = [waiting(origin), waiting(origin), waiting(origin, title="", url=URL)]
    links += ArticleLink.objects.bulk_create(
        [ArticleLink(from_article=origin, kind="next", title=TITLE) for _ in range(3)]
    )
    article = article or arrive()

    assert [target(link) for link in links] == [article, *[None] * 5]


def test_an_arrival_leaves_alone_a_page_that_links_there_already(origin):
    article = ArticleFactory(title="عنوان قديم", source=origin.source)
    made = ArticleLink.objects.create(from_article=origin, to_article=article, kind="next")
    link = waiting(origin)

    article.title = TITLE
    article.save()

    assert (target(made), target(link)) == (article, None)


def test_deletion_gives_the_title_back_and_the_next_arrival_takes_it(origin):
    article = ArticleFactory(title=TITLE, source=origin.source)
    link = ArticleLink.objects.create(from_article=origin, to_article=article, kind="next")

    article.delete()
    link.refresh_from_db()
    assert (link.to_article, link.title, link.title_key) == (None, TITLE, "انتخابات فلسطينيه خلال 6 اشهر")

    again = ArticleFactory(title=TITLE, source=origin.source)
    assert target(link) == again


def test_deletion_keeps_the_title_that_the_page_gave(origin):
    article = ArticleFactory(title=OTHER_SPELLING, source=origin.source)
    link = waiting(origin)

    Article.objects.filter(pk=article.pk).delete()

    link.refresh_from_db()
    assert (link.to_article, link.title) == (None, TITLE)


def test_a_retitled_article_answers_and_stays_linked_when_it_is_retitled_again(origin):
    link, article = waiting(origin), ArticleFactory(title="عنوان مؤقت", source=origin.source)

    Article.objects.filter(pk=article.pk).update(title=TITLE)
    assert target(link) == article
    Article.objects.filter(pk=article.pk).update(title="عنوان ثالث")
    assert target(link) == article


def test_a_corrected_link_is_looked_up_again(origin):
    article, link = ArticleFactory(title=TITLE, source=origin.source), waiting(origin, title="عنوان ناقص")

    link.title = TITLE
    link.save()

    assert target(link) == article


def test_an_article_that_changes_its_source_answers_and_asks_again(origin):
    elsewhere = ArticleFactory(title=TITLE)
    link = waiting(origin)
    back = waiting(elsewhere, title=origin.title, kind="previous")

    elsewhere.source = origin.source
    elsewhere.save()

    assert (target(link), target(back)) == (elsewhere, origin)


def test_raw_sql_resolves_too(origin):
    link = waiting(origin)
    article = ArticleFactory(source=origin.source)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET title = %s WHERE id = %s", [TITLE, article.pk])

    assert target(link) == article


def test_long_titles_are_compared_by_their_beginning(origin):
    long = "كلمات طويلة جدا " * 31
    link = waiting(origin, title=long[:500])
    article = ArticleFactory(title=long[:500], source=origin.source)

    assert target(link) == article


def test_a_waiting_link_and_an_arrival_are_found_by_index(origin):
    """Without the indexes every arrival would read all links, and every link all articles."""
    source = SourceFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO archive_article (title, kicker, summary, body, text, slug, place, source_id, published_at,
                date_precision, collected_at, status, importance, original_url, language, created_at, updated_at)
            SELECT 'خبر ' || n, '', '', '', '', '-', '', %s, now(), 'day', now(), 'published', 0, '', 'ar', now(), now()
            FROM generate_series(1, 3000) AS n
            """,
            [source.pk],
        )
        cursor.execute(
            """
            INSERT INTO archive_articlelink (from_article_id, title, url, kind, origin, position)
            SELECT id, 'لا يصل ' || id, '', 'next', 'origin', 0 FROM archive_article WHERE source_id = %s
            """,
            [source.pk],
        )
        cursor.execute("ANALYZE archive_article, archive_articlelink")
    before = rows_read_one_by_one()

    waiting(origin, url=URL)
    ArticleFactory(title=TITLE, source=origin.source, original_url=URL)

    assert rows_read_one_by_one() - before < 100


def rows_read_one_by_one():
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname LIKE 'archive_article%'")
        return cursor.fetchone()[0]
