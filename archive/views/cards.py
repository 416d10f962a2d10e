"""The pictures that stand for pages where their addresses are shared."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from archive.caching.chrome import chrome_of
from archive.cards.drawing import Card, draw
from archive.cards.photographs import opened
from archive.guards import read_only
from archive.metadata import NOINDEX
from archive.models import Article, Image
from archive.text.dates import format_date

KEPT_SECONDS = 3600

LANGUAGE = "ar"
"""A card is of the article, which is the same whatever language its reader has chosen for labels."""


@read_only
def article_card(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.published().for_cards(), pk=pk)
    response = _picture(request, _card(request, article), article.lead_image)
    if article.noindex:
        response["X-Robots-Tag"] = NOINDEX
    return response


@read_only
def site_card(request: HttpRequest) -> HttpResponse:
    """For pages that are no article: the site's name and what it is."""
    site = chrome_of(request).site
    return _picture(request, Card(site=site.name, headline=site.tagline or site.name))


def _card(request: HttpRequest, article: Article) -> Card:
    site = chrome_of(request).site
    return Card(
        site=site.name,
        headline=article.title,
        section=article.section.name if article.section else "",
        facts=tuple(filter(None, (_day(article), article.source.known_name))),
        photograph=article.lead_image.file.name if article.lead_image else "",
        language=article.language,
    )


def _day(article: Article) -> str:
    """The article's date as far as it is known, without its hour."""
    if article.published_at is None:
        return ""
    day, known = Article.Precision.DAY, article.date_precision
    local = timezone.localtime(article.published_at)
    return format_date(local, LANGUAGE, precision=day if known == Article.Precision.MINUTE else known)


def _picture(request: HttpRequest, card: Card, photograph: Image | None = None) -> HttpResponse:
    """CARD, drawn unless whoever asks has it already."""
    etag = quote_etag(card.digest)
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    response = HttpResponse(draw(card, photograph and opened(photograph.file)), content_type="image/png")
    response["ETag"] = etag
    # Kept by who asks: many, of 100 KB each, would drive the pages out of the server's memory; and a cache for many
    # would go on showing what was withdrawn.
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response
