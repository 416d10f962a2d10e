import pytest
from django.contrib.auth.models import User

from archive.entities.deciding import (
    accept,
    accept_as_new,
    confirm_mention,
    forget_mentioned,
    refuse,
    refuse_in_article,
    refuse_mention,
    reject,
    undo_last,
)
from archive.entities.linking import link_mentions
from archive.exceptions import DecisionError
from archive.models import Article, Entity, Mention, NameDecision, NameProposal, RefusedName
from archive.outgoing.fingerprint import table_hashes
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hala() -> User:
    return User.objects.create_user("هالة")


def only(proposal: NameProposal):
    return NameProposal.objects.filter(pk=proposal.pk)


def states() -> list[str]:
    return list(NameProposal.objects.order_by("pk").values_list("state", flat=True))


def linked(article: Article) -> list[tuple[str, str, bool | None]]:
    """The words that are mentions in ARTICLE, with whom they mean, and whether that was decided."""
    mentions = article.mentions.exclude(start=None).order_by("start", "entity").select_related("entity")
    return [(article.text[one.start : one.end], one.entity.name, one.confirmed) for one in mentions]


def archive_but_for_decisions() -> set:
    """What is in the archive, without the decisions themselves, and what waits to be read again after each."""
    left_out = {"archive_namedecision", "archive_entityevent", "archive_unannotatedarticle"}
    return {one for one in table_hashes() if one.name not in left_out}


# --- Accepting ---------------------------------------------------------------------------------------------------


def test_an_accepted_name_is_linked_there_and_elsewhere_in_the_article(hala):
    article = ArticleFactory(body="<p>قالت ريم العلي. وَرَدّت ريمُ العلي، ثم ولريم العلي.</p>")
    other = ArticleFactory(body="<p>ريم العلي</p>")
    proposal = NameProposalFactory(name="ريم العلي", article=article)
    reem = EntityFactory(name="ريم")
    decision = accept(only(proposal), reem, by=hala)
    proposal.refresh_from_db()
    assert linked(article) == [(words, "ريم", True) for words in ("ريم العلي", "ريمُ العلي", "ريم العلي")]
    assert set(Mention.objects.values_list("method", flat=True)) == {"proposal"}
    assert (proposal.state, proposal.entity, proposal.decided_by) == ("accepted", reem, hala)
    assert proposal.decided_at is not None
    assert (proposal.mention.start, proposal.mention.end) == (proposal.start, proposal.end)
    assert linked(other) == []
    assert (decision.action, decision.name, decision.entity) == ("accept", "ريم العلي", reem)


def test_a_new_spelling_is_a_name_of_the_entity_from_then_on(hala):
    reem = EntityFactory(name="ريم العلي")
    known = NameProposalFactory(name="ريم العليّ")
    unknown = NameProposalFactory(name="ريم علي")
    homograph = NameProposalFactory(name="منى", reason="homograph")
    told = [accept(only(one), reem, by=hala).names_entity for one in (known, unknown, homograph)]
    assert told == [False, True, True]
    assert set(reem.aliases.values_list("name", "kind", "ambiguous")) == {
        ("ريم العلي", "spelling", False),
        ("ريم علي", "spelling", False),
        ("منى", "spelling", True),
    }


def test_proposals_of_the_name_in_other_articles_are_accepted_with_it_if_they_are_given(hala):
    first, second, third = (NameProposalFactory(name="ريم العلي") for _ in range(3))
    other_name = NameProposalFactory(name="زياد", article=first.article, start=0, end=2)
    accept(NameProposal.objects.filter(pk__in=[first.pk, second.pk]), EntityFactory(), by=hala)
    assert {one.pk for one in NameProposal.objects.filter(state="waiting")} == {third.pk, other_name.pk}


def test_proposals_of_the_same_name_in_the_article_go_along(hala):
    article = ArticleFactory(body="<p>ريم العلي، ثم ريم العلي.</p>")
    first = NameProposalFactory(name="ريم العلي", article=article)
    second = NameProposalFactory(name="ريم العلي", article=article, start=15, end=24)
    accept(only(first), EntityFactory(), by=hala)
    second.refresh_from_db()
    assert (second.state, second.mention.start) == ("accepted", 15)


