"""XML and SGML in pieces: each record is cut out of the stream by itself, and only then parsed.

So that a record's own bytes are kept, a file of any size is read in bounded memory, one broken record does not stop the
next, and nothing that a document declares (entities, external files) is ever read.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import html5
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import quoteattr

from lxml import etree

from archive.ingest.encodings import decode
from archive.ingest.narrowing import narrowed, read_some, wide_encoding
from archive.ingest.records import Note, UnreadableInputError

MAX_ELEMENT_BYTES = 2 * 1024 * 1024
MAX_HEADER_BYTES = 256 * 1024
MAX_DEPTH = 100
MAX_UNCLOSED = 1000
"""How many records one after the other may lack their end: more, and the file is none of records."""

MAX_KEPT_HEADER_BYTES = 64 * 1024
"""How much of what stands before a document's first record is kept with each of its records."""

CHUNK_BYTES = 128 * 1024
LONGEST_NAME_BYTES = 256
MIN_ARABIC_SHARE = 0.4

_TOKEN = rb"<!--|<!\[CDATA\[|<!DOCTYPE|<\?|<(/?)([A-Za-z_][^\s/><]{0,200})"
_ANY_TOKEN = re.compile(_TOKEN, re.IGNORECASE)
_SECTION_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
# No "<" in it, not even in quotes, as XML has it: so that a tag without an end costs no look at all that follows.
_TAG_REST = re.compile(rb"""[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>""")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_ROOT = re.compile(
    r"[\ufeff\s]*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*<([A-Za-z_][^\s/><]*)([^>]*)",
    re.DOTALL | re.IGNORECASE,
)
_REFUSED_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:([0-9]{1,7})|[xX]([0-9A-Fa-f]{1,6}));")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_ARABIC_LETTER = re.compile("[ء-ي]")
_HIGH_LETTER = re.compile("[\x80-\uffff]")
_KEPT_ATTRIBUTES = ("href", "colspan", "rowspan", "src", "alt")
_VOID_NAMES = frozenset({"br", "hr", "img"})
# Of NITF, which has names of its own for what HTML has too.
_HTML_NAMES = {
    **{"hl1": "h2", "hl2": "h3", "block": "div", "bq": "blockquote", "fn": "div", "note": "div"},
    **{"media": "figure", "media-caption": "figcaption"},
}
_LATIN = frozenset({"iso8859-1", "cp1252", "ascii", "iso8859-15"})


class Root(NamedTuple):
    """The first tag of a document: its NAME, small and without a prefix, and its ATTRIBUTES as they stand there."""

    name: str
    attributes: str


class Around(NamedTuple):
    """What stands around a record, in bytes of the document; in UTF-8 where it is in a WIDE encoding."""

    declared: str = ""
    header: bytes = b""
    """What stands before the first record, as long as what is open there is open around this one."""

    tags: tuple[bytes, ...] = ()
    """The start tags of the elements around it, outermost first."""

    is_complete: bool = True
    """Whether the record has an end."""

    wide: str = ""

    def before(self, header: bytes | None) -> bytes:
        header = self.header if header is None else header
        tags = header if 0 < len(header) <= MAX_KEPT_HEADER_BYTES else b"".join(self.tags)
        is_said = self.declared and not self.wide
        declaration = f'<?xml version="1.0" encoding="{self.declared}"?>'.encode() if is_said else b""
        return self._in_document(declaration + tags)

    def behind(self) -> bytes:
        closing = (b"</%s>" % _tag_name_bytes(tag) for tag in reversed(self.tags))
        return self._in_document(b"".join(closing)) if self.is_complete else b""

    def _in_document(self, data: bytes) -> bytes:
        return data.decode("utf-8", "replace").encode(self.wide, "replace") if self.wide else data


