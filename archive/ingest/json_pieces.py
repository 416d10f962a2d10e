"""JSON in pieces: the objects of a list are cut out of the stream one by one, so that a file of any size can be read."""

import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from archive.ingest.fields import MAX_RECORD_BYTES
from archive.ingest.narrowing import narrowed, read_some
from archive.ingest.records import Note, UnreadableInputError

CHUNK_BYTES = 128 * 1024
MAX_DEPTH = 5000
"""How deeply what is too long for a record may be nested; the end of what is deeper is not looked for."""

LIST_NAMES = frozenset(
    {
        "articles",
        "data",
        "docs",
        "documents",
        "entries",
        "hits",
        "items",
        "news",
        "posts",
        "records",
        "response",
        "results",
        "rows",
        "stories",
    }
)
"""What lists of records are called in exports and by interfaces of programs."""

_SPACE = re.compile(rb"[ \t\r\n]*")
_SPACE_AND_COMMAS = re.compile(rb"[ \t\r\n,]*")
_MARK_AND_SPACES = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")
_STRING_REST = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_STRUCTURE = re.compile(rb'["{}\[\],]')
# Beyond the size of a record, only a list under such a name is one of records, and not of an article's comments.
_LIST_BEGINS = re.compile(rb'(?<!\\)"(?:' + "|".join(sorted(LIST_NAMES)).encode() + rb')"\s*:\s*\[\s*\{')
_SPACES = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Value(NamedTuple):
    """A JSON value: RAW bytes, None where it is too long; LINE, on which it begins; IN_LIST, whether it stands in one.

    ENCODING is that of the file where it is in two or four bytes a letter (RAW is UTF-8 all the same), else "".
    """

    raw: bytes | None
    line: int
    in_list: bool
    encoding: str = ""


class CutShort(NamedTuple):
    """The end of the file came on LINE, before the list's."""

    line: int


def values_of(stream: BinaryIO) -> Iterator[Value | CutShort]:
    """Yield the values of STREAM: of a list each by itself; of an object too large for a record those of the list in it.

    Raises UnreadableInputError for what is both too large and nested too deeply.
    """
    yield from _Cutter(stream).values()


class Item(NamedTuple):
    """A VALUE in a list, and from where to where it stands in the text."""

    value: object
    start: int
    end: int


def items_at(text: str, path: tuple[str, ...]) -> Iterator[Item]:
    """Yield the items of the list at PATH in TEXT, which is valid JSON; or what an object there has under its names."""
    position = _after_spaces(text, 0)
    for name in path:
        # Where a name comes twice, the last is meant.
        position = [start for key, start in _members(text, position) if key == name][-1]
    if text[position] == "{":
        for _name, start in _members(text, position):
            yield Item(*_item(text, start))
        return
    position = _after_spaces(text, position + 1)
    while text[position] != "]":
        value, end = _DECODER.raw_decode(text, position)
        yield Item(value, position, end)
        position = _after_spaces(text, end)
        if text[position] == ",":
            position = _after_spaces(text, position + 1)


def _item(text: str, start: int) -> tuple[object, int, int]:
    value, end = _DECODER.raw_decode(text, start)
    return value, start, end


def _members(text: str, position: int) -> Iterator[tuple[str, int]]:
    position = _after_spaces(text, position + 1)
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        start = _after_spaces(text, _after_spaces(text, position) + 1)
        yield key, start
        _, position = _DECODER.raw_decode(text, start)
        position = _after_spaces(text, position)
        if text[position] == ",":
            position = _after_spaces(text, position + 1)


def _after_spaces(text: str, position: int) -> int:
    return _SPACES.match(text, position).end()


class _Cutter:
    """Walks through a stream with no more of it in memory than one record."""

    def __init__(self, stream: BinaryIO):
        self._stream, self._encoding = narrowed(stream)
        self._data = b""
        self._at = 0
        self._line = 1
        self._depth = 0

    def values(self) -> Iterator[Value | CutShort]:
        self._skip(_MARK_AND_SPACES)
        while self._skip(_SPACE):
            if self._data[self._at] == ord("["):
                self._at += 1
                yield from self._list()
                continue
            line = self._line
            raw = self._value(may_hold_list=True)
            if isinstance(raw, _ListBegins):
                yield from self._list()
                return
            yield Value(raw, line, False, self._encoding)
            if raw is not None and not raw.startswith(b"{"):
                # What is no JSON is not looked for the end of.
                return

    def _list(self) -> Iterator[Value | CutShort]:
        """The values of the list whose beginning has just been passed."""
        while self._skip(_SPACE_AND_COMMAS):
            if self._data[self._at] == ord("]"):
                self._at += 1
                return
            line = self._line
            raw = self._value()
            if raw == b"":
                # A bracket of another kind, which nothing opened.
                self._at += 1
            yield Value(raw.rstrip() if raw else raw, line, True, self._encoding)
        yield CutShort(self._line)

    def _pass_to(self, position: int) -> bytes:
        passed = self._data[self._at : position]
        self._line += passed.count(b"\n")
        self._at = position
        return passed

    def _more(self) -> bool:
        chunk = read_some(self._stream, CHUNK_BYTES)
        self._data, self._at = self._data[self._at :] + chunk, 0
        return bool(chunk)

    def _skip(self, signs: re.Pattern) -> bool:
        """Go past all of SIGNS; False at the end of the file."""
        while True:
            self._pass_to(signs.match(self._data, self._at).end())
            if self._at < len(self._data):
                return True
            if not self._more():
                return False

    def _value(self, *, may_hold_list: bool = False) -> "bytes | _ListBegins | None":
        """Pass one value and return its bytes; None where they are too many, and are passed without being kept.

        One that MAY_HOLD_LIST is passed only to the beginning of that list.
        """
        pieces: list[bytes] = []
        first_line, size = self._line, 0
        for passed in self._passed():
            size += len(passed)
            if size > MAX_RECORD_BYTES and self._depth > MAX_DEPTH:
                raise UnreadableInputError(Note("json_too_deep"))
            if size <= MAX_RECORD_BYTES:
                pieces.append(passed)
            elif may_hold_list and (found := _LIST_BEGINS.search(seen := b"".join([*pieces, passed]))):
                self._data, self._at = seen[found.end() - 1 :] + self._data[self._at :], 0
                self._line = first_line + seen.count(b"\n", 0, found.end() - 1)
                return _ListBegins()
            else:
                may_hold_list, pieces = False, []
        return b"".join(pieces) if size <= MAX_RECORD_BYTES else None

    def _passed(self) -> Iterator[bytes]:
        """The bytes of one value, as they are passed."""
        depth = 0
        in_string = False
        position = self._at
        while True:
            if in_string:
                position = _STRING_REST.match(self._data, position).end()
                if position < len(self._data) and self._data[position] == ord('"'):
                    position, in_string = position + 1, False
                    continue
            elif match := _STRUCTURE.search(self._data, position):
                sign = match.group()
                if depth == 0 and sign in b",]}":
                    yield self._pass_to(match.start())
                    return
                position = match.end()
                in_string = sign == b'"'
                depth += (sign in b"{[") - (sign in b"]}")
                if depth == 0 and sign in b"]}":
                    yield self._pass_to(position)
                    return
                continue
            else:
                position = len(self._data)
            self._depth = depth
            # What is left is the first half of an escape, if anything.
            yield self._pass_to(position)
            if not self._more():
                yield self._pass_to(len(self._data))
                return
            position = 0


class _ListBegins:
    """A list of records begins where the cutter stands."""
