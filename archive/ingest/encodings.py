"""Bytes to text, when nobody says in which encoding an Arabic page was saved."""

import codecs
import re
from typing import NamedTuple

from archive.ingest.records import Note, UnreadableInputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES = 64 * 1024

# In UTF-16 every Arabic letter carries the byte 06; in a single-byte Arabic page it never occurs.
_MIN_UTF16_SHARE = 0.15
_MAX_CONTROL_SHARE = 0.02
_FEW_CONTROLS = 4
# A UTF-8 page with a few damaged bytes still has many times more sound sequences than broken ones.
_SOUND_PER_BROKEN = 8

_COMMON_LETTERS = frozenset("اليمونرتبه")
_ARABIC_LETTER = re.compile("[ء-غف-ي]")
_MARK_OR_LATIN_IN_WORD = re.compile("(?<=[ء-ي])[\u064b-\u0652À-ÿ]|[À-ÿ](?=[ء-ي])")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MOJIBAKE = re.compile("(?:[ØÙ][\x80-\xbf\u0152-\u2122]){3}")


class Decoded(NamedTuple):
    """A text, the name of the encoding it was in, and what there is to say about it."""

    text: str
    encoding: str
    notes: list[Note]


def decode(data: bytes) -> Decoded:
    """Return DATA as text: by its byte order mark, else UTF-8, else the Arabic encoding its letters speak for.

    Raises UnreadableInputError when it is no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data.decode(encoding, "replace"), encoding.removesuffix("-sig"))
    # Arabic in UTF-16 is also valid UTF-8, of control characters and Latin letters.
    if encoding := _utf16_without_mark(data):
        return _checked(data.decode(encoding, "replace"), encoding)
    try:
        return _checked(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    repaired = data.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    sound = sum(character > "\x7f" for character in repaired) - broken
    if sound >= broken * _SOUND_PER_BROKEN:
        return _checked(repaired, "utf-8")
    encoding = _single_byte(data)
    return _checked(data.decode(encoding, "replace"), encoding)


def _checked(text: str, encoding: str) -> Decoded:
    # A NUL or two is dirt to be cleaned away; a text full of control characters is none.
    if len(_CONTROL.findall(text)) > max(len(text) * _MAX_CONTROL_SHARE, _FEW_CONTROLS):
        raise UnreadableInputError(Note("not_text"))
    notes = []
    if broken := text.count("\ufffd"):
        notes.append(Note("broken_bytes", {"count": broken}))
    if _MOJIBAKE.search(text):
        notes.append(Note("mojibake"))
    return Decoded(text, encoding, notes)


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[: SAMPLE_BYTES & ~1]
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    for encoding, high_bytes in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if (high_bytes.count(6) + high_bytes.count(0)) / half > 0.8 and high_bytes.count(6) / half > _MIN_UTF16_SHARE:
            return encoding
    return None


def _single_byte(data: bytes) -> str:
    """windows-1256 and ISO-8859-6 share half their letters: read in the wrong one, words hold marks and é è ê."""
    sample = data[:SAMPLE_BYTES]
    return max(("cp1256", "iso8859-6"), key=lambda encoding: _likeness(sample.decode(encoding, "replace")))


def _likeness(text: str) -> float:
    letters = _ARABIC_LETTER.findall(text)
    if not letters:
        return 0.0
    common = sum(letter in _COMMON_LETTERS for letter in letters)
    strange = len(_MARK_OR_LATIN_IN_WORD.findall(text)) + text.count("\ufffd")
    return (common - 2 * strange) / len(letters)
