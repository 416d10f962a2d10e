"""Who signed an article, and its pictures, come with what stands around it, as by the query that cards use."""

import pytest
from django.forms import model_to_dict

from archive.models import Article, Author, Beside, Correction, ImageSizes, with_beside
from tests.factories import ArticleFactory, ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    article = ArticleFactory()
    article.authors.add(Author.objects.create(name="ي", name_latin="Y"), Author.objects.create(name="أ"))
    last, first = ImageFactory(article=article, position=2), ImageFactory(article=article, position=1)
    ImageFactory(article=article, position=3, file="", url="https://example.org/3.png")
    ImageSizes.objects.create(image=first, file=first.file.name, widths=[320, 640], formats=["avif", "webp"])
    assert last.pk < first.pk
    return article


def shown(article: Article) -> tuple:
    pictures = [(model_to_dict(one), one.pk, one.width, one.height, one.renditions) for one in article.pictures]
    return [(one.pk, one.name, one.name_latin) for one in article.people], pictures


@pytest.mark.parametrize("has_any", [True, False])
def test_people_and_pictures_are_those_of_cards(full, has_any, django_assert_num_queries):
    pk = full.pk if has_any else ArticleFactory().pk
    as_cards = Article.objects.with_people_and_pictures().get(pk=pk)
    with django_assert_num_queries(1):
        article = with_beside(Article.objects).get(pk=pk)
        Beside.of(article)
        found = shown(article)
    assert found == shown(as_cards)
    assert [len(part) for part in found] == ([2, 3] if has_any else [0, 0])


def test_a_correction_is_told(full):
    assert not Beside.of(Article.objects.get(pk=full.pk)).is_corrected
    Correction.objects.create(article=full, text="تصحيح")
    assert Beside.of(Article.objects.get(pk=full.pk)).is_corrected
