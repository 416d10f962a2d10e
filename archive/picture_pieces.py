"""Pictures without what is not their pixels, such as what a camera or a program wrote beside them or behind them.

To write a picture anew would make it worse, or larger, one that moves frame by frame. So of the pieces of its file
those stay, byte for byte, that say how it looks, and no others. An AVIF alone cannot be taken to pieces: what it is
made of is found by its place in the file, so that it is only told whether there is more. Sources: GIF89a, the PNG
specification (third edition), the WebP container specification, ITU-T T.81 for JPEG, and ISO/IEC 14496-12 for AVIF.
"""

import re
import struct
from collections.abc import Iterator

_PNG_SIGNATURE_BYTES, _RIFF_HEADER_BYTES = 8, 12
_PNG_OF_THE_PIXELS = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"pHYs", b"sBIT", b"sPLT", b"hIST"),
        *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT"),
    }
)
_WEBP_OF_THE_PIXELS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04

_GIF_HEADER_BYTES, _GIF_IMAGE_BYTES = 13, 10
_GIF_IMAGE, _GIF_EXTENSION, _GIF_END = 0x2C, 0x21, 0x3B
_GIF_CONTROL, _GIF_APPLICATION = 0xF9, 0xFF
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")

_AVIF_BOX_HEADER_BYTES = 8
_AVIF_OF_THE_PIXELS = frozenset({b"ftyp", b"meta", b"moov", b"mdat"})

_JPEG_FILL, _JPEG_SCAN, _JPEG_END = 0xFF, 0xDA, 0xD9
_JPEG_MARKER_IN_SCAN = re.compile(rb"\xff(?![\x00\xff\xd0-\xd7])")


def bare(content: bytes, file_format: str) -> bytes:
    """Return the picture in CONTENT, of FILE_FORMAT "GIF", "PNG" or "WEBP", with nothing but its frames.

    Of a "JPEG" only what follows its end is left out. Raises IndexError or struct.error where the file is cut short,
    or is not made as its format asks.
    """
    return b"".join({"GIF": _gif, "JPEG": _jpeg, "PNG": _png, "WEBP": _webp}[file_format](content))


def is_bare_avif(content: bytes) -> bool:
    """Return whether the AVIF in CONTENT has only boxes that its frames need, and nothing between or behind them.

    A box that says no length, or a long one, goes as far as its file: whatever follows would be in it.
    """
    place = 0
    while place + _AVIF_BOX_HEADER_BYTES <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if length < _AVIF_BOX_HEADER_BYTES or kind not in _AVIF_OF_THE_PIXELS:
            return False
        place += length
    return place == len(content)


def _png(content: bytes) -> Iterator[bytes]:
    yield content[:_PNG_SIGNATURE_BYTES]
    place = _PNG_SIGNATURE_BYTES
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + length + 12
        if kind in _PNG_OF_THE_PIXELS:
            yield content[place:end]
        place = end


def _webp(content: bytes) -> Iterator[bytes]:
    chunks = b"".join(_webp_chunks(content))
    # The size counts what follows it.
    yield content[:4] + struct.pack("<I", len(chunks) + 4) + content[8:_RIFF_HEADER_BYTES]
    yield chunks


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    place = _RIFF_HEADER_BYTES
    end = struct.unpack_from("<I", content, 4)[0] + 8
    while place < end:
        kind, length = struct.unpack_from("<4sI", content, place)
        chunk = content[place : place + 8 + length + length % 2]
        place += len(chunk)
        if kind == b"VP8X":
            yield chunk[:8] + bytes([chunk[8] & ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP)]) + chunk[9:]
        elif kind in _WEBP_OF_THE_PIXELS:
            yield chunk


def _jpeg(content: bytes) -> Iterator[bytes]:
    place, marker = 2, 0
    while marker != _JPEG_END:
        marker = content[place + 1]
        if content[place] != _JPEG_FILL:
            raise IndexError(place)
        place += 1 if marker == _JPEG_FILL else 2
        if marker in (_JPEG_FILL, _JPEG_END):
            continue
        place += struct.unpack_from(">H", content, place)[0]
        if marker == _JPEG_SCAN:
            following = _JPEG_MARKER_IN_SCAN.search(content, place)
            place = following.start() if following else len(content)
            if following is None:  # Cameras have left out the end.
                break
    yield content[:place]


def _gif(content: bytes) -> Iterator[bytes]:
    place = _GIF_HEADER_BYTES + _color_table_bytes(content[_GIF_HEADER_BYTES - 3])
    yield content[:place]
    while (kind := content[place]) != _GIF_END:
        begin, place = place, _end_of_gif_block(content, place)
        if kind != _GIF_EXTENSION or _is_of_the_pixels(content, begin):
            yield content[begin:place]
    yield bytes([_GIF_END])


def _end_of_gif_block(content: bytes, place: int) -> int:
    if content[place] == _GIF_IMAGE:
        flags = content[place + _GIF_IMAGE_BYTES - 1]
        # After the table of its colours stands the size of the first code.
        place += _GIF_IMAGE_BYTES + _color_table_bytes(flags) + 1
    elif content[place] == _GIF_EXTENSION:
        place += 2
    else:
        raise IndexError(place)
    while length := content[place]:
        place += length + 1
    return place + 1


def _is_of_the_pixels(content: bytes, place: int) -> bool:
    """Does the extension at PLACE say how the next frame is shown, or how often all are?"""
    label = content[place + 1]
    return label == _GIF_CONTROL or (label == _GIF_APPLICATION and content[place + 3 : place + 14] in _GIF_LOOPS)


def _color_table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0
