"""Which articles the WebSub hub has been told of, and in which feeds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article


class HubAnnouncement(models.Model):
    """What the hub was told of an article last: the FEEDS it stood in, as `archive.websub` names them."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="hub_announcement")
    announced_at = models.DateTimeField(default=timezone.now)
    feeds = ArrayField(models.TextField(), default=list)

    class Meta:
        verbose_name = _("announcement of an article")
        verbose_name_plural = _("announcements of articles")

    def __str__(self):
        return str(self.article_id)
