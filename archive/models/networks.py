"""What is worked out about names beforehand: how many articles each is in, and what stands with it, laid out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.models.entity import Entity


class EntityCount(models.Model):
    """How many published articles an entity was in when `archive.networks` last counted; 0 for none."""

    entity = models.OneToOneField(Entity, models.CASCADE, primary_key=True, related_name="count")
    article_count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("count of a name")
        verbose_name_plural = _("counts of names")

    def __str__(self):
        return str(self.article_count)


class EntityNetwork(models.Model):
    """What is named in the same articles as an entity, and a drawing of it, as when it was in ARTICLE_COUNT of them.

    COMPANY is that of `archive.networks.company`, WIDE and NARROW are drawings of `archive.networks.layout`.
    """

    entity = models.OneToOneField(Entity, models.CASCADE, primary_key=True, related_name="network")
    article_count = models.PositiveIntegerField()
    company = models.JSONField()
    wide = models.JSONField()
    narrow = models.JSONField()
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name = _("network of a name")
        verbose_name_plural = _("networks of names")

    def __str__(self):
        return str(self.entity_id)
