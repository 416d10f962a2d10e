"""Figures over time: datasets, what they measure, the regions they are of, and each figure of a day.

Sums over all regions and the time of a dataset's last change are kept by triggers (`observation_totals_v1`), whatever
writes the figures.
"""

import tomllib

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.addresses import validate_web_address
from archive.models.feeds import Followed
from archive.models.history import track_history
from archive.models.languages import shown
from archive.models.taxonomy import Named

VALUE_DIGITS, VALUE_DECIMALS = 20, 4


class DatasetQuerySet(models.QuerySet):
    def visible(self) -> "DatasetQuerySet":
        """Those that readers may see."""
        return self.filter(visible=True)


@track_history(exclude=("changed_at",))
class Dataset(Named):
    """Figures of one affair from one source; CHANGED_AT is when the last of them was written or changed."""

    source_name = models.CharField(_("source of the figures"), max_length=200, blank=True)
    source_name_latin = models.CharField(_("source of the figures, in English"), max_length=200, blank=True)
    source_url = models.URLField(
        _("web address of the source"), max_length=500, blank=True, validators=[validate_web_address]
    )
    licence = models.CharField(_("licence"), max_length=200, blank=True, help_text=_("For example CC BY 4.0."))
    licence_url = models.URLField(
        _("web address of the licence"), max_length=500, blank=True, validators=[validate_web_address]
    )
    query = models.CharField(
        _("articles about it"),
        max_length=200,
        blank=True,
        help_text=_("Words of a search; what it finds of the time that is shown stands beside the figures."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower numbers come first."))
    visible = models.BooleanField(_("readers see it"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    changed_at = models.DateTimeField(_("last change"), null=True, editable=False)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="dataset_slug_unique"),
            models.CheckConstraint(condition=~Q(slug=""), name="dataset_slug_present"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("archive:statistics-detail", args=[self.slug])

    @property
    def shown_source(self) -> str:
        return shown(self.source_name, self.source_name_latin)


@track_history()
class Region(models.Model):
    """A country, or another region that figures are of."""

    code = models.CharField(
        _("code"), max_length=10, unique=True, help_text=_("Of ISO 3166, such as LB; or one of your own.")
    )
    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    population = models.PositiveBigIntegerField(
        _("inhabitants"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    population_year = models.PositiveSmallIntegerField(_("counted in the year"), null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The name in the interface's language, where there is one."""
        return shown(self.name, self.name_latin)


@track_history()
class Measure(models.Model):
    """What a dataset counts or measures; daily figures and means are worked out of totals, never stored."""

    class Kind(models.TextChoices):
        TOTAL = "total", _("total so far")
        DAILY = "daily", _("count of the day")
        LEVEL = "level", _("level on the day")

    dataset = models.ForeignKey(Dataset, models.CASCADE, verbose_name=_("dataset"), related_name="measures")
    slug = models.SlugField(
        _("address"), max_length=50, help_text=_("Its name in addresses and files, in Latin letters.")
    )
    name = models.CharField(_("name"), max_length=100)
    name_latin = models.CharField(_("name in Latin letters"), max_length=100, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    unit_latin = models.CharField(_("unit in Latin letters"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.TOTAL)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower numbers come first."))

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "slug"], name="measure_slug_unique"),
            models.CheckConstraint(condition=~Q(slug=""), name="measure_slug_present"),
            models.CheckConstraint(condition=Q(kind__in=["total", "daily", "level"]), name="measure_kind_known"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The name in the interface's language, where there is one."""
        return shown(self.name, self.name_latin)

    @property
    def shown_unit(self) -> str:
        return shown(self.unit, self.unit_latin)

    @property
    def is_total(self) -> bool:
        return self.kind == self.Kind.TOTAL

    @property
    def can_be_added(self) -> bool:
        """Whether the figures of several regions, or a share of the inhabitants, mean something."""
        return self.kind != self.Kind.LEVEL


@track_history(exclude=("imported",))
class Observation(models.Model):
    """A figure; VALUE is None where it is known that none was reported.

    IMPORTED is what the source said last. Where VALUE is another one an editor has changed it, and only what the
    source says anew takes its place.
    """

    # The constraint and the indexes below begin with both.
    measure = models.ForeignKey(
        Measure, models.CASCADE, verbose_name=_("measure"), related_name="observations", db_index=False
    )
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("region"), related_name="observations", db_index=False
    )
    date = models.DateField(_("day"))
    value = models.DecimalField(
        _("figure"),
        max_digits=VALUE_DIGITS,
        decimal_places=VALUE_DECIMALS,
        null=True,
        blank=True,
        help_text=_("Empty means that none was reported."),
    )
    imported = models.DecimalField(max_digits=VALUE_DIGITS, decimal_places=VALUE_DECIMALS, null=True, editable=False)
    note = models.CharField(
        _("remark"), max_length=200, blank=True, help_text=_("For readers: why it was corrected, for example.")
    )

    class Meta:
        verbose_name = pgettext_lazy("of a dataset", "figure")
        verbose_name_plural = pgettext_lazy("of a dataset", "figures")
        ordering = ["-date", "measure", "region"]
        constraints = [
            # In this order: the figures of a region over time are read most, and its last one.
            models.UniqueConstraint(
                fields=["measure", "region", "date"],
                name="observation_unique",
                violation_error_message=_("There is a figure of this measure, region and day already."),
            )
        ]
        indexes = [
            models.Index(fields=["measure", "date"], name="observation_day"),
            models.Index(fields=["region"], name="observation_region"),
        ]

    def __str__(self):
        return f"{self.measure}, {self.region}, {self.date}"


class MeasureTotal(models.Model):
    """The sum over all regions on a day of which something was REPORTED, by so many; kept by triggers.

    Of totals the last one known counts for a region that says nothing. Levels have no sum.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="totals", db_index=False)
    date = models.DateField()
    value = models.DecimalField(max_digits=VALUE_DIGITS + 4, decimal_places=VALUE_DECIMALS)
    reported = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("sum over all regions")
        verbose_name_plural = _("sums over all regions")
        constraints = [models.UniqueConstraint(fields=["measure", "date"], name="measure_total_unique")]

    def __str__(self):
        return f"{self.measure}, {self.date}"


def validate_mapping(value: str) -> None:
    """Raise ValidationError for a text that is no TOML."""
    try:
        tomllib.loads(value)
    except tomllib.TOMLDecodeError as problem:
        raise ValidationError(
            _("This is no TOML: %(problem)s"), params={"problem": str(problem)}, code="invalid"
        ) from problem


class DatasetFeed(Followed):
    """A table on the web from which a dataset's figures are fetched again and again."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, verbose_name=_("dataset"), related_name="feeds")
    url = models.URLField(_("web address"), max_length=500, validators=[validate_web_address])
    mapping = models.TextField(
        _("names in the table"),
        blank=True,
        validators=[validate_mapping],
        help_text=_("How it is to be read, in TOML, as --mapping of the command import_statistics; empty to guess."),
    )

    class Meta(Followed.Meta):
        verbose_name = _("table on the web")
        verbose_name_plural = _("tables on the web")
        ordering = ["url"]
        constraints = [models.UniqueConstraint(fields=["dataset", "url"], name="dataset_feed_unique")]

    def __str__(self):
        return self.url
