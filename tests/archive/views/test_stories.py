"""The pages of stories, their feed and their place in the sitemap."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from archive.models import Article, Story
from archive.stories.changing import merge, renew
from archive.views import stories
from tests.archive.affairs import DAY
from tests.factories import ArticleFactory, ArticleLinkFactory, EntityFactory, MentionFactory, StoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    articles = [
        ArticleFactory(title=f"غرق العبّارة {number}", published_at=DAY + timedelta(hours=hours))
        for number, hours in enumerate((0, 2, 30))
    ]
    entity = EntityFactory(name="جزيرة أرواد")
    for article in articles:
        MentionFactory(article=article, entity=entity)
    story = StoryFactory(title="عبّارة أرواد", is_named=True, articles=articles)
    renew(story.pk)
    story.refresh_from_db()
    return story


def titles(response) -> list[list[str]]:
    return [[article.title for article in day] for day in response.context["days"]]


def test_a_story_is_a_timeline_of_days_oldest_or_newest_first(client, story):
    path = story.get_absolute_url()
    page = client.get(path)
    assert titles(page) == [["غرق العبّارة 0", "غرق العبّارة 1"], ["غرق العبّارة 2"]]
    assert titles(client.get(page.context["order_url"])) == [["غرق العبّارة 2"], ["غرق العبّارة 1", "غرق العبّارة 0"]]
    assert client.get(f"{path}?order=none").status_code == 200
    (group,) = page.context["entity_groups"]
    assert [(entity.name, entity.article_count) for entity in group["entities"]] == [("جزيرة أرواد", 3)]


def test_a_long_story_goes_on_page_by_page_in_either_order(client, story, monkeypatch):
    monkeypatch.setattr(stories, "ARTICLES_PER_PAGE", 2)
    path = story.get_absolute_url()
    first = client.get(path)
    second = client.get(first.context["older_url"])
    assert [titles(page) for page in (first, second)] == [
        [["غرق العبّارة 0", "غرق العبّارة 1"]],
        [["غرق العبّارة 2"]],
    ]
    assert second.context["newer_url"] == path
    newest = client.get(second.context["order_url"])
    assert titles(newest) == [["غرق العبّارة 2"], ["غرق العبّارة 1"]]
    last = client.get(newest.context["older_url"])
    assert (titles(last), last.context["older_url"]) == ([["غرق العبّارة 0"]], None)
    canonical = [page.context["metadata"].url.partition("?")[2] for page in (first, second, newest, last)]
    assert canonical == ["", "page=2", "", "order=newest&page=2"]
    assert f'href="{escape(newest.context["older_url"])}"' in newest.content.decode()


def test_another_slug_and_a_merged_story_lead_to_the_page(client, story):
    assert client.get(reverse("archive:story-by-id", args=[story.pk])).url == story.get_absolute_url()
    gone = StoryFactory(articles=ArticleFactory.create_batch(2))
    merge(story.pk, gone.pk)
    response = client.get(gone.get_absolute_url())
    assert (response.status_code, response.url) == (301, story.get_absolute_url())


@pytest.mark.parametrize("name", ["story-feed", "story-atom", "story-json"])
def test_the_feed_of_a_merged_story_is_that_of_the_one_it_is_in(client, story, name):
    gone = StoryFactory(articles=ArticleFactory.create_batch(2))
    merge(story.pk, gone.pk)
    response = client.get(reverse(f"archive:{name}", args=[gone.pk]))
    assert (response.status_code, response.url) == (301, reverse(f"archive:{name}", args=[story.pk]))


def test_a_story_of_one_published_article_has_no_page(client, story):
    Article.objects.exclude(title__endswith="0").update(status=Article.Status.DRAFT)
    assert client.get(story.get_absolute_url()).status_code == 404
    assert list(client.get(reverse("archive:story-index")).context["stories"]) == []
    assert client.get(reverse("archive:story-feed", args=[story.pk])).status_code == 404


def test_the_index_has_the_story_with_the_latest_article_first(client, story):
    older = StoryFactory(articles=ArticleFactory.create_batch(2))
    renew(older.pk)
    page = client.get(reverse("archive:story-index"))
    assert [(one.pk, one.article_count) for one in page.context["stories"]] == [(story.pk, 3), (older.pk, 2)]


def test_what_is_to_come_leaves_no_date_in_the_index(client, story):
    tomorrow = timezone.now() + timedelta(days=1)
    story.places.create(article=ArticleFactory(status=Article.Status.SCHEDULED, published_at=tomorrow))
    Story.objects.filter(pk=story.pk).update(last_at=tomorrow)
    page = client.get(reverse("archive:story-index")).text
    assert re.findall(r'<time datetime="([^"]+)"', page) == ["2018-03-06"]


def test_pages_of_stories_ask_as_many_questions_for_thirty_articles_as_for_two(story, query_count):
    few = [query_count(url) for url in (story.get_absolute_url(), reverse("archive:story-index"))]
    for article in ArticleFactory.create_batch(30):
        story.places.create(article=article)
        MentionFactory(article=article, entity=EntityFactory())
    for _ in range(5):
        StoryFactory(articles=ArticleFactory.create_batch(2))
    assert [query_count(url) for url in (story.get_absolute_url(), reverse("archive:story-index"))] == few


def test_an_article_names_its_story_and_leads_through_it(client, story):
    first, second, third = Article.objects.order_by("listed_at")
    page = client.get(second.get_absolute_url())
    assert (page.context["story"].previous, page.context["story"].next) == (first, third)
    content = page.content.decode()
    assert f'href="{story.get_absolute_url()}"' in content
    # Named in the story's timeline, they are not among the related ones again.
    assert page.context["related"] == []


def test_what_is_linked_stands_once_in_the_timeline_or_where_that_does_not_reach(client):
    articles = [ArticleFactory(published_at=DAY + timedelta(days=day)) for day in range(9)]
    StoryFactory(articles=articles)
    first, near, *far = (articles[number] for number in (0, 1, 5, 6, 7))
    lists = {"related": far[0], "background": far[1], "follow_ups": far[2]}
    for kind, other in zip(("related", "background", "follow_up"), far, strict=True):
        for to in (near, other):
            ArticleLinkFactory(from_article=first, to_article=to, kind=kind)
    context = client.get(first.get_absolute_url()).context
    assert context["story"].articles == articles[:4]
    assert {name: context[name] for name in lists} == {name: [other] for name, other in lists.items()}


def test_a_story_has_a_feed_and_an_address_in_the_sitemap(client, story):
    feed = client.get(reverse("archive:story-feed", args=[story.pk])).content.decode()
    assert feed.index("غرق العبّارة 2") < feed.index("غرق العبّارة 0")
    assert story.get_absolute_url() in client.get("/sitemap-stories.xml").content.decode()
