"""What holds for every page: valid HTML, one language at a time, safe headers, one number of queries."""

import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from archive.models import Article, Entity
from tests.archive.views.conftest import DAY
from tests.archive.views.html import spoken, text
from tests.factories import ArticleFactory, ArticleLinkFactory, EntityFactory, MentionFactory, SectionFactory

PAGES = (
    "front", "article", "undated-article", "section", "section-year", "section-month", "author", "calendar", "undated",
    "year", "month", "day", "search-empty",
    "search", "search-filtered", "search-nothing", "search-nothing-filtered", "search-no-words", "search-problems",
    "entities", "entities-nothing", "entity", "entity-drawn", "entity-narrowed", "compare-empty", "compare",
    "compare-asking", "versions", "versions-none", "saved", "offline",
    "statistics", "figures", "figures-compared", "figures-problems", "about", "api-docs",
)  # fmt: skip
# The API is read by programs: these are its own words.
API_WORDS = {"JSON", "OpenAPI", "Accept-Language"}
ADDRESS = re.compile(r"https?://\S+|/api/\S+")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
ARABIC_WORD = re.compile(r"[\u0621-\u064A]{2,}")
# What Arabic pages say in Latin letters on purpose.
LATIN_WORDS = {"RSS", "Atom"}


def test_all_pages_are_looked_at(archive):
    assert set(archive.pages) == set(PAGES)


# A citation and a query are the article's and the reader's words, in whatever language they are; so are the examples
# on the API's page, whose language follows the browser as the API's messages do.
CITED_ADDRESS = "http://testserver/article/"
NOTHING_FOUND = "زقزقزق"
SPOKEN_PAGES = [name for name in PAGES if name != "api-docs"]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_valid_html(archive, see, name, language):
    page = see(archive.pages[name], language=language)
    html5lib.HTMLParser(strict=True).parse(page.html)
    ids = Counter(element.get("id") for element in page.root.iter() if element.get("id"))
    assert [identity for identity, number in ids.items() if number > 1] == []
    for element in page.root.iter():
        for name_of_ids in ("for", "aria-labelledby", "aria-describedby"):
            assert set((element.get(name_of_ids) or "").split()) <= set(ids)
        if (href := element.get("href") or "").startswith("#"):
            assert href[1:] in ids
        assert element.get("style") is None
        assert not [attribute for attribute in element.attrib if attribute.startswith("on")]
    assert len(page.all("h1")) == 1
    assert text(page.one("h1"))
    html = page.root
    assert (html.get("lang"), html.get("dir")) == (language, "rtl" if language == "ar" else "ltr")
    assert page.response.headers["Content-Language"] == language


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("search")])
def test_page_names_its_one_address(archive, see, name):
    canonical = [link.get("href") for link in see(archive.pages[name]).all("link") if link.get("rel") == "canonical"]
    assert canonical == [f"http://testserver{archive.pages[name].partition('?')[0]}"]


@pytest.mark.parametrize("name", PAGES)
def test_writing_to_a_page_is_refused_for_what_it_is(archive, name):
    response = Client(enforce_csrf_checks=True).post(archive.pages[name])
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "لا يُطلب هذا العنوان بهذه الطريقة" in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_step_at_a_time(archive, see, name):
    levels = [
        int(element.tag[1]) for element in see(archive.pages[name]).main.iter() if re.match("h[1-6]$", element.tag)
    ]
    assert levels[0] == 1
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []


@pytest.mark.parametrize("name", SPOKEN_PAGES)
def test_arabic_page_has_no_english_words(archive, see, name):
    found = [
        piece.strip()
        for piece, language in spoken(see(archive.pages[name]).root.find("body"), "ar")
        if CITED_ADDRESS not in piece
        if language == "ar" and set(LATIN_WORD.findall(piece)) - LATIN_WORDS
    ]
    assert found == []


@pytest.mark.parametrize("name", SPOKEN_PAGES)
def test_english_page_has_no_arabic_words_of_its_own(archive, see, name):
    found = [
        piece.strip()
        for piece, language in spoken(see(archive.pages[name], language="en").root.find("body"), "en")
        if CITED_ADDRESS not in piece and NOTHING_FOUND not in piece
        if language == "en" and ARABIC_WORD.search(piece)
    ]
    assert found == []


@pytest.mark.parametrize(
    "address", ["/", "/nothing/", "/search/?q=جنيف", "/healthz", "/feeds/latest.rss", "/api/v1/"]
)
def test_headers_keep_readers_safe(archive, client, address):
    headers = client.get(address).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "report-uri": reverse("archive:policy-report"),
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_elsewhere(archive, see, name):
    page = see(archive.pages[name])
    loaded = [element.get("src") for element in page.root.iter() if element.get("src")]
    loaded += [
        element.get("href") for element in page.all("link") if element.get("rel") in ("stylesheet", "preload", "icon")
    ]
    assert loaded
    assert [address for address in loaded if not address.startswith("/")] == []


def _fill(section, entity, count):
    """COUNT articles more in the section, of the same day, naming the entity and each other's names."""
    for _ in range(count):
        article = ArticleFactory(
            section=section, source=section.articles.first().source, published_at=DAY, importance=1
        )
        MentionFactory(article=article, entity=entity)
        MentionFactory(article=article, entity=EntityFactory())


def test_list_pages_ask_as_many_questions_for_thirty_articles_as_for_one(db, client, query_count):
    section, entity = SectionFactory(), EntityFactory()
    first = ArticleFactory(section=section, published_at=DAY, importance=1)
    MentionFactory(article=first, entity=entity)
    MentionFactory(article=first, entity=EntityFactory())
    ArticleFactory(undated=True, section=section, source=first.source)
    day = DAY.year, DAY.month, DAY.day
    addresses = [
        section.get_absolute_url(),
        entity.get_absolute_url(),
        reverse("archive:archive-undated"),
        *(
            reverse(f"archive:archive-{name}", args=day[:parts])
            for name, parts in (("year", 1), ("month", 2), ("day", 3))
        ),
        reverse("archive:archive-index"),
        reverse("archive:entity-index"),
        reverse("archive:search") + "?q=الميناء",
    ]
    with_one = {address: query_count(address) for address in addresses}
    _fill(section, entity, 30)
    for _ in range(30):
        ArticleFactory(undated=True, section=section, source=first.source)
    assert {address: query_count(address) for address in addresses} == with_one


def test_front_page_asks_as_many_questions_for_thirty_articles_as_for_three(db, query_count):
    # With fewer, nothing is left for the sections and the page asks for no pictures there.
    section, entity = SectionFactory(), EntityFactory()
    ArticleFactory(section=section, published_at=DAY - timedelta(days=1))
    _fill(section, entity, 2)
    few = query_count("/")
    _fill(section, entity, 30)
    for _ in range(7):
        ArticleFactory(source=Article.objects.first().source)
    assert query_count("/") == few


def test_article_page_asks_no_more_questions_for_thirty_neighbours_than_for_one(archive, query_count):
    article = archive.article
    before = query_count(article.get_absolute_url())
    for _ in range(10):
        for kind in ("related", "background", "follow_up"):
            ArticleLinkFactory(from_article=article, to_article__source=article.source, kind=kind)
        MentionFactory(article=article, entity=EntityFactory())
    assert Entity.objects.count() > 10
    assert query_count(article.get_absolute_url()) <= before
