"""Articles, their links to each other, and the bytes they were read from."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest, Left
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone as django_timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.fields import DerivedSlugField, Deriving, DerivingQuerySet, PlainTextField
from archive.models.history import track_history
from archive.models.nested import models_of, nested
from archive.models.taxonomy import Author, Section, Source
from archive.text.html import linked_addresses

if TYPE_CHECKING:
    from archive.models.image import Image

UNDATED = datetime(1000, 1, 1, tzinfo=UTC)
"""Where articles without a date stand in lists by date: after all others. A place, never a date to show."""

MAX_TITLE_CHARS = 500
MAX_TITLE_KEY_CHARS = 300

NEWS_DAYS = 2
"""What is dated earlier is no news: neither the hub nor the news sitemap tells of it."""


def last_change(of: str = "") -> Coalesce:
    """`Article.changed_at`, for queries; OF leads to the article there ("mentions__article__")."""
    return Coalesce(f"{of}revised_at", Greatest(f"{of}created_at", f"{of}listed_at"))


class FoldedWords(Func):
    """The folded words of a text, by which titles and names are compared (`arabic_words_v1`)."""

    function = "arabic_words_v1"
    output_field = models.TextField()


class ArticleQuerySet(DerivingQuerySet):
    def published(self, *, at: datetime | None = None) -> "ArticleQuerySet":
        """What readers may see at the time AT (now): every public view, feed and API starts here.

        A scheduled article becomes visible when its time comes; one dated in the future is never visible.
        """
        at = at or django_timezone.now()
        # What is scheduled has a date, and what has none is listed long ago: one column with an index tells.
        return self.filter(status__in=Article.SHOWN, listed_at__lte=at)

    def news(self, *, at: datetime | None = None) -> "ArticleQuerySet":
        """What readers see at the time AT (now) and is of the last NEWS_DAYS."""
        at = at or django_timezone.now()
        return self.published(at=at).filter(listed_at__gt=at - timedelta(days=NEWS_DAYS))

    def in_state(self, state: str, *, at: datetime | None = None) -> "ArticleQuerySet":
        """Those whose `state` at the time AT (now) is STATE."""
        if state == Article.Status.PUBLISHED:
            return self.published(at=at)
        if state == Article.Status.SCHEDULED:
            return self.filter(status__in=Article.SHOWN, listed_at__gt=at or django_timezone.now())
        return self.filter(status=state)

    def for_search_engines(self) -> "ArticleQuerySet":
        """Without what an editor keeps out of them."""
        return self.filter(noindex=False)

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-listed_at", "-pk")

    def for_lines(self) -> "ArticleQuerySet":
        """With what a line of a list shows, in one query; without the body."""
        return self.select_related("section", "source").defer("body", "text", "title_key")

    def for_cards(self) -> "ArticleQuerySet":
        """With what a card shows, authors and picture too, in one query; without the body."""
        return self.for_lines().with_people_and_pictures()

    def with_people_and_pictures(self) -> "ArticleQuerySet":
        """With what `people` and `pictures` are made of."""
        people = Author.objects.filter(articles=OuterRef("pk")).order_by("name")
        pictures = self.model.images.rel.related_model.objects.filter(article=OuterRef("pk"))
        pictures = pictures.order_by("position", "pk")
        return self.annotate(people_rows=nested(people), picture_rows=pictures.nested())

    def with_attached(self) -> "ArticleQuerySet":
        """With `attached`, as versions have it: what goes with an article and is no column of its row."""
        return self.annotate(
            attached=Func(F("pk"), function="article_attached_v1", output_field=models.JSONField(null=True))
        )

    def without_text(self) -> "ArticleQuerySet":
        """Those with no more to read than a title, as imports see it: neither body nor summary has a word."""
        return self.alias(summary_words=FoldedWords("summary"), text_words=FoldedWords("text")).filter(
            summary_words="", text_words=""
        )

    def corrected(self, *, at: datetime | None = None) -> "ArticleQuerySet":
        """The published ones that bear a notice of correction: the notice is what makes them so, and nothing else."""
        notices = self.model.corrections.rel.related_model.objects.filter(article=OuterRef("pk"))
        return self.published(at=at).filter(Exists(notices))

    def needing_date(self) -> "ArticleQuerySet":
        return self.filter(published_at=None).exclude(status=Article.Status.WITHDRAWN)


@track_history(
    exclude=("text", "slug", "listed_at", "title_key", "revised_at"),
    # Authors, links and pictures (`archive.attached`); NULL in versions that were kept before these were.
    beside={"attached": models.JSONField(null=True, editable=False)},
)
class Article(Deriving):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Precision(models.TextChoices):
        MINUTE = "minute", _("minute")
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")
        UNKNOWN = "unknown", _("unknown")

    class Importance(models.IntegerChoices):
        ORDINARY = 0, _("ordinary")
        NOTABLE = 1, _("notable")
        LEAD = 2, _("lead story")

    SHOWN = (Status.PUBLISHED, Status.SCHEDULED)
    """States in which readers see an article, once its time has come."""

    title = models.CharField(_("title"), max_length=MAX_TITLE_CHARS)
    kicker = models.CharField(
        _("kicker"), max_length=200, blank=True, help_text=_("The few words over the headline.")
    )
    summary = models.TextField(_("summary"), blank=True)
    body = models.TextField(_("body"), blank=True)
    text = PlainTextField(_("plain text"), source="body")
    slug = DerivedSlugField(_("address"), source="title", max_length=120)

    section = models.ForeignKey(
        Section, models.PROTECT, verbose_name=_("section"), null=True, blank=True, related_name="articles"
    )
    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"), related_name="articles")
    authors = models.ManyToManyField(Author, verbose_name=_("authors"), blank=True, related_name="articles")
    place = models.CharField(
        _("dateline"), max_length=200, blank=True, help_text=_("Where the article was written, as printed.")
    )

    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    date_precision = models.CharField(
        _("date known to the"), max_length=7, choices=Precision.choices, default=Precision.MINUTE
    )
    collected_at = models.DateTimeField(_("collected at"), default=django_timezone.now)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    embargo_until = models.DateTimeField(
        _("under embargo until"),
        null=True,
        blank=True,
        help_text=_("Readers do not see it before this time, whoever publishes it. Chiefs may lift it earlier."),
    )
    withdrawal_notice = models.TextField(
        _("notice of withdrawal"),
        blank=True,
        default="",
        # Also for what writes rows without Django.
        db_default="",
        help_text=_("What readers are told in the place of the article, once it is withdrawn: why, in a sentence."),
    )
    importance = models.PositiveSmallIntegerField(
        _("importance"), choices=Importance.choices, default=Importance.ORDINARY
    )
    noindex = models.BooleanField(
        _("kept out of search engines"),
        default=False,
        # Also for what writes rows without Django, or was written before this column was.
        db_default=False,
        help_text=_("Readers find it as before; Google and others are asked not to list it."),
    )

    original_url = models.CharField(_("original address"), max_length=2000, blank=True)
    external_id = models.CharField(
        _("identity at the source"),
        max_length=200,
        null=True,
        blank=True,
        help_text=_("By which a repeated import recognises the article."),
    )
    language = models.CharField(_("language"), max_length=16, default="ar")
    capture = models.ForeignKey(
        "Capture",
        models.PROTECT,
        verbose_name=_("capture"),
        null=True,
        blank=True,
        editable=False,
        related_name="articles",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    # When readers last saw it change: kept by the database (`article_revised_v2`), told by `archive.revisions`.
    revised_at = models.DateTimeField(_("revised at"), null=True, blank=True, editable=False)

    listed_at = models.GeneratedField(
        expression=Coalesce(F("published_at"), models.Value(UNDATED)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    title_key = models.GeneratedField(
        expression=Left(FoldedWords("title"), MAX_TITLE_KEY_CHARS),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-listed_at", "-pk"]
        get_latest_by = "listed_at"
        permissions = [
            ("publish_article", "Can publish and withdraw articles"),
            ("submit_article", "Can send articles to review"),
            ("curate_article", "Can complete articles that are published"),
            ("lift_embargo_article", "Can lift embargoes"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="article_source_external_id_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="article_title_present"),
            models.CheckConstraint(
                condition=Q(published_at=None, date_precision="unknown")
                | Q(published_at__isnull=False) & ~Q(date_precision="unknown"),
                name="article_date_has_precision",
                violation_error_message=_("A date needs its precision, and an unknown date has none."),
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(published_at__isnull=False),
                name="article_scheduled_has_date",
                violation_error_message=_("A scheduled article needs the time at which it will be published."),
            ),
            # Seen from its date on: what is dated after its embargo never comes out before.
            models.CheckConstraint(
                condition=Q(embargo_until=None)
                | ~Q(status__in=["published", "scheduled"])
                | Q(published_at__isnull=False, published_at__gte=F("embargo_until")),
                name="article_not_before_embargo",
                violation_error_message=_("It is under embargo: its date must be the end of the embargo, or later."),
            ),
            models.CheckConstraint(condition=Q(importance__lte=2), name="article_importance_range"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review", "scheduled", "published", "withdrawn"]),
                name="article_status_known",
            ),
            models.CheckConstraint(
                condition=Q(date_precision__in=["minute", "day", "month", "year", "unknown"]),
                name="article_precision_known",
            ),
        ]
        indexes = [
            models.Index(F("listed_at").desc(), F("id").desc(), name="article_listed"),
            models.Index(F("section"), F("listed_at").desc(), F("id").desc(), name="article_section_listed"),
            models.Index(F("source"), F("listed_at").desc(), F("id").desc(), name="article_source_listed"),
            models.Index(F("importance").desc(), F("listed_at").desc(), name="article_importance_listed"),
            models.Index(fields=["title_key", "source"], name="article_title_key"),
            # Without the many that have none: equal values make a hash index slower with every row.
            HashIndex(fields=["original_url"], name="article_original_url", condition=~Q(original_url="")),
            # How much the archive holds of each month is counted in it alone.
            models.Index(
                fields=["listed_at", "date_precision"],
                name="article_holdings",
                condition=Q(status__in=["published", "scheduled"]),
            ),
            # And of a section.
            models.Index(
                fields=["section", "listed_at", "date_precision"],
                name="article_section_holdings",
                condition=Q(status__in=["published", "scheduled"]),
            ),
            # When each part of the sitemap last changed is read in it alone.
            models.Index(
                fields=["id"],
                include=["revised_at", "created_at", "status", "listed_at"],
                name="article_sitemap",
                condition=Q(status__in=["published", "scheduled"], noindex=False),
            ),
            # So few that they are left out of months by name.
            models.Index(fields=["id"], name="article_of_a_year", condition=Q(date_precision="year")),
            models.Index(
                fields=["status"],
                name="article_unpublished",
                condition=Q(status__in=["draft", "review", "scheduled"]),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:article-detail", args=[self.pk, self.slug])

    def state(self, *, at: datetime | None = None) -> Status:
        """What the status amounts to at the time AT (now): what is dated in the future waits until then."""
        if self.status not in self.SHOWN:
            return self.Status(self.status)
        seen = self.is_seen(self.status, self.published_at, at=at or django_timezone.now())
        return self.Status.PUBLISHED if seen else self.Status.SCHEDULED

    @classmethod
    def is_seen(cls, status: str, published_at: datetime | None, *, at: datetime) -> bool:
        """As `published()`, of one article as it is or was: whether readers see it at the time AT."""
        return status in cls.SHOWN and (published_at is None or published_at <= at)

    @cached_property
    def people(self) -> "list[Author]":
        """The authors; read with the article, where it came `with_people_and_pictures` or with `Beside`."""
        rows = self.__dict__.get("people_rows")
        return list(self.authors.all()) if rows is None else models_of(Author, rows)

    @cached_property
    def pictures(self) -> "list[Image]":
        """As `people`, the pictures."""
        rows = self.__dict__.get("picture_rows")
        return list(self.images.all()) if rows is None else self.images.model.of_rows(rows)

    @property
    def changed_at(self) -> datetime:
        """When readers last saw it change: its revision, or else its coming here or into sight, whichever was later.

        What else is done to its row (`updated_at`) is no change to them.
        """
        return self.revised_at or max(self.created_at, self.published_at or self.created_at)

    @property
    def author_names(self) -> list[str]:
        return [author.name for author in self.people]

    @property
    def lead_image(self) -> "Image | None":
        """The first picture kept here; a picture known by its address only is never fetched for a reader."""
        return next((image for image in self.pictures if image.file), None)

    @property
    def linked_images(self) -> "list[Image]":
        """The pictures known by their addresses only, to which a reader may go; but those to which the text leads."""
        in_text = linked_addresses(self.body)
        return [image for image in self.pictures if image.url and not image.file and image.url not in in_text]


@receiver(pre_delete, sender=Author)
def keep_authors(sender, instance: Author, **kwargs) -> None:
    """Who wrote an article is in its versions, also when the author is deleted."""
    Article.objects.filter(authors=instance).update(updated_at=django_timezone.now())


def shown_in_sql(table: str) -> str:
    """Return in SQL that the status of TABLE's article is one of SHOWN, as partial indexes have it."""
    states = ", ".join(f"'{status.value}'" for status in Article.SHOWN)
    return f"{table}.status IN ({states})"


