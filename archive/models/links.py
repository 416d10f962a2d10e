"""Links of articles to the web, and whether they still lead anywhere; looked at by `archive.newsroom.links`."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article


class OutgoingLinkQuerySet(models.QuerySet):
    def broken(self) -> "OutgoingLinkQuerySet":
        return self.filter(state=OutgoingLink.State.BROKEN)


class OutgoingLink(models.Model):
    """An address that an article's body links to. PROBLEM is a code and what its sentence names, as feeds have it."""

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("not looked at yet")
        ALIVE = "alive", _("leads to its page")
        DOUBTFUL = "doubtful", _("did not answer, to be asked again")
        BROKEN = "broken", _("broken")
        KEPT = "kept", _("left as it is by an editor")

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="outgoing_links")
    url = models.CharField(_("web address"), max_length=2000)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.UNKNOWN)
    problem = models.JSONField(_("problem"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    checked_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    next_at = models.DateTimeField(_("to be looked at"), default=timezone.now)

    objects = OutgoingLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to the web")
        verbose_name_plural = _("links to the web")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["article", "url"], name="outgoing_link_once")]
        indexes = [
            models.Index(fields=["next_at"], name="outgoing_link_next"),
            models.Index(fields=["article"], name="outgoing_link_broken", condition=models.Q(state="broken")),
        ]

    def __str__(self):
        return self.url
