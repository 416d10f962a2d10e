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

# Of Arabic's letters two in three are common ones; of what is read as Arabic and is none, hardly one in four.
_MIN_LIKENESS = 0.35
_MIN_LETTERS = 20
_COMMON_LETTERS = frozenset("اليمونرتبه")
_ARABIC_LETTER = re.compile("[ء-غف-ي]")
_TASHKEEL = re.compile("[\u064b-\u0652]")
_MARK_OR_LATIN_IN_WORD = re.compile("(?<=[ء-ي])[\u064b-\u0652À-ÿ]|[À-ÿ](?=[ء-ي])|(?<=[A-Za-z])[ء-ي]")
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x20)])
_MOJIBAKE = re.compile("(?:[ØÙ][\x80-\xbf\u0152-\u2122]){3}")
_DECLARED = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 16 * 1024
_HIGH_BYTES = re.compile(rb"[ -~]{0,2}(?:[\x80-\xff]+[ \t\r\n.,:()-]*)+")
_MARKUP_UTF16 = (("utf-16-le", b"<\0"), ("utf-16-be", b"\0<"))
_ARABIC_ENCODINGS = ("cp1256", "iso8859-6")


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
    if (text := _as_utf8(data)) is not None:
        return _checked(text, "utf-8")
    encoding = _single_byte(data)
    decoded = _checked(data.decode(encoding, "replace"), encoding)
    # Vocalised Arabic has marks in its words, as what is none has.
    bare = _TASHKEEL.sub("", decoded.text[:SAMPLE_BYTES])
    is_arabic = len(_ARABIC_LETTER.findall(bare)) < _MIN_LETTERS or _likeness(bare) >= _MIN_LIKENESS
    if not is_arabic and Note("mojibake") not in decoded.notes:
        # Another language's encoding, which nobody names.
        decoded.notes.append(Note("mojibake"))
    return decoded


