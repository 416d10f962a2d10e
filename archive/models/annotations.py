"""What is read out of an article's text in the background: proposals of names; and which articles wait for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article, FoldedWords
from archive.models.entity import MAX_NAME_KEY_CHARS, Entity, Mention


class UnannotatedArticle(models.Model):
    """An article that `archive.annotating` has yet to read. Triggers add one for every change (`annotations_due_v1`).

    Rows are only ever added, so that none that comes while others are read is lost with them. Those of the lowest
    PRIORITY are read first, so that nobody waits behind an import.
    """

    class Priority(models.IntegerChoices):
        EDITED = 0  # Whatever the request of an account adds (`annotation_order_v1`).
        CHANGED = 1
        NEW = 2

    article_id = models.BigIntegerField()
    priority = models.PositiveSmallIntegerField(default=Priority.CHANGED, db_default=Priority.CHANGED)

    class Meta:
        verbose_name = _("unread article")
        verbose_name_plural = _("unread articles")
        indexes = [models.Index(fields=["priority", "id"], name="unannotated_article_order")]

    def __str__(self):
        return str(self.article_id)

    @classmethod
    def add_mentioning(cls, entity: Entity) -> None:
        """Let the articles with mentions of ENTITY be read again: who said what in them hangs on those."""
        articles = entity.mentions.order_by().values_list("article", flat=True).distinct()
        cls.objects.bulk_create(cls(article_id=pk) for pk in articles)


class NameProposal(models.Model):
    """A name that seems to stand at character offsets in `Article.text`, for an editor to decide on.

    Offsets are without attached particles. Those that nobody has decided on go when the text changes
    (`annotations_due_v1`), for they are made anew; a decided one then keeps its NAME and loses its place.
    """

    class Reason(models.TextChoices):
        UNKNOWN = "unknown", _("seems a name")
        HOMOGRAPH = "homograph", _("also an ordinary word")
        SHARED = "shared", _("name of several")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="name_proposals")
    start = models.PositiveIntegerField(_("start"), null=True)
    end = models.PositiveIntegerField(_("end"), null=True)
    name = models.CharField(_("name"), max_length=200)
    key = models.GeneratedField(
        expression=Left(FoldedWords("name"), MAX_NAME_KEY_CHARS),
        output_field=models.TextField(),
        db_persist=True,
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Entity.Kind.choices)
    entity = models.ForeignKey(
        Entity,
        models.SET_NULL,
        verbose_name=_("entity"),
        null=True,
        blank=True,
        related_name="name_proposals",
        help_text=_("Whom it likely means, of those that are known."),
    )
    reason = models.CharField(_("reason"), max_length=9, choices=Reason.choices)
    confidence = models.FloatField(_("confidence"), help_text=_("From 0 to 1."))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    mention = models.OneToOneField(
        Mention, models.SET_NULL, verbose_name=_("mention"), null=True, blank=True, related_name="name_proposal"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed name")
        verbose_name_plural = _("proposed names")
        ordering = ["-confidence", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "start"], name="name_proposal_once"),
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(start__isnull=False, end__isnull=False, end__gt=F("start")),
                name="name_proposal_offsets_in_order",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="name_proposal_confidence_range"
            ),
        ]
        indexes = [
            models.Index(F("confidence").desc(), F("id"), name="name_proposal_waiting", condition=Q(state="waiting")),
            models.Index(fields=["key", "state"], name="name_proposal_key"),
        ]

    def __str__(self):
        return self.name

    @property
    def percent(self) -> int:
        """The confidence, as people say it."""
        return round(self.confidence * 100)


class RefusedName(models.Model):
    """A name, or what looked like one, that is not to be proposed again anywhere."""

    name = models.CharField(_("name"), max_length=200)
    key = models.GeneratedField(
        expression=Left(FoldedWords("name"), MAX_NAME_KEY_CHARS),
        output_field=models.TextField(),
        db_persist=True,
    )
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("refused by"),
        null=True,
        blank=True,
        related_name="+",
    )
    refused_at = models.DateTimeField(_("refused at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refused name")
        verbose_name_plural = _("refused names")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["key"], name="refused_name_unique")]

    def __str__(self):
        return self.name


class NameModel(models.Model):
    """A tagger trained on what the editors of this archive decided (`train_names`); the newest one proposes names."""

    content = models.BinaryField()
    decisions = models.PositiveIntegerField(_("decisions"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("model of names")
        verbose_name_plural = _("models of names")

    def __str__(self):
        return str(self.made_at)
