from datetime import timedelta

import pytest
from django.utils import timezone

from archive.stories.changing import merge, renew
from tests.archive.affairs import affairs
from tests.factories import ArticleFactory, StoryFactory

pytestmark = pytest.mark.django_db


def test_stories_are_listed_and_shown_with_their_articles(client):
    articles = ArticleFactory.create_batch(2)
    story = StoryFactory(title="عبّارة أرواد", is_named=True, articles=articles)
    StoryFactory(articles=[ArticleFactory(), ArticleFactory(draft=True)])
    story.places.create(article=ArticleFactory(published_at=timezone.now() + timedelta(days=1)))
    renew(story.pk)
    card = {
        "id": story.pk,
        "title": "عبّارة أرواد",
        "url": story.get_absolute_url(),
        "article_count": 2,
        "last_at": "2017-12-21T08:30:00Z",
    }
    answer = client.get("/api/v1/stories").json()
    assert answer == {"count": {"value": 1, "exact": True}, "page": 1, "page_size": 20, "results": [card]}
    shown = client.get(f"/api/v1/stories/{story.pk}").json()
    assert [article["id"] for article in shown.pop("articles")] == [article.pk for article in articles]
    assert shown == card
    detail = client.get(f"/api/v1/articles/{articles[0].pk}").json()
    assert detail["story"] == {name: card[name] for name in ("id", "title", "url")}


def test_a_merged_story_is_found_under_its_old_number(client):
    kept, gone = (StoryFactory(articles=ArticleFactory.create_batch(2)) for _ in range(2))
    merge(kept.pk, gone.pk)
    assert client.get(f"/api/v1/stories/{gone.pk}").json()["id"] == kept.pk


@pytest.mark.parametrize(("path", "status"), [("/api/v1/stories/0", 404), ("/api/v1/stories?page=x", 422)])
def test_what_is_not_there_is_said(client, path, status):
    assert client.get(path).status_code == status


def test_articles_that_are_alike_say_why(client):
    first, _second, third = affairs()["ferry"]
    results = client.get(f"/api/v1/articles/{first.pk}/related").json()["results"]
    found = next(result for result in results if result["id"] == third.pk)
    assert (found["relation"], found["is_later"], found["shared_entities"]) == ("similar", True, [])
    assert len(found["shared_words"]) == 2
    assert set(found["shared_words"]) < {"غرق", "عبّارة", "أرواد"}
