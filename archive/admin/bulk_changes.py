"""What was done to many articles at once: to see, and to take back."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from archive.admin.change_log import change_message
from archive.admin.columns import moment_column, number_column, shown_number
from archive.admin.permissions import ViewOnly
from archive.models import Article, BulkChange
from archive.newsroom import bulk
from archive.newsroom.bulk import Action, Left

ARTICLES_PER_PAGE = 100


@admin.register(BulkChange)
class BulkChangeAdmin(ViewOnly, admin.ModelAdmin):
    """To see, and to take back; never to change."""

    list_display = ["label", "shown_count", "made_by", "shown_made", "undone_by", "shown_undone"]
    list_filter = ["action"]
    list_select_related = ["made_by", "undone_by"]
    # In the order in which it was done.
    sortable_by = ()
    show_full_result_count = False
    actions = None
    fields = list_display
    shown_count = number_column("article_count", gettext_lazy("articles"))
    shown_made = moment_column("made_at", gettext_lazy("done at"))
    shown_undone = moment_column("undone_at", gettext_lazy("undone at"))

    @admin.display(description=gettext_lazy("what was done"), ordering="action")
    def label(self, change):
        return format_html("{} <bdi>{}</bdi>", change.get_action_display(), change.target)

    def may_undo(self, request, change: BulkChange) -> bool:
        return change.undone_at is None and bulk.may(request.user, Action(change.action))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        change = self.get_object(request, unquote(object_id))
        if change is None:
            return super().change_view(request, object_id, form_url, extra_context)
        page = Paginator(_articles_of(change), ARTICLES_PER_PAGE).get_page(request.GET.get("p"))
        shown = {"page": page, "may_undo": self.may_undo(request, change)}
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    def undo_view(self, request, change_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        change = get_object_or_404(BulkChange, pk=change_id)
        if not self.may_undo(request, change):
            raise PermissionDenied
        restored, left = bulk.undo(change, by=request.user, at=timezone.now())
        self.log_change(request, change, change_message(BulkChange, ["undone_at"]))
        if restored or not left:
            message = ngettext("%(count)s article is as it was.", "%(count)s articles are as they were.", restored)
            self.message_user(request, message % {"count": shown_number(restored)}, messages.SUCCESS)
        for why, count in left.items():
            self.message_user(request, _left(why, count) % {"count": shown_number(count)}, messages.WARNING)
        return redirect("admin:archive_bulkchange_change", change_id)

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.undo_view))
        return [path("<int:change_id>/undo/", view, name="archive_bulkchange_undo"), *super().get_urls()]


def _left(why: Left, count: int) -> str:
    match why:
        case Left.SEEN:
            return ngettext(
                "%(count)s article was left: readers have seen it. It can be withdrawn, with a notice.",
                "%(count)s articles were left: readers have seen them. They can be withdrawn, with a notice.",
                count,
            )
        case Left.FORBIDDEN:
            return ngettext(
                "%(count)s article was left: its embargo, its date, its text or its section does not let it be as it "
                "was.",
                "%(count)s articles were left: their embargo, their date, their text or their section does not let "
                "them be as they were.",
                count,
            )
    return ngettext(
        "%(count)s article was left: somebody has changed it since.",
        "%(count)s articles were left: somebody has changed them since.",
        count,
    )


def _articles_of(change: BulkChange):
    """The articles that CHANGE changed, or that have the mentions it changed."""
    return Article.objects.filter(pk__in=bulk.changed_articles(change)).for_lines().newest_first()
