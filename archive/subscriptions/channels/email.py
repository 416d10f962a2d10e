"""Mail: a message as its three parts and its headers, handed to the mail server of the settings."""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.header import Header
from email.headerregistry import Address
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryError,
    DeliveryRefusedError,
)
from archive.subscriptions.channels.email_parts import parts_of
from archive.subscriptions.channels.mail_services import MailService, is_service
from archive.subscriptions.messages import Message
from archive.subscriptions.outbox import Send
from archive.subscriptions.refusals import MAILBOX_FULL, is_about_address, is_about_sender, own_words, status_of
from archive.subscriptions.tokens import delivery_mark
from archive.text.opening import one_line

logger = logging.getLogger(__name__)

FILES = "django.core.mail.backends.filebased.EmailBackend"
MAX_SUBJECT_CHARS = 200


MAX_LINE_CHARS = 998
"""Of a header, by RFC 5322."""


class Mail(EmailMultiAlternatives):
    """Mail whose headers begin on the line of their name.

    As Django folds them, a subject or an address that is too long for that line goes to the next, and many programs
    take the space before it for a part of it.
    """

    def message(self) -> MIMEBase:
        message = super().message()
        message.policy = message.policy.clone(max_line_length=MAX_LINE_CHARS)
        del message["Subject"]
        # Folded already, where its encoded words end: none may be longer than 75 signs (RFC 2047).
        MIMEBase.__setitem__(message, "Subject", Header(self.subject, header_name="Subject").encode(maxlinelen=75))
        return message


@contextmanager
def opened() -> Iterator[Send]:
    """Give what sends a message over one connection, which is opened when it is needed and again when it is lost."""
    if settings.EMAIL_BACKEND == FILES:
        logger.info("Mail is written to files in %s: EMAIL_URL names no server", settings.EMAIL_FILE_PATH)
    connection = MailService() if is_service(settings.EMAIL_BACKEND) else get_connection(fail_silently=False)
    try:
        yield lambda message: send(message, connection)
    finally:
        _close(connection)


def send(message: Message, connection: BaseEmailBackend) -> str:
    """Hand MESSAGE over and return its Message-ID; raises a DeliveryError that says what to do now."""
    mail = build(message)
    _open(connection)
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise _meaning(code, f"{code} {said.decode(errors='replace')}") from refused
    except smtplib.SMTPResponseException as problem:
        if problem.smtp_code == 421:  # The server goes away.
            _close(connection)
        raise _of_response(problem) from problem
    except (smtplib.SMTPException, OSError) as problem:
        # The connection was lost, or the server too slow: whether it has taken the message nobody knows.
        _close(connection)
        raise DeliveryDelayedError(_said(problem)) from problem
    return mail.extra_headers["Message-ID"]


def build(message: Message) -> Mail:
    """Return MESSAGE as mail: subject, plain text and HTML of its kind's templates, and the headers of its kind."""
    with translation.override(message.language):
        parts = parts_of(message)
        sender = Address(one_line(message.site.shown_name), addr_spec=settings.NEWSLETTER_FROM)
    mark = delivery_mark(message.delivery)
    returns_to = _returns_to(mark)
    headers = {
        # Beside a return path of ours only: for one a mail service takes any two, and not every service knows any.
        **({"From": str(sender)} if returns_to else {}),
        "Message-ID": f"<{mark}@{sender.domain}>",
        "Auto-Submitted": "auto-generated",
        **(_list_headers(message, sender) if message.one_click_url else {}),
    }
    mail = Mail(
        one_line(parts.subject)[:MAX_SUBJECT_CHARS],
        parts.text.strip() + "\n",
        from_email=returns_to or str(sender),
        to=[message.address],
        headers=headers,
    )
    mail.attach_alternative(parts.html, "text/html")
    return mail


def _list_headers(message: Message, sender: Address) -> dict[str, str]:
    """What mail programs offer to leave by (RFC 2369, RFC 8058), and know the list by (RFC 2919)."""
    return {
        "List-Id": f"<newsletter.{sender.domain}>",
        "List-Unsubscribe": f"<{message.one_click_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Archive": f"<{message.home_url}>",
        "Precedence": "bulk",
    }


def _returns_to(mark: str) -> str:
    """Where the message comes back to if it cannot be delivered, with its MARK (VERP); "" for its sender."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{mark}@{domain}" if at else ""


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as problem:
        raise ChannelDownError(_said(problem), pause=problem.smtp_code >= 500) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise ChannelDownError(_said(problem)) from problem


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        logger.debug("The mail server was gone before it could be left", exc_info=True)


def _meaning(code: int, text: str) -> DeliveryError:
    """What a refusal means. Only what names the address itself ends it; of the rest much is about us, and passes."""
    if code < 500 or status_of(text) == MAILBOX_FULL:
        return DeliveryDelayedError(text)
    if is_about_sender(own_words(text)):
        return ChannelDownError(text, pause=True)
    if is_about_address(text):
        return AddressRefusedError(text, may_be_ours=True)
    return DeliveryRefusedError(text, may_be_ours=True)


def _of_response(problem: smtplib.SMTPResponseException) -> DeliveryError:
    text = _said(problem)
    if isinstance(problem, smtplib.SMTPSenderRefused) and problem.smtp_code >= 500:
        return ChannelDownError(text, pause=True)
    return _meaning(problem.smtp_code, text)


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        said = problem.smtp_error
        return f"{problem.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return f"{type(problem).__name__}: {problem}"
