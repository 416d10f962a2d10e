"""What the newsroom keeps of its own work: open articles, changes of many at once, the order of the front page."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article
from archive.models.decisions import Decision


class OpenArticle(models.Model):
    """Somebody has an article's form open: since when, and when it was last heard of."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="open_forms")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("account"), related_name="open_articles"
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    seen_at = models.DateTimeField(_("last heard of"), default=timezone.now)

    class Meta:
        verbose_name = _("open article")
        verbose_name_plural = _("open articles")
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="open_article_once")]
        indexes = [models.Index(fields=["seen_at"], name="open_article_seen")]

    def __str__(self):
        return str(self.article_id)


class BulkChange(Decision):
    """What was done to many articles at once, with what it changed: enough to take it back."""

    class Action(models.TextChoices):
        REVIEW = "review", _("sent to review")
        PUBLISH = "published", _("published")
        WITHDRAW = "withdrawn", _("withdrawn")
        SECTION = "section", _("moved to a section")
        ADD_ENTITY = "add_entity", _("a name added")
        REMOVE_ENTITY = "remove_entity", _("a name removed")

    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("undone by"),
        null=True,
        blank=True,
        related_name="+",
    )
    action = models.CharField(_("what was done"), max_length=13, choices=Action.choices)
    target = models.CharField(_("which"), max_length=200, blank=True)
    article_count = models.PositiveIntegerField(_("articles"), default=0)

    class Meta:
        verbose_name = _("change of many articles")
        verbose_name_plural = _("changes of many articles")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.get_action_display()} {self.target}".strip()


class FrontPageArticle(models.Model):
    """An article that the editors put on the front page, in its place: the first one leads."""

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, verbose_name=_("article"), related_name="front_page"
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("article of the front page")
        verbose_name_plural = _("front page")
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(position__gte=1), name="front_page_position_from_one")]

    def __str__(self):
        return str(self.article)
