import pytest

from archive.models import Section, Source
from tests.archive.models.refusals import refusal_of
from tests.factories import AuthorFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("factory", "name"), [(SectionFactory, "section"), (SourceFactory, "source")])
def test_an_address_is_taken_once_and_never_empty(factory, name):
    factory(slug="اقتصاد")

    assert refusal_of(lambda: factory(slug="اقتصاد")) == f"{name}_slug_unique"
    assert refusal_of(lambda: factory(slug="")) == f"{name}_slug_present"


@pytest.mark.parametrize("model", [Section, Source])
def test_an_address_is_made_from_the_name_and_kept_in_form(model):
    made, typed = model(name="شؤونٌ عربيّة"), model(name="اقتصاد", slug="مال و أعمال/٢")
    made.full_clean()
    typed.full_clean()

    assert (made.slug, typed.slug) == ("شؤون-عربية", "مال-و-أعمال-٢")


def test_sections_stand_in_their_order():
    last, first, middle = (SectionFactory(position=position) for position in (3, 1, 2))

    assert list(Section.objects.all()) == [first, middle, last]


def test_an_author_is_kept_once_whatever_the_case():
    AuthorFactory(name="Rima Haddad")

    assert refusal_of(lambda: AuthorFactory(name="rima haddad")) == "author_name_unique"
