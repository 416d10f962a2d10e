"""How a feed is written: RSS, Atom and JSON Feed, with the same in each.

Beside what Django knows, an item has `authors`, `publisher` and `language`, `pictures` as a list of Picture, and
`content`, the article as HTML or nothing; a feed has `hub`, the address of its WebSub hub or nothing.
"""

import json
from html import unescape
from typing import NamedTuple

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
NAMESPACES = {"xmlns:dc": DUBLIN_CORE, "xmlns:media": MEDIA}


class Picture(NamedTuple):
    """A picture of an article; URL is full, WIDTH and HEIGHT are in pixels, or None where they are not known."""

    url: str
    media_type: str
    width: int | None
    height: int | None
    alternative_text: str
    caption: str
    credit: str


def _add_pictures(handler, pictures: list[Picture]) -> None:
    for picture in pictures:
        attributes = {
            "url": picture.url,
            "type": picture.media_type,
            "medium": "image",
            "width": picture.width,
            "height": picture.height,
        }
        handler.startElement("media:content", {name: str(value) for name, value in attributes.items() if value})
        for name, text in (("title", picture.caption), ("description", picture.alternative_text)):
            if text:
                handler.addQuickElement(f"media:{name}", text, {"type": "plain"})
        if picture.credit:
            handler.addQuickElement("media:credit", picture.credit)
        handler.endElement("media:content")


class ArticleRss(Rss201rev2Feed):
    """RSS with an article's authors and publisher, by the names of Dublin Core, its text and its pictures."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), **NAMESPACES, "xmlns:content": CONTENT}

    def add_root_elements(self, handler) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler, item: dict) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("dc:publisher", item["publisher"])
        handler.addQuickElement("dc:language", item["language"])
        if item["content"]:
            handler.addQuickElement("content:encoded", item["content"])
        _add_pictures(handler, item["pictures"])


class ArticleAtom(Atom1Feed):
    """Atom with an article's authors, its publisher by the name of Dublin Core, its text and its pictures."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), **NAMESPACES}

    def add_root_elements(self, handler) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", None, {"rel": "hub", "href": self.feed["hub"]})

    def add_item_elements(self, handler, item: dict) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("dc:publisher", item["publisher"])
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html", "xml:lang": item["language"]})
        _add_pictures(handler, item["pictures"])


class ArticleJson(SyndicationFeed):
    """JSON Feed 1.1 (jsonfeed.org): the same items as in the others."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
            "hubs": [{"type": "WebSub", "url": self.feed["hub"]}] if self.feed["hub"] else [],
        }
        feed = {name: value for name, value in feed.items() if value}
        feed["items"] = list(map(self._item, self.items))
        outfile.write(json.dumps(feed, ensure_ascii=False).encode(encoding))

    def _item(self, item: dict) -> dict:
        summary = unescape(item["description"])
        pictures: list[Picture] = item["pictures"]
        found = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_html": item["content"],
            "summary": summary if item["content"] else "",
            # One of both there must be.
            "content_text": "" if item["content"] else summary or item["title"],
            "image": pictures[0].url if pictures else "",
            "date_published": item["pubdate"] and item["pubdate"].isoformat(),
            "date_modified": item["updateddate"].isoformat(),
            "authors": [{"name": name} for name in (*item["authors"], item["publisher"])],
            "tags": item["categories"],
            "language": item["language"],
            "attachments": [
                {"url": picture.url, "mime_type": picture.media_type, "title": picture.alternative_text}
                for picture in pictures
                if picture.media_type
            ],
        }
        return {name: value for name, value in found.items() if value}
