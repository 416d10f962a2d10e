"""Repairing received text, and turning it into titles and bodies; what was received stays in the capture."""

import re
import unicodedata
from html import unescape
from itertools import pairwise

from archive.ingest.markup import removed_markup
from archive.ingest.records import Dropped, Note
from archive.text.html import clean_html, paragraphs_html, plain_text
from archive.text.normalize import words

MAX_TITLE_CHARS = 500
MAX_MADE_TITLE_CHARS = 120
MIN_MADE_TITLE_CHARS = 25
ELLIPSIS = "…"

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Control characters, byte order marks, direction marks and joiners outside words, halves of surrogate pairs.
_STRAY = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]|(?<![ء-ۓ])[\u200c\u200d]|[\u200c\u200d](?![ء-ۓ])"
)
# A joiner after a word's last letter gives it the shape that tatweel gives it too («1438هـ»).
_FINAL_JOINER = re.compile("(?<=[ء-ۓ])\u200d(?![ء-ۓ])")
_PRESENTATION_FORM = re.compile("[\ufb50-\ufdcf\ufe70-\ufefc]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_SPACES = re.compile(r"[^\S\n]+")
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|strong|b|i|u|em|font|h[1-6]|ul|ol|li|dl|dt|dd|table|t[rdh]|tbody|thead|blockquote|q|img"
    r"|figure|figcaption|section|article|header|footer|center|pre|script|style|iframe|svg|object|embed|video|form"
    r"|input|button|html|head|body|meta|link|base|title|abbr|address|aside|bdi|bdo|big|cite|code|del|frameset|hr|ins|kbd"
    r"|main|mark|math|nav|nobr|noscript|picture|s|samp|small|strike|sub|sup|tfoot|tt|wbr)(?:\s[^<>]*)?/?>|<!--",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(
    r"&lt;/?(?:p|br|div|span|strong|em|a|h[1-6]|ul|li|table|img)(?:\s[^<>]*?)?/?&gt;", re.IGNORECASE
)
_BLOCKS_AS_PARAGRAPHS = frozenset(
    {
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "center",
        "pre",
        "address",
        "dl",
        "dt",
        "dd",
    }
)
_UNKNOWN_BLOCK = re.compile(rf"<(/?)(?:{'|'.join(_BLOCKS_AS_PARAGRAPHS)})(?=[\s>/])[^<>]*>", re.IGNORECASE)
_BREAKS = re.compile(r"(?:<br\s*/?>\s*){2,}", re.IGNORECASE)
_EMPTY_BLOCK = re.compile(
    r"<(p|h2|h3|li|blockquote|figure|figcaption|strong|em)>(?:\s|<br\s*/?>)*</\1>"
    r'|<a\b(?:"[^"]*"|[^">])*>(?:\s|<br\s*/?>)*</a>'
)
_BLOCK_TAG = re.compile(r"<(/?)(p|h2|h3|ul|ol|blockquote|figure|table|hr)\b[^>]*>")
_FIGURE_PART = re.compile(r"<(/?)(figure|figcaption|p)>")
_CAPTION_BREAKS = re.compile(r"(<figcaption>)\s*(?:<br>\s*)+|\s*(?:<br>\s*)+(</figcaption>)")
_SENTENCE_END = re.compile(r"[.!؟?…](?=\s|$)")

MIN_WRAP_CHARS = 40
MAX_WRAP_CHARS = 140
MIN_WRAPPED_PAIRS = 3
MIN_WRAPPED_SHARE = 0.7


def repair_characters(text: str) -> str:
    """Return TEXT with plain letters for presentation forms, newlines for line ends, and no stray marks."""
    text = _LINE_ENDS.sub("\n", text)
    if not text.isascii():
        text = _PRESENTATION_FORM.sub(_plain_letters, text)
    return _STRAY.sub("", _FINAL_JOINER.sub("ـ", text))


def repair_text(text: str) -> str:
    """`repair_characters` for plain text, which may hold HTML entities, once or twice escaped; spaces single."""
    for _escape in range(2):
        if not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda match: unescape(match.group()), text)
    return _SPACES.sub(" ", repair_characters(text))


def _plain_letters(match: re.Match) -> str:
    # The isolated forms of tashkeel carry a space or a tatweel to stand on; in a word they stand on its letter.
    plain = unicodedata.normalize("NFKC", match.group())
    return plain.lstrip(" ـ") if len(plain) > 1 and plain[0] in " ـ" else plain


def single_line(text: str) -> str:
    """Return TEXT, plain or HTML, as one repaired line."""
    if _TAG.search(text):
        text = plain_text(clean_html(repair_characters(text)))
    return " ".join(repair_text(text).split())


def body_html(text: str) -> str:
    """Return a received body, plain text with lines or HTML (also escaped), as clean body HTML."""
    if html := received_html(text):
        return _cleaned_html(html)
    lines = [line.strip() for line in repair_text(text).split("\n")]
    return paragraphs_html(join_wrapped(lines))


def left_out_markup(text: str) -> list[Dropped]:
    """Return what of the markup of a received body is not in its `body_html`."""
    html = received_html(text)
    return removed_markup(html, kept_as_paragraphs=_BLOCKS_AS_PARAGRAPHS) if html else []


