from datetime import date

import pytest

from archive.models import SavedSearch
from archive.search.engine import SearchRequest, search_articles
from archive.search.filters import SearchFilters
from archive.search.standing import ANYTHING, answering, entry_anchors, matched_sentence, standing_query
from archive.search.statistics import count_words
from archive.subscriptions import saved_searches
from archive.subscriptions.saved_searches import matching_searches, recompile, save_search
from tests.factories import (
    ArticleFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    SubscriptionFactory,
    SynonymGroupFactory,
)

pytestmark = pytest.mark.django_db

TEXTS = (
    "السفينة",
    "سفينة ميناء",
    '"الميناء القديم"',
    "رست -قطار",
    "قطار OR سفينة",
    "=السفينة",
    "ميناء~3قديم",
    "سفين*",
    "عنوان:خبر",
    "(قطار OR سفينة) ميناء",
    "قطار",
    '"القديم الميناء"',
    "سفينة -ميناء",
    "قسم:لا_قسم_كهذا",
)


def keep(text: str, filters: SearchFilters, *, state: str = "active") -> SavedSearch | None:
    """Save a search that somebody subscribed to."""
    search = save_search(text, filters, "")
    if search:
        SubscriptionFactory(what="search", search=search, state=state)
    return search


@pytest.mark.parametrize("text", TEXTS)
def test_a_standing_search_finds_what_the_search_finds(text):
    article = ArticleFactory(title="خبر السفينة")
    ArticleFactory(title="المطر", summary="", body="<p>هطل المطر على الجبل.</p>")
    keep(text, SearchFilters())
    found = search_articles(SearchRequest(text)).articles
    expected = any(one.pk == article.pk and one.matches_all for one in found)
    assert bool(matching_searches(article.pk)) is expected


@pytest.mark.parametrize("name", ["section", "source", "entity"])
def test_filters_alone_are_searches_too(name):
    article, other = ArticleFactory(), ArticleFactory()
    entity = EntityFactory()
    MentionFactory(article=article, entity=entity)
    thing = entity if name == "entity" else getattr(article, name)
    search = keep("", SearchFilters(**{name: thing}))
    assert matching_searches(article.pk) == [search.pk]
    assert (other.source == article.source and name == "source") or matching_searches(other.pk) == []


def test_words_and_filters_must_both_hold():
    article, section = ArticleFactory(), SectionFactory()
    keep("سفينة", SearchFilters(section=section))
    kept = keep("سفينة", SearchFilters(section=article.section))
    assert matching_searches(article.pk) == [kept.pk]


def test_a_period_is_kept_to():
    article = ArticleFactory()
    early = keep("سفينة", SearchFilters(date_to=date(2017, 12, 31)))
    keep("سفينة", SearchFilters(date_from=date(2018, 1, 1)))
    assert matching_searches(article.pk) == [early.pk]


def test_the_rarest_word_leads_to_a_search():
    for number in range(3):
        ArticleFactory(title="خبر الرصيف" if number else "خبر الرصيف عن الإسفلت")
    count_words()
    assert standing_query("الرصيف الإسفلت", SearchFilters()).anchors == ("اسفلت",)
    assert standing_query("الرصيف OR الإسفلت", SearchFilters()).anchors == ("اسفلت", "رصيف")
    assert standing_query("رصي*", SearchFilters()).anchors == (ANYTHING,)


def test_what_asks_for_nothing_is_no_search():
    assert standing_query("", SearchFilters()) is None
    assert standing_query("-سفينة", SearchFilters()) is None
    assert standing_query("!!", SearchFilters()) is None


def test_the_same_search_is_kept_once():
    one = save_search("سفينة", SearchFilters(), "q=a")
    assert save_search("سفينة", SearchFilters(), "q=b") == one


def test_what_comes_to_mean_the_same_is_found_after_compiling_anew():
    search = keep("القاطرة", SearchFilters())
    article = ArticleFactory(title="وصول الجرّار")
    assert matching_searches(article.pk) == []
    SynonymGroupFactory(synonyms=["القاطرة", "الجرار"])
    assert recompile() is None
    assert matching_searches(article.pk) == [search.pk]


@pytest.mark.parametrize("state", ["pending", "left"])
def test_a_search_that_nobody_is_told_of_is_not_asked(state):
    keep("سفينة", SearchFilters(), state=state)
    assert matching_searches(ArticleFactory().pk) == []


def test_searches_are_compiled_in_steps_and_one_that_breaks_stays(monkeypatch):
    broken, other = keep("القاطرة", SearchFilters()), keep("العربة", SearchFilters())
    SavedSearch.objects.update(anchors=["former"])
    monkeypatch.setattr(saved_searches, "BATCH", 1)
    compiled = saved_searches.standing_query

    def breaks(text, filters):
        return 1 / 0 if text == broken.text else compiled(text, filters)

    monkeypatch.setattr(saved_searches, "standing_query", breaks)
    assert recompile(max_seconds=0) == broken.pk
    assert recompile(broken.pk, max_seconds=0) == other.pk
    assert recompile(other.pk, max_seconds=0) is None
    assert [one.anchors == ["former"] for one in SavedSearch.objects.order_by("pk")] == [True, False]


def test_a_search_whose_section_is_gone_finds_nothing():
    section = SectionFactory()
    keep("سفينة", SearchFilters(section=section))
    section.delete()
    recompile()
    assert matching_searches(ArticleFactory().pk) == []


def test_many_doubtful_searches_are_asked_together(django_assert_max_num_queries):
    article = ArticleFactory()
    searches = [(number, "=السفينة", SearchFilters()) for number in range(20)]
    answering(article.pk, searches[:1])
    with django_assert_max_num_queries(25):
        assert answering(article.pk, searches) == set(range(20))


def test_the_sentence_that_matched_is_shown_marked_and_safe():
    article = ArticleFactory(body="<p>هطل المطر. رست &lt;السفينة&gt; فجرًا. ثم رحلت.</p>")
    assert matched_sentence("السفن", SearchFilters(), article) == "رست &lt;<mark>السفينة</mark>&gt; فجرًا."


def test_an_article_without_an_entry_has_no_anchors():
    assert entry_anchors(0) == []
