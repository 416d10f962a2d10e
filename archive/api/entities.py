"""Names: persons, organisations, places and events."""

from django.db import models
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from archive.api import parameters
from archive.api.answers import Page, Problems, page_answer
from archive.api.cards import ArticleCard, EntityCard, article_card, entity_card
from archive.api.errors import InvalidInputError, UnknownRecordError
from archive.api.forms import EntityListForm
from archive.api.pagination import page_of
from archive.entities.names import named
from archive.models import Article, Entity, Mention

LATEST_ARTICLES = 20

router = Router()


class CountedEntity(EntityCard):
    article_count: int


class EntityPage(Page):
    results: list[CountedEntity]


class EntityAlias(Schema):
    name: str
    script: str
    kind: str


class EntityDetail(CountedEntity):
    description: str
    description_latin: str
    wikidata_id: str | None
    aliases: list[EntityAlias]
    articles: list[ArticleCard] = Field(description=gettext_noop("The latest that mention it."))


@router.get(
    "/entities",
    response={200: EntityPage, 422: Problems},
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
    results = [entity_card(entity) | {"article_count": counts.get(entity.pk, 0)} for entity in rows]
    return page_answer(results, total, wanted["page"], wanted["page_size"])


@router.get(
    "/entities/{id}",
    response={200: EntityDetail, 404: Problems, 422: Problems},
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
    return entity_card(entity) | {
        "article_count": entity.article_count,
        "description": entity.description,
        "description_latin": entity.description_latin,
        "wikidata_id": entity.wikidata_id,
        "aliases": [
            {"name": alias.name, "script": alias.script, "kind": alias.kind} for alias in entity.aliases.all()
        ],
        "articles": [article_card(article) for article in latest],
    }


def _article_counts(entities: list[Entity]) -> dict[int, int]:
    """How many published articles mention each of ENTITIES."""
    mentions = Mention.objects.filter(entity__in=entities, article__in=Article.objects.published())
    rows = mentions.exclude(confirmed=False).order_by().values_list("entity")
    return dict(rows.annotate(number=models.Count("article", distinct=True)))
