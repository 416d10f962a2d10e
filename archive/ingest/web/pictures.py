"""The article's own pictures, with their captions."""

import re

from archive.ingest.cleaning import single_line
from archive.ingest.pictures import Gallery, names_no_picture
from archive.ingest.records import RecordPicture
from archive.ingest.web.blocks import Block, Picture, chain
from archive.ingest.web.reading import LABEL_ALONE, Reading
from archive.text.normalize import words

MAX_CAPTION_CHARS = 250
_SAVED_BESIDE = re.compile(r"(?:\./)?[^/]+(?:_files|_fichiers|_ملفات|-Dateien|\.files)/", re.IGNORECASE)
_PICTURE_NAME = re.compile(
    r"(?:featured|main|post|article|news|story|lead|entry|detail)s?[_-]?(?:image|img|photo|pic|thumb|media|figure)",
    re.I,
)
_AROUND_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:img|image|images|photo|photos|pic|picture|slide|slider|media|thumb|figure)(?=$|[\s_\d-])", re.I
)


def take_pictures(reading: Reading) -> None:
    gallery = Gallery()
    reading.captions = {}
    for picture in reading.metadata.pictures[:1]:
        if (url := reading.link_url(picture.url)) and not names_no_picture(url):
            gallery.add(RecordPicture(url, picture.caption, picture.alternative_text))
    for picture in reading.reader.pictures:
        # One of which only its place beside the saved page is known cannot be found; its caption stays text.
        url = "" if _SAVED_BESIDE.match(picture.url) else reading.link_url(picture.url)
        is_inside = reading.title_place <= picture.place <= reading.end and reading.end
        if url and is_inside and not names_no_picture(url) and not _is_ornament(reading, picture):
            alternative = single_line(picture.alternative_text)
            alternative = "" if LABEL_ALONE.match(words(alternative)) else alternative
            # Only that of a picture which is kept is taken for a caption.
            if kept := gallery.add(RecordPicture(url, "", alternative)):
                gallery.caption(kept, _caption_of(reading, picture, kept))
    reading.page.pictures = gallery.pictures
    reading.page.notes += gallery.notes


def _is_ornament(reading: Reading, picture: Picture) -> bool:
    if reading.is_elsewhere(picture.zones):
        return True
    if picture.place < reading.start and not any(
        one.tag == "figure" or _PICTURE_NAME.search(name := one.get("class") or "") or _AROUND_PICTURE.search(name)
        for one in list(chain(picture.element))[:4]
    ):
        return True
    sizes = [
        int(size)
        for name in ("width", "height")
        if (size := (picture.element.get(name) or "").removesuffix("px")).isdigit() and len(size) < 6
    ]
    return any(size < 60 for size in sizes)


def _caption_of(reading: Reading, picture: Picture, url: str) -> str:
    for one in list(chain(picture.element))[1:5]:
        start, end = reading.reader.ranges.get(one, (0, 0))
        told = [
            place
            for place in range(start, min(end, start + 3))
            if reading.blocks[place].tag == "figcaption" and not reading.blocks[place].zones
        ]
        if not told and end == start + 1 and _AROUND_PICTURE.search(one.get("class") or ""):
            told = [start] if _may_be_caption(reading.blocks[start]) else []
        if told:
            reading.captions.setdefault(told[0], url)
            for line, place in reading.placed_lines():
                if place == told[0] and not reading.is_amid_text(place):
                    line.code = line.code or "caption"
            return single_line(reading.blocks[told[0]].text)
    if reading.title_place < picture.place < reading.start:
        # The line below a picture above the text.
        for line, place in reading.placed_lines():
            if place == picture.place and line.code == "header" and line.word_count > 2:
                line.code = "caption"
                return line.text
    return ""


def _may_be_caption(block: Block) -> bool:
    return len(block.text) <= MAX_CAPTION_CHARS and not block.text.rstrip('»”") ').endswith(".")
