"""Pictures of a record, by their addresses: they are named, with their captions, and never fetched."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from archive.ingest.addresses import normalise_url
from archive.ingest.cleaning import single_line
from archive.ingest.records import Dropped, Note, RecordPicture
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
_NO_PICTURE_NAME = re.compile(
    r"(?:^|[_.-])(?:logo|default|placeholder|no-?image|blank|spacer|pixel|avatar|icons?|sprite|1px|loader|loading)(?=$|[_.\d-])",
    re.IGNORECASE,
)
# Folders of that name only: "/sites/default/files/" is where Drupal keeps all pictures.
_NO_PICTURE_FOLDER = re.compile(r"/(?:logos?|avatars?|icons?|sprites?|smileys?|emojis?)(?=$|/)", re.IGNORECASE)
# WordPress writes a size behind a file's name, and the ending of another form behind its own; Drupal has folders.
_FILE_ENDING = re.compile(
    r"(?:-\d{2,4}x\d{2,4})?(?P<ending>\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?))(?:\.(?:webp|avif))?$", re.IGNORECASE
)
_STYLE_FOLDER = re.compile(r"/styles/[^/]+/(?:public|private)/")
_TAG = re.compile("<[^>]*>?")

_ADDRESS_NAMES = ("url", "href", "src", "contentUrl", "link")
_CAPTION_NAMES = ("caption", "title", "description")
_ALTERNATIVE_NAMES = ("alternative_text", "alt", "alt_text")


class Gallery:
    """The pictures of one article, in their order: each once, whatever its size, and MAX_PICTURES at most."""

    def __init__(self, pictures: Iterable[RecordPicture] = ()):
        self._found: dict[str, RecordPicture] = {}
        self._has_more = False
        for picture in pictures:
            self.add(picture)

    def add(self, picture: RecordPicture) -> str:
        """Take PICTURE, or what it says more of one that is there; return the address that is kept, "" for none."""
        key = picture_key(picture.url)
        one = self._found.get(key)
        if one is None and len(self._found) == MAX_PICTURES:
            self._has_more = True
            return ""
        one = one or picture
        self._found[key] = one._replace(
            caption=one.caption or picture.caption,
            alternative_text=one.alternative_text or picture.alternative_text,
        )
        return self._found[key].url

    def caption(self, url: str, caption: str) -> None:
        """Give the picture at URL, which is kept, the CAPTION that is printed with it, where there is one."""
        key = picture_key(url)
        self._found[key] = self._found[key]._replace(caption=caption or self._found[key].caption)

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def pictures(self) -> tuple[RecordPicture, ...]:
        return tuple(self._found.values())

    @property
    def notes(self) -> list[Note]:
        return [Note("pictures_left_out", {"limit": MAX_PICTURES})] if self._has_more else []


def read_pictures(value: object, caption: str = "", url: str = "") -> Gallery:
    """Return the pictures that VALUE names: an address, an object with one, or a list of either.

    CAPTION is that of the first where it has none of its own; addresses may be relative to URL.
    """
    gallery = Gallery()
    url = normalise_url(url) if value else ""
    for one in (value if isinstance(value, list) else [value])[: MAX_PICTURES * 2]:
        if picture := _picture(one, url):
            is_bare = not gallery and not picture.caption
            gallery.add(picture._replace(caption=caption[:MAX_CAPTION_CHARS]) if is_bare else picture)
    return gallery


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


def with_linked_captions(html: str, pictures: tuple[RecordPicture, ...], url: str = "") -> tuple[str, list[Dropped]]:
    """Return HTML in which captions of PICTURES lead to these, and what was taken out of it.

    A caption above all text is that of the article's own picture, and stands with that alone.
    """
    captions = captions_of(html)
    addresses = {picture_key(picture.url): picture.url for picture in pictures}
    # Those of formats that name their pictures elsewhere are known by what they say.
    by_text = {picture.caption: picture.url for picture in reversed(pictures) if picture.caption}
    leads = {caption.begin: by_text[caption.text] for caption in captions if caption.text in by_text}
    shown: set[int] = set()
    for place, picture in _images(html, url):
        address, caption = addresses.get(picture_key(picture.url)), _caption_at(place, captions)
        if address and caption and caption.text and caption.begin not in shown:
            shown.add(caption.begin)
            leads[caption.begin] = address
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


def add_shown(gallery: Gallery, html: str, url: str = "") -> None:
    """Add to the GALLERY of an article the pictures that its text in HTML shows.

    What is small, or named as an ornament, is none. Addresses may be relative to URL.
    """
    captions = captions_of(html)
    for place, picture in _images(html, url):
        caption = _caption_at(place, captions)
        gallery.add(picture._replace(caption=caption.text) if caption else picture)


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
    folders, _, name = urlsplit(url).path.rpartition("/")
    return _NO_PICTURE_NAME.search(name) is not None or _NO_PICTURE_FOLDER.search(folders) is not None


def picture_key(url: str) -> str:
    """What the addresses of one picture in its sizes have in common; of what is no file by its name, all that is asked."""
    parts = urlsplit(url)
    path = _STYLE_FOLDER.sub("/", parts.path)
    ending = _FILE_ENDING.search(path)
    return f"{path[: ending.start()]}{ending['ending']}" if ending else f"{path}?{parts.query}"


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
