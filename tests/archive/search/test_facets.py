import pytest

from archive.models import Article
from archive.search import facets
from archive.search.conditions import Condition
from archive.search.engine import SearchRequest, search_articles
from archive.search.facets import Count, count, divide
from tests.factories import ArticleFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    """128 articles with ids that follow each other: two in each sample."""
    sections, source = [SectionFactory(), SectionFactory()], SourceFactory()
    drafts = [ArticleFactory.build(title="جنيف", source=source, section=sections[n % 2]) for n in range(128)]
    Article.objects.bulk_create(drafts)
    return sections


def test_few_are_counted(archive):
    total, divided = divide(Condition(), expected=128)

    assert total == Count(128, exact=True)
    assert {value.slug: value.count for value in divided.section} == {section.slug: 64 for section in archive}
    assert divided.exact


def test_many_are_estimated_from_samples_and_said_to_be(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_COUNTED", 50)
    monkeypatch.setattr(facets, "SAMPLE_SIZE", 32)

    total, divided = divide(Condition(), expected=128)

    assert total == Count(130, exact=False)
    assert {value.slug: value.count for value in divided.section} == {section.slug: 64 for section in archive}
    assert not divided.exact


def test_a_guess_far_too_high_or_low_does_no_harm(archive, monkeypatch):
    assert count(Condition(), expected=1e9) == Count(128, exact=True)
    assert count(Condition.tsquery("'هدن'"), expected=1e9) == Count(0, exact=True)
    monkeypatch.setattr(facets, "MAX_COUNTED", 50)
    assert not count(Condition(), expected=1).exact


@pytest.mark.parametrize(("number", "rounded"), [(0, 0), (7.4, 7), (99, 99), (128, 130), (12_345, 12_000)])
def test_estimates_are_told_to_two_digits(number, rounded):
    assert facets._rounded(number) == rounded


def test_estimated_totals_have_pages_too(archive, monkeypatch):
    monkeypatch.setattr(facets, "MAX_COUNTED", 50)

    results = search_articles(SearchRequest(text="جنيف", page=3))

    assert not results.count.exact
    assert len(results.articles) == 20
