"""Sections, sources and authors: how articles are arranged and who published and wrote them."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.addresses import validate_web_address
from archive.models.history import track_history
from archive.models.languages import shown
from archive.text.slugs import slugify


def validate_time_zone(value: str) -> None:
    """Raise ValidationError for a name that no time zone has."""
    if value not in available_timezones():
        raise ValidationError(
            _("There is no such time zone: write its name as in Asia/Riyadh, Africa/Cairo or UTC."), code="invalid"
        )


class Named(models.Model):
    """A thing with an Arabic name, a Latin one for the English interface, and an address of its own."""

    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    slug = models.CharField(
        _("address"),
        max_length=100,
        blank=True,
        help_text=_("The readable part of the page's address; made from the name when left empty."),
    )
    description = models.TextField(_("description"), blank=True)
    description_latin = models.TextField(_("description in English"), blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """The name in the interface's language, where there is one."""
        return shown(self.name, self.name_latin)

    @property
    def shown_description(self) -> str:
        return shown(self.description, self.description_latin)

    def clean(self):
        self.slug = slugify(self.slug or self.name)


@track_history()
class Section(Named):
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Lower numbers come first."))

    class Meta:
        verbose_name = pgettext_lazy("one thing", "section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="section_slug_unique"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="section_slug_present"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("archive:section-detail", args=[self.slug])


@track_history()
class Source(Named):
    """A publisher: a newspaper, an agency, a site."""

    UNKNOWN_SLUG = "unknown"
    """The address of what stands for the source of articles of which nobody knows it."""

    url = models.URLField(_("web address"), blank=True, max_length=500, validators=[validate_web_address])
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_(
            "Times without a zone are read in this one, for example Asia/Riyadh; empty means the site's own."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("one thing", "source")
        verbose_name_plural = _("sources")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="source_slug_unique"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="source_slug_present"),
        ]

    @property
    def known_name(self) -> str:
        """The name; empty where the source is not known, for what is read by programs."""
        return "" if self.slug == self.UNKNOWN_SLUG else self.name


class Author(models.Model):
    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="author_name_unique")]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("archive:author-detail", args=[self.pk, self.slug])

    @property
    def label(self) -> str:
        """The name in the interface's language, where there is one."""
        return shown(self.name, self.name_latin)

    @property
    def slug(self) -> str:
        return slugify(self.name)
