"""The files of removed pictures in the admin: kept for the versions of their articles until somebody deletes them."""

import mimetypes

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.admin.change_log import ReadableLog
from archive.admin.columns import latin_column, moment_column, yes_no_column
from archive.admin.deletion import PlainDeletion
from archive.admin.permissions import NoAddOrChange
from archive.models import Image, RemovedPicture


@admin.register(RemovedPicture)
class RemovedPictureAdmin(NoAddOrChange, PlainDeletion, ReadableLog, admin.ModelAdmin):
    list_display = ["shown_picture", "article", "shown_removed", "shown_again"]
    list_display_links = ["article"]
    fields = [*list_display, "shown_name"]
    empty_value_display = gettext_lazy("unknown")
    list_select_related = ["article"]
    list_per_page = 50
    date_hierarchy = "removed_at"
    search_fields = ["article__title", "name"]
    show_full_result_count = False
    shown_removed = moment_column("removed_at", gettext_lazy("removed at"))
    shown_name = latin_column("name", gettext_lazy("file"))

    shown_again = yes_no_column("is_shown", gettext_lazy("shown by a picture"))

    def get_queryset(self, request):
        # Another article may have a picture of the same file, or this one has it again: readers get it all the same.
        is_shown = Exists(Image.objects.filter(file=OuterRef("name")))
        return super().get_queryset(request).defer("content").annotate(is_shown=is_shown)

    @admin.display(description=gettext_lazy("picture"))
    def shown_picture(self, removed):
        url = reverse("admin:archive_removedpicture_file", args=[removed.pk])
        text = _("The picture that was removed")
        return format_html('<img class="removed-picture" src="{}" alt="{}" loading="lazy">', url, text)

    def get_urls(self):
        file = self.admin_site.admin_view(self.file_view)
        return [path("<int:number>/file/", file, name="archive_removedpicture_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The picture, for those who may decide about it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        removed = get_object_or_404(RemovedPicture, pk=number)
        media_type, _encoding = mimetypes.guess_type(removed.name)
        # Whatever a file's name says, no browser is to open it as a page of this site.
        is_picture = media_type and media_type.startswith("image/") and media_type != "image/svg+xml"
        return HttpResponse(
            bytes(removed.content), content_type=media_type if is_picture else "application/octet-stream"
        )
