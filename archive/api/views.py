"""The API's operations: read the parameters, ask one question, give the answer its shape."""

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Router

from archive import reading, relations
from archive.api import parameters
from archive.api import serializers as shapes
from archive.api.errors import InvalidInputError, UnknownRecordError
from archive.api.forms import EntityListForm, ListForm, QuotationListForm
from archive.api.pagination import check_depth, page_of
from archive.api.versions import article_versions
from archive.entities.names import named
from archive.forms import SearchForm, SuggestForm
from archive.models import Article, ArticleLink, Beside, Entity, Mention, Section, Source, Story
from archive.search.engine import MAX_RESULTS, search_articles
from archive.search.limits import time_limit
from archive.search.quotations import counted, matching
from archive.search.spelling import did_you_mean
from archive.search.suggest import suggest

LATEST_ARTICLES = 20
MAX_STORY_ARTICLES = 500
DATA_LANGUAGE = "ar"
SUGGEST_MAX_AGE_SECONDS = 60
LINK_KINDS = (ArticleLink.Kind.RELATED, ArticleLink.Kind.FOLLOW_UP, ArticleLink.Kind.BACKGROUND)

router = Router()


@router.get(
    "",
    response=shapes.Root,
    summary=gettext_noop("The addresses of the API"),
    operation_id="root",
    url_name="root",
)
def root(request: HttpRequest):
    return {
        name: reverse(f"api:{name}")
        for name in (
            "articles",
            "entities",
            "quotations",
            "stories",
            "sections",
            "sources",
            "datasets",
            "suggest",
            "openapi",
            "docs",
        )
    }


@router.get(
    "/articles",
    response={200: shapes.ArticlePage, 422: shapes.Problems},
    summary=gettext_noop("Articles, searched and narrowed"),
    description=gettext_noop(
        "Without q, all published articles. Articles with every word come before those with some."
    ),
    operation_id="articles",
    url_name="articles",
    openapi_extra={"parameters": parameters.ARTICLES},
)
def articles(request: HttpRequest):
    form = SearchForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    wanted = form.search_request()
    check_depth(wanted.page, wanted.page_size)
    with time_limit():
        with translation.override(DATA_LANGUAGE):
            results = search_articles(wanted)
        suggestions = did_you_mean(wanted, nothing_found=not results.count)
    return shapes.article_page(results, page=wanted.page, suggestion=suggestions[0] if suggestions else None)


@router.get(
    "/articles/{id}",
    response={200: shapes.ArticleDetail, 404: shapes.Problems, 422: shapes.Problems},
    summary=gettext_noop("One article, whole"),
    operation_id="article",
    url_name="article",
)
def article_detail(request: HttpRequest, id: int):
    mentions = Mention.objects.exclude(confirmed=False).select_related("entity").order_by("start", "pk")
    article = _article(
        id,
        Article.objects.select_related("section", "source").prefetch_related(
            "authors", "images", Prefetch("mentions", mentions)
        ),
    )
    beside = Beside.of(article)
    links = reading.visible_links(beside)
    neighbours = reading.neighbours(beside)
    story = relations.story_part(beside)
    return shapes.article_card(article) | {
        "kicker": article.kicker,
        "summary": article.summary,
        "body": article.body,
        "text": article.text,
        "authors": [{"name": author.name, "name_latin": author.name_latin} for author in article.authors.all()],
        "place": article.place,
        "collected_at": shapes.utc(article.collected_at),
        "updated_at": shapes.utc(article.updated_at),
        "original_url": article.original_url or None,
        "language": article.language,
        "importance": article.importance,
        "images": [shapes.picture(image) for image in article.images.all()],
        "entities": shapes.mentioned_entities(article.mentions.all()),
        "quotations": [shapes.quotation(said) for said in beside.quotations],
        "dates": [shapes.named_days(phrase) for phrase in beside.dated_phrases],
        "links": {
            "related": [shapes.link(link) for link in links.related],
            "follow_up": [shapes.link(link) for link in links.follow_ups],
            "background": [shapes.link(link) for link in links.background],
        },
        "copies": [shapes.article_card(copy) for copy in beside.seen(beside.copies)],
        "previous": shapes.link(neighbours.previous),
        "next": shapes.link(neighbours.next),
        "story": shapes.story_card(story.story if story else None),
        "versions": [shapes.change(version) for version in article_versions(article)],
    }


