"""How often articles are read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article


class ArticleRead(models.Model):
    """How often an article was read on a day, of the site's time zone. Who read it is kept nowhere."""

    # The constraint's index begins with it.
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), related_name="reads", db_index=False
    )
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("readings of an article")
        verbose_name_plural = _("readings of articles")
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="article_read_day_unique")]
        indexes = [models.Index(fields=["day"], name="article_read_day")]

    def __str__(self):
        return f"{self.article_id} {self.day}"
