"""The filters of the article list that ask for more than a column's value."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from archive.models import Article, ArticleLink


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Article.Status.choices

    def queryset(self, request, queryset):
        return queryset.in_state(self.value()) if self.value() in Article.Status else queryset


class NeedsDateFilter(admin.SimpleListFilter):
    title = _("date")
    parameter_name = "date"

    def lookups(self, request, model_admin):
        return [("needed", _("needs a date")), ("known", _("has a date"))]

    def queryset(self, request, queryset):
        if self.value() == "needed":
            return queryset.needing_date()
        return queryset.filter(published_at__isnull=False) if self.value() == "known" else queryset


class NeighboursFilter(admin.SimpleListFilter):
    title = _("previous and next")
    parameter_name = "neighbours"

    def lookups(self, request, model_admin):
        return [("unresolved", _("not here yet"))]

    def queryset(self, request, queryset):
        if self.value() != "unresolved":
            return queryset
        waiting = ArticleLink.objects.filter(
            from_article=OuterRef("pk"),
            to_article=None,
            kind__in=[ArticleLink.Kind.PREVIOUS, ArticleLink.Kind.NEXT],
        )
        return queryset.filter(Exists(waiting))
