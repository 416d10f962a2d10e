"""Fixtures of the tests of subscriptions."""

import pytest

from archive.models import UnannotatedArticle
from tests.factories import ArticleFactory


@pytest.fixture
def publish(db, now):
    """Publish an article at the moment `now`, read already for its names and its story."""

    def publish(**values):
        article = ArticleFactory(**{"published_at": now, **values})
        UnannotatedArticle.objects.all().delete()
        return article

    return publish
