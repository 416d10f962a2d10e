"""Feeds: the newest articles of the archive, a section, a name, a story, a search. Always in Arabic, as they are.

A feed's item is known by the article's address without its title, which stays when the title is corrected. An article
whose date is not known to the day carries no date of publication.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape

from django.contrib.syndication.views import Feed
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page

from archive.entity_forms import NarrowedArticles
from archive.forms import QuotationForm, SearchForm
from archive.guards import read_only
from archive.models import Article, ArticleQuerySet, Entity, Quotation, Section, SiteSettings, Story
from archive.relations import in_story
from archive.search.engine import newest_matching
from archive.search.limits import time_limit
from archive.search.messages import problem_message
from archive.search.parser import parse
from archive.search.quotations import matching
from archive.text.direction import isolated
from archive.text.opening import opening
from archive.text.xml import xml_text

FEED_ARTICLES = 30
FEED_LANGUAGE = "ar"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
# Enough for the first paragraph to be cut from; the whole text is not read for it.
OPENING_SOURCE_CHARS = 1000


@dataclass(frozen=True)
class Channel:
    """What a feed is of: its NAME beside the site's, its DESCRIPTION, the PATH of its page, and its articles."""

    path: str
    articles: ArticleQuerySet
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class QuotationChannel:
    """A feed of QUOTATIONS, with what a `Channel` has."""

    path: str
    quotations: list[Quotation]
    name: str = ""
    description: str = ""


class ArticleRss(Rss201rev2Feed):
    """RSS with every author and the publisher of an article, by the names of Dublin Core."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:dc": DUBLIN_CORE}

    def add_item_elements(self, handler, item: dict) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name)
        handler.addQuickElement("dc:publisher", item["publisher"])


class ArticleAtom(Atom1Feed):
    """Atom with every author of an article, and its publisher by the name of Dublin Core."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:dc": DUBLIN_CORE}

    def add_item_elements(self, handler, item: dict) -> None:
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        handler.addQuickElement("dc:publisher", item["publisher"])


