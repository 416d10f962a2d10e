"""The page of a reader's settings, what keeps them, and that every page goes by them."""

import re

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from tests.archive.views.html import Page, spoken, text, with_class
from tests.archive.views.test_pages import ARABIC_WORD, LATIN_WORD, PAGES

pytestmark = pytest.mark.django_db

SETTINGS = "/settings/"
ARABIC_PIECE, WESTERN_PIECE = re.compile(".{,20}[٠-٩].{,20}"), re.compile(".{,20}[0-9].{,20}")
LEVANTINE_MONTH = re.compile("كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|أيلول|تشرين")
CONTENT = ("prose", "ledger-text", "search-hints", "notice-body", "field-errors")
"""Texts of the archive's own, examples of queries and of dates as they are typed keep their digits."""


def save(client, **choices):
    return client.post(SETTINGS, choices)


def chosen(page: Page) -> dict[str, str]:
    radios = [radio for radio in page.all("input") if radio.get("type") == "radio"]
    return {radio.get("name"): radio.get("value") for radio in radios if radio.get("checked") is not None}


def status(page: Page) -> str:
    (region,) = [element for element in page.main.iter() if element.get("role") == "status"]
    return text(region)


def printed(page: Page) -> str:
    """What PAGE says to its reader outside of texts of the archive's own."""
    for element in page.root.iter():
        if set((element.get("class") or "").split()) & set(CONTENT) or element.get("lang") == "en":
            element.text, element[:] = "", []
        element.attrib.pop("placeholder", None)
    return " ".join(piece for piece, _language in spoken(page.root.find("body"), "ar"))


def test_choices_are_kept_in_one_cookie_and_defaults_in_none(client):
    response = save(client, theme="dark", digits="western", contrast="auto")
    cookie = response.cookies["prefs"]
    assert cookie.value == "theme:dark.digits:western"
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 365 * 24 * 3600)
    save(client, theme="auto")
    assert client.cookies["prefs"].value == "digits:western"
    assert save(client, digits="auto").cookies["prefs"]["max-age"] == 0


def test_former_cookie_of_the_theme_moves_into_the_new_one(client):
    client.cookies["theme"] = "dark"
    response = save(client, hijri="on")
    assert response.cookies["prefs"].value == "theme:dark.hijri:on"
    assert response.cookies["theme"]["max-age"] == 0


def test_reset_leaves_nothing_chosen(client):
    save(client, theme="dark", months="maghrebi")
    assert save(client, reset="1", theme="light").cookies["prefs"]["max-age"] == 0


def test_language_is_chosen_here_too_and_arabic_needs_no_cookie(client):
    assert save(client, language="en").cookies["django_language"].value == "en"
    assert Page(client.get("/")).root.get("lang") == "en"
    assert save(client, language="ar").cookies["django_language"]["max-age"] == 0
    assert "django_language" not in save(client, language="fr").cookies


@pytest.mark.parametrize(
    ("target", "location"),
    [("/about/?x=1", "/about/?x=1"), ("https://elsewhere.example/", "/"), ("//elsewhere.example", "/"), ("", "/")],
)
def test_after_saving_the_reader_is_where_the_form_was_on_this_site(client, target, location):
    assert save(client, theme="dark", next=target).headers["Location"] == location


def test_form_of_another_site_is_refused_and_changes_nothing():
    client = Client(enforce_csrf_checks=True)
    response = client.post(SETTINGS, {"theme": "dark"}, headers={"Origin": "https://elsewhere.example"})
    assert (response.status_code, "prefs" in response.cookies) == (403, False)
    assert "وصل النموذج من موقع آخر" in response.content.decode()
    assert client.post(SETTINGS, {"theme": "dark"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_page_shows_what_is_in_force_and_says_that_it_was_saved(client, see):
    page = see(SETTINGS)
    assert chosen(page) == {
        "theme": "auto",
        "contrast": "auto",
        "text_size": "usual",
        "digits": "auto",
        "months": "levantine-egyptian",
        "hijri": "off",
    }
    assert status(page) == ""
    (field,) = [field for field in page.all("main//form/input") if field.get("name") == "next"][:1]
    location = save(client, months="maghrebi", digits="western", next=field.get("value")).headers["Location"]
    page = see(location)
    assert (chosen(page)["months"], chosen(page)["digits"]) == ("maghrebi", "western")
    assert status(page) == "حُفظت إعداداتك."
    assert page.texts("title")[0].startswith("حُفظت الإعدادات — ")


def test_choices_in_the_address_are_tried_out_and_not_kept(client, see):
    page = see(
        SETTINGS, {"theme": "dark", "digits": "western", "months": "egyptian", "hijri": "on", "text_size": "huge"}
    )
    assert (page.root.get("data-theme"), page.root.get("data-text-size")) == ("dark", None)
    assert chosen(page)["months"] == "egyptian"
    assert page.texts("dd/bdi") == ["الخميس 21 ديسمبر 2017 3 ربيع الآخر 1439 هـ"]
    assert "ولم يُحفظ" in status(page)
    assert see(SETTINGS).root.get("data-theme") is None


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/about/", "http://testserver/about/"),
        ("https://elsewhere.example/", "/"),
        ("http://testserver/settings/?saved=1", "/"),
        ("", "/"),
    ],
)
def test_page_leads_back_to_the_page_it_was_opened_from(client, referer, back):
    page = Page(client.get(SETTINGS, headers={"Referer": referer}))
    assert with_class(page.main, "button")[-1].get("href") == back
    (field,) = [field for field in page.all("main//form/input") if field.get("name") == "next"][:1]
    again = Page(client.get(field.get("value"), headers={"Referer": "http://testserver/settings/"}))
    assert with_class(again.main, "button")[-1].get("href") == back


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_choice_has_its_name_and_group(see, language):
    page = see(SETTINGS, language=language)
    groups = [
        (text(group.find("legend")), [text(label) for label in group.findall("label")])
        for group in page.all("form/fieldset")
    ]
    assert all(legend for legend, _labels in groups)
    assert [len(set(labels)) for _legend, labels in groups if labels] == [3, 2, 4, 3, 5, 2]
    ids = {radio.get("id") for radio in page.all("label/input")}
    assert {label.get("for") for label in page.all("fieldset/label")} == ids


