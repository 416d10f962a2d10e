"""Quotations: who said what."""

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router

from archive.api import parameters
from archive.api.answers import Page, Problems, Stretch, page_answer
from archive.api.cards import ArticleCard, EntityCard, article_card, entity_card
from archive.api.errors import InvalidInputError
from archive.api.forms import QuotationListForm
from archive.api.pagination import check_depth
from archive.models import Quotation as SaidWords
from archive.search.engine import MAX_RESULTS
from archive.search.limits import time_limit
from archive.search.quotations import counted, matching

router = Router()


class SpeakerWords(Stretch):
    text: str


class Quotation(Stretch):
    """Where it stands in the plain text, and whose words it tells."""

    text: str
    kind: str = Field(json_schema_extra={"enum": SaidWords.Kind.values})
    speaker: EntityCard | None = Field(description=_("Null where it is not known who it was."))
    speaker_words: SpeakerWords | None = Field(description=_("Who said it in the article’s own words."))
    source_kind: str | None = Field(
        description=_("What kind of source that is, where it is one without a name."),
        json_schema_extra={"enum": [*SaidWords.SourceKind.values, None]},
    )


class FoundQuotation(Quotation):
    article: ArticleCard


class QuotationPage(Page):
    results: list[FoundQuotation]


@router.get(
    "/quotations",
    response={200: QuotationPage, 422: Problems},
    summary=_("Quotations: who said what"),
    description=_("The newest first. Counted up to a thousand."),
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
    results = [quotation(said) | {"article": article_card(said.article)} for said in rows]
    return page_answer(results, count, page, page_size, exact=is_exact)


def quotation(said: SaidWords) -> dict:
    words = {"start": said.speaker_start, "end": said.speaker_end, "text": said.speaker_text}
    return {
        "start": said.start,
        "end": said.end,
        "text": said.text,
        "kind": said.kind,
        "speaker": entity_card(said.speaker) if said.speaker else None,
        "speaker_words": words if said.speaker_start is not None else None,
        "source_kind": said.source_kind or None,
    }
