"""What search engines want of structured data: a checker of JSON-LD blocks.

By what Google's pages on articles, breadcrumbs, datasets, profiles and sites, and schema.org, say is required and
recommended. What an article or a dataset need not have (an author who is not known) is for the test to leave out.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

Check = Callable[[object], bool]

MAX_HEADLINE_CHARS = 110
DATE = r"\d{4}(-\d\d(-\d\d)?)?"
TIME = re.compile(rf"{DATE}T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]+)*")


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_address(value: object) -> bool:
    if not isinstance(value, str) or not value.isascii() or " " in value:
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def is_moment(value: object) -> bool:
    """A day, or a time with its zone."""
    return isinstance(value, str) and bool(re.fullmatch(DATE, value) or TIME.fullmatch(value))


def is_time_with_zone(value: object) -> bool:
    return isinstance(value, str) and bool(TIME.fullmatch(value))


def is_interval(value: object) -> bool:
    first, _slash, last = str(value).partition("/")
    return is_moment(first) and is_moment(last) and first <= last


def is_headline(value: object) -> bool:
    return is_text(value) and len(value) <= MAX_HEADLINE_CHARS


def is_dataset_description(value: object) -> bool:
    return is_text(value) and 50 <= len(value) <= 5000


def is_language(value: object) -> bool:
    return isinstance(value, str) and bool(LANGUAGE.fullmatch(value))


def is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 0


def is_template(value: object) -> bool:
    return isinstance(value, str) and "{search_term_string}" in value and is_address(re.sub("[{}]", "", value))


def a(*types: str) -> Check:
    """A node of one of TYPES."""
    return lambda value: isinstance(value, dict) and value.get("@type") in types


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def each(check: Check) -> Check:
    """One or several that CHECK finds right."""
    return lambda value: all(map(check, value)) and bool(value) if isinstance(value, list) else check(value)


WHO = a("Person", "Organization")
NAMED = {"name": is_text}
WANTED: dict[str, dict[str, Check]] = {
    "NewsArticle": {
        "headline": is_headline,
        "image": each(is_address),
        "datePublished": is_moment,
        "author": each(WHO),
        "publisher": a("Organization"),
        "description": is_text,
        "mainEntityOfPage": is_address,
        "inLanguage": is_language,
        "wordCount": is_count,
        "isPartOf": a("WebSite"),
    },
    "Person": NAMED | {"url": is_address},
    "Organization": NAMED,
    "Place": NAMED,
    "Event": NAMED,
    "BreadcrumbList": {"itemListElement": each(a("ListItem"))},
    "ListItem": {"position": is_count, "name": is_text},
    "ItemList": {"itemListElement": each(a("ListItem")), "numberOfItems": is_count},
    "CollectionPage": NAMED | {"url": is_address, "mainEntity": a("ItemList"), "isPartOf": a("WebSite")},
    "ProfilePage": {"mainEntity": WHO, "url": is_address},
    "Dataset": NAMED
    | {
        "description": is_dataset_description,
        "license": either(is_address, a("CreativeWork")),
        "creator": each(WHO),
        "distribution": each(a("DataDownload")),
        "temporalCoverage": is_interval,
        "variableMeasured": each(a("PropertyValue")),
        "dateModified": is_time_with_zone,
        "url": is_address,
    },
    "DataDownload": {"contentUrl": is_address, "encodingFormat": is_text},
    "PropertyValue": NAMED,
    "CreativeWork": NAMED,
    "WebSite": {"url": is_address},
    "SearchAction": {"target": a("EntryPoint"), "query-input": is_text},
    "EntryPoint": {"urlTemplate": is_template},
    "GeoCoordinates": {"latitude": lambda value: -90 <= value <= 90, "longitude": lambda value: -180 <= value <= 180},
}
IF_ANY: dict[str, dict[str, Check]] = {
    # Of what readers never saw change there is none.
    "NewsArticle": {"dateModified": is_time_with_zone},
}
ADDRESSES = ("@id", "url", "item", "logo", "sameAs", "isBasedOn", "contentUrl")


def faults(block: dict) -> list[str]:
    """Return what is wrong with BLOCK, each in words; nothing where it is as search engines want it."""
    found = [] if block.get("@context") == "https://schema.org" else ["no context"]
    for node in _nodes(block):
        found += _faults_of(node)
    if block.get("@type") == "WebSite":
        found += [f"WebSite: {name}" for name in ("name", "publisher", "potentialAction") if name not in block]
    return found


def _nodes(data: object) -> Iterator[dict]:
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from _nodes(value)
    elif isinstance(data, list):
        for value in data:
            yield from _nodes(value)


def _faults_of(node: dict) -> Iterator[str]:
    kind = node.get("@type")
    if kind not in WANTED:
        yield f"unknown type {kind}"
        return
    for name, is_right in WANTED[kind].items():
        if name not in node:
            yield f"{kind}: no {name}"
        elif not is_right(node[name]):
            yield f"{kind}: {name} is {node[name]!r}"
    for name, is_right in IF_ANY.get(kind, {}).items():
        if name in node and not is_right(node[name]):
            yield f"{kind}: {name} is {node[name]!r}"
    for name in ADDRESSES:
        if name in node and not is_address(node[name]):
            yield f"{kind}: {name} is {node[name]!r}"
    if "" in node.values() or None in node.values():
        yield f"{kind}: an empty value"
    if "itemListElement" in node:
        positions = [item.get("position") for item in node["itemListElement"]]
        if positions != list(range(1, len(positions) + 1)):
            yield f"{kind}: positions are {positions}"
    if kind == "BreadcrumbList" and any("item" not in item for item in node["itemListElement"][:-1]):
        yield "BreadcrumbList: a step before the last has no page"
