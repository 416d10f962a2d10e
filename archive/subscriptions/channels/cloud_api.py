"""The WhatsApp Business Cloud API: one request, and what its answer means.

Meta documents it at developers.facebook.com/docs/whatsapp/cloud-api: messages are sent by POST to
/PHONE_NUMBER_ID/messages, and errors are told by a code in the body.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from django.conf import settings

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
)
from archive.subscriptions.channels.connections import Connections

TIMEOUT_SECONDS = 20

REENGAGEMENT = 131047
"""More than a day since they wrote: only a template may be sent."""

_RESTS = {2, 4, 80007, 130429, 131016, 131048, 131057, 133004}
"""Their service is down or under repair, or we, the account or the number have sent too much for now."""

_NEEDS_OPERATOR = {
    *(0, 3, 10, 190, *range(200, 300), 131005),  # The token: expired, or without the right to send.
    *(
        33,
        368,
        131031,
        131037,
        131042,
        131045,
        133005,
        133006,
        133010,
    ),  # The number or the account: gone, locked, unpaid.
    *(132000, 132001, 132012, 132015, 132016),  # A template: not approved as we use it, paused, or disabled.
}
_NO_SUCH_ADDRESS = {131021, 131026, 131050, 130497}
"""Our own number; not on WhatsApp; wants no news; a country that they do not serve."""

_LATER = {1, 131000, 131056, REENGAGEMENT}
"""Something went wrong; too many messages to this one number; the day is over after all."""


@dataclass(frozen=True)
class Accepted:
    """That the API has taken a message: its id, and the recipient as WhatsApp knows them."""

    message_id: str
    recipient: str


class CloudApiError(Exception):
    """What the API answered instead; CODE is None where that was no answer of the API's own."""

    def __init__(self, code: int | None, text: str, status: int = 0):
        super().__init__(text)
        self.code = code
        self.status = status


def meaning(code: int | None, text: str, *, status: int = 0) -> DeliveryError:
    """Return what an error says is to be done now. STATUS is that of HTTP, for answers without a code."""
    said = f"{code or status} {text}".strip()
    if code is None:
        if status in (401, 403):
            return ChannelDownError(said, pause=True)
        return ChannelDownError(said) if status == 429 or status >= 500 else DeliveryRefusedError(said)
    if code in _NEEDS_OPERATOR:
        return ChannelDownError(said, pause=True)
    if code in _RESTS:
        return ChannelDownError(said)
    if code in _NO_SUCH_ADDRESS:
        return AddressRefusedError(said)
    return DeliveryDelayedError(said) if code in _LATER else DeliveryRefusedError(said)


def error_text(error: dict) -> str:
    """What ERROR, an object of the API's, says for people; its details where it gives some."""
    details = error.get("error_data")
    details = details.get("details", "") if isinstance(details, dict) else ""
    return " ".join(str(part) for part in (error.get("message") or error.get("title"), details) if part)


class CloudApi:
    """Sends by one connection. The token goes to no host but that of the settings."""

    def __init__(self):
        self._connections = Connections(timeout_seconds=TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._connections.close()

    def send(self, message: dict) -> Accepted:
        """Send MESSAGE; raises CloudApiError, or a DeliveryError where there was no answer."""
        answer = self.post(f"{settings.WHATSAPP_PHONE_ID}/messages", message)
        match answer:
            case {"messages": [{"id": str(message_id)}, *_]}:
                recipients = answer.get("contacts") or [{}]
                return Accepted(message_id, str(recipients[0].get("wa_id", "")))
        raise CloudApiError(None, "an answer without the id of a message", 500)

    def post(self, path: str, content: dict) -> dict:
        """Return what is answered to CONTENT at PATH; raises as `send`."""
        url = f"{settings.WHATSAPP_API_URL.rstrip('/')}/{path}"
        headers = {"Authorization": f"Bearer {settings.WHATSAPP_TOKEN}", "Content-Type": "application/json"}
        # Not repeated if the connection is lost: what they took comes back as a receipt, if it comes in time.
        said = self._connections.post(url, json.dumps(content).encode(), headers)
        try:
            answer = json.loads(said.body)
        except ValueError:
            answer = None
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict) and isinstance(error.get("code"), int):
            raise CloudApiError(error["code"], error_text(error), said.status)
        if said.status != HTTPStatus.OK or not isinstance(answer, dict):
            raise CloudApiError(None, said.body[:200].decode(errors="replace"), said.status)
        return answer
