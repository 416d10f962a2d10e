"""Quotations: what somebody said in an article, and who."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article
from archive.models.entity import Entity
from archive.models.fields import Deriving, DerivingQuerySet, StemArrayField

MAX_SPEAKER_CHARS = 200


class QuotationQuerySet(DerivingQuerySet):
    def published(self) -> "QuotationQuerySet":
        """What readers may see: of published articles, and not refused by an editor."""
        return self.filter(article__in=Article.objects.published()).exclude(confirmed=False)

    def newest_first(self) -> "QuotationQuerySet":
        return self.order_by("-listed_at", "-pk")

    def for_lists(self) -> "QuotationQuerySet":
        """With what a line of a list shows of speaker and article, in one query."""
        return self.select_related("speaker", "article__source", "article__section").defer(
            "article__body", "article__text", "article__title_key"
        )


class Quotation(Deriving):
    """What was said, its words as they stand at character offsets in `Article.text`.

    Those that nobody has decided about are found anew whenever the article is read; of the others the places are.
    """

    class Kind(models.TextChoices):
        DIRECT = "direct", _("direct")
        REPORTED = "reported", _("reported")

    class SourceKind(models.TextChoices):
        SOURCE = "source", _("a source")
        INFORMED = "informed", _("an informed source")
        OFFICIAL = "official", _("an official")
        DIPLOMAT = "diplomat", _("a diplomat")
        SECURITY = "security", _("a security source")
        WITNESS = "witness", _("an eyewitness")
        ACTIVIST = "activist", _("an activist")
        EXPERT = "expert", _("an expert")
        AGENCY = "agency", _("a news outlet")
        DOCUMENT = "document", _("a document")

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="quotations")
    start = models.PositiveIntegerField(_("start"))
    end = models.PositiveIntegerField(_("end"))
    text = models.TextField(_("words"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    speaker = models.ForeignKey(
        Entity, models.SET_NULL, verbose_name=_("speaker"), null=True, blank=True, related_name="quotations"
    )
    speaker_text = models.CharField(_("speaker in the article’s words"), max_length=MAX_SPEAKER_CHARS, blank=True)
    speaker_start = models.PositiveIntegerField(_("start of the speaker’s words"), null=True, blank=True)
    speaker_end = models.PositiveIntegerField(_("end of the speaker’s words"), null=True, blank=True)
    source_kind = models.CharField(_("kind of source"), max_length=8, choices=SourceKind.choices, blank=True)
    verb = models.CharField(_("verb"), max_length=40, blank=True)
    confirmed = models.BooleanField(
        _("confirmed"),
        null=True,
        blank=True,
        help_text=_("Yes or no once an editor has decided; a refused quotation is never shown or found again."),
    )
    listed_at = models.DateTimeField(_("place in lists by date"), editable=False)
    stems = StemArrayField(models.TextField(), source="text")
    speaker_stems = StemArrayField(models.TextField(), source="speaker_text")

    objects = QuotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ["article", "start"]
        constraints = [
            models.UniqueConstraint(fields=["article", "start"], name="quotation_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="quotation_offsets_in_order"),
            models.CheckConstraint(
                condition=Q(speaker_start=None, speaker_end=None)
                | Q(speaker_start__isnull=False, speaker_end__isnull=False, speaker_end__gt=F("speaker_start")),
                name="quotation_speaker_in_order",
            ),
        ]
        indexes = [
            models.Index(F("listed_at").desc(), F("id").desc(), name="quotation_listed"),
            models.Index(F("speaker"), F("listed_at").desc(), F("id").desc(), name="quotation_speaker_listed"),
            GinIndex(fields=["stems"], name="quotation_stems"),
            GinIndex(fields=["speaker_stems"], name="quotation_speaker_stems"),
        ]

    def __str__(self):
        return self.text

    @property
    def said_by(self) -> str:
        """Who said it: the entity's name, or the article's words; empty for a pronoun."""
        return self.speaker.label if self.speaker else self.speaker_text
