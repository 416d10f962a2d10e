"""The parts of a mail, from its kind's templates: rendered once for all who read the same, but for their links."""

import secrets
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils.html import escape

from archive.models import Delivery
from archive.subscriptions.messages import Message

SHARED = (Delivery.Kind.ARTICLE, Delivery.Kind.CORRECTION)
"""Kinds of which many are the same; what a digest holds is each reader's own."""

_PLACES = {name: f"https://{secrets.token_hex(16)}.invalid/" for name in ("manage_url", "leave_url")}
"""What stands for a reader's links until they are known; nobody else can write it."""


@dataclass(frozen=True)
class Parts:
    """The SUBJECT, the plain TEXT and the HTML."""

    subject: str
    text: str
    html: str


def parts_of(message: Message) -> Parts:
    """Return the parts of MESSAGE in the active language, which is its own."""
    if message.kind not in SHARED:
        return _rendered(message)
    parts = message.common.get(_key(message), lambda: _rendered(replace(message, **_PLACES)))
    text, html = parts.text, parts.html
    for name, place in _PLACES.items():
        url = getattr(message, name)
        text, html = text.replace(place, url), html.replace(place, escape(url))
    return Parts(parts.subject, text, html)


def _key(message: Message) -> tuple:
    """All that the parts are made of, beside the reader's own links."""
    delivery = message.delivery
    reasons = tuple((one.section_id, one.entity_id, one.story_id, one.search_id) for one in message.reasons)
    return ("mail", message.kind, message.language, delivery.article_id, delivery.version, reasons)


def _rendered(message: Message) -> Parts:
    context = {"message": message, "site": message.site, "LANGUAGE_CODE": message.language}
    names = ("subject.txt", "body.txt", "body.html")
    return Parts(*(render_to_string(f"email/{message.kind}/{name}", context) for name in names))
