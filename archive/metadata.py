"""What other machines read of a page: canonical address, Open Graph, tags to cite it by, feeds, and JSON-LD.

`templates/archive/partials/metadata.html` prints a PageMetadata.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import structured_data
from archive.caching.chrome import chrome_of
from archive.cards.drawing import CARD_SIZE
from archive.citations import Citation, citation_tags
from archive.cursors import CursorForm
from archive.feed_addresses import feed_addresses
from archive.models import Article, Author, Beside, Entity, Section, Story
from archive.structured_data import CONTENT_LANGUAGE
from archive.text.opening import opening

LOCALES = {"ar": "ar_AR", "en": "en_GB"}
NOINDEX = "noindex"
LARGE_PREVIEW = "max-image-preview:large"
OEMBED_TYPES = {"json": "application/json+oembed", "xml": "text/xml+oembed"}

# As django.utils.html.json_script does: no character is left that HTML could take for markup.
_SCRIPT_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class Alternate(NamedTuple):
    """The same in another form: a feed, or what a page that embeds it asks for."""

    media_type: str
    url: str
    title: str


@dataclass(frozen=True)
class PageMetadata:
    """What a page says about itself. URL is full; OPEN_GRAPH is pairs of property and content."""

    url: str
    title: str
    description: str
    open_graph: tuple[tuple[str, str], ...]
    json_ld: tuple[dict, ...] = ()
    short_url: str = ""
    """An article's address that stays when its title is corrected: the one to cite."""

    citation: tuple[tuple[str, str], ...] = ()
    """Tags for the programs that keep references: pairs of name and content."""

    language: str = CONTENT_LANGUAGE
    """What the page's text is in. Of its labels each reader chooses the language; they make no second page of it."""

    robots: str = ""
    previous_url: str = ""
    next_url: str = ""
    alternates: tuple[Alternate, ...] = ()

    @property
    def picture_text(self) -> str:
        """What stands for the picture with those who do not see it."""
        return dict(self.open_graph).get("og:image:alt", "")

    @property
    def json_ld_blocks(self) -> list[SafeString]:
        """The JSON-LD as text that may stand inside a script element."""
        return [script_json(block) for block in self.json_ld]


def script_json(data: dict) -> SafeString:
    """Return DATA as JSON in which nothing can end the script element around it."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))  # noqa: S308 - escaped


# --- Pages -------------------------------------------------------------------------------------------------------


def site_metadata(request: HttpRequest) -> PageMetadata:
    """The front page: the site and how to search it."""
    site = chrome_of(request).site
    url = request.build_absolute_uri(reverse("archive:front"))
    description = site.shown_description or site.shown_tagline
    return PageMetadata(
        url=url,
        title=site.shown_name,
        description=description,
        open_graph=_open_graph(request, "website", site.shown_name, url, description),
        json_ld=_blocks(structured_data.website(site, request.build_absolute_uri)),
    )


def page_metadata(
    request: HttpRequest,
    *,
    title: str,
    path: str,
    description: str = "",
    trail: Iterable[dict] = (),
    newer_url: str | None = None,
    older_url: str | None = None,
) -> PageMetadata:
    """A page that is no article: a section, a name, a month. TRAIL is its breadcrumb, of {label, url}.

    NEWER_URL and OLDER_URL are paths, or query strings, of the pages of its list before and after it.
    """
    url = request.build_absolute_uri(path)
    steps = [*trail, {"label": title, "url": path}]
    return PageMetadata(
        url=url,
        title=title,
        description=description,
        open_graph=_open_graph(request, "website", title, url, description),
        json_ld=_blocks(structured_data.breadcrumbs(steps, request.build_absolute_uri)),
        previous_url=request.build_absolute_uri(newer_url) if newer_url else "",
        next_url=request.build_absolute_uri(older_url) if older_url else "",
    )


def section_metadata(
    request: HttpRequest,
    section: Section,
    articles: Sequence[Article],
    *,
    newer_url: str | None,
    older_url: str | None,
) -> PageMetadata:
    """A page of a SECTION that lists ARTICLES, newest first; a page further on is one of its own."""
    path = section.get_absolute_url() + _cursor(request, newer_url)
    page = page_metadata(
        request,
        title=section.label,
        path=path,
        description=section.shown_description,
        newer_url=newer_url,
        older_url=older_url,
    )
    listed = structured_data.collection(
        articles, request.build_absolute_uri, title=section.name, path=path, description=section.description
    )
    return _about(page, listed, _feeds(request, "section", section.slug, title=section.name))


def author_metadata(
    request: HttpRequest, author: Author, *, newer_url: str | None, older_url: str | None
) -> PageMetadata:
    """A page of an AUTHOR's articles."""
    page = page_metadata(
        request,
        title=author.label,
        path=author.get_absolute_url() + _cursor(request, newer_url),
        newer_url=newer_url,
        older_url=older_url,
    )
    profile = structured_data.profile(author, request.build_absolute_uri)
    return _about(page, profile, _feeds(request, "author", author.pk, title=author.name))


def entity_metadata(request: HttpRequest, entity: Entity) -> PageMetadata:
    """The page of an ENTITY, however its articles are narrowed."""
    page = page_metadata(
        request,
        title=entity.label,
        path=entity.get_absolute_url(),
        description=entity.shown_description,
        trail=[{"label": _("Names"), "url": reverse("archive:entity-index")}],
    )
    node = structured_data.entity_page(entity, request.build_absolute_uri)
    return _about(page, node, _feeds(request, "entity", entity.pk, title=entity.name))


