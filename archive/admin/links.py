"""Links of articles to the web that lead nowhere any more."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from archive.admin.change_log import change_message
from archive.admin.columns import moment_column, shown_number
from archive.admin.permissions import NoAddOrDelete
from archive.ingest.notes import sentence
from archive.ingest.records import Note
from archive.models import OutgoingLink


class LinkStateFilter(admin.SimpleListFilter):
    """Broken ones, unless somebody asks for others."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return OutgoingLink.State.choices

    def choices(self, changelist):
        value = self.value() or OutgoingLink.State.BROKEN
        for code, label in self.lookup_choices:
            yield {
                "selected": value == code,
                "query_string": changelist.get_query_string({self.parameter_name: code}),
                "display": label,
            }

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value() or OutgoingLink.State.BROKEN)


@admin.register(OutgoingLink)
class OutgoingLinkAdmin(NoAddOrDelete, admin.ModelAdmin):
    list_display = ["shown_url", "shown_article", "shown_problem", "shown_checked"]
    list_display_links = None
    list_filter = [LinkStateFilter]
    list_select_related = ["article"]
    list_per_page = 50
    search_fields = ["url"]
    show_full_result_count = False
    actions = ["ask_again", "leave"]
    shown_checked = moment_column("checked_at", gettext_lazy("last looked at"))

    def has_decide_permission(self, request) -> bool:
        return request.user.has_perm("archive.change_outgoinglink")

    @admin.display(description=gettext_lazy("web address"), ordering="url")
    def shown_url(self, link):
        return format_html('<a href="{}" rel="noreferrer" dir="ltr">{}</a>', link.url, link.url)

    @admin.display(description=gettext_lazy("article"))
    def shown_article(self, link):
        address = reverse("admin:archive_article_change", args=[link.article_id])
        return format_html('<a href="{}">{}</a>', address, link.article)

    @admin.display(description=gettext_lazy("problem"))
    def shown_problem(self, link):
        return sentence(Note(*link.problem)) if link.problem else None

    @admin.action(description=gettext_lazy("Look again soon"), permissions=["decide"])
    def ask_again(self, request, queryset):
        self._set(request, queryset, state=OutgoingLink.State.UNKNOWN, failures=0, next_at=timezone.now())

    @admin.action(description=gettext_lazy("Leave as it is"), permissions=["decide"])
    def leave(self, request, queryset):
        self._set(request, queryset, state=OutgoingLink.State.KEPT)

    def _set(self, request, queryset, **values: Any) -> None:
        """Set VALUES of the links, log whose they are, and say how many were changed."""
        links = list(queryset)
        count = OutgoingLink.objects.filter(pk__in=[link.pk for link in links]).update(**values)
        LogEntry.objects.log_actions(request.user.pk, links, CHANGE, change_message(OutgoingLink, ["state"]))
        message = ngettext("%(count)s link was changed.", "%(count)s links were changed.", count)
        self.message_user(request, message % {"count": shown_number(count)}, messages.SUCCESS)
