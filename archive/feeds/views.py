"""Feeds of channels, made anew for every request: the same bytes twice answer 304 the second time."""

import mimetypes
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape, unescape
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Model
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from archive.caching.chrome import chrome_of
from archive.downloads import moved_permanently
from archive.feeds import channels
from archive.feeds.channels import FEED_ITEMS, Channel, MovedError, QuotationChannel
from archive.feeds.formats import ArticleAtom, ArticleJson, ArticleRss, Picture
from archive.guards import read_only
from archive.machine_forms import FeedForm
from archive.models import TO_THE_DAY, Article, Image, Quotation
from archive.text.direction import isolated
from archive.text.html import clean_html
from archive.text.opening import opening
from archive.text.xml import xml_text

FEED_LANGUAGE = "ar"
# Enough for the first paragraph to be cut from; the whole text is not read for it.
OPENING_SOURCE_CHARS = 1000

_LINK = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)')


class ArticleFeed(Feed):
    """The feed of the channel that FIND finds for a request, written as FEED_TYPE."""

    language = FEED_LANGUAGE
    item_guid_is_permalink = True

    def __init__(self, find: Callable[..., Channel], feed_type: type[SyndicationFeed], request: HttpRequest):
        self.find = find
        self.feed_type = feed_type
        self.request = request
        self.site = chrome_of(request).site
        self.is_whole = FeedForm(request.GET).is_whole(self.site)

    def get_object(self, request: HttpRequest, **kwargs) -> Channel:
        channel = self.find(request, **kwargs)
        # The hub is told of the plain address only, so there alone it is named.
        self.hub = settings.WEBSUB_HUB_URL if channel.is_told and not request.GET else ""
        return channel

    def title(self, channel: Channel) -> str:
        names = [isolated(name, right_to_left=True) for name in (channel.name, self.site.name) if name]
        return xml_text(" — ".join(names))

    def description(self, channel: Channel) -> str:
        return xml_text(channel.description or self.site.description or self.site.tagline)

    def subtitle(self, channel: Channel) -> str:
        return self.description(channel)

    def author_name(self, channel: Channel) -> str:
        """Atom wants an author of the feed where an entry has none."""
        return xml_text(self.site.name)

    def link(self, channel: Channel) -> str:
        return channel.path

    def feed_url(self, channel: Channel) -> str:
        return self.request.get_full_path()

    def feed_extra_kwargs(self, channel: Channel) -> dict[str, str]:
        return {"hub": self.hub}

    def items(self, channel: Channel) -> Iterable[Model]:
        newest = channel.articles.newest_first().for_cards()
        if self.is_whole:
            return newest.defer(None).defer("title_key")[:FEED_ITEMS]
        return newest.annotate(beginning=Left("text", OPENING_SOURCE_CHARS))[:FEED_ITEMS]

    def item_title(self, article: Article) -> str:
        return xml_text(article.title)

    def item_description(self, article: Article) -> str:
        text = article.text if self.is_whole else article.beginning
        return escape(xml_text(article.summary or opening(text)), quote=False)

    def item_guid(self, article: Article) -> str:
        return self.request.build_absolute_uri(reverse("archive:article-by-id", args=[article.pk]))

    def item_extra_kwargs(self, article: Article) -> dict[str, object]:
        pictures = [self._picture(image) for image in article.pictures if image.file]
        return {
            "authors": [xml_text(name) for name in article.author_names],
            "publisher": xml_text(article.source.name),
            "language": article.language,
            "pictures": pictures,
            "content": self._content(article, pictures) if self.is_whole else "",
        }

    def item_categories(self, article: Article) -> list[str]:
        return [xml_text(article.section.name)] if article.section else []

    def item_pubdate(self, article: Article) -> datetime | None:
        return timezone.localtime(article.published_at) if article.date_precision in TO_THE_DAY else None

    def item_updateddate(self, article: Article) -> datetime:
        return article.changed_at

    def _picture(self, image: Image) -> Picture:
        return Picture(
            url=self.request.build_absolute_uri(image.file.url),
            media_type=mimetypes.guess_type(image.file.name)[0] or "",
            width=image.width,
            height=image.height,
            alternative_text=xml_text(image.alternative_text),
            caption=xml_text(image.caption),
            credit=xml_text(image.credit),
        )

    def _content(self, article: Article, pictures: list[Picture]) -> str:
        """The article as HTML that may stand on any page: its pictures, and its body with full addresses."""
        url = self.request.build_absolute_uri(article.get_absolute_url())
        figures = format_html_join(
            "\n",
            '<figure><img src="{}" alt="{}">{}</figure>',
            (
                (
                    picture.url,
                    picture.alternative_text,
                    format_html("<figcaption>{}</figcaption>", picture.caption) if picture.caption else "",
                )
                for picture in pictures
            ),
        )
        body = _LINK.sub(lambda link: link[1] + _joined(url, link[2]), clean_html(article.body))
        return xml_text("\n".join(filter(None, (figures, body))))


