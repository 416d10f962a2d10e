"""The content of a block while it is read: pieces of text and markup, which become its text and its HTML."""

import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple

from archive.ingest.cleaning import repair_characters

SENTENCE_CHARS = 60
_SPACES = re.compile(r"\s+")
# What `repair_characters` may have to do with a text that has no line ends.
_TO_REPAIR = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufb50-\ufeff\ufff9-\ufffb]"
)
_SENTENCE_ENDS = (".", "!", "?", "؟", "…", ":", "»", '"', "”")
_BREAKS_AT_ENDS = re.compile(r"^(?:\s*<br>\s*)+|(?:\s*<br>\s*)+$")
_EMPTY = re.compile(r"<(a|strong|em|sub|sup)\b[^>]*>(\s*)</\1>")


class Piece(NamedTuple):
    kind: str
    """One of "text", "open", "close", "break", "gap" and "markup"."""

    value: str
    tag: str = ""


GAP = Piece("gap", "")
BREAK = Piece("break", "<br>")


def paragraphs(pieces: list[Piece], is_line: Callable[[str], bool]) -> list[tuple[list[Piece], str]]:
    """The pieces and the text of each paragraph in PIECES: lines that are whole sentences are paragraphs of their own.

    So are lines that IS_LINE knows to be no text.
    """
    if BREAK not in pieces:  # As most are.
        return [(pieces, text)] if (text := text_of_pieces(pieces)) else []
    lines: list[list[Piece]] = [[]]
    opened: list[Piece] = []
    for piece in pieces:
        if piece.kind == "break":
            lines.append(list(opened))
            continue
        lines[-1].append(piece)
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close":
            for place in range(len(opened) - 1, -1, -1):
                if opened[place].tag == piece.tag:
                    del opened[place]
                    break
    told = [(line, text) for line in lines if (text := text_of_pieces(line))]
    texts = [text for _, text in told]
    if len(told) < 2 or _are_paragraphs(texts) or any(map(is_line, texts)):
        return told
    return [(pieces, " ".join(texts))]


def text_of_pieces(pieces: list[Piece]) -> str:
    text = " ".join("".join([piece.value for piece in pieces if piece.kind == "text"]).split())
    return _repaired(text) if text else ""


def html_of_pieces(pieces: list[Piece]) -> str:
    """PIECES as HTML in which every tag is closed, in the order in which they were opened."""
    out: list[str] = []
    opened: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            out.append(escape(_repaired(_SPACES.sub(" ", piece.value)), quote=False))
        elif piece.kind == "open":
            opened.append(piece.tag)
            out.append(piece.value)
        elif piece.kind == "break":
            out.append("<br>")
        elif piece.kind == "markup":
            return piece.value
        elif piece.kind == "close" and piece.tag in opened:
            while (tag := opened.pop()) != piece.tag:
                out.append(f"</{tag}>")
            out.append(piece.value)
    out += [f"</{tag}>" for tag in reversed(opened)]
    html = _without_empty_tags("".join(out))
    return _BREAKS_AT_ENDS.sub("", _SPACES.sub(" ", html).strip()).strip()


def _are_paragraphs(lines: list[str]) -> bool:
    """Are the LINES of one block sentences, and not the lines of a poem, an address or a list?"""
    long = [line for line in lines if len(line) >= SENTENCE_CHARS]
    return sum(map(len, long)) >= 0.7 * sum(map(len, lines)) and all(
        line.rstrip().endswith(_SENTENCE_ENDS) or len(line) < SENTENCE_CHARS or len(line) > 2 * SENTENCE_CHARS
        for line in lines[:-1]
    )


def _repaired(text: str) -> str:
    return repair_characters(text).replace("\n", " ") if _TO_REPAIR.search(text) else text


def _without_empty_tags(html: str) -> str:
    for _nesting in range(3):
        html, count = _EMPTY.subn(r"\2", html)
        if not count:
            break
    return html