def _as_utf8(data: bytes) -> str | None:
    """DATA as UTF-8 where it is that, or was before a few of its bytes broke."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    repaired = data.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    sound = sum(character > "\x7f" for character in repaired) - broken
    return repaired if sound >= broken * _SOUND_PER_BROKEN else None


def decode_html(data: bytes, charset: str = "") -> Decoded:
    """Return the page DATA as text; CHARSET is what its server said, where it is known.

    Bytes that are sound UTF-8 are that, whatever a page declares; of the others the letters must speak for what is
    declared, for pages are often told in an encoding that they are not in. Raises UnreadableInputError as `decode`.
    """
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return decode(data)
    begin = data[:200].lstrip(b" \t\r\n\0")
    for encoding, mark in _MARKUP_UTF16:
        if begin.startswith(mark.strip(b"\0") if encoding.endswith("le") else mark.lstrip(b"\0")) and _is_wide(
            data, encoding
        ):
            return _checked(data.decode(encoding, "replace"), encoding)
    if (text := _as_utf8(data)) is not None:
        return _checked(text, "utf-8")
    declared = [_codec(name) for name in (charset, _declared(data))]
    encoding = _likeliest(data, [name for name in declared if name and not name.startswith("utf")])
    decoded = _checked(data.decode(encoding, "replace"), encoding)
    told = next((name for name in declared if name), "")
    if told and told != encoding:
        decoded.notes.append(Note("encoding_declared_wrongly", {"declared": told, "encoding": encoding}))
    return decoded


def _is_wide(data: bytes, encoding: str) -> bool:
    sample = data[: SAMPLE_BYTES & ~1]
    high = sample[1::2] if encoding.endswith("le") else sample[0::2]
    return (high.count(0) + high.count(6)) > len(high) * 0.7


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:_HEAD_BYTES]) or _XML_DECLARED.search(data[:200])
    return found[1].decode("ascii") if found else ""


def _codec(name: str) -> str:
    """The name of the codec for a declared NAME; "" for one that Python has not, or that is none of a text."""
    try:
        found = codecs.lookup(name.strip("\"' ")).name if name else ""
        "".encode(found or "ascii")
    except (LookupError, ValueError, TypeError):
        return ""
    # Browsers read Latin-1 and ASCII as windows-1252.
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(found, found)


def _likeliest(data: bytes, declared: list[str]) -> str:
    """The encoding in which the letters of DATA look most like Arabic; what was DECLARED wins when none does."""
    sample = b" ".join(_HIGH_BYTES.findall(data)[:20_000])[:SAMPLE_BYTES]
    likeness = {name: _likeness(sample.decode(name, "replace")) for name in (*declared, *_ARABIC_ENCODINGS)}
    best = max(likeness, key=lambda name: likeness[name])
    return best if likeness[best] > 0 or not declared else declared[0]


def _checked(text: str, encoding: str) -> Decoded:
    # A NUL or two is dirt to be cleaned away; a text full of control characters is none.
    if _control_count(text) > max(len(text) * _MAX_CONTROL_SHARE, _FEW_CONTROLS):
        raise UnreadableInputError(Note("not_text"))
    notes = []
    if broken := text.count("\ufffd"):
        notes.append(Note("broken_bytes", {"count": broken}))
    text, repaired = repair_mojibake(text)
    if repaired:
        notes.append(Note("mojibake_repaired", {"count": repaired}))
    if ("Ø" in text or "Ù" in text) and _MOJIBAKE.search(text):
        notes.append(Note("mojibake"))
    return Decoded(text, encoding, notes)


# --- Text that was read in the wrong encoding before it was saved ---


def _table(encoding: str) -> dict[str, int]:
    """The byte of each character of ENCODING beyond ASCII; what it leaves open stands for itself, as browsers do."""
    table = {}
    for byte in range(0x80, 0x100):
        try:
            table[bytes([byte]).decode(encoding)] = byte
        except UnicodeDecodeError:
            table[chr(byte)] = byte
    return table


_MISREAD_AS = tuple(_table(encoding) for encoding in ("cp1252", "cp1256"))
# Where the bytes of Arabic letters in UTF-8 begin, as those encodings show them, and what follows them there.
_MISREAD = tuple(re.compile(f"[{''.join(map(re.escape, table))}]{{4,}}") for table in _MISREAD_AS)
# Alef or lam, one of which every Arabic text holds, read so once or twice.
_MISREAD_SIGNS = (("Ø§", "Ù„", "Ã˜"), ("ط§", "ظ„", "ط·"))
_MIN_REPAIRED_LETTERS = 3


def repair_mojibake(text: str) -> tuple[str, int]:
    """Return TEXT with what was UTF-8 and was read as windows-1252 or 1256, once or twice, as it was, and how many words.

    Only runs whose characters are the bytes of sound UTF-8, and Arabic letters in it, are touched: no text that was
    ever meant so is.
    """
    repaired = 0
    for _time in range(2):
        count = 0
        for table, run, sign in zip(_MISREAD_AS, _MISREAD, _MISREAD_SIGNS, strict=True):
            if any(letter in text for letter in sign):
                text, changed = _reread(text, table, run)
                count += changed
        if not count:
            break
        repaired = max(repaired, count)
    return text, repaired


def _reread(text: str, table: dict[str, int], run: re.Pattern) -> tuple[str, int]:
    count = 0

    def reread(match: re.Match) -> str:
        nonlocal count
        try:
            found = bytes(table[character] for character in match[0]).decode("utf-8")
        except UnicodeDecodeError:
            return match[0]
        if len(_ARABIC_LETTER.findall(found)) < _MIN_REPAIRED_LETTERS and not _MOJIBAKE.search(found):
            return match[0] if not count else found
        count += 1
        return found

    return run.sub(reread, text), count


def _control_count(text: str) -> int:
    data = text.encode("utf-8", "replace")
    return len(data) - len(data.translate(None, _CONTROLS))


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
