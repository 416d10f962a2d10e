"""The front page and the article page."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.admin.views.decorators import staff_member_required
from django.db.models.expressions import RawSQL
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from archive import metadata, reading, relations
from archive.caching.chrome import chrome_of
from archive.demo.loading import is_demo
from archive.forms import FrontOrderForm
from archive.guards import read_only
from archive.models import TO_THE_DAY, Article, ArticleQuerySet, Beside, Section, with_beside
from archive.models.article import shown_in_sql
from archive.models.site import read_share_targets
from archive.newsroom.front import foremost
from archive.readership import most_read
from archive.subscriptions.wording import Subject, subject
from archive.templatetags.archive import article_date, number
from archive.text.dates import format_date, iso_date
from archive.text.direction import direction, joined
from archive.views.citations import citation_files
from archive.views.networks import kind_labels
from archive.views.withdrawn import withdrawn_page

SECONDARY_ARTICLES = 4
ARTICLES_PER_SECTION = 4
LATEST_ARTICLES = 8
ON_THIS_DAY_YEARS = 5
NAMES_TO_SUBSCRIBE_TO = 3


@read_only
def front(request: HttpRequest) -> HttpResponse:
    return _front_page(request)


@read_only
@never_cache
@staff_member_required
def front_preview(request: HttpRequest) -> HttpResponse:
    """The front page with its first articles in another order, for those who may order it."""
    if not request.user.has_perm("archive.change_frontpagearticle"):
        return redirect("admin:index")
    ids = FrontOrderForm(request.GET).usable()["order"]
    order = urlencode({"order": ",".join(map(str, ids))})
    edit_url = f"{reverse('admin:archive_frontpagearticle_changelist')}?{order}"
    text = _("Readers see the front page as it was saved.")
    return _front_page(request, ids, preview={"state": _("the front page"), "text": text, "edit_url": edit_url})


def _front_page(
    request: HttpRequest, order: Sequence[int] | None = None, *, preview: dict | None = None
) -> HttpResponse:
    """The front page; in a PREVIEW with an ORDER of its first articles that is tried, and a bar that says so."""
    today = timezone.localtime()
    published = Article.objects.published()
    first = foremost(published, most=1 + SECONDARY_ARTICLES, order=order)
    lead, secondary = (first[0], first[1:]) if first else (None, [])
    others = published.exclude(pk__in=[article.pk for article in first])
    latest = list(others.newest_first().for_lines()[:LATEST_ARTICLES])
    return render(
        request,
        "archive/front.html",
        {
            "today": today,
            "article_count": published.count(),
            "demo": any(is_demo(article) for article in (*first, *latest)),
            "lead": lead,
            "secondary": secondary,
            "section_blocks": _section_blocks(others, chrome_of(request).sections),
            "latest": latest,
            "most_read": most_read(today.date()),
            "on_this_day": on_this_day(published, today),
            "metadata": metadata.site_metadata(request),
            "preview": preview,
        },
    )


@read_only
def article_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    article = _with_all_its_page_shows(Article.objects.published()).filter(pk=pk).first()
    if article is None:
        return withdrawn_page(request, pk)
    if slug != article.slug:
        return redirect(article, permanent=True)
    response = _article_page(request, article)
    if article.noindex:
        response["X-Robots-Tag"] = metadata.NOINDEX
    return response


@read_only
@never_cache
@staff_member_required
def article_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """An article as it will look, for those who may see it in the admin, whatever its state."""
    if not request.user.has_perm("archive.view_article"):
        return redirect("admin:index")
    article = get_object_or_404(_with_all_its_page_shows(Article.objects.all()), pk=pk)
    return _article_page(request, article, preview=_preview(article))


def _preview(article: Article) -> dict:
    """What the bar above a preview says of ARTICLE: its state, who sees it, and where it is edited."""
    if article.status in (Article.Status.DRAFT, Article.Status.REVIEW):
        text = _("Readers do not see it.")
    elif article.status == Article.Status.WITHDRAWN:
        text = _("Readers no longer see it.")
    elif article.published_at and article.published_at > timezone.now():
        local = timezone.localtime(article.published_at)
        moment = format_date(local, get_language(), precision=article.date_precision)
        text = _("Readers will see it from %(moment)s.") % {"moment": moment}
    else:
        text = _("Readers see it.")
    return {
        "state": article.state().label,
        "text": text,
        "edit_url": reverse("admin:archive_article_change", args=[article.pk]),
    }


def _metadata(request: HttpRequest, article: Article, beside: reading.Neighbours) -> metadata.PageMetadata:
    previous, following = beside.previous, beside.next
    return metadata.article_metadata(
        request, article, previous_path=previous and previous.url, next_path=following and following.url
    )


def _with_all_its_page_shows(articles: ArticleQuerySet) -> ArticleQuerySet:
    shown = articles.select_related("section", "source", "capture").defer("capture__content_compressed")
    return with_beside(shown)


def _article_page(request: HttpRequest, article: Article, *, preview: dict | None = None) -> HttpResponse:
    beside = Beside.of(article)
    # What is linked, or stands in its story, whose page has it, is not looked for again.
    hidden = {*beside.story_ids, *beside.copy_ids, *beside.refused, *(link.to_article_id for link in beside.links)}
    likest = relations.likest_to(article.pk, hidden=hidden - {None})
    beside.want(one.article_id for one in (likest.found if likest else ()))
    links = reading.visible_links(beside)
    groups, kinds = reading.entity_groups(beside), kind_labels()
    neighbours = reading.neighbours(beside)
    story = relations.story_part(beside)
    # What an editor linked, or the page itself, is shown once: here, if the story's timeline does not show it.
    in_timeline = {one.pk for one in story.articles} if story else set()
    computed = relations.with_reasons(likest, beside.lines, beside.entities) if likest else []
    related = [*_shown(links.related, but=in_timeline), *map(with_reason, computed)]
    trail = [{"label": article.section.label, "url": article.section.get_absolute_url()}] if article.section else []
    canonical_url = request.build_absolute_uri(article.get_absolute_url())
    short_url = request.build_absolute_uri(reverse("archive:article-by-id", args=[article.pk]))
    return render(
        request,
        "archive/article_detail.html",
        {
            "article": article,
            "demo": is_demo(article),
            "body": reading.body_html(beside),
            "minutes": reading.reading_minutes(article),
            # Few are corrected: the others are spared the question.
            "corrections": article.corrections.all() if beside.is_corrected else [],
            "canonical_url": canonical_url,
            "short_url": short_url,
            "own_share_links": _own_share_links(request, canonical_url, article.title),
            "shelf_entry": shelf_entry(article),
            "quote_pattern": _quote_pattern(article),
            "previous": neighbours.previous,
            "next": neighbours.next,
            "story": story,
            "subjects": _subjects(article, story, beside),
            "entity_groups": [
                {"kind": group.kind, "label": kinds[group.kind], "entities": group.entities} for group in groups
            ],
            "quotations": beside.quotations,
            "copies": beside.seen(beside.shown_copy_ids),
            "background": _shown(links.background, but=in_timeline),
            "follow_ups": _shown(links.follow_ups, but=in_timeline),
            "related": related[: relations.MAX_RELATED],
            "citation": None if preview else _citation(article, short_url),
            "citation_files": citation_files(article),
            "trail": trail,
            "preview": preview,
            "metadata": None if preview else _metadata(request, article, neighbours),
        },
    )


def _subjects(article: Article, story: relations.StoryPart | None, beside: Beside) -> list[Subject]:
    """What of ARTICLE's own can be subscribed to: its section, its story, and who and what it is about."""
    targets = [article.section, story and story.story, *reading.main_entities(beside, most=NAMES_TO_SUBSCRIBE_TO)]
    return [subject(target) for target in targets if target]


