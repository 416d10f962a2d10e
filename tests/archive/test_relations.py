import pytest

from archive import relations
from archive.models import Article, RefusedLink
from archive.relations import related, who_appears
from archive.search.limits import SearchTimeoutError
from archive.search.statistics import count_words
from tests.archive.affairs import DAY, FERRY, FERRY_TEXTS, affairs, write
from tests.archive.beside import story_part
from tests.factories import (
    ArticleFactory,
    CopyGroupFactory,
    EntityFactory,
    MentionFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db


def test_related_articles_say_what_both_are_about_and_which_came_later():
    first, second, third = affairs()["ferry"]
    island = EntityFactory(name="أرواد")
    for article in (second, third):
        MentionFactory(article=article, entity=island)
    found = {one.article: one for one in related(second)[:2]}
    assert (found[third].entities, found[third].words, found[third].is_later) == ([island], [], True)
    assert (found[first].entities, found[first].is_later) == ([], False)
    assert found[first].words == ["أرواد", "عبّارة"]


def test_neither_a_copy_nor_what_an_editor_refused_is_related():
    archive = affairs()
    first, second, third = archive["ferry"]
    CopyGroupFactory(articles=[first, second])
    assert [one.article for one in related(first)][:1] == [third]
    assert second not in {one.article for one in related(first)}
    # Refused from either side.
    RefusedLink.objects.create(article=third, other=first)
    assert third not in {one.article for one in related(first)}


def test_of_the_copies_of_another_text_the_likest_stands_for_all():
    first, second, third = affairs()["ferry"]
    later = write(FERRY[1], FERRY_TEXTS[1], days=30)
    count_words()
    assert {second, later, third} <= {one.article for one in related(first)}
    CopyGroupFactory(articles=[second, later])
    assert {second, later, third} & {one.article for one in related(first)} == {second, third}


def test_of_two_as_like_the_nearer_comes_first():
    entities = EntityFactory.create_batch(2)
    article, far, near = ArticleFactory.create_batch(3)
    Article.objects.filter(pk=far.pk).update(published_at=article.published_at.replace(year=2009))
    for one in (article, far, near):
        for entity in entities:
            MentionFactory(article=one, entity=entity)
    assert [one.article for one in related(article)] == [near, far]


def test_a_page_does_not_wait_for_them(monkeypatch):
    article = affairs()["ferry"][0]

    def never(*_arguments):
        raise SearchTimeoutError

    monkeypatch.setattr(relations, "alike", never)
    assert related(article) == []


def test_the_part_of_a_story_around_an_article():
    articles = [ArticleFactory(published_at=DAY.replace(day=day)) for day in range(1, 10)]
    story = StoryFactory(articles=articles)
    part = story_part(articles[4])
    assert (part.story, part.count, part.articles) == (story, 9, articles[1:8])
    assert (part.previous, part.next) == (articles[3], articles[5])
    assert (story_part(articles[0]).previous, story_part(articles[-1]).next) == (None, None)


def test_a_story_is_none_where_readers_see_one_article_of_it():
    shown, draft = ArticleFactory(), ArticleFactory(draft=True)
    StoryFactory(articles=[shown, draft])
    assert story_part(shown) is None


def test_who_appears_in_a_story_is_whom_several_of_its_articles_name():
    articles = ArticleFactory.create_batch(3)
    story = StoryFactory(articles=articles)
    often, once, refused = EntityFactory.create_batch(3)
    for article in articles:
        MentionFactory(article=article, entity=often)
        MentionFactory(article=article, entity=refused, confirmed=False)
    MentionFactory(article=articles[0], entity=once)
    assert [(entity, entity.shared_count) for entity in who_appears(story)] == [(often, 3)]
