"""What mail servers mean by the code of a refusal (RFC 3463), at once or in a report that comes later."""

import re

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

NO_SUCH_ADDRESS = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}
"""No such mailbox, no such domain, no address at all, moved away, takes no mail (RFC 7505), and switched off."""

MAILBOX_FULL = (2, 2)
BAD_SENDER = {(1, 7), (1, 8)}
OF_MESSAGE = {3, 6, 7}
"""Subjects of codes that are about the message or who sends it: its size, its content, a policy."""

_FINAL = re.compile(r"5\d\d\b|5\.\d{1,3}\.\d{1,3}\b")
_OF_MESSAGE = re.compile(
    r"\b(spam|junk|virus|content|reputation|polic(y|ies)|black\w*|block\w*|listed|rate|too (large|big|many))\b"
    r"|\b(verif\w*|call-?(out|back))\b.{0,20}\bfail",
    re.IGNORECASE | re.DOTALL,
)
"""In words, what is about the message or who sends it, as servers say it that give no code or a vague one.

One that asks the sender's own server whether there is such an address tells of what that said.
"""

_ADDRESSEE = r"\b(user|mail ?box|recipient|address(ee)?|account|local part)\b"
_NO_SUCH_ADDRESS = re.compile(
    rf"\b(no|no such|unknown|invalid|disabled|inactive) (local |e-?mail )?{_ADDRESSEE}"
    rf"|{_ADDRESSEE}.{{0,80}}\b(unknown|invalid|disabled|inactive|doesn'?t exist|not (found|exist|known|local))\b",
    re.IGNORECASE | re.DOTALL,
)
"""In words, that an address does not exist, as servers say it that give no code or a vague one.

That a mailbox is unavailable is no such word: it is the standard's example for a policy as well.
"""

_OF_OTHERS = re.compile(
    r"\b(your|from|ip|sender(?:'?s)?|sending|return|source|client|host|helo)\b[-:\s]*(\w+[-\s]+){0,2}?"
    r"(user|mail ?box|address|account)\b|\baddress\b.{0,20}\bfrom:?\b",
    re.IGNORECASE,
)
"""In words, addresses and accounts that are not the reader's: of who connects, or of who sends."""

_NOT_FOR_US = re.compile(
    r"\brelay(ing)?\b.{0,20}\b(not|denied|refus|reject|prohibit)"
    r"|\b(not|unable|den(y|ied)|refus\w*|prohibit\w*)\b.{0,30}\brelay"
    r"|\bsender\b.{0,60}\b(reject|refus|denied|unknown|not (allowed|permitted|authori)|verif\w* fail)",
    re.IGNORECASE | re.DOTALL,
)
"""In words, what is about us and no recipient, as servers say it that give no code or a vague one."""


def status_of(text: str) -> tuple[int, int] | None:
    """The subject and detail of the enhanced status code in TEXT; None where there is none."""
    found = _ENHANCED.search(text)
    return (int(found[2]), int(found[3])) if found else None


def is_about_address(text: str) -> bool:
    """Whether TEXT says that nothing will ever reach this address: by its code, or in words where that is vague."""
    status = status_of(text)
    if status and (status[1] or status[0] in OF_MESSAGE):
        return status in NO_SUCH_ADDRESS
    return _NO_SUCH_ADDRESS.search(_OF_OTHERS.sub("", text)) is not None and may_be_about_address(text)


def may_be_about_address(text: str) -> bool:
    """Whether TEXT is a server's final refusal that does not say what it is about: told often, it is the address."""
    status = status_of(text)
    if not _FINAL.match(text) or status == MAILBOX_FULL or is_about_sender(text):
        return False
    if status and (status[1] or status[0] in OF_MESSAGE):
        return status[0] not in OF_MESSAGE
    return not _OF_MESSAGE.search(text)


_QUOTED = re.compile(r"(?:\bsaid|\bwas|\bcall-?(?:out|back) verification failed):.*", re.IGNORECASE | re.DOTALL)


def own_words(text: str) -> str:
    """TEXT without what it tells that another server said, to which anybody can have a message sent."""
    return _QUOTED.sub("", text)


def is_about_sender(text: str) -> bool:
    """Whether TEXT says that our server may not send by this one, or not as who we are: to anybody."""
    status = status_of(text)
    return status in BAD_SENDER or (status not in NO_SUCH_ADDRESS and _NOT_FOR_US.search(text) is not None)
