"""Factories of archive.models.annotations."""

import factory

from archive.models import Entity, NameProposal
from tests.factories.article import ArticleFactory


class NameProposalFactory(factory.django.DjangoModelFactory):
    """A proposal of NAME, at the first place where it stands in the article's text."""

    class Meta:
        model = NameProposal

    name = "سامية الخطيب"
    article = factory.SubFactory(
        ArticleFactory, body=factory.LazyAttribute(lambda article: f"<p>وقالت {article.factory_parent.name} ذلك.</p>")
    )
    start = factory.LazyAttribute(lambda proposal: proposal.article.text.index(proposal.name))
    end = factory.LazyAttribute(lambda proposal: proposal.start + len(proposal.name))
    kind = Entity.Kind.PERSON
    reason = NameProposal.Reason.UNKNOWN
    confidence = 0.5
