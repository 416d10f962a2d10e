import pytest
from django.urls import reverse

from archive.models import Story, StoryArticle
from archive.stories.changing import renew
from tests.factories import ArticleFactory, StoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    story = StoryFactory(title="", articles=ArticleFactory.create_batch(3))
    renew(story.pk)
    story.refresh_from_db()
    return story


def form_data(story: Story, **changes) -> dict:
    """The form of STORY as a browser sends it back."""
    places = list(story.places.order_by("article_id"))
    fields = {
        "title": story.title,
        "places-TOTAL_FORMS": len(places),
        "places-INITIAL_FORMS": len(places),
    }
    for number, place in enumerate(places):
        fields |= {
            f"places-{number}-id": place.pk,
            f"places-{number}-story": story.pk,
            f"places-{number}-article": place.article_id,
        }
    return fields | changes


def change(client, story: Story, **changes):
    return client.post(reverse("admin:archive_story_change", args=[story.pk]), form_data(story, **changes))


def test_a_name_that_an_editor_gives_stays_until_it_is_taken_away(editor, story):
    automatic = story.title
    assert change(editor, story, title="قصة  العبّارة").status_code == 302
    story.refresh_from_db()
    assert (story.title, story.is_named) == ("قصة العبّارة", True)
    renew(story.pk)
    change(editor, story, title="")
    story.refresh_from_db()
    assert (story.title, story.is_named) == (automatic, False)


def test_an_article_that_is_taken_out_is_none_of_the_story(editor, story, client):
    change(editor, story, **{"places-0-taken_out": "on"})
    taken = story.places.get(taken_out=True)
    assert taken.article_id == min(story.places.values_list("article", flat=True))
    assert taken.article.title not in client.get(Story.objects.get().get_absolute_url()).content.decode()


def test_an_article_of_another_story_is_refused_in_a_sentence(editor, story):
    other = ArticleFactory()
    StoryFactory(articles=[other])
    response = change(
        editor,
        story,
        **{"places-TOTAL_FORMS": 4, "places-3-article": other.pk, "places-3-story": story.pk},
    )
    assert "أخرجه منها أولًا" in response.content.decode()
    assert not StoryArticle.objects.filter(story=story, article=other).exists()


def test_several_are_made_one(editor, story):
    other = StoryFactory(articles=ArticleFactory.create_batch(2))
    address = reverse("admin:archive_story_changelist")
    data = {"action": "merge_stories", "_selected_action": [story.pk, other.pk]}
    response = editor.post(address, data, follow=True)
    assert "صارت قصة واحدة" in response.content.decode()
    assert story.places.count() == 5
    assert [one.pk for one in editor.get(address).context["cl"].queryset] == [story.pk]
    alone = editor.post(address, data | {"_selected_action": [story.pk]}, follow=True)
    assert story.places.count() == 5
    assert alone.status_code == 200


def test_writers_do_not_change_stories(writer, story):
    assert writer.get(reverse("admin:archive_story_change", args=[story.pk])).status_code == 403
