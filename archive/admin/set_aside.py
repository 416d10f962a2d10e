"""Records that imports set aside: to see why, to download, to try again."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from archive.admin.captures import safe_name
from archive.admin.change_log import change_message
from archive.admin.columns import moment_column, number_column
from archive.admin.format_labels import reader_label
from archive.admin.permissions import NoSave
from archive.ingest import uploads
from archive.ingest.notes import sentence
from archive.ingest.records import Note
from archive.ingest.report import ImportReport, Outcome
from archive.ingest.runs import carry_out, make_retries
from archive.models import SetAsideRecord
from archive.text.dates import format_number

SHOWN_PARTS = 2
MAX_SHOWN_CHARS = 60
MAX_TRIED = 100
"""How many are tried again while the editor waits; the command tries any number."""


@admin.register(SetAsideRecord)
class SetAsideAdmin(NoSave, admin.ModelAdmin):
    list_display = ["shown_reason", "short_origin", "state", "shown_size", "shown_tries", "shown_moment", "download"]
    list_filter = ["state"]
    list_per_page = 50
    search_fields = ["origin", "sha256"]
    show_full_result_count = False
    actions = ["retry", "dismiss"]
    fields = [
        "shown_origin",
        "shown_reason",
        "state",
        "shown_run",
        "shown_reader",
        "shown_size",
        "shown_digest",
        "shown_tries",
        "shown_moment",
        "shown_last",
        "article_link",
        "download",
    ]
    shown_tries = number_column("tries", gettext_lazy("tries"))
    shown_moment = moment_column("set_aside_at", gettext_lazy("set aside at"))
    shown_last = moment_column("tried_at", gettext_lazy("last tried at"))

    def has_retry_permission(self, request) -> bool:
        return request.user.has_perm("archive.change_setasiderecord")

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content_compressed").select_related("article")

    @admin.display(description=gettext_lazy("origin"), ordering="origin")
    def shown_origin(self, record):
        return format_html('<bdi dir="ltr">{}</bdi>', uploads.shown(record.origin))

    @admin.display(description=gettext_lazy("origin"), ordering="origin")
    def short_origin(self, record):
        """The end of a path, which tells files apart; all of it stands in the form."""
        origin = uploads.shown(record.origin)
        short = "/".join(origin.split("/")[-SHOWN_PARTS:])
        return format_html('<bdi dir="ltr" title="{}">{}</bdi>', origin, short[-MAX_SHOWN_CHARS:])

    @admin.display(description=gettext_lazy("reason"), ordering="code")
    def shown_reason(self, record):
        return sentence(Note(record.code, record.values))

    @admin.display(description=gettext_lazy("import"))
    def shown_run(self, record):
        if not record.run_id:
            return self.get_empty_value_display()
        url = reverse("admin:archive_importrun_change", args=[record.run_id])
        return format_html('<a href="{}">{}</a>', url, _number(record.run_id))

    @admin.display(description=gettext_lazy("reader"))
    def shown_reader(self, record):
        return reader_label(record.reader) if record.reader else self.get_empty_value_display()

    @admin.display(description=gettext_lazy("SHA-256"))
    def shown_digest(self, record):
        return format_html('<bdi dir="ltr">{}</bdi>', record.sha256 or self.get_empty_value_display())

    @admin.display(description=gettext_lazy("size"), ordering="size_bytes")
    def shown_size(self, record):
        if not record.sha256:
            return _("too large to keep")
        count = record.size_bytes
        return ngettext("%(count)s byte", "%(count)s bytes", count) % {"count": _number(count)}

    @admin.display(description=gettext_lazy("article"))
    def article_link(self, record):
        if record.article is None:
            return self.get_empty_value_display()
        url = reverse("admin:archive_article_change", args=[record.article_id])
        return format_html('<a href="{}">{}</a>', url, record.article)

    @admin.display(description=gettext_lazy("content"))
    def download(self, record):
        if not record.sha256:
            return self.get_empty_value_display()
        url = reverse("admin:archive_setasiderecord_download", args=[record.pk])
        return format_html('<a href="{}" download>{}</a>', url, _("Download"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.download_view)
        return [path("<int:record_id>/content/", view, name="archive_setasiderecord_download"), *super().get_urls()]

    def download_view(self, request, record_id):
        """The exact bytes, as a file that no browser opens as a page of this site."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = get_object_or_404(SetAsideRecord, pk=record_id)
        if (content := record.content) is None:
            raise Http404
        name = safe_name(record.file_name, record.sha256, "application/octet-stream")
        return HttpResponse(
            content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": content_disposition_header(True, name)},
        )

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def retry(self, request, queryset):
        records = queryset.filter(state=SetAsideRecord.State.WAITING)
        if records.count() > MAX_TRIED:
            message = _("These are too many to try while you wait: choose up to %(count)s, or run %(command)s.")
            said = {"count": _number(MAX_TRIED), "command": "script/manage import_articles --retry"}
            self.message_user(request, message % said, messages.WARNING)
            return
        report = ImportReport()
        for run in make_retries(records, by=request.user, one_by_one=True):
            carry_out(run, report)
        failed = report.outcomes[Outcome.FAILED]
        solved = report.total - failed
        if solved:
            message = ngettext("%(count)s record was imported.", "%(count)s records were imported.", solved)
            self.message_user(request, message % {"count": _number(solved)}, messages.SUCCESS)
        if failed or not solved:
            message = ngettext(
                "%(count)s record cannot be imported still.", "%(count)s records cannot be imported still.", failed
            )
            self.message_user(request, message % {"count": _number(failed)}, messages.WARNING)

    @admin.action(description=gettext_lazy("Leave out for good"), permissions=["retry"])
    def dismiss(self, request, queryset):
        records = list(queryset.filter(state=SetAsideRecord.State.WAITING))
        ids = [record.pk for record in records]
        count = SetAsideRecord.objects.filter(pk__in=ids).update(state=SetAsideRecord.State.DISMISSED)
        LogEntry.objects.log_actions(request.user.pk, records, CHANGE, change_message(SetAsideRecord, ["state"]))
        message = ngettext("%(count)s record was left out.", "%(count)s records were left out.", count)
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(request, message % {"count": _number(count)}, level)


def _number(value: int) -> str:
    return format_number(value, get_language())
