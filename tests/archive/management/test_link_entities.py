import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from archive.models import Mention
from tests.factories import ArticleFactory, EntityFactory

pytestmark = pytest.mark.django_db


def link(*entity_ids: int, **options) -> list[str]:
    out = io.StringIO()
    with translation.override("en"):
        call_command("link_entities", *entity_ids, stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def entities():
    ArticleFactory.create_batch(2, body="<p>من صيدا</p>")
    ArticleFactory(body="<p>من النبطية</p>")
    return EntityFactory(name="صيدا"), EntityFactory(name="النبطية")


def test_entities_named_are_linked(entities):
    assert link(entities[0].pk) == ["2 articles mention them now."]
    assert set(Mention.objects.values_list("entity", flat=True)) == {entities[0].pk}


def test_all_are_linked_when_none_is_named(entities):
    assert link() == ["3 articles mention them now."]


def test_it_says_nothing_when_it_is_to_be_quiet(entities):
    assert (link(verbosity=0), Mention.objects.count()) == ([], 3)


def test_an_unknown_entity_is_named_and_nothing_is_linked(entities):
    with pytest.raises(CommandError, match=r"There is no entity with this number: 987654$"):
        link(entities[0].pk, 987654)
    assert not Mention.objects.exists()