@dataclass(slots=True)
class Cut:
    """A record cut out of a document: RAW is its own bytes, None where it is longer than one may be; see `alone`."""

    number: int
    raw: bytes | None
    text: str = ""
    encoding: str = ""
    ancestors: tuple[str, ...] = ()
    """The start tags of the elements around it, outermost first."""

    header: str = ""
    """What of the document stands before its first record."""

    notes: list[Note] = field(default_factory=list)
    around: Around = Around()
    """The bytes that stand around it."""

    def alone(self, header: bytes | None = None) -> bytes:
        """Return its bytes within what stands around them: read again by themselves, they are read as they were here.

        HEADER is what is kept of what stands before the first record: by default all of it, unless it is long.
        """
        return b"".join([self.around.before(header), self.raw, self.around.behind()])

    def document(self) -> str:
        """Return it as a document of its own, within the elements that were around it."""
        return f"{''.join(self.ancestors)}{self.text}{self._closing()}"

    def header_document(self) -> str:
        """Return what stands before the first record as a document, what is open in it closed."""
        return f"{self.header}{self._closing()}"

    def _closing(self) -> str:
        return "".join(f"</{_tag_name(tag)}>" for tag in reversed(self.ancestors))

    def completed(self) -> str:
        """Return its document with what was cut off at its end, by closing what is open."""
        return etree.tostring(_recovered(_parsable(self.document()).encode("utf-8")), encoding="unicode")

    def element(self) -> etree._Element:
        """Return it parsed. What is ill-formed is read as far as it goes, and a note added.

        Raises UnreadableInputError when nothing of it can be read.
        """
        data = _parsable(self.document()).encode("utf-8")
        try:
            root = etree.fromstring(data, _parser(recover=False))
        except etree.XMLSyntaxError:
            self.notes.append(Note("xml_ill_formed"))
            root = _recovered(data)
        for _ in self.ancestors:
            root = next(iter(root.iterchildren("*")), root)
        return root


def root_of(head: bytes) -> Root | None:
    """Return the root of the document that begins with HEAD, None where that is no XML."""
    _, encoding = wide_encoding(head)
    text = head.removeprefix(codecs.BOM_UTF8).decode(encoding or "latin-1", "replace")
    if not (match := _ROOT.match(text)):
        return None
    return Root(match[1].rpartition(":")[2].lower(), match[2])


def cut(stream: BinaryIO, *names: str, sections: bool = True) -> Iterator[Cut]:
    """Yield the elements of STREAM that are called one of NAMES, with or without a prefix, in capitals or not.

    SECTIONS says whether comments and CDATA are understood; SGML of test collections has neither. Raises
    UnreadableInputError for a document that declares entities, and where too many records have no end.
    """
    yield from _Cutter(stream, names, sections=sections).cuts()


def is_well_formed(document: str) -> bool:
    try:
        etree.fromstring(document.encode("utf-8", "replace"), _parser(recover=False))
    except etree.XMLSyntaxError:
        return False
    return True


def local_name(element: etree._Element) -> str:
    """Return the name of ELEMENT without its namespace or prefix; "" for a comment or a processing instruction."""
    # A prefix that nobody declared is left in it.
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    """Return all the text in ELEMENT, "" for None."""
    return "" if element is None else "".join(element.itertext(etree.Element, "*")).strip()


def parsed(document: str) -> etree._Element | None:
    """Return the root of DOCUMENT, read as far as it goes; None where nothing of it can be read."""
    try:
        return _recovered(_parsable(document).encode("utf-8"))
    except UnreadableInputError:
        return None


def markup_of(element: etree._Element | None) -> str:
    """Return what is in ELEMENT as HTML without namespaces; of attributes those that bodies may have."""
    return "" if element is None else "".join(_markup(element))


