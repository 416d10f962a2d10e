"""What a record's fields are called in files, in English and Arabic; an operator's mapping file adds other names."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from archive.exceptions import IngestError
from archive.text.normalize import fold

MAX_MAPPING_BYTES = 1024 * 1024
MAX_UNREAD_NAMES = 30

_DEFAULT_NAMES = {
    "id": "id external_id guid uid identifier article_id news_id معرف رقم رقم_المقال رقم_الخبر",
    "title": "title headline heading article_title news_title titre عنوان عنوان_رئيسي عنوان_الخبر عنوان_المقال"
    " عنوان_الموضوع",
    "body": "body content text body_html content_html body_text content_text full_text article_text article_body"
    " article_content news_text article story contenu texte corps نص متن محتوى نص_الخبر نص_المقال متن_الخبر"
    " محتوى_الخبر محتوى_المقال نص_كامل تفاصيل تفاصيل_الخبر",
    "published": "published published_at date publish_date published_date publication_date date_published pub_date"
    " datetime date_time published_time date_publication date_de_publication تاريخ تاريخ_النشر تاريخ_الخبر"
    " تاريخ_المقال",
    "collected": "collected collected_at crawled_at scraped_at fetched_at crawl_date scrape_date date_download"
    " تاريخ_الجمع",
    "source": "source source_name publisher newspaper site_name outlet journal مصدر اسم_المصدر صحيفة جريدة اسم_الصحيفة",
    "section": "category categories section news_section topic rubrique categorie قسم تصنيف باب فئة اسم_القسم",
    "url": "url link permalink web_url href article_url news_url lien رابط رابط_الخبر رابط_المقال",
    "author": "author authors author_name byline writer reporter journalist auteur كاتب اسم_الكاتب مؤلف محرر صحفي"
    " بقلم",
    "summary": "summary abstract description excerpt lead standfirst subtitle resume chapeau ملخص مقدمة خلاصة وصف"
    " موجز عنوان_فرعي",
    "kicker": "kicker overline",
    "picture": "image images image_url picture pictures picture_url photo photo_url lead_image main_image url_to_image thumbnail"
    " صورة صور رابط_الصورة",
    "caption": "image_caption picture_caption photo_caption caption تعليق_الصورة شرح_الصورة",
    "place": "place location dateline مكان",
    "language": "language lang لغة",
}
"""What a record may hold, each with the names under which it is looked for; the first that has a value is taken."""

FIELDS = tuple(_DEFAULT_NAMES)


class MappingError(IngestError):
    """A mapping file that cannot be read; PROBLEM is a code of `archive.ingest.notes`, VALUES what its sentence names."""

    def __init__(self, code: str, **values: str):
        super().__init__(code)
        self.code = code
        self.values = values


class Field(NamedTuple):
    """A VALUE of a record, None where it has none, and the KEY it stands under."""

    key: str
    value: object


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return "".join(re.sub(r"^ال", "", part) for part in re.split(r"[\s_\-]+", fold(name).strip()))


class FieldNames:
    """Finds the fields of a record by the names they may have.

    Case, spaces, hyphens and the Arabic article do not matter: «تاريخ النشر», `Published_At` and `publishedAt` are
    understood. A name with dots leads into objects: `data.title`.
    """

    def __init__(self, mapping: Mapping[str, Sequence[str]] | None = None):
        """MAPPING gives fields names of their own, which then have no others."""
        mapping = dict(mapping or {})
        defaults = {field: tuple(names.split()) for field, names in _DEFAULT_NAMES.items() if field not in mapping}
        # The mapping comes last: a name that it gives to one field is no default name of another.
        self._places = {
            _plain(name): (field, place)
            for field, names in (defaults | mapping).items()
            for place, name in enumerate(names)
        }
        self._paths = {
            name: (field, place)
            for field, names in mapping.items()
            for place, name in enumerate(names)
            if "." in name
        }

    def find(self, values: Mapping[str, object]) -> tuple[dict[str, Field], list[str]]:
        """Return the fields of VALUES, each of `FIELDS`, and the names whose values were not taken."""
        found: dict[str, list[tuple[int, Field]]] = {field: [] for field in FIELDS}
        unread: list[str] = []
        for key, value in values.items():
            if value in (None, "", []):
                continue
            if where := self._places.get(_plain(key)):
                found[where[0]].append((where[1], Field(key, value)))
            else:
                unread.append(key)
        for path, (field, place) in self._paths.items():
            if path not in values and (value := _at(values, path)) not in (None, "", []):
                found[field].append((place, Field(path, value)))
        fields: dict[str, Field] = {}
        for field, candidates in found.items():
            candidates.sort(key=lambda candidate: candidate[0])
            fields[field] = candidates[0][1] if candidates else Field(field, None)
            unread += [other.key for _, other in candidates[1:] if other.value != candidates[0][1].value]
        return fields, unread

    def knows(self, name: str) -> str:
        """Return the field that NAME is one of the names of, or ""."""
        return self._places.get(_plain(name), ("", 0))[0]


DEFAULT_NAMES = FieldNames()


class UnreadNames:
    """Collects the names of fields that hold text and were not read, for one note of a whole import."""

    def __init__(self):
        self._names: dict[str, None] = {}

    def add(self, names: Iterator[str]) -> None:
        for name in filter(str.strip, names):
            if len(self._names) < MAX_UNREAD_NAMES:
                self._names[name[:100]] = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


def read_mapping(path: Path) -> dict[str, list[str]]:
    """Read a mapping file, TOML or JSON: `title = "Headline"`, `body = ["Text", "Lead"]`; return the names by field.

    Raises MappingError when it is neither, or names a field that there is not; OSError when it cannot be opened.
    """
    with path.open("rb") as file:
        content = file.read(MAX_MAPPING_BYTES)
    try:
        text = content.decode("utf-8-sig")
        mapping = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError):
        raise MappingError("mapping_invalid") from None
    return {field: _listed(field, names) for field, names in mapping.items()}


def _listed(field: str, names: object) -> list[str]:
    if field not in FIELDS:
        raise MappingError("mapping_field_unknown", field=field, fields=", ".join(FIELDS))
    listed = names if isinstance(names, list) else [names]
    if not listed or not all(isinstance(name, str) and name for name in listed):
        raise MappingError("mapping_names_odd", field=field)
    return listed


def _at(values: object, path: str) -> object:
    for name in path.split("."):
        if not isinstance(values, dict):
            return None
        values = values.get(name)
    return values
