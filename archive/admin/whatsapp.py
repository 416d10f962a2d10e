"""What WhatsApp told us, for the operator: above all what was not understood."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from archive.admin.change_log import ReadableLog
from archive.admin.columns import moment_column
from archive.admin.permissions import NoAddOrChange
from archive.admin.subscription import SEES_ADDRESSES
from archive.models import WhatsAppEvent


class ProblemFilter(admin.SimpleListFilter):
    title = _("problem")
    parameter_name = "problem"

    def lookups(self, request, model_admin):
        return [("yes", _("Not understood"))]

    def queryset(self, request, queryset):
        return queryset.exclude(problem="") if self.value() else queryset


@admin.register(WhatsAppEvent)
class WhatsAppEventAdmin(NoAddOrChange, ReadableLog):
    """Numbers of subscribers stand in the bytes: they are shown to those who may see addresses."""

    list_display = ["shown_received_at", "shown_handled_at", "shown_problem"]
    list_filter = [ProblemFilter]
    shown_received_at = moment_column("received_at", _("received at"))
    shown_handled_at = moment_column("handled_at", _("handled at"))

    def get_fields(self, request, obj=None):
        fields = ["shown_received_at", "shown_handled_at", "shown_problem"]
        return [*fields, "shown_body"] if request.user.has_perm(SEES_ADDRESSES) else fields

    @admin.display(description=_("problem"))
    def shown_problem(self, event):
        if not event.problem:
            return self.get_empty_value_display()
        return format_html('<bdi lang="en" dir="ltr">{}</bdi>', event.problem)

    @admin.display(description=_("content"))
    def shown_body(self, event):
        body = bytes(event.body)
        try:
            text = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
        except ValueError:
            text = repr(body)
        return format_html('<pre lang="en" dir="ltr">{}</pre>', text)
