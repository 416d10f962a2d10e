"""Many articles changed at once, and taken back."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from archive.entities.linking import link_mentions
from archive.models import Article, Mention
from archive.newsroom import bulk
from archive.newsroom.bulk import Action, Wanted
from archive.newsroom.states import Hindrance
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, SectionFactory


@pytest.fixture
def user(db) -> User:
    return User.objects.create_user("chief")


@pytest.fixture
def do(user):
    def done(wanted: Wanted):
        return bulk.carry_out(Article.objects.all(), wanted, by=user, at=timezone.now())

    return done


def states_of(*articles: Article) -> list[str]:
    return [Article.objects.get(pk=article.pk).status for article in articles]


def test_publishing_tells_what_it_leaves_and_is_taken_back(do, user):
    draft, out = ArticleFactory(draft=True), ArticleFactory()
    waiting = ArticleFactory(draft=True, published_at="2099-01-01T00:00Z")
    textless = ArticleFactory(draft=True, body="", summary="")
    plan, change = do(Wanted(Action.PUBLISH))

    assert plan.becomes == {"published": [draft.pk], "scheduled": [waiting.pk]}
    assert plan.left == {Hindrance.ALREADY: [out.pk], Hindrance.NO_TEXT: [textless.pk]}
    assert states_of(draft, waiting, textless) == ["published", "scheduled", "draft"]
    assert bulk.undo(change, by=user) == (2, 0)
    assert states_of(draft, waiting, out) == ["draft", "draft", "published"]


def test_what_somebody_changed_since_is_left(do, user):
    articles = [ArticleFactory(draft=True), ArticleFactory(draft=True)]
    _plan, change = do(Wanted(Action.PUBLISH))
    Article.objects.filter(pk=articles[0].pk).update(status="withdrawn")

    assert bulk.undo(change, by=user) == (1, 1)
    assert states_of(*articles) == ["withdrawn", "draft"]
    assert bulk.undo(change, by=user) == (0, 0)


def test_a_withdrawal_has_its_notice_which_goes_with_it(do, user):
    article = ArticleFactory(withdrawal_notice="نص قديم")
    _plan, change = do(Wanted(Action.WITHDRAW, notice="سُحب لخطأ في الهوية."))
    article.refresh_from_db()

    assert (article.status, article.withdrawal_notice) == ("withdrawn", "سُحب لخطأ في الهوية.")
    bulk.undo(change, by=user)
    article.refresh_from_db()
    assert (article.status, article.withdrawal_notice) == ("published", "نص قديم")


def test_articles_of_several_sections_go_back_each_to_its_own(do, user):
    section = SectionFactory()
    articles = [ArticleFactory(), ArticleFactory(section=None), ArticleFactory(section=section)]
    before = [article.section_id for article in articles]
    plan, change = do(Wanted(Action.SECTION, section=section))

    assert (plan.left, change.article_count, change.target) == (
        {Hindrance.ALREADY: [articles[2].pk]},
        2,
        section.label,
    )
    assert set(Article.objects.values_list("section", flat=True)) == {section.pk}
    bulk.undo(change, by=user)
    assert [Article.objects.get(pk=article.pk).section_id for article in articles] == before


def test_a_name_is_added_to_whole_articles_and_taken_back(do, user):
    entity = EntityFactory()
    there = MentionFactory(entity=entity).article
    refused = MentionFactory(entity=entity, start=None, end=None, confirmed=False).article
    bare = ArticleFactory()
    plan, change = do(Wanted(Action.ADD_ENTITY, entity=entity))

    assert (sorted(plan.ids), plan.left) == (sorted([refused.pk, bare.pk]), {Hindrance.ALREADY: [there.pk]})
    whole = Mention.objects.filter(entity=entity, start=None, confirmed=True)
    assert set(whole.values_list("article", flat=True)) == {refused.pk, bare.pk}
    assert bulk.changed_articles(change) == {refused.pk, bare.pk}
    assert bulk.undo(change, by=user) == (2, 0)
    assert (whole.exists(), bare.mentions.exists(), refused.mentions.get().confirmed) == (False, False, False)


def test_a_name_that_is_removed_does_not_come_back_by_itself(do, user):
    entity = EntityFactory(name="رفيق الحريري")
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا.</p>")
    link_mentions([article.pk])
    _plan, change = do(Wanted(Action.REMOVE_ENTITY, entity=entity))
    link_mentions([article.pk])

    assert not article.mentions.exclude(confirmed=False).exists()
    bulk.undo(change, by=user)
    link_mentions([article.pk])
    assert list(article.mentions.values_list("entity", "start", "confirmed")) == [(entity.pk, 4, None)]
