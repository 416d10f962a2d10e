"""Completions of what is being typed."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from archive.api import parameters
from archive.api.answers import Problems
from archive.api.cards import EntityCard, entity_card
from archive.api.errors import InvalidInputError
from archive.forms import SuggestForm
from archive.search.limits import time_limit
from archive.search.suggest import Suggestions, suggest

SUGGEST_MAX_AGE_SECONDS = 60

router = Router()


class SuggestedTitle(Schema):
    id: int
    title: str
    url: str = Field(description=_("The path of its page on this site."))


class SuggestedEntity(EntityCard):
    spelling: str = Field(description=_("The spelling of its name that begins so."))


class SuggestedWord(Schema):
    text: str = Field(description=_("The whole query, its last word completed."))


class SuggestionLists(Schema):
    titles: list[SuggestedTitle]
    entities: list[SuggestedEntity]
    words: list[SuggestedWord]


@router.get(
    "/suggest",
    response={200: SuggestionLists, 422: Problems},
    summary=_("Completions of what is being typed"),
    description=_("A few of each kind, the most popular first."),
    operation_id="suggest",
    url_name="suggest",
    openapi_extra={"parameters": parameters.SUGGEST},
)
def suggestions(request: HttpRequest, response: HttpResponse):
    form = SuggestForm(request.GET)
    if not form.is_valid():
        raise InvalidInputError(form.problems())
    patch_cache_control(response, public=True, max_age=SUGGEST_MAX_AGE_SECONDS)
    with time_limit():
        return suggestion_lists(suggest(form.cleaned_data["q"]))


def suggestion_lists(found: Suggestions) -> dict:
    return {
        "titles": [
            {"id": article.pk, "title": article.title, "url": article.get_absolute_url()} for article in found.titles
        ],
        "entities": [entity_card(entity) | {"spelling": entity.spelling} for entity in found.entities],
        "words": [{"text": text} for text in found.words],
    }
