"""Pictures of a record, by their addresses: they are named, with their captions, and never fetched."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from urllib.parse import urljoin, urlsplit

from archive.ingest.addresses import normalise_url
from archive.ingest.cleaning import single_line
from archive.ingest.records import RecordPicture

MAX_PICTURES = 30
MAX_CAPTION_CHARS = 2000

MIN_PICTURE_PIXELS = 60
MAX_TAG_CHARS = 4000

_IMAGE = re.compile(rf"<img\s[^<>]{{0,{MAX_TAG_CHARS}}}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?P<name>src|data-src|data-original|data-lazy-src|alt|class|width|height)\s*=\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))",
    re.IGNORECASE,
)
_OWN_ADDRESSES = ("data-src", "data-original", "data-lazy-src", "src")
_ORNAMENT = re.compile(r"smil|emoji|avatar|(?:^|[\s_-])icon", re.IGNORECASE)
_NO_PICTURE_PATH = re.compile(
    r"(?:^|[/_.-])(?:logo|default|placeholder|no-?image|blank|spacer|pixel|avatar|icons?|sprite|1px|loader|loading)(?=$|[/_.\d-])",
    re.IGNORECASE,
)

_ADDRESS_NAMES = ("url", "href", "src", "contentUrl", "link")
_CAPTION_NAMES = ("caption", "title", "description")
_ALTERNATIVE_NAMES = ("alternative_text", "alt", "alt_text")


def read_pictures(value: object, caption: str = "", url: str = "") -> tuple[RecordPicture, ...]:
    """Return the pictures that VALUE names: an address, an object with one, or a list of either.

    CAPTION is that of the first where it has none of its own; addresses may be relative to URL.
    """
    found: dict[str, RecordPicture] = {}
    url = normalise_url(url) if value else ""
    for one in (value if isinstance(value, list) else [value])[: MAX_PICTURES * 2]:
        picture = _picture(one, url)
        if picture and len(found) < MAX_PICTURES:
            found.setdefault(picture.url, picture)
    pictures = list(found.values())
    if pictures and caption and not pictures[0].caption:
        pictures[0] = pictures[0]._replace(caption=caption[:MAX_CAPTION_CHARS])
    return tuple(pictures)


def shown_pictures(html: str, known: tuple[RecordPicture, ...], url: str = "") -> tuple[RecordPicture, ...]:
    """Return the KNOWN pictures of an article, and those behind them that its text in HTML shows.

    What is small, or named as an ornament, is none. Addresses may be relative to URL.
    """
    if not html:
        return known
    found = {file_name(picture.url): picture for picture in known}
    for match in _IMAGE.finditer(html):
        values = {
            one["name"].lower(): one["double"] or one["single"] or one["bare"] or ""
            for one in _ATTRIBUTE.finditer(match.group())
        }
        address = next((values[name] for name in _OWN_ADDRESSES if values.get(name)), "")
        sizes = [
            int(size) for name in ("width", "height") if (size := values.get(name, "")).isdecimal() and len(size) < 6
        ]
        if any(size < MIN_PICTURE_PIXELS for size in sizes) or _ORNAMENT.search(values.get("class", "")):
            continue
        picture = _picture({"url": unescape(address), "alt": values.get("alt", "")}, normalise_url(url))
        if picture and not names_no_picture(picture.url) and len(found) < MAX_PICTURES:
            found.setdefault(file_name(picture.url), picture)
    return tuple(found.values())


def names_no_picture(url: str) -> bool:
    """Is what is at URL, by its name, a part of the site's dress: its logo, an icon, a pixel that counts?"""
    return _NO_PICTURE_PATH.search(urlsplit(url).path) is not None


def file_name(url: str) -> str:
    """The name of a picture's file, whatever its size."""
    name = urlsplit(url).path.rpartition("/")[2]
    return re.sub(r"-\d{2,4}x\d{2,4}$", "", re.sub(r"(?:\.[A-Za-z]{3,4})+$", "", name)) or name


def is_picture(media_type: object) -> bool:
    return isinstance(media_type, str) and media_type.strip().lower().startswith("image")


def largest(renditions: Iterable[Mapping], address: str = "href") -> Mapping:
    """Return the widest of the forms in which one picture is offered, of those that have an ADDRESS; else {}."""
    offered = [one for one in renditions if isinstance(one.get(address), str) and one[address]]
    return max(offered, key=_width, default={})


def _width(rendition: Mapping) -> int:
    text = str(rendition.get("width") or "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _picture(value: object, url: str) -> RecordPicture | None:
    values = value if isinstance(value, dict) else {"url": value}
    try:
        address = normalise_url(urljoin(url, next(_texts(values, _ADDRESS_NAMES), "")))
    except ValueError:
        return None
    if not address or address == url:
        return None
    caption, alternative = (
        single_line(next(_texts(values, names), "")[:MAX_CAPTION_CHARS])
        for names in (_CAPTION_NAMES, _ALTERNATIVE_NAMES)
    )
    return RecordPicture(address, caption, alternative)


def _texts(values: Mapping, names: Iterable[str]) -> Iterator[str]:
    return (values[name].strip() for name in names if isinstance(values.get(name), str) and values[name].strip())
