"""Captures in the admin."""

import pytest
from django.urls import reverse

from archive.admin.captures import download_name
from archive.models import Capture
from tests.factories import CaptureFactory


def test_capture_comes_back_byte_for_byte(editor):
    capture = CaptureFactory(content=b"\xff\xfe\x00 <script>")
    response = editor.get(reverse("admin:archive_capture_download", args=[capture.pk]))

    assert response.content == b"\xff\xfe\x00 <script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("file_name", "content_type", "name"),
    [
        ("saved-page.txt", "text/plain", "saved-page.txt"),
        ("../صفحة محفوظة.txt.gz", "text/plain", "صفحة_محفوظة.txt"),
        ('C:\\pages\\a"b\r\n.txt', "text/plain", "a_b_.txt"),
        ("page", "text/html; charset=utf-8", "page.html"),
        ("", "", "0123456789abcdef.bin"),
    ],
)
def test_capture_is_downloaded_under_a_name_that_any_system_takes(file_name, content_type, name):
    capture = Capture(file_name=file_name, content_type=content_type, sha256="0123456789abcdef" * 4)

    assert download_name(capture) == name


def test_captures_are_for_looking_only(admin):
    capture = CaptureFactory()
    page = reverse("admin:archive_capture_change", args=[capture.pk])

    assert admin.get(page).status_code == 200
    assert admin.post(page, {"url": "x"}).status_code == 403
    assert admin.get(reverse("admin:archive_capture_add")).status_code == 403
    assert admin.post(reverse("admin:archive_capture_delete", args=[capture.pk]), {"post": "yes"}).status_code == 403


def test_capture_needs_the_right_to_see_it(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("porter", is_staff=True))

    assert client.get(reverse("admin:archive_capture_download", args=[CaptureFactory().pk])).status_code == 403