@router.get(
    "/articles/{id}/related",
    response={200: shapes.RelatedArticles, 404: shapes.Problems, 422: shapes.Problems},
    summary=gettext_noop("Articles linked with one, or like it"),
    operation_id="relatedArticles",
    url_name="article-related",
)
def related_articles(request: HttpRequest, id: int):
    article = _article(id, Article.objects.all())
    links = reading.visible_links(Beside.of(article))
    linked = {
        neighbour.article.pk: (neighbour.article, relation)
        for relation, neighbours in (
            ("related", links.related),
            ("follow_up", links.follow_ups),
            ("background", links.background),
        )
        for neighbour in neighbours
        if neighbour.article
    }
    linking = ArticleLink.objects.filter(to_article=article, kind__in=LINK_KINDS).values("from_article")
    for other in Article.objects.published().filter(pk__in=linking).for_cards().newest_first():
        linked.setdefault(other.pk, (other, "links_here"))
    return {
        "results": [
            *(shapes.linked_article(other, relation, beside=article) for other, relation in linked.values()),
            *map(shapes.related_article, relations.related(article, excluding=linked)),
        ]
    }


@router.get(
    "/entities",
    response={200: shapes.EntityPage, 422: shapes.Problems},
    summary=gettext_noop("Names: persons, organisations, places and events"),
    operation_id="entities",
    url_name="entities",
    openapi_extra={"parameters": parameters.ENTITIES},
)
def entities(request: HttpRequest):
    form = EntityListForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    wanted = form.cleaned_data
    found = Entity.objects.visible().order_by("name", "pk")
    if wanted["type"]:
        found = found.filter(kind=wanted["type"])
    if wanted["q"]:
        found = named(found, wanted["q"], words_too=False).order_by("-begins_so", "name", "pk")
    total, rows = page_of(found, wanted["page"], wanted["page_size"])
    counts = _article_counts(rows)
    return {
        "count": {"value": total, "exact": True},
        "page": wanted["page"],
        "page_size": wanted["page_size"],
        "results": [shapes.entity_card(entity) | {"article_count": counts.get(entity.pk, 0)} for entity in rows],
    }


@router.get(
    "/entities/{id}",
    response={200: shapes.EntityDetail, 404: shapes.Problems, 422: shapes.Problems},
    summary=gettext_noop("One name, with its spellings and latest articles"),
    description=gettext_noop("A name that was merged with another answers 301, with the address of that one."),
    operation_id="entity",
    url_name="entity",
)
def entity_detail(request: HttpRequest, id: int):
    visible = Entity.objects.visible()
    entity = visible.with_article_counts().prefetch_related("aliases").filter(pk=id).first()
    if entity is None and (other := visible.instead_of(id).first()):
        return HttpResponsePermanentRedirect(reverse("api:entity", args=[other.pk]))
    if entity is None:
        raise UnknownRecordError(_("There is no such name."))
    mentions = entity.mentions.exclude(confirmed=False).values("article")
    latest = Article.objects.published().filter(pk__in=mentions).newest_first().for_cards()[:LATEST_ARTICLES]
    return shapes.entity_card(entity) | {
        "article_count": entity.article_count,
        "description": entity.description,
        "description_latin": entity.description_latin,
        "wikidata_id": entity.wikidata_id,
        "aliases": [
            {"name": alias.name, "script": alias.script, "kind": alias.kind} for alias in entity.aliases.all()
        ],
        "articles": [shapes.article_card(article) for article in latest],
    }


@router.get(
    "/quotations",
    response={200: shapes.QuotationPage, 422: shapes.Problems},
    summary=gettext_noop("Quotations: who said what"),
    description=gettext_noop("The newest first. Counted up to a thousand."),
    operation_id="quotations",
    url_name="quotations",
    openapi_extra={"parameters": parameters.QUOTATIONS},
)
def quotations(request: HttpRequest):
    form = QuotationListForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    page, page_size = form.cleaned_data["page"], form.cleaned_data["page_size"]
    check_depth(page, page_size)
    start = (page - 1) * page_size
    with time_limit():
        found = matching(form.quotation_request())
        count, is_exact = counted(found)
        rows = list(found.for_lists().newest_first()[start : min(start + page_size, MAX_RESULTS)])
    return {
        "count": {"value": count, "exact": is_exact},
        "page": page,
        "page_size": page_size,
        "results": [shapes.quotation(said) | {"article": shapes.article_card(said.article)} for said in rows],
    }


