"""What editors tell search: words that mean the same, and articles chosen for a query; both hold at once."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article
from archive.models.fields import Deriving, DerivingQuerySet, QueryKeyField, StemsField


class SynonymGroup(models.Model):
    """Words and phrases of which a search for one finds the others, where CONFIRMED.

    Those that `learn_words` proposes wait for an editor; those refused stay, so that they are not proposed again.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    class Origin(models.TextChoices):
        EDITOR = "editor", _("an editor")
        LEARNED = "learned", _("learned from the archive")

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.CONFIRMED)
    origin = models.CharField(_("origin"), max_length=7, choices=Origin.choices, default=Origin.EDITOR)
    score = models.FloatField(
        _("likeness"), default=0, help_text=_("How alike the company is that the words keep in the archive, up to 1.")
    )

    class Meta:
        verbose_name = _("words of the same meaning")
        verbose_name_plural = _("words of the same meaning")
        ordering = ["-score", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "confirmed", "refused"]), name="synonym_state_known"
            ),
            models.CheckConstraint(condition=Q(origin__in=["editor", "learned"]), name="synonym_origin_known"),
        ]

    def __str__(self):
        return " = ".join(synonym.text for synonym in self.synonyms.all())


class Synonym(Deriving):
    """One of the words or phrases of a group."""

    group = models.ForeignKey(SynonymGroup, models.CASCADE, verbose_name=_("group"), related_name="synonyms")
    text = models.CharField(_("word or phrase"), max_length=80)
    key = StemsField(source="text")

    objects = DerivingQuerySet.as_manager()

    class Meta:
        verbose_name = _("word or phrase")
        verbose_name_plural = _("words and phrases")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "key"], name="synonym_unique"),
            models.CheckConstraint(condition=~Q(key=""), name="synonym_key_present"),
        ]
        indexes = [models.Index(fields=["key"], name="synonym_key")]

    def __str__(self):
        return self.text


class SearchPin(Deriving):
    """An article that stands first among the answers to a query, by POSITION where there are several."""

    query = models.CharField(
        _("query"), max_length=200, help_text=_("The words that readers search for, in any spelling and order.")
    )
    key = QueryKeyField(source="query")
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="pins")
    position = models.PositiveSmallIntegerField(
        _("position"), default=1, validators=[MaxValueValidator(99)], help_text=_("Lower numbers stand first.")
    )

    objects = DerivingQuerySet.as_manager()

    class Meta:
        verbose_name = _("pinned article")
        verbose_name_plural = _("pinned articles")
        ordering = ["key", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "article"], name="pin_unique"),
            models.CheckConstraint(condition=~Q(key=""), name="pin_key_present"),
        ]

    def __str__(self):
        return self.query
