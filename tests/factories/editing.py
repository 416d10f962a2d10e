"""Factories of archive.models.editing."""

import factory

from archive.models import SearchPin, Synonym, SynonymGroup
from tests.factories.article import ArticleFactory


class SynonymGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SynonymGroup
        skip_postgeneration_save = True

    @factory.post_generation
    def synonyms(group, create, texts):
        if create:
            for text in texts or ():
                Synonym.objects.create(group=group, text=text)


class SearchPinFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SearchPin

    query = factory.Sequence(lambda n: f"ميناء {n}")
    article = factory.SubFactory(ArticleFactory)
