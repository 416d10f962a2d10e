"""Slugs: the readable part of an address, in Arabic where the title is Arabic."""

import re

from archive.text.normalize import strip_marks

MAX_SLUG_CHARS = 80

NO_SLUG = "-"
"""What a title without a word becomes."""

_SEPARATORS = re.compile(r"[\W_]+")


def slugify(title: str) -> str:
    """Return TITLE as words joined by hyphens, without tashkeel, cut at a word's end; NO_SLUG when no word is left.

    Letters stay as the newspaper spelt them (آستانة, not استانه): an address is read by people.
    """
    slug = _SEPARATORS.sub("-", strip_marks(title.lower())).strip("-")
    if len(slug) > MAX_SLUG_CHARS:
        head, _, _ = slug[: MAX_SLUG_CHARS + 1].rpartition("-")
        slug = head or slug[:MAX_SLUG_CHARS]
    return slug or NO_SLUG
