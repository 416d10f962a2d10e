"""Pages and small actions about the site itself, and what monitors ask."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive.caching.variants import DISMISSED_BANNER_COOKIE
from archive.demo.loading import OF_DEMO
from archive.forms import BannerDismissForm
from archive.guards import form_target, own_address, read_only
from archive.metadata import page_metadata
from archive.models import Article, ArticleQuerySet, Entity, Source

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
def banner_dismiss(request: HttpRequest) -> HttpResponse:
    """Keep in a cookie that the reader has closed this banner."""
    response = HttpResponseRedirect(own_address(request, request.POST.get("next", "")) or reverse("archive:front"))
    form = BannerDismissForm(request.POST)
    if form.is_valid():
        response.set_cookie(
            DISMISSED_BANNER_COOKIE,
            str(form.cleaned_data["banner"].pk),
            max_age=BANNER_COOKIE_AGE_SECONDS,
            samesite="Lax",
            secure=settings.HTTPS,
            httponly=True,
        )
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
        response = JsonResponse({"status": "unavailable", "reason": "database"}, status=503)
        # Another database may answer (archive/replicas/middleware.py).
        response.lacks_database = True
        return response
    if pending:
        return JsonResponse({"status": "unavailable", "reason": "migrations"}, status=503)
    return JsonResponse({"status": "ok"})
