"""What stands around every page is read once, and again when it has changed."""

from datetime import timedelta

import pytest

from archive.caching import chrome as module
from archive.caching.chrome import chrome
from archive.caching.generations import current
from archive.models import SiteSettings
from tests.factories import BannerFactory, SectionFactory, SocialAccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(module, "_kept", None)


def test_it_is_read_in_one_query_and_kept(django_assert_num_queries):
    SiteSettings(name="سجل").save()
    second, first = SectionFactory(position=2), SectionFactory(position=1)
    banner, account = BannerFactory(), SocialAccountFactory()
    with django_assert_num_queries(2):
        found = chrome(current())
    assert (found.site.name, found.sections, found.banners, found.accounts) == (
        "سجل",
        [first, second],
        [banner],
        [account],
    )
    assert found.banners[0].text == banner.text
    with django_assert_num_queries(1):
        assert chrome(current()) is found


def test_a_change_is_seen_at_once():
    chrome(current())
    section = SectionFactory(name="جديد")
    assert chrome(current()).sections == [section]


def test_a_site_without_settings_has_the_usual_ones():
    assert chrome(current()).site.name == SiteSettings().name


def test_of_banners_as_urgent_the_last_one_is_shown_from_its_beginning_to_before_its_end(now):
    BannerFactory(starts_at=now)
    last = BannerFactory(starts_at=now)
    BannerFactory(ends_at=now)
    assert chrome(current()).banner(now) == last


def test_the_banner_is_the_most_urgent_of_its_time(now):
    hour = timedelta(hours=1)
    always = BannerFactory(priority=0)
    later = BannerFactory(priority=2, starts_at=now + hour, ends_at=now + 3 * hour)
    BannerFactory(priority=9, enabled=False)
    found = chrome(current())
    assert [found.banner(now + hour * n) for n in (0, 1, 2, 3)] == [always, later, later, always]
    assert [found.next_change(now + hour * n) for n in (0, 1, 3)] == [now + hour, now + 3 * hour, None]
