"""A real mail server of our own for tests: it takes mail, and refuses, stalls and drops as it is told to."""

import asyncio
import contextlib
import email
import email.policy
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Mailbox:
    """What came in. ANSWER, given the recipient, may return a line that refuses it; DATA one that refuses the text.

    With `drop` for a line the connection is lost after the text was taken, before that is said. STALL says how many
    seconds a text waits until it is taken, LINGER how many one that is taken waits for its answer, HESITATION how many
    a recipient does. UNANSWERED are the ids of those that are taken and not answered at this moment; UNSURE counts by
    their ids those that were stalled or dropped.
    """

    def __init__(self):
        self.messages: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answer: Callable[[str], str | None] = lambda recipient: None
        self.data: Callable[[str], str | None] = lambda recipient: None
        self.stall: Callable[[str], float] = lambda recipient: 0
        self.linger = self.hesitation = 0.0
        self.unanswered: list[str] = []
        self.unsure: Counter[str] = Counter()
        self._lock = threading.Lock()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        await asyncio.sleep(self.hesitation)
        refusal = self.answer(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        seconds = self.stall(envelope.rcpt_tos[0])
        await asyncio.sleep(seconds)
        said = self.data(envelope.rcpt_tos[0])
        if said and said != "drop":
            return said
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.messages.append(message)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
            if seconds or said == "drop":
                self.unsure[message["Message-ID"]] += 1
        if said == "drop":
            server.transport.abort()
        elif self.linger:
            self.unanswered.append(message["Message-ID"])
            try:
                await asyncio.sleep(self.linger)
            finally:  # Whoever sent it may be gone by now.
                self.unanswered.remove(message["Message-ID"])
        return "250 OK"

    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """Give a mailbox and the port of 127.0.0.1 on which its server listens."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield mailbox, controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
