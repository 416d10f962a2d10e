"""The bytes as received, in the admin: to see and to download."""

import mimetypes
import re
from pathlib import PurePath

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from archive.admin.columns import latin_column, moment_column, shown_number
from archive.admin.permissions import ViewOnly
from archive.models import Capture

SHORT_DIGEST_DIGITS = 16
_NOT_OF_A_NAME = re.compile(r"[^\w.\-]+")


@admin.register(Capture)
class CaptureAdmin(ViewOnly, admin.ModelAdmin):
    """The bytes as received: to see and to download, never to change."""

    list_display = ["__str__", "shown_received", "shown_type", "shown_encoding", "shown_size", "download_link"]
    list_filter = ["content_type", "encoding"]
    date_hierarchy = "received_at"
    search_fields = ["file_name", "url", "sha256"]
    show_full_result_count = False
    fields = [
        "file_name",
        "url",
        "shown_received",
        "shown_type",
        "shown_encoding",
        "shown_size",
        "shown_digest",
        "article_links",
        "download_link",
    ]
    readonly_fields = [name for name in fields if name not in ("file_name", "url")]
    shown_type = latin_column("content_type", gettext_lazy("content type"))
    shown_encoding = latin_column("encoding", gettext_lazy("encoding"))
    shown_digest = latin_column("sha256", gettext_lazy("SHA-256"))
    shown_received = moment_column("received_at", gettext_lazy("received at"))

    def get_queryset(self, request):
        return super().get_queryset(request).defer("content_compressed")

    @admin.display(description=gettext_lazy("size"), ordering="size_bytes")
    def shown_size(self, capture):
        count = capture.size_bytes
        return ngettext("%(count)s byte", "%(count)s bytes", count) % {"count": shown_number(count)}

    @admin.display(description=gettext_lazy("articles"))
    def article_links(self, capture):
        articles = capture.articles.only("pk", "title")
        links = [
            format_html('<a href="{}">{}</a>', reverse("admin:archive_article_change", args=[article.pk]), article)
            for article in articles
        ]
        return format_html("{}" * len(links), *links) if links else self.get_empty_value_display()

    @admin.display(description=gettext_lazy("content"))
    def download_link(self, capture):
        url = reverse("admin:archive_capture_download", args=[capture.pk])
        return format_html('<a href="{}" download>{}</a>', url, _("Download"))

    def get_urls(self):
        download = self.admin_site.admin_view(self.download_view)
        return [path("<int:capture_id>/content/", download, name="archive_capture_download"), *super().get_urls()]

    def download_view(self, request, capture_id):
        """The exact bytes, as a file that no browser opens as a page of this site."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        capture = get_object_or_404(Capture, pk=capture_id)
        return HttpResponse(
            capture.content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": content_disposition_header(True, download_name(capture))},
        )


def download_name(capture: Capture) -> str:
    return safe_name(capture.file_name, capture.sha256, capture.content_type)


def safe_name(file_name: str, sha256: str, content_type: str) -> str:
    """A name under which any system keeps bytes: their file's, of which a compressed one was unpacked."""
    name = _NOT_OF_A_NAME.sub("_", re.split(r"[/\\]", file_name)[-1]).strip("._").removesuffix(".gz")
    name = name or sha256[:SHORT_DIGEST_DIGITS]
    if PurePath(name).suffix:
        return name
    return name + (mimetypes.guess_extension(content_type.partition(";")[0]) or ".bin")
