"""Whoever edits a banner sees it as its readers will, and when they will."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.archive.views.html import Page, text, with_class
from tests.factories import BannerFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def preview(client, banner) -> Page:
    response = client.get(reverse("archive:banner-preview", args=[banner.pk]))
    assert response.status_code == 200
    return Page(response)


def said(page: Page) -> str:
    (bar,) = with_class(page.root, "preview-bar-text")
    return text(bar)


def test_a_preview_shows_the_banner_itself_in_the_place_of_the_one_readers_see(admin_client):
    BannerFactory(text="إعلان أهم", priority=9)
    banner = BannerFactory(text="تابع الأرقام", url="/statistics/")
    page = preview(admin_client, banner)
    (shown,) = with_class(page.root, "banner-text")
    assert (text(shown), shown.find("a").get("href")) == ("تابع الأرقام", "/statistics/")
    assert said(page) == "معاينة · خلف غيره: يرى القرّاء «إعلان أهم»، وأولويته أعلى."
    assert reverse("admin:archive_banner_change", args=[banner.pk]) in page.hrefs()


@pytest.mark.parametrize(
    ("period", "state"),
    [
        ({}, "ظاهر: يراه القرّاء."),
        ({"enabled": False}, "مطفأ: لا يراه القرّاء."),
        ({"starts_at": HOUR}, "آتٍ: يراه القرّاء ابتداءً من"),
        ({"ends_at": HOUR}, "ظاهر: يراه القرّاء حتى"),
        ({"starts_at": -2 * HOUR, "ends_at": -HOUR}, "انتهى: رآه القرّاء حتى"),
    ],
)
def test_a_preview_says_who_sees_it_and_when(admin_client, period, state):
    now = timezone.now()
    values = {name: now + value if isinstance(value, timedelta) else value for name, value in period.items()}
    assert said(preview(admin_client, BannerFactory(**values))).startswith(f"معاينة · {state}")


def test_readers_and_staff_without_the_right_see_no_preview(client, django_user_model):
    address = reverse("archive:banner-preview", args=[BannerFactory(text="سرّي", enabled=False).pk])
    assert client.get(address).status_code == 302
    client.force_login(django_user_model.objects.create_user("visitor", is_staff=True))
    assert client.get(address).url == "/admin/"


def test_its_form_leads_to_the_preview(admin_client):
    banner = BannerFactory()
    page = admin_client.get(reverse("admin:archive_banner_change", args=[banner.pk])).content.decode()
    assert f'href="/banner/{banner.pk}/preview/"' in page
    assert admin_client.get(reverse("admin:archive_banner_add")).status_code == 200
