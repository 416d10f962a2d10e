"""The filters of the article list that ask for more than a column's value."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from archive.models import Article
from archive.newsroom.worklists import WORK_LISTS

CORRECTED = "corrected"
"""Not a status: what is published and bears a notice of correction."""


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [*Article.Status.choices, (CORRECTED, _("corrected"))]

    def queryset(self, request, queryset):
        if self.value() == CORRECTED:
            return queryset.corrected()
        return queryset.in_state(self.value()) if self.value() in Article.Status else queryset


class WorkFilter(admin.SimpleListFilter):
    """The work lists; those that are states are among the states."""

    title = _("waits for")
    parameter_name = "work"

    def lookups(self, request, model_admin):
        return [(work.code, work.label) for work in WORK_LISTS.values() if work.code not in Article.Status]

    def queryset(self, request, queryset):
        work = WORK_LISTS.get(self.value())
        return work.keep(queryset) if work else queryset
