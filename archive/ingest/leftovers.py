"""What programs and agencies leave in the text of a record: styles and scripts without their tags, and marks of its end."""

import re

from archive.ingest.furniture import is_end_mark
from archive.ingest.records import Dropped
from archive.text.html import plain_text
from archive.text.normalize import words

MAX_DROPPED_CHARS = 500
MAX_LAST_CHARS = 1000
MAX_MARK_CHARS = 80
MAX_ENDS = 3
MIN_CODE_CHARS = 60
MIN_BRACES = 4
MAX_CHARS_PER_SIGN = 50

# A stretch without Arabic, but for what stands in quotes.
_NO_ARABIC = re.compile(r"(?:'[^'\n<>]{0,100}'|\"[^\"\n<>]{0,100}\"|[^ء-ي\u064b-\u0652])++")
_CODE_BEGINS = re.compile(r"[#.@]?[A-Za-z_$]")
_CODE_ENDS = re.compile(r"[};)](?=[^};)]*\Z)")
_LAST_MARK = re.compile(
    r"\s*(?:<br>\s*)?(?P<mark>(?:/{2,}|\*{2,}|#{1,})\s*انته[ىي]\s*(?:/{2,}|\*{2,}|#{1,})?)\s*(?=</p>\s*\Z)"
)
# WordPress says so below every entry of its feeds.
_APPEARED_WORDS = ("ظهر", "appeared first")
_APPEARED_FIRST = re.compile(r"^(?:ظهرت? (?:.+ )?اولا (?:علي|في) .+|the post (?:.+ )?appeared first on .+)$")


def without_code(text: str) -> tuple[str, list[Dropped]]:
    """Return plain TEXT without the styles and scripts of a page that a program took for its words, and these."""
    if text.count("{") + text.count("}") < MIN_BRACES:
        return text, []
    kept: list[str] = []
    dropped: list[Dropped] = []
    position = 0
    for match in _NO_ARABIC.finditer(text):
        begins = _CODE_BEGINS.search(text, match.start(), match.end())
        ends = _CODE_ENDS.search(match.group())
        if not begins or not ends:
            continue
        start, end = begins.start(), match.start() + ends.end()
        piece = text[start:end]
        if len(piece) >= MIN_CODE_CHARS and _is_code(match.group()):
            kept.append(text[position:start])
            dropped.append(Dropped("code", " ".join(piece.split())[:MAX_DROPPED_CHARS]))
            position = end
    return "".join([*kept, text[position:]]), dropped


def _is_code(text: str) -> bool:
    """Are braces and semicolons as frequent in TEXT as in programs? Prose in Latin letters may have some."""
    braces = text.count("{") + text.count("}")
    return braces >= MIN_BRACES and braces + text.count(";") >= len(text) / MAX_CHARS_PER_SIGN


def without_end(body: str) -> tuple[str, list[Dropped]]:
    """Return a clean BODY without the lines at its end that only say that it ends, or where it stood, and these."""
    dropped: list[Dropped] = []
    for _line in range(MAX_ENDS):
        start = body.rfind("<p>")
        last = body[start:] if start > 0 and len(body) - start <= MAX_LAST_CHARS else ""
        may_end = len(last) <= MAX_MARK_CHARS or any(word in last for word in _APPEARED_WORDS)
        text = plain_text(last) if may_end and last.count("</p>") == 1 and last.endswith("</p>") else ""
        if text and (is_end_mark(text) or _APPEARED_FIRST.match(words(text))):
            dropped.append(Dropped("end_mark", text))
            body = body[:start].rstrip()
        elif "انته" in (tail := body[-MAX_MARK_CHARS:]) and (mark := _LAST_MARK.search(body, len(body) - len(tail))):
            dropped.append(Dropped("end_mark", mark["mark"]))
            body = body[: mark.start()] + body[mark.end() :]
        else:
            break
    return body, dropped
