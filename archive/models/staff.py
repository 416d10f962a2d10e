"""What is kept of those who work here: where they are logged in, and what they did, for good."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

MAX_USER_AGENT_CHARS = 255


class StaffSession(AbstractBaseSession):
    """A session of a browser, with whose it is and where; `archive.staff.session_store` fills it from its data."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="staff_sessions", null=True
    )
    user_agent = models.CharField(_("browser"), max_length=MAX_USER_AGENT_CHARS, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    first_seen_at = models.DateTimeField(_("logged in at"), null=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self):
        """Not its key, which is worth a password."""
        return self.user_agent


class AuditEntry(models.Model):
    """What somebody did, when, from where. Triggers refuse to change or delete one (`audit_log_v1`)."""

    class Action(models.TextChoices):
        LOGIN = "login", _("logged in")
        LOGOUT = "logout", _("logged out")
        LOGIN_FAILED = "login_failed", _("failed to log in")
        LOCKED_OUT = "locked_out", _("was locked out")
        LOGIN_FREED = "login_freed", _("let someone try to log in again")
        SESSIONS_ENDED = "sessions_ended", _("ended sessions")
        PASSWORD_CHANGED = "password_changed", _("changed a password")
        FACTOR_ADDED = "factor_added", _("set up a second factor")
        FACTOR_FAILED = "factor_failed", _("gave a wrong code")
        FACTOR_REMOVED = "factor_removed", _("removed a second factor")
        CODES_MADE = "codes_made", _("made recovery codes")
        CODE_USED = "code_used", _("used a recovery code")
        RIGHTS = "rights", _("changed rights")
        STATUS = "status", _("changed an article’s state")
        EXPORTED = "exported", _("exported data")
        # What the admin logs of every change.
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")

    # The statement's own moment: what a transaction does late is not dated to its beginning.
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    action = models.CharField(_("action"), max_length=20, choices=Action)
    # An account may go; what it did stays.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, verbose_name=_("user"), related_name="+", null=True,
        db_constraint=False, db_index=False,
    )  # fmt: skip
    actor_name = models.CharField(_("user"), max_length=150, blank=True)
    object_type = models.CharField(_("kind of thing"), max_length=100, blank=True)
    object_id = models.TextField(_("number"), blank=True)
    object_name = models.TextField(_("thing"), blank=True)
    details = models.JSONField(_("details"), default=dict)
    address = models.GenericIPAddressField(_("network address"), null=True)
    user_agent = models.CharField(_("browser"), max_length=MAX_USER_AGENT_CHARS, blank=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_entry_at"),
            models.Index(fields=["actor", "-at"], name="audit_entry_actor"),
        ]

    def __str__(self):
        # Without the thing: its name may be one that only the admin knows to say in words.
        return self.get_action_display()


class AuditSeal(models.Model):
    """A link of the chain over the audit log: a digest of the entry and of the seal before it."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, verbose_name=_("entry"), related_name="seal")
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("seal of the audit log")
        verbose_name_plural = _("seals of the audit log")

    def __str__(self):
        return self.digest
