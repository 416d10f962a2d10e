"""Factories of archive.models.copies."""

import factory

from archive.models import ArticleCopy, CopyGroup
from tests.factories.article import ArticleFactory


class CopyGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CopyGroup
        skip_postgeneration_save = True

    @factory.post_generation
    def articles(group, create, articles):
        if create:
            for article in articles or ():
                ArticleCopyFactory(group=group, article=article)


class ArticleCopyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ArticleCopy

    group = factory.SubFactory(CopyGroupFactory)
    article = factory.SubFactory(ArticleFactory)
