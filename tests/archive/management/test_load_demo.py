import io
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from archive.models import Article, Entity, NameWord, SocialAccount, Source
from tests.factories import SocialAccountFactory
from tests.queue import waiting_jobs

pytestmark = pytest.mark.django_db


def load(**options) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def test_it_tells_what_it_put_in_asks_for_drawings_and_adds_no_accounts_to_a_site_s_own():
    own = SocialAccountFactory()
    said = load(if_new=True)
    assert said == f"Demo archive: {Article.objects.count()} articles and {Entity.objects.count()} names put in.\n"
    assert ("networks", {}) in waiting_jobs()
    assert list(SocialAccount.objects.all()) == [own]


def test_its_names_are_found_by_their_sound_at_once(demo_archive):
    assert not NameWord.objects.filter(rules=0).exists()


def test_an_archive_that_has_articles_is_left_alone(demo_archive):
    assert load(if_new=True) == ""


def test_a_demo_that_was_taken_out_comes_back_only_when_it_is_asked_for_and_quietly_if_so(demo_archive):
    call_command("remove_demo", stdout=io.StringIO())
    load(if_new=True)
    assert not Article.objects.exists()
    assert (load(verbosity=0), Article.objects.exists()) == ("", True)


def test_what_it_describes_it_describes_in_english_too(demo_archive):
    for model in (Entity, Source):
        assert not model.objects.exclude(description="").filter(description_latin="").exists()


def test_a_stranger_sees_its_accounts_and_its_channel_on_every_page_and_article(demo_archive, client):
    article = Article.objects.filter(status="published").first()
    channel = SocialAccount.objects.get(network="whatsapp")
    for path in ("/", article.get_absolute_url()):
        footer = client.get(path).content.decode().partition("<footer")[2]
        assert all(f'href="{account.url}"' in footer for account in SocialAccount.objects.all())
    assert f'href="{reverse("archive:whatsapp")}?section=' in client.get(article.get_absolute_url()).content.decode()
    assert f'href="{channel.url}"' in client.get(reverse("archive:whatsapp")).content.decode()
    # Nobody can have these addresses.
    assert {urlsplit(account.url).hostname for account in SocialAccount.objects.all()} == {"example.org"}
    call_command("remove_demo", stdout=io.StringIO())
    assert not SocialAccount.objects.exists()


def test_its_places_are_on_earth(demo_archive):
    geneva = Entity.objects.get(name="جنيف", kind="place")
    assert (geneva.latitude, geneva.longitude) == (46.2, 6.14)
    nowhere = Entity.objects.filter(kind="place", latitude=None)
    assert list(nowhere.values_list("name", flat=True)) == ["الشرق الأوسط"]
    assert not Entity.objects.exclude(kind="place").exclude(latitude=None).exists()