@pytest.mark.parametrize("language", ["ar", "en"])
def test_page_is_valid_html_in_one_language(see, language):
    page = see(SETTINGS, {"digits": "western"}, language=language)
    html5lib.HTMLParser(strict=True).parse(page.html)
    other = {"ar": LATIN_WORD, "en": ARABIC_WORD}[language]
    assert [piece for piece, said in spoken(page.main, language) if said == language and other.search(piece)] == []


def test_settings_are_attributes_that_styles_go_by(client, see):
    save(client, theme="light", contrast="more", text_size="larger")
    attributes = {name: value for name, value in see("/about/").root.attrib.items() if name.startswith("data-")}
    assert attributes == {"data-theme": "light", "data-contrast": "more", "data-text-size": "larger"}
    pressed = [button.get("value") for button in see("/").all("button") if button.get("aria-pressed") == "true"]
    assert pressed == ["light"]


@pytest.mark.parametrize("name", PAGES)
def test_public_page_sets_no_cookie_and_holds_no_token(archive, client, name):
    response = client.get(archive.pages[name])
    assert response.cookies == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()


@pytest.mark.parametrize("name", [name for name in PAGES if name != "api-docs"])
def test_pages_are_in_the_digits_and_the_months_that_the_reader_asks_for(archive, client, see, name):
    words = printed(see(archive.pages[name]))
    assert WESTERN_PIECE.findall(words) == []
    client.cookies["prefs"] = "digits:western.months:maghrebi"
    words = printed(see(archive.pages[name]))
    assert (ARABIC_PIECE.findall(words), LEVANTINE_MONTH.findall(words)) == ([], [])


@pytest.mark.parametrize("name", ["article", "day", "front"])
def test_hijri_day_stands_beside_ours_where_it_is_wanted(archive, client, see, name):
    assert with_class(see(archive.pages[name]).main, "hijri") == []
    client.cookies["prefs"] = "hijri:on"
    # An article's stands on the screen's record and on paper's.
    (shown,) = {text(one) for one in with_class(see(archive.pages[name]).main, "hijri")}
    assert shown.endswith("هـ")
    if name != "front":
        assert shown == "٣ ربيع الآخر ١٤٣٩ هـ"


def test_date_known_to_the_month_has_no_hijri_day(archive, client, see):
    archive.article.date_precision = "month"
    archive.article.save()
    client.cookies["prefs"] = "hijri:on"
    assert with_class(see(archive.pages["article"]).main, "hijri") == []


def test_text_of_an_article_keeps_its_digits_and_machines_their_dates(archive, client, see):
    client.cookies["prefs"] = "digits:arabic"
    page = see(archive.pages["article"], language="en")
    assert "2017" in " ".join(page.texts("td"))
    assert {element.get("datetime") for element in page.all("time")} >= {"2017-12-21T10:30+02:00"}


@pytest.mark.parametrize("name", ["feed-rss", "feed-atom", "sitemap", "feed-search", "search-csv", "search-json"])
def test_what_machines_read_goes_by_no_reader(archive, client, name):
    address = reverse(f"archive:{name}") + ("?q=جنيف" if "search" in name else "")
    before = client.get(address).getvalue()
    client.cookies["prefs"] = "digits:western.months:maghrebi.hijri:on"
    assert client.get(address).getvalue() == before


def test_api_and_admin_go_by_the_defaults(archive, client, admin_client):
    for cookie in ("", "digits:western"):
        client.cookies["prefs"] = admin_client.cookies["prefs"] = cookie
        said = client.get("/api/v1/articles", {"page_size": 1000}, headers={"Accept-Language": "ar"}).content.decode()
        assert "١٠٠" in said
        assert "٢٠١٧" in admin_client.get("/admin/archive/article/").content.decode()
