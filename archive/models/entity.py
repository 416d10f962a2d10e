"""Entities (persons, organisations, places, events), their names, and their mentions in articles."""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, Count, F, Func, Max, Q, Value, When
from django.db.models.functions import Coalesce, Left, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article, FoldedWords, published_in_sql
from archive.models.fields import DerivedSlugField, Deriving, DerivingQuerySet
from archive.models.history import track_history
from archive.models.languages import shown

MAX_NAME_KEY_CHARS = 200
MAX_NAME_CHANGES = 1_000
_ARABIC_LETTER = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
KEY_WORDS = SearchVector("key", config="simple")
"""The words of a name's key, which is folded already, as a tsvector."""
DEFINITE_ARTICLE = "^ال(?=..)"
"""Before hamzas are folded away: «ألمانيا» has none."""


class EntityQuerySet(DerivingQuerySet):
    def visible(self) -> "EntityQuerySet":
        """Those that published articles mention, and what editors made that no article mentions yet.

        What only unpublished articles mention would tell of them; what came with the starter list is here by the
        thousand.
        """
        mentions = Mention.objects.filter(entity=models.OuterRef("pk")).exclude(confirmed=False)
        shown = mentions.filter(article__in=Article.objects.published())
        return self.filter(models.Exists(shown) | Q(~models.Exists(mentions), from_starter_list=False))

    def instead_of(self, former_id: int) -> "EntityQuerySet":
        """The one that an entity, whose number was FORMER_ID, was merged with; none if it was not."""
        return self.filter(merges__former_id=former_id, merges__undone_at=None)

    def by_number(self, pk: int) -> "Entity | None":
        """The one with the number PK, or the one that it was merged with."""
        return self.filter(pk=pk).first() or self.instead_of(pk).first()

    def with_article_counts(self) -> "EntityQuerySet":
        """With `article_count`: how many published articles mention each entity."""
        visible = Mention.objects.filter(
            entity=models.OuterRef("pk"), article__in=Article.objects.published()
        ).exclude(confirmed=False)
        counts = visible.order_by().values("entity").annotate(n=Count("article", distinct=True)).values("n")
        return self.annotate(article_count=Coalesce(models.Subquery(counts, output_field=models.IntegerField()), 0))

    def mentioned(self) -> "EntityQuerySet":
        """Those that published articles mention, with `article_count` as it was last counted; now, where never.

        Counting many anew would take long: `EntityCount` has the last counts, which may be some minutes old.
        """
        visible = Mention.objects.filter(entity=models.OuterRef("pk"), article__in=Article.objects.published())
        counts = visible.exclude(confirmed=False).order_by().values("entity")
        now = models.Subquery(counts.annotate(n=Count("article", distinct=True)).values("n"))
        return self.annotate(article_count=Coalesce("count__article_count", now)).filter(article_count__gt=0)

    def by_letter(self, *, latin: bool) -> "EntityQuerySet":
        """In the order of the alphabet, with the `letter` each stands under; LATIN names first choice where they are.

        Hamzas make no difference and the article is passed over, as in a printed index; digits stand under "#".
        """
        key = "latin_index_key" if latin else "index_key"
        digits = {f"{key}__gte": "0", f"{key}__lt": ":"}  # By the numbers of characters, as the key is collated.
        letter = Case(When(**digits, then=Value("#")), default=Left(key, 1))
        return self.annotate(letter=letter).order_by(key, "pk")


class IndexKey(Func):
    """The folded words of a name without its article, by which an index of names is ordered."""

    template = (
        f"left(arabic_words_v1(regexp_replace(%(expressions)s, '{DEFINITE_ARTICLE}', '')), {MAX_NAME_KEY_CHARS})"
    )
    output_field = models.TextField(db_collation="C")


@track_history(exclude=("slug", "index_key", "latin_index_key", "from_starter_list"))
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

    from_starter_list = models.BooleanField(
        _("from the starter list"),
        default=False,
        editable=False,
        help_text=_("Loaded with the starter list of names, and no editor has made it their own."),
    )
    index_key = models.GeneratedField(
        expression=IndexKey("name"), output_field=models.TextField(db_collation="C"), db_persist=True
    )
    latin_index_key = models.GeneratedField(
        expression=IndexKey(Coalesce(NullIf("name_latin", Value("")), "name")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
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

    def keep_main_names(self) -> None:
        """Let it be found by its main names too."""
        for name in dict.fromkeys(filter(None, (self.name, self.name_latin))):
            new = {"kind": Alias.Kind.NAME, "script": Alias.Script.of(name)}
            self.aliases.update_or_create(name=name, defaults={"kind": Alias.Kind.NAME}, create_defaults=new)

    @property
    def label(self) -> str:
        """The name in the interface's language, where there is one."""
        return shown(self.name, self.name_latin)

    @property
    def shown_description(self) -> str:
        return shown(self.description, self.description_latin)


def visible_in_sql(table: str, at: str) -> str:
    """Return `visible()` in SQL, of an entity TABLE at the time AT, an expression."""
    mentions = f"""SELECT FROM archive_mention AS mention
        WHERE mention.entity_id = {table}.id AND mention.confirmed IS NOT FALSE"""
    published = published_in_sql("mentioning", at)
    shown = f"EXISTS (SELECT FROM archive_article AS mentioning WHERE id = mention.article_id AND {published})"
    return f"(EXISTS ({mentions} AND {shown}) OR NOT {table}.from_starter_list AND NOT EXISTS ({mentions}))"


class Alias(models.Model):
    """A spelling by which an entity is found; its main names are aliases of it too."""

    class Script(models.TextChoices):
        ARABIC = "arabic", _("Arabic")
        LATIN = "latin", _("Latin")

        @classmethod
        def of(cls, name: str) -> "Alias.Script":
            """The script that NAME is written in; Arabic if any letter of it is."""
            return cls.ARABIC if _ARABIC_LETTER.search(name) else cls.LATIN

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
        help_text=_(
            "Also an ordinary word or another's name: linked only where the article makes clear who is meant."
        ),
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
            # In which order they stand, and what they begin with.
            GinIndex(KEY_WORDS, name="alias_word_beginnings", fastupdate=False),
        ]

    def __str__(self):
        return self.name


class NameChange(models.Model):
    """Something that changed the names which texts are searched for, as `name_changes_v1` notes it.

    Rows are only ever added: to raise a counter, transactions would wait for each other. Of one that ends later than
    those that began after it, the row appears then.
    """

    class Meta:
        verbose_name = _("change of names")
        verbose_name_plural = _("changes of names")

    def __str__(self):
        return str(self.pk)

    @classmethod
    def state(cls) -> tuple[int, int | None]:
        """What differs whenever names have changed: how many changes there are, and the newest."""
        seen = cls.objects.aggregate(count=Count("pk"), newest=Max("pk"))
        return seen["count"], seen["newest"]

    @classmethod
    def forget_old(cls) -> None:
        """Leave the newest where there are many; then every process reads the names once more."""
        count, newest = cls.state()
        if count > MAX_NAME_CHANGES:
            cls.objects.filter(pk__lt=newest).delete()


class Mention(models.Model):
    """An entity in an article, at character offsets in `Article.text`; without them the whole article is meant."""

    class Method(models.TextChoices):
        EDITOR = "editor", _("an editor")
        NAMES = "names", _("known names")
        PROPOSAL = "proposal", _("an accepted proposal")

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