def _own_share_links(request: HttpRequest, url: str, title: str) -> list[dict[str, str]]:
    return [target.link(url, title) for target in read_share_targets(chrome_of(request).site.own_share_targets)]


# Year by year by the index of dates: to look at each article for its day would take the longer the more there are.
# In a year without a 29 February the day would be the next.
_FOREMOST_OF_DAY = f"""
SELECT foremost.id
FROM (SELECT extract(year FROM min(listed_at) AT TIME ZONE %s)::int AS oldest FROM archive_article) AS held,
    generate_series(%s - 1, oldest, -1) AS year,
    LATERAL (SELECT make_timestamp(year, %s, 1, 0, 0, 0) + (%s - 1) * interval '1 day' AS begins) AS day,
    LATERAL (
        SELECT id FROM archive_article AS other
        WHERE {shown_in_sql("other")} AND date_precision IN ({", ".join(f"'{known}'" for known in TO_THE_DAY)})
            AND listed_at >= begins AT TIME ZONE %s AND listed_at < (begins + interval '1 day') AT TIME ZONE %s
            AND extract(day FROM begins) = %s
        ORDER BY importance DESC, listed_at DESC, id DESC LIMIT 1
    ) AS foremost
ORDER BY year DESC LIMIT {ON_THIS_DAY_YEARS:d}"""  # noqa: S608 - of constants


