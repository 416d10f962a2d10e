"""The index of names and the page of an entity."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Paginator
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.caching.chrome import chrome_of
from archive.entities.names import named
from archive.entity_forms import EntityArticlesForm
from archive.forms import EntityIndexForm
from archive.guards import read_only
from archive.metadata import entity_metadata, page_metadata
from archive.models import Alias, Entity
from archive.networks.mapping import map_of
from archive.pagination import numbered_pages
from archive.search.limits import TOO_LONG_STATUS, SearchTimeoutError
from archive.search.quotations import QuotationRequest, matching
from archive.text.normalize import has_words
from archive.views.entity_articles import articles_context
from archive.views.networks import companions_of, drawings, kind_labels

ENTITIES_PER_PAGE = 60
MAX_QUOTATIONS = 6


@read_only
def entity_index(request: HttpRequest) -> HttpResponse:
    wanted = EntityIndexForm(request.GET).usable()
    index_url = reverse("archive:entity-index")
    q, kind, letter = wanted["q"], wanted["kind"], wanted["letter"]
    entities = Entity.objects.mentioned().filter(**({"kind": kind} if kind else {}))
    if has_words(q):
        entities = named(entities, q)
    by_letter = entities.by_letter(latin=get_language() == "en")
    order = ["-begins_so"] if has_words(q) else []
    most_named = entities.order_by(*order, "-article_count", "index_key", "pk")
    shown = by_letter.filter(letter=letter) if letter else most_named
    page = Paginator(shown.values_list("pk", "article_count"), ENTITIES_PER_PAGE).get_page(wanted["page"])

    def url(**changes) -> str:
        parameters = {"q": q, "kind": kind, "letter": letter} | changes
        given = {name: value for name, value in parameters.items() if value and (name, value) != ("page", 1)}
        return f"{index_url}?{urlencode(given)}" if given else index_url

    pages = numbered_pages(page.number, page.paginator.num_pages, lambda number: url(page=number))
    kinds = [("", _("All")), *kind_labels().items()]
    # Names that were looked for are few: they need no alphabet.
    letters = [] if q else by_letter.exclude(letter="").order_by("letter").values_list("letter", flat=True).distinct()
    return render(
        request,
        "archive/entity_index.html",
        {
            "kinds": [
                {"label": label, "url": url(kind=key, letter=""), "current": key == kind} for key, label in kinds
            ],
            "letters": [
                {"label": initial.upper(), "url": url(letter=initial), "current": initial == letter}
                for initial in letters
            ],
            "most_named_url": url(letter=""),
            "q": q,
            "kind": kind,
            "letter": letter,
            "entities": _with_counts(page.object_list),
            # Names that were looked for are a view of the index; each letter and page of it stands for itself.
            "metadata": page_metadata(
                request,
                title=_("Names"),
                path=index_url if q else url(page=page.number),
                newer_url=pages["newer_url"],
                older_url=pages["older_url"],
            ),
            **pages,
        },
    )


def _with_counts(counted: Iterable[tuple[int, int]]) -> list[Entity]:
    """The entities of ids with their `article_count`, without those that readers must not see any more."""
    counts = dict(counted)
    visible = Entity.objects.visible().in_bulk(counts)
    for pk, entity in visible.items():
        entity.article_count = counts[pk]
    return [visible[pk] for pk in counts if pk in visible]


@read_only
def entity_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    names = Alias.objects.filter(entity=OuterRef("pk")).exclude(name__in=(OuterRef("name"), OuterRef("name_latin")))
    spellings = ArraySubquery(names.values(json=JSONObject(name="name", script="script")))
    visible = Entity.objects.visible()
    shown = visible.select_related("network").annotate(spellings=spellings)
    entity = shown.filter(pk=pk).first() or get_object_or_404(visible.instead_of(pk))
    if (entity.pk, entity.slug) != (pk, slug):
        query = request.GET.urlencode()
        return redirect(entity.get_absolute_url() + (f"?{query}" if query else ""), permanent=True)
    form = EntityArticlesForm(request.GET, entity, sections=chrome_of(request).sections)
    companions = companions_of(entity)
    context = {
        "entity": entity,
        "form": form,
        "spellings": [
            {
                "label": spelling["name"],
                "language": "en" if spelling["script"] == Alias.Script.LATIN else "ar",
                "url": f"{reverse('archive:search')}?{urlencode({'q': spelling['name']})}",
            }
            for spelling in entity.spellings
        ],
        "companions": companions.by_kind,
        "drawings": drawings(entity, companions),
        "quotations": matching(QuotationRequest(speaker=str(entity.pk))).for_lists().newest_first()[:MAX_QUOTATIONS],
        "quotations_url": f"{reverse('archive:quotation-index')}?{urlencode({'speaker': entity.pk})}",
        "map": map_of(companions.on_earth(entity)),
        "metadata": entity_metadata(request, entity),
    }
    try:
        context |= articles_context(request, entity, form)
    except SearchTimeoutError:
        return render(request, "archive/entity_detail.html", context | {"too_long": True}, status=TOO_LONG_STATUS)
    return render(request, "archive/entity_detail.html", context)
