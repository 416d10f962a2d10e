"""The project's addresses: the admin, the API, and the archive at the root."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from archive.views.media import media

handler500 = "archive.middleware.server_error"

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("media/<path:path>", media, name="media"),
    path("api/v1/", include("archive.api.urls")),
    path("", include("archive.urls")),
]
