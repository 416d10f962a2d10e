"""The index of stories and the page of one, as a timeline."""

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from archive.forms import StoryForm, StoryIndexForm
from archive.guards import read_only
from archive.metadata import page_metadata, story_metadata
from archive.models import TO_THE_DAY, Article, Entity, Story
from archive.pagination import numbered_pages
from archive.relations import in_story, who_appears
from archive.views.networks import kind_labels

STORIES_PER_PAGE = 30
ARTICLES_PER_PAGE = 100


@read_only
def story_index(request: HttpRequest) -> HttpResponse:
    index_url = reverse("archive:story-index")
    wanted = StoryIndexForm(request.GET).usable()
    page = Paginator(Story.objects.visible().latest_first(), STORIES_PER_PAGE).get_page(wanted["page"])

    def url(number: int) -> str:
        return f"{index_url}?{urlencode({'page': number})}" if number > 1 else index_url

    pages = numbered_pages(page.number, page.paginator.num_pages, url)
    metadata = page_metadata(
        request,
        title=_("Stories"),
        path=url(page.number),
        newer_url=pages["newer_url"],
        older_url=pages["older_url"],
    )
    return render(request, "archive/story_index.html", {"stories": page.object_list, "metadata": metadata, **pages})


@read_only
def story_detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    story = Story.objects.visible().filter(pk=pk).first()
    if story is None:
        merged = get_object_or_404(Story, pk=pk, merged_into__isnull=False)
        return redirect(get_object_or_404(Story.objects.visible(), pk=merged.merged_into_id), permanent=True)
    if slug != story.slug:
        return redirect(story, permanent=True)
    wanted = StoryForm(request.GET).usable()
    newest_first = wanted["order"] == StoryForm.NEWEST
    articles = in_story(story).for_lines()
    page = Paginator(articles.reverse() if newest_first else articles, ARTICLES_PER_PAGE).get_page(wanted["page"])
    shown = list(page.object_list)

    def url(number: int = 1, order: str = wanted["order"]) -> str:
        given = {"order": order} if order else {}
        asked = urlencode(given | {"page": number} if number > 1 else given)
        return f"{story.get_absolute_url()}?{asked}" if asked else story.get_absolute_url()

    pages = numbered_pages(page.number, page.paginator.num_pages, url)
    return render(
        request,
        "archive/story_detail.html",
        {
            "story": story,
            "days": _days(shown),
            "order_url": url(order="" if newest_first else StoryForm.NEWEST),
            "newest_first": newest_first,
            "entity_groups": _entity_groups(who_appears(story)),
            "feed_url": reverse("archive:story-feed", args=[story.pk]),
            "metadata": story_metadata(
                request,
                story,
                shown,
                # The other order is no page of its own, but for those further on, which hold other articles.
                path=url(page.number) if page.number > 1 else story.get_absolute_url(),
                newest_first=newest_first,
                newer_url=pages["newer_url"],
                older_url=pages["older_url"],
            ),
            **pages,
        },
    )


def _days(articles: list[Article]) -> list[list[Article]]:
    """ARTICLES, which are in order, day by day; each that is dated to no day stands alone."""

    def day(article: Article):
        is_dated = article.date_precision in TO_THE_DAY
        return timezone.localtime(article.published_at).date() if is_dated else article.pk

    return [list(group) for _day, group in groupby(articles, key=day)]


def _entity_groups(entities: list[Entity]) -> list[dict]:
    """ENTITIES by kind, each with how many articles of the story name it."""
    for entity in entities:
        entity.article_count = entity.shared_count
    kinds = kind_labels()
    return [
        {"kind": kind, "label": kinds[kind], "entities": members}
        for kind in Entity.Kind.values
        if (members := [entity for entity in entities if entity.kind == kind])
    ]
