"""What the importer knows: its runs, the record an article was read from, what it wrote there, what it set aside."""

import hashlib
import zlib
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.article import Article, Capture
from archive.models.taxonomy import Source

NAMES_IN_SHORT = 3


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


class ImportRun(models.Model):
    """One import: what was asked for, how far it is, and what became of it.

    A batch of records is written in one transaction with the run's place, so that a run that was killed goes on
    behind the last record that is in the archive. ARGUMENTS are what the operator gave: `format`, `source`,
    `published`, `separate`, `draft`, `dry_run`; PATHS are as given, FOLDER is what they are relative to.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to begin")
        RUNNING = "running", _("under way")
        STOPPED = "stopped", _("stopped")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")

    paths = models.JSONField(_("what is imported"), default=list)
    folder = models.CharField(_("folder"), max_length=4096, blank=True)
    arguments = models.JSONField(_("options"), default=dict)
    fingerprint = models.CharField(
        _("fingerprint"), max_length=64, blank=True, help_text=_("The same for runs of the same paths and options.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("begun by"),
        null=True,
        blank=True,
        related_name="+",
    )

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    stop_wanted = models.BooleanField(_("asked to stop"), default=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last seen at work"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    problem = models.JSONField(
        _("problem"), null=True, blank=True, help_text=_("Why it stopped: a code, and what its sentence names.")
    )

    inputs_done = models.PositiveIntegerField(_("inputs read"), default=0)
    records_done = models.PositiveBigIntegerField(_("records read of the present input"), default=0)
    origin = models.CharField(_("present input"), max_length=4096, blank=True)
    bytes_done = models.PositiveBigIntegerField(_("bytes read"), default=0)
    bytes_total = models.PositiveBigIntegerField(_("bytes in all"), null=True, blank=True)
    memory = models.JSONField(
        _("what it has to remember"), default=dict, help_text=_("Sources it made, and what it had learnt from.")
    )

    created = models.PositiveBigIntegerField(_("records created"), default=0)
    updated = models.PositiveBigIntegerField(_("records updated"), default=0)
    unchanged = models.PositiveBigIntegerField(_("records unchanged"), default=0)
    skipped = models.PositiveBigIntegerField(_("inputs skipped"), default=0)
    failed = models.PositiveBigIntegerField(_("records failed"), default=0)
    notes = models.JSONField(_("notes"), default=list, help_text=_("What concerns no single record."))

    class Meta:
        verbose_name = pgettext_lazy("one thing", "import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "stopped", "finished", "failed"]),
                name="import_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["fingerprint"],
                name="import_unfinished",
                condition=models.Q(state__in=["waiting", "running", "stopped"]),
            ),
        ]

    def __str__(self):
        return ", ".join(PurePath(path).name for path in self.paths[:NAMES_IN_SHORT]) or f"{self.pk}"

    @property
    def total(self) -> int:
        """How many records and inputs have an entry."""
        return self.created + self.updated + self.unchanged + self.skipped + self.failed


class ImportEntry(models.Model):
    """What became of one record of an import, in codes: a line of its report.

    DETAILS are `reasons` (a code and its values each), `dropped` (a code and a text each) and `changed` (fields).
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, verbose_name=_("import"), related_name="entries")
    outcome = models.CharField(_("outcome"), max_length=9)
    origin = models.CharField(_("origin"), max_length=5000)
    title = models.CharField(_("title"), max_length=500, blank=True)
    article = models.ForeignKey(
        Article, models.SET_NULL, verbose_name=_("article"), null=True, blank=True, related_name="+"
    )
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("record of an import")
        verbose_name_plural = _("records of imports")
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "outcome", "id"], name="import_entry_outcome")]

    def __str__(self):
        return self.title or self.origin


class SetAsideRecord(models.Model):
    """A record that could not be imported: its bytes, and why; `import_articles --retry` reads it again.

    CODE and VALUES are the reason, as in the report. What is too large to keep has no bytes: it is read again where
    it came from.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("set aside")
        SOLVED = "solved", _("imported since")
        DISMISSED = "dismissed", _("left out by an editor")

    run = models.ForeignKey(
        ImportRun, models.SET_NULL, verbose_name=_("import"), null=True, blank=True, related_name="set_aside"
    )
    origin = models.CharField(_("origin"), max_length=5000)
    file_name = models.CharField(_("file name"), max_length=500, blank=True)
    reader = models.CharField(_("reader"), max_length=40, blank=True)
    content_compressed = models.BinaryField(_("content"), null=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    code = models.CharField(_("reason"), max_length=40)
    values = models.JSONField(_("what the reason names"), default=dict)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(_("tries"), default=1)
    set_aside_at = models.DateTimeField(_("set aside at"), default=timezone.now)
    tried_at = models.DateTimeField(_("last tried at"), default=timezone.now)
    article = models.ForeignKey(
        Article, models.SET_NULL, verbose_name=_("article"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("record set aside")
        verbose_name_plural = _("records set aside")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "solved", "dismissed"]), name="set_aside_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="set_aside_state"),
            models.Index(fields=["sha256"], name="set_aside_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self):
        return self.origin.rpartition("/")[2] or self.origin

    @property
    def content(self) -> bytes | None:
        """The bytes as received; None where they were too many to keep."""
        return None if self.content_compressed is None else zlib.decompress(self.content_compressed)

    @content.setter
    def content(self, value: bytes) -> None:
        self.content_compressed = zlib.compress(value, 6)
        self.size_bytes = len(value)
        self.sha256 = hashlib.sha256(value).hexdigest()
