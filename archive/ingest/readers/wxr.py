"""WXR, what WordPress exports: its posts that were published."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from archive.ingest.fields import Received, record_of
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, Skipped, UnreadableInputError
from archive.ingest.xml import MAX_ELEMENT_BYTES, Cut, child, children, cut, parsed, root_of, text_of

NAMESPACE = "wordpress.org/export/"
PUBLISHED = frozenset({"publish", "future"})
MAX_ATTACHED = 50_000
"""How many attachments are remembered, for the posts that show them."""

_LIST = rb"<wp:(author|category|tag|term)>"
_LISTED = re.compile(_LIST + rb"(?:(?!" + _LIST.replace(b"(", b"(?:") + rb").)*?</wp:\1>\s*", re.DOTALL)
_NO_DATE = "0000-00-00"
# Stands for what WordPress puts there; what is around other text goes, and the text stays.
_SHORTCODE = re.compile(r"\[/?(?:caption|gallery|embed|video|audio|playlist|wp_caption)(?:\s[^\[\]]*)?\]")
_CAPTION = re.compile(
    r"\[(?:wp_)?caption(?:\s[^\[\]]*)?\]((?:\s*</?a\b[^<>\[\]]*>)*\s*<img\b[^<>]*>(?:\s*</a>)?)([^\[\]]*)\[/(?:wp_)?caption\]"
)
_FIGURE = r"<figure>\1<figcaption>\2</figcaption></figure>"


class Wxr:
    name = "wxr"
    version = 5

    def recognises(self, head: bytes, file_name: str) -> bool:
        root = root_of(head)
        return bool(root) and root.name == "rss" and NAMESPACE in root.attributes

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        channel = None
        attached: dict[str, dict[str, str]] = {}
        try:
            for piece in cut(stream, "item"):
                channel = _channel(piece) if channel is None else channel
                origin = f"{context.origin}:{piece.number}"
                if piece.raw is None:
                    yield Rejected(origin, Note("record_too_long", {"limit_bytes": MAX_ELEMENT_BYTES}))
                    continue
                try:
                    yield self._found(piece, channel, attached, origin, context)
                except UnreadableInputError as problem:
                    yield Rejected(origin, problem.note, piece.alone(channel["header"]), self.name, context.file_name)
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note)
            return
        if channel is None:
            yield Rejected(context.origin, Note("feed_empty"))

    def _found(
        self, piece: Cut, channel: dict, attached: dict[str, dict[str, str]], origin: str, context: ReadContext
    ) -> Record | Rejected | Skipped:
        """What an item is. ATTACHED has the pictures that came before it, by their numbers."""
        item = piece.element()
        kind, status = text_of(child(item, "post_type")) or "post", text_of(child(item, "status")) or "publish"
        if kind == "attachment" and len(attached) < MAX_ATTACHED:
            attached[text_of(child(item, "post_id"))] = _attachment(item)
        if kind != "post":
            return Skipped(origin, Note("wxr_no_post", {"kind": kind[:40]}))
        if status not in PUBLISHED or text_of(child(item, "post_password")):
            return Skipped(origin, Note("wxr_unpublished", {"status": status[:40]}))
        encoded = {_prefix(one): text_of(one) for one in children(item, "encoded")}
        login = text_of(child(item, "creator"))
        sections = (text_of(one) for one in children(item, "category") if one.get("domain", "category") == "category")
        values = {
            "id": text_of(child(item, "guid")),
            "title": text_of(child(item, "title")),
            "body": _SHORTCODE.sub("", _CAPTION.sub(_FIGURE, encoded.get("content", ""))),
            "summary": encoded.get("excerpt", ""),
            "published": _published(item),
            "url": text_of(child(item, "link")),
            # Of a post that was kept without what stands around it nobody knows what its author is called.
            "author": channel["authors"].get(login, login if piece.ancestors else ""),
            "section": next(filter(None, sections), ""),
            "source": channel["title"],
            "language": channel["language"],
            "picture": _featured_picture(item, attached),
        }
        raw = piece.alone(channel["header"] + channel["about"].get(login, b""))
        received = Received(origin, self.name, raw, "application/rss+xml", piece.encoding, piece.notes)
        return record_of(values, received, context)


def _channel(piece: Cut) -> dict:
    """What stands before the first item: the site's name and language, and what the authors are called."""
    channel = child(parsed(piece.header_document()), "channel")
    header = piece.around.header
    authors = {
        text_of(child(one, "author_login")): text_of(child(one, "author_display_name"))
        for one in children(channel, "author")
    }
    return {
        "title": text_of(child(channel, "title")),
        "language": text_of(child(channel, "language")),
        "authors": {login: name for login, name in authors.items() if login and name},
        # With a post go the names of the site and of its author, and not those of all authors and sections.
        "header": _LISTED.sub(b"", header),
        "about": {_login(one[0]): one[0] for one in _LISTED.finditer(header) if one[1] == b"author"},
    }


def _login(author: bytes) -> str:
    return text_of(child(parsed(author.decode("utf-8", "replace")), "author_login"))


def _attachment(item: etree._Element) -> dict[str, str]:
    texts = {_prefix(one): text_of(one) for one in children(item, "encoded")}
    return {"url": text_of(child(item, "attachment_url")), "caption": texts.get("excerpt", "")}


def _featured_picture(item: etree._Element, attached: dict[str, dict[str, str]]) -> dict[str, str] | None:
    """The post's picture of its own, where the export had it before the post."""
    for meta in children(item, "postmeta"):
        is_featured = text_of(child(meta, "meta_key")) == "_thumbnail_id"
        if is_featured and (known := attached.get(text_of(child(meta, "meta_value")))):
            return known
    return None


def _prefix(element: etree._Element) -> str:
    return "excerpt" if "excerpt" in element.tag or element.prefix == "excerpt" else "content"


def _published(item: etree._Element) -> str:
    """The date as WordPress keeps it: in universal time, else in the site's, which has no zone there."""
    universal, local = text_of(child(item, "post_date_gmt")), text_of(child(item, "post_date"))
    if universal and not universal.startswith(_NO_DATE):
        return f"{universal}Z"
    return local if local and not local.startswith(_NO_DATE) else text_of(child(item, "pubDate"))
