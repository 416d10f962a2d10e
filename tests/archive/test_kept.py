"""Pieces of pages are made once, and are on each page what they would be if they were made for it."""

from urllib.parse import unquote

import pytest
from django.core.signing import TimestampSigner
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from archive import preferences
from archive.caching import chrome as module
from archive.caching.chrome import MAX_PIECES, Chrome, chrome
from archive.caching.generations import current
from archive.models import SiteSettings
from archive.preferences import Preferences
from tests.archive.test_visibility import PREVIEW, addresses, newsroom  # noqa: F401 - the fixture
from tests.factories import SectionFactory, SocialAccountFactory

pytestmark = pytest.mark.django_db

NO_PAGES_OF_OURS = ("api:", "archive:readyz", "archive:healthz", "archive:metrics", PREVIEW)
READERS = [
    {},
    {"django_language": "en"},
    {"prefs": "theme:dark.digits:western"},
    {"prefs": "months:maghrebi", "django_language": "en"},
]


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch, settings):
    settings.PAGE_CACHE_MEGABYTES = 0
    monkeypatch.setattr(module, "_kept", None)


def rendered(source: str, **context) -> str:
    template = engines["django"].from_string(f"{{% load kept %}}{source}")
    return template.render(context, RequestFactory().get("/"))


def pages(client, walked: list[str], reader: dict[str, str], *, afresh: bool, monkeypatch) -> dict[str, bytes]:
    client.cookies.load(reader)
    found = {}
    for address in walked:
        if afresh:
            monkeypatch.setattr(module, "_kept", None)
        response = client.get(address)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            found[unquote(address)] = response.content
    client.cookies.clear()
    return found


@pytest.mark.long
def test_every_page_is_as_if_it_were_made_afresh(newsroom, client, monkeypatch):  # noqa: F811
    # Some pages bear signatures, with their time.
    moment = TimestampSigner().timestamp()
    monkeypatch.setattr(TimestampSigner, "timestamp", lambda _signer: moment)
    SocialAccountFactory()
    SectionFactory(slug="رياضة")
    walked = [
        address
        for name, of_name in addresses(newsroom).items()
        if not name.startswith(NO_PAGES_OF_OURS)
        for address in of_name
    ]
    walked += ["/no-such-page/", reverse("archive:section-detail", args=["رياضة"])]
    afresh = [pages(client, walked, reader, afresh=True, monkeypatch=monkeypatch) for reader in READERS]
    kept = [pages(client, walked, reader, afresh=False, monkeypatch=monkeypatch) for reader in READERS]
    assert len(afresh[0]) > 30
    for number, reader in enumerate(READERS):
        differing = [address for address in afresh[number] if afresh[number][address] != kept[number][address]]
        assert not differing, reader
    assert chrome(current()).pieces


def test_a_piece_is_made_once_for_equal_values_language_and_settings(rf):
    template = engines["django"].from_string("{% load kept %}{% kept value %}{{ told }}{% endkept %}")

    def look(value, told):
        return template.render({"value": value, "told": told}, rf.get("/"))

    assert [look(1, "أ"), look(1, "ب"), look(2, "ب"), look(2, "ج")] == ["أ", "أ", "ب", "ب"]
    with preferences.override(Preferences.of_reader({"prefs": "hijri:on"})):
        assert [look(1, "د"), look(1, "ه")] == ["د", "د"]
    assert look(1, "و") == "أ"


def test_a_change_of_what_stands_around_pages_is_seen_at_once(client, article):
    address = article.get_absolute_url()
    assert "بلا اسم" not in client.get(address).text
    SiteSettings(name="بلا اسم").save()
    SectionFactory(name="جديد")
    text = client.get(address).text
    assert "بلا اسم" in text
    assert "جديد" in text


def test_what_a_piece_sets_is_not_seen_after_it():
    assert rendered("{% kept %}{% firstof 'in' as place %}{% endkept %}{{ place }}", place="out") == "out"


def test_pages_without_a_request_are_made_without_asking(django_assert_num_queries):
    template = engines["django"].from_string("{% load kept %}{% kept %}{{ told }}{% endkept %}")
    with django_assert_num_queries(0):
        assert [template.render({"told": told}) for told in "أب"] == ["أ", "ب"]


def test_there_are_so_many_pieces_at_most():
    around = Chrome()
    for number in range(MAX_PIECES + 5):
        assert around.piece(number, lambda: str(number)) == str(number)  # noqa: B023 - called at once
    assert len(around.pieces) <= MAX_PIECES
