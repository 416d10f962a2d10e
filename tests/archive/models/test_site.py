import pytest
from django.utils import translation

from archive.models import SiteSettings, SocialAccount
from tests.archive.models.refusals import refusal_of
from tests.factories import BannerFactory, SocialAccountFactory

pytestmark = pytest.mark.django_db


def test_there_is_one_row_of_settings():
    SiteSettings(name="أول").save()
    SiteSettings(name="ثان").save()

    assert list(SiteSettings.objects.values_list("pk", "name")) == [(1, "ثان")]
    assert refusal_of(lambda: SiteSettings.objects.bulk_create([SiteSettings(pk=2)])) == "site_settings_single"


@pytest.mark.parametrize(
    ("name", "name_latin", "language", "shown"),
    [
        ("الضفاف", "Al Difaf", "ar", "الضفاف"),
        ("الضفاف", "Al Difaf", "en", "Al Difaf"),
        ("الضفاف", "", "en", "الضفاف"),
    ],
)
def test_name_and_description_are_in_the_interface_language_where_there_is_one(name, name_latin, language, shown):
    settings = SiteSettings(name=name, name_latin=name_latin, description=name, description_latin=name_latin)
    with translation.override(language):
        assert (settings.shown_name, settings.shown_description) == (shown, shown)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "news.example", "", " /archive/", "x\n/archive/"])
def test_a_banner_leads_to_an_address_or_a_path(url):
    assert refusal_of(lambda: BannerFactory(url=url)) == "banner_url_form"


def test_a_banner_ends_after_it_begins(now):
    assert refusal_of(lambda: BannerFactory(starts_at=now, ends_at=now)) == "banner_period_in_order"


def test_an_account_is_called_by_its_label_or_its_network():
    assert [str(SocialAccountFactory(label="قناتنا")), str(SocialAccount(network="x"))] == ["قناتنا", "إكس"]
