"""Connections by which channels speak to services of the web: kept open, and opened again when they are lost."""

import http.client
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, urlsplit

from archive.exceptions import ChannelDownError, DeliveryDelayedError

MAX_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What a service said: the STATUS, the BODY, and the Location, a PLACE, or ""."""

    status: int
    body: bytes
    place: str


class Connections:
    """One connection to each service, opened when it is needed. No redirect is followed."""

    def __init__(self, *, timeout_seconds: float):
        self._timeout_seconds = timeout_seconds
        self._open: dict[str, http.client.HTTPConnection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()

    def post(self, url: str, body: bytes, headers: dict[str, str], *, may_repeat: bool = False) -> Answer:
        """Send BODY to URL. Where it does no harm to say it twice, MAY_REPEAT, a lost connection is opened anew.

        Raises ChannelDownError where there is no connection, and DeliveryDelayedError where it was lost: whether the
        message was taken nobody knows.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        # Kept again only if all goes well.
        known = self._open.pop(origin, None)
        connection = known or self._connected(parts)
        path = parts._replace(scheme="", netloc="").geturl() or "/"
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            said = answer.read(MAX_ANSWER_BYTES)
        except (OSError, http.client.HTTPException) as problem:
            connection.close()
            if known and may_repeat:  # It had been closed while nothing was sent.
                return self.post(url, body, headers)
            raise DeliveryDelayedError(_said(problem)) from problem
        except BaseException:
            connection.close()
            raise
        if answer.isclosed() and connection.sock is not None:
            self._open[origin] = connection
        else:
            connection.close()
        return Answer(answer.status, said, answer.headers.get("Location", ""))

    def _connected(self, parts: SplitResult) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=self._timeout_seconds)
        try:
            connection.connect()
        except OSError as problem:
            raise ChannelDownError(_said(problem)) from problem
        return connection


def _said(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"
