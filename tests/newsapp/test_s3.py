"""Pictures in a store that speaks S3: kept, shown at the site's own addresses, made smaller, removed, not backed up."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from archive.backups.site import Site
from archive.pictures import make_waiting
from newsapp.s3 import signed
from tests.factories import ArticleFactory, ImageFactory
from tests.newsapp.s3_server import s3_store

KEY = "key-of-the-site"
PICTURE = b"\x89PNG of a kind"


@pytest.fixture(scope="module")
def served():
    with s3_store(KEY) as store:
        yield store


@pytest.fixture
def bucket(served, settings):
    """The store, in which the site keeps its pictures."""
    options = {
        "bucket_name": "sijill",
        "endpoint_url": served.url,
        "access_key": KEY,
        "secret_key": "secret",
        "region_name": "eu-central-1",
    }
    settings.MEDIA_S3 = options
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "newsapp.s3.MediaBucket", "OPTIONS": options}}
    served.objects.clear()
    served.asked.clear()
    return served


def test_request_is_signed_as_in_the_example_of_the_standard():
    """“GET Object” of AWS's documentation of Signature Version 4."""
    headers = signed(
        "GET",
        "/test.txt",
        {"host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9"},
        b"",
        ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        "us-east-1",
        datetime(2013, 5, 24, tzinfo=UTC),
    )

    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


def test_what_the_store_refuses_is_an_error_as_of_a_disk(bucket):
    bucket.key = "another"
    try:
        with pytest.raises(OSError, match="answered 403 to HEAD"):
            default_storage.save("images/a.png", ContentFile(PICTURE))
    finally:
        bucket.key = KEY


def png() -> bytes:
    file = BytesIO()
    Pillow.new("RGB", (900, 600), "teal").save(file, "PNG")
    return file.getvalue()


def test_file_is_kept_and_removed(bucket):
    name = default_storage.save("images/ميناء.png", ContentFile(PICTURE))

    assert bucket.objects == {f"sijill/{name}": PICTURE}
    assert default_storage.open(name).read() == PICTURE
    default_storage.delete(name)
    assert bucket.objects == {}
    assert not default_storage.exists(name)


def test_another_file_of_the_same_name_takes_the_place_of_none(bucket):
    first, second = (default_storage.save("images/a.png", ContentFile(content)) for content in (b"1", b"2"))

    assert first != second
    assert sorted(bucket.objects.values()) == [b"1", b"2"]


def test_reader_gets_it_from_the_site(bucket, client):
    default_storage.save("images/ميناء.png", ContentFile(PICTURE))
    address = default_storage.url("images/ميناء.png")
    response = client.get(address)

    assert address == "/media/images/%D9%85%D9%8A%D9%86%D8%A7%D8%A1.png"
    assert (response.status_code, b"".join(response.streaming_content)) == (200, PICTURE)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Last-Modified"] == "Mon, 15 Jun 2020 12:00:00 GMT"
    assert response.headers["Cache-Control"] == "public, max-age=86400"


def test_who_has_it_does_not_get_it_again(bucket, client):
    default_storage.save("images/a.png", ContentFile(PICTURE))
    known = client.get("/media/images/a.png").headers["ETag"]
    bucket.asked.clear()
    response = client.get("/media/images/a.png", headers={"If-None-Match": known})

    assert (response.status_code, response.content) == (304, b"")
    assert bucket.asked == ["HEAD sijill/images/a.png"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["images/none.png", "../secret_key", "images/", ""])
def test_what_is_not_there_is_not_found(bucket, client, name):
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.django_db
def test_store_that_is_away_is_no_error_of_ours(bucket, client, settings):
    away = settings.MEDIA_S3 | {"endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "newsapp.s3.MediaBucket", "OPTIONS": away}}
    response = client.get("/media/images/x.png")

    assert (response.status_code, response["Retry-After"]) == (503, "30")


@pytest.mark.django_db
def test_who_asks_about_it_alone_has_none_of_it_fetched(bucket, client):
    default_storage.save("images/x.png", ContentFile(PICTURE))
    bucket.asked.clear()
    response = client.head("/media/images/x.png")

    assert (response.status_code, response["Content-Length"]) == (200, str(len(PICTURE)))
    assert not any("GET" in str(one) for one in bucket.asked)


@pytest.mark.django_db
def test_sizes_of_a_picture_are_made_and_shown(bucket, client):
    article = ArticleFactory()
    image = ImageFactory(article=article, file=ContentFile(png(), "harbour.png"))
    assert make_waiting() == 1
    names = {path.removeprefix("sijill/") for path in bucket.objects}

    assert image.file.name in names
    assert len(names) > 2
    html = client.get(article.get_absolute_url()).content.decode()
    assert set(re.findall(r"/media/([^\s\"]+)", html)) <= names
    assert len(re.findall("/media/", html)) > 2
    assert bucket.url not in html


@pytest.mark.django_db
def test_backup_knows_that_pictures_are_not_in_it(bucket):
    assert Site.here().pictures_apart
