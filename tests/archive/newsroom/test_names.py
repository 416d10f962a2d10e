"""Known names that are not linked where they stand."""

from django.contrib.auth.models import User

from archive.entities.linking import link_mentions
from archive.models import Mention
from archive.newsroom.names import link_name, names_in, unlinked_names
from tests.factories import ArticleFactory, EntityFactory, NameProposalFactory


def test_a_name_that_became_known_later_is_offered_and_linked(db):
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا.</p>")
    link_mentions([article.pk])
    entity = EntityFactory(name="رفيق الحريري")
    [name] = unlinked_names(article)
    assert (name.entity, name.start, name.end) == (entity, 4, 16)

    link_name(article, name, by=User.objects.create_user("editor"))
    assert list(Mention.objects.values_list("entity", "start", "method", "confirmed")) == [
        (entity.pk, 4, "editor", True)
    ]
    assert unlinked_names(article) == []


def test_a_proposal_that_knows_whom_it_means_is_accepted(db):
    entity = EntityFactory(name="صور", kind="place")
    article = ArticleFactory(body="<p>وصل إلى صور أمس.</p>")
    proposal = NameProposalFactory(article=article, start=8, end=11, name="صور", kind="place", entity=entity)
    [name] = [one for one in unlinked_names(article) if one.entity == entity]
    link_name(article, name, by=User.objects.create_user("editor"))
    proposal.refresh_from_db()

    assert (proposal.state, proposal.mention.entity) == ("accepted", entity)


def test_what_is_linked_or_was_refused_is_not_offered(db):
    EntityFactory(name="رفيق الحريري")
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا.</p>")
    link_mentions([article.pk])
    assert unlinked_names(article) == []
    article.mentions.update(confirmed=False)
    assert unlinked_names(article) == []


def test_names_are_looked_for_in_what_is_being_written(db):
    article = ArticleFactory(body="<p>زار رفيق الحريري صيدا.</p>")
    link_mentions([article.pk])
    known, new = EntityFactory(name="رفيق الحريري"), EntityFactory(name="سامية الخطيب")
    written = "وصل الوفد أمس. زار رفيق الحريري صيدا، وقالت سامية الخطيب ذلك."
    found = names_in(written, article)
    assert [(name.entity, written[name.start : name.end]) for name in found] == [
        (known, "رفيق الحريري"),
        (new, "سامية الخطيب"),
    ]
    # The one can be linked where it is stored; the other is, by itself, with the text in which it stands.
    assert [name.offered for name in found] == [*unlinked_names(article), None]
    assert [name.entity for name in names_in(written, None)] == [known, new]
    link_name(article, found[0].offered, by=User.objects.create_user("editor"))
    assert [name.entity for name in names_in(written, article)] == [new]
    assert names_in("وصل الوفد أمس.", article) == []


def test_a_proposal_is_offered_as_long_as_its_words_are_written(db):
    entity = EntityFactory(name="صور", kind="place")
    article = ArticleFactory(body="<p>وصل إلى صور أمس.</p>")
    NameProposalFactory(article=article, start=8, end=11, name="صور", kind="place", entity=entity)
    [name] = names_in("أمس وصل إلى صور.", article)
    assert (name.entity, name.start, name.end, name.offered.start) == (entity, 12, 15, 8)
    assert names_in("وصل أمس.", article) == []
