import pytest

from archive.entities.linking import link_mentions
from archive.entities.resolving import resolve_held_back
from archive.models import Mention, NameProposal, RefusedName, UnannotatedArticle
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory


def proposals(article):
    found = NameProposal.objects.filter(article=article, state="waiting").order_by("start")
    return [(one.name, one.entity and one.entity.name, one.reason) for one in found]


def names_of(article):
    return [mention.entity.name for mention in article.mentions.order_by("start")]


def read_anew(*articles):
    link_mentions([article.pk for article in articles])
    resolve_held_back(articles)


def place(name, latitude, longitude, **fields):
    return EntityFactory(kind="place", name=name, latitude=latitude, longitude=longitude, **fields)


@pytest.fixture
def tyre(db):
    place("بيروت", 33.89, 35.5)
    return place("صور", 33.27, 35.2)


@pytest.fixture
def article(tyre):
    return ArticleFactory(body="<p>أمضى الوفد يومين في صور قبل عودته إلى بيروت.</p>")


def test_a_homograph_that_may_be_a_name_is_proposed_once(article, tyre):
    for _ in range(2):
        read_anew(article)

    assert proposals(article) == [("صور", "صور", "homograph")]
    assert names_of(article) == ["بيروت"]
    proposal = NameProposal.objects.get()
    assert article.text[proposal.start : proposal.end] == "صور"
    assert 0.4 <= proposal.confidence < 0.9


def test_an_ordinary_word_is_not_proposed(tyre):
    article = ArticleFactory(body="<p>التقطت الأقمار صور المنطقة.</p>")

    read_anew(article)

    assert proposals(article) == []


def test_a_rejected_proposal_is_not_made_again_there_and_its_word_is_learned(article):
    read_anew(article)
    NameProposal.objects.update(state="rejected")
    read_anew(article)
    assert proposals(article) == []

    for other in ArticleFactory.create_batch(8):
        NameProposal.objects.create(
            article=other, name="صور", kind="place", reason="homograph", confidence=0.5, state="rejected"
        )
    again = ArticleFactory(body=article.body)
    read_anew(again)
    assert proposals(again) == []


def test_a_refused_name_is_neither_linked_nor_proposed(article):
    RefusedName.objects.create(name="صور")

    read_anew(article)

    assert (proposals(article), names_of(article)) == ([], ["بيروت"])


def test_refusing_a_mention_speaks_against_its_word_elsewhere(article, tyre):
    for other in ArticleFactory.create_batch(8, body="<p>التقط صور البحر</p>"):
        MentionFactory(article=other, entity=tyre, start=6, end=9, confirmed=False)

    read_anew(article)

    assert proposals(article) == []


@pytest.fixture
def namesakes(db):
    """Two of one name: one plays football, the other is a minister; each known from articles with a longer name."""
    player = EntityFactory(name="سامي الخطيب اللاعب", aliases=["سامي الخطيب"])
    minister = EntityFactory(name="سامي الخطيب الوزير", aliases=["سامي الخطيب"])
    club = EntityFactory(name="نادي الصقور", kind="organisation")
    ministry = EntityFactory(name="وزارة الري", kind="organisation")
    for number in range(6):
        played = ArticleFactory(body=f"<p>سجل سامي الخطيب اللاعب هدفا في مباراة نادي الصقور رقم {number}.</p>")
        met = ArticleFactory(body=f"<p>عقد سامي الخطيب الوزير اجتماعا في وزارة الري عن السدود {number}.</p>")
        link_mentions([played.pk, met.pk])
    return {"player": player, "minister": minister, "club": club, "ministry": ministry}


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("<p>سجل سامي الخطيب هدفا في مباراة نادي الصقور.</p>", "player"),
        ("<p>عقد سامي الخطيب اجتماعا في وزارة الري عن السدود.</p>", "minister"),
    ],
)
def test_the_company_of_a_shared_name_tells_whose_it_is(namesakes, body, meant):
    article = ArticleFactory(body=body)

    read_anew(article)

    assert namesakes[meant].name in names_of(article)
    assert proposals(article) == []
    assert set(article.mentions.values_list("method", "confirmed")) == {(Mention.Method.NAMES, None)}


def test_what_was_told_by_its_company_stays_linked(namesakes):
    article = ArticleFactory(body="<p>سجل سامي الخطيب هدفا في مباراة نادي الصقور.</p>")
    read_anew(article)

    link_mentions([article.pk])

    assert names_of(article) == [namesakes["player"].name, "نادي الصقور"]


def test_a_shared_name_without_company_is_proposed_for_an_editor_to_decide(namesakes):
    article = ArticleFactory(body="<p>غادر سامي الخطيب البلاد.</p>")

    read_anew(article)

    assert names_of(article) == []
    assert [(name, reason) for name, _entity, reason in proposals(article)] == [("سامي الخطيب", "shared")]


def test_however_many_share_a_name_an_editor_is_asked(db):
    for number in range(3):
        EntityFactory(name=f"سامي الخطيب {number}", aliases=["سامي الخطيب"])
    article = ArticleFactory(body="<p>غادر سامي الخطيب البلاد.</p>")

    read_anew(article)

    (proposal,) = NameProposal.objects.all()
    assert (proposal.name, proposal.reason, proposal.state) == ("سامي الخطيب", "shared", "waiting")
    assert proposal.confidence == pytest.approx(1 / 3)


def test_an_entity_refused_for_the_article_is_not_proposed_in_it(article, tyre):
    MentionFactory(article=article, entity=tyre, confirmed=False)

    read_anew(article)

    assert proposals(article) == []


def test_weak_names_are_weighed_like_homographs(db):
    AliasFactory(entity__name="منظمة الأمان العالمية", entity__kind="organisation", name="المرصد", ambiguous=True)
    article = ArticleFactory(body="<p>قال المرصد إن الوضع هادئ.</p>")

    read_anew(article)

    assert (names_of(article), proposals(article)) == ([], [])


def test_what_was_told_of_a_weak_name_stays_linked_when_names_are_linked_anew(db):
    AliasFactory(entity__name="منظمة الأمان العالمية", entity__kind="organisation", name="المرصد", ambiguous=True)
    for other in ArticleFactory.create_batch(40):
        NameProposalFactory(article=other, name="المرصد", start=None, end=None, state="accepted")
    article = ArticleFactory(body="<p>قال المرصد إن الوضع هادئ.</p>")
    read_anew(article)
    assert names_of(article) == ["منظمة الأمان العالمية"]
    UnannotatedArticle.objects.all().delete()

    link_mentions([article.pk], read_again=True)

    assert names_of(article) == ["منظمة الأمان العالمية"]
    assert not UnannotatedArticle.objects.exists()