@router.get(
    "/stories",
    response={200: shapes.StoryPage, 422: shapes.Problems},
    summary=gettext_noop("Stories: chains of articles on one affair"),
    description=gettext_noop("The one with the latest article first."),
    operation_id="stories",
    url_name="stories",
    openapi_extra={"parameters": parameters.STORIES},
)
def stories(request: HttpRequest):
    form = ListForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    wanted = form.cleaned_data
    total, rows = page_of(Story.objects.visible().latest_first(), wanted["page"], wanted["page_size"])
    return {
        "count": {"value": total, "exact": True},
        "page": wanted["page"],
        "page_size": wanted["page_size"],
        "results": [shapes.listed_story(story) for story in rows],
    }


@router.get(
    "/stories/{id}",
    response={200: shapes.StoryDetail, 404: shapes.Problems, 422: shapes.Problems},
    summary=gettext_noop("One story, with its articles"),
    operation_id="story",
    url_name="story",
)
def story_detail(request: HttpRequest, id: int):
    # One that was merged into another is found under its old number too.
    merged = Story.objects.filter(pk=id).values("merged_into")
    story = Story.objects.visible().filter(Q(pk=id) | Q(pk__in=merged)).first()
    if story is None:
        raise UnknownRecordError(_("There is no such story."))
    articles = relations.in_story(story).for_cards()[:MAX_STORY_ARTICLES]
    return shapes.listed_story(story) | {"articles": [shapes.article_card(article) for article in articles]}


@router.get(
    "/sections",
    response=shapes.SectionList,
    summary=gettext_noop("Sections, in the order of the site"),
    operation_id="sections",
    url_name="sections",
)
def sections(request: HttpRequest):
    counts = _counts_by("section")
    return {
        "results": [
            shapes.named(section)
            | {
                "name_latin": section.name_latin,
                "description": section.description,
                "description_latin": section.description_latin,
                "url": section.get_absolute_url(),
                "article_count": counts.get(section.pk, 0),
            }
            for section in Section.objects.order_by("position", "name", "pk")
        ]
    }


@router.get(
    "/sources",
    response=shapes.SourceList,
    summary=gettext_noop("Sources: who published the articles"),
    operation_id="sources",
    url_name="sources",
)
def sources(request: HttpRequest):
    counts = _counts_by("source")
    return {
        "results": [
            shapes.named(source)
            | {
                "name_latin": source.name_latin,
                "description": source.description,
                "description_latin": source.description_latin,
                "website": source.url or None,
                "article_count": counts.get(source.pk, 0),
            }
            for source in Source.objects.order_by("name", "pk")
        ]
    }


@router.get(
    "/suggest",
    response={200: shapes.SuggestionLists, 422: shapes.Problems},
    summary=gettext_noop("Completions of what is being typed"),
    description=gettext_noop("A few of each kind, the most popular first."),
    operation_id="suggest",
    url_name="suggest",
    openapi_extra={"parameters": parameters.SUGGEST},
)
def suggestions(request: HttpRequest, response: HttpResponse):
    form = SuggestForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    patch_cache_control(response, public=True, max_age=SUGGEST_MAX_AGE_SECONDS)
    return shapes.suggestion_lists(suggest(form.cleaned_data["q"]))


def _article(pk: int, articles: QuerySet[Article]) -> Article:
    """The published article PK among ARTICLES; one that is not to be seen does not exist here."""
    article = articles.published().filter(pk=pk).first()
    if article is None:
        raise UnknownRecordError(_("There is no such article."))
    return article


def _counts_by(field: str) -> dict[int, int]:
    """How many published articles each section, or source, has."""
    rows = Article.objects.published().order_by().values_list(field)
    return dict(rows.annotate(number=Count("pk")))


def _article_counts(entities: list[Entity]) -> dict[int, int]:
    """How many published articles mention each of ENTITIES."""
    mentions = Mention.objects.filter(entity__in=entities, article__in=Article.objects.published())
    rows = mentions.exclude(confirmed=False).order_by().values_list("entity")
    return dict(rows.annotate(number=Count("article", distinct=True)))
