"""What WhatsApp tells us by its webhook, as it came, until the worker has seen to it (docs/whatsapp.md)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WhatsAppEvent(models.Model):
    """The BODY of a request, byte by byte; once, however often it is sent: DIGEST is its SHA-256 in hexadecimal.

    PROBLEM says what of it was not understood, or could not be done; that stays for the operator to see.
    """

    body = models.BinaryField(_("body"))
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    handled_at = models.DateTimeField(_("handled at"), null=True)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("event from WhatsApp")
        verbose_name_plural = _("events from WhatsApp")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["digest"], name="whatsapp_event_once")]
        indexes = [
            models.Index(fields=["id"], name="whatsapp_event_waiting", condition=models.Q(handled_at=None)),
            models.Index(fields=["received_at"], name="whatsapp_event_received"),
        ]

    def __str__(self):
        return str(self.pk)


class WhatsAppMessage(models.Model):
    """That a message which somebody sent us was seen to: to be told of it again is no news.

    DIGEST is the SHA-256 of its id, in hexadecimal: the number of who sent it can be read out of the id itself.
    """

    digest = models.CharField(max_length=200, primary_key=True, db_column="message_id")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message received by WhatsApp")
        verbose_name_plural = _("messages received by WhatsApp")
        indexes = [models.Index(fields=["received_at"], name="whatsapp_message_received")]

    def __str__(self):
        return self.digest
