import io

import pytest
from django.core.management import call_command
from django.utils import translation

from archive.models import Article, Entity, Source
from tests.queue import waiting_jobs

pytestmark = pytest.mark.django_db


def load(**options) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def test_it_tells_what_it_put_in():
    assert load() == f"Demo archive: {Article.objects.count()} articles and {Entity.objects.count()} names put in.\n"


def test_it_says_nothing_when_it_is_to_be_quiet():
    assert (load(verbosity=0), Article.objects.exists()) == ("", True)


def test_an_archive_that_has_articles_is_left_alone():
    load()
    assert load(if_new=True) == ""


def test_a_demo_that_was_taken_out_comes_back_only_when_it_is_asked_for():
    load(if_new=True)
    call_command("remove_demo", stdout=io.StringIO())
    load(if_new=True)
    assert not Article.objects.exists()
    load()
    assert Article.objects.exists()


def test_what_it_describes_it_describes_in_english_too():
    load()
    for model in (Entity, Source):
        assert not model.objects.exclude(description="").filter(description_latin="").exists()


def test_its_places_are_on_earth_and_its_names_are_to_be_drawn():
    load()
    geneva = Entity.objects.get(name="جنيف", kind="place")
    assert (geneva.latitude, geneva.longitude) == (46.2, 6.14)
    nowhere = Entity.objects.filter(kind="place", latitude=None)
    assert list(nowhere.values_list("name", flat=True)) == ["الشرق الأوسط"]
    assert not Entity.objects.exclude(kind="place").exclude(latitude=None).exists()
    assert ("networks", {}) in waiting_jobs()
