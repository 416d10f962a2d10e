"""Stories: chains of articles on one affair."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Router

from archive import relations
from archive.api import parameters
from archive.api.answers import Moment, Page, Problems, page_answer, utc
from archive.api.cards import ArticleCard, StoryCard, article_card, story_card
from archive.api.errors import InvalidInputError, UnknownRecordError
from archive.api.forms import ListForm
from archive.api.pagination import page_of
from archive.models import Story

MAX_STORY_ARTICLES = 500

router = Router()


class ListedStory(StoryCard):
    article_count: int
    last_at: Moment | None = Field(description=gettext_noop("When the last of its articles was published."))


class StoryPage(Page):
    results: list[ListedStory]


class StoryDetail(ListedStory):
    articles: list[ArticleCard] = Field(description=gettext_noop("The oldest first."))


@router.get(
    "/stories",
    response={200: StoryPage, 422: Problems},
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
    return page_answer([listed_story(story) for story in rows], total, wanted["page"], wanted["page_size"])


@router.get(
    "/stories/{id}",
    response={200: StoryDetail, 404: Problems, 422: Problems},
    summary=gettext_noop("One story, with its articles"),
    operation_id="story",
    url_name="story",
)
def story_detail(request: HttpRequest, id: int):
    # One that was merged into another is found under its old number too.
    story = Story.objects.visible().with_last_shown().by_number(id)
    if story is None:
        raise UnknownRecordError(_("There is no such story."))
    articles = relations.in_story(story).for_cards()[:MAX_STORY_ARTICLES]
    return listed_story(story) | {"articles": [article_card(article) for article in articles]}


def listed_story(story: Story) -> dict:
    return story_card(story) | {
        "article_count": story.article_count,
        "last_at": utc(story.last_shown_at) if story.last_shown_at else None,
    }
