"""When two records are the same article: by the source's identity, by address, or by title and text."""

import json
from hashlib import sha256

from archive.ingest.addresses import is_one_page
from archive.ingest.records import Record
from archive.text.html import plain_text
from archive.text.normalize import words

MAX_KEY_CHARS = 200
SHINGLE_WORDS = 3
SAME_TEXT_SHARE = 0.5
"""Two texts under one headline are one article when half of the shorter one's word triples are in the other too."""

_KEY_DIGITS = 32


def record_key(record: Record) -> str:
    """Return what RECORD is known by in its source: its identity there, else its address, else its headline."""
    if record.external_id:
        return _fitting(record.external_id)
    if is_one_page(record.url):
        return _fitting(record.url)
    return f"title:{_hash(words(record.title) or record.title)}"


def is_known_by_title(record: Record) -> bool:
    return not record.external_id and not is_one_page(record.url)


def is_of_a_row(record: Record) -> bool:
    """Is the identity a number, which may be that of a row in its file and mean another article in the next file?"""
    return record.external_id.isdecimal()


def namesake_key(key: str, body: str) -> str:
    """Return the identity of a further article under a headline that another has already."""
    return f"{key}:{_hash(words(plain_text(body)))}"


def record_digest(record: Record) -> str:
    """Return the digest of everything in RECORD that would be written: equal for records that say the same."""
    said = [
        record.title,
        record.kicker,
        record.summary,
        record.body,
        record.authors,
        record.place,
        record.section,
        [record.published.value.isoformat(), record.published.precision] if record.published else None,
        record.url,
        record.language,
        record.links,
    ]
    if record.draft:
        said.append("draft")
    if record.pictures:
        said.append(record.pictures)
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def likeness(text: str, other: str) -> float:
    """Return how much of the shorter of two plain texts is in the other, from 0 to 1; 1 when one has no text."""
    shingles, others = _shingles(text), _shingles(other)
    if not shingles or not others:
        return 1.0
    return len(shingles & others) / min(len(shingles), len(others))


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text).split()
    size = min(SHINGLE_WORDS, len(found))
    return {tuple(found[place : place + size]) for place in range(len(found) - size + 1)} if size else set()


def _fitting(text: str) -> str:
    return text if len(text) <= MAX_KEY_CHARS else f"sha256:{sha256(text.encode()).hexdigest()}"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:_KEY_DIGITS]