def test_what_nobody_decided_about_gives_way_and_what_was_decided_stays(hala):
    article = ArticleFactory(body="<p>جامعة ريم العلي، ريم العلي، ريم العلي، ريم العلي.</p>")
    university, reem, ali = (EntityFactory(name=name) for name in ("جامعة ريم العلي", "ريم العلي", "علي"))
    places = [place for place in range(len(article.text)) if article.text.startswith("ريم العلي", place)]
    MentionFactory(article=article, entity=university, start=0, end=15)
    MentionFactory(article=article, entity=ali, start=places[1] + 4, end=places[1] + 9)
    MentionFactory(article=article, entity=reem, start=places[2], end=places[2] + 9)
    MentionFactory(article=article, entity=ali, start=places[3], end=places[3] + 9, confirmed=True)
    proposal = NameProposalFactory(name="ريم العلي", article=article, start=places[1], end=places[1] + 9)
    accept(only(proposal), reem, by=hala)
    assert linked(article) == [
        ("جامعة ريم العلي", "جامعة ريم العلي", None),
        ("ريم العلي", "ريم العلي", True),
        ("ريم العلي", "ريم العلي", True),
        ("ريم العلي", "علي", True),
    ]


def test_accepting_takes_back_that_the_entity_is_nowhere_in_the_article(hala):
    proposal = NameProposalFactory()
    entity = EntityFactory()
    refuse_in_article(proposal.article, entity)
    accept(only(proposal), entity, by=hala)
    assert [mention.confirmed for mention in Mention.objects.all()] == [True]


def test_proposals_that_the_accepted_one_covers_are_gone(hala):
    proposal = NameProposalFactory(name="سامية الخطيب")
    NameProposalFactory(name="الخطيب", article=proposal.article)
    accept(only(proposal), EntityFactory(), by=hala)
    assert NameProposal.objects.get().pk == proposal.pk


def test_a_new_entity_has_its_names_and_what_was_found(hala):
    proposal = NameProposalFactory(name="ريمُ العلي")
    decision = accept_as_new(only(proposal), kind="person", name="ريم العلي", name_latin="Reem Ali", by=hala)
    entity = Entity.objects.get()
    assert (entity.kind, entity.name, entity.name_latin, entity.slug) == (
        "person",
        "ريم العلي",
        "Reem Ali",
        "ريم-العلي",
    )
    assert set(entity.aliases.values_list("name", "script", "kind")) == {
        ("ريم العلي", "arabic", "name"),
        ("Reem Ali", "latin", "name"),
    }
    assert linked(proposal.article) == [("ريمُ العلي", "ريم العلي", True)]
    assert (decision.action, decision.entity, decision.names_entity) == ("create", entity, True)


def test_accepted_names_stay_when_known_names_are_linked_anew(hala):
    proposal = NameProposalFactory(name="ريم العلي")
    accept_as_new(only(proposal), kind="person", name="ريم العلي", by=hala)
    before = linked(proposal.article)
    link_mentions([proposal.article_id])
    assert linked(proposal.article) == before


# --- Rejecting ---------------------------------------------------------------------------------------------------


def test_a_rejected_name_is_rejected_there(hala):
    first, _second = (NameProposalFactory(name="صور") for _ in range(2))
    reject(only(first), by=hala)
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("rejected", hala)
    assert states() == ["rejected", "waiting"]
    assert not RefusedName.objects.exists()


def test_a_name_refused_everywhere_is_learned_and_all_that_wait_are_rejected(hala):
    first = NameProposalFactory(name="صُوَر")
    NameProposalFactory(name="صور")
    NameProposalFactory(name="صورة")
    NameProposalFactory(name="صور", state="accepted")
    refuse(first, by=hala)
    assert states() == ["rejected", "rejected", "waiting", "accepted"]
    refused = RefusedName.objects.get()
    assert (refused.key, refused.refused_by) == ("صور", hala)
    refuse(NameProposalFactory(name="صور"), by=hala)
    assert RefusedName.objects.count() == 1