def _joined(base: str, href: str) -> str:
    """The full address of HREF, which is escaped and stays so; one that is no address is left as it is."""
    try:
        return escape(urljoin(base, unescape(href)))
    except ValueError:
        return href


class QuotationFeed(ArticleFeed):
    """The feed of a channel of quotations."""

    item_guid_is_permalink = False

    def items(self, channel: QuotationChannel) -> list[Quotation]:
        return channel.quotations

    def item_title(self, quotation: Quotation) -> str:
        words = opening(quotation.text)
        speaker = quotation.said_by
        return xml_text(_("%(speaker)s: %(words)s") % {"speaker": speaker, "words": words} if speaker else words)

    def item_description(self, quotation: Quotation) -> str:
        return escape(xml_text(f"«{quotation.text}»" if quotation.kind == "direct" else quotation.text), quote=False)

    def item_link(self, quotation: Quotation) -> str:
        return quotation.article.get_absolute_url()

    def item_guid(self, quotation: Quotation) -> str:
        return f"{super().item_guid(quotation.article)}#{quotation.start}"

    def item_extra_kwargs(self, quotation: Quotation) -> dict[str, object]:
        return {
            "authors": [],
            "publisher": xml_text(quotation.article.source.name),
            "language": quotation.article.language,
            "pictures": [],
            "content": "",
        }

    def item_categories(self, quotation: Quotation) -> list[str]:
        return super().item_categories(quotation.article)

    def item_pubdate(self, quotation: Quotation) -> datetime | None:
        return super().item_pubdate(quotation.article)

    def item_updateddate(self, quotation: Quotation) -> datetime:
        return quotation.article.changed_at


def feed_view(
    find: Callable[..., Channel], feed_type: type[SyndicationFeed] = ArticleRss, feed: type[ArticleFeed] = ArticleFeed
) -> Callable[..., HttpResponse]:
    """The view of the channel that FIND finds."""

    @read_only
    def view(request: HttpRequest, **kwargs) -> HttpResponse:
        made = feed(find, feed_type, request)
        try:
            with translation.override(FEED_LANGUAGE):
                response = made(request, **kwargs)
        except MovedError as moved:
            return moved_permanently(request, moved.pk)
        response["Content-Language"] = FEED_LANGUAGE
        if made.hub:
            response["Link"] = f'<{made.hub}>; rel="hub", <{request.build_absolute_uri()}>; rel="self"'
        return response

    return view


def feed_views(find: Callable[..., Channel]) -> tuple[Callable[..., HttpResponse], ...]:
    """The views of a channel in RSS, Atom and JSON."""
    return tuple(feed_view(find, feed_type) for feed_type in (ArticleRss, ArticleAtom, ArticleJson))


latest_rss, latest_atom, latest_json = feed_views(channels.latest)
section_rss, section_atom, section_json = feed_views(channels.of_section)
entity_rss, entity_atom, entity_json = feed_views(channels.of_entity)
author_rss, author_atom, author_json = feed_views(channels.of_author)
story_rss, story_atom, story_json = feed_views(channels.of_story)
search_rss, search_atom, search_json = feed_views(channels.of_search)
quotations_rss = feed_view(channels.of_quotations, feed=QuotationFeed)
