"""Old addresses that lead to what is here now."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.article import Article


class Redirect(models.Model):
    """An address of an earlier site, which leads to an article or to a page here, for good (301)."""

    old_path = models.CharField(
        _("old address"),
        max_length=2000,
        unique=True,
        help_text=_("Its path, from the first / on, with what follows a ? where that tells pages apart."),
    )
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), null=True, blank=True, related_name="redirects"
    )
    new_path = models.CharField(
        _("new address"), max_length=2000, blank=True, help_text=_("Where it leads if not to an article.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["old_path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(old_path__startswith="/"),
                name="redirect_old_path_form",
                violation_error_message=_("Begin the old address with /."),
            ),
            models.CheckConstraint(
                condition=Q(article__isnull=False, new_path="")
                | Q(article=None, new_path__regex=r"^(https?://|/([^/]|$))"),
                name="redirect_one_target",
                violation_error_message=_(
                    "Choose an article, or give an address that begins with / or https://: one of the two."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(old_path=models.F("new_path")),
                name="redirect_not_to_itself",
                violation_error_message=_("An address cannot lead to itself."),
            ),
        ]

    def __str__(self):
        return self.old_path
