"""Pictures of a record, by their addresses: they are named, with their captions, and never fetched."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urljoin

from archive.ingest.addresses import normalise_url
from archive.ingest.cleaning import single_line
from archive.ingest.records import RecordPicture

MAX_PICTURES = 30
MAX_CAPTION_CHARS = 2000

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
