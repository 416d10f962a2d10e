"""From named values to a record; whoever finds them, dates, authors, addresses and odd values are understood in one way."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from archive.ingest.addresses import normalise_url
from archive.ingest.bylines import MAX_AUTHOR_CHARS, Byline, read_author_field
from archive.ingest.cleaning import body_html, fitting_title, left_out_markup, received_html, single_line
from archive.ingest.dates import is_future, read_date
from archive.ingest.languages import language_of
from archive.ingest.leftovers import without_code, without_end
from archive.ingest.names import DEFAULT_NAMES, Field, FieldNames
from archive.ingest.pictures import Gallery, add_shown, read_pictures, with_linked_captions
from archive.ingest.readers import ReadContext
from archive.ingest.records import Dropped, Note, ReadDate, Record, UnreadableInputError
from archive.text.html import plain_text
from archive.text.normalize import has_words, words

MAX_RECORD_BYTES = 8 * 1024 * 1024
"""How large one record may be, in any format; what is larger is no article, and is passed over without being kept."""

MAX_TEXT_CHARS = 1_000_000
"""How long a text may be: a thick book's length. What cleans it holds it many times over."""

MAX_SHOWN_CHARS = 200
MAX_REST_CHARS = 40
MAX_AUTHORS = 100
LANGUAGE_CHARS = 4000

_WRAPPED = ("id", "title", "body", "published", "collected", "source", "section", "url", "summary", "kicker", "place")
_WRAPPINGS = ("rendered", "name", "value", "@value", "#text", "$oid", "$date", "$numberLong")
"""The names under which programs put a value that is no bare one: WordPress, schema.org, XML as JSON, MongoDB."""

_LISTED = frozenset({"source", "section", "url"})
"""Of which a record has one; of a list it is the first."""

_IMAGE_NAME = re.compile("(?:<|&lt;)img", re.IGNORECASE)
_CAPTION_NAME = re.compile("(?:<|&lt;)figcaption", re.IGNORECASE)
_TAG = re.compile("<[^>]*>?")
_LANGUAGE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BEHIND_PLACE = re.compile(r"\s*(?:\(.*|\d{1,2} ?[-/] ?\d.*|[-–—،,:/]+\s*)$")
_CUT_END = re.compile(r"(?:\[?(?:…|\.\.\.|&hellip;)\]?)\s*$")


@dataclass(slots=True)
class Received:
    """What a record is read from: RAW, its own bytes, and what is known of them before they are understood."""

    origin: str
    reader: str
    raw: bytes
    content_type: str
    encoding: str = ""
    notes: list[Note] = field(default_factory=list)


def record_of(
    values: Mapping[str, object], received: Received, context: ReadContext, names: FieldNames = DEFAULT_NAMES
) -> Record:
    """Return the record that VALUES, found in what was RECEIVED under some of NAMES, make.

    What is there and is not taken goes to `context.unread`. Raises UnreadableInputError when there is nothing to read.
    """
    notes = list(received.notes)
    fields, unread = names.find(values)
    fields |= {name: Field(fields[name].key, unwrapped(fields[name].value)) for name in _WRAPPED}
    context.unread.add(
        key for key in unread if isinstance(values[key], str) and has_words(values[key][:MAX_SHOWN_CHARS])
    )
    texts = {name: _text(fields, name, notes) for name in ("title", "body", "source", "section", "url", "summary")}
    texts["body"], code = without_code(texts["body"])
    gallery = _pictures(fields["picture"], single_line(_text(fields, "caption", notes)), texts["url"], notes)
    if _IMAGE_NAME.search(texts["body"]):
        add_shown(gallery, received_html(texts["body"]), texts["url"])
    notes += gallery.notes
    pictures = gallery.pictures
    captions: list[Dropped] = []
    if pictures and _CAPTION_NAME.search(texts["body"]):
        texts["body"], captions = with_linked_captions(received_html(texts["body"]), pictures, texts["url"])
    title, (body, end) = single_line(texts["title"]), without_end(body_html(texts["body"]))
    title = title if words(title) else ""
    # Beside a title that is no text, a body that is a list is none either: nothing in the record is as it should be.
    is_odd = _is_unread(fields["title"]) and _is_unread(fields["body"])
    if is_odd or not (title or words(plain_text(body))):
        raise UnreadableInputError(_nothing_to_read(fields))
    title, body, title_notes = fitting_title(title, body)
    notes += title_notes
    authors, place = _authors(fields["author"], notes)
    return Record(
        origin=received.origin,
        reader=received.reader,
        raw=received.raw,
        title=title,
        body=body,
        file_name=context.file_name,
        content_type=received.content_type,
        encoding=received.encoding,
        kicker=single_line(_text(fields, "kicker", notes)),
        summary=_summary(single_line(texts["summary"]), body),
        authors=authors,
        place=_place(single_line(_text(fields, "place", notes))) or place,
        source=single_line(texts["source"]),
        section=single_line(texts["section"]),
        published=_published(fields["published"].value, notes),
        collected=_collected(fields["collected"], notes),
        url=_url(texts["url"], notes),
        external_id=_identity(fields["id"], notes),
        language=language_of(_TAG.sub(" ", body[:LANGUAGE_CHARS]), _language(fields["language"], notes), title=title),
        pictures=pictures,
        dropped=[*captions, *left_out_markup(texts["body"]), *code, *end],
        notes=notes,
    )


def json_object(text: str, line: int = 1) -> dict:
    """Return the JSON object that TEXT, which begins on LINE of its file, is.

    Raises UnreadableInputError, whose note says where it stops being JSON.
    """
    values = json_value(text, line)
    if not isinstance(values, dict):
        raise UnreadableInputError(Note("json_not_object"))
    return values


