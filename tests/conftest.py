"""Fixtures that several packages' tests use."""

from datetime import UTC, datetime

import hypothesis
import pytest
from django.db import connection
from django.utils import translation

from archive.search import limits
from tests.factories import ArticleFactory

# The same examples in every run; `--hypothesis-profile=default` looks for new ones.
# A machine that is slow to make them is no fault of the code's.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test that commits every table is emptied, the audit log too, which refuses that elsewhere."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("archive_auditentry", "archive_auditseal"):
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_log_whole_v1 ON {table}")


@pytest.fixture(autouse=True)
def interface_language():
    """Arabic at the start of every test: a request leaves its language behind in the thread."""
    with translation.override("ar"):
        yield


@pytest.fixture(autouse=True)
def patient_searches(monkeypatch):
    """No test depends on how fast the machine is; those of the limit set their own."""
    monkeypatch.setattr(limits, "MAX_SECONDS", 60)


@pytest.fixture
def now() -> datetime:
    """A moment for tests that need one; nothing reads the clock."""
    return datetime(2020, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def article(db):
    return ArticleFactory()
