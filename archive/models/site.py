"""What editors decide about the site itself: its name, its banners, its social accounts."""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.addresses import validate_link, validate_web_address
from archive.models.languages import shown


class ShareTarget(models.TextChoices):
    """Where a reader may send an article, each by a plain link."""

    WHATSAPP = "whatsapp", _("WhatsApp")
    TELEGRAM = "telegram", _("Telegram")
    X = "x", pgettext_lazy("social network", "X")
    FACEBOOK = "facebook", _("Facebook")
    EMAIL = "email", _("E-mail")


def all_share_targets() -> list[str]:
    return ShareTarget.values


class OwnShareTarget(NamedTuple):
    """Another one, of an editor's: PATTERN is its address, with {url} and {title} to be filled in."""

    name: str
    pattern: str

    def link(self, url: str, title: str) -> dict[str, str]:
        """Return its NAME, and the address that sends there the page at URL with this TITLE."""
        filled = {"{url}": quote(url, safe=""), "{title}": quote(title, safe="")}
        return {"name": self.name, "url": _FILLED_IN.sub(lambda match: filled[match[0]], self.pattern)}


_FILLED_IN = re.compile(r"{url}|{title}")
_OWN_TARGET = re.compile(r"\s*((?!\S*://)\S(?:(?!://).){0,39}?)\s+(https://[^/\s{}]+/\S*{url}\S*)\s*")
MAX_OWN_TARGETS = 10


def read_share_targets(lines: str) -> list[OwnShareTarget]:
    """Return what LINES name, in their order."""
    found = map(_OWN_TARGET.fullmatch, lines.splitlines())
    return [OwnShareTarget(*match.groups()) for match in found if match]


def validate_share_targets(lines: str) -> None:
    """Raise ValidationError, which names the line, where LINES hold anything else."""
    written = [line.strip() for line in lines.splitlines() if line.strip()]
    for line in written:
        if not _OWN_TARGET.fullmatch(line):
            message = _("This is no name with an address that begins with https:// and has {url} in it: %(line)s")
            raise ValidationError(message, params={"line": line})
    if len(written) > MAX_OWN_TARGETS:
        raise ValidationError(_("There are too many: %(limit)d at most."), params={"limit": MAX_OWN_TARGETS})


class SiteSettings(models.Model):
    """One row: how the site presents itself."""

    name = models.CharField(_("site name"), max_length=100, default="سِجِلّ")
    name_latin = models.CharField(_("site name in English"), max_length=100, blank=True, default="Sijill")
    tagline = models.CharField(_("tagline"), max_length=200, blank=True, default="أرشيف الأخبار العربية")
    tagline_latin = models.CharField(
        _("tagline in English"), max_length=200, blank=True, default="An archive of Arabic news"
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("One or two sentences for search engines and feeds.")
    )
    description_latin = models.TextField(_("description in English"), blank=True)
    about = models.TextField(_("about the site"), blank=True, help_text=_("The text of the “about” page."))
    about_latin = models.TextField(_("about the site, in English"), blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    feeds_full_text = models.BooleanField(
        _("whole articles in feeds"),
        default=False,
        help_text=_("Otherwise their summaries. An address can ask for either: ?content=full, ?content=summary."),
    )

    share_targets = ArrayField(
        models.CharField(max_length=10, choices=ShareTarget.choices),
        verbose_name=_("where articles can be shared"),
        default=all_share_targets,
        blank=True,
    )
    own_share_targets = models.TextField(
        _("other places where articles can be shared"),
        blank=True,
        default="",
        db_default="",
        validators=[validate_share_targets],
        help_text=_(
            "One a line, in the order in which they are shown: a name, and an address with {url}, and {title} where "
            "it takes one. For example: LinkedIn https://www.linkedin.com/sharing/share-offsite/?url={url}"
        ),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="site_settings_single")]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "SiteSettings":
        """The site's settings, asked for now; as they are before any were made where there are none."""
        return cls.objects.first() or cls()

    @property
    def shown_name(self) -> str:
        """The name in the interface's language, where there is one; so with what follows."""
        return shown(self.name, self.name_latin)

    @property
    def shown_tagline(self) -> str:
        return shown(self.tagline, self.tagline_latin)

    @property
    def shown_description(self) -> str:
        return shown(self.description, self.description_latin)

    @property
    def shown_about(self) -> str:
        return shown(self.about, self.about_latin)


class Banner(models.Model):
    """A line over every page that leads somewhere."""

    text = models.CharField(_("text"), max_length=200)
    text_latin = models.CharField(
        _("text in English"), max_length=200, blank=True, help_text=_("For the English interface.")
    )
    url = models.CharField(
        _("leads to"),
        max_length=500,
        validators=[validate_link],
        help_text=_("A full web address, or a path on this site such as /archive/."),
    )
    enabled = models.BooleanField(_("shown"), default=True)
    dismissible = models.BooleanField(_("readers may close it"), default=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=0, help_text=_("The highest is the one shown.")
    )
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        ordering = ["-enabled", "-priority", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="banner_period_in_order",
                violation_error_message=_("A banner ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(url__regex=r"^(https?://|/)"),
                name="banner_url_form",
                violation_error_message=_("Begin the address with https:// or /."),
            ),
        ]

    def __str__(self):
        return self.text

    def is_active(self, at: datetime) -> bool:
        """Whether it is shown at the time AT, if no other is more urgent."""
        has_begun = self.starts_at is None or self.starts_at <= at
        return self.enabled and has_begun and (self.ends_at is None or self.ends_at > at)

    @property
    def shown_text(self) -> str:
        """The text in the interface's language, where there is one."""
        return shown(self.text, self.text_latin)


class SocialAccount(models.Model):
    """An account of the site elsewhere."""

    class Network(models.TextChoices):
        FACEBOOK = "facebook", _("Facebook")
        X = "x", _("X")
        INSTAGRAM = "instagram", _("Instagram")
        YOUTUBE = "youtube", _("YouTube")
        TELEGRAM = "telegram", _("Telegram")
        WHATSAPP = "whatsapp", _("WhatsApp channel")
        OTHER = "other", _("other")

    network = models.CharField(_("network"), max_length=10, choices=Network.choices)
    label = models.CharField(_("label"), max_length=100, blank=True)
    url = models.URLField(_("web address"), max_length=500, validators=[validate_web_address])
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("social account")
        verbose_name_plural = _("social accounts")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label or self.get_network_display()
