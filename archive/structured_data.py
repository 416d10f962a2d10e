"""What pages are about in the words of schema.org, as JSON-LD: each function returns one node, or one whole block.

ABSOLUTE makes a full address of a path. The site itself is named by SITE_ID, so that every block speaks of one site.
"""

from collections.abc import Callable, Iterable, Sequence

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from archive.models import Article, Author, Entity, Image, SiteSettings
from archive.text.dates import iso_date
from archive.text.opening import ELLIPSIS, opening

SCHEMA = "https://schema.org"
SITE_ID = "#site"
CONTENT_LANGUAGE = "ar"
ENTITY_TYPES = {
    Entity.Kind.PERSON: "Person",
    Entity.Kind.ORGANISATION: "Organization",
    Entity.Kind.PLACE: "Place",
    Entity.Kind.EVENT: "Event",
}
MAX_HEADLINE_CHARS = 110
"""Search engines take no longer headline; the whole of it is the name."""

MAX_LISTED = 30
"""Of a longer list the beginning is told; `numberOfItems` says how long it is."""

Absolute = Callable[[str], str]


def block(node: dict) -> dict:
    """NODE as a block of its own, without its empty values."""
    return filled({"@context": SCHEMA, **node})


def filled(data):
    """DATA without its empty values, at every depth."""
    if isinstance(data, dict):
        return {key: filled(value) for key, value in data.items() if value not in ("", None, [])}
    if isinstance(data, list):
        return [filled(item) for item in data]
    return data


def website(site: SiteSettings, absolute: Absolute) -> dict:
    """The site, who publishes it, and how it is searched."""
    home = absolute(reverse("archive:front"))
    return {
        "@type": "WebSite",
        "@id": home + SITE_ID,
        "name": site.name,
        "alternateName": site.name_latin,
        "url": home,
        "description": site.description or site.tagline,
        "inLanguage": CONTENT_LANGUAGE,
        "publisher": site_organisation(site, absolute) | {"email": site.contact_email},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute(reverse("archive:search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def site_organisation(site: SiteSettings, absolute: Absolute) -> dict:
    """Who publishes the site."""
    return {
        "@type": "Organization",
        "name": site.name,
        "url": absolute(reverse("archive:front")),
        "logo": absolute(static("img/apple-touch-icon.png")),
    }


def part_of_site(absolute: Absolute) -> dict:
    home = absolute(reverse("archive:front"))
    return {"@type": "WebSite", "@id": home + SITE_ID, "url": home}


def news_article(
    article: Article,
    absolute: Absolute,
    *,
    site: SiteSettings,
    description: str,
    entities: Iterable[Entity],
    pictures: Iterable[Image],
    card: str,
) -> dict:
    """ARTICLE as printed: published by the newspaper, if that is known, and kept on SITE, which tells of it here.

    CARD is the address of its picture.
    """
    url = absolute(article.get_absolute_url())
    name = article.source.known_name
    source = {"@type": "Organization", "name": name, "url": article.source.url} if name else None
    authors = [person(author, absolute) for author in article.people]
    headline = opening(article.title, max_chars=MAX_HEADLINE_CHARS - len(ELLIPSIS))
    keeper = site_organisation(site, absolute)
    return {
        "@type": "NewsArticle",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": headline,
        "name": article.title if headline != article.title else "",
        "description": description,
        "inLanguage": article.language,
        "datePublished": published(article),
        "dateModified": revised(article),
        "dateline": article.place,
        "articleSection": article.section.name if article.section else "",
        "wordCount": len(article.text.split()),
        "isAccessibleForFree": True,
        "author": authors or ([source] if source else []),
        "publisher": source or keeper,
        "sdPublisher": keeper,
        "isPartOf": part_of_site(absolute),
        "isBasedOn": article.original_url,
        # Photographs first: the card is a picture of the headline.
        "image": [*map(absolute, (image.file.url for image in pictures)), card],
        "mentions": [entity_node(entity, absolute) for entity in entities],
    }


def published(article: Article) -> str:
    """As much of the date as is known; empty when nothing is."""
    if article.published_at is None:
        return ""
    return iso_date(timezone.localtime(article.published_at), article.date_precision)


def revised(article: Article) -> str:
    """When readers last saw its text change, as its page says too; empty when they have not."""
    return article.revised_at.isoformat(timespec="seconds") if article.revised_at else ""


def person(author: Author, absolute: Absolute) -> dict:
    """Who signed articles."""
    return {
        "@type": "Person",
        "name": author.name,
        "alternateName": author.name_latin,
        "url": absolute(author.get_absolute_url()),
    }


def profile(author: Author, absolute: Absolute) -> dict:
    """The page of AUTHOR."""
    url = absolute(author.get_absolute_url())
    return {"@type": "ProfilePage", "@id": url, "url": url, "mainEntity": person(author, absolute)}


def entity_node(entity: Entity, absolute: Absolute) -> dict:
    """A person, an organisation, a place or an event."""
    return {
        "@type": ENTITY_TYPES[entity.kind],
        "name": entity.name,
        "alternateName": entity.name_latin,
        "url": absolute(entity.get_absolute_url()),
        "sameAs": f"https://www.wikidata.org/entity/{entity.wikidata_id}" if entity.wikidata_id else "",
    }


def entity_page(entity: Entity, absolute: Absolute) -> dict:
    """The entity that a page is about, with all that is told of it there."""
    node = entity_node(entity, absolute)
    is_on_earth = entity.kind == Entity.Kind.PLACE and entity.latitude is not None
    place = {"@type": "GeoCoordinates", "latitude": entity.latitude, "longitude": entity.longitude}
    return node | {
        "@id": node["url"],
        "mainEntityOfPage": node["url"],
        "description": entity.description,
        "geo": place if is_on_earth else None,
    }


def collection(
    articles: Sequence[Article],
    absolute: Absolute,
    *,
    title: str,
    path: str,
    description: str = "",
    count: int | None = None,
    newest_first: bool = True,
) -> dict:
    """A page that lists ARTICLES, of COUNT in all (as many as are listed)."""
    url = absolute(path)
    order = "ItemListOrderDescending" if newest_first else "ItemListOrderAscending"
    return {
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": title,
        "description": description,
        "inLanguage": CONTENT_LANGUAGE,
        "isPartOf": part_of_site(absolute),
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": count if count is not None else len(articles),
            "itemListOrder": f"{SCHEMA}/{order}",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": article.title,
                    "url": absolute(article.get_absolute_url()),
                }
                for position, article in enumerate(articles[:MAX_LISTED], 1)
            ],
        },
    }


def breadcrumbs(trail: Iterable[dict], absolute: Absolute) -> dict:
    """The way from the front page along TRAIL, of {label, url}; where there is no page there is no url."""
    steps = [{"label": _("Front page"), "url": reverse("archive:front")}, *trail]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": step["label"],
                "item": absolute(step["url"]) if step["url"] else "",
            }
            for position, step in enumerate(steps, 1)
        ],
    }
