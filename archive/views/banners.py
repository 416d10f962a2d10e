"""A banner as readers will see it, for those who edit it."""

from datetime import datetime

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive.caching.chrome import chrome_of
from archive.guards import read_only
from archive.models import Banner
from archive.templatetags.archive import moment


@read_only
@never_cache
@staff_member_required
def banner_preview(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perm("archive.view_banner"):
        return redirect("admin:index")
    banner = get_object_or_404(Banner, pk=pk)
    now = timezone.now()
    shown = chrome_of(request).banner(now)
    preview = _state(banner, now, hidden_by=shown if shown != banner else None) | {
        "edit_url": reverse("admin:archive_banner_change", args=[banner.pk])
    }
    return render(request, "archive/banner_preview.html", {"banner": banner, "preview": preview})


def _state(banner: Banner, now: datetime, *, hidden_by: Banner | None) -> dict:
    """What the bar says of BANNER: whether readers see it, and when they begin to and end."""
    if not banner.enabled:
        return {"state": _("off"), "text": _("Readers do not see it.")}
    if banner.ends_at and banner.ends_at <= now:
        text = _("Readers saw it until %(moment)s.") % {"moment": moment(banner.ends_at)}
        return {"state": _("over"), "text": text}
    if banner.starts_at and banner.starts_at > now:
        text = _("Readers will see it from %(moment)s.") % {"moment": moment(banner.starts_at)}
        return {"state": _("to come"), "text": text}
    if hidden_by:
        text = _("Readers see “%(other)s”, which has a higher priority.") % {"other": hidden_by.shown_text}
        return {"state": _("behind another"), "text": text}
    if banner.ends_at:
        text = _("Readers see it until %(moment)s.") % {"moment": moment(banner.ends_at)}
        return {"state": _("shown"), "text": text}
    return {"state": _("shown"), "text": _("Readers see it.")}
