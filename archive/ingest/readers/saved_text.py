"""The text of a saved news page: one article, with the page around it."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from archive.ingest.cleaning import fitting_title
from archive.ingest.encodings import Decoded, decode
from archive.ingest.furniture import PageLines
from archive.ingest.lines import page_lines
from archive.ingest.page import read_page
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, UnreadableInputError
from archive.text.html import paragraphs_html

MAX_PAGE_BYTES = 2 * 1024 * 1024
MIN_ARABIC_SHARE = 0.2

_MARKUP = re.compile(
    r"\s*(?:<(?:!|\?|[A-Za-z])|[{]|\[\s*[\[{\"\]0-9-]|WARC/|filedesc://|%PDF|From |MIME-Version:|BEGIN:)"
)
_ARABIC_LETTER = re.compile("[ء-يﭐ-ﻼ]")
_LETTER = re.compile(r"[^\W\d_]")


class SavedText:
    """Plain text in any Arabic encoding; the last reader asked, because anything can look like text."""

    name = "saved-text"
    version = 6
    pages_learnt = 1000

    def recognises(self, head: bytes, file_name: str) -> bool:
        try:
            text = decode(head).text
        except UnreadableInputError:
            return False
        return not _MARKUP.match(text.lstrip("\ufeff"))

    def read(self, stream: BinaryIO, context: ReadContext) -> Iterator[Record | Rejected]:
        raw = self.page_bytes(stream)
        try:
            yield self._record(raw, context)
        except UnreadableInputError as problem:
            yield Rejected(context.origin, problem.note, raw, self.name, context.file_name)

    @staticmethod
    def page_bytes(stream: BinaryIO) -> bytes:
        """The bytes of one page, one more than it may have when it is too large."""
        return stream.read(MAX_PAGE_BYTES + 1)

    def lines(self, raw: bytes) -> PageLines | None:
        """What is counted of a page to learn its source's furniture; None when it cannot be read."""
        try:
            return page_lines(self._text(raw, chosen=True).text)
        except UnreadableInputError:
            return None

    def _text(self, raw: bytes, *, chosen: bool) -> Decoded:
        if len(raw) > MAX_PAGE_BYTES:
            raise UnreadableInputError(Note("page_too_large", {"limit_bytes": MAX_PAGE_BYTES}))
        if not raw.strip():
            raise UnreadableInputError(Note("file_empty"))
        decoded = decode(raw)
        letters = len(_LETTER.findall(decoded.text))
        if not chosen and len(_ARABIC_LETTER.findall(decoded.text)) < max(letters * MIN_ARABIC_SHARE, 1):
            raise UnreadableInputError(Note("not_arabic"))
        return decoded

    def _record(self, raw: bytes, context: ReadContext) -> Record:
        text, encoding, notes = self._text(raw, chosen=context.chosen)
        page = read_page(text, context.repeated)
        if not page.paragraphs:
            repeated = any(line.code == "repeated" for line in page.dropped)
            reason = "only_furniture" if repeated else "no_body" if page.title else "no_title_no_body"
            raise UnreadableInputError(Note(reason))
        title, body, title_notes = fitting_title(page.title, paragraphs_html(page.paragraphs))
        return Record(
            origin=context.origin,
            reader=self.name,
            raw=raw,
            title=title,
            body=body,
            file_name=context.file_name,
            content_type="text/plain",
            encoding=encoding,
            authors=tuple(dict.fromkeys(page.authors)),
            place=page.place,
            section=page.section,
            published=page.published,
            links=tuple(page.links),
            dropped=page.dropped,
            notes=[*notes, *title_notes, *page.notes],
        )