def received_html(text: str) -> str:
    """Return the HTML that TEXT is, or is when unescaped; "" for plain text."""
    if not _TAG.search(text) and _ESCAPED_TAG.search(text):
        text = unescape(text)
    return text if _TAG.search(text) else ""


def _cleaned_html(html: str) -> str:
    html = _UNKNOWN_BLOCK.sub(lambda match: f"<{match[1]}p>", repair_characters(html))
    html = clean_html(_BREAKS.sub("</p><p>", html))
    # Character references are characters only now.
    html = _SPACES.sub(" ", repair_characters(html).replace("&nbsp;", " "))
    if "<fig" in html:
        html = _CAPTION_BREAKS.sub(r"\1\2", _captions_in_figures(html))
    for _nesting in range(3):
        html = _EMPTY_BLOCK.sub("", html)
    return _wrapped_in_paragraphs(html)


def _captions_in_figures(html: str) -> str:
    """Return clean HTML in which each caption is one line in a figure; what stands in none is text as any other."""
    is_open: list[bool] = []
    figures = 0

    def settled(tag: re.Match) -> str:
        nonlocal figures
        is_end, name = bool(tag[1]), tag[2]
        if name == "p":
            return "<br>" if any(is_open) else tag[0]
        if name == "figure":
            figures += -1 if is_end else 1
            return tag[0]
        if not is_end:
            is_open.append(figures > 0 and not any(is_open))
            return tag[0] if is_open[-1] else "\n\n"
        return tag[0] if is_open.pop() else "\n\n"

    return _FIGURE_PART.sub(settled, html)


def _wrapped_in_paragraphs(html: str) -> str:
    """Return clean HTML with text that stands outside every block in paragraphs of its own."""
    pieces: list[str] = []
    depth = position = 0
    for match in _BLOCK_TAG.finditer(html):
        closing, void = bool(match[1]), match[2] == "hr"
        if depth == 0:
            pieces.extend(_loose_paragraphs(html[position : match.start()]))
            position = match.start()
        if not void:
            depth = max(depth + (-1 if closing else 1), 0)
        if depth == 0:
            pieces.append(html[position : match.end()])
            position = match.end()
    pieces.extend(_loose_paragraphs(html[position:]) if depth == 0 else [html[position:]])
    return "\n".join(pieces)


def _loose_paragraphs(html: str) -> list[str]:
    lines = (re.sub(r"^(?:<br>)+|(?:<br>)+$", "", line.strip()).strip() for line in re.split(r"\n\s*\n", html))
    return [clean_html(f"<p>{line}</p>") for line in lines if plain_text(line)]


def join_wrapped(lines: list[str]) -> list[str]:
    """Return the paragraphs of LINES: each line is one, unless the text was broken at a width; empty lines part them."""
    width = wrap_width(lines)
    paragraphs: list[str] = []
    last_line = ""
    for line in lines:
        if line and last_line and was_broken(last_line, line, width):
            paragraphs[-1] += f" {line}"
        elif line:
            paragraphs.append(line)
        last_line = line
    return paragraphs


def wrap_width(lines: list[str]) -> int:
    """Return the width at which the text of LINES was broken, or 0.

    In a broken text nearly every line is followed by a word for which it had no room left.
    """
    pairs = [(line, following) for line, following in pairwise(lines) if line and following]
    width = max((len(line) for line in lines), default=0)
    broken = sum(was_broken(line, following, width) for line, following in pairs)
    if not MIN_WRAP_CHARS <= width <= MAX_WRAP_CHARS:
        return 0
    return width if broken >= max(MIN_WRAPPED_PAIRS, len(pairs) * MIN_WRAPPED_SHARE) else 0


def was_broken(line: str, following: str, width: int) -> bool:
    """Had LINE no room, in a text broken at WIDTH (0 for none), for the first word of the FOLLOWING line?"""
    return width > 0 and len(line) + 1 + len(following.split(" ", 1)[0]) > width


def title_from_text(text: str) -> str:
    """Return the beginning of a plain TEXT as a title: its first line, first sentence or first words."""
    line = next((line.strip() for line in text.split("\n") if words(line)), "")
    line = " ".join(line.split())
    if len(line) <= MAX_MADE_TITLE_CHARS:
        return line
    for match in _SENTENCE_END.finditer(line, MIN_MADE_TITLE_CHARS, MAX_MADE_TITLE_CHARS):
        return line[: match.end()].rstrip(".")
    return _cut(line, MAX_MADE_TITLE_CHARS)


def _cut(line: str, max_chars: int) -> str:
    head, _, _ = line[:max_chars].rpartition(" ")
    return (head or line[: max_chars - 1]).rstrip(" ،,؛:-") + ELLIPSIS


def fitting_title(title: str, body: str) -> tuple[str, str, list[Note]]:
    """Return TITLE and BODY as the archive can keep them, and notes on what was done.

    A missing title is taken from the text; of one too long, the whole becomes the first paragraph.
    """
    if not title:
        title = title_from_text(plain_text(body))
        return title, body, [Note("title_from_text")] if title else []
    if len(title) <= MAX_TITLE_CHARS:
        return title, body, []
    if not words(plain_text(body)).startswith(words(title)):
        body = "\n".join(filter(None, [paragraphs_html([title]), body]))
    return _cut(title, MAX_TITLE_CHARS), body, [Note("title_cut")]
