"""What a feed is of: each function finds the channel that a request asks for, or raises Http404 or MovedError."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from archive.entity_forms import NarrowedArticles
from archive.forms import QuotationForm, SearchForm
from archive.models import (
    Article,
    ArticleQuerySet,
    Entity,
    EntityQuerySet,
    Quotation,
    Section,
    Story,
    StoryQuerySet,
    visible_authors,
)
from archive.relations import in_story
from archive.search.engine import newest_matching
from archive.search.limits import time_limit
from archive.search.messages import problem_message
from archive.search.parser import parse
from archive.search.quotations import matching

FEED_ITEMS = 30


class MovedError(Exception):
    """What the feed is of was merged, and is found under the number PK."""

    def __init__(self, pk: int):
        super().__init__(pk)
        self.pk = pk


@dataclass(frozen=True)
class Channel:
    """What a feed is of: its NAME beside the site's, its DESCRIPTION, the PATH of its page, and its ARTICLES.

    A hub IS_TOLD when there is something new in it; not so of searches, which nobody can count.
    """

    path: str
    articles: ArticleQuerySet
    name: str = ""
    description: str = ""
    is_told: bool = True


@dataclass(frozen=True)
class QuotationChannel:
    """A feed of QUOTATIONS, with what a `Channel` has."""

    path: str
    quotations: list[Quotation]
    name: str = ""
    description: str = ""
    is_told: bool = False


def latest(request: HttpRequest) -> Channel:
    return Channel(reverse("archive:front"), Article.objects.published())


def of_section(request: HttpRequest, slug: str) -> Channel:
    section = get_object_or_404(Section, slug=slug)
    return Channel(section.get_absolute_url(), section.articles.published(), section.name, section.description)


def of_entity(request: HttpRequest, pk: int) -> Channel:
    entity = _by_number(Entity.objects.visible(), pk)
    articles = NarrowedArticles.of(entity).articles()
    return Channel(entity.get_absolute_url(), articles, entity.name, entity.description)


def of_author(request: HttpRequest, pk: int) -> Channel:
    author = get_object_or_404(visible_authors(), pk=pk)
    return Channel(author.get_absolute_url(), author.articles.published(), author.name)


def of_story(request: HttpRequest, pk: int) -> Channel:
    story = _by_number(Story.objects.visible(), pk)
    return Channel(story.get_absolute_url(), in_story(story), story.title)


def of_search(request: HttpRequest) -> Channel:
    """The newest articles that hold every word of a search; what could not be used is said in the description."""
    form = SearchForm(request.GET)
    wanted = form.search_request()
    query = parse(wanted.text)
    with time_limit():
        found = [] if form.has_no_words else newest_matching(wanted.text, wanted.filters, FEED_ITEMS)
    parameters = {name: request.GET[name] for name in form.fields if name != "page" and request.GET.get(name)}
    said_by_form = [problem.message for problem in form.problems()]
    search_url = reverse("archive:search")
    return Channel(
        path=f"{search_url}?{urlencode(parameters)}" if parameters else search_url,
        articles=Article.objects.published().filter(pk__in=found),
        name=_("Search: %(query)s") % {"query": query.understood} if query.understood else _("Search results"),
        description=" ".join(dict.fromkeys([*said_by_form, *map(problem_message, query.problems)])),
        is_told=False,
    )


def of_quotations(request: HttpRequest) -> QuotationChannel:
    """The newest quotations of a speaker, with some words, or of all."""
    form = QuotationForm(request.GET)
    with time_limit():
        found = list(matching(form.quotation_request()).for_lists().newest_first()[:FEED_ITEMS])
    given, path = form.given(), reverse("archive:quotation-index")
    return QuotationChannel(
        path=f"{path}?{urlencode(given)}" if given else path,
        quotations=found,
        name=_("Who said what"),
        description=" ".join(problem.message for problem in form.problems()),
    )


def _by_number(things: EntityQuerySet | StoryQuerySet, pk: int) -> Entity | Story:
    found = things.by_number(pk)
    if found is None:
        raise Http404
    if found.pk != pk:
        raise MovedError(found.pk)
    return found
