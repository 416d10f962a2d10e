"""What the archive follows on the web: feeds; and what they have in common with tables of figures."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.addresses import validate_web_address
from archive.models.taxonomy import Section, Source

MIN_INTERVAL_MINUTES = 5
MAX_INTERVAL_MINUTES = 7 * 24 * 60


class FollowedQuerySet(models.QuerySet):
    def due(self, *, at=None):
        """Those that are to be fetched now, the longest waiting first."""
        return self.filter(active=True, next_at__lte=at or timezone.now()).order_by("next_at", "pk")


class Followed(models.Model):
    """What is fetched from its `url` again and again, and what the last visits brought.

    PROBLEM is why the last one failed, a code and what its sentence names; FAILURES counts those in a row. ETAG,
    LAST_MODIFIED and DIGEST tell whether it has changed since.
    """

    interval_minutes = models.PositiveIntegerField(
        _("fetched every … minutes"),
        default=60,
        validators=[MinValueValidator(MIN_INTERVAL_MINUTES), MaxValueValidator(MAX_INTERVAL_MINUTES)],
    )
    active = models.BooleanField(pgettext_lazy("feed", "followed"), default=True)

    next_at = models.DateTimeField(_("next visit"), default=timezone.now)
    fetched_at = models.DateTimeField(_("last visit"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last news"), null=True, blank=True)
    etag = models.CharField("ETag", max_length=500, blank=True)
    last_modified = models.CharField("Last-Modified", max_length=100, blank=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    counts = models.JSONField(_("what became of the records"), default=dict)
    problem = models.JSONField(_("problem"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)

    objects = FollowedQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["next_at"], name="%(class)s_due", condition=models.Q(active=True))]


class Feed(Followed):
    """A feed of articles."""

    url = models.URLField(_("web address"), max_length=500, unique=True, validators=[validate_web_address])
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        verbose_name=_("source"),
        related_name="feeds",
        null=True,
        blank=True,
        help_text=_("Of all its articles; as each of them says when left empty."),
    )
    section = models.ForeignKey(
        Section,
        models.SET_NULL,
        verbose_name=_("section"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Of articles that name none."),
    )

    class Meta(Followed.Meta):
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ["url"]

    def __str__(self):
        return self.url
