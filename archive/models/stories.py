"""Stories: articles on one affair, found over time by `archive.stories`; and articles that are not related."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from archive.models.article import MAX_TITLE_CHARS, Article
from archive.models.fields import DerivedSlugField, Deriving, DerivingQuerySet

FEWEST_ARTICLES = 2


class StoryQuerySet(DerivingQuerySet):
    def with_article_counts(self) -> "StoryQuerySet":
        """With `article_count`: how many published articles each story has."""
        shown = StoryArticle.objects.shown().filter(story=models.OuterRef("pk"))
        counts = shown.order_by().values("story").annotate(n=Count("pk")).values("n")
        return self.annotate(article_count=Coalesce(models.Subquery(counts, output_field=models.IntegerField()), 0))

    def with_last_shown(self) -> "StoryQuerySet":
        """With `last_shown_at`: the date of the last of its articles that readers see now; None without one."""
        dated = StoryArticle.objects.shown().filter(story=models.OuterRef("pk"), article__published_at__isnull=False)
        last = dated.order_by("-article__published_at").values("article__published_at")[:1]
        return self.annotate(last_shown_at=models.Subquery(last))

    def visible(self) -> "StoryQuerySet":
        """Those of several published articles that have a name, with `article_count`."""
        named = self.filter(merged_into=None).exclude(title="")
        return named.with_article_counts().filter(article_count__gte=FEWEST_ARTICLES)

    def by_number(self, pk: int) -> "Story | None":
        """The one with the number PK, or the one that it was merged into."""
        return self.filter(pk=pk).first() or self.filter(merged=pk).first()

    def latest_first(self) -> "StoryQuerySet":
        """For lists: with `last_shown_at`, by the date that was known when each story was last renewed."""
        return self.with_last_shown().order_by(F("last_at").desc(nulls_last=True), "-pk")


class Story(Deriving):
    """A chain of articles on one affair. Merged into another, it leads there.

    It has no TITLE until several of its articles are published, for a name would tell of the others. LAST_AT is the
    date of the last that readers saw of its articles when it was renewed, by which stories are listed; what they are
    told is `last_shown_at`.
    """

    title = models.CharField(_("title"), max_length=MAX_TITLE_CHARS, blank=True)
    slug = DerivedSlugField(_("address"), source="title", max_length=120)
    is_named = models.BooleanField(
        _("named by an editor"),
        default=False,
        help_text=_("Otherwise its name follows the headlines of its articles."),
    )
    last_at = models.DateTimeField(_("last article"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = [F("last_at").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="", is_named=True), name="story_named_has_title"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="story_not_merged_into_itself"),
        ]
        indexes = [models.Index(F("last_at").desc(nulls_last=True), F("id").desc(), name="story_last")]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:story-detail", args=[self.pk, self.slug])


class StoryArticleQuerySet(models.QuerySet):
    def shown(self) -> "StoryArticleQuerySet":
        """Those that readers see."""
        return self.filter(taken_out=False, article__in=Article.objects.published())


class StoryArticle(models.Model):
    """An article's place in a story; TAKEN_OUT by an editor, it has none there, and never gets one again."""

    class Origin(models.TextChoices):
        EDITOR = "editor", _("an editor")
        COMPUTED = "computed", _("computed")

    story = models.ForeignKey(Story, models.CASCADE, verbose_name=_("story"), related_name="places")
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="story_places")
    origin = models.CharField(_("put there by"), max_length=8, choices=Origin.choices, default=Origin.EDITOR)
    taken_out = models.BooleanField(
        _("taken out"),
        default=False,
        help_text=_("It is no part of the story, and is not put there again."),
    )

    objects = StoryArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article of a story")
        verbose_name_plural = _("articles of the story")
        ordering = ["article__listed_at", "article_id"]
        constraints = [
            models.UniqueConstraint(fields=["story", "article"], name="story_article_once"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(taken_out=False),
                name="story_article_in_one",
                violation_error_message=_("The article is in another story already: take it out there first."),
            ),
        ]

    def __str__(self):
        return str(self.article)


class RefusedLinkQuerySet(models.QuerySet):
    def beside(self, article_id: int) -> set[int]:
        """The ids of the articles that are not related to this one, nor it to them."""
        pairs = self.filter(Q(article=article_id) | Q(other=article_id)).values_list("article", "other")
        return {pk for pair in pairs for pk in pair} - {article_id}


class RefusedLink(models.Model):
    """An article that is never shown as related to another, nor the other to it, unless an editor links them."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="refused_links")
    other = models.ForeignKey(Article, models.CASCADE, verbose_name=_("not related"), related_name="+")
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("refused by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    refused_at = models.DateTimeField(_("refused at"), auto_now_add=True)

    objects = RefusedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("article that is not related")
        verbose_name_plural = _("articles that are not related")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="refused_link_once"),
            models.CheckConstraint(condition=~Q(article=F("other")), name="refused_link_not_to_itself"),
        ]

    def __str__(self):
        return str(self.other)
