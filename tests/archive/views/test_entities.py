"""The index of names by letter, and the page of a name."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from archive.entities.merging import merge, undo
from archive.models import Article, Entity
from archive.networks.drawing import count_entities
from archive.views import entities
from tests.archive.views.html import text, with_class
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, QuotationFactory

pytestmark = pytest.mark.django_db


def mentioned(**options) -> Entity:
    """An entity in a published article."""
    entity = EntityFactory(**options)
    MentionFactory(entity=entity, article=Article.objects.published().first() or ArticleFactory())
    return entity


def letters(page) -> list[str]:
    return page.texts("main//nav[@class='entity-letters']/a")[1:]


def names(page) -> list[str]:
    return [text(name) for name in with_class(page.main, "entities-name")]


def says(page) -> str:
    (sentence,) = with_class(page.main, "empty-state-title")
    return text(sentence)


def test_letters_fold_hamzas_and_pass_over_the_article(see):
    for name in ("أستانة", "إيران", "آسيا", "الجزائر", "ألمانيا", "القرن 21", "2254", "بيروت", "جنيف", "ال"):
        mentioned(name=name)
    EntityFactory(name="زحلة")
    page = see("/entity/")
    assert letters(page) == ["#", "ا", "ب", "ج", "ق"]
    assert names(see("/entity/?letter=ا")) == ["أستانة", "آسيا", "ال", "ألمانيا", "إيران"]
    assert names(see("/entity/?letter=ج")) == ["الجزائر", "جنيف"]
    assert names(see("/entity/", {"letter": "#"})) == ["2254"]


def test_letters_are_those_of_the_names_that_the_language_shows(see):
    mentioned(name="جنيف", name_latin="Geneva")
    mentioned(name="بيروت")
    assert letters(see("/entity/", language="en")) == ["G", "ب"]
    assert names(see("/entity/?letter=g", language="en")) == ["Geneva"]


def test_letters_are_those_of_the_kind_and_of_names_that_readers_see(see):
    mentioned(name="جنيف", kind="place")
    mentioned(name="بيروت", kind="place")
    mentioned(name="سامية", kind="person")
    MentionFactory(entity=EntityFactory(name="طارق", kind="place"), article=ArticleFactory(draft=True))
    assert letters(see("/entity/?kind=place")) == ["ب", "ج"]
    assert letters(see("/entity/?q=جنيف")) == []


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ({}, ""),
        ({"letter": "ب"}, "?letter=%D8%A8"),
        ({"utm": "x", "letter": "ب", "kind": "place", "page": "1"}, "?kind=place&letter=%D8%A8"),
        ({"page": "2"}, "?page=2"),
        ({"page": "9", "kind": "no"}, "?page=2"),
        ({"q": "بلدة", "page": "2"}, ""),
    ],
)
def test_each_letter_and_page_of_the_index_has_its_own_address(see, monkeypatch, given, canonical):
    monkeypatch.setattr(entities, "ENTITIES_PER_PAGE", 1)
    mentioned(name="بلدة", kind="place")
    mentioned(name="بلدة أخرى", kind="place")
    (link,) = [link for link in see("/entity/", given).all("link") if link.get("rel") == "canonical"]
    assert link.get("href") == f"http://testserver/entity/{canonical}"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [("", "لا أسماء في الأرشيف بعد"), ("?q=جنيف", "لا اسم هنا يشبه ما كتبت"), ("?letter=ا", "لا أسماء هنا")],
)
def test_index_says_why_it_is_empty(see, query, sentence):
    assert says(see(f"/entity/{query}")) == sentence


def test_index_cuts_a_long_description_at_the_end_of_a_word(see):
    mentioned(name="جنيف", description="مدينة سويسرية " * 10)
    (note,) = with_class(see("/entity/").main, "entities-note")
    assert text(note) == "مدينة سويسرية " * 6 + "مدينة…"


def test_the_most_named_come_first_as_they_were_counted(see):
    often, seldom = mentioned(name="جنيف"), mentioned(name="بيروت")
    MentionFactory(entity=often, article=ArticleFactory())
    assert names(see("/entity/")) == ["جنيف", "بيروت"]
    count_entities()
    for _ in range(3):
        MentionFactory(entity=seldom, article=ArticleFactory())
    page = see("/entity/")
    assert [text(count) for count in with_class(page.main, "entities-count")] == ["٢ خبران", "١ خبر واحد"]
    count_entities()
    assert names(see("/entity/")) == ["بيروت", "جنيف"]


def test_a_name_counted_before_its_article_was_withdrawn_is_not_shown(see):
    entity = mentioned(name="جنيف")
    count_entities()
    Article.objects.update(status="withdrawn")
    page = see("/entity/")
    assert names(page) == []
    assert says(page) == "لا أسماء في الأرشيف بعد"
    assert see(entity.get_absolute_url(), status=404)


def test_an_address_with_an_old_name_leads_to_the_new_one_and_keeps_what_was_asked(client):
    entity = mentioned(name="جنيف")
    response = client.get(f"/entity/{entity.pk}/?year=2017")
    assert (response.status_code, response["Location"]) == (301, f"{entity.get_absolute_url()}?year=2017")


@pytest.mark.parametrize(("months", "drawn"), [((3,), 0), ((3, 3), 0), ((3, 5), 1)])
def test_one_bar_is_not_drawn(see, months, drawn):
    entity = EntityFactory(name="جنيف")
    for month in months:
        MentionFactory(entity=entity, article=ArticleFactory(published_at=datetime(2017, month, 1, 9, tzinfo=UTC)))
    page = see(entity.get_absolute_url())
    assert len(with_class(page.main, "histogram")) == drawn


@pytest.mark.parametrize(
    ("months", "language", "summary"),
    [
        ((3, 5), "ar", "خبران من آذار (مارس) ٢٠١٧ إلى أيار (مايو) ٢٠١٧، وأعلى عدد: ١."),
        ((3, 5, 5), "ar", "٣ أخبار من آذار (مارس) ٢٠١٧ إلى أيار (مايو) ٢٠١٧، وأعلى عدد في أيار (مايو) ٢٠١٧: ٢."),
        ((3, 5, 5), "en", "3 articles from March 2017 to May 2017; the most in May 2017: 2."),
    ],
)
def test_chart_is_heard_as_a_summary_and_the_months_with_articles(see, months, language, summary):
    entity = EntityFactory(name="جنيف")
    for month in months:
        MentionFactory(entity=entity, article=ArticleFactory(published_at=datetime(2017, month, 1, 9, tzinfo=UTC)))
    (chart,) = with_class(see(entity.get_absolute_url(), language=language).main, "histogram")
    assert text(chart.find("p")) == summary
    bars = chart.findall(".//ol/li")
    assert [bar.get("aria-hidden") for bar in bars] == [None, "true", None]
    assert [bar.get("class") for bar in bars][1] == "histogram-gap"
    assert [bar.find("a") is None for bar in bars] == [False, True, False]
    assert len(chart.findall("details//li")) == 2


def test_names_are_found_by_their_sound_after_those_that_begin_so(see):
    MentionFactory(entity=EntityFactory(name="سيرغي لافروف"))
    MentionFactory(entity=EntityFactory(name="يونس", aliases=["Lavrovsky"]))
    MentionFactory(entity=EntityFactory(name="لافروفا", aliases=["Лаврова"]), article=ArticleFactory(draft=True))
    assert names(see("/entity/", {"q": "Lavrov"})) == ["يونس", "سيرغي لافروف"]


# --- Merged entities ---------------------------------------------------------------------------------------------


def test_the_address_of_a_merged_entity_leads_to_the_one_that_stays(client):
    first, second, third = (EntityFactory(name=name) for name in ("أول", "ثان", "ثالث"))
    old = [first.get_absolute_url(), f"/entity/{first.pk}/", second.get_absolute_url()]
    merge(first, second, by=None)
    merged = merge(second, third, by=None)
    answers = [client.get(address) for address in old]
    assert [(answer.status_code, answer.url) for answer in answers] == [(301, third.get_absolute_url())] * 3

    undo(merged)
    assert [client.get(address).status_code for address in (second.get_absolute_url(), old[0])] == [200, 301]
    assert client.get(old[0]).url == second.get_absolute_url()


def test_a_merged_entity_that_readers_may_not_see_is_not_told_of(client):
    first, second = EntityFactory(), EntityFactory()
    MentionFactory(entity=second, article=ArticleFactory(draft=True))
    merge(first, second, by=None)
    assert client.get(f"/entity/{first.pk}/").status_code == 404


def test_searches_in_the_articles_of_a_merged_entity_are_of_the_one_that_stays(client):
    first, second = EntityFactory(), EntityFactory(name="ثان")
    MentionFactory(entity=second)
    merge(first, second, by=None)
    page = client.get("/search/", {"entity": first.pk})
    assert page.context["form"].cleaned_data["entity"] == second
    assert client.get("/search/", {"entity": "١٢"}).status_code == 200


@pytest.mark.parametrize("name", ["entity-rss", "entity-atom", "entity-json", "entity-csv"])
def test_what_is_made_of_a_merged_entity_is_made_of_the_one_that_stays(client, name):
    first, second = EntityFactory(), EntityFactory()
    merge(first, second, by=None)
    answer = client.get(reverse(f"archive:{name}", args=[first.pk]), {"full": "1"})
    kept = reverse(f"archive:{name}", args=[second.pk])
    assert (answer.status_code, answer.url) == (301, f"{kept}?full=1")
    assert client.get(answer.url).status_code == 200


def test_a_merged_entity_is_compared_as_the_one_that_stays_and_once(client):
    first, second, third = EntityFactory(), EntityFactory(), EntityFactory()
    merge(first, second, by=None)
    form = client.get("/entity/compare/", {"e": [first.pk, third.pk, second.pk]}).context["form"]
    assert (form.entities, form.problems()) == ([second, third], [])


@pytest.mark.parametrize("address", ["/quotations/", "/quotations/feed/", "/api/v1/quotations"])
def test_what_a_merged_entity_said_the_one_that_stays_said(client, address):
    first, second = EntityFactory(), EntityFactory()
    QuotationFactory(text="الأبواب مفتوحة", speaker=first)
    merge(first, second, by=None)
    assert "الأبواب مفتوحة" in client.get(address, {"speaker": first.pk}).text
