"""Articles as a queryset would read them, with section, source and text."""

import pytest

from archive.asking import answer, at_once, rows_of, together
from archive.models import Article
from archive.search.lines import read_lines
from tests.factories import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_alone", [True, False])
def test_lines_are_those_of_the_queryset(is_alone, django_assert_num_queries):
    """Beside another question the answer comes as JSON."""
    beside = at_once(None) if is_alone else rows_of("SELECT 1 AS one")
    section = SectionFactory()
    shown = [ArticleFactory(section=section), ArticleFactory(section=section), ArticleFactory(section=None)]
    ids = [article.pk for article in (*shown, ArticleFactory(draft=True))]
    wanted = Article.objects.for_lines().defer(None).defer("body", "title_key").in_bulk([one.pk for one in shown])

    lines, _beside = answer(together(read_lines(ids), beside))

    with django_assert_num_queries(0):
        assert {pk: values(line) for pk, line in lines.items()} == {pk: values(line) for pk, line in wanted.items()}
    assert answer(read_lines([])) == {}


def values(article: Article) -> dict:
    things = {"section": article.section, "source": article.source}
    names = {name: thing and (thing.pk, thing.name, thing.slug, thing.name_latin) for name, thing in things.items()}
    return {name: value for name, value in vars(article).items() if name != "_state"} | names
