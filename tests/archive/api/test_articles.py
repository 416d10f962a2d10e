"""The API's articles: what product.md promises, and nothing that is not published."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from archive.models import Article, ArticleLink, Entity, Mention
from archive.search.statistics import count_words
from tests.factories import (
    ArticleCopyFactory,
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    CopyGroupFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden():
    """Articles that no reader may see: a draft, a withdrawn one, one dated and one scheduled tomorrow."""
    tomorrow = timezone.now() + timedelta(days=1)
    return [
        ArticleFactory(title="مسودة جنيف", status=Article.Status.DRAFT),
        ArticleFactory(title="مسحوب جنيف", status=Article.Status.WITHDRAWN),
        ArticleFactory(title="غد جنيف", published_at=tomorrow),
        ArticleFactory(title="مجدول جنيف", status=Article.Status.SCHEDULED, published_at=tomorrow),
    ]


def test_a_misspelt_word_is_corrected(client):
    for _ in range(6):
        ArticleFactory(title="المفاوضات في جنيف")
    count_words()
    answer = client.get("/api/v1/articles", {"q": "المفاوظات"}).json()
    assert answer["query"]["did_you_mean"] == "المفاوضات"


def test_list_has_the_shape_of_the_contract(client):
    section = SectionFactory(name="سياسة", name_latin="Politics", slug="سياسة")
    source = SourceFactory(name="الميناء", slug="الميناء")
    entity = EntityFactory(name="ستافان دي ميستورا")
    article = ArticleFactory(
        title="دي ميستورا في أستانة",
        summary="",
        body="<p>وصل دي ميستورا إلى آستانة للمشاركة في المحادثات.</p>",
        section=section,
        source=source,
    )
    MentionFactory(article=article, entity=entity, start=4, end=14)
    response = client.get("/api/v1/articles", {"q": "استانه"}, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    answer = response.json()
    [result] = answer["results"]
    score = result.pop("score")
    assert score > 0
    assert answer == {
        "count": {"value": 1, "exact": True},
        "page": 1,
        "page_size": 20,
        "query": {
            "text": "استانه",
            "understood": "استانه",
            "problems": [],
            "did_you_mean": None,
            "names_in_arabic": [],
        },
        "results": [
            {
                "id": article.pk,
                "title": "دي ميستورا في أستانة",
                "url": article.get_absolute_url(),
                "published_at": "2017-12-21T08:30:00Z",
                "date_precision": "minute",
                "section": {"slug": "سياسة", "name": "سياسة"},
                "source": {"slug": "الميناء", "name": "الميناء"},
                "snippet": "وصل دي ميستورا إلى <mark>آستانة</mark> للمشاركة في المحادثات.",
            }
        ],
        "facets": {
            "section": [{"slug": "سياسة", "name": "سياسة", "count": 1}],
            "source": [{"slug": "الميناء", "name": "الميناء", "count": 1}],
            "entity": [{"slug": str(entity.pk), "name": "ستافان دي ميستورا", "count": 1, "kind": "person"}],
            "year": [{"slug": "2017", "name": "2017", "count": 1}],
            "exact": True,
            "more": [],
        },
    }


def test_nothing_unpublished_is_listed_or_counted(client, hidden):
    shown = ArticleFactory(title="جنيف")
    answer = client.get("/api/v1/articles", {"q": "جنيف"}).json()
    assert [result["id"] for result in answer["results"]] == [shown.pk]
    assert answer["count"]["value"] == 1
    assert len(answer["facets"]["section"]) == 1


def test_nothing_unpublished_is_found_by_its_id(client, hidden):
    for article in hidden:
        assert client.get(f"/api/v1/articles/{article.pk}").status_code == 404
        assert client.get(f"/api/v1/articles/{article.pk}/related").status_code == 404


def test_snippet_escapes_before_it_marks(client):
    ArticleFactory(body="<p>جنيف &lt;script&gt;alert(1)&lt;/script&gt;</p>")
    [result] = client.get("/api/v1/articles", {"q": "جنيف"}).json()["results"]
    assert result["snippet"] == "<mark>جنيف</mark> &lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize(
    ("precision", "expected"),
    [
        ("minute", "2017-12-20T22:00:00Z"),
        ("day", "2017-12-21T00:00:00Z"),
        ("month", "2017-12-01T00:00:00Z"),
        ("year", "2017-01-01T00:00:00Z"),
    ],
)
def test_date_coarser_than_a_minute_is_a_date_of_the_calendar(client, settings, precision, expected):
    settings.TIME_ZONE = "Asia/Beirut"
    midnight_in_beirut = datetime(2017, 12, 20, 22, 0, tzinfo=UTC)
    ArticleFactory(published_at=midnight_in_beirut, date_precision=precision)
    [result] = client.get("/api/v1/articles").json()["results"]
    assert (result["published_at"], result["date_precision"]) == (expected, precision)


def test_unknown_date_is_null(client):
    ArticleFactory(undated=True)
    [result] = client.get("/api/v1/articles").json()["results"]
    assert (result["published_at"], result["date_precision"]) == (None, "unknown")


def test_filters_sorting_and_paging(client):
    section = SectionFactory()
    articles = [
        ArticleFactory(section=section, published_at=datetime(2017, 1, day, 12, tzinfo=UTC)) for day in (1, 2, 3)
    ]
    ArticleFactory()
    first = client.get("/api/v1/articles", {"section": section.slug, "sort": "oldest", "page_size": 2}).json()
    second = client.get(
        "/api/v1/articles", {"section": section.slug, "sort": "oldest", "page_size": 2, "page": 2}
    ).json()
    assert [result["id"] for result in first["results"] + second["results"]] == [article.pk for article in articles]
    assert (second["page"], second["page_size"], second["count"]["value"]) == (2, 2, 3)
    period = client.get("/api/v1/articles", {"section": section.slug, "from": "2017-01-02", "to": "2017-01"}).json()
    assert [result["id"] for result in period["results"]] == [articles[2].pk, articles[1].pk]


def test_page_beyond_the_last_is_empty(client):
    ArticleFactory()
    answer = client.get("/api/v1/articles", {"page": 3}).json()
    assert (answer["page"], answer["results"], answer["count"]["value"]) == (3, [], 1)


def test_page_deeper_than_ten_thousand_results_is_refused(client):
    response = client.get("/api/v1/articles", {"page": 501}, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert response.json() == {
        "detail": [{"field": "page", "message": "Lists go up to result 10000: with 20 on a page, up to page 500."}]
    }
    assert client.get("/api/v1/articles", {"page": 500}).status_code == 200
    assert client.get("/api/v1/articles", {"page": "9" * 40}).status_code == 422


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"section": "لا-وجود-له"}, "section"),
        ({"section": "\0"}, "section"),
        ({"source": "\0"}, "source"),
        ({"source": "nowhere"}, "source"),
        ({"entity": "999999"}, "entity"),
        ({"entity": "9" * 40}, "entity"),
        ({"entity": "اسم"}, "entity"),
        ({"from": "أمس"}, "from"),
        ({"from": "2017-13-01"}, "from"),
        ({"to": "0"}, "to"),
        ({"from": "2018", "to": "2017"}, "to"),
        ({"sort": "best"}, "sort"),
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"page_size": "101"}, "page_size"),
        ({"page": "-1"}, "page"),
        ({"page_size": "0"}, "page_size"),
        ({"q": "س" * 1001}, "q"),
        ({"q": "جنيف\0"}, "q"),
        ({"q": "؟!"}, "q"),
        ({"q": '""'}, "q"),
    ],
)
def test_bad_input_is_422_with_the_field_and_a_sentence(client, parameters, field):
    arabic = client.get("/api/v1/articles", parameters)
    assert arabic.status_code == 422
    [problem] = arabic.json()["detail"]
    assert problem["field"] == field
    assert re.fullmatch(r"[\u0600-\u06FF«].*\.", problem["message"])
    assert arabic["Content-Language"] == "ar"
    english = client.get("/api/v1/articles", parameters, headers={"Accept-Language": "en-GB,en;q=0.9,ar;q=0.1"})
    assert english["Content-Language"] == "en"
    assert re.fullmatch(r"[A-Z][ -~]*\.", english.json()["detail"][0]["message"])


def test_every_bad_parameter_is_named(client):
    detail = client.get("/api/v1/articles", {"page": "x", "sort": "y", "from": "z"}).json()["detail"]
    assert {problem["field"] for problem in detail} == {"page", "sort", "from"}


def test_problems_of_a_query_are_sentences(client):
    query = client.get("/api/v1/articles", {"q": "«جنيف"}, headers={"Accept-Language": "en"}).json()["query"]
    assert len(query["problems"]) == 1
    assert query["problems"][0].endswith(".")


def test_a_reversed_period_in_a_query_is_among_its_problems(client, now):
    ArticleFactory(title="جنيف", published_at=now)
    answer = client.get("/api/v1/articles", {"q": "جنيف من:2018 إلى:2017"}).json()
    assert answer["query"]["problems"] == ["تنتهي المدة قبل أن تبدأ، فلا يؤخذ بنهايتها."]
    assert answer["query"]["understood"] == "جنيف من:2018"
    assert answer["count"]["value"] == 1


def test_article_is_whole(client):
    entity = EntityFactory(name="جنيف", name_latin="Geneva", kind="place")
    refused = EntityFactory()
    article = ArticleFactory(
        title="محادثات",
        kicker="سوريا",
        summary="ملخص",
        body="<p>في جنيف اليوم.</p>",
        place="جنيف",
        original_url="https://example.org/1",
        importance=1,
    )
    article.authors.add(AuthorFactory(name="سلمى", name_latin="Salma"))
    MentionFactory(article=article, entity=entity, start=3, end=7)
    MentionFactory(article=article, entity=refused, start=8, end=13, confirmed=False)
    image = ImageFactory(article=article)
    answer = client.get(f"/api/v1/articles/{article.pk}").json()
    assert answer.pop("collected_at").endswith("Z")
    assert answer.pop("updated_at").endswith("Z")
    [mention] = answer["entities"][0]["mentions"]
    assert answer["text"][mention["start"] : mention["end"]] == "جنيف"
    assert answer == {
        "id": article.pk,
        "title": "محادثات",
        "url": article.get_absolute_url(),
        "published_at": "2017-12-21T08:30:00Z",
        "date_precision": "minute",
        "section": {"slug": article.section.slug, "name": article.section.name},
        "source": {"slug": article.source.slug, "name": article.source.name},
        "kicker": "سوريا",
        "summary": "ملخص",
        "body": "<p>في جنيف اليوم.</p>",
        "text": "في جنيف اليوم.",
        "authors": [{"name": "سلمى", "name_latin": "Salma"}],
        "place": "جنيف",
        "original_url": "https://example.org/1",
        "language": "ar",
        "importance": 1,
        "images": [
            {
                "url": image.file.url,
                "caption": "السفينة عند الرصيف",
                "credit": "أرشيف الميناء",
                "alternative_text": "سفينة بيضاء عند رصيف حجري",
                "width": 80,
                "height": 50,
            }
        ],
        "entities": [
            {
                "id": entity.pk,
                "name": "جنيف",
                "name_latin": "Geneva",
                "kind": "place",
                "url": entity.get_absolute_url(),
                "mentions": [{"start": 3, "end": 7}],
            }
        ],
        "quotations": [],
        "dates": [],
        "links": {"related": [], "follow_up": [], "background": []},
        "copies": [],
        "previous": None,
        "next": None,
        "story": None,
        "versions": [],
    }


def test_links_show_visible_articles_and_unresolved_titles(client):
    article = ArticleFactory(published_at=datetime(2017, 1, 2, tzinfo=UTC))
    older = ArticleFactory(published_at=datetime(2017, 1, 1, tzinfo=UTC))
    draft = ArticleFactory(draft=True, title="سر")
    ArticleLinkFactory(from_article=article, to_article=older, kind=ArticleLink.Kind.BACKGROUND)
    ArticleLinkFactory(from_article=article, to_article=draft, kind=ArticleLink.Kind.RELATED)
    ArticleLinkFactory(from_article=article, to_article=None, title="خبر لم يصل", kind=ArticleLink.Kind.NEXT)
    answer = client.get(f"/api/v1/articles/{article.pk}").json()
    assert answer["links"] == {
        "related": [],
        "follow_up": [],
        "background": [{"id": older.pk, "title": older.title, "url": older.get_absolute_url()}],
    }
    assert answer["previous"] == {"id": older.pk, "title": older.title, "url": older.get_absolute_url()}
    assert answer["next"] == {"id": None, "title": "خبر لم يصل", "url": None}


def test_an_article_linked_in_several_ways_stands_under_the_one_that_says_the_most(client):
    article, following, explaining = ArticleFactory.create_batch(3)
    kinds = ArticleLink.Kind
    for other, kind in (
        (following, kinds.BACKGROUND),
        (following, kinds.FOLLOW_UP),
        (explaining, kinds.RELATED),
        (explaining, kinds.BACKGROUND),
    ):
        ArticleLinkFactory(from_article=article, to_article=other, kind=kind)
    for kind in (kinds.RELATED, kinds.BACKGROUND):
        ArticleLinkFactory(from_article=article, to_article=None, title="خبر لم يصل", kind=kind)
    links = client.get(f"/api/v1/articles/{article.pk}").json()["links"]

    assert {kind: [link["title"] for link in entries] for kind, entries in links.items()} == {
        "related": [],
        "follow_up": [following.title],
        "background": [explaining.title, "خبر لم يصل"],
    }


def test_related_goes_both_ways_and_adds_shared_names(client):
    article, linked, linking, sharing, draft = ArticleFactory.create_batch(5)
    Article.objects.filter(pk=draft.pk).update(status=Article.Status.DRAFT)
    ArticleLinkFactory(from_article=article, to_article=linked, kind=ArticleLink.Kind.FOLLOW_UP)
    ArticleLinkFactory(from_article=linking, to_article=article)
    ArticleLinkFactory(from_article=draft, to_article=article)
    for entity in EntityFactory.create_batch(2):
        for mentioning in (article, linked, sharing, draft):
            Mention.objects.create(article=mentioning, entity=entity)
    answer = client.get(f"/api/v1/articles/{article.pk}/related").json()
    assert [(result["id"], result["relation"]) for result in answer["results"]] == [
        (linked.pk, "follow_up"),
        (linking.pk, "links_here"),
        (sharing.pk, "similar"),
    ]
    shared = [entity["name"] for entity in answer["results"][2]["shared_entities"]]
    assert shared == [entity.name for entity in Entity.objects.order_by("pk")]
    assert (answer["results"][2]["shared_words"], answer["results"][2]["is_later"]) == ([], False)


def test_list_asks_the_same_number_of_queries_for_one_and_for_three(query_count):
    def fill():
        article = ArticleFactory(title="ميناء")
        MentionFactory(article=article)
        article.authors.add(AuthorFactory())

    fill()
    with_one = query_count("/api/v1/articles", q="ميناء")
    fill()
    fill()
    assert query_count("/api/v1/articles", q="ميناء") == with_one


@pytest.mark.parametrize("address", ["/api/v1/articles/{pk}", "/api/v1/articles/{pk}/related"])
def test_article_asks_the_same_number_of_queries_however_much_it_holds(query_count, address):
    article = ArticleFactory()

    def fill():
        MentionFactory(article=article)
        ImageFactory(article=article)
        article.authors.add(AuthorFactory())
        for kind in ("related", "follow_up", "background"):
            ArticleLinkFactory(from_article=article, kind=kind)
        ArticleLinkFactory(to_article=article)
        other = ArticleFactory()
        for entity in article.mentions.values_list("entity", flat=True):
            Mention.objects.create(article=other, entity_id=entity)

    fill()
    fill()
    before = query_count(address.format(pk=article.pk))
    fill()
    assert query_count(address.format(pk=article.pk)) == before


def test_copies_of_an_article_are_those_that_readers_see(client, hidden):
    article, other = ArticleFactory(), ArticleFactory()
    CopyGroupFactory(articles=[article, other, *hidden])
    ArticleCopyFactory(group=other.copies.get().group, refused=True)
    answer = client.get(f"/api/v1/articles/{article.pk}").json()
    assert [(copy["id"], copy["source"]["name"]) for copy in answer["copies"]] == [(other.pk, other.source.name)]


def test_names_in_latin_letters_are_told_and_can_be_meant_as_written(client):
    EntityFactory(name="سيرغي لافروف")
    ArticleFactory(title="لافروف في جنيف")

    answer = client.get("/api/v1/articles", {"q": "Lavrov"}).json()
    assert (answer["count"]["value"], answer["query"]["names_in_arabic"]) == (
        1,
        [{"typed": "Lavrov", "names": ["لافروف"]}],
    )
    answer = client.get("/api/v1/articles", {"q": "Lavrov", "names": "as-written"}).json()
    assert (answer["count"]["value"], answer["query"]["names_in_arabic"]) == (0, [])
    assert client.get("/api/v1/articles", {"q": "Lavrov", "names": "no"}).status_code == 422
