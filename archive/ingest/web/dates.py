"""When an article was published: what its page's metadata say, what is printed, and what contradicts."""

import re

from archive.ingest.date_phrases import read_relative_date
from archive.ingest.dates import read_date, read_date_line, read_url_date
from archive.ingest.page_lines import Page
from archive.ingest.records import Note, ReadDate
from archive.ingest.web.blocks import chain
from archive.ingest.web.reading import MAX_LINE_CHARS, Reading, plain
from archive.ingest.web.tree import attribute, text_of
from archive.text.normalize import words

DATE_BLOCKS = 4
"""Among how many blocks above the headline its date may stand."""

_DATE_NAME = re.compile(r"date|time|publish|posted|meta", re.IGNORECASE)
_TODAY_NAME = re.compile(r"current|today|now|clock|hijri|islamic", re.IGNORECASE)
_ISSUE = re.compile(r"(?:السنه \S+ )?(?:ال)?عدد [0-9]+")
_UPDATED_NAME = re.compile(r"modif|updat", re.IGNORECASE)


def take_date(reading: Reading, printed: Page) -> None:
    """By the metadata, else by what is printed beside the headline, else by the address; and what contradicts it."""
    told = None
    for value in reading.metadata.published[:6]:
        read = read_date(value)
        if read.date:
            day = told.value.date() if told else read.date.value.date()
            if told is None or (
                told.precision == "day" and read.date.precision == "minute" and day == read.date.value.date()
            ):
                told = read.date
        elif told is None and read.note and read.note not in reading.page.notes:
            reading.page.notes.append(read.note)
    seen = _time_element(reading) or printed.published or _date_above(reading)
    if told is None:
        reading.page.published = seen or read_url_date(reading.address) or _relative_date(reading)
        if reading.page.published:
            reading.page.notes = [note for note in reading.page.notes if note.code != "date_unread"]
        is_updated = any(
            line.code == "date_line" and place < reading.start + 3 and read_date_line(line.text) is not None
            for line, place in reading.placed_lines()
        )
        if reading.page.published is None and (reading.metadata.modified or is_updated):
            reading.page.notes.append(Note("date_modified_only"))
        page_notes = [note for note in printed.notes if note.code.startswith(("date_", "several_"))]
        reading.page.notes += [note for note in page_notes if note not in reading.page.notes]
        return
    reading.page.notes = [note for note in reading.page.notes if not note.code.startswith("date_")]
    if seen and seen.value.date() == told.value.date() and told.precision == "day" and seen.precision == "minute":
        told = seen
    elif seen and told.value.tzinfo and not told.value.utcoffset() and _is_local(told, printed.published):
        told = ReadDate(told.value.replace(tzinfo=None), told.precision)
        reading.page.notes.append(Note("zone_contradicted"))
    elif seen and abs((seen.value.replace(tzinfo=None) - told.value.replace(tzinfo=None)).days) > 1:
        reading.page.notes.append(
            Note("dates_differ", {"told": told.value.date().isoformat(), "seen": seen.value.date().isoformat()})
        )
    reading.page.published = told


def _date_above(reading: Reading) -> ReadDate | None:
    """A date above the headline, in an element that is named for it; others are the day's on which it was shown."""
    for place in range(reading.title_place - 1, max(reading.title_place - 1 - DATE_BLOCKS, -1), -1):
        block = reading.blocks[place]
        names = " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in list(chain(block.element))[:2])
        if block.zones or _TODAY_NAME.search(names):
            continue
        found = read_date_line(plain(block.text))
        if not found or not found.published or not found.reading.date:
            continue
        # Beside the number of an issue it is the day of that issue, on the pages of its articles.
        of_issue = len(found.rest) == 1 and _ISSUE.fullmatch(words(found.rest[0]))
        if of_issue or (not found.rest and _DATE_NAME.search(names)):
            return found.reading.date
    return None


def _relative_date(reading: Reading) -> ReadDate | None:
    """«قبل ساعتين» beside the headline, on a page of which it is known when it was collected."""
    if reading.collected is None:
        return None
    for line, place in reading.placed_lines():
        is_around = line.code in {"date_line", "header", "repeated"} and place < reading.start + 3
        if is_around and (found := read_relative_date(line.text, reading.collected.value)):
            line.code = "date"
            reading.page.notes.append(Note("date_relative", {"text": line.text[:MAX_LINE_CHARS]}))
            return found
    return None


def _is_local(told: ReadDate, printed: ReadDate | None) -> bool:
    """Does the page print as its time what the metadata gives as that of Greenwich?"""
    return (
        printed is not None
        and printed.precision == told.precision == "minute"
        and printed.value.tzinfo is None
        and printed.value == told.value.replace(tzinfo=None, second=0)
    )


def _time_element(reading: Reading) -> ReadDate | None:
    first = reading.title_place - 5 if reading.title_place >= 0 else reading.start - 10
    published = [
        (place, element, zones)
        for place, element, zones in reading.reader.dated
        if attribute(element, "title", "datetime", "content")
    ]
    for place, element, zones in sorted([*reading.reader.times, *published], key=lambda one: one[0]):
        if not first <= place <= max(reading.start + 3, reading.title_place + 8):
            continue
        if reading.is_elsewhere(zones):
            continue
        name = " ".join([element.get("class") or "", element.get("itemprop") or ""])
        if _UPDATED_NAME.search(name):
            continue
        value = attribute(element, "datetime", "content", "title") or text_of(element)
        if value and (read := read_date(value)).date:
            return read.date
    return None
