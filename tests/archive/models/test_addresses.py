import pytest
from django.core.exceptions import ValidationError

from archive.models import Banner, Image, SocialAccount, Source
from archive.models.addresses import validate_link


@pytest.mark.parametrize(
    "link",
    [
        "/",
        "/archive/",
        "/search/?q=جنيف#x",
        "https://news.example/خبر",
        "http://localhost:8000/",
        "HTTPS://a.example",
    ],
)
def test_a_link_is_an_address_or_a_path(link):
    validate_link(link)


@pytest.mark.parametrize(
    "link",
    [
        *(
            "/nope x",
            "/nope\u00a0x",
            "/a\nb",
            "/a\x00b",
            "/a\u200e b",
            "//elsewhere.example/",
            "/\\elsewhere.example",
        ),
        *(
            "https://a b.example/",
            "https://",
            "https://a.example/x y",
            "ftp://a.example/",
            "javascript:alert(1)",
            "archive/",
        ),
    ],
)
def test_anything_else_is_no_link(link):
    with pytest.raises(ValidationError, match="بلا مسافات"):
        validate_link(link)


@pytest.mark.parametrize(
    "thing", [Banner(), Image(), SocialAccount(), Source()], ids=lambda thing: thing._meta.model_name
)
def test_links_that_editors_write_are_of_the_web(thing):
    thing.url = "ftp://files.example/a"
    with pytest.raises(ValidationError) as refused:
        thing.clean_fields()
    assert "url" in refused.value.message_dict
    thing.url = "https://files.example/a"
    with pytest.raises(ValidationError) as refused:
        thing.clean_fields()
    assert "url" not in refused.value.message_dict
