"""Photographs on cards: the right way up, and none that cannot be drawn."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from archive.cards import photographs
from archive.cards.photographs import opened
from tests.factories import ImageFactory

pytestmark = pytest.mark.django_db

ORIENTATION = 0x0112


def kept(content: bytes):
    image = ImageFactory(file="", url="https://example.org/p.jpg")
    image.file.save("photograph.jpg", ContentFile(content), save=False)
    return image.file


def jpeg(size: tuple[int, int], **options) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "#0b5c57").save(content, "JPEG", **options)
    return content.getvalue()


def test_it_is_opened_the_right_way_up_and_small():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # Taken with the camera on its side.
    picture = opened(kept(jpeg((4000, 3000), exif=exif)))
    assert (picture.mode, picture.size) == ("L", (1500, 2000))


@pytest.mark.parametrize("content", [b"", b"no picture", jpeg((300, 200))[:400]])
def test_what_is_broken_is_none(content):
    assert opened(kept(content)) is None


def test_what_is_missing_is_none():
    file = kept(jpeg((30, 20)))
    file.storage.delete(file.name)
    assert opened(file) is None


def test_what_is_too_large_is_none(monkeypatch):
    file = kept(jpeg((30, 20)))
    monkeypatch.setattr(photographs, "MAX_PIXELS", 599)
    assert opened(file) is None
