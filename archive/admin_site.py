"""The admin site: its name, the order of its index, and what waits for an editor.

Outside `archive.admin`, because Django imports this to make the site on which that package then registers.
"""

from typing import NamedTuple

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import lazystr
from django.utils.http import urlencode
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from archive import policy_reports, slow_requests
from archive.accounts import urls as account_urls
from archive.accounts.login import StaffLogin, with_target
from archive.entities.reviewing import count_waiting, shown_count
from archive.models import Article, EntityPair, ImportRun, NameProposal, SetAsideRecord, SiteSettings
from archive.newsroom import dashboard, fruitless
from archive.newsroom.worklists import WORK_LISTS
from archive.tasks.queue import queue_state
from archive.text.dates import format_number
from archive.text.direction import isolated

APP_ORDER = ("archive", "auth", "axes")
MODEL_ORDER = (
    "Article",
    "Entity",
    "Story",
    "Section",
    "Source",
    "Author",
    "NameProposal",
    "RefusedName",
    "Quotation",
    "SynonymGroup",
    "SearchPin",
    "ImportRun",
    "SetAsideRecord",
    "Feed",
    "Capture",
    "Dataset",
    "Observation",
    "Region",
    "DeliveryChannel",
    "Subscriber",
    "Delivery",
    "WhatsAppEvent",
    "FrontPageArticle",
    "BulkChange",
    "OutgoingLink",
    "RemovedPicture",
    "Redirect",
    "Banner",
    "SocialAccount",
    "SiteSettings",
    "AuditEntry",
)

MISSED_DAYS, MISSED_SHOWN = 30, 10
ALL_MISSED_SHOWN, ALL_SLOW_SHOWN, SLOW_REQUESTS_SHOWN = 100, 25, 50
POLICY_REPORTS_SHOWN = 50


class Waiting(NamedTuple):
    """A line of the index: articles that wait for something, how many, and the list of them."""

    label: str
    count: str
    url: str
    work_url: str = ""
    """Where they are worked through, one after another."""


