"""Articles as ninjs 3.1, the JSON of the news wires (IPTC): an item a line.

https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json. What an item cannot say, such as a date of which only the month
is known, stands among its `altIds`.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime

from django.utils.encoding import iri_to_uri

from archive.models import Article, ArticleLink, Entity, Image
from archive.outgoing.jsonl import Progress
from archive.outgoing.selection import Selection
from archive.outgoing.sinks import Sink
from archive.outgoing.table import mentions, published

VERSION = "3.1"
STANDARD = {"name": "ninjs", "version": VERSION, "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"}
URN = "urn:sijill:article:"
STATES = {
    Article.Status.PUBLISHED: "usable",
    Article.Status.SCHEDULED: "withheld",
    Article.Status.DRAFT: "withheld",
    Article.Status.REVIEW: "withheld",
    Article.Status.WITHDRAWN: "canceled",
}
_BARE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
URGENCY = {Article.Importance.LEAD: 2, Article.Importance.NOTABLE: 4, Article.Importance.ORDINARY: 5}
KINDS = {
    Entity.Kind.PERSON: "people",
    Entity.Kind.ORGANISATION: "organisations",
    Entity.Kind.PLACE: "places",
    Entity.Kind.EVENT: "events",
}


def write_ninjs(selection: Selection, sink: Sink, progress: Progress) -> int:
    """Write the articles of SELECTION, an item a line, and return how many they are."""
    count, total = 0, selection.count()
    for batch in selection.batches():
        for article in batch:
            sink.write(json.dumps(ninjs_item(article), ensure_ascii=False).encode() + b"\n")
        count += len(batch)
        progress(count, total)
    return count


def ninjs_item(article: Article) -> dict:
    """Return ARTICLE as a ninjs object, without what is empty."""
    item = {
        "uri": f"{URN}{article.pk}",
        "type": "text",
        "standard": STANDARD,
        "representationType": "full",
        "firstCreated": _moment(article.created_at),
        "versionCreated": _moment(article.updated_at),
        "contentCreated": _moment(article.published_at) if article.date_precision == "minute" else "",
        "embargoedUntil": _moment(_embargo(article)),
        "pubStatus": STATES[article.state()],
        "urgency": URGENCY[article.importance],
        "language": article.language,
        "title": article.title,
        "by": "، ".join(article.author_names),
        "located": article.place,
        "headlines": [*_text("main", article.title), *_text("kicker", article.kicker)],
        "descriptions": _text("summary", article.summary),
        "bodies": [_body(article)] if article.body else [],
        "infoSources": [_filled({"name": name, "role": "publisher", "uri": _uri(article.source.url)})]
        if (name := article.source.known_name)
        else [],
        "subjects": [{"name": article.section.name, "rel": "section", "literal": article.section.slug}]
        if article.section
        else [],
        "renditions": [_filled({"name": "original", "href": _uri(article.original_url)})]
        if _uri(article.original_url)
        else [],
        "associations": [*_pictures(article), *_links(article)],
        "altIds": list(_other_ids(article)),
    }
    for mention in mentions(article):
        names = item.setdefault(KINDS[mention.entity.kind], [])
        if (name := _entity(mention.entity)) not in names:
            names.append(name)
    return _filled(item)


def _text(role: str, value: str) -> list[dict]:
    return [{"role": role, "contentType": "text/plain", "value": value}] if value else []


def _body(article: Article) -> dict:
    return {
        "role": "main",
        "contentType": "text/html",
        "charCount": len(article.text),
        "wordCount": len(article.text.split()),
        "value": article.body,
    }


def _embargo(article: Article) -> datetime | None:
    """Until when nobody may show ARTICLE: its time, where it waits for one, or the end of its embargo."""
    return article.published_at if article.state() == Article.Status.SCHEDULED else article.embargo_until


def _moment(value) -> str:
    return value.isoformat(timespec="seconds") if value else ""


def _uri(address: str) -> str:
    """ADDRESS as a URI, if it is one of the web; letters that a URI has not are percent-encoded."""
    uri = iri_to_uri(address) if address.lower().startswith(("http://", "https://")) else ""
    scheme, _, rest = _BARE_PERCENT.sub("%25", uri).partition("://")
    host, slash, path = rest.partition("/")
    # Brackets are of an address of IPv6 only.
    return f"{scheme}://{host}{slash}{path.replace('[', '%5B').replace(']', '%5D')}" if uri else ""


def _entity(entity: Entity) -> dict:
    uri = f"http://www.wikidata.org/entity/{entity.wikidata_id}" if entity.wikidata_id else ""
    return _filled({"name": entity.name, "rel": "mentions", "uri": uri, "literal": entity.name_latin})


def _pictures(article: Article) -> Iterator[dict]:
    images: list[Image] = list(article.images.all())
    for number, image in enumerate(images, 1):
        rendition = {"name": "original", "href": _uri(image.url), "title": image.file.name}
        yield _filled(
            {
                "name": f"picture{number}",
                "rel": "picture",
                "uri": _uri(image.url) or f"{URN}{article.pk}:image:{image.pk}",
                "type": "picture",
                "by": image.credit,
                "descriptions": [*_text("caption", image.caption), *_text("alternative", image.alternative_text)],
                "renditions": [_filled(rendition | {"width": image.width, "height": image.height})],
            }
        )


def _links(article: Article) -> Iterator[dict]:
    """The articles that this one links to, known here or not."""
    links: list[ArticleLink] = list(article.links.all())
    for link in links:
        title = link.title or (link.to_article.title if link.to_article else "")
        uri = f"{URN}{link.to_article_id}" if link.to_article_id else _uri(link.url)
        yield _filled(
            {
                "name": f"{link.kind}{link.pk}",
                "rel": link.kind,
                "uri": uri or f"{URN}{article.pk}:link:{link.pk}",
                "type": "text",
                "headlines": _text("main", title),
            }
        )


def _other_ids(article: Article) -> Iterator[dict]:
    yield {"role": "record", "value": str(article.pk)}
    if article.external_id:
        yield {"role": "source", "value": article.external_id}
    if article.published_at and article.date_precision != "minute":
        yield {"role": "published", "value": published(article)}


def _filled(data: dict) -> dict:
    return {key: value for key, value in data.items() if value not in ("", None, [])}
