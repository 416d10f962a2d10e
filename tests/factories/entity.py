"""Factories of archive.models.entity."""

import factory

from archive.models import Alias, Entity, Mention
from tests.factories.article import ArticleFactory


class EntityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Entity
        skip_postgeneration_save = True

    kind = Entity.Kind.PERSON
    name = factory.Sequence(lambda n: f"سامية الخطيب {n}")

    @factory.post_generation
    def aliases(entity, create, names):
        """Spellings besides the name itself, which is always one."""
        if create:
            for name in dict.fromkeys((entity.name, *(names or ()))):
                AliasFactory(entity=entity, name=name)


class AliasFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Alias

    entity = factory.SubFactory(EntityFactory)
    name = factory.Sequence(lambda n: f"الخطيب {n}")
    script = factory.LazyAttribute(lambda alias: Alias.Script.LATIN if alias.name.isascii() else Alias.Script.ARABIC)


class MentionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mention

    article = factory.SubFactory(ArticleFactory)
    entity = factory.SubFactory(EntityFactory)
    method = Mention.Method.NAMES
