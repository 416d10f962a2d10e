"""Pictures of a record, by their addresses: they are named, with their captions, and never fetched."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from archive.ingest.addresses import normalise_url
from archive.ingest.cleaning import single_line
from archive.ingest.records import Dropped, RecordPicture
from archive.text.normalize import has_words

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
_FIGURE_TAG = re.compile(r"<(/?)(figure|figcaption)\b[^<>]*>", re.IGNORECASE)
_OWN_ADDRESSES = ("data-src", "data-original", "data-lazy-src", "src")
_ORNAMENT = re.compile(r"smil|emoji|avatar|(?:^|[\s_-])icon", re.IGNORECASE)
_NO_PICTURE_PATH = re.compile(
    r"(?:^|[/_.-])(?:logo|default|placeholder|no-?image|blank|spacer|pixel|avatar|icons?|sprite|1px|loader|loading)(?=$|[/_.\d-])",
    re.IGNORECASE,
)

_TAG = re.compile("<[^>]*>?")

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


class Caption(NamedTuple):
    """A caption in a text in HTML: its TEXT, where its tags BEGIN and END, and where those of its figure do."""

    text: str
    begin: int
    end: int
    figure_begin: int
    figure_end: int


def captions_of(html: str) -> list[Caption]:
    """Return the captions of the figures in HTML, in their order; of figures in one another those of the inner ones."""
    found: list[Caption] = []
    inside: list[Caption] = []
    figure = caption = None
    for tag in _FIGURE_TAG.finditer(html):
        is_end, is_caption = bool(tag[1]), tag[2].lower() == "figcaption"
        if is_caption and not is_end:
            caption = tag
        elif is_caption and caption:
            text = html[caption.end() : tag.start()]
            begin = caption.start() if figure is None else figure
            if len(text) <= MAX_CAPTION_CHARS:
                inside.append(Caption(single_line(text), caption.start(), tag.end(), begin, tag.end()))
            caption = None
        elif not is_caption:
            found += [one._replace(figure_end=tag.start()) for one in inside] if is_end else inside
            inside, figure = [], None if is_end else tag.start()
    return found + inside


def with_linked_captions(
    html: str, pictures: tuple[RecordPicture, ...], url: str = ""
) -> tuple[str, list[Dropped]]:
    """Return HTML in which captions of PICTURES lead to these, and what was taken out of it.

    A caption above all text is that of the article's own picture, and stands with that alone.
    """
    captions = captions_of(html)
    addresses = {file_name(picture.url): picture.url for picture in pictures}
    leads: dict[int, str] = {}
    for place, picture in _images(html, url):
        address, caption = addresses.get(file_name(picture.url)), _caption_at(place, captions)
        if address and caption and caption.text:
            leads.setdefault(caption.begin, address)
    taken: list[Dropped] = []
    parts: list[str] = []
    position = seen = 0
    has_text = False
    for caption in captions:
        has_text = has_text or has_words(_TAG.sub(" ", html[seen : caption.begin]))
        if caption.begin not in leads:
            seen = caption.begin
            continue
        parts.append(html[position : caption.begin])
        position = seen = caption.end
        if has_text:
            address, text = escape(leads[caption.begin]), escape(caption.text, quote=False)
            parts.append(f'<figcaption><a href="{address}">{text}</a></figcaption>')
        else:
            taken.append(Dropped("caption", caption.text))
    return "".join([*parts, html[position:]]), taken


def shown_pictures(html: str, known: tuple[RecordPicture, ...], url: str = "") -> tuple[RecordPicture, ...]:
    """Return the KNOWN pictures of an article, and those behind them that its text in HTML shows.

    What is small, or named as an ornament, is none. Addresses may be relative to URL.
    """
    if not html:
        return known
    found = {file_name(picture.url): picture for picture in known}
    captions = captions_of(html)
    for place, picture in _images(html, url):
        name, caption = file_name(picture.url), _caption_at(place, captions)
        if len(found) == MAX_PICTURES:
            continue
        known_one = found.get(name, picture)
        found[name] = known_one._replace(caption=known_one.caption or (caption.text if caption else ""))
    return tuple(found.values())


def _images(html: str, url: str) -> Iterator[tuple[int, RecordPicture]]:
    """Yield the pictures that HTML shows, each with its place in it."""
    url = normalise_url(url)
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
        picture = _picture({"url": unescape(address), "alt": values.get("alt", "")}, url)
        if picture is not None and not names_no_picture(picture.url):
            yield match.start(), picture


def _caption_at(position: int, captions: list[Caption]) -> Caption | None:
    """The caption of the figure in which the picture at POSITION is."""
    place = bisect_right(captions, position, key=lambda one: one.figure_begin) - 1
    return captions[place] if place >= 0 and position < captions[place].figure_end else None


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
