"""Mail services by django-anymail, which is installed only where it is wanted: what their errors mean.

They are told apart by their names, so that nothing need be imported; docs/newsletter.md has the table.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
)
from archive.text.opening import one_line

MAX_SAID_CHARS = 400


def is_service(backend: str) -> bool:
    """Whether BACKEND, a setting, names one of anymail's."""
    return backend.startswith("anymail.")


class MailService(BaseEmailBackend):
    """The backend of the settings, one of anymail's, made when it is needed; its problems are DeliveryErrors."""

    def __init__(self):
        super().__init__()
        self._backend: BaseEmailBackend | None = None

    def open(self) -> None:
        with _explained():
            self._backend = self._backend or get_connection(fail_silently=False)
            self._backend.open()

    def send_messages(self, mails: Sequence[EmailMessage]) -> int:
        with _explained():
            return self._backend.send_messages(mails)

    def close(self) -> None:
        if self._backend:
            self._backend.close()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        if error := meaning(problem):
            raise error from problem
        raise


def meaning(problem: Exception) -> DeliveryError | None:
    """Return what PROBLEM, raised by a backend of anymail's, says is to be done now; None for others' problems."""
    names = {kind.__name__ for kind in type(problem).__mro__}
    said = one_line(f"{type(problem).__name__}: {problem}")[:MAX_SAID_CHARS]
    if "AnymailRecipientsRefused" in names:
        return AddressRefusedError(said, may_be_ours=True)
    if "AnymailAPIError" in names:
        return _of_status(getattr(problem, "status_code", None), said)
    if isinstance(problem, ImproperlyConfigured) or "AnymailUnsupportedFeature" in names:
        # The settings, which no message gets by: a wrong name of a key, or a header that this service does not take.
        return ChannelDownError(said, pause=True)
    return DeliveryRefusedError(said, may_be_ours=True) if "AnymailError" in names else None


def _of_status(status: int | None, said: str) -> DeliveryError:
    """Without a STATUS of HTTP there was no answer: whether the message was taken nobody knows."""
    if status is None:
        return DeliveryDelayedError(said)
    if status in (401, 403):
        return ChannelDownError(said, pause=True)
    if status == 429 or status >= 500:
        return ChannelDownError(said)
    return DeliveryRefusedError(said, may_be_ours=True)
