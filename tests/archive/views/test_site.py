"""The page about the archive, and how the demo archive says that it is one."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from archive.demo.loading import EXTERNAL_ID_PREFIX
from archive.models import Article, SiteSettings
from tests.archive.views.html import text, with_class
from tests.factories import (
    ArticleFactory,
    BannerFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    SocialAccountFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

DEMO_ID = EXTERNAL_ID_PREFIX + "port"


def facts(page) -> dict[str, str]:
    names, values = page.texts("main//dl[@class='facts']//dt"), page.texts("main//dl[@class='facts']//dd")
    return dict(zip(names, values, strict=True))


def sources(page) -> list[str]:
    return page.texts("main//ul[@class='sources']/li")


def test_about_tells_what_is_in_the_archive(see):
    paper = SourceFactory(name="الضفاف", description="يومية من بيروت.", url="https://example.org/")
    ArticleFactory(source=paper, published_at=datetime(2011, 1, 15, 9, tzinfo=UTC))
    ArticleFactory(source=paper, published_at=datetime(2020, 11, 9, 9, tzinfo=UTC), date_precision="month")
    ArticleFactory(source__name="القلعة", undated=True)
    ArticleFactory(source__name="المخفية", status=Article.Status.DRAFT)
    page = see("/about/")
    assert facts(page) == {
        "الأخبار": "٣",
        "أقدمها": "١٥ كانون الثاني (يناير) ٢٠١١",
        "أحدثها": "تشرين الثاني (نوفمبر) ٢٠٢٠",
        "تاريخ غير معروف": "خبر واحد",
    }
    assert sources(page) == ["الضفاف خبران يومية من بيروت. https://example.org/", "القلعة خبر واحد"]
    assert page.all("main//*[@id='demo']") == []


def test_about_an_empty_archive(see):
    page = see("/about/")
    assert (facts(page), sources(page)) == ({}, [])
    assert "لا أخبار في الأرشيف بعد" in text(page.main)


def test_about_gives_the_editors_words_and_address(see):
    SiteSettings(about="نحفظ الأخبار.", contact_email="desk@example.org").save()
    page = see("/about/")
    assert "نحفظ الأخبار." in text(page.main)
    assert "mailto:desk@example.org" in page.hrefs("main//a")


@pytest.mark.parametrize(("external_id", "said"), [(DEMO_ID, 1), ("port", 0), (None, 0)])
def test_demo_says_so_wherever_its_newspapers_are_named(see, external_id, said):
    article = ArticleFactory(external_id=external_id, importance=2)
    assert len(see("/about/").all("main//*[@id='demo']")) == said
    for address in ("/", article.get_absolute_url()):
        assert see(address).hrefs("main//a").count("/about/#demo") == said


def test_demo_source_without_a_description_is_called_invented(see):
    ArticleFactory(source__name="الضفاف", external_id=DEMO_ID)
    assert sources(see("/about/")) == ["الضفاف خبر واحد متخيَّل، أُعدّ للتجربة."]


def test_error_page_offers_the_search(see):
    page = see("/nothing/", status=404)
    (page_search,) = [form for form in page.all("main//form") if form.get("action") == "/search/"]
    assert with_class(page.main, "error-page")
    assert page_search.get("role") == "search"


@pytest.mark.parametrize(
    ("latin", "language", "shown", "marked"),
    [
        ("Arabic news, kept", "ar", "أخبار تُحفظ", "ar"),
        ("Arabic news, kept", "en", "Arabic news, kept", None),
        ("", "en", "أخبار تُحفظ", "ar"),
    ],
)
def test_tagline_is_in_the_language_of_the_page_where_it_has_one(see, latin, language, shown, marked):
    SiteSettings(tagline="أخبار تُحفظ", tagline_latin=latin).save()
    (tagline,) = see("/about/", language=language).all("main//p[@class='heading-summary']/bdi")
    assert (text(tagline), tagline.get("lang")) == (shown, marked)


@pytest.mark.parametrize(
    ("english", "language", "shown", "marked"),
    [
        ("We keep the news.", "ar", "نحفظ الأخبار.", ("ar", "rtl")),
        ("We keep the news.", "en", "We keep the news.", (None, None)),
        ("", "en", "نحفظ الأخبار.", ("ar", "rtl")),
    ],
)
def test_descriptions_are_in_the_language_of_the_page_or_marked_as_arabic(see, english, language, shown, marked):
    SiteSettings(about="نحفظ الأخبار.", about_latin=english).save()
    words = {"description": "نحفظ الأخبار.", "description_latin": english}
    section, source, entity = SectionFactory(**words), SourceFactory(**words), EntityFactory(**words)
    MentionFactory(article=ArticleFactory(section=section, source=source), entity=entity)
    for address, path in (
        ("/about/", "div[@class='text-page']/div[@class='prose']"),
        ("/about/", "p[@class='sources-note']/bdi"),
        ("/entity/", "span[@class='entities-note']/bdi"),
        (entity.get_absolute_url(), "p[@class='heading-summary']/bdi"),
        (section.get_absolute_url(), "p[@class='heading-summary']/bdi"),
    ):
        written = see(address, language=language).one(path)
        assert (text(written), (written.get("lang"), written.get("dir"))) == (shown, marked), address


@pytest.mark.parametrize(
    ("latin", "language", "title", "name", "marked"),
    [
        ("Harbour", "ar", "عن الأرشيف — الميناء", "الميناء", "ar"),
        ("Harbour", "en", "About the archive — Harbour", "Harbour", None),
        ("", "en", "About the archive — \u2068الميناء\u2069", "الميناء", "ar"),
    ],
)
def test_name_is_in_the_language_of_the_page_where_it_has_one(see, latin, language, title, name, marked):
    SiteSettings(name="الميناء", name_latin=latin).save()
    page = see("/about/", language=language)
    (masthead,), (footer,) = with_class(page.root, "masthead-name"), page.all("div[@class='footer-name']/bdi")
    assert page.texts("title") == [title]
    assert [(text(shown), shown.get("lang")) for shown in (masthead, footer)] == [(name, marked)] * 2


@pytest.mark.parametrize(
    ("latin", "language", "shown", "marked"),
    [
        ("Special file", "ar", "ملف خاص", "ar"),
        ("Special file", "en", "Special file", None),
        ("", "en", "ملف خاص", "ar"),
    ],
)
def test_banner_is_in_the_language_of_the_page_where_it_has_one(see, latin, language, shown, marked):
    BannerFactory(text="ملف خاص", text_latin=latin)
    [banner] = with_class(see("/about/", language=language).root, "banner-text")
    assert (text(banner), banner.get("lang")) == (shown, marked)


def test_opening_the_address_of_a_small_form_leads_to_the_front_page(client):
    address = reverse("archive:banner-dismiss")
    assert client.get(address).headers["Location"] == reverse("archive:front")
    assert client.put(address).status_code == 405


def test_account_without_a_label_is_called_as_its_network(see):
    SocialAccountFactory(label="", network="telegram", url="https://t.me/example")
    assert see("/about/").texts("footer//a[@href='https://t.me/example']") == ["تلغرام"]
