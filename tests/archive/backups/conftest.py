"""A site with something of everything, and one backup of it, for all tests of a file."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import translation

from archive.backups.age import Key
from archive.backups.making import make_backup
from archive.backups.site import Site
from archive.backups.store import Store
from archive.backups.telling import Teller
from tests.archive.backups import scratch
from tests.archive.outgoing.sample import rich_archive

KEY = Key.made()
QUIET = Teller()


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """A site whose rows are committed, in a database of its own."""
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock():
        own = connection.settings_dict["NAME"]
        connection.close()
        with scratch.database("site", like=own) as database:
            connection.settings_dict["NAME"] = f"{own}_site"
            try:
                with override_settings(MEDIA_ROOT=folder / "media"), translation.override("en"):
                    rich_archive()
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own
            made = Site.scratch(database, folder)
            for area in made.areas:
                area.folder.mkdir(exist_ok=True)
            (folder / "keys" / "secret_key").write_text("the key of this machine")
            (folder / "keys" / "other").write_text("not a key")
            upload = folder / "uploads" / "0123" / "صفحة محفوظة.html"
            upload.parent.mkdir()
            upload.write_text("<p>نص</p>")
            yield made


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("backups"))


@pytest.fixture(scope="session")
def backups(site, store):
    """Backups of the site: encrypted, and plain."""
    with store.locked():
        return {name: make_backup(site, store, key, QUIET)[0] for name, key in (("sealed", KEY), ("plain", None))}


@pytest.fixture
def empty_site(django_db_setup, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), scratch.database("empty") as database:
        yield Site.scratch(database, tmp_path / "restored")


def day(year: int, month: int, number: int, hour: int = 3) -> datetime:
    return datetime(year, month, number, hour, tzinfo=UTC)
