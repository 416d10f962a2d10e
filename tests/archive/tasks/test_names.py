"""Names are counted, drawn, linked in old articles, and compared."""

import pytest

from archive.models import EntityNetwork, EntityPair, NameProposal
from archive.tasks.names import find_pairs_nightly, keep_networks, relink_entity, request_networks, request_relinking
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory
from tests.queue import job, waiting_jobs


@pytest.mark.django_db
def test_names_are_counted_and_their_networks_drawn():
    entity = MentionFactory().entity
    keep_networks(job())
    assert EntityNetwork.objects.get().entity == entity
    assert waiting_jobs() == []


@pytest.mark.django_db
def test_networks_that_one_job_did_not_draw_are_left_to_another():
    MentionFactory()
    keep_networks(job(should_abort=lambda: True))
    assert waiting_jobs() == [("networks", {})]
    request_networks()
    assert waiting_jobs() == [("networks", {})]
    assert not EntityNetwork.objects.exists()


@pytest.mark.django_db
def test_an_entity_is_linked_where_its_names_stand_and_what_waited_there_is_settled():
    entity = EntityFactory(name="نادي الربوة")
    article = ArticleFactory(body="<p>إلى نادي الربوة</p>")
    NameProposalFactory(article=article, name="نادي الربوة")
    for _ in range(2):
        request_relinking(entity)
    assert waiting_jobs() == [("relink", {"entity_id": entity.pk})]
    relink_entity(entity_id=entity.pk)
    relink_entity(entity_id=entity.pk + 1)
    assert list(entity.mentions.values_list("article", flat=True)) == [article.pk]
    assert not NameProposal.objects.exists()


@pytest.mark.django_db
def test_pairs_are_looked_for_each_night():
    for _ in range(2):
        MentionFactory(entity=EntityFactory(name="نادي الربوة"))
    find_pairs_nightly(0)
    assert EntityPair.objects.count() == 1
