import pytest
from django.db import connection

from archive.asking import answer
from archive.models import Article
from archive.search import facets
from archive.search.conditions import Condition
from archive.search.engine import SearchRequest, search_articles
from archive.search.facets import Count, Sought, count, divide, divide_first, exists
from archive.search.keys import Kind, keys
from tests.factories import ArticleFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    """128 articles with ids that follow each other: two in each sample."""
    sections, source = [SectionFactory(), SectionFactory()], SourceFactory()
    drafts = [ArticleFactory.build(title="جنيف", source=source, section=sections[n % 2]) for n in range(128)]
    Article.objects.bulk_create(drafts)
    return sections


def test_few_are_counted_and_named(archive):
    divided = divide(Condition(), expected=128)

    assert divided.count == Count(128, exact=True)
    assert {value.slug: value.count for value in divided.facets.section} == {one.slug: 64 for one in archive}
    assert divided.facets.exact
    assert sorted(divided.ids) == sorted(Article.objects.values_list("pk", flat=True))


def test_more_are_counted_and_divided_by_samples(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_DIVIDED", 64)
    monkeypatch.setattr(facets, "FEW", 64)

    divided = divide(Condition(), expected=128)

    assert divided.count == Count(128, exact=True)
    assert {value.slug for value in divided.facets.section} == {one.slug for one in archive}
    assert sum(value.count for value in divided.facets.section) == pytest.approx(128, abs=5)
    assert not divided.facets.exact
    assert divided.ids is None


def test_many_are_estimated_from_samples_and_said_to_be(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_COUNTED", 50)
    monkeypatch.setattr(facets, "MAX_DIVIDED", 50)
    monkeypatch.setattr(facets, "SAMPLE_SIZE", 32)

    divided = divide(Condition(), expected=128)

    assert divided.count == Count(130, exact=False)
    assert [round(value.count, -1) for value in divided.facets.section] == [60, 60]
    assert not divided.facets.exact


def test_of_a_facet_more_are_told_on_request():
    for _ in range(12):
        ArticleFactory(section=SectionFactory())

    facets_told = divide(Condition(), expected=12).facets
    assert (len(facets_told.section), facets_told.more) == (10, {"section", "source"})
    facets_told = divide(Condition(), expected=12, more="section").facets
    assert (len(facets_told.section), facets_told.more) == (12, {"source"})


def test_of_many_to_be_read_a_sample_is(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_CHECKED", 64)

    divided = divide(Condition(), expected=128, checked=128)

    assert divided.count == count(Condition(), expected=128, checked=128) == Count(130, exact=False)
    assert [value.count for value in divided.facets.section] == [65, 65]
    assert not divided.facets.exact


def test_one_question_counts_divides_and_names(archive, django_assert_num_queries):
    # The facets' sections and sources, and entities of none, are looked up by themselves.
    with django_assert_num_queries(1):
        assert len(divide(Condition(), expected=128).ids) == 128


@pytest.fixture
def sought(archive):
    """Entries of one section, of either, and of both at once, which none is."""
    one, other = (Condition.filed_under_any(keys(Kind.SECTION, [section.pk])) for section in archive)
    return Sought(one, 64), Sought(Condition(), 128), Sought(one & other, 1)


def apart(with_all: Sought, with_any: Sought):
    """What two questions tell where `divide_first` puts one."""
    divided = divide(*with_all)
    if divided.count:
        return divided, count(*with_any), None
    of_any = divide(*with_any)
    return divided, of_any.count, of_any


def told_together(with_all: Sought, with_any: Sought):
    both = divide_first(with_all, with_any)
    if both.ids_with_any is not None:
        assert len(both.ids_with_any) == both.count_any.value
    return both.with_all, both.count_any, both.with_any


@pytest.mark.parametrize("most", [facets.MAX_COUNTED, 80, 32])
def test_those_with_all_and_with_any_are_told_as_if_each_were_asked_alone(sought, monkeypatch, most):
    monkeypatch.setattr(facets, "MAX_COUNTED", most)
    in_one, in_any, in_none = sought
    more_than_guessed = Sought(Condition(), 10)
    for with_all, with_any in (
        (in_one, in_any), (in_none, in_one), (in_none, in_any), (in_none, in_none),
        (in_one, more_than_guessed), (in_none, more_than_guessed), (more_than_guessed, in_any),
    ):  # fmt: skip
        assert told_together(with_all, with_any) == apart(with_all, with_any)


def test_those_with_all_and_with_any_are_told_by_one_question(sought, django_assert_num_queries):
    in_one, in_any, in_none = sought
    with django_assert_num_queries(2):
        one, none = divide_first(in_one, in_any), divide_first(in_none, in_one)
    assert (one.with_all.count.value, one.count_any.value, one.with_any) == (64, 128, None)
    assert sorted(one.ids_with_any) == sorted(divide(*in_any).ids)
    assert (none.with_all.count.value, none.count_any.value, len(none.with_any.ids)) == (0, 64, 64)


@pytest.mark.parametrize("some_have_all", [True, False])
def test_what_is_not_wanted_is_not_looked_for(sought, some_have_all):
    in_one, in_any, in_none = sought
    [question] = next(divide_first.part(in_one if some_have_all else in_none, in_any))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ANALYZE {question.sql}", question.params)
        looks = [line for (line,) in cursor.fetchall() if "on archive_articlesearch entry" in line]
    assert sorted("never executed" in look for look in looks) == [False, False, True]


def test_whether_there_is_any_is_told(sought):
    assert [answer(exists(one.condition)) for one in sought] == [True, True, False]


def test_of_a_sample_that_holds_too_few_all_are_read(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_CHECKED", 1)

    divided = divide(Condition(), expected=128, checked=128)

    assert divided.count == count(Condition(), expected=128, checked=128) == Count(128, exact=True)
    assert len(divided.ids) == 128


def test_a_guess_far_too_high_or_low_does_no_harm(archive, monkeypatch):
    assert count(Condition(), expected=1e9) == Count(128, exact=True)
    assert count(Condition.tsquery("'هدن'"), expected=1e9) == Count(0, exact=True)
    assert divide(Condition.tsquery("'هدن'"), expected=1).facets.exact
    monkeypatch.setattr(facets, "MAX_COUNTED", 20)
    monkeypatch.setattr(facets, "SAMPLE_SIZE", 20)
    # Also the sample that the guess leads to is cut: all of it would be 128.
    assert count(Condition(), expected=1) == Count(130, exact=False)


@pytest.mark.parametrize(("number", "rounded"), [(0, 0), (7.4, 7), (99, 99), (128, 130), (12_345, 12_000)])
def test_estimates_are_told_to_two_digits(number, rounded):
    assert facets._rounded(number) == rounded


def test_estimated_totals_have_pages_too(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_COUNTED", 50)
    monkeypatch.setattr(facets, "MAX_DIVIDED", 50)

    results = search_articles(SearchRequest(text="جنيف", page=3))

    assert not results.count.exact
    assert len(results.articles) == 20
