import pytest

from archive.guards import own_address, same_origin


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver:81"}, False),
        ({"Origin": "http://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://press.example"}, True),
        ({}, True),
    ],
)
def test_what_another_site_sends_is_known_by_what_the_browser_says_of_it(rf, settings, headers, ours):
    settings.CSRF_TRUSTED_ORIGINS = ["https://press.example"]
    assert same_origin(rf.post("/settings/", headers=headers)) is ours


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/search/?q=%D8%AC&page=2", True),
        ("http://testserver/about/", True),
        ("http://elsewhere.example/", False),
        ("//elsewhere.example/", False),
        ("/\\elsewhere.example/", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_only_addresses_of_this_site_are_gone_back_to(rf, address, kept):
    assert own_address(rf.get("/"), address) == (address if kept else "")
