"""A WhatsApp Business Cloud API for tests, which keeps the contract: it lets in who shows the token, takes what has the
form of a message, knows the templates it approved and the day after somebody wrote, refuses as the real one does, and
tells by signed requests what became of what it took."""

import hashlib
import hmac
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from archive.subscriptions.channels.whatsapp_templates import TEMPLATES, submission
from tests.archive.hub import Quiet, serving

TOKEN, PHONE_ID, ACCOUNT_ID, SECRET, VERIFY = "token-of-tests", "1550001", "1660001", "secret-of-tests", "verify-me"
STATUS_OF = {190: 401, 131005: 403, 132001: 404, 130429: 429, 131000: 500, 131016: 503, 2: 503}
MESSAGES = {
    100: "(#100) Invalid parameter",
    190: "Error validating access token: Session has expired",
    33: "Unsupported post request. Object with ID does not exist",
    130429: "(#130429) Rate limit hit",
    131008: "(#131008) Required parameter is missing",
    131009: "(#131009) Parameter value is not valid",
    131026: "(#131026) Message undeliverable",
    131047: "(#131047) Re-engagement message",
    131056: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
    132000: "(#132000) Number of parameters does not match the expected number of params",
    132001: "(#132001) Template name does not exist in the translation",
    132012: "(#132012) Parameter format does not match format in the created template",
}


class RefusalError(Exception):
    def __init__(self, code: int, details: str = ""):
        super().__init__(code)
        self.code, self.details = code, details

    def body(self) -> dict:
        message = MESSAGES.get(self.code, f"(#{self.code}) Refused")
        error = {
            "message": message,
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": "Az8or2yhqkZfEZ-_4Qn_Bam",
        }
        if self.code != 190:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details or message}
        return {"error": error}


