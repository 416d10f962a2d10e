"""Articles that are the same text, printed twice; found by `archive.copies`."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article


class CopyGroup(models.Model):
    """Articles that are copies of one another, each whole or in part."""

    created_at = models.DateTimeField(_("created at"), default=timezone.now)

    class Meta:
        verbose_name = _("copies of one text")
        verbose_name_plural = _("copies of one text")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.pk}"


class ArticleCopyQuerySet(models.QuerySet):
    def others_of(self, article_id: int) -> "ArticleCopyQuerySet":
        """The other articles of the same text."""
        groups = self.filter(article=article_id, refused=False).values("group")
        return self.filter(group__in=groups, refused=False).exclude(article=article_id)


class ArticleCopy(models.Model):
    """An article's place among the copies of a text; where an editor REFUSED it, it is none, and never becomes one.

    Where an editor CONFIRMED it, a near one waits for nobody any more. LIKENESS is what part of the shorter text's
    word shingles it shared with another when it was found.
    """

    group = models.ForeignKey(CopyGroup, models.CASCADE, verbose_name=_("copies of one text"), related_name="copies")
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="copies")
    likeness = models.FloatField(_("likeness"), default=1)
    confirmed = models.BooleanField(
        _("is a copy"),
        default=False,
        db_default=False,
        help_text=_("It is no longer among the near copies that wait for an editor."),
    )
    refused = models.BooleanField(
        _("is no copy"),
        default=False,
        help_text=_("Readers do not see it among the copies, and it is not found again."),
    )

    objects = ArticleCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["group", "article"], name="copy_once_in_group"),
            models.UniqueConstraint(fields=["article"], condition=Q(refused=False), name="copy_in_one_group"),
        ]

    def __str__(self):
        return str(self.article)


class ArticleShingle(models.Model):
    """A key by which copies of an article are looked for: one of the smallest shingles of its text.

    Every article that was looked at has one more row with KEY 0, the shortest too.
    """

    pk = models.CompositePrimaryKey("key", "article_id")
    key = models.BigIntegerField(_("key"))
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="+")

    class Meta:
        verbose_name = _("key of copies")
        verbose_name_plural = _("keys of copies")

    def __str__(self):
        return f"{self.key}"
