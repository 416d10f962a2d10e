"""What every reader yields, before any table is touched: a record, or an input set aside with its reason."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from archive.exceptions import IngestError
from archive.text.html import plain_text
from archive.text.normalize import has_words


class Note(NamedTuple):
    """Something to tell the operator: a code of `archive.ingest.notes` and what its sentence names."""

    code: str
    values: dict[str, str | int] = {}


class UnreadableInputError(IngestError):
    """Bytes that cannot be read as articles at all; NOTE says why."""

    def __init__(self, note: Note):
        super().__init__(note.code)
        self.note = note


class Dropped(NamedTuple):
    """A line that was left out of an article, as printed, and the code that says why."""

    code: str
    text: str


class ReadDate(NamedTuple):
    """A date as the input gives it. Without a zone it is in the source's; what PRECISION does not know is 1 or 0."""

    value: datetime
    precision: str


class RecordLink(NamedTuple):
    """A link the page itself shows; KIND is one of `ArticleLink.Kind`."""

    kind: str
    title: str = ""
    url: str = ""


@dataclass(slots=True)
class Record:
    """One article as a reader understood it; what the input does not say stays empty, and nothing is made up.

    TITLE, KICKER, SUMMARY and PLACE are single lines (`cleaning.single_line`); BODY is clean HTML
    (`cleaning.body_html`). RAW is exactly what was received of this article, and of no other where the format lets it
    be cut out. SOURCE and SECTION are names as printed; URL is normalised (`addresses.normalise_url`). EXTERNAL_ID is
    the source's own identity of the article. NOTES and DROPPED tell the operator, by codes of `archive.ingest.notes`,
    what is odd and what was left out.
    """

    origin: str
    reader: str
    raw: bytes
    title: str
    body: str
    file_name: str = ""
    content_type: str = ""
    encoding: str = ""
    kicker: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    place: str = ""
    source: str = ""
    section: str = ""
    published: ReadDate | None = None
    collected: ReadDate | None = None
    url: str = ""
    external_id: str = ""
    language: str = "ar"
    links: tuple[RecordLink, ...] = ()
    dropped: list[Dropped] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        """Whether there is more to read than a title."""
        return has_words(self.summary, plain_text(self.body))


@dataclass(slots=True)
class Rejected:
    """An input, or a part of one, that is no article: where it stood, and why; RAW is what was received of it.

    RAW is None where it is the whole input, or was too much to keep.
    """

    origin: str
    note: Note
    raw: bytes | None = None
    reader: str = ""
    file_name: str = ""