def on_this_day(published: ArticleQuerySet, today: datetime) -> list[dict]:
    """The foremost article of the day of TODAY in each earlier year, with its `year`, the latest years first."""
    zone = timezone.get_current_timezone_name()
    values = [zone, today.year, today.month, today.day, zone, zone, today.day]
    foremost = RawSQL(_FOREMOST_OF_DAY, values)  # noqa: S611
    articles = published.filter(pk__in=foremost).annotate(year=ExtractYear("published_at"))
    return [{"year": article.year, "article": article} for article in articles.newest_first().for_lines()]


def _section_blocks(published: ArticleQuerySet, sections: list[Section]) -> list[dict]:
    """The newest articles of each of SECTIONS, in one query however many there are."""
    newest = [
        published.filter(section=section).newest_first().values("pk")[:ARTICLES_PER_SECTION] for section in sections
    ]
    if not newest:
        return []
    ids = newest[0].union(*newest[1:], all=True) if len(newest) > 1 else newest[0]
    articles = list(Article.objects.filter(pk__in=ids).newest_first().for_cards())
    blocks = (
        {"section": section, "articles": [article for article in articles if article.section_id == section.pk]}
        for section in sections
    )
    return [block for block in blocks if block["articles"]]


def _shown(neighbours: list[reading.Neighbour], *, but: set[int]) -> list[Article | reading.Neighbour]:
    """Articles where they are here, without those numbered in BUT; titles where they are not yet."""
    shown = [neighbour.article or neighbour for neighbour in neighbours]
    return [entry for entry in shown if getattr(entry, "pk", None) not in but]


def with_reason(found: relations.Related) -> Article:
    """The article of FOUND, with `why` it is related and whether it `is_later`."""
    article = found.article
    article.is_later = found.is_later
    article.why = ""
    if found.entities:
        names = [format_html("<bdi>{}</bdi>", entity.label) for entity in found.entities]
        article.why = format_html(_("Both about {names}"), names=_joined(names))
    elif found.words:
        words = [format_html("«<bdi>{}</bdi>»", word) for word in found.words]
        article.why = format_html(_("In both: {words}"), words=_joined(words))
    return article


def _joined(words: list[SafeString]) -> SafeString:
    """One or two WORDS as a sentence has them."""
    return words[0] if len(words) == 1 else format_html(_("{one} and {other}"), one=words[0], other=words[1])


def shelf_entry(article: Article) -> SafeString:
    """What a reader's device keeps of ARTICLE in its own lists (static/js/shelf.js), as JSON for a script element."""
    return metadata.script_json(
        {
            "id": article.pk,
            "path": article.get_absolute_url(),
            "title": article.title,
            "language": article.language,
            "direction": direction(article.title, article.language),
            "source": article.source.label,
            "published": _known_day(article),
            "date": strip_tags(article_date(article)),
        }
    )


def _known_day(article: Article) -> str:
    """As much of ARTICLE's day as is known: "2017-12-21", "2017-12", "2017"; empty where nothing is."""
    if article.published_at is None:
        return ""
    precision = Article.Precision.DAY if article.date_precision == "minute" else article.date_precision
    return iso_date(timezone.localtime(article.published_at), precision)


def _quote_pattern(article: Article) -> str:
    """How words of ARTICLE are quoted: {words} and {url} are put in where they are chosen."""
    said = {
        "words": "{words}",
        "title": article.title,
        "source": article.source.label,
        "date": strip_tags(article_date(article)) if article.published_at else _("date unknown"),
        "url": "{url}",
    }
    return _("“%(words)s” — “%(title)s”, %(source)s, %(date)s. %(url)s") % said


def _citation(article: Article, url: str) -> SafeString:
    """How ARTICLE is cited: with its short address, URL, which stays when its title is corrected."""
    source = article.source
    authors = joined(article.author_names, _(", "))
    words = {
        "authors": _words_in(article.language, authors),
        "title": _words_in(article.language, article.title),
        "source": _words_in("ar" if source.label == source.name else "en", source.label),
        "date": article_date(article) if article.published_at else _("date unknown"),
        "record": number(str(article.pk)),
        "url": format_html('<bdi lang="en" dir="ltr">{}</bdi>', url),
    }
    if authors:
        pattern = _("%(authors)s, “%(title)s”, %(source)s, %(date)s. Record %(record)s, %(url)s")
    else:
        pattern = _("“%(title)s”, %(source)s, %(date)s. Record %(record)s, %(url)s")
    return mark_safe(pattern % {name: conditional_escape(word) for name, word in words.items()})  # noqa: S308 - escaped


def _words_in(language: str, words: str) -> SafeString:
    return format_html('<bdi lang="{}">{}</bdi>', language, words)