@pytest.mark.parametrize("state", ["accepted", "rejected"])
def test_what_is_decided_is_not_decided_again(hala, state):
    proposal = NameProposalFactory(state=state)
    for decide in (
        lambda: accept(only(proposal), EntityFactory(), by=hala),
        lambda: accept_as_new(only(proposal), kind="person", name="ريم", by=hala),
        lambda: reject(only(proposal), by=hala),
        lambda: refuse(proposal, by=hala),
    ):
        with pytest.raises(DecisionError):
            decide()
    assert not NameDecision.objects.exists()


# --- Undoing -----------------------------------------------------------------------------------------------------


def test_decisions_are_undone_whole_the_last_first(hala):
    article = ArticleFactory(body="<p>قالت ريم العلي ثم ريم العلي.</p>")
    ali = EntityFactory(name="علي")
    MentionFactory(article=article, entity=ali, start=9, end=14)
    MentionFactory(article=article, entity=ali, confirmed=False)
    first = NameProposalFactory(name="ريم العلي", article=article)
    second, third, fourth = (NameProposalFactory(name=name) for name in ("زياد", "صور", "صور"))
    expected = [archive_but_for_decisions()]
    for decide in (
        lambda: accept(only(first), ali, by=hala),
        lambda: accept_as_new(only(second), kind="person", name="زياد", name_latin="Ziad", by=hala),
        lambda: reject(only(third), by=hala),
        lambda: refuse(fourth, by=hala),
    ):
        decide()
        expected.append(archive_but_for_decisions())
    for action, before in zip(("refuse", "reject", "create", "accept"), reversed(expected[:-1]), strict=True):
        assert undo_last(hala).action == action
        assert archive_but_for_decisions() == before
    with pytest.raises(DecisionError):
        undo_last(hala)


def test_an_editor_undoes_only_what_is_his_own(hala):
    reject(only(NameProposalFactory()), by=User.objects.create_user("زياد"))
    with pytest.raises(DecisionError):
        undo_last(hala)


def test_a_new_entity_that_others_chose_since_stays_when_its_making_is_undone(hala):
    ziad = User.objects.create_user("زياد")
    first, second = NameProposalFactory(name="ريم العلي"), NameProposalFactory(name="ريم")
    entity = accept_as_new(only(first), kind="person", name="ريم العلي", by=hala).entity
    accept(only(second), entity, by=ziad)
    undo_last(hala)
    assert states() == ["waiting", "accepted"]
    assert Mention.objects.get().article == second.article
    assert set(entity.aliases.values_list("name", flat=True)) == {"ريم العلي", "ريم"}


def test_a_proposal_whose_text_changed_is_not_brought_back(hala):
    proposal = NameProposalFactory()
    accept_as_new(only(proposal), kind="person", name="سامية", by=hala)
    Article.objects.filter(pk=proposal.article_id).update(body="<p>نص آخر</p>")
    undo_last(hala)
    assert not NameProposal.objects.exists()
    assert not Entity.objects.exists()


# --- What is known by now ----------------------------------------------------------------------------------------


def test_proposals_where_the_entity_is_mentioned_by_now_are_gone():
    there, elsewhere, refused = (NameProposalFactory() for _ in range(3))
    entity = EntityFactory()
    place = {"start": there.start, "end": there.end}
    MentionFactory(article=there.article, entity=entity, **place)
    MentionFactory(article=refused.article, entity=entity, confirmed=False, **place)
    MentionFactory(article=elsewhere.article, entity=EntityFactory(), **place)
    forget_mentioned(entity)
    assert set(NameProposal.objects.all()) == {elsewhere, refused}


# --- Mentions ----------------------------------------------------------------------------------------------------


def test_a_mention_is_confirmed_or_refused():
    mention = MentionFactory()
    for decide, confirmed in ((confirm_mention, True), (refuse_mention, False)):
        decide(mention)
        mention.refresh_from_db()
        assert mention.confirmed is confirmed


def test_an_entity_refused_in_an_article_is_not_found_there_again():
    article, other = ArticleFactory.create_batch(2, body="<p>إلى قانا، ثم إلى قانا.</p>")
    entity = EntityFactory(name="قانا")
    link_mentions([article.pk, other.pk])
    refuse_in_article(article, entity)
    refuse_in_article(article, entity)
    link_mentions([article.pk, other.pk])
    assert set(article.mentions.values_list("start", "confirmed")) == {(4, False), (17, False), (None, False)}
    assert set(other.mentions.values_list("confirmed", flat=True)) == {None}