def json_value(text: str, line: int = 1) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise UnreadableInputError(Note("json_too_deep")) from None
    except json.JSONDecodeError as problem:
        raise UnreadableInputError(_json_note(problem, line)) from None
    except ValueError:
        raise UnreadableInputError(Note("json_number_too_long")) from None


def _json_note(problem: json.JSONDecodeError, line: int) -> Note:
    """Say where it stops being JSON, not why: Python's reasons are in English only."""
    rest = problem.doc[problem.pos :].strip()
    # A string without an end is pointed at by its beginning.
    if not rest or problem.msg.startswith("Unterminated string"):
        last_line = problem.doc.rpartition("\n")[2]
        return Note("json_cut_short", {"line": line + problem.doc.count("\n"), "column": len(last_line)})
    where = {"line": line + problem.lineno - 1, "column": problem.colno}
    return Note("json_invalid", {**where, "text": rest[:MAX_REST_CHARS]})


def unwrapped(value: object) -> object:
    """What an object that wraps one value says: `{"rendered": "…"}`, `{"$date": {"$numberLong": "…"}}`."""
    for _nesting in range(2):
        inner = [value[name] for name in _WRAPPINGS if isinstance(value, dict) and value.get(name) not in (None, "")]
        value = inner[0] if inner else value
    return value


def _is_unread(field: Field) -> bool:
    return field.value is not None and not isinstance(field.value, str)


def _nothing_to_read(fields: dict[str, Field]) -> Note:
    """Why a record has neither a title nor a text: it says nothing, or not as text."""
    odd = [fields[name].key for name in ("title", "body") if _is_unread(fields[name])]
    return Note("fields_unread", {"fields": ", ".join(odd)}) if odd else Note("no_title_no_body")


def _ignored(field: Field) -> Note:
    return Note("field_ignored", {"field": field.key[:MAX_SHOWN_CHARS]})


def _text(fields: dict[str, Field], name: str, notes: list[Note]) -> str:
    value = fields[name].value
    if name in _LISTED and isinstance(value, list):
        value = next((text for one in value if isinstance(text := unwrapped(one), str) and text.strip()), value)
    if value is None:
        return ""
    if isinstance(value, str):
        return _fitting(value, fields[name])
    parts = [part for part in value if isinstance(part, str)] if isinstance(value, list) and name == "body" else []
    if parts:
        notes.append(Note("body_list"))
    if not parts or len(parts) < len(value):
        notes.append(_ignored(fields[name]))
    return _fitting("\n".join(parts), fields[name])


def _fitting(text: str, field: Field) -> str:
    if len(text) > MAX_TEXT_CHARS:
        values = {"field": field.key[:MAX_SHOWN_CHARS], "limit_chars": MAX_TEXT_CHARS}
        raise UnreadableInputError(Note("text_too_long", values))
    return text


def _summary(summary: str, body: str) -> str:
    """SUMMARY, unless the body begins with it, as where an export cut it from there."""
    said = words(_CUT_END.sub("", summary))
    if _CUT_END.search(summary):
        # It may have been cut within a word.
        said = said.rpartition(" ")[0]
    return "" if said and words(plain_text(body)).startswith(said) else summary


def _published(value: object, notes: list[Note]) -> ReadDate | None:
    reading = read_date(value)
    if reading.note:
        notes.append(reading.note)
    if reading.date and is_future(reading.date.value.date()):
        notes.append(Note("date_future"))
    return reading.date


def _collected(field: Field, notes: list[Note]) -> ReadDate | None:
    reading = read_date(field.value)
    if reading.note:
        notes.append(_ignored(field))
    return reading.date


def _place(text: str) -> str:
    """The place in TEXT, which may be a whole dateline: «الرباط 1-12 (أ ف ب) -»."""
    return _BEHIND_PLACE.sub("", text) or text


def _identity(field: Field, notes: list[Note]) -> str:
    if field.value is None:
        return ""
    if isinstance(field.value, bool) or not isinstance(field.value, str | int):
        notes.append(_ignored(field))
        return ""
    return single_line(str(field.value))


def _url(value: str, notes: list[Note]) -> str:
    url = normalise_url(value)
    if value.strip() and not url:
        notes.append(Note("url_ignored", {"url": value.strip()[:MAX_SHOWN_CHARS]}))
    return url


def _authors(field: Field, notes: list[Note]) -> tuple[tuple[str, ...], str]:
    """The names, and the place where a byline says one. An author may be an object with a name, as in schema.org."""
    values = field.value if isinstance(field.value, list) else [field.value]
    values = [one.get("name") if isinstance(one, dict) else one for one in values]
    texts = [single_line(one[: MAX_AUTHOR_CHARS * 4]) for one in values[:MAX_AUTHORS] if isinstance(one, str)]
    if field.value is not None and len(texts) < len(values):
        notes.append(_ignored(field))
    names: dict[str, None] = {}
    place = ""
    for text in texts:
        # No one is called by so long a name: the text itself has come here.
        byline = read_author_field(text) if len(text) <= MAX_AUTHOR_CHARS else Byline((), "", (text,))
        names.update(dict.fromkeys(byline.names))
        place = place or byline.place
        if byline.strange:
            notes.append(Note("author_ignored", {"text": "، ".join(byline.strange)[:MAX_SHOWN_CHARS]}))
    return tuple(names), place


def _pictures(field: Field, caption: str, url: str, notes: list[Note]) -> Gallery:
    gallery = read_pictures(field.value, caption, url)
    if field.value is not None and not gallery:
        notes.append(_ignored(field))
    return gallery


def _language(field: Field, notes: list[Note]) -> str:
    value = field.value
    if isinstance(value, str) and len(value) <= 16 and _LANGUAGE.fullmatch(value):
        return value.lower()
    if value is not None:
        notes.append(_ignored(field))
    return ""
