import pytest

from archive.entities.linking import link_mentions
from archive.entities.splitting import mentioning_articles, split, splittable_names
from archive.exceptions import DecisionError
from archive.models import Entity, Mention
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assad() -> Entity:
    """Father and son in one."""
    return EntityFactory(name="بشار الأسد", aliases=["حافظ الأسد", "Hafez al-Assad"])


def new_one(entity: Entity, **chosen) -> Entity:
    return split(entity, kind="person", name="حافظ الأسد", name_latin="Hafez al-Assad", **chosen)


def names(entity: Entity) -> set[tuple[str, str]]:
    return set(entity.aliases.values_list("name", "kind"))


def test_a_name_goes_with_the_mentions_that_are_it(assad):
    article = ArticleFactory(body="<p>بشار الأسد وحافِظ الاسد</p>")
    link_mentions([article.pk])
    decided = MentionFactory(
        article=ArticleFactory(body="<p>حافظ الأسد</p>"), entity=assad, start=0, end=10, confirmed=True
    )
    proposal = NameProposalFactory(
        article=decided.article, name="حافظ الأسد", state="accepted", entity=assad, mention=decided
    )
    father = new_one(assad, alias_ids=assad.aliases.exclude(name=assad.name).values_list("pk", flat=True))
    assert names(father) == {("حافظ الأسد", "name"), ("Hafez al-Assad", "name")}
    assert names(assad) == {("بشار الأسد", "spelling")}
    assert {mention.article.text[mention.start : mention.end] for mention in father.mentions.all()} == {
        "حافِظ الاسد",
        "حافظ الأسد",
    }
    assert assad.mentions.count() == 1
    proposal.refresh_from_db()
    assert proposal.entity == father
    assert set(Mention.objects.values_list("confirmed", flat=True)) == {None, True}


def test_chosen_articles_go_and_stay_where_they_went(assad):
    articles = ArticleFactory.create_batch(2, body="<p>قال الأسد</p>")
    assad.aliases.create(name="الأسد")
    link_mentions([article.pk for article in articles])
    father = new_one(assad, article_ids=[articles[0].pk])
    father.aliases.create(name="الأسد")
    link_mentions([article.pk for article in articles])
    assert set(Mention.objects.values_list("article", "entity", "confirmed")) == {
        (articles[0].pk, father.pk, True),
        (articles[1].pk, assad.pk, None),
    }


def test_the_main_names_of_what_is_split_stay(assad):
    main = assad.aliases.get(name="بشار الأسد")
    assert main not in splittable_names(assad)
    with pytest.raises(DecisionError):
        new_one(assad, alias_ids=[main.pk])
    with pytest.raises(DecisionError):
        new_one(assad)
    assert Entity.objects.count() == 1


def test_refused_mentions_are_left_with_what_they_were_refused_for(assad):
    refused = MentionFactory(entity=assad, confirmed=False)
    with pytest.raises(DecisionError):
        new_one(assad, article_ids=[refused.article_id])
    assert list(mentioning_articles(assad)) == []


def test_articles_are_listed_once_each_the_latest_first(assad):
    early, late = ArticleFactory(published_at="2015-01-01T00:00Z"), ArticleFactory(published_at="2016-01-01T00:00Z")
    for article, start in ((early, 5), (early, 3), (late, None)):
        MentionFactory(article=article, entity=assad, start=start, end=start and start + 2)
    assert [(one.pk, one.first_mention) for one in mentioning_articles(assad)] == [(late.pk, None), (early.pk, 3)]
