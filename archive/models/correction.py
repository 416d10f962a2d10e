"""Notices of correction: what was wrong in an article, and what is right, told to its readers."""

from django.db import models
from django.db.models import Q
from django.utils import timezone as django_timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.article import Article
from archive.models.history import track_history


@track_history()
class Correction(models.Model):
    """A notice that stands with its article. The text itself is corrected apart, or left as it was printed."""

    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), related_name="corrections")
    text = models.TextField(
        _("text of the correction"),
        help_text=_("What was wrong and what is right, in a sentence or two. Readers see it above the text."),
    )
    made_at = models.DateTimeField(_("corrected at"), default=django_timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("a notice", "correction")
        verbose_name_plural = _("corrections")
        ordering = ["-made_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="correction_text_present")]

    def __str__(self):
        return self.text
