"""oEmbed 1.0 (oembed.com): how an article is shown inside other sites, which ask with its address."""

from http import HTTPStatus
from io import StringIO
from urllib.parse import urlsplit
from xml.sax.saxutils import XMLGenerator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.caching.chrome import chrome_of
from archive.cards.drawing import CARD_SIZE
from archive.guards import read_only
from archive.machine_forms import OEmbedForm
from archive.metadata import card_path
from archive.models import Article, SiteSettings
from archive.text.dates import format_date, iso_date
from archive.text.opening import opening
from archive.text.xml import xml_text

EMBEDDED = ("article-detail", "article-by-id")
WIDTH, HEIGHT = 600, 300
"""How much room a quotation of an article takes, in pixels: it is text, and may have more or less."""

GOOD_FOR_SECONDS = 24 * 3600
LANGUAGE = "ar"


@read_only
def oembed(request: HttpRequest) -> HttpResponse:
    """An article as a blockquote, with neither script nor style; 404 for all else, 501 for other formats."""
    form = OEmbedForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest(content_type="text/plain")
    written_as = {"json": _json, "xml": _xml}.get(request.GET.get("format", "json"))
    if written_as is None:
        return HttpResponse(status=HTTPStatus.NOT_IMPLEMENTED, content_type="text/plain")
    article = _article(request, form.cleaned_data["url"])
    with translation.override(LANGUAGE):
        answer = _answer(request, article, form.cleaned_data)
    response = written_as({name: value for name, value in answer.items() if value})
    # Asked for by the scripts of other sites too; it is as public as the article.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _article(request: HttpRequest, url: str) -> Article:
    """The article that readers see at URL, which is one of ours; raises Http404."""
    try:
        parts = urlsplit(url)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        raise Http404 from None
    if parts.scheme not in ("http", "https") or parts.netloc != request.get_host() or match.url_name not in EMBEDDED:
        raise Http404
    articles = Article.objects.published().select_related("source", "section").prefetch_related("authors")
    article = articles.filter(pk=match.kwargs["pk"]).first()
    if article is None:
        raise Http404
    return article


def _answer(request: HttpRequest, article: Article, wanted: dict) -> dict:
    site = chrome_of(request).site
    url = request.build_absolute_uri(article.get_absolute_url())
    authors = article.people
    room = (wanted["maxwidth"] or CARD_SIZE[0], wanted["maxheight"] or CARD_SIZE[1])
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": article.title,
        "author_name": authors[0].name if authors else article.source.known_name,
        "author_url": request.build_absolute_uri(authors[0].get_absolute_url()) if authors else "",
        "provider_name": site.name,
        "provider_url": request.build_absolute_uri(reverse("archive:front")),
        "cache_age": GOOD_FOR_SECONDS,
        "html": _quotation(article, url, site),
        "width": min(WIDTH, room[0]),
        "height": min(HEIGHT, room[1]),
    }
    # The picture, too, may not be larger than was asked for.
    if room[0] >= CARD_SIZE[0] and room[1] >= CARD_SIZE[1]:
        answer |= {
            "thumbnail_url": request.build_absolute_uri(card_path(article)),
            "thumbnail_width": CARD_SIZE[0],
            "thumbnail_height": CARD_SIZE[1],
        }
    return answer


def _quotation(article: Article, url: str, site: SiteSettings) -> SafeString:
    return format_html(
        '<blockquote cite="{url}" lang="{language}" dir="auto">'
        '<p><strong><a href="{url}">{title}</a></strong></p><p>{summary}</p>'
        '<footer lang="ar" dir="rtl">{from_where}</footer></blockquote>',
        url=url,
        language=article.language,
        title=article.title,
        summary=article.summary or opening(article.text),
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
