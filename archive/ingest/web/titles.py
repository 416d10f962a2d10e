"""A page's headline without the name of its site, which stands before or behind it."""

import re
from collections.abc import Iterable

from archive.ingest.furniture import RepeatedLines, line_key
from archive.text.normalize import words

MAX_SITE_NAME_WORDS = 6
MIN_TITLE_WORDS = 2

_MARKS = re.compile(r"(\s+[|•·»«–—-]+\s+|\s*[|¦]\s*|\s*::\s*|\s+:\s+|\s+[»«]\s*|\s*»\s+)")
_LOOKS_LIKE_A_SITE = re.compile(
    r"^(?:ال)?(?:صحيفه|جريده|موقع|بوابه|وكاله|قناه|شبكه|مجله|اذاعه|تلفزيون|راديو|منصه)(?: \S+){1,5}$"
    r"|^(?:[a-z0-9]+ ){0,4}(?:news|online|net|com|tv|times|post|press|daily|media|net)$"
)
_LATIN = re.compile(r"[a-z0-9 ]+")


def choose_title(
    told: list[str],
    headings: list[str],
    head: str,
    sites: Iterable[str],
    repeated: RepeatedLines,
    printed: Iterable[str] = (),
) -> str:
    """Return the headline: of those TOLD by the metadata and of the page's first HEADINGS, what they agree upon.

    HEAD is the page's <title>, and PRINTED are lines of the page that may repeat it. Where they disagree the metadata is believed, and its title comes without the site's
    name; "" when the page has no headline at all.
    """
    known = {words(site) for site in sites} - {""}
    candidates = [title for title in [*told, head] if words(title)]
    headings = [one for one in headings if words(one) and words(one) not in known and not _is_common(one, repeated)]
    for heading in headings:
        key = words(heading)
        if len(key.split()) >= MIN_TITLE_WORDS and any(_says(candidate, key) for candidate in candidates):
            return heading
    others = {words(one) for one in candidates + headings}
    if any(map(_MARKS.search, candidates)):
        others |= {words(line) for line in printed}
    for candidate in candidates:
        title = without_site(candidate, known, others, repeated)
        if words(title) and words(title) not in known:
            if not told and headings and len(headings[0].split()) > len(title.split()):
                # A <title> that says less than the page's heading is the site's.
                return headings[0]
            return title
    return headings[0] if headings else ""


def _is_common(title: str, repeated: RepeatedLines) -> bool:
    return repeated.pages > 3 and repeated.is_common(line_key(title))


def _says(candidate: str, heading: str) -> bool:
    """Does a title of the metadata say what the HEADING says, with the site's name beside it or cut short?"""
    key = words(candidate)
    if key == heading or key.startswith(f"{heading} ") or key.endswith(f" {heading}") or f" {heading} " in key:
        return True
    return (len(key.split()) >= 4 and heading.startswith(key)) or (len(key) > 60 and heading.startswith(key[:60]))


def without_site(title: str, sites: set[str], others: set[str], repeated: RepeatedLines) -> str:
    """Return TITLE without what stands at its ends that names the site: by SITES, by other titles, by other pages."""
    parts = _MARKS.split(title)
    while len(parts) > 2:
        whole = words("".join(parts))
        first, last = words(parts[0]), words(parts[-1])
        without_last, without_first = words("".join(parts[:-2])), words("".join(parts[2:]))
        if (
            not last
            or _is_site(last, parts[-1], sites, repeated, parts[-2])
            or (without_last in others and without_last != whole)
        ):
            parts = parts[:-2]
        elif (
            not first
            or _is_site(first, parts[0], sites, repeated, parts[1])
            or (without_first in others and without_first != whole)
        ):
            parts = parts[2:]
        else:
            break
    return "".join(parts).strip()


def _is_site(key: str, printed: str, sites: set[str], repeated: RepeatedLines, mark: str) -> bool:
    if len(key.split()) > MAX_SITE_NAME_WORDS:
        return False
    joined = key.replace(" ", "")
    if key in sites or any(joined == site.replace(" ", "") for site in sites):
        return True
    if mark.strip() == ":":
        # Headlines name whom they quote: «صحيفة الوادي : لا اتفاق بعد».
        return False
    if _LOOKS_LIKE_A_SITE.match(key) or _is_common(printed.strip(), repeated):
        return True
    # A name in Latin letters beside an Arabic headline.
    return _LATIN.fullmatch(key) is not None and len(key) > 2
