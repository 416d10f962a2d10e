"""Which articles the WebSub hub has been told of."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article


class HubAnnouncement(models.Model):
    """An article whose coming out the hub has been told of, so that it is told once."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="hub_announcement")
    announced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("announcement of an article")
        verbose_name_plural = _("announcements of articles")

    def __str__(self):
        return str(self.article_id)
