"""The index of names and the page of an entity."""

from collections import Counter

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive.entities.names import named
from archive.forms import EntityIndexForm
from archive.guards import read_only
from archive.metadata import page_metadata
from archive.models import Alias, Article, Entity, Mention
from archive.pagination import keyset_page, numbered_pages
from archive.templatetags.archive import month_name
from archive.templatetags.archive import year as year_in_words
from archive.text.normalize import has_words
from archive.views.histograms import FEWEST_BARS, Bar, Histogram, years_histogram

ENTITIES_PER_PAGE = 60
MAX_MONTH_BARS = 72
MAX_COMPANIONS = 12


@read_only
def entity_index(request: HttpRequest) -> HttpResponse:
    wanted = EntityIndexForm(request.GET).usable()
    index_url = reverse("archive:entity-index")
    q, kind, letter = wanted["q"], wanted["kind"], wanted["letter"]
    entities = Entity.objects.visible().filter(**({"kind": kind} if kind else {}))
    if has_words(q):
        entities = named(entities, q)
    by_letter = entities.by_letter(latin=get_language() == "en")
    if letter:
        shown = by_letter.filter(letter=letter).with_article_counts()
    else:
        order = ["-begins_so"] if has_words(q) else []
        shown = entities.with_article_counts().order_by(*order, "-article_count", "name", "pk")
    page = Paginator(shown, ENTITIES_PER_PAGE).get_page(wanted["page"])

    def url(**changes) -> str:
        parameters = {"q": q, "kind": kind, "letter": letter} | changes
        given = {name: value for name, value in parameters.items() if value and (name, value) != ("page", 1)}
        return f"{index_url}?{urlencode(given)}" if given else index_url

    kinds = [("", _("All")), *((kind.value, label) for kind, label in zip(Entity.Kind, _kind_labels(), strict=True))]
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
            "entities": page.object_list,
            # Names that were looked for are a view of the index; each letter and page of it stands for itself.
            "metadata": page_metadata(request, title=_("Names"), path=index_url if q else url(page=page.number)),
            **numbered_pages(page.number, page.paginator.num_pages, lambda number: url(page=number)),
        },
    )


@read_only
def entity_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    entity = get_object_or_404(Entity.objects.visible(), pk=pk)
    if slug != entity.slug:
        return redirect(entity, permanent=True)
    mentions = Mention.objects.filter(entity=entity).exclude(confirmed=False)
    articles = Article.objects.published().filter(pk__in=mentions.values("article"))
    page = keyset_page(articles.for_lines(), before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    search_url = f"{reverse('archive:search')}?{urlencode({'entity': entity.pk})}"
    return render(
        request,
        "archive/entity_detail.html",
        {
            "entity": entity,
            "spellings": [
                {
                    "label": name,
                    "language": "en" if script == Alias.Script.LATIN else "ar",
                    "url": f"{reverse('archive:search')}?{urlencode({'q': name})}",
                }
                for name, script in Alias.objects.filter(entity=entity)
                .exclude(name__in=(entity.name, entity.name_latin))
                .values_list("name", "script")
            ],
            "count": articles.count(),
            "histogram": _histogram(articles, search_url),
            "articles": page.articles,
            "newer_url": page.newer,
            "older_url": page.older,
            "search_url": search_url,
            "companions": _companions(entity),
            "metadata": page_metadata(
                request, title=entity.label, path=entity.get_absolute_url(), description=entity.shown_description
            ),
        },
    )


def _histogram(articles, search_url: str) -> Histogram | None:
    """Articles by month, or by year where the months would be too many to see."""
    counts = Counter(
        {
            (month.year, month.month): n
            for month, n in articles.exclude(published_at=None)
            .order_by()
            .annotate(month=TruncMonth("published_at"))
            .values_list("month")
            .annotate(n=Count("pk"))
        }
    )
    if len(counts) < FEWEST_BARS:
        return None
    first, last = min(counts), max(counts)
    span = (last[0] - first[0]) * 12 + last[1] - first[1] + 1
    if span > MAX_MONTH_BARS:
        years: Counter[int] = Counter()
        for (year, _month), n in counts.items():
            years[year] += n
        return years_histogram(years, lambda year: f"{search_url}&from={year}&to={year}", mark_peak=True)
    highest = max(counts.values())
    bars = []
    for number in range(span):
        year, month = divmod(first[0] * 12 + first[1] - 1 + number, 12)
        n = counts[year, month + 1]
        day = f"{year:04d}-{month + 1:02d}"
        bars.append(
            Bar(
                label=_("%(month)s %(year)s") % {"month": month_name(month + 1), "year": year_in_words(year)},
                count=n,
                url=f"{search_url}&from={day}&to={day}" if n else None,
                peak=n == highest,
            )
        )
    return Histogram(bars, highest, bars[0].label, bars[-1].label)


def _companions(entity: Entity) -> list[Entity]:
    """The entities most often named in the same published articles, with `shared_count`."""
    together = Mention.objects.filter(entity=entity).exclude(confirmed=False).values("article")
    counts = dict(
        Mention.objects.filter(article__in=together)
        .filter(article__in=Article.objects.published())
        .exclude(Q(entity=entity) | Q(confirmed=False))
        .order_by()
        .values_list("entity")
        .annotate(n=Count("article", distinct=True))
        .order_by("-n", "entity")[:MAX_COMPANIONS]
    )
    found = Entity.objects.in_bulk(counts)
    companions = []
    for pk, n in counts.items():
        found[pk].shared_count = n
        companions.append(found[pk])
    return companions


def _kind_labels() -> list[str]:
    return [_("People"), _("Organisations"), _("Places"), _("Events")]
