"""The formats that can be imported, and finding out which one an input is in."""

from archive.ingest.readers import Reader
from archive.ingest.readers.feeds import Feeds
from archive.ingest.readers.html import HtmlPage
from archive.ingest.readers.json_records import JsonRecords, Ninjs
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.readers.mhtml import Mhtml
from archive.ingest.readers.newswires import NewsML1, NewsMLG2, Nitf
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.readers.sijill import SijillExport
from archive.ingest.readers.table import Table
from archive.ingest.readers.trec import Trec
from archive.ingest.readers.warc import Warc
from archive.ingest.readers.wxr import Wxr


def recognise(head: bytes, file_name: str) -> Reader | None:
    """Return the reader for an input that begins with HEAD, judged by its content; None when none knows it."""
    return next((reader for reader in READERS if reader.recognises(head, file_name)), None)


# In the order in which they are asked; a plain text could be anything, so its reader comes last.
READERS: tuple[Reader, ...] = (
    SijillExport(),
    Ninjs(),
    JsonRecords(),
    JsonLines(),
    Warc(recognise),
    Mhtml(),
    Wxr(),
    Feeds(),
    NewsMLG2(),
    NewsML1(),
    Nitf(),
    Trec(),
    HtmlPage(),
    Table(),
    SavedText(),
)


def reader_named(name: str) -> Reader:
    return next(reader for reader in READERS if reader.name == name)