def _markup(element: etree._Element) -> Iterator[str]:
    yield escape(element.text or "", quote=False)
    for one in element:
        if name := local_name(one):
            name = _HTML_NAMES.get(name, name)
            attributes = ((key, one.get(key)) for key in _KEPT_ATTRIBUTES if one.get(key))
            yield f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes)}>"
            yield from _markup(one)
            yield f"</{name}>" if name not in _VOID_NAMES else ""
        yield escape(one.tail or "", quote=False)


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first descendant down PATH, names without namespaces; None where there is none."""
    for name in path:
        element = next((one for one in children(element, name)), None)
    return element


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [one for one in element.iterchildren("*") if local_name(one) == name]


class _Cutter:
    """Walks through a stream with no more of it in memory than one record."""

    def __init__(self, stream: BinaryIO, names: tuple[str, ...], *, sections: bool):
        stream, self._wide = narrowed(stream)
        self._window = _Window(stream)
        alternatives = b"|".join(re.escape(name.encode()) for name in names)
        record = rb"<(/?)((?:[A-Za-z_][\w.-]{0,60}:)?(?:" + alternatives + rb"))(?=[\s/>])"
        self._record_start = re.compile(record, re.IGNORECASE)
        self._record_token = re.compile((rb"<!--|<!\[CDATA\[|" if sections else b"") + record, re.IGNORECASE)
        self._outer_token = _ANY_TOKEN if sections else self._record_start
        self._declared = ""
        self._stack: list[bytes] = []
        self._header: bytes | None = None
        self._first_stack: tuple[bytes, ...] = ()
        self._seen = bytearray()
        self._number = 0
        self._unclosed = 0

    def cuts(self) -> Iterator[Cut]:
        window = self._window
        while token := window.find(self._outer_token, keep=self._header is None):
            self._remember(window.data[window.at : token.start()])
            start = self._record_start.match(window.data, token.start())
            if start and not start[1]:
                if self._header is None:
                    self._header, self._first_stack = bytes(self._seen), tuple(self._stack)
                window.at = start.start()
                yield self._record(start)
            else:
                window.at = token.start()
                self._pass(token)
            window.forget()

    def _remember(self, passed: bytes) -> None:
        """Keep what was passed over before the first record, as long as it is not too much."""
        if self._header is None and len(self._seen) < MAX_HEADER_BYTES:
            self._seen += passed[: MAX_HEADER_BYTES - len(self._seen)]

    def _pass(self, token: re.Match) -> None:
        """Go past what is no record, which begins where the window stands: a comment, a declaration, a tag."""
        window, begin = self._window, token.start()
        opening = token.group().upper()
        if opening == b"<!DOCTYPE":
            window.at = token.end()
            self._pass_doctype()
        elif opening in _SECTION_ENDS:
            window.at = token.end()
            if declared := _DECLARED.match(window.data, begin):
                self._declared = _codec(declared[1])
            is_text = opening == b"<![CDATA["
            if not window.past(_SECTION_ENDS[opening], limit=begin + MAX_HEADER_BYTES if is_text else None):
                window.at = len(window.data)
            elif is_text:
                self._remember(window.data[begin : window.at])
        else:
            self._pass_tag(token)

    def _pass_doctype(self) -> None:
        window = self._window
        match = window.find(re.compile(rb"[\[>]"))
        if match and match.group() == b"[":
            window.at = match.end()
            end = window.find(re.compile(rb"\]\s*>"), keep=True)
            inside = window.data[window.at : end.start() if end else None]
            if re.search(rb"<!ENTITY\s+[^%\s]", inside):
                raise UnreadableInputError(Note("xml_entities"))
            match = end
        window.at = match.end() if match else len(window.data)

    def _pass_tag(self, token: re.Match) -> None:
        window, begin = self._window, token.start()
        window.at = token.end()
        rest = window.find(_TAG_REST, keep=True, anchored=True)
        if not rest:
            return
        window.at = rest.end()
        tag = window.data[begin : rest.end()]
        self._remember(tag)
        if token[1]:
            open_names = [_tag_name_bytes(open_tag) for open_tag in self._stack]
            if token[2] in open_names:
                while _tag_name_bytes(self._stack.pop()) != token[2]:
                    pass
        elif not tag.endswith(b"/>"):
            if len(self._stack) >= MAX_DEPTH:
                raise UnreadableInputError(Note("xml_too_deep"))
            self._stack.append(tag)

    def _record(self, start: re.Match) -> Cut:
        """Cut out the record that begins at START; the window stands behind it afterwards."""
        window, name = self._window, start[2].lower()
        self._number += 1
        begin, window.at = window.at, start.end()
        tag = window.find(_TAG_REST, keep=True, anchored=True)
        window.at = tag.end() if tag else window.at
        complete = bool(tag and tag.group().endswith(b"/>"))
        while not complete:
            token = window.find(self._record_token, keep=True)
            if len(window.data) - begin > MAX_ELEMENT_BYTES and (
                not token or token.end() - begin > MAX_ELEMENT_BYTES
            ):
                self._pass_long_record(name)
                return self._cut(None)
            if token is None:
                window.at = len(window.data)
                break
            if token.group() in (b"<!--", b"<![CDATA["):
                window.at = token.end()
                window.past(_SECTION_ENDS[token.group()], limit=begin + MAX_ELEMENT_BYTES)
            elif token[2].lower() != name:
                window.at = token.end()
            elif token[1]:
                complete = True
                window.at = token.end()
                if end := window.find(re.compile(rb"\s*>"), keep=True, anchored=True):
                    window.at = end.end()
            else:
                # The one before was never closed.
                window.at = token.start()
                break
        return self._cut(window.data[begin : window.at], is_complete=complete)

    def _pass_long_record(self, name: bytes) -> None:
        window = self._window
        end = window.find(re.compile(rb"</" + re.escape(name) + rb"\s*>", re.IGNORECASE))
        window.at = end.end() if end else len(window.data)

    def _cut(self, raw: bytes | None, *, is_complete: bool = True) -> Cut:
        """The record whose bytes are RAW, None where they are too many."""
        stack = tuple(self._stack)
        piece = Cut(
            self._number,
            raw,
            ancestors=tuple(self._text(tag)[0] for tag in stack),
            header=self._text(self._header or b"")[0],
            around=Around(
                self._declared,
                (self._header or b"") if stack == self._first_stack else b"",
                stack,
                is_complete,
                self._wide,
            ),
        )
        if raw is not None:
            piece.text, piece.encoding, notes = self._text(raw)
            piece.raw = piece.text.encode(self._wide, "replace") if self._wide else raw
            piece.notes = notes if is_complete else [*notes, Note("xml_cut_short")]
        self._unclosed = 0 if is_complete else self._unclosed + 1
        if self._unclosed > MAX_UNCLOSED:
            raise UnreadableInputError(Note("xml_unclosed", {"count": MAX_UNCLOSED}))
        return piece

    def _text(self, raw: bytes) -> tuple[str, str, list[Note]]:
        """Decode by what the bytes say before what the document declares of them."""
        if self._wide:
            return raw.decode("utf-8", "replace"), self._wide, []
        try:
            return raw.decode("utf-8"), "utf-8", []
        except UnicodeDecodeError:
            pass
        declared = self._declared
        guessed = decode(raw)
        if declared in ("", "utf-8") or guessed.encoding == "utf-8":
            return guessed
        # A declaration of a Latin encoding is often a page's template's; if the letters make Arabic, it is Arabic.
        letters = len(_HIGH_LETTER.findall(guessed.text)) or 1
        if declared in _LATIN and len(_ARABIC_LETTER.findall(guessed.text)) / letters > MIN_ARABIC_SHARE:
            return guessed
        try:
            return raw.decode(declared), declared, []
        except (UnicodeDecodeError, LookupError):
            return guessed


class _Window:
    """A part of a stream: DATA, in which AT is where reading goes on; what is before may be forgotten."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._ended = False
        self._forgotten = 0
        self._absent: dict[bytes, int] = {}
        self.data = b""
        self.at = 0

    def forget(self, before: int | None = None) -> None:
        """Forget what is before AT, or BEFORE a place behind it; a little is not worth the moving."""
        if before is not None:
            self.at = before
        if self.at >= CHUNK_BYTES:
            self._forgotten += self.at
            self.data, self.at = self.data[self.at :], 0

    def _more(self) -> bool:
        chunk = b"" if self._ended else read_some(self._stream, CHUNK_BYTES)
        self._ended = not chunk
        self.data += chunk
        return bool(chunk)

    def find(self, pattern: re.Pattern, *, keep: bool = False, anchored: bool = False) -> re.Match | None:
        """Find PATTERN after AT, reading on; without KEEP what is passed over is forgotten.

        With KEEP no more is read than a record may have. A match that ends with the data may go on beyond it.
        """
        position = self.at
        while True:
            match = (pattern.match if anchored else pattern.search)(self.data, position)
            if match and (match.end() < len(self.data) or self._ended):
                return match
            if anchored and match is None and len(self.data) - position > MAX_HEADER_BYTES:
                return None
            kept = len(self.data) - self.at
            if self._ended or (keep and kept > MAX_ELEMENT_BYTES + CHUNK_BYTES):
                return match
            if not anchored:
                position = match.start() if match else max(position, len(self.data) - LONGEST_NAME_BYTES)
            if not keep and not anchored:
                self.forget(position)
                position = self.at
            self._more()

    def past(self, mark: bytes, *, limit: int | None = None) -> bool:
        """Go behind MARK; stay where it does not come before LIMIT, a place in the data; without one, forget."""
        position = max(self.at, self._absent.get(mark, 0) - self._forgotten)
        while (found := self.data.find(mark, position)) < 0:
            position = max(position, len(self.data) - len(mark))
            self._absent[mark] = position + self._forgotten
            if self._ended or (limit is not None and len(self.data) > limit):
                return False
            if limit is None:
                self.forget(position)
                position = self.at
            self._more()
        self.at = found + len(mark)
        return True


def _codec(name: bytes) -> str:
    try:
        return codecs.lookup(name.decode("ascii")).name
    except LookupError:
        return ""


def _tag_name_bytes(tag: bytes) -> bytes:
    return re.match(rb"<([^\s/>]*)", tag)[1]


def _tag_name(tag: str) -> str:
    return re.match(r"<([^\s/>]*)", tag)[1]


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def _recovered(data: bytes) -> etree._Element:
    try:
        root = etree.fromstring(data, _parser(recover=True))
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise UnreadableInputError(Note("xml_unreadable"))
    return root


def _parsable(text: str) -> str:
    """TEXT with HTML's named characters as characters, and without those that XML has not."""
    text = _NAMED.sub(lambda match: html5.get(match[1], match.group()), text)
    return _REFUSED_CHARACTER.sub("", _REFERENCE.sub(_allowed_reference, text))


def _allowed_reference(match: re.Match) -> str:
    number = int(match[1]) if match[1] else int(match[2], 16)
    is_character = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return match.group() if is_character or 0x10000 <= number <= 0x10FFFF else ""