def story_metadata(
    request: HttpRequest,
    story: Story,
    articles: Sequence[Article],
    *,
    path: str,
    newest_first: bool,
    newer_url: str | None,
    older_url: str | None,
) -> PageMetadata:
    """A page of a STORY, at PATH, which lists ARTICLES; those before and after it are NEWER_URL and OLDER_URL."""
    page = page_metadata(
        request,
        title=story.title,
        path=path,
        trail=[{"label": _("Stories"), "url": reverse("archive:story-index")}],
        newer_url=newer_url,
        older_url=older_url,
    )
    listed = structured_data.collection(
        articles,
        request.build_absolute_uri,
        title=story.title,
        path=path,
        count=story.article_count,
        newest_first=newest_first,
    )
    return _about(page, listed, _feeds(request, "story", story.pk, title=story.title))


def search_metadata(request: HttpRequest, words: str, *, path: str) -> PageMetadata:
    """A search for WORDS, "" for none, at PATH: what a shared link to it shows; it asks not to be listed."""
    title = _("Search: %(query)s") % {"query": words} if words else _("Search")
    description = _("What the archive holds of these words, by date, section, source and name.") if words else ""
    return replace(page_metadata(request, title=title, path=path, description=description), robots=NOINDEX)


def article_metadata(
    request: HttpRequest, article: Article, *, previous_path: str | None = None, next_path: str | None = None
) -> PageMetadata:
    """An article: NewsArticle, with its breadcrumb, names and pictures, and where the ones beside it are."""
    path = article.get_absolute_url()
    absolute = request.build_absolute_uri
    url, card = absolute(path), absolute(card_path(article))
    short_url = absolute(reverse("archive:article-by-id", args=[article.pk]))
    description = article.summary or opening(article.text)
    entities = sorted(Beside.of(article).entities.values(), key=lambda entity: entity.pk)
    pictures = [image for image in article.pictures if image.file]
    trail = [{"label": article.title, "url": path}]
    if article.section:
        trail.insert(0, {"label": article.section.label, "url": article.section.get_absolute_url()})
    site = chrome_of(request).site
    news = structured_data.news_article(
        article, absolute, site=site, description=description, entities=entities, pictures=pictures, card=card
    )
    return PageMetadata(
        url=url,
        title=article.title,
        description=description,
        open_graph=(
            *_open_graph(request, "article", article.title, url, description, article.language, card=card),
            *_article_properties(article, entities),
        ),
        json_ld=_blocks(news, structured_data.breadcrumbs(trail, absolute)),
        short_url=short_url,
        citation=citation_tags(Citation.of(article, short_url), url),
        language=article.language,
        robots=NOINDEX if article.noindex else LARGE_PREVIEW,
        previous_url=absolute(previous_path) if previous_path else "",
        next_url=absolute(next_path) if next_path else "",
        alternates=embeddings(request, url, article.title),
    )


def card_path(article: Article) -> str:
    """Where the picture of ARTICLE is; another address once it has changed, for those who keep the old one."""
    path = reverse("archive:article-card", args=[article.pk])
    return f"{path}?{urlencode({'v': int(article.updated_at.timestamp())})}"


def embeddings(request: HttpRequest, url: str, title: str) -> tuple[Alternate, ...]:
    """Where those who are given URL ask how to embed it."""
    oembed = request.build_absolute_uri(reverse("archive:oembed"))
    return tuple(
        Alternate(media_type, f"{oembed}?{urlencode({'url': url, 'format': form})}", title)
        for form, media_type in OEMBED_TYPES.items()
    )


# --- Parts -------------------------------------------------------------------------------------------------------


def _blocks(*nodes: dict) -> tuple[dict, ...]:
    return tuple(map(structured_data.block, nodes))


def _about(page: PageMetadata, node: dict, feeds: tuple[Alternate, ...]) -> PageMetadata:
    """PAGE with what it is about before its breadcrumb, and its FEEDS."""
    return replace(page, json_ld=(*_blocks(node), *page.json_ld), alternates=feeds)


def _cursor(request: HttpRequest, newer_url: str | None) -> str:
    """The query string of a page of a list by date, which shows what its first page does not; none of that."""
    given = {name: value for name, value in CursorForm(request.GET).usable().items() if newer_url and value}
    return f"?{urlencode(given)}" if given else ""


def _feeds(request: HttpRequest, kind: str, *args: object, title: str) -> tuple[Alternate, ...]:
    addresses = feed_addresses(kind, *args)
    return tuple(Alternate(kind, request.build_absolute_uri(path), title) for kind, path in addresses)


def _open_graph(
    request: HttpRequest,
    kind: str,
    title: str,
    url: str,
    description: str,
    language: str | None = None,
    *,
    card: str = "",
) -> tuple[tuple[str, str], ...]:
    width, height = map(str, CARD_SIZE)
    pairs = {
        "type": kind,
        "title": title,
        "url": url,
        "description": description,
        "locale": LOCALES.get(language or get_language(), ""),
        "image": card or request.build_absolute_uri(reverse("archive:site-card")),
        "image:type": "image/png",
        "image:width": width,
        "image:height": height,
        "image:alt": title,
    }
    return tuple((f"og:{name}", content) for name, content in pairs.items() if content)


def _article_properties(article: Article, entities: list[Entity]) -> list[tuple[str, str]]:
    properties = []
    if revised := structured_data.revised(article):
        properties.append(("article:modified_time", revised))
    if published := structured_data.published(article):
        properties.append(("article:published_time", published))
    if article.section:
        properties.append(("article:section", article.section.name))
    return properties + [("article:tag", entity.name) for entity in entities]
