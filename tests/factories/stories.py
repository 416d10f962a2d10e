"""Factories of archive.models.stories."""

import factory

from archive.models import Story, StoryArticle


class StoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Story
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"قصة الميناء رقم {n}")

    @factory.post_generation
    def articles(story, create, articles):
        if create:
            for article in articles or ():
                StoryArticle.objects.create(story=story, article=article, origin=StoryArticle.Origin.COMPUTED)
