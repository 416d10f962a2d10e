"""Pages and records that several ingest tests build from the same parts."""

import io
import json
from pathlib import Path

from archive.ingest.furniture import RepeatedLines
from archive.ingest.readers import ReadContext
from archive.ingest.readers.html import HtmlPage
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.readers.saved_text import SavedText

SAMPLES = Path(__file__).parents[2] / "samples"
PAGES = SAMPLES / "saved_pages" / "alwadi"

TITLE = "موسم زيتون وفير في قرى الوادي رغم تأخر المطر"
PARAGRAPHS = (
    "قالت نقابة المزارعين إن موسم الزيتون هذا العام تجاوز التوقعات في معظم قرى الوادي والساحل.",
    "وأضافت النقابة في بيان أن التعاونيات تسلمت أكثر من ألف طن من الثمار خلال أسبوعين فقط.",
    "وتوقع تجار أن ترتفع الأسعار قليلاً قبل نهاية الشهر بسبب كلفة النقل والعصر والتخزين.",
)


def page(*parts: str, title: str = TITLE, paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    """A page's text: PARTS below the headline and above the paragraphs."""
    return "\n\n".join([title, *parts, *paragraphs])


def read_page_bytes(raw: bytes, *, repeated: RepeatedLines | None = None, chosen: bool = False):
    """The one record, or rejection, in the bytes of a saved page."""
    context = ReadContext("page.txt", "page.txt", chosen, repeated or RepeatedLines())
    [found] = SavedText().read(io.BytesIO(raw), context)
    return found


def read_page_text(text: str, **more):
    return read_page_bytes(text.encode(), **more)


def read_lines(*values: object) -> list:
    """The records of JSON lines; VALUES are objects, or bytes as they are."""
    lines = (
        value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode() for value in values
    )
    return list(JsonLines().read(io.BytesIO(b"\n".join(lines)), ReadContext("file.jsonl", "file.jsonl")))


def paragraphs_of(record) -> list[str]:
    return [line.removeprefix("<p>").removesuffix("</p>") for line in record.body.split("\n")]


def dropped_codes(record) -> list[str]:
    return [line.code for line in record.dropped]


def note_codes(record) -> list[str]:
    return [note.code for note in record.notes]


def read_bytes(reader, data: str | bytes, *, file_name: str = "file", **more) -> list:
    """All that READER finds in DATA, and that its class knows the format by the beginning of it."""
    data = data.encode() if isinstance(data, str) else data
    stream = io.BufferedReader(io.BytesIO(data))
    return list(reader.read(stream, ReadContext("file", file_name, **more)))


WEB_PAGES = SAMPLES / "web_pages"


def read_html(page: str | bytes, *, repeated: RepeatedLines | None = None, chosen: bool = False):
    """The one record, or rejection, in a web page."""
    raw = page.encode() if isinstance(page, str) else page
    context = ReadContext("page.html", "page.html", chosen, repeated or RepeatedLines())
    [found] = HtmlPage().read(io.BytesIO(raw), context)
    return found


def read_web_page(name: str):
    """The record, or rejection, of the sample page NAME."""
    return read_html((WEB_PAGES / f"{name}.html").read_bytes())


def html_page(body: str, *, head: str = "", title: str = TITLE) -> str:
    """A web page with BODY below its headline."""
    return f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>'


def article_page(body: str = "", *, head: str = "", above: str = "", title: str = TITLE) -> str:
    """A web page with the three PARAGRAPHS, BODY behind the second of them, and ABOVE between headline and text."""
    first, second, third = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return html_page(f"{above}<div>{first}{second}{body}{third}</div>", head=head, title=title)
