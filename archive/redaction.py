"""What is taken out of every text that is logged or kept of a failure: readers' addresses and words, and secrets."""

import re

LEFT_OUT = "…"
_PART = r"[^\s@<>()\[\]{},;:/'\"=«»]"
# Each begins where a word does, or looks no further than so far: a long line takes no longer for it.
_SECRETS = [
    # An address of mail, or what stands before the host in an address of a server: its account and password.
    (re.compile(rf"(?<!{_PART}){_PART}+(?::[^\s@/]{{1,100}})?@{_PART}+"), LEFT_OUT),
    # A telephone number.
    (re.compile(r"\+\d(?:[ ().-]?\d){7,14}"), LEFT_OUT),
    # One without its plus, as some services repeat it: so many digits that stand alone.
    (re.compile(r"(?<![\w./:+-])\d{10,15}(?![\w/:-]|\.\d)"), LEFT_OUT),
    # What a signed link carries; the address under which a browser takes notices.
    (re.compile(r"(?<![\w=-])[\w=-]{8,}:\w{6}:[\w-]{43}"), LEFT_OUT),
    (re.compile(r"(?<=/)[\w=:.%-]{80,}"), LEFT_OUT),
    # Of an address of the web: what it asks for.
    (re.compile(r"(https?://[^\s'\"?]{1,1000}\?)[^\s'\"]+"), rf"\1{LEFT_OUT}"),
    # Values in PostgreSQL's errors: the statement, with what was searched for, and the row that is there already.
    (re.compile(r"\b(LINE \d+|DETAIL|CONTEXT|QUERY):[^\n]*"), rf"\1: {LEFT_OUT}"),
    (
        re.compile(r"((?:invalid input syntax|syntax error|invalid byte|out of range)[^\n\"]{0,200}\")[^\n]*"),
        rf"\1{LEFT_OUT}",
    ),
]


def without_secrets(text: str) -> str:
    """TEXT without what may be a reader's address or words, or opens something."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text
