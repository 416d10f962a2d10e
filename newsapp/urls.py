"""The project's addresses: the admin, the API, and the archive at the root."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language
from django.views.static import serve

from archive.guards import form_target, read_only

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/setlang/", form_target(set_language), name="set_language"),
    path("media/<path:path>", read_only(serve), {"document_root": settings.MEDIA_ROOT}),
    path("api/v1/", include("archive.api.urls")),
    path("", include("archive.urls")),
]
