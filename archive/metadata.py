"""What other machines read of a page: canonical address, Open Graph, tags to cite it by, and JSON-LD in the words of
schema.org.

`templates/archive/partials/metadata.html` prints a PageMetadata.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.citations import Citation, citation_tags
from archive.models import Article, Entity, Image, SiteSettings
from archive.text.dates import iso_date
from archive.text.opening import opening

SCHEMA = "https://schema.org"
ENTITY_TYPES = {
    Entity.Kind.PERSON: "Person",
    Entity.Kind.ORGANISATION: "Organization",
    Entity.Kind.PLACE: "Place",
    Entity.Kind.EVENT: "Event",
}
LOCALES = {"ar": "ar_AR", "en": "en_GB"}

# As django.utils.html.json_script does: no character is left that HTML could take for markup.
_SCRIPT_ESCAPES = {
    ord(">"): "\\u003E",
    ord("<"): "\\u003C",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


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

    @property
    def has_picture(self) -> bool:
        return any(name == "og:image" for name, _content in self.open_graph)

    @property
    def json_ld_blocks(self) -> list[SafeString]:
        """The JSON-LD as text that may stand inside a script element."""
        return [script_json(block) for block in self.json_ld]


def script_json(data: dict) -> SafeString:
    """Return DATA as JSON in which nothing can end the script element around it."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_SCRIPT_ESCAPES))  # noqa: S308 - escaped


def site_metadata(request: HttpRequest) -> PageMetadata:
    """The front page: the site and how to search it."""
    site = SiteSettings.objects.first() or SiteSettings()
    url = request.build_absolute_uri(reverse("archive:front"))
    description = site.shown_description or site.shown_tagline
    website = {
        "@context": SCHEMA,
        "@type": "WebSite",
        "name": site.name,
        "url": url,
        "description": site.description or site.tagline,
        "inLanguage": "ar",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": request.build_absolute_uri(reverse("archive:search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }
    return PageMetadata(
        url=url,
        title=site.shown_name,
        description=description,
        open_graph=_open_graph("website", site.shown_name, url, description),
        json_ld=(_filled(website),),
    )


def page_metadata(
    request: HttpRequest, *, title: str, path: str, description: str = "", trail: Iterable[dict] = ()
) -> PageMetadata:
    """A page that is no article: a section, a name, a month. TRAIL is its breadcrumb, of {label, url}."""
    url = request.build_absolute_uri(path)
    return PageMetadata(
        url=url,
        title=title,
        description=description,
        open_graph=_open_graph("website", title, url, description),
        json_ld=(_breadcrumbs(request, [*trail, {"label": title, "url": path}]),),
    )


def article_metadata(request: HttpRequest, article: Article) -> PageMetadata:
    """An article: NewsArticle, with its breadcrumb, names and pictures."""
    prefetch_related_objects([article], "authors")
    path = article.get_absolute_url()
    url = request.build_absolute_uri(path)
    short_url = request.build_absolute_uri(reverse("archive:article-by-id", args=[article.pk]))
    description = article.summary or opening(article.text)
    entities = list(
        Entity.objects.filter(pk__in=article.mentions.exclude(confirmed=False).values("entity")).order_by("pk")
    )
    pictures = [image for image in article.images.all() if image.file]
    trail = [{"label": article.title, "url": path}]
    if article.section:
        trail.insert(0, {"label": article.section.label, "url": article.section.get_absolute_url()})
    return PageMetadata(
        url=url,
        title=article.title,
        description=description,
        open_graph=(
            *_open_graph("article", article.title, url, description, language=article.language),
            *_article_properties(article, entities),
            *_picture_properties(request, pictures),
        ),
        json_ld=(_news_article(request, article, url, description, entities, pictures), _breadcrumbs(request, trail)),
        short_url=short_url,
        citation=citation_tags(Citation.of(article, short_url), url),
    )


def _open_graph(kind: str, title: str, url: str, description: str, *, language: str | None = None) -> tuple:
    locale = LOCALES.get(language or get_language(), "")
    pairs = {"type": kind, "title": title, "url": url, "description": description, "locale": locale}
    return tuple((f"og:{name}", content) for name, content in pairs.items() if content)


def _article_properties(article: Article, entities: list[Entity]) -> list[tuple[str, str]]:
    properties = [("article:modified_time", article.updated_at.isoformat(timespec="seconds"))]
    if published := _published(article):
        properties.append(("article:published_time", published))
    if article.section:
        properties.append(("article:section", article.section.name))
    return properties + [("article:tag", entity.name) for entity in entities]


def _picture_properties(request: HttpRequest, pictures: list[Image]) -> list[tuple[str, str]]:
    if not pictures:
        return []
    image = pictures[0]
    properties = {
        "og:image": request.build_absolute_uri(image.file.url),
        "og:image:alt": image.alternative_text or image.caption,
        "og:image:width": str(image.width or ""),
        "og:image:height": str(image.height or ""),
    }
    return [(name, content) for name, content in properties.items() if content]


def _news_article(
    request: HttpRequest,
    article: Article,
    url: str,
    description: str,
    entities: list[Entity],
    pictures: list[Image],
) -> dict:
    name = article.source.known_name
    source = {"@type": "Organization", "name": name, "url": article.source.url} if name else None
    authors = [{"@type": "Person", "name": name} for name in article.author_names]
    return _filled(
        {
            "@context": SCHEMA,
            "@type": "NewsArticle",
            "@id": url,
            "url": url,
            "mainEntityOfPage": url,
            "headline": article.title,
            "description": description,
            "inLanguage": article.language,
            "datePublished": _published(article),
            "dateModified": article.updated_at.isoformat(timespec="seconds"),
            "dateline": article.place,
            "articleSection": article.section.name if article.section else "",
            "author": authors or ([source] if source else []),
            "publisher": source,
            "isBasedOn": article.original_url,
            "image": [request.build_absolute_uri(image.file.url) for image in pictures],
            "mentions": [_entity(request, entity) for entity in entities],
        }
    )


def _published(article: Article) -> str:
    """As much of the date as is known; empty when nothing is."""
    if article.published_at is None:
        return ""
    return iso_date(timezone.localtime(article.published_at), article.date_precision)


def _entity(request: HttpRequest, entity: Entity) -> dict:
    return {
        "@type": ENTITY_TYPES[entity.kind],
        "name": entity.name,
        "alternateName": entity.name_latin,
        "url": request.build_absolute_uri(entity.get_absolute_url()),
        "sameAs": f"https://www.wikidata.org/entity/{entity.wikidata_id}" if entity.wikidata_id else "",
    }


def _breadcrumbs(request: HttpRequest, trail: list[dict]) -> dict:
    steps = [{"label": _("Front page"), "url": reverse("archive:front")}, *trail]
    return {
        "@context": SCHEMA,
        "@type": "BreadcrumbList",
        "itemListElement": [
            _filled(
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": step["label"],
                    "item": request.build_absolute_uri(step["url"]) if step["url"] else "",
                }
            )
            for position, step in enumerate(steps, 1)
        ],
    }


def _filled(data):
    """DATA without its empty values, at every depth."""
    if isinstance(data, dict):
        return {key: _filled(value) for key, value in data.items() if value not in ("", None, [])}
    if isinstance(data, list):
        return [_filled(item) for item in data]
    return data
