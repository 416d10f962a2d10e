"""Logged-in browsers of the newsroom, and a form to send."""

from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.test.utils import CaptureQueriesContext

import archive.migrations
from tests.factories import SectionFactory, SourceFactory

MIGRATIONS = [
    name
    for _finder, name, _is_package in sorted(iter_modules(archive.migrations.__path__), key=lambda found: found.name)
    if hasattr(import_module(f"archive.migrations.{name}"), "make_groups")
]


def run_groups_migration(*, backwards: bool = False) -> None:
    """Run the data part of the migrations, with the models as they were then."""
    for name in reversed(MIGRATIONS) if backwards else MIGRATIONS:
        apps = MigrationLoader(connection).project_state([("archive", name)]).apps
        module = import_module(f"archive.migrations.{name}")
        run = module.remove_groups if backwards else module.make_groups
        run(apps, connection.schema_editor())


def _member(name: str, group: str) -> Client:
    user = User.objects.create_user(name, password="secret-word-1", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return _client(user)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(db) -> Client:
    return _client(User.objects.create_superuser("admin", password="secret-word-1"))


@pytest.fixture
def editor(db) -> Client:
    return _member("editor", "editors")


@pytest.fixture
def writer(db) -> Client:
    return _member("writer", "writers")


@pytest.fixture
def chief(db) -> Client:
    return _member("chief", "chiefs")


@pytest.fixture
def archivist(db) -> Client:
    return _member("archivist", "archivists")


@pytest.fixture
def article_data(db):
    """The fields of a new article's form, as a browser sends them; keyword arguments change some."""
    source, section = SourceFactory(), SectionFactory()

    def data(**changes) -> dict:
        fields = {
            "title": "افتتاح الميناء القديم",
            "kicker": "",
            "summary": "",
            "body": "<p>افتُتح الميناء القديم.</p>",
            "section": section.pk,
            "source": source.pk,
            "place": "",
            "date_precision": "minute",
            "published_at_0": "2017-12-21",
            "published_at_1": "08:30",
            "status": "draft",
            "importance": "0",
            "original_url": "",
            "external_id": "",
            "language": "ar",
            # In one box outside the admin, in two inside.
            "collected_at": "2020-01-01 12:00",
            "collected_at_0": "2020-01-01",
            "collected_at_1": "12:00",
        }
        for prefix in ("corrections", "images", "links", "refused_links", "copies", "mentions", "pins"):
            fields |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        return fields | changes

    return data


@pytest.fixture
def permissions(db):
    """The codenames that a group has."""

    def of(name: str) -> set[str]:
        return set(Permission.objects.filter(group__name=name).values_list("codename", flat=True))

    return of


@pytest.fixture
def count_queries():
    """How many queries a call takes."""

    def count(call) -> int:
        with CaptureQueriesContext(connection) as queries:
            call()
        return len(queries)

    return count