class IsolatedAutocomplete(AutocompleteJsonView):
    """Completions as text that keeps its order in a list of the other direction."""

    def serialize_result(self, obj, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        return result | {"text": isolated(result["text"], right_to_left=get_language_bidi())}


class ArchiveAdminSite(admin.AdminSite):
    index_title = gettext_lazy("What would you like to do?")
    empty_value_display = "—"

    def each_context(self, request: HttpRequest) -> dict:
        name = _site_name()
        return super().each_context(request) | {"site_title": name, "site_header": name}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """The registered models in the order in which editors need them, not by the alphabet."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _place(model["object_name"], MODEL_ORDER))
        return sorted(apps, key=lambda app: _place(app["app_label"], APP_ORDER))

    def get_urls(self) -> list[URLPattern]:
        watching = path("watching/", self.admin_view(self.watching), name="watching")
        # Instead of Django's own, which shows whoever is staff the address, and so the title, of any article.
        on_site = path(
            "r/<path:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site), name="view_on_site"
        )
        return [*account_urls.urls(self), watching, on_site, *super().get_urls()]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """Django's own page, with another view behind it."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = {"title": _("Log in"), "subtitle": None, "app_path": request.get_full_path()}
        context |= {"username": request.user.get_username()} | with_target(request)
        view = StaffLogin.as_view(extra_context=self.each_context(request) | context | (extra_context or {}))
        return view(request)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return IsolatedAutocomplete.as_view(admin_site=self)(request)

    def view_on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """Lead to where the site shows a thing, for those who may see it here."""
        try:
            model = ContentType.objects.get_for_id(int(content_type_id)).model_class()
        except (ValueError, OverflowError, ContentType.DoesNotExist):
            raise PermissionDenied from None
        if model not in self._registry or not self._registry[model].has_view_or_change_permission(request):
            raise PermissionDenied
        return shortcut(request, content_type_id, object_id)

    def index(self, request: HttpRequest, extra_context: dict | None = None):
        waiting = waiting_articles() if request.user.has_perm("archive.view_article") else []
        if request.user.has_perm("archive.change_nameproposal"):
            waiting += waiting_names()
        may_operate = request.user.has_perm("archive.view_importrun")
        if may_operate:
            waiting += waiting_imports()
        context = {"waiting": waiting, "queue": queue_state() if may_operate else None}
        if request.user.has_perm("archive.view_article"):
            missed = _missed(MISSED_DAYS, MISSED_SHOWN)
            context |= {"days": dashboard.published_per_day(timezone.localdate()), "missed": missed}
        if may_operate:
            context |= {"storage": _storage(), "slow": dashboard.slow_queries(), "shows_slow": True}
        return super().index(request, context | (extra_context or {}))

    def watching(self, request: HttpRequest) -> HttpResponse:
        """What is slow, for who runs the site; what readers miss, for editors."""
        may_operate, may_edit = map(request.user.has_perm, ("archive.view_importrun", "archive.view_article"))
        if not (may_operate or may_edit):
            raise PermissionDenied
        context = self.each_context(request) | {"title": _("What is slow, and what is missed")}
        if may_edit:
            missed = _missed(fruitless.KEPT_DAYS, ALL_MISSED_SHOWN)
            context |= {"shows_missed": True, "missed": missed, "missed_days": fruitless.KEPT_DAYS}
        if may_operate:
            context |= {
                "shows_slow": True,
                "slow": dashboard.slow_queries(ALL_SLOW_SHOWN),
                "slow_requests": slow_requests.newest(SLOW_REQUESTS_SHOWN),
                "slow_milliseconds": settings.SLOW_REQUEST_MILLISECONDS,
                "policy_reports": policy_reports.newest(POLICY_REPORTS_SHOWN),
            }
        return render(request, "admin/watching.html", context)


def waiting_articles() -> list[Waiting]:
    """The work lists in which anything waits: how much, and where; a query each."""
    changelist = reverse("admin:archive_article_changelist")
    counted = [(work, count_waiting(work.articles())) for work in WORK_LISTS.values()]
    return [
        Waiting(
            str(work.label),
            shown_count(count),
            f"{changelist}?{'state' if work.code in Article.Status else 'work'}={work.code}",
            reverse("admin:archive_article_work", args=[work.code]),
        )
        for work, count in counted
        if count
    ]


def waiting_imports() -> list[Waiting]:
    """Records that no import could read, and imports that failed, where there are any."""
    aside = SetAsideRecord.objects.filter(state=SetAsideRecord.State.WAITING)
    runs = ImportRun.objects.filter(state=ImportRun.State.FAILED)
    lines = [
        (_("Records set aside"), aside, "admin:archive_setasiderecord_changelist", "state__exact=waiting"),
        (_("Failed imports"), runs, "admin:archive_importrun_changelist", "state__exact=failed"),
    ]
    counted = [(label, count_waiting(rows), address, query) for label, rows, address, query in lines]
    return [
        Waiting(label, shown_count(count), f"{reverse(address)}?{query}")
        for label, count, address, query in counted
        if count
    ]


def waiting_names() -> list[Waiting]:
    """Proposed names and pairs of entities, where any wait for a decision."""
    proposals = NameProposal.objects.filter(state=NameProposal.State.WAITING)
    pairs = EntityPair.objects.filter(dismissed_at=None)
    lines = [
        (_("Proposed names"), count_waiting(proposals), "admin:archive_nameproposal_review"),
        (_("Entities that may be one"), count_waiting(pairs), "admin:archive_entity_pairs"),
    ]
    return [Waiting(label, shown_count(count), reverse(address)) for label, count, address in lines if count]


def _missed(days: int, limit: int) -> list[dict]:
    """What readers searched for in vain in the last DAYS, with the search that looks for it again."""
    most = fruitless.most_missed(timezone.localdate(), days=days, limit=limit)
    search = reverse("archive:search")
    return [
        {"words": one.words, "count": one.count, "url": f"{search}?{urlencode({'q': one.words})}"} for one in most
    ]


def _storage() -> dict:
    """The sizes of what is kept, in megabytes and in words."""
    found = dashboard.storage()
    return {
        "database": _megabytes(found.database),
        "free": _megabytes(found.free) if found.free is not None else "",
        "tables": [{"name": name, "size": _megabytes(size)} for name, size in found.tables],
    }


def _megabytes(size: int) -> str:
    number = format_number(round(size / 1024**2), get_language())
    return _("%(number)s MB") % {"number": number}


def _site_name():
    """The site's name, asked for when a template prints it."""
    return lazystr(_SiteName())


class _SiteName:
    def __str__(self):
        return SiteSettings.current().shown_name


def _place(name: str, order: tuple[str, ...]) -> tuple[int, str]:
    return (order.index(name), "") if name in order else (len(order), name)
