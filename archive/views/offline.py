"""Reading without a connection, and what readers keep on their own devices: pages that are the same for everyone."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive.caching.chrome import chrome_of
from archive.guards import read_only, told_admin_address
from archive.metadata import page_metadata
from archive.preferences import GROUNDS, Contrast, Theme

PATIENCE_MS = 4000
"""A reader who has a copy waits no longer for the site."""

SHELL = (
    "css/site.css",
    "fonts/sijill-display-arabic.woff2",
    "fonts/sijill-naskh-arabic.woff2",
    "fonts/sijill-sans-arabic-400.woff2",
    "fonts/sijill-sans-arabic-600.woff2",
    "img/favicon.svg",
    *(
        f"js/{name}.js"
        for name in (
            "banner", "copying", "listen", "offline", "offline-list", "quote", "read", "reading", "runs", "saved",
            "settings", "share", "shelf", "shelf-list", "suggest", "turning", "words",
        )
    ),
)  # fmt: skip
"""What an article, the list of saved ones and the page for times without a connection are drawn with."""

MAX_SHORT_NAME_CHARS = 12


@read_only
def saved(request: HttpRequest) -> HttpResponse:
    """The reader's own lists: the page is empty, and saved.js fills it from the device."""
    title, path = _("Your articles"), reverse("archive:saved")
    return render(request, "archive/saved.html", {"metadata": page_metadata(request, title=title, path=path)})


@read_only
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown in place of a page that is not on the device, when the site cannot be reached."""
    title, path = _("No connection"), reverse("archive:offline")
    return render(request, "archive/offline.html", {"metadata": page_metadata(request, title=title, path=path)})


@read_only
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker's few words that change with a release; what it does is in static/js/service-worker.js."""
    shell = [static(name) for name in SHELL]
    release = {
        "version": hashlib.sha256("\n".join(shell).encode()).hexdigest()[:12],
        "shell": shell,
        "offline": reverse("archive:offline"),
        "saved": reverse("archive:saved"),
        "statics": settings.STATIC_URL,
        "media": settings.MEDIA_URL,
        "closed": [
            *told_admin_address(),
            f"{settings.STATIC_URL}admin",
            reverse("api:root"),
            reverse("archive:settings"),
            reverse("archive:styleguide"),
        ],
        "patience": PATIENCE_MS,
    }
    parts = (json.dumps(static(f"js/{name}.js")) for name in ("push-worker", "service-worker"))
    script = f"self.RELEASE = {json.dumps(release)};\n" + "".join(f"importScripts({part});\n" for part in parts)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@read_only
def manifest(request: HttpRequest) -> HttpResponse:
    """By which a telephone or a desk takes the archive among its applications: in Arabic, as the archive is."""
    site = chrome_of(request).site
    paper = GROUNDS[Contrast.AUTO][Theme.LIGHT]
    with translation.override(settings.LANGUAGE_CODE):
        content = {
            "id": reverse("archive:front"),
            "name": site.name,
            "short_name": site.name[:MAX_SHORT_NAME_CHARS].strip(),
            "description": site.description or site.tagline,
            "lang": "ar",
            "dir": "rtl",
            "start_url": reverse("archive:front"),
            "scope": reverse("archive:front"),
            "display": "standalone",
            "background_color": paper,
            "theme_color": paper,
            "categories": ["news", "education"],
            "icons": [
                {"src": static("img/favicon.svg"), "type": "image/svg+xml", "sizes": "any"},
                {"src": static("img/icon-192.png"), "type": "image/png", "sizes": "192x192"},
                {"src": static("img/icon-512.png"), "type": "image/png", "sizes": "512x512"},
                {
                    "src": static("img/icon-maskable-512.png"),
                    "type": "image/png",
                    "sizes": "512x512",
                    "purpose": "maskable",
                },
            ],
            "shortcuts": [
                {"name": _("Search"), "url": reverse("archive:search")},
                {"name": _("Your articles"), "url": reverse("archive:saved")},
            ],
        }
    return JsonResponse(content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
