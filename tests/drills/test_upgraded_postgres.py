"""A site whose embedded database an older PostgreSQL has made, upgraded by the command that operators give."""

from pathlib import Path

import pytest

from newsapp.postgres import Cluster, embedded_url
from newsapp.postgres_programs import Programs
from tests.drills.site import Site
from tests.newsapp.asking import get
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Server

OLD = Path("/usr/lib/postgresql/15/bin")

pytestmark = pytest.mark.skipif(not (OLD / "postgres").exists(), reason="PostgreSQL 15 is not installed")


def test_a_site_is_the_same_after_an_upgrade_of_its_postgresql():
    with scratch_folder() as data:
        data.chmod(0o711)  # PostgreSQL 15 and older insist on a way to their directory.
        with Cluster(data, programs=OLD):
            old = Site(data, DATABASE_URL=embedded_url(data))
            old.run("migrate", "-v0")
            old.run("load_demo", "-v0")
            before = old.run("archive_hash")
        site = Site(data)
        said = site.run("upgrade_postgres")
        print(said)
        after = Programs(data).version

        assert (data / "postgres" / f"15.before-{after}").is_dir()
        assert site.run("archive_hash") == before
        with Server(data) as server:
            assert get(server.wait_until_serving(), "/").status == 200
            assert server.stop() == 0
