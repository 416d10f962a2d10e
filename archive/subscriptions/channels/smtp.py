"""Mail by SMTP, with the patience that its standard asks for."""

import smtplib

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

_END_OF_TEXT = b"\r\n.\r\n"


class Patient:
    """Mixin: waits long for the answer to a text (RFC 5321, 4.5.3.2.6), and only for that.

    Servers that look for spam and viruses do it then. Whoever goes away earlier has sent the message, and does not
    know it.
    """

    def send(self, s: bytes | str) -> None:
        super().send(s)
        if isinstance(s, bytes) and s.endswith(_END_OF_TEXT):
            self.sock.settimeout(settings.EMAIL_REPLY_SECONDS)

    def data(self, msg: bytes | str) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)


class PatientSMTP(Patient, smtplib.SMTP):
    pass


class PatientSMTPS(Patient, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    """Django's, with connections that are patient."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return PatientSMTPS if self.use_ssl else PatientSMTP