class CloudApiServer:
    """TAKEN has the messages it took; REFUSE, given a message, may return a code, or "drop" to be lost after taking it.
    FAIL_WITH is an HTTP status for all, without an error of the API's own; ALLOWANCE how many it takes before it is
    too much.

    With a WEBHOOK, the address of a site, it tells by `deliver` what became of what it took and by `write` what
    somebody wrote.
    """

    def __init__(self):
        self.url = ""
        self.webhook = ""
        self.taken: list[dict] = []
        self.submitted: list[dict] = []
        self.requests = 0
        self.refuse: Callable[[dict], int | str | None] = lambda message: None
        self.fail_with = 0
        self.allowance: int | None = None
        self.delay_seconds = 0.0
        self.wrote: dict[str, datetime] = {}
        self.approved = {
            (name["name"], name["language"]): name
            for kind in TEMPLATES
            for name in (submission(kind, language) for language in ("ar", "en"))
        }
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Iterator["CloudApiServer"]:
        server = self

        class Handler(Quiet):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # noqa: N802
                body = self.body()
                time.sleep(server.delay_seconds)
                status, answer = server.answer(self.path, self.headers, body)
                if status == "drop":
                    self.hang_up()
                    return
                content = json.dumps(answer).encode() if isinstance(answer, dict) else answer
                self.answer(status, content)

        with serving(Handler) as address:
            self.url = f"{address.rstrip('/')}/v23.0"
            yield self

    def answer(self, path: str, headers, body: bytes) -> tuple[int | str, dict | bytes]:
        with self._lock:
            self.requests += 1
            try:
                if headers.get("Authorization") != f"Bearer {TOKEN}":
                    raise RefusalError(190)
                message = json.loads(body) if headers.get("Content-Type") == "application/json" else {}
                if path == f"/v23.0/{ACCOUNT_ID}/message_templates":
                    self.submitted.append(message)
                    return 200, {"id": str(len(self.submitted)), "status": "PENDING", "category": message["category"]}
                if path != f"/v23.0/{PHONE_ID}/messages":
                    raise RefusalError(33)
                return self._take(message)
            except RefusalError as refusal:
                return STATUS_OF.get(refusal.code, 400), refusal.body()

    def _take(self, message: dict) -> tuple[int | str, dict | bytes]:
        if self.fail_with:
            return self.fail_with, b"<html>Bad gateway</html>"
        said = self.refuse(message)
        if isinstance(said, int):
            raise RefusalError(said)
        if self.allowance is not None and len(self.taken) >= self.allowance:
            raise RefusalError(130429)
        self._check(message)
        number = len(self.taken) + 1
        message_id = f"wamid.HBgM{number:06}"
        self.taken.append({**message, "id": message_id})
        if said == "drop":
            return "drop", b""
        return 200, {
            "messaging_product": "whatsapp",
            "contacts": [{"input": message["to"], "wa_id": message["to"]}],
            "messages": [{"id": message_id, "message_status": "accepted"}],
        }

    def _check(self, message: dict) -> None:
        if message.get("messaging_product") != "whatsapp":
            raise RefusalError(100, "messaging_product must be whatsapp")
        for name in ("to", "type"):
            if not message.get(name):
                raise RefusalError(131008, name)
        if not re.fullmatch(r"\+?[1-9][0-9]{6,14}", message["to"]):
            raise RefusalError(131009, "to")
        if len(message.get("biz_opaque_callback_data", "")) > 512:
            raise RefusalError(131009, "biz_opaque_callback_data")
        match message["type"]:
            case "text":
                self._check_text(message)
            case "template":
                self._check_template(message["template"])
            case _:
                raise RefusalError(131009, "type")

    def _check_text(self, message: dict) -> None:
        text = message.get("text", {}).get("body")
        if not isinstance(text, str) or not 1 <= len(text) <= 4096:
            raise RefusalError(131009, "text")
        wrote = self.wrote.get(message["to"].lstrip("+"))
        if wrote is None or datetime.now(wrote.tzinfo) - wrote > timedelta(hours=24):
            raise RefusalError(131047)

    def _check_template(self, template: dict) -> None:
        approved = self.approved.get((template["name"], template["language"]["code"]))
        if approved is None:
            raise RefusalError(132001)
        given = {(part["type"], part.get("sub_type"), part.get("index")): part for part in template["components"]}
        body = approved["components"][0]["text"]
        wanted = {("body", None, None): len(set(re.findall(r"{{\d+}}", body)))}
        for index, button in enumerate(approved["components"][1]["buttons"]):
            if button["type"] == "QUICK_REPLY":
                wanted["button", "quick_reply", str(index)] = 1
            elif "{{1}}" in button["url"]:
                wanted["button", "url", str(index)] = 1
        if {place: len(part["parameters"]) for place, part in given.items()} != wanted:
            raise RefusalError(132000)
        for part in given.values():
            for parameter in part["parameters"]:
                value = parameter.get("text") or parameter.get("payload")
                if not value:
                    raise RefusalError(131008, "parameter")
                if re.search(r"[\n\t]| {5}", value):
                    raise RefusalError(132012, "newlines, tabs or more than four spaces")
                if parameter["type"] == "payload" and len(value) > 128:
                    raise RefusalError(131009, "payload")
        filled = body + "".join(parameter["text"] for parameter in given["body", None, None]["parameters"])
        if len(filled) > 1024:
            raise RefusalError(132005)

    # --- What it tells ---

    def tell(self, event: bytes, *, secret: str = SECRET) -> int:
        """Send EVENT to the webhook, signed; return the status of the answer."""
        signature = "sha256=" + hmac.new(secret.encode(), event, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
        request = urllib.request.Request(self.webhook, event, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code

    def wrote_now(self, number: str, at: datetime) -> None:
        self.wrote[number.lstrip("+")] = at


def event(*, statuses: list[dict] = (), messages: list[dict] = (), field: str = "messages", **more) -> bytes:
    """The body of a request to the webhook."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "9611555000", "phone_number_id": PHONE_ID},
        **({"statuses": list(statuses)} if statuses else {}),
        **({"messages": list(messages)} if messages else {}),
        **more,
    }
    content = {
        "object": "whatsapp_business_account",
        "entry": [{"id": ACCOUNT_ID, "changes": [{"value": value, "field": field}]}],
    }
    return json.dumps(content).encode()


def written(number: str, text: str, at: datetime, *, message_id: str, payload: str = "") -> dict:
    """A message that NUMBER wrote, or a button with PAYLOAD that it pressed."""
    base = {"from": number.lstrip("+"), "id": message_id, "timestamp": str(int(at.timestamp()))}
    if payload:
        return {**base, "type": "button", "button": {"payload": payload, "text": text}}
    return {**base, "type": "text", "text": {"body": text}}


def status(message: dict, name: str, at: datetime, *, code: int = 0) -> dict:
    """That MESSAGE, which the server took, was NAME: sent, delivered, read or failed."""
    errors = [{"code": code, "title": f"Error {code}", "error_data": {"details": "as told"}}] if code else []
    return {
        "id": message["id"],
        "status": name,
        "timestamp": str(int(at.timestamp())),
        "recipient_id": message["to"],
        "biz_opaque_callback_data": message["biz_opaque_callback_data"],
        **({"errors": errors} if errors else {}),
    }
