"""A mail service for tests that keeps the contract of Postmark's API (https://postmarkapp.com/developer/api): what it
takes, how it says no, and that it may say nothing."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.archive.hub import Quiet, serving

TOKEN = "server-token-of-the-tests"
DROP = "drop"
"""The message is taken, and the connection lost before that is said."""


class Answer(NamedTuple):
    """What the service says: a STATUS of HTTP, its own CODE with a sentence where it has one, and more HEADERS."""

    status: int
    code: int = 0
    said: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> bytes:
        if not self.code:
            return self.said.encode()
        return json.dumps({"ErrorCode": self.code, "Message": self.said}).encode()


def inactive(message: dict) -> Answer:
    """The mailbox of MESSAGE is gone, or its owner complained."""
    return Answer(
        422,
        406,
        "You tried to send to a recipient that has been marked as inactive. Found inactive addresses: "
        f"{message['To'].lower()}. Inactive recipients are ones that have generated a hard bounce, a spam complaint, or "
        "a manual suppression.",
    )


def no_address(message: dict) -> Answer:
    return Answer(422, 300, f"Invalid 'To' address: '{message['To']}'.")


def no_credits(_message: dict) -> Answer:
    return Answer(422, 405, "The account is out of credits. Please visit your account to add more credits.")


def too_many(_message: dict) -> Answer:
    said = "Rate limit exceeded. You are making requests at a rate that exceeds acceptable use."
    return Answer(429, 429, said, (("Retry-After", "90"),))


def broken(_message: dict) -> Answer:
    return Answer(500, 100, "Internal server error")


def in_the_way(_message: dict) -> Answer:
    """What stands before the service has no JSON."""
    return Answer(503, said="<html><body>503 Service Unavailable</body></html>", headers=(("Retry-After", "120"),))


class PostmarkServer:
    """TAKEN has the messages it took; ANSWER, given one, may say something else than yes; DELAY_SECONDS come before."""

    def __init__(self):
        self.url = ""
        self.taken: list[dict] = []
        self.answer: Callable[[dict], Answer | str | None] = lambda message: None
        self.delay_seconds = 0.0
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator["PostmarkServer"]:
        server = self

        class Handler(Quiet):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # noqa: N802
                body = self.body()
                time.sleep(server.delay_seconds)
                answer = server.answer_to(self.path, self.headers, body)
                if answer == DROP:
                    self.hang_up()
                else:
                    self.answer(answer.status, answer.body, answer.headers)

        with serving(Handler) as self.url:
            yield self

    def answer_to(self, path: str, headers, body: bytes) -> Answer | str:
        if headers.get("X-Postmark-Server-Token") != TOKEN:
            return Answer(
                401, 10, "The Server Token you provided in the X-Postmark-Server-Token request header was invalid."
            )
        if path != "/email" or headers.get("Content-Type") != "application/json":
            return Answer(404, said="Not found")
        message = json.loads(body)
        said = self.answer(message) or self._fault(message)
        if isinstance(said, Answer):
            return said
        with self._lock:
            self.taken.append(message)
            taken = {
                "To": message["To"],
                "SubmittedAt": "2020-06-15T12:00:00.0000000+00:00",
                "MessageID": f"0a129aee-e1cd-480d-b08d-{len(self.taken):012}",
                "ErrorCode": 0,
                "Message": "OK",
            }
        return said or Answer(200, said=json.dumps(taken))

    @staticmethod
    def _fault(message: dict) -> Answer | None:
        """What is wrong with MESSAGE itself."""
        if not message.get("From"):
            return Answer(422, 300, "Zero recipients specified in the 'From' field.")
        if not message.get("To"):
            return Answer(422, 300, "Zero recipients specified")
        if not (message.get("TextBody") or message.get("HtmlBody")):
            return Answer(422, 300, "Provide either email TextBody or HtmlBody or both.")
        if any(header.keys() != {"Name", "Value"} for header in message.get("Headers", ())):
            return Answer(422, 300, "Headers are not valid.")
        return None

    def ids(self) -> list[str]:
        """The Message-ID of each that was taken."""
        return [header["Value"] for one in self.taken for header in one["Headers"] if header["Name"] == "Message-ID"]
