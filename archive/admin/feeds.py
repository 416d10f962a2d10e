"""The feeds that the archive follows: which they are, and what the last visit to each brought."""

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from archive.admin.addresses import HTTPS_ADDRESSES
from archive.admin.change_log import ReadableLog
from archive.admin.columns import moment_column, shown_number, visit_column, yes_no_column
from archive.admin.date_boxes import EITHER_DIGITS
from archive.models import Feed
from archive.tasks.feeds import request_visit


@admin.register(Feed)
class FeedAdmin(ReadableLog):
    formfield_overrides = HTTPS_ADDRESSES | EITHER_DIGITS
    list_display = ["shown_url", "source", "shown_active", "shown_fetched_at", "shown_changed_at", "shown_result"]
    list_filter = ["active"]
    list_select_related = ["source"]
    search_fields = ["url", "source__name"]
    autocomplete_fields = ["source"]
    actions = ["visit_now"]
    fields = [
        *("url", "source", "section", "interval_minutes", "active"),
        *("shown_fetched_at", "shown_changed_at", "shown_next_at", "shown_result"),
    ]
    readonly_fields = ["shown_fetched_at", "shown_changed_at", "shown_next_at", "shown_result"]
    shown_active = yes_no_column("active", gettext_lazy("followed"))
    shown_fetched_at = moment_column("fetched_at", gettext_lazy("last visit"))
    shown_changed_at = moment_column("changed_at", gettext_lazy("last news"))
    shown_next_at = moment_column("next_at", gettext_lazy("next visit"))
    shown_result = visit_column()

    def save_model(self, request, obj, form, change):
        """What was known of another address is no use at this one; one that is taken up again is fetched soon."""
        if "url" in form.changed_data:
            obj.etag = obj.last_modified = obj.digest = ""
        if {"url", "active", "interval_minutes"} & set(form.changed_data):
            obj.failures, obj.problem, obj.next_at = 0, None, Feed().next_at
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("web address"), ordering="url")
    def shown_url(self, feed):
        return format_html('<bdi dir="ltr">{}</bdi>', feed.url)

    @admin.action(description=gettext_lazy("Fetch now"), permissions=["change"])
    def visit_now(self, request, queryset):
        feeds = list(queryset.filter(active=True))
        for feed in feeds:
            request_visit(feed)
        message = ngettext("%(count)s feed is fetched now.", "%(count)s feeds are fetched now.", len(feeds))
        self.message_user(request, message % {"count": shown_number(len(feeds))}, messages.SUCCESS)