def published_in_sql(table: str, at: str) -> str:
    """Return `published()` in SQL, of an article TABLE at the time AT, an expression."""
    return f"{shown_in_sql(table)} AND {table}.listed_at <= {at}"


def visible_authors() -> models.QuerySet[Author]:
    """Those who signed an article that readers see."""
    signed = Article.objects.published().filter(authors=models.OuterRef("pk"))
    return Author.objects.filter(models.Exists(signed))


class ArticleLink(models.Model):
    """A link from an article to another, or to a title and address that no article here has yet.

    Unresolved links turn into real ones by themselves when the article arrives (`article_links_resolve_v2`).
    """

    class Kind(models.TextChoices):
        RELATED = "related", _("related")
        FOLLOW_UP = "follow_up", _("follow-up")
        BACKGROUND = "background", _("background")
        PREVIOUS = "previous", _("previous")
        NEXT = "next", _("next")

    class Origin(models.TextChoices):
        EDITOR = "editor", _("an editor")
        PAGE = "page", _("the original page")
        COMPUTED = "computed", _("computed")

    from_article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("from article"), related_name="links")
    to_article = models.ForeignKey(
        Article,
        models.SET_NULL,
        verbose_name=_("to article"),
        null=True,
        blank=True,
        related_name="links_here",
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    url = models.CharField(_("web address"), max_length=2000, blank=True)
    title_key = models.GeneratedField(
        expression=Left(FoldedWords("title"), MAX_TITLE_KEY_CHARS),
        output_field=models.TextField(),
        db_persist=True,
    )
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.RELATED,
        help_text=_("A follow-up continues this article; a background article explains it."),
    )
    origin = models.CharField(_("made by"), max_length=8, choices=Origin.choices, default=Origin.EDITOR)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("article link")
        verbose_name_plural = _("article links")
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["from_article", "to_article", "kind"], name="link_unique"),
            models.CheckConstraint(
                condition=Q(to_article__isnull=False) | ~Q(title="") | ~Q(url=""),
                name="link_has_target",
                violation_error_message=_("Choose an article, or give the title or address of one."),
            ),
            models.CheckConstraint(
                condition=~Q(from_article=F("to_article")),
                name="link_not_to_itself",
                violation_error_message=_("An article cannot link to itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["title_key"], name="link_unresolved_title", condition=Q(to_article=None)),
            HashIndex(fields=["url"], name="link_unresolved_url", condition=Q(to_article=None) & ~Q(url="")),
        ]

    def __str__(self):
        return self.to_article.title if self.to_article else self.title or self.url


class Capture(models.Model):
    """What was received of an article, byte for byte, with what of its file it takes to read it again by itself.

    Equal bytes are kept once.
    """

    sha256 = models.CharField(_("SHA-256"), max_length=64)
    content_compressed = models.BinaryField(_("content"))
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    url = models.CharField(_("web address"), max_length=2000, blank=True)
    file_name = models.CharField(_("file name"), max_length=500, blank=True)
    content_type = models.CharField(_("content type"), max_length=200, blank=True)
    encoding = models.CharField(_("encoding"), max_length=40, blank=True)
    received_at = models.DateTimeField(_("received at"), default=django_timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("one thing", "capture")
        verbose_name_plural = _("captures")
        ordering = ["-received_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["sha256"], name="capture_sha256_unique")]

    def __str__(self):
        return self.file_name or self.url or self.sha256[:12]

    @property
    def content(self) -> bytes:
        """The bytes that are kept."""
        return zlib.decompress(self.content_compressed)

    @content.setter
    def content(self, value: bytes) -> None:
        self.content_compressed = zlib.compress(value, 6)
        self.size_bytes = len(value)
