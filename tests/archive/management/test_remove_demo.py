import io

import pytest
from django.core.management import call_command
from django.utils import translation

from archive.models import Article, Entity, Section
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def remove() -> list[str]:
    out = io.StringIO()
    with translation.override("en"):
        call_command("remove_demo", stdout=out)
    return out.getvalue().splitlines()


def test_it_tells_what_it_took_out_and_what_it_kept(demo_archive):
    taken, entities = Article.objects.count(), Entity.objects.count()
    article = ArticleFactory(section=Section.objects.get(name="علوم"))
    for name in ("جنيف", "آستانة"):
        MentionFactory(article=article, entity=Entity.objects.get(name=name))

    assert remove() == [
        f"Demo archive: {taken} articles and {entities - 2} names taken out.",
        "Sections kept, because other articles stand in them: علوم",
        "Names kept, because other articles mention them: آستانة, جنيف",
        "It stays out until you put it in again: script/manage load_demo",
    ]
    assert remove() == [
        "Demo archive: 0 articles and 0 names taken out.",
        "Sections kept, because other articles stand in them: علوم",
        "Names kept, because other articles mention them: آستانة, جنيف",
        "It stays out until you put it in again: script/manage load_demo",
    ]


def test_an_editors_own_name_like_one_of_the_demo_stays(demo_archive):
    loaded = Entity.objects.exclude(wikidata_id=None).order_by("pk").first()
    own = EntityFactory(kind=loaded.kind, name=loaded.name, description="وصف كتبه محرّر")

    remove()

    assert list(Entity.objects.all()) == [own]
