"""What editors decided about names and entities, with what each decision changed: enough to take it back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.entity import Entity


class Decision(models.Model):
    """A decision and its CHANGES, the steps of `archive.entities.changes`; it stands until it is undone."""

    changes = models.JSONField(_("changes"), default=list)
    made_at = models.DateTimeField(_("decided at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        abstract = True


class NameDecision(Decision):
    """What was decided at the review desk about the proposals of one name."""

    class Action(models.TextChoices):
        ACCEPT = "accept", _("accepted")
        CREATE = "create", _("new entity")
        REJECT = "reject", _("rejected")
        REFUSE = "refuse", _("rejected everywhere")

    name = models.CharField(_("name"), max_length=200)
    action = models.CharField(_("decision"), max_length=6, choices=Action.choices)
    entity = models.ForeignKey(
        Entity, models.SET_NULL, verbose_name=_("entity"), null=True, blank=True, related_name="name_decisions"
    )

    class Meta:
        verbose_name = _("decision about a name")
        verbose_name_plural = _("decisions about names")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["made_by", "id"], name="name_decision_standing", condition=Q(undone_at=None)),
        ]

    def __str__(self):
        return self.name

    @property
    def proposal_ids(self) -> list[int]:
        """The proposals that were decided."""
        steps = (step for step in self.changes if step[:2] == ["set", "archive.nameproposal"])
        return [key for _kind, _label, values, keys in steps if "state" in values for key in keys]

    @property
    def names_entity(self) -> bool:
        """Did it give an entity a name, which may stand in other articles too?"""
        return self._made("archive.alias")

    @property
    def refuses_name(self) -> bool:
        """Did it refuse a name everywhere, which may be linked in articles?"""
        return self._made("archive.refusedname")

    def _made(self, model: str) -> bool:
        return any(kind == "created" and label == model for kind, label, *_rest in self.changes)


class EntityMerge(Decision):
    """An entity that was found to be the same as another, the one KEPT; its old address leads there."""

    former_id = models.BigIntegerField(_("former number"))
    former_name = models.CharField(_("former name"), max_length=200)
    # A later merge of the one kept moves this too, so that an old address always leads to what is there now.
    kept = models.ForeignKey(Entity, models.CASCADE, verbose_name=_("the one that stays"), related_name="merges")

    kept_number = models.BigIntegerField(_("number of the one that stays, then"))

    class Meta:
        verbose_name = _("merged entity")
        verbose_name_plural = _("merged entities")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["former_id"], name="entity_merged_once", condition=Q(undone_at=None)),
        ]

    def __str__(self):
        return self.former_name


class EntityPair(models.Model):
    """Two entities that may be one, for an editor to merge, or to say once and for all that they are not."""

    class Reason(models.TextChoices):
        SAME_NAME = "name", _("same name")
        SPELLING = "spelling", _("names of nearly the same letters")
        CONTAINED = "part", _("one name holds the other, in the same company")

    first = models.ForeignKey(Entity, models.CASCADE, verbose_name=_("entity"), related_name="+")
    second = models.ForeignKey(Entity, models.CASCADE, verbose_name=_("entity"), related_name="+")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    likeness = models.FloatField(_("likeness"), help_text=_("From 0 to 1."))
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("dismissed by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("pair that may be one entity")
        verbose_name_plural = _("pairs that may be one entity")
        ordering = ["-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="entity_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="entity_pair_in_order"),
        ]

    def __str__(self):
        return f"{self.first.name} = {self.second.name}"

    @property
    def percent(self) -> int:
        """The likeness, as people say it."""
        return round(self.likeness * 100)
