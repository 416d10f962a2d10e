"""oEmbed 1.0 (oembed.com): how an article, or figures, are shown inside other sites, which ask with the address."""

from http import HTTPStatus
from io import StringIO
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import XMLGenerator

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.caching.chrome import chrome_of
from archive.cards.drawing import CARD_SIZE
from archive.guards import read_only
from archive.machine_forms import OEmbedForm
from archive.metadata import card_path
from archive.models import Article, Dataset, Observation, SiteSettings
from archive.text.dates import format_date, iso_date
from archive.text.direction import direction
from archive.text.opening import opening
from archive.text.xml import xml_text
from archive.views.statistics import EMBED_SIZE

GOOD_FOR_SECONDS = 24 * 3600
LANGUAGE = "ar"

QUOTATION_SIZE = (600, 300)
"""How much room a quotation of an article takes, in pixels: it is text, and may have more or less."""


@read_only
def oembed(request: HttpRequest) -> HttpResponse:
    """An article as a blockquote, figures in a frame; 404 for all else, 501 for other formats."""
    form = OEmbedForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(content_type="text/plain")
    written_as = {"json": _json, "xml": _xml}.get(request.GET.get("format", "json"))
    if written_as is None:
        return HttpResponse(status=HTTPStatus.NOT_IMPLEMENTED, content_type="text/plain")
    wanted = form.cleaned_data
    room = Room(wanted["maxwidth"], wanted["maxheight"])
    match, query = _page_of(request, wanted["url"])
    with translation.override(LANGUAGE):
        answer = _common(request) | EMBEDDED[match.url_name](request, match, query, room)
    response = written_as({name: value for name, value in answer.items() if value})
    # Asked for by the scripts of other sites too; it is as public as what it shows.
    response["Access-Control-Allow-Origin"] = "*"
    return response


class Room(NamedTuple):
    """How much there is at most on the other site, in pixels; None is as much as is needed."""

    width: int | None
    height: int | None

    def for_size(self, width: int, height: int) -> dict[str, int]:
        """What is taken of it where WIDTH and HEIGHT are needed."""
        return {"width": min(width, self.width or width), "height": min(height, self.height or height)}

    def holds(self, width: int, height: int) -> bool:
        return self.for_size(width, height) == {"width": width, "height": height}


def _page_of(request: HttpRequest, url: str) -> tuple[ResolverMatch, str]:
    """Which of our pages that can be embedded is at URL, and the query of it; raises Http404."""
    try:
        parts = urlsplit(url)
        match = resolve(unquote(parts.path))
    except (ValueError, Resolver404):
        raise Http404 from None
    if parts.scheme not in ("http", "https") or parts.netloc != request.get_host() or match.url_name not in EMBEDDED:
        raise Http404
    return match, parts.query


def _common(request: HttpRequest) -> dict:
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": chrome_of(request).site.name,
        "provider_url": request.build_absolute_uri(reverse("archive:front")),
        "cache_age": GOOD_FOR_SECONDS,
    }


# --- Articles ---


def _article(request: HttpRequest, match: ResolverMatch, _query: str, room: Room) -> dict:
    articles = Article.objects.published().select_related("source", "section").prefetch_related("authors")
    article = get_object_or_404(articles, pk=match.kwargs["pk"])
    url = request.build_absolute_uri(article.get_absolute_url())
    authors = article.people
    answer = {
        "title": article.title,
        "author_name": authors[0].name if authors else article.source.known_name,
        "author_url": request.build_absolute_uri(authors[0].get_absolute_url()) if authors else "",
        "html": _quotation(article, url, chrome_of(request).site),
        **room.for_size(*QUOTATION_SIZE),
    }
    # The picture, too, may not be larger than was asked for.
    if room.holds(*CARD_SIZE):
        answer |= {
            "thumbnail_url": request.build_absolute_uri(card_path(article)),
            "thumbnail_width": CARD_SIZE[0],
            "thumbnail_height": CARD_SIZE[1],
        }
    return answer


def _quotation(article: Article, url: str, site: SiteSettings) -> SafeString:
    language, summary = article.language, article.summary or opening(article.text)
    return format_html(
        '<blockquote cite="{url}" lang="{language}" dir="{direction}">'
        '<p dir="{title_direction}"><strong><a href="{url}">{title}</a></strong></p><p>{summary}</p>'
        '<footer lang="ar" dir="rtl">{from_where}</footer></blockquote>',
        url=url,
        language=language,
        direction=direction(summary or article.title, language),
        title=article.title,
        title_direction=direction(article.title, language),
        summary=summary,
        from_where=_from_where(article, site),
    )


def _from_where(article: Article, site: SiteSettings) -> SafeString:
    source = article.source.known_name
    names = format_html("<bdi>{}</bdi>، <bdi>{}</bdi>", source, site.name) if source else site.name
    if article.published_at is None:
        return format_html("{}", names)
    local = timezone.localtime(article.published_at)
    return format_html(
        '{}، <time datetime="{}">{}</time>',
        names,
        iso_date(local, article.date_precision),
        format_date(local, LANGUAGE, precision=article.date_precision),
    )


# --- Figures ---


def _figures(request: HttpRequest, match: ResolverMatch, query: str, room: Room) -> dict:
    """The lines of a dataset as the address asks for them; what it asks for that is not there is left out by them."""
    shown = Dataset.objects.visible().filter(Exists(Observation.objects.filter(measure__dataset=OuterRef("pk"))))
    dataset = get_object_or_404(shown, slug=match.kwargs["slug"])
    path = reverse("archive:statistics-embed", args=[dataset.slug])
    size = room.for_size(*EMBED_SIZE)
    frame = format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        request.build_absolute_uri(f"{path}?{query}" if query else path),
        dataset.name,
        size["width"],
        size["height"],
    )
    return {"title": dataset.name, "author_name": dataset.source_name, "html": frame, **size}


EMBEDDED = {"article-detail": _article, "article-by-id": _article, "statistics-detail": _figures}
"""What answers for the pages of each name."""


# --- Forms of the answer ---


def _json(answer: dict) -> HttpResponse:
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _xml(answer: dict) -> HttpResponse:
    file = StringIO()
    document = XMLGenerator(file, "utf-8", short_empty_elements=True)
    document.startDocument()
    document.startElement("oembed", {})
    for name, value in answer.items():
        document.startElement(name, {})
        document.characters(xml_text(str(value)))
        document.endElement(name)
    document.endElement("oembed")
    document.endDocument()
    return HttpResponse(file.getvalue(), content_type="text/xml; charset=utf-8")
