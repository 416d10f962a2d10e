"""Pages and small actions about the site itself, and what monitors ask."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive.caching.variants import DISMISSED_BANNER_COOKIE, THEME_COOKIE, THEMES
from archive.demo.loading import OF_DEMO
from archive.forms import BannerDismissForm
from archive.guards import form_target, read_only
from archive.metadata import page_metadata
from archive.models import Article, ArticleQuerySet, Entity, Source

COOKIE_AGE_SECONDS = 365 * 24 * 3600
BANNER_COOKIE_AGE_SECONDS = 30 * 24 * 3600


@read_only
def about(request: HttpRequest) -> HttpResponse:
    published = Article.objects.published()
    dated = published.exclude(published_at=None).only("published_at", "date_precision")
    sources = _sources(published)
    return render(
        request,
        "archive/about.html",
        {
            "article_count": sum(source.article_count for source in sources),
            "undated_count": published.filter(published_at=None).count(),
            "oldest": dated.order_by("listed_at", "pk").first(),
            "newest": dated.newest_first().first(),
            "sources": sources,
            "demo": any(source.of_demo for source in sources),
            "starter_list": Entity.objects.filter(from_starter_list=True).exists(),
            "metadata": page_metadata(request, title=_("About the archive"), path=reverse("archive:about")),
        },
    )


def _sources(published: ArticleQuerySet) -> list[Source]:
    """The sources of PUBLISHED articles, the fullest first: `article_count`, and `of_demo` when invented."""
    counts = published.order_by().values_list("source").annotate(n=Count("pk"), of_demo=Count("pk", filter=OF_DEMO))
    found = Source.objects.in_bulk(pk for pk, _n, _of_demo in counts)
    for pk, n, of_demo in counts:
        found[pk].article_count, found[pk].of_demo = n, of_demo > 0
    return sorted(found.values(), key=lambda source: (-source.article_count, source.name))


@form_target
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of light or dark in a cookie; "auto" forgets it."""
    response = _back(request)
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        _set_cookie(response, THEME_COOKIE, chosen, COOKIE_AGE_SECONDS)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@form_target
def banner_dismiss(request: HttpRequest) -> HttpResponse:
    """Keep in a cookie that the reader has closed this banner."""
    response = _back(request)
    form = BannerDismissForm(request.POST)
    if form.is_valid():
        _set_cookie(response, DISMISSED_BANNER_COOKIE, str(form.cleaned_data["banner"].pk), BANNER_COOKIE_AGE_SECONDS)
    return response


@read_only
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@read_only
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and every migration has been applied: 200, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "reason": "database"}, status=503)
    if pending:
        return JsonResponse({"status": "unavailable", "reason": "migrations"}, status=503)
    return JsonResponse({"status": "ok"})


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the form was on, if it is ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else reverse("archive:front"))


def _set_cookie(response: HttpResponse, name: str, value: str, age_seconds: int) -> None:
    # Readable by our scripts, which apply the choice before the server is asked.
    response.set_cookie(name, value, max_age=age_seconds, samesite="Lax", secure=settings.HTTPS)
