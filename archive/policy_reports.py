"""What browsers report of pages of ours that wanted what their Content-Security-Policy does not let them.

Such a report tells of a flaw of ours, of somebody who puts things into pages, or of a browser's extension. It is a
line in the log, and one in a small file of this machine, for the admin to list: the rule, the view, and the origin of
what was wanted. No more of it is kept: anybody can send one, and browsers put into it what their reader asked for.
"""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from archive import newest_lines

MAX_REPORTS = 10
"""Of those that come in one request; more are not read."""

_DIRECTIVE = re.compile(r"[a-z][a-z-]{2,40}")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[a-z0-9.:\[\]_-]{1,200}")
_WORD = re.compile(r"[a-z][a-z0-9+.-]{1,29}:?")

logger = logging.getLogger(__name__)


class PolicyReport(NamedTuple):
    """A page of the view DOING wanted, AT a moment, something of the origin BLOCKED, which DIRECTIVE does not let it.

    BLOCKED may be a word instead, such as "inline" or "eval"; empty is what is neither.
    """

    at: datetime
    doing: str
    directive: str
    blocked: str


def read(content: bytes, at: datetime) -> list[PolicyReport]:
    """Return what CONTENT reports of pages of ours, in either form that browsers write."""
    try:
        sent = json.loads(content)
    except (ValueError, RecursionError):
        return []
    found = (_report(one, at) for one in list(_bodies(sent))[:MAX_REPORTS])
    return [report for report in found if report]


def note(report: PolicyReport) -> None:
    logger.warning("Policy: a page of %s wanted %s: %s", report.doing, report.blocked or "?", report.directive)
    newest_lines.append(settings.POLICY_REPORTS_FILE, json.dumps([report.at.isoformat(), *report[1:]]))


def newest(count: int) -> list[PolicyReport]:
    """The last COUNT reports that came to this machine, the newest first."""
    found = []
    for line in newest_lines.newest(settings.POLICY_REPORTS_FILE, count):
        with suppress(ValueError, TypeError):  # A line that was cut short.
            at, *others = json.loads(line)
            found.append(PolicyReport(datetime.fromisoformat(at), *others))
    return found


def _bodies(sent: object) -> Iterator[dict]:
    """The reports in SENT: one of `report-uri`, or a list of `report-to`, whose names are written otherwise."""
    if isinstance(sent, dict):
        yield sent.get("csp-report")
    elif isinstance(sent, list):
        yield from (one.get("body") for one in sent if isinstance(one, dict) and one.get("type") == "csp-violation")


def _report(body: object, at: datetime) -> PolicyReport | None:
    if not isinstance(body, dict):
        return None
    directive = _text(body, "effective-directive", "effectiveDirective", "violated-directive").partition(" ")[0]
    doing = _view(_text(body, "document-uri", "documentURL"))
    if not doing or not _DIRECTIVE.fullmatch(directive):
        return None
    return PolicyReport(at.astimezone(UTC), doing, directive, _origin(_text(body, "blocked-uri", "blockedURL")))


def _text(body: dict, *names: str) -> str:
    return next((body[name] for name in names if isinstance(body.get(name), str)), "")


def _view(address: str) -> str:
    """The name of the view that has the page at ADDRESS; empty where none of ours does."""
    try:
        return resolve(urlsplit(address).path).view_name
    except (ValueError, Resolver404):
        return ""


def _origin(address: str) -> str:
    """Whose the thing at ADDRESS is: its origin, or the word that browsers say instead of an address."""
    try:
        parts = urlsplit(address.lower())
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:" if parts.scheme else address
    origin = origin.lower()
    return origin if _ORIGIN.fullmatch(origin) or _WORD.fullmatch(origin) else ""
