"""ninjs, the IPTC's JSON for news, in its versions 1 to 3: what of it is an article, under our own names."""

import re
from collections.abc import Iterator

from archive.ingest.pictures import largest
from archive.ingest.records import Note, UnreadableInputError
from archive.text.normalize import has_words

WITHDRAWN = frozenset({"canceled", "cancelled", "withheld"})
_KEYS = [
    "versioncreated",
    "versionCreated",
    "firstcreated",
    "firstCreated",
    "pubstatus",
    "pubStatus",
    "headlines",
    "bodies",
    "body_html",
    "body_xhtml",
    "representationtype",
    "representationType",
    "infosources",
    "eventDetails",
    "infoSources",
]
NINJS_KEY = re.compile(rf'"(?:{"|".join(_KEYS)})"\s*:|"name"\s*:\s*"ninjs"')

# Of the forms in which one text may stand there, the one that says most about its paragraphs.
_BODY_RANK = ("xhtml", "html", "nitf", "text")


def is_ninjs(values: dict) -> bool:
    """Is an object in this format, as far as its keys tell?"""
    says_so = any(
        isinstance(said := values.get(key), dict) and said.get("name") == "ninjs" for key in ("standard", "$standard")
    )
    return isinstance(_identity(values), str) and (says_so or any(key in values for key in _KEYS))


def values_of_ninjs(values: dict) -> dict[str, object]:
    """Return what VALUES say, under our names.

    Raises UnreadableInputError for what is no text, and for what the agency has withdrawn.
    """
    status = _either(values, "pubstatus", "pubStatus")
    if isinstance(status, str) and status.lower() in WITHDRAWN:
        raise UnreadableInputError(Note("wire_withdrawn"))
    body = _body(values)
    kind = values.get("type") or ("event" if "eventDetails" in values else "text")
    if not has_words(body) and isinstance(kind, str) and kind != "text":
        raise UnreadableInputError(Note("wire_not_text", {"kind": kind[:40]}))
    return {
        "id": _identity(values),
        "title": _headline(values) or values.get("title"),
        "body": body,
        "summary": _summary(values),
        "published": publication_date(
            _either(values, "firstcreated", "firstCreated"),
            _either(values, "versioncreated", "versionCreated"),
            _either(values, "embargoed", "embargoedUntil"),
        ),
        "author": values.get("byline") or _of_role(values.get("bylines"), "") or _names(values.get("by")),
        "place": values.get("located") if isinstance(values.get("located"), str) else "",
        "section": _first_name(_either(values, "subject", "subjects")),
        "source": _first_name(_either(values, "infosource", "infosources", "infoSources"))
        or _text(values.get("source")),
        "url": _text(values.get("url")) or _text(values.get("canonicalurl")),
        "language": values.get("language"),
        "picture": list(_pictures(values.get("associations"))),
    }


def publication_date(first_created: object, version_created: object, embargoed: object) -> object:
    """Return when a wire's item was published: when it was first made, or when it might first be printed."""
    # All are ISO dates; the times of day decide within one day only, and zones hardly ever.
    made = first_created or version_created
    is_later = isinstance(embargoed, str) and isinstance(made, str) and embargoed > made
    return embargoed if is_later else made


def _pictures(associations: object) -> Iterator[dict[str, str]]:
    """The pictures that belong to an item, each in its largest form; a list since version 2, an object by names before."""
    for one in _listed(associations):
        if one.get("type") != "picture":
            continue
        yield {
            "url": largest(_listed(one.get("renditions"))).get("href") or _text(one.get("uri")),
            "caption": _of_role(one.get("descriptions"), "caption")
            or _text(one.get("description_text"))
            or _text(one.get("headline")),
            "alternative_text": _of_role(one.get("descriptions"), "alternative", strictly=True),
        }


def _listed(values: object) -> list[dict]:
    values = list(values.values()) if isinstance(values, dict) else values
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _either(values: dict, *names: str) -> object:
    return next((values[name] for name in names if values.get(name)), None)


def _identity(values: dict) -> object:
    # What an agency's own system writes may have the older name.
    return _either(values, "uri", "guid")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _body(values: dict) -> str:
    found: dict[str, str] = {}
    for part in values.get("bodies") if isinstance(values.get("bodies"), list) else ():
        if isinstance(part, dict) and isinstance(part.get("value"), str):
            kind = f"{part.get('contenttype') or part.get('contentType') or ''} {part.get('role') or ''}"
            found.setdefault(next((name for name in _BODY_RANK if name in kind), "text"), part["value"])
    for key, value in values.items():
        if key.startswith("body") and isinstance(value, str):
            found.setdefault(next((name for name in _BODY_RANK if name in key), "text"), value)
    return next((found[name] for name in _BODY_RANK if has_words(found.get(name, ""))), "")


def _headline(values: dict) -> object:
    """The headline, else one of those with a word behind their name (`headline_main`), the main one first."""
    whole = values.get("headline") or _of_role(values.get("headlines"), "main")
    return whole or _text(values.get("headline_main")) or _of_key(values, "headline_")


def _summary(values: dict) -> str:
    described = _of_role(values.get("descriptions"), "summary") or _text(values.get("description_text"))
    return described or _of_key(values, "description_")


def _of_key(values: dict, begin: str) -> str:
    return next((value for key, value in values.items() if key.startswith(begin) and isinstance(value, str)), "")


def _of_role(parts: object, role: str, *, strictly: bool = False) -> str:
    """The value of the part that has ROLE, else of the first; STRICTLY, of that one only."""
    listed = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    listed.sort(key=lambda part: part.get("role") != role)
    listed = [part for part in listed if part.get("role") == role] if strictly else listed
    return next((part["value"] for part in listed if isinstance(part.get("value"), str)), "")


def _names(people: object) -> list[str]:
    listed = people if isinstance(people, list) else [people]
    named = (one.get("name") if isinstance(one, dict) else one for one in listed)
    return [name for name in named if isinstance(name, str)]


def _first_name(parts: object) -> str:
    return next(iter(_names(parts)), "")
