"""The project's addresses: the admin, the API, and the archive at the root."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from archive.views.media import media

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("media/<path:path>", media),
    path("api/v1/", include("archive.api.urls")),
    path("", include("archive.urls")),
]
