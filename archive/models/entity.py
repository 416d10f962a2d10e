"""Entities (persons, organisations, places, events), their names, and their mentions in articles."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Count, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Collate, Left, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article, FoldedWords
from archive.models.fields import DerivedSlugField, Deriving, DerivingQuerySet
from archive.models.history import track_history
from archive.models.languages import shown

MAX_NAME_KEY_CHARS = 200
DEFINITE_ARTICLE = "^ال(?=..)"
"""Before hamzas are folded away: «ألمانيا» has none."""


class EntityQuerySet(DerivingQuerySet):
    def visible(self) -> "EntityQuerySet":
        """Without those that only unpublished articles mention: such a name would tell of them."""
        mentions = Mention.objects.filter(entity=models.OuterRef("pk")).exclude(confirmed=False)
        shown = mentions.filter(article__in=Article.objects.published())
        return self.filter(models.Exists(shown) | ~models.Exists(mentions))

    def with_article_counts(self) -> "EntityQuerySet":
        """With `article_count`: how many published articles mention each entity."""
        visible = Mention.objects.filter(
            entity=models.OuterRef("pk"), article__in=Article.objects.published()
        ).exclude(confirmed=False)
        counts = visible.order_by().values("entity").annotate(n=Count("article", distinct=True)).values("n")
        return self.annotate(article_count=Coalesce(models.Subquery(counts, output_field=models.IntegerField()), 0))

    def by_letter(self, *, latin: bool) -> "EntityQuerySet":
        """In the order of the alphabet, with the `letter` each stands under; LATIN names first choice where they are.

        Hamzas make no difference and the article is passed over, as in a printed index; digits stand under "#".
        """
        name = Coalesce(NullIf("name_latin", Value("")), "name") if latin else F("name")
        bare = Func(name, Value(DEFINITE_ARTICLE), Value(""), function="regexp_replace")
        key = Collate(FoldedWords(bare), "C")
        return (
            self.annotate(sort_key=key)
            .annotate(letter=Case(When(sort_key__regex="^[0-9]", then=Value("#")), default=Left("sort_key", 1)))
            .order_by("sort_key", "pk")
        )


@track_history(exclude=("slug",))
class Entity(Deriving):
    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")
        PLACE = "place", _("place")
        EVENT = "event", _("event")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=200)
    name_latin = models.CharField(_("name in Latin letters"), max_length=200, blank=True)
    slug = DerivedSlugField(_("address"), source="name", max_length=120)
    description = models.TextField(_("description"), blank=True)
    description_latin = models.TextField(_("description in English"), blank=True)
    wikidata_id = models.CharField(
        _("Wikidata identifier"),
        max_length=20,
        null=True,
        blank=True,
        help_text=_("For example Q858."),
    )
    latitude = models.FloatField(
        _("latitude"), null=True, blank=True, help_text=_("In degrees, north of the equator.")
    )
    longitude = models.FloatField(
        _("longitude"), null=True, blank=True, help_text=_("In degrees, east of Greenwich.")
    )

    objects = EntityQuerySet.as_manager()

    class Meta:
        verbose_name = _("entity")
        verbose_name_plural = _("entities")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["wikidata_id"], name="entity_wikidata_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="entity_name_present"),
            models.CheckConstraint(
                condition=Q(wikidata_id=None) | Q(wikidata_id__regex=r"^Q[1-9][0-9]*$"),
                name="entity_wikidata_form",
                violation_error_message=_("A Wikidata identifier is a Q followed by a number."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["person", "organisation", "place", "event"]), name="entity_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="entity_on_earth",
                violation_error_message=_("A place has a latitude from -90 to 90 and a longitude from -180 to 180."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="entity_kind_name")]

    def __str__(self):
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("archive:entity-detail", args=[self.pk, self.slug])

    @property
    def label(self) -> str:
        """The name in the interface's language, where there is one."""
        return shown(self.name, self.name_latin)

    @property
    def shown_description(self) -> str:
        return shown(self.description, self.description_latin)


class Alias(models.Model):
    """A spelling by which an entity is found; its main names are aliases of it too."""

    class Script(models.TextChoices):
        ARABIC = "arabic", _("Arabic")
        LATIN = "latin", _("Latin")

    class Kind(models.TextChoices):
        NAME = "name", _("full name")
        SPELLING = "spelling", _("other spelling")
        SHORT = "short", _("short form")
        FORMER = "former", _("former name")

    entity = models.ForeignKey(Entity, models.CASCADE, verbose_name=_("entity"), related_name="aliases")
    name = models.CharField(_("name"), max_length=200)
    key = models.GeneratedField(
        expression=Left(FoldedWords("name"), MAX_NAME_KEY_CHARS),
        output_field=models.TextField(),
        db_persist=True,
    )
    script = models.CharField(_("script"), max_length=6, choices=Script.choices, default=Script.ARABIC)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SPELLING)
    ambiguous = models.BooleanField(
        _("ambiguous"),
        default=False,
        help_text=_("Also an ordinary word or another's name: found by search, never linked by itself."),
    )

    class Meta:
        verbose_name = _("name or spelling")
        verbose_name_plural = _("names and spellings")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "name"], name="alias_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="alias_name_present"),
        ]
        indexes = [
            models.Index(fields=["key"], name="alias_key"),
            GinIndex(
                Func(
                    F("key"),
                    Value(" "),
                    function="string_to_array",
                    output_field=ArrayField(models.TextField()),
                ),
                name="alias_words",
                fastupdate=False,
            ),
        ]

    def __str__(self):
        return self.name


class Mention(models.Model):
    """An entity in an article, at character offsets in `Article.text`; without them the whole article is meant."""

    class Method(models.TextChoices):
        EDITOR = "editor", _("an editor")
        NAMES = "names", _("known names")

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="mentions")
    entity = models.ForeignKey(Entity, models.CASCADE, verbose_name=_("entity"), related_name="mentions")
    start = models.PositiveIntegerField(_("start"), null=True, blank=True)
    end = models.PositiveIntegerField(_("end"), null=True, blank=True)
    method = models.CharField(_("found by"), max_length=8, choices=Method.choices, default=Method.EDITOR)
    confirmed = models.BooleanField(
        _("confirmed"),
        null=True,
        blank=True,
        help_text=_("Yes or no once an editor has decided; a refused mention is never shown or found again."),
    )

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["article", F("start").asc(nulls_first=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "entity", "start"], name="mention_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                # A comparison with NULL is not false, so that half a place has to be refused by name.
                condition=Q(start=None, end=None) | Q(start__isnull=False, end__isnull=False, end__gt=F("start")),
                name="mention_offsets_in_order",
                violation_error_message=_("The end of a mention comes after its start."),
            ),
        ]
        indexes = [models.Index(fields=["entity", "article"], name="mention_entity_article")]

    def __str__(self):
        return self.entity.name
