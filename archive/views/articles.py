"""The front page and the article page."""

from datetime import datetime

from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from archive import metadata, reading, relations
from archive.demo.loading import is_demo
from archive.guards import read_only
from archive.models import Article, ArticleQuerySet, Section
from archive.readership import most_read
from archive.templatetags.archive import article_date, number
from archive.text.dates import format_date
from archive.views.citations import citation_files
from archive.views.withdrawn import withdrawn_page

SECONDARY_ARTICLES = 4
ARTICLES_PER_SECTION = 4
LATEST_ARTICLES = 8
ON_THIS_DAY_ARTICLES = 5


@read_only
def front(request: HttpRequest) -> HttpResponse:
    today = timezone.localtime()
    published = Article.objects.published()
    foremost = list(
        published.filter(importance__gt=0)
        .order_by("-importance", "-listed_at", "-pk")
        .for_cards()[: 1 + SECONDARY_ARTICLES]
    )
    # An archive in which nobody has marked anything opens with its newest.
    foremost = foremost or list(published.newest_first().for_cards()[:1])
    lead, secondary = (foremost[0], foremost[1:]) if foremost else (None, [])
    others = published.exclude(pk__in=[article.pk for article in foremost])
    latest = list(others.newest_first().for_lines()[:LATEST_ARTICLES])
    return render(
        request,
        "archive/front.html",
        {
            "today": today,
            "article_count": published.count(),
            "demo": any(is_demo(article) for article in (*foremost, *latest)),
            "lead": lead,
            "secondary": secondary,
            "section_blocks": _section_blocks(others),
            "latest": latest,
            "most_read": most_read(today.date()),
            "on_this_day": on_this_day(published, today),
            "metadata": metadata.site_metadata(request),
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
@staff_member_required
def article_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """An article as it will look, for those who may see it in the admin, whatever its state."""
    article = get_object_or_404(_with_all_its_page_shows(Article.objects.all()), pk=pk)
    if not request.user.has_perm("archive.view_article"):
        return redirect("admin:index")
    return _article_page(request, article, preview=_preview(article))


def _preview(article: Article) -> dict:
    """What the bar above a preview says of ARTICLE: its state, who sees it, and where it is edited."""
    if article.status == Article.Status.DRAFT:
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
    return (
        articles.select_related("section", "source", "capture")
        .defer("capture__content_compressed")
        .with_revision()
        .prefetch_related("authors", "images", "links", "mentions")
    )


def _article_page(request: HttpRequest, article: Article, *, preview: dict | None = None) -> HttpResponse:
    links = reading.visible_links(article)
    story = relations.story_part(article)
    groups = reading.entity_groups(article)
    beside = reading.neighbours(article)
    copies = reading.copies(article)
    story_ids = {entry.pk for entry in story.articles} if story else set()
    linked = (*_articles(links.related), *_articles(links.background), *_articles(links.follow_ups))
    shown = {*story_ids, *(entry.pk for entry in (*copies, *linked))}
    stated = _shown(links.related, but=story_ids)
    computed = relations.related(article, excluding=shown, count=max(0, relations.MAX_RELATED - len(stated)))
    trail = [{"label": article.section.label, "url": article.section.get_absolute_url()}] if article.section else []
    canonical_url = request.build_absolute_uri(article.get_absolute_url())
    short_path = reverse("archive:article-by-id", args=[article.pk])
    return render(
        request,
        "archive/article_detail.html",
        {
            "article": article,
            "demo": is_demo(article),
            "body": reading.body_html(article, groups),
            "canonical_url": canonical_url,
            "previous": beside.previous,
            "next": beside.next,
            "story": story,
            "entity_groups": [
                {"kind": group.kind, "label": kind_plural(group.kind), "entities": group.entities} for group in groups
            ],
            "quotations": reading.quotations(article),
            "copies": copies,
            # What the story's timeline already lists is not listed twice.
            "background": _shown(links.background, but=story_ids),
            "follow_ups": _shown(links.follow_ups, but=story_ids),
            "related": [*stated, *map(with_reason, computed)][: relations.MAX_RELATED],
            "citation": None if preview else _citation(article, request.build_absolute_uri(short_path)),
            "citation_files": citation_files(article),
            "trail": trail,
            "preview": preview,
            "metadata": None if preview else _metadata(request, article, beside),
        },
    )


def on_this_day(published: ArticleQuerySet, today: datetime) -> list[dict]:
    """Articles of the day of TODAY in earlier years, with their `year`, oldest first."""
    articles = published.filter(
        published_at__year__lt=today.year,
        published_at__month=today.month,
        published_at__day=today.day,
        date_precision__in=("minute", "day"),
    )
    return [
        {"year": timezone.localtime(article.published_at).year, "article": article}
        for article in articles.order_by("listed_at", "pk").for_lines()[:ON_THIS_DAY_ARTICLES]
    ]


def _section_blocks(published: ArticleQuerySet) -> list[dict]:
    """The newest articles of each section, in three queries however many sections there are."""
    sections = list(Section.objects.all())
    if not sections:
        return []
    newest = [
        published.filter(section=section).newest_first().values("pk", "section")[:ARTICLES_PER_SECTION]
        for section in sections
    ]
    rows = list(newest[0].union(*newest[1:], all=True)) if len(newest) > 1 else list(newest[0])
    articles = Article.objects.for_cards().in_bulk(row["pk"] for row in rows)
    blocks = []
    for section in sections:
        members = [articles[row["pk"]] for row in rows if row["section"] == section.pk]
        members.sort(key=lambda article: (article.listed_at, article.pk), reverse=True)
        if members:
            blocks.append({"section": section, "articles": members})
    return blocks


def _articles(neighbours: list[reading.Neighbour]) -> list[Article]:
    return [neighbour.article for neighbour in neighbours if neighbour.article]


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


def kind_plural(kind: str) -> str:
    return {
        "person": _("People"),
        "organisation": _("Organisations"),
        "place": _("Places"),
        "event": _("Events"),
    }[kind]


def _citation(article: Article, url: str) -> SafeString:
    """How ARTICLE is cited: with its short address, URL, which stays when its title is corrected."""
    source = article.source
    authors = _(", ").join(article.author_names)
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