class ArticleJson(SyndicationFeed):
    """JSON Feed 1.1 (jsonfeed.org): the same items as in the others."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding: str) -> None:
        head = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
        }
        outfile.write(
            json.dumps(head | {"items": list(map(self._item, self.items))}, ensure_ascii=False).encode(encoding)
        )

    def _item(self, item: dict) -> dict:
        found = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "content_text": unescape(item["description"]),
            "date_published": item["pubdate"] and item["pubdate"].isoformat(),
            "date_modified": item["updateddate"].isoformat(),
            "authors": [{"name": name} for name in (*item["authors"], item["publisher"])],
            "tags": item["categories"],
        }
        return {name: value for name, value in found.items() if value}


class ArticleFeed(Feed):
    """The RSS feed of a channel, made anew for every request."""

    feed_type = ArticleRss
    language = FEED_LANGUAGE
    item_guid_is_permalink = True

    def __init__(self, request: HttpRequest):
        self.request = request
        self.site = SiteSettings.objects.first() or SiteSettings()

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

    def items(self, channel: Channel) -> ArticleQuerySet:
        beginnings = channel.articles.newest_first().annotate(beginning=Left("text", OPENING_SOURCE_CHARS))
        return beginnings.for_cards()[:FEED_ARTICLES]

    def item_title(self, article: Article) -> str:
        return xml_text(article.title)

    def item_description(self, article: Article) -> str:
        return escape(xml_text(article.summary or opening(article.beginning)), quote=False)

    def item_guid(self, article: Article) -> str:
        return self.request.build_absolute_uri(reverse("archive:article-by-id", args=[article.pk]))

    def item_extra_kwargs(self, article: Article) -> dict[str, object]:
        return {
            "authors": [xml_text(name) for name in article.author_names],
            "publisher": xml_text(article.source.name),
        }

    def item_categories(self, article: Article) -> list[str]:
        return [xml_text(article.section.name)] if article.section else []

    def item_pubdate(self, article: Article) -> datetime | None:
        known_to_the_day = article.date_precision in (Article.Precision.MINUTE, Article.Precision.DAY)
        return timezone.localtime(article.published_at) if known_to_the_day else None

    def item_updateddate(self, article: Article) -> datetime:
        return article.updated_at


class LatestFeed(ArticleFeed):
    def get_object(self, request: HttpRequest) -> Channel:
        return Channel(reverse("archive:front"), Article.objects.published())


class LatestAtomFeed(LatestFeed):
    feed_type = ArticleAtom


class SectionFeed(ArticleFeed):
    def get_object(self, request: HttpRequest, slug: str) -> Channel:
        section = get_object_or_404(Section, slug=slug)
        return Channel(section.get_absolute_url(), section.articles.published(), section.name, section.description)


class EntityFeed(ArticleFeed):
    def get_object(self, request: HttpRequest, pk: int) -> Channel:
        entity = get_object_or_404(Entity.objects.visible(), pk=pk)
        articles = NarrowedArticles.of(entity).articles()
        return Channel(entity.get_absolute_url(), articles, entity.name, entity.description)


class EntityAtomFeed(EntityFeed):
    feed_type = ArticleAtom


class EntityJsonFeed(EntityFeed):
    feed_type = ArticleJson


class StoryFeed(ArticleFeed):
    def get_object(self, request: HttpRequest, pk: int) -> Channel:
        story = get_object_or_404(Story.objects.visible(), pk=pk)
        return Channel(story.get_absolute_url(), in_story(story), story.title)


class SearchFeed(ArticleFeed):
    """The newest articles that hold every word of a search; what could not be used is said in the description."""

    def get_object(self, request: HttpRequest) -> Channel:
        form = SearchForm(request.GET)
        wanted = form.search_request()
        query = parse(wanted.text)
        with time_limit():
            found = [] if form.has_no_words else newest_matching(wanted.text, wanted.filters, FEED_ARTICLES)
        parameters = {name: request.GET[name] for name in form.fields if name != "page" and request.GET.get(name)}
        said_by_form = [problem.message for problem in form.problems()]
        search_url = reverse("archive:search")
        return Channel(
            path=f"{search_url}?{urlencode(parameters)}" if parameters else search_url,
            articles=Article.objects.published().filter(pk__in=found),
            name=_("Search: %(query)s") % {"query": query.understood} if query.understood else _("Search results"),
            description=" ".join(dict.fromkeys([*said_by_form, *map(problem_message, query.problems)])),
        )


class QuotationFeed(ArticleFeed):
    """The newest quotations of a speaker, with some words, or of all."""

    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest) -> QuotationChannel:
        form = QuotationForm(request.GET)
        with time_limit():
            found = list(matching(form.quotation_request()).for_lists().newest_first()[:FEED_ARTICLES])
        given, path = form.given(), reverse("archive:quotation-index")
        return QuotationChannel(
            path=f"{path}?{urlencode(given)}" if given else path,
            quotations=found,
            name=_("Who said what"),
            description=" ".join(problem.message for problem in form.problems()),
        )

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
        return {"authors": [], "publisher": xml_text(quotation.article.source.name)}

    def item_categories(self, quotation: Quotation) -> list[str]:
        return super().item_categories(quotation.article)

    def item_pubdate(self, quotation: Quotation) -> datetime | None:
        return super().item_pubdate(quotation.article)

    def item_updateddate(self, quotation: Quotation) -> datetime:
        return quotation.article.updated_at


def feed_view(feed: type[ArticleFeed]) -> Callable[..., HttpResponse]:
    """The view of FEED: the same bytes twice answer 304 the second time."""

    @read_only
    @conditional_page
    def view(request: HttpRequest, **kwargs) -> HttpResponse:
        with translation.override(FEED_LANGUAGE):
            response = feed(request)(request, **kwargs)
        response["Content-Language"] = FEED_LANGUAGE
        return response

    return view


latest_rss = feed_view(LatestFeed)
latest_atom = feed_view(LatestAtomFeed)
section_rss = feed_view(SectionFeed)
entity_rss = feed_view(EntityFeed)
entity_atom = feed_view(EntityAtomFeed)
entity_json = feed_view(EntityJsonFeed)
story_rss = feed_view(StoryFeed)
search_rss = feed_view(SearchFeed)
quotations_rss = feed_view(QuotationFeed)
