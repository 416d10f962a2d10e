import pytest

from archive.models import SearchPin
from archive.search.engine import SearchRequest, Sort, search_articles
from archive.search.filters import SearchFilters
from tests.factories import ArticleFactory, SearchPinFactory, SynonymGroupFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles():
    return [ArticleFactory(title=f"هدنة جنيف {number}", summary="") for number in range(4)]


@pytest.fixture
def stranger():
    return ArticleFactory(title="دليل القرّاء", summary="")


def search(text, **request):
    return search_articles(SearchRequest(text=text, **request))


def shown(results):
    return [(article.title, article.pinned) for article in results.articles]


def test_a_pinned_article_stands_first_and_is_not_repeated(articles):
    SearchPinFactory(query="هدنة جنيف", article=articles[0])
    results = search("هدنة جنيف")

    assert shown(results)[0] == ("هدنة جنيف 0", True)
    assert sorted(title for title, _pinned in shown(results)) == [article.title for article in articles]
    assert (results.total, results.total_all) == (4, 4)


def test_an_article_without_the_words_counts_where_it_is_pinned(articles, stranger):
    SearchPinFactory(query="هدنة جنيف", article=stranger)
    results = search("هدنة جنيف")

    assert shown(results)[0] == ("دليل القرّاء", True)
    assert (results.total, results.total_all, len(results.articles)) == (5, 5, 5)
    assert sum(value.count for value in results.facets.section) == 5


def test_pins_keep_their_order_over_pages(articles, stranger):
    SearchPinFactory(query="هدنة", article=stranger, position=2)
    SearchPinFactory(query="هدنة", article=articles[1], position=1)
    pages = [shown(search("هدنة", page=page, page_size=2)) for page in (1, 2, 3)]

    assert pages[0] == [("هدنة جنيف 1", True), ("دليل القرّاء", True)]
    assert sorted(pages[1] + pages[2]) == [(f"هدنة جنيف {number}", False) for number in (0, 2, 3)]


def test_more_pins_than_a_page_go_on_on_the_next(articles):
    for position, article in enumerate(articles):
        SearchPinFactory(query="هدنة", article=article, position=position)
    pages = [shown(search("هدنة", page=page, page_size=3)) for page in (1, 2)]

    assert [title for page in pages for title, _pinned in page] == [article.title for article in articles]


@pytest.mark.parametrize("text", ["جنيف هدنة", "الهدنة في جنيف", "هُدنه بجنيف", "هدنة جنيف -كرة", "هدنة جنيف من:2017"])
def test_a_query_is_the_same_in_any_spelling_and_order(articles, stranger, text):
    SearchPinFactory(query="هدنة في جنيف", article=stranger)

    assert shown(search(text))[0] == ("دليل القرّاء", True)


@pytest.mark.parametrize(
    "text", ["«هدنة جنيف»", "=هدنة جنيف", "هدن* جنيف", "هدنة", "هدنة جنيف اليوم", "هدنة أو جنيف", ""]
)
def test_other_queries_have_none(articles, stranger, text):
    SearchPinFactory(query="هدنة جنيف", article=stranger)

    assert [pinned for _title, pinned in shown(search(text)) if pinned] == []


def test_words_of_the_same_meaning_do_not_hide_a_pin(articles, stranger):
    SynonymGroupFactory(synonyms=["هدنة", "وقف النار"])
    SearchPinFactory(query="هدنة", article=stranger)

    assert shown(search("هدنة"))[0] == ("دليل القرّاء", True)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
def test_an_order_by_date_has_no_pins(articles, stranger, sort):
    SearchPinFactory(query="هدنة", article=stranger)
    results = search("هدنة", sort=sort)

    assert ([pinned for _title, pinned in shown(results) if pinned], results.total) == ([], 4)


def test_a_pin_must_pass_the_filters(articles, stranger):
    SearchPinFactory(query="هدنة", article=stranger)
    SearchPinFactory(query="هدنة", article=articles[0])
    results = search("هدنة", filters=SearchFilters(section=articles[0].section))

    assert (shown(results), results.total) == ([("هدنة جنيف 0", True)], 1)
    assert shown(search("هدنة -جنيف")) == [("دليل القرّاء", True)]


def test_an_unpublished_article_is_not_shown_by_its_pin(articles):
    SearchPinFactory(query="هدنة", article=ArticleFactory(draft=True))

    assert search("هدنة").total == 4


def test_it_holds_and_ends_at_once(articles, stranger):
    SearchPinFactory(query="هدنة", article=stranger)
    before = search("هدنة").total
    SearchPin.objects.all().delete()

    assert (before, search("هدنة").total) == (5, 4)
