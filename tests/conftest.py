"""Fixtures that several packages' tests use."""

from datetime import UTC, datetime

import pytest

from tests.factories import ArticleFactory


@pytest.fixture
def now() -> datetime:
    """A moment for tests that need one; nothing reads the clock."""
    return datetime(2020, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def article(db):
    return ArticleFactory()
