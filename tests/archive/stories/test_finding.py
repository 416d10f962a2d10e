import pytest

from archive.annotating import STEPS, annotate_waiting
from archive.copies.finding import find_copies
from archive.models import Article, ArticleLink, Story, StoryArticle, UnannotatedArticle
from archive.stories import finding
from archive.stories.finding import find_stories
from tests.archive.affairs import FERRY, FERRY_TEXTS, OTHERS, affairs, write
from tests.factories import ArticleLinkFactory

pytestmark = pytest.mark.django_db


def find(*articles: Article) -> None:
    find_stories(articles or list(Article.objects.order_by("pk")))


def stories() -> set[frozenset[int]]:
    """The articles of each story."""
    found: dict[int, set[int]] = {}
    for story, article in StoryArticle.objects.filter(taken_out=False).values_list("story", "article"):
        found.setdefault(story, set()).add(article)
    return {frozenset(articles) for articles in found.values()}


def ids(*articles: Article) -> frozenset[int]:
    return frozenset(article.pk for article in articles)


def test_the_articles_of_an_affair_are_a_story_and_others_are_in_none():
    archive = affairs()
    find()
    assert stories() == {ids(*archive["ferry"]), ids(*archive["bridge"])}
    story = Story.objects.get(places__article=archive["ferry"][0])
    assert (story.title in FERRY, story.is_named, story.last_at) == (True, False, archive["ferry"][-1].published_at)


def test_found_twice_they_stay_the_same():
    affairs()
    find()
    before = set(StoryArticle.objects.values_list("pk", "story", "article"))
    find()
    assert set(StoryArticle.objects.values_list("pk", "story", "article")) == before


def test_a_new_article_joins_the_story_that_is_there():
    archive = affairs()
    find()
    story = Story.objects.get(places__article=archive["ferry"][0])
    new = write("استئناف البحث عن ركاب عبّارة أرواد", FERRY_TEXTS[1], days=6)
    find(new)
    assert new.story_places.get().story == story


def test_what_was_printed_after_weeks_is_another_affair():
    affairs(gap=finding.WINDOW_DAYS + 1)
    find()
    assert stories() == set()


def test_an_article_of_an_unknown_day_belongs_to_no_story_by_its_words():
    archive = affairs()
    Article.objects.filter(pk=archive["bridge"][1].pk).update(date_precision="month")
    find(Article.objects.get(pk=archive["bridge"][1].pk))
    assert stories() == set()


def test_a_copy_is_no_step_of_an_affair():
    text = " ".join([FERRY_TEXTS[0], *(other for _title, other in OTHERS)])
    archive = affairs()
    first, second = write(FERRY[0], text), write(FERRY[0], text, days=1)
    find_copies([first.pk, second.pk])
    find(first, second)
    assert not any({first.pk, second.pk} <= story for story in stories())
    assert archive


def test_a_follow_up_joins_whatever_its_date_and_brings_two_stories_together():
    archive = affairs()
    find()
    late = write("الحكم في قضية", "حكمت المحكمة.", days=400)
    ArticleLinkFactory(from_article=archive["ferry"][2], to_article=late, kind=ArticleLink.Kind.FOLLOW_UP)
    find(late)
    assert ids(*archive["ferry"], late) in stories()
    ArticleLinkFactory(from_article=late, to_article=archive["bridge"][0], kind=ArticleLink.Kind.FOLLOW_UP)
    find(late)
    assert stories() == {ids(*archive["ferry"], late, *archive["bridge"])}


def test_what_an_editor_took_out_stays_out_and_what_an_editor_put_in_stays_in():
    archive = affairs()
    find()
    taken, kept = archive["ferry"][1], archive["others"][0]
    story = Story.objects.get(places__article=taken)
    StoryArticle.objects.filter(article=taken).update(taken_out=True)
    StoryArticle.objects.create(story=story, article=kept)
    find()
    assert ids(archive["ferry"][0], archive["ferry"][2], kept) in stories()
    ArticleLinkFactory(from_article=archive["ferry"][0], to_article=taken, kind=ArticleLink.Kind.FOLLOW_UP)
    find()
    assert not StoryArticle.objects.filter(article=taken, story=story, taken_out=False).exists()


def test_an_article_whose_text_is_another_now_leaves_its_story():
    archive = affairs()
    find()
    changed = archive["ferry"][2]
    changed.title, changed.body = OTHERS[0][0], f"<p>{OTHERS[0][1]}</p>"
    changed.save()
    find(changed)
    assert ids(*archive["ferry"][:2]) in stories()


def test_a_story_that_is_full_takes_no_more(monkeypatch):
    archive = affairs()
    find()
    monkeypatch.setattr(finding, "MAX_ARTICLES", 3)
    new = write("استئناف البحث عن ركاب عبّارة أرواد", FERRY_TEXTS[1], days=6)
    find(new)
    assert ids(*archive["ferry"]) in stories()


def test_the_worker_finds_them_once_what_they_are_made_of_has_changed():
    assert find_stories in STEPS
    archive = affairs()
    UnannotatedArticle.objects.all().delete()
    first, second = archive["others"][:2]
    ArticleLinkFactory(from_article=first, to_article=second, kind=ArticleLink.Kind.RELATED)
    assert not UnannotatedArticle.objects.exists()
    ArticleLinkFactory(from_article=first, to_article=second, kind=ArticleLink.Kind.FOLLOW_UP)
    annotate_waiting(lambda done, total: None)
    assert stories() == {ids(first, second)}


def test_a_draft_that_is_published_has_its_story_named():
    archive = affairs()
    one, draft = archive["bridge"]
    Article.objects.filter(pk=draft.pk).update(status=Article.Status.DRAFT)
    find(one)
    assert Story.objects.get(places__article=one).title == ""
    UnannotatedArticle.objects.all().delete()
    Article.objects.filter(pk=draft.pk).update(status=Article.Status.PUBLISHED)
    annotate_waiting(lambda done, total: None)
    assert Story.objects.get(places__article=one).title in (one.title, draft.title)


def test_a_story_whose_headline_is_deleted_is_named_and_dated_anew():
    first, second, last = affairs()["ferry"]
    find(first, second, last)
    Story.objects.update(title=last.title)
    UnannotatedArticle.objects.all().delete()
    last.delete()
    annotate_waiting(lambda done, total: None)
    story = Story.objects.get()
    assert story.title in (first.title, second.title)
    assert story.last_at == second.published_at


@pytest.mark.parametrize(
    "take_back", [lambda link: link.delete(), lambda link: ArticleLink.objects.update(kind=ArticleLink.Kind.RELATED)]
)
def test_what_only_a_follow_up_brought_together_parts_when_that_is_taken_back(take_back):
    first, second = affairs()["others"][:2]
    link = ArticleLinkFactory(from_article=first, to_article=second, kind=ArticleLink.Kind.FOLLOW_UP)
    find(first, second)
    assert stories() == {ids(first, second)}
    UnannotatedArticle.objects.all().delete()
    take_back(link)
    annotate_waiting(lambda done, total: None)
    assert stories() == set()
