from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User

from archive.annotating import annotate, annotate_waiting
from archive.entities import current
from archive.entities.deciding import accept, accept_as_new, undo_last
from archive.entities.unknown_names import propose_unknown_names
from archive.models import Article, NameModel, NameProposal, RefusedName
from archive.tasks.names import relink_entity
from tests.archive.entities.tagged import tiny_model
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db

TEXT = "قال الوزير شادي غندور في مدينة طرابلس إن العمل مستمر ."


@pytest.fixture(autouse=True)
def tagger(monkeypatch):
    monkeypatch.setattr(current, "shipped_model", tiny_model)
    current._model.cache_clear()
    yield
    current._model.cache_clear()


@pytest.fixture
def article() -> Article:
    return ArticleFactory(body=f"<p>{TEXT}</p>")


def proposals(**where) -> list[tuple[str, str]]:
    found = NameProposal.objects.filter(state="waiting", reason="unknown", confidence__gte=0.5, **where)
    return [(proposal.name, proposal.kind) for proposal in found.order_by("start")]


def test_unknown_names_are_proposed_where_they_stand(article):
    annotate([article.pk])

    assert proposals() == [("شادي غندور", "person"), ("طرابلس", "place")]
    for proposal in NameProposal.objects.all():
        assert article.text[proposal.start : proposal.end] == proposal.name


@pytest.mark.parametrize("is_known", [False, True])
def test_what_a_decision_settled_elsewhere_is_proposed_again_when_it_is_undone(article, is_known):
    editor = User.objects.create_user("هالة")
    other = ArticleFactory(body=article.body)
    annotate_waiting(lambda done, total: None)
    first = NameProposal.objects.filter(article=article, name="شادي غندور")
    if is_known:
        entity = accept(first, EntityFactory(name="نادر حداد"), by=editor).entity
    else:
        entity = accept_as_new(first, kind="person", name="شادي غندور", by=editor).entity
    relink_entity(entity_id=entity.pk)
    assert proposals(article=other) == [("طرابلس", "place")]
    undo_last(editor)
    relink_entity(entity_id=entity.pk)
    annotate_waiting(lambda done, total: None)
    assert proposals(article=other) == [("شادي غندور", "person"), ("طرابلس", "place")]


def test_a_tagger_that_an_earlier_version_trained_is_passed_over(article):
    content = BytesIO()
    with ZipFile(content, "w") as packed:
        packed.writestr("weights.crf", b"lCRF")
    NameModel.objects.create(content=content.getvalue(), decisions=100)

    propose_unknown_names([article])

    assert proposals() == [("شادي غندور", "person"), ("طرابلس", "place")]


def test_the_same_article_again_changes_no_row(article):
    propose_unknown_names([article])
    before = list(NameProposal.objects.order_by("pk").values())
    propose_unknown_names([article])

    assert list(NameProposal.objects.order_by("pk").values()) == before


def test_a_changed_text_is_proposed_anew(article):
    propose_unknown_names([article])
    Article.objects.filter(pk=article.pk).update(body="<p>وصل الرئيس مروان كنعان إلى زحلة صباح اليوم .</p>")
    annotate([article.pk])

    assert proposals() == [("مروان كنعان", "person"), ("زحلة", "place")]


def test_a_name_that_comes_again_is_one_proposal_at_its_first_place():
    article = ArticleFactory(body=f"<p>{TEXT}</p><p>{TEXT}</p>")
    propose_unknown_names([article])

    assert proposals(start__lt=len(TEXT)) == proposals() == [("شادي غندور", "person"), ("طرابلس", "place")]


def test_what_is_a_mention_already_is_not_proposed(article):
    start = TEXT.index("طرابلس")
    MentionFactory(article=article, entity=EntityFactory(kind="place"), start=start, end=start + 6)
    propose_unknown_names([article])

    assert proposals() == [("شادي غندور", "person")]


def test_what_another_step_asks_about_is_not_asked_twice(article):
    start = TEXT.index("طرابلس")
    NameProposal.objects.create(
        article=article, name="طرابلس", start=start, end=start + 6, kind="place", reason="shared", confidence=0.5
    )
    propose_unknown_names([article])

    assert proposals() == [("شادي غندور", "person")]
    assert NameProposal.objects.filter(reason="shared").count() == 1


def test_a_name_refused_everywhere_is_not_proposed(article):
    RefusedName.objects.create(name="طرابلس")
    propose_unknown_names([article])

    assert proposals() == [("شادي غندور", "person")]


@pytest.mark.parametrize("state", ["accepted", "rejected"])
@pytest.mark.parametrize("text_changes", [False, True])
def test_what_an_editor_decided_is_not_asked_again_there(article, state, text_changes):
    propose_unknown_names([article])
    NameProposal.objects.filter(name="طرابلس").update(state=state)
    other = ArticleFactory(body=f"<p>{TEXT}</p>")
    if text_changes:
        Article.objects.filter(pk=article.pk).update(body=f"<p>عاجل</p><p>{TEXT}</p>")
    annotate([article.pk, other.pk])

    assert proposals(article=article) == [("شادي غندور", "person")]
    assert proposals(article=other) == [("شادي غندور", "person"), ("طرابلس", "place")]


def test_an_entity_refused_in_an_article_is_not_proposed_there(article):
    tripoli = EntityFactory(kind="place", name="طرابلس")
    MentionFactory(article=article, entity=tripoli, confirmed=False)
    propose_unknown_names([article])

    assert proposals() == [("شادي غندور", "person")]


@pytest.mark.parametrize(
    ("name", "kind", "suggested"),
    [
        ("شادي غندور", "person", True),
        ("شادي غندورة", "person", False),
        ("شاد غندور", "person", True),  # As it sounds.
        ("نبيل شادي غندور", "person", True),  # What one may be called without the given name.
        ("شاد غندور", "organisation", False),
    ],
)
def test_whom_a_name_likely_means_is_suggested(article, name, kind, suggested):
    entity = EntityFactory(name=name, kind=kind)
    propose_unknown_names([article])

    proposal = NameProposal.objects.get(name="شادي غندور")
    assert proposal.entity == (entity if suggested else None)


def test_nobody_is_suggested_where_two_may_be_meant(article):
    for _number in range(2):
        AliasFactory(entity=EntityFactory(), name="شادي غندور", ambiguous=True)
    propose_unknown_names([article])

    assert NameProposal.objects.get(name="شادي غندور").entity is None


def test_an_entity_that_was_deleted_meanwhile_is_not_suggested(article):
    entity = EntityFactory(name="شادي غندور")
    stale = current.known_names()
    entity.delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.entities.unknown_names.known_names", lambda: stale)
        propose_unknown_names([article])

    assert NameProposal.objects.get(name="شادي غندور").entity is None


def test_a_batch_takes_the_same_number_of_queries(django_assert_max_num_queries):
    articles = [ArticleFactory(body=f"<p>{TEXT}</p>") for _number in range(5)]
    with django_assert_max_num_queries(13):
        propose_unknown_names(articles)
