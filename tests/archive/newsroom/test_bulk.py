"""Many articles changed at once, and taken back."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from archive.entities.linking import link_mentions
from archive.models import Article, BulkChange, Mention
from archive.newsroom import bulk
from archive.newsroom.bulk import Action, Left, Wanted
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


def undo(change: BulkChange) -> bulk.TakenBack:
    return bulk.undo(change, by=None, at=timezone.now())


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
    assert undo(change) == (1, {Left.SEEN: 1})
    assert states_of(draft, waiting, out) == ["published", "draft", "published"]


def test_what_readers_saw_becomes_no_draft_even_where_it_was_scheduled_first(do):
    waiting = ArticleFactory(status="review", published_at="2099-01-01T00:00Z")
    _plan, change = do(Wanted(Action.PUBLISH))

    assert bulk.undo(change, by=None, at=datetime(2099, 1, 2, tzinfo=UTC)) == (0, {Left.SEEN: 1})
    assert states_of(waiting) == ["scheduled"]


def test_what_somebody_changed_since_is_left(do):
    articles = ArticleFactory.create_batch(3, draft=True)
    _plan, change = do(Wanted(Action.REVIEW))
    Article.objects.filter(pk=articles[0].pk).update(status="withdrawn")
    articles[1].delete()

    assert undo(change) == (1, {Left.CHANGED: 2})
    assert states_of(articles[0], articles[2]) == ["withdrawn", "draft"]
    assert undo(change) == (0, {})


@pytest.mark.parametrize(
    ("status", "since"),
    [
        ("published", {"embargo_until": "2098-01-01T00:00Z"}),
        ("published", {"body": "", "summary": ""}),
        ("scheduled", {"published_at": None, "date_precision": "unknown"}),
    ],
)
def test_what_may_not_be_as_it_was_is_left_and_the_others_are_not(do, status, since):
    articles = ArticleFactory.create_batch(2, status=status)
    _plan, change = do(Wanted(Action.WITHDRAW, notice="سُحب لخطأ."))
    Article.objects.filter(pk=articles[0].pk).update(**since)

    assert undo(change) == (1, {Left.FORBIDDEN: 1})
    assert states_of(*articles) == ["withdrawn", status]


def test_articles_whose_section_is_no_more_are_left(do):
    old, articles = SectionFactory(), [ArticleFactory(), ArticleFactory()]
    Article.objects.filter(pk=articles[0].pk).update(section=old)
    _plan, change = do(Wanted(Action.SECTION, section=SectionFactory()))
    old.delete()

    assert undo(change) == (1, {Left.FORBIDDEN: 1})


def test_a_withdrawal_has_its_notice_which_goes_with_it(do, user):
    article = ArticleFactory(withdrawal_notice="نص قديم")
    _plan, change = do(Wanted(Action.WITHDRAW, notice="سُحب لخطأ في الهوية."))
    article.refresh_from_db()

    assert (article.status, article.withdrawal_notice) == ("withdrawn", "سُحب لخطأ في الهوية.")
    undo(change)
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
    undo(change)
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
    assert undo(change) == (2, {})
    assert (whole.exists(), bare.mentions.exists(), refused.mentions.get().confirmed) == (False, False, False)


def test_names_that_somebody_decided_about_since_are_left_and_counted_so(do):
    entity = EntityFactory()
    articles = ArticleFactory.create_batch(4)
    _plan, change = do(Wanted(Action.ADD_ENTITY, entity=entity))
    articles[0].mentions.update(confirmed=False)
    articles[1].mentions.all().delete()
    articles[2].delete()

    assert undo(change) == (1, {Left.CHANGED: 3})
    assert list(Mention.objects.values_list("article", "confirmed")) == [(articles[0].pk, False)]


def test_a_name_that_is_removed_does_not_come_back_by_itself(do):
    entity = EntityFactory(name="رفيق الحريري")
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا.</p>")
    link_mentions([article.pk])
    _plan, change = do(Wanted(Action.REMOVE_ENTITY, entity=entity))
    link_mentions([article.pk])

    assert not article.mentions.exclude(confirmed=False).exists()
    undo(change)
    link_mentions([article.pk])
    assert list(article.mentions.values_list("entity", "start", "confirmed")) == [(entity.pk, 4, None)]
