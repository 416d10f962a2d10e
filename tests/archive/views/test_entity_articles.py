"""The articles of a name, narrowed as the address says; its company, map and drawings."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from psycopg.errors import QueryCanceled

from archive.networks.drawing import count_entities, draw
from archive.views import entity_articles
from tests.archive.views.html import SVG, text, with_class
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def geneva():
    """A place in three articles: of March 2016 and May 2017 with another name, and of June 2017 elsewhere."""
    entity = EntityFactory(name="جنيف", kind="place", latitude=46.2, longitude=6.14)
    entity.envoy = EntityFactory(name="المبعوث")
    politics, source = SectionFactory(name="سياسة", slug="سياسة"), SourceFactory(name="الضفاف", slug="الضفاف")
    for title, year, month, options, named in (
        ("هدنة أولى", 2016, 3, {"section": politics, "source": source}, [entity.envoy]),
        ("هدنة ثانية", 2017, 5, {"section": politics}, [entity.envoy]),
        ("حريق كبير", 2017, 6, {"source": source}, []),
    ):
        article = ArticleFactory(title=title, published_at=datetime(year, month, 5, 9, tzinfo=UTC), **options)
        for one in (entity, *named):
            MentionFactory(article=article, entity=one)
    ArticleFactory(title="هدنة بلا اسم", published_at=datetime(2016, 9, 5, 9, tzinfo=UTC))
    return entity


def titles(page) -> list[str]:
    return [text(title) for title in with_class(page.main, "ledger-title")]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["حريق كبير", "هدنة ثانية", "هدنة أولى"]),
        ({"q": "الهدنة"}, ["هدنة ثانية", "هدنة أولى"]),
        ({"section": "سياسة"}, ["هدنة ثانية", "هدنة أولى"]),
        ({"source": "الضفاف"}, ["حريق كبير", "هدنة أولى"]),
        ({"year": "2017"}, ["حريق كبير", "هدنة ثانية"]),
        ({"year": "٢٠١٧", "q": "هدنة"}, ["هدنة ثانية"]),
        ({"from": "2016-03", "to": "2017-05-31"}, ["هدنة ثانية", "هدنة أولى"]),
        ({"year": "2017", "to": "2017-05"}, ["هدنة ثانية"]),
        ({"section": "سياسة", "source": "الضفاف", "q": "هدنة", "year": "2016"}, ["هدنة أولى"]),
        ({"section": "لا"}, ["حريق كبير", "هدنة ثانية", "هدنة أولى"]),
        ({"year": "17"}, ["حريق كبير", "هدنة ثانية", "هدنة أولى"]),
    ],
)
def test_the_address_narrows_the_articles(see, geneva, asked, found):
    page = see(geneva.get_absolute_url(), asked)
    assert titles(page) == found
    assert bool(with_class(page.main, "notice")) == (asked in ({"section": "لا"}, {"year": "17"}))


def test_with_another_name(see, geneva):
    page = see(geneva.get_absolute_url(), {"with": geneva.envoy.pk})
    assert titles(page) == ["هدنة ثانية", "هدنة أولى"]
    assert [text(chip) for chip in with_class(page.main, "chips-item")][-1] == "أزل التصفية: مع المبعوث"


def test_pages_keep_what_was_asked(see, geneva):
    for day in range(1, 26):
        MentionFactory(entity=geneva, article=ArticleFactory(published_at=datetime(2017, 8, day, tzinfo=UTC)))
    (older,) = [
        link for link in see(geneva.get_absolute_url(), {"year": "2017"}).all("a") if link.get("rel") == "next"
    ]
    assert older.get("href").startswith(f"{geneva.get_absolute_url()}?year=2017&before=")
    assert titles(see(older.get("href")))[-1] == "هدنة ثانية"


def test_a_narrowed_page_says_so_to_search_engines(see, geneva):
    def robots(**asked):
        return [meta.get("content") for meta in see(geneva.get_absolute_url(), asked).all("meta[@name='robots']")]

    assert (robots(), robots(q="هدنة")) == ([], ["noindex"])


def test_nothing_like_it_is_said(see, geneva):
    page = see(geneva.get_absolute_url(), {"q": "زقزقزق"})
    assert [text(title) for title in with_class(page.main, "empty-state-title")] == ["لا خبر من أخباره كما طلبت"]


def test_words_that_take_too_long_are_given_up_and_the_rest_of_the_page_stays(see, geneva, monkeypatch):
    def too_long(*_arguments):
        raise OperationalError from QueryCanceled()

    monkeypatch.setattr(entity_articles, "overview", too_long)
    page = see(geneva.get_absolute_url(), {"q": "هدنة"}, status=422)
    assert [text(title) for title in with_class(page.main, "empty-state-title")] == ["طال البحث عن هذه الكلمات"]
    assert text(page.one("h1")) == "جنيف"


def bars(page) -> list[tuple[str | None, str | None]]:
    (chart,) = with_class(page.main, "histogram-bars")
    return [(bar.get("class"), bar.find("a").get("href") if bar.find("a") is not None else None) for bar in chart]


def test_months_without_holdings_are_gaps_and_months_lead_to_their_articles(see, geneva):
    found = bars(see(geneva.get_absolute_url()))
    assert len(found) == 16
    # In September 2016 the archive has something, in the other months between it has nothing.
    assert [place for place, (kind, _url) in enumerate(found) if kind is None] == [6]
    assert found[0] == ("histogram-peak", f"{geneva.get_absolute_url()}?from=2016-03&to=2016-03")


def test_a_long_time_is_shown_by_years_that_lead_to_their_months(see, geneva):
    MentionFactory(entity=geneva, article=ArticleFactory(published_at=datetime(2009, 3, 5, tzinfo=UTC)))
    by_year = bars(see(geneva.get_absolute_url()))
    assert len(by_year) == 9
    assert by_year[-1] == ("histogram-peak", f"{geneva.get_absolute_url()}?year=2017")
    assert [kind for kind, _url in by_year][1:7] == ["histogram-gap"] * 6
    page = see(by_year[-1][1])
    assert len(bars(page)) == 12
    assert f"{geneva.get_absolute_url()}" in page.hrefs("main//h2/a")


def test_facets_keep_the_rest_of_the_address(see, geneva):
    page = see(geneva.get_absolute_url(), {"q": "هدنة", "year": "2016"})
    facets = [(text(facet), facet.get("href")) for facet in with_class(page.main, "facet-value")]
    assert any("section=" in href and "q=" in href and "year=2016" in href for _text, href in facets)


def test_company_is_listed_before_it_is_drawn_and_drawn_when_it_is(see, geneva):
    page = see(geneva.get_absolute_url())
    assert [text(name) for name in page.all("main//li[@class='entities-item']/a/bdi")] == ["المبعوث"]
    assert with_class(page.main, "network") == []
    other = EntityFactory(name="دمشق", kind="place", latitude=33.5, longitude=36.3)
    for article in [mention.article for mention in geneva.mentions.all()]:
        MentionFactory(article=article, entity=other)
    count_entities()
    draw(geneva)
    page = see(geneva.get_absolute_url())
    wide, narrow = with_class(page.main, "network")
    for drawing in (wide, narrow):
        links = drawing.findall(f".//{SVG}a")
        assert sorted(link.findtext(f"{SVG}title") for link in links) == ["المبعوث: خبران", "دمشق: ٣ أخبار"]
        assert {link.get("href") for link in links} == {one.get_absolute_url() for one in (geneva.envoy, other)}


def test_map_of_a_place_shows_it_and_the_places_named_with_it(see, geneva):
    article = geneva.mentions.first().article
    MentionFactory(article=article, entity=EntityFactory(name="فيينا", kind="place", latitude=48.2, longitude=16.37))
    (drawn,) = with_class(see(geneva.get_absolute_url()).main, "map")
    assert [text(group) for group in with_class(drawn, "map-own")] == ["جنيف"]
    assert [link.findtext(f"{SVG}title") for link in drawn.findall(f".//{SVG}a")] == ["فيينا: خبر واحد"]
    (use,) = drawn.findall(f".//{SVG}use")
    assert use.get("href").endswith("#land")


def test_without_places_there_is_no_map(see, geneva):
    assert with_class(see(EntityFactory(name="المبعوث").get_absolute_url()).main, "map") == []
