"""What the importer knows: which record an article was read from, and what it wrote there."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article, Capture
from archive.models.taxonomy import Source


class ImportedRecord(models.Model):
    """A record as it was imported; the same one coming again changes nothing.

    WRITTEN holds a digest of every field as the importer left it, so that the next import can tell an editor's work
    from its own. Of an article's rows the newest counts.
    """

    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"), related_name="+")
    key = models.CharField(_("identity at the source"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="imported_records")
    capture = models.ForeignKey(Capture, models.PROTECT, verbose_name=_("capture"), related_name="imported_records")
    reader = models.CharField(_("reader"), max_length=40)
    written = models.JSONField(_("written"), default=dict)
    imported_at = models.DateTimeField(_("imported at"), default=timezone.now)

    class Meta:
        verbose_name = _("imported record")
        verbose_name_plural = _("imported records")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key", "digest"], name="imported_record_unique"),
        ]

    def __str__(self):
        return self.key
