"""What says that pages have changed: written by triggers (`page_generations_v1`), read by `archive.caching`."""

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class PageGeneration(models.Model):
    """One of the numbers that change whenever something of a KIND does, which pages are made of."""

    class Kind(models.TextChoices):
        """CHROME is what stands on every page."""

        CHROME = "chrome"
        ARTICLES = "articles"
        NAMES = "names"
        SEARCH = "search"
        STATISTICS = "statistics"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("generation of pages")
        verbose_name_plural = _("generations of pages")

    def __str__(self):
        return f"{self.kind} {self.number}"


def file_key(name: str) -> str:
    """The key by which shared caches know the file NAME, of MEDIA_ROOT."""
    return f"file-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


class StalePagesQuerySet(models.QuerySet):
    def waiting(self) -> "StalePagesQuerySet":
        """Without the row that only has others written."""
        return self.exclude(keys=[])

    def note(self, *keys: str) -> None:
        """Have shared caches told that what has one of KEYS is stale, where there are any."""
        if self.filter(keys=[]).exists():
            self.create(keys=list(keys))


class StalePages(models.Model):
    """What shared caches have yet to be told: the pages with any of these KEYS are stale.

    A row without keys stands there as long as there is such a cache: where it is missing, triggers write none.
    """

    keys = ArrayField(models.TextField())

    objects = StalePagesQuerySet.as_manager()

    class Meta:
        verbose_name = _("stale pages")
        verbose_name_plural = _("stale pages")

    def __str__(self):
        return " ".join(self.keys)
