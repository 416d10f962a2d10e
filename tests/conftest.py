"""Fixtures that several packages' tests use."""

import gc
from datetime import UTC, datetime

import hypothesis
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from archive.search import limits
from tests import demo
from tests.factories import ArticleFactory
from tests.newsapp.first_start import first_start, used_dir  # noqa: F401 - fixtures

# The same examples in every run; `--hypothesis-profile=default` looks for new ones.
# A machine that is slow to make them is no fault of the code's.
hypothesis.settings.register_profile(
    "repeatable", derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After a test that commits the tables hold again what the migrations left, instead of nothing.

    Some tests empty them: the audit log too, which refuses that elsewhere.
    """
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            for table in ("archive_auditentry", "archive_auditseal"):
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_log_whole_v1 ON {table}")
        demo.put_in(demo.nothing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: demo.put_in(demo.nothing))
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Those that take long come first, so that all processes come to their end together."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish():
    """What has been loaded by now stays to the end: no collection of garbage need look through it again."""
    gc.collect()
    gc.freeze()


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
def demo_archive(db):
    """The demo archive as `load_demo` leaves it, without the jobs that it asks for."""
    demo.put_in(demo.demo)
    yield
    ContentType.objects.clear_cache()


@pytest.fixture
def article(db):
    return ArticleFactory()
