"""A saved web page: one article, with the site around it."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from archive.ingest.addresses import normalise_url
from archive.ingest.cleaning import fitting_title
from archive.ingest.dates import is_future, read_date
from archive.ingest.encodings import decode_html
from archive.ingest.furniture import PageLines
from archive.ingest.readers import HEAD_BYTES, ReadContext
from archive.ingest.records import Note, ReadDate, Record, Rejected, UnreadableInputError
from archive.ingest.web.article import page_lines_of, read_web_page
from archive.ingest.web.tree import MAX_PAGE_BYTES, parse

_BEGINS = re.compile(
    rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]*\?>|<!--.*?(?:-->|\Z))*<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|table|p|h1|center|article|main|section|header|font|b|a|br)(?=[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_WIDE = re.compile(rb"^(?:\xff\xfe|\xfe\xff)?(?:\s\0|\0\s)*(?:<\0|\0<)")
_COMMENT_ONLY = re.compile(rb"\s*<!--(?:(?!-->).)*\Z", re.DOTALL)
_NAMES = (".html", ".htm", ".xhtml")
# What browsers and their helpers write into the pages that they save.
_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\([0-9]+\)(\S+)|<!--[^>]{0,200}?\burl:\s*(https?://\S+)", re.IGNORECASE
)
_SAVED_DATE = re.compile(r"<!--(?:(?!-->).){0,500}?\bsaved date:\s*([^\n\r]{8,80})", re.IGNORECASE | re.DOTALL)


MARKED_UP_PAGES_LEARNT = 100
"""Markup tells most of what is the site's, and parsing a page takes longer than all else of its import."""


class HtmlPage:
    name = "html"
    version = 5
    pages_learnt = MARKED_UP_PAGES_LEARNT

    def recognises(self, head: bytes, file_name: str) -> bool:
        if _WIDE.match(head):
            head = head.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
        return _BEGINS.match(head) is not None or (
            _COMMENT_ONLY.match(head) is not None and file_name.lower().endswith(_NAMES)
        )

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        raw = self.page_bytes(stream)
        try:
            yield self.record(raw, context)
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note, raw, self.name, context.file_name)

    @staticmethod
    def page_bytes(stream: BinaryIO) -> bytes:
        """The bytes of one page, one more than it may have when it is too large."""
        return stream.read(MAX_PAGE_BYTES + 1)

    def lines(self, raw: bytes) -> PageLines | None:
        """What is counted of a page to learn its source's furniture; None when it cannot be read."""
        try:
            return page_lines_of(parse(self._text(raw).text))
        except UnreadableInputError:
            return None

    @staticmethod
    def _text(raw: bytes, charset: str = ""):
        if len(raw) > MAX_PAGE_BYTES:
            raise UnreadableInputError(Note("page_too_large", {"limit_bytes": MAX_PAGE_BYTES}))
        if not raw.strip():
            raise UnreadableInputError(Note("file_empty"))
        return decode_html(raw, charset)

    def record(
        self,
        raw: bytes,
        context: ReadContext,
        *,
        address: str = "",
        charset: str = "",
        collected: ReadDate | None = None,
        reader: str = "",
        received: bytes | None = None,
    ) -> Record:
        """Return the article in RAW, a page from ADDRESS, in the encoding CHARSET where its server said one.

        READER is who is told to have read it, and RECEIVED what is kept as its bytes, where they are another's.
        Raises UnreadableInputError when it is none.
        """
        text, encoding, notes = self._text(raw, charset)
        if not address and (saved := _SAVED_FROM.search(text, 0, HEAD_BYTES)):
            address = normalise_url(saved[1] or saved[2])
        if collected is None and (saved := _SAVED_DATE.search(text, 0, HEAD_BYTES)):
            collected = read_date(saved[1]).date
        page = read_web_page(
            parse(text), context.repeated, address=address, chosen=context.chosen, collected=collected
        )
        title, body, title_notes = fitting_title(page.title, page.body)
        if page.published and is_future(page.published.value.date()):
            page.notes.append(Note("date_future"))
        return Record(
            origin=context.origin,
            reader=reader or self.name,
            raw=raw if received is None else received,
            title=title,
            body=body,
            file_name=context.file_name,
            content_type="text/html",
            encoding=encoding,
            authors=page.authors,
            place=page.place,
            source=page.site,
            section=page.section,
            published=page.published,
            collected=collected,
            url=page.url,
            language=page.language,
            links=page.links,
            pictures=page.pictures,
            dropped=page.dropped,
            notes=[*notes, *title_notes, *page.notes],
        )
