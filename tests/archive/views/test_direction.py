"""Names and texts in other letters than the page's stand in an order of their own, wherever they are printed."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.conf import settings
from django.urls import reverse

from archive.models import Article, Author, Dataset, SiteSettings
from archive.networks.drawing import count_entities, draw
from tests.archive.views.html import SVG, Page, text
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    BannerFactory,
    DatasetFactory,
    EntityFactory,
    ImageFactory,
    MeasureFactory,
    MentionFactory,
    QuotationFactory,
    RegionFactory,
    SectionFactory,
    SocialAccountFactory,
    SourceFactory,
    StoryFactory,
)
from tests.factories.statistics import figures

pytestmark = pytest.mark.django_db

# Each ends in marks that an Arabic line would put before its first letter, and an English one after an Arabic last.
LATIN, ARABIC = "Zq (Q)!", "ظق (ق)!"
OPENING, CLOSING = "\u2068", "\u2069"
DAY = datetime(2017, 12, 21, 8, 30, tzinfo=UTC)
UNSEEN = ("script", "style")
PLAIN = ("title", "option", f"{SVG}title", f"{SVG}text", "text")
"""What takes no markup: only isolates keep an order in it."""
HIDDEN_CLASS = "visually-hidden"
BY_FIRST_LETTER = re.compile(r'<(\w+)[^<]*\sdir="auto"')


@pytest.fixture(params=[(LATIN, "ar"), (ARABIC, "en")], ids=["latin-in-arabic", "arabic-in-english"])
def foreign(request) -> tuple[str, str, list[str]]:
    """Words of the other direction, the language of the pages, and the addresses of all of them."""
    words, language = request.param
    SiteSettings(name=words, tagline=words, description=words, about=words).save()
    BannerFactory(text=words)
    SocialAccountFactory(label=words)
    named = {"name": words, "name_latin": "", "description": words}
    section, source = SectionFactory(slug="zq", **named), SourceFactory(slug="zq", **named)
    entities = [EntityFactory(kind=kind, aliases=[words + "2"], **named) for kind in ("place", "person", "event")]
    entities[0].latitude, entities[0].longitude = 46.2, 6.14
    entities[0].save()
    articles = [
        ArticleFactory(
            title=words,
            kicker=words,
            summary=words,
            place=words,
            body=f"<p>{words}</p>",
            section=section,
            source=source,
            published_at=DAY.replace(day=day),
            importance=2,
        )
        for day in (19, 20, 21, 21)
    ]
    author = Author.objects.create(name=words)
    for article in articles:
        article.authors.add(author)
        for entity in entities:
            MentionFactory(article=article, entity=entity)
    article = articles[1]
    ImageFactory(article=article, caption=words, credit=words, alternative_text=words)
    QuotationFactory(article=article, text=words, start=0, end=len(words), speaker=entities[1])
    for kind in ("related", "follow_up", "background"):
        ArticleLinkFactory(from_article=article, to_article=None, title=words, kind=kind)
    story = StoryFactory(title=words, articles=articles)
    count_entities()
    draw(entities[1])
    dataset = _figures_called(words)
    query = f"?q={words}"
    pages = [
        "/",
        article.get_absolute_url(),
        section.get_absolute_url(),
        story.get_absolute_url(),
        *(entity.get_absolute_url() for entity in entities[:2]),
        entities[1].get_absolute_url() + f"?with={entities[0].pk}&section=zq",
        *(
            reverse(f"archive:{name}")
            for name in ("story-index", "entity-index", "quotation-index", "about", "settings")
        ),
        *(reverse("archive:archive-year", args=[2017]), reverse("archive:archive-month", args=[2017, 12])),
        reverse("archive:archive-day", args=[2017, 12, 21]),
        reverse("archive:search") + f"?q={words[:2]}&section=zq&source=zq&entity={entities[0].pk}",
        reverse("archive:search") + query,
        reverse("archive:search") + query + "&from=1999&to=1999",
        reverse("archive:entity-index") + query,
        reverse("archive:entity-compare") + f"?e={entities[0].pk}&e={entities[1].pk}&w={words[:2]}&add={words[:2]}",
        reverse("archive:statistics-index"),
        dataset.get_absolute_url(),
        f"{dataset.get_absolute_url()}?region=LB&show=daily",
        f"{dataset.get_absolute_url()}embed/?region=LB",
        author.get_absolute_url(),
        "/nothing/",
    ]
    return words, language, pages


def _figures_called(words: str) -> Dataset:
    """A dataset, its measure and two regions, all called WORDS."""
    named = {"name": words, "name_latin": ""}
    dataset = DatasetFactory(slug="zq", description=words, source_name=words, query=words, **named)
    measure = MeasureFactory(dataset=dataset, **named)
    for code in ("LB", "SY"):
        figures(measure, RegionFactory(code=code, **named), [1, 2, 4, 8])
    return dataset


def unprotected(element: Element, word: str, *, kept: bool = False) -> Iterator[str]:
    """The pieces of text under ELEMENT with WORD that take part in the order of a line that is not their own."""
    if element.tag in UNSEEN or HIDDEN_CLASS in (element.get("class") or "").split():
        return
    own = "rtl" if word in ARABIC else "ltr"
    kept = element.tag == "bdi" or kept if element.get("dir") is None else element.get("dir") == own
    if element.tag in PLAIN:
        kept = False
    for piece in (element.text, *(child.tail for child in element)):
        if not kept and any(word in outside for outside in _outside_isolates(piece or "")):
            yield f"<{element.tag} class={element.get('class')!r}> {' '.join(piece.split())}"
    for child in element:
        yield from unprotected(child, word, kept=kept and child.tag != "html")


def _outside_isolates(line: str) -> Iterator[str]:
    for piece in line.split(OPENING):
        yield piece.rpartition(CLOSING)[2] if CLOSING in piece else piece


def test_words_of_the_other_direction_keep_their_own_order_on_every_page(client, foreign):
    words, language, pages = foreign
    client.cookies["django_language"] = language
    found = {}
    for address in pages:
        page = Page(client.get(address, follow=True))
        assert words[:2] in text(page.root), address
        # The page's own direction is not theirs.
        page.root.attrib.pop("dir")
        if wrong := sorted(set(unprotected(page.root, words[:2]))):
            found[address] = wrong
    assert found == {}


def test_only_what_a_reader_types_goes_by_its_first_letter():
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    tags = {tag for path in templates for tag in BY_FIRST_LETTER.findall(path.read_text(encoding="utf-8"))}
    assert tags == {"input"}


def test_sentence_that_begins_with_a_latin_name_runs_as_its_language_does(client, see):
    sentence = "Facebook تعطّل خدماتها"
    dataset = DatasetFactory(slug="zq", description=sentence)
    figures(MeasureFactory(dataset=dataset), RegionFactory(), [1, 2])
    article = ArticleFactory(title="أول", published_at=DAY)
    Article.objects.filter(pk=article.pk).update(title=sentence)
    article.refresh_from_db()
    withdrawn = ArticleFactory(published_at=DAY)
    withdrawn.status, withdrawn.withdrawal_notice = Article.Status.WITHDRAWN, sentence
    withdrawn.save()
    versions = reverse("archive:article-versions", args=[article.pk, article.slug])
    for address, status in (
        (versions, 200),
        (dataset.get_absolute_url(), 200),
        (reverse("archive:statistics-index"), 200),
        (withdrawn.get_absolute_url(), 410),
    ):
        for language in ("ar", "en"):
            main = see(address, status=status, language=language).main
            directions = [
                element.get("dir")
                for element in main.iter()
                if sentence in text(element) and element.get("lang") == "ar" and element.tag in ("p", "div")
            ]
            assert directions, address
            assert set(directions) == {"rtl"}, (address, language)
    entry = json.loads(see(article.get_absolute_url()).one("script[@data-shelf-entry]").text)
    assert entry["direction"] == "rtl"
    answer = client.get("/oembed", {"url": f"http://testserver{article.get_absolute_url()}"}).json()
    quotation = html5lib.parseFragment(answer["html"], namespaceHTMLElements=False)
    assert [quotation.find(path).get("dir") for path in ("blockquote", "blockquote/p")] == ["rtl", "rtl"]


@pytest.mark.parametrize("name", ["section-feed", "feed-rss"])
def test_titles_of_feeds_keep_the_order_of_a_latin_name(client, name):
    SiteSettings(name="سجل").save()
    section = SectionFactory(name="Economy (MENA)", slug="economy")
    ArticleFactory(section=section, published_at=DAY)
    content = client.get(
        reverse(f"archive:{name}", args=["economy"] if name == "section-feed" else [])
    ).content.decode()
    assert ("\u2068Economy (MENA)\u2069 — سجل" if name == "section-feed" else "<title>سجل</title>") in content


def test_options_of_a_select_box_keep_the_order_of_a_latin_name(admin_client):
    SectionFactory(name="Economy (MENA)", slug="economy")
    page = admin_client.get("/admin/archive/article/add/").content.decode()
    assert ">\u2068Economy (MENA)\u2069</option>" in page


def test_completions_in_the_admin_keep_the_order_of_a_latin_name(admin_client):
    Author.objects.create(name="J. Smith (AP)")
    Author.objects.create(name="سمير")
    address = reverse("admin:autocomplete")
    field = {"app_label": "archive", "model_name": "article", "field_name": "authors"}
    results = admin_client.get(address, {"term": "", **field}).json()["results"]
    assert {result["text"] for result in results} == {"\u2068J. Smith (AP)\u2069", "سمير"}


def test_telephone_number_keeps_its_order_in_titles_and_texts(see):
    phone = "+961 1 234 567"
    article = ArticleFactory(
        title=f"الخط الساخن {phone}",
        summary=f"اتصلوا على {phone}.",
        body=f"<p>الرقم {phone} مفتوح.</p>",
        published_at=DAY,
    )
    for address, times in ((article.get_absolute_url(), 3), (reverse("archive:archive-day", args=[2017, 12, 21]), 1)):
        runs = [bdi for bdi in see(address).main.iter("bdi") if bdi.get("dir") == "ltr" and text(bdi) == phone]
        assert len(runs) >= times, address
