"""A server killed with SIGKILL at random moments, with its worker and its PostgreSQL, while it is read and written to."""

import random
import sys
import threading
import time
from collections import Counter

import psycopg
import pytest

from newsapp.postgres import PORT, Cluster
from tests.kills import kills
from tests.newsapp import server_process
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Server
from tests.newsapp.test_server import get, query

KILLS = kills(5)
SEED = 20171221
MOST_SECONDS = 3
WRITE = "INSERT INTO archive_author (name, name_latin) VALUES (%s, '')"


class Writer(threading.Thread):
    """Writes authors, each in a transaction of its own, until the database goes; ACKNOWLEDGED are those it has taken."""

    def __init__(self, site: Server, begin: int) -> None:
        super().__init__()
        self._socket_dir = str(Cluster(site.data_dir).socket_dir)
        self.next = begin
        self.acknowledged: list[str] = []

    def run(self) -> None:
        try:
            with psycopg.connect(
                host=self._socket_dir, port=PORT, user="sijill", dbname="sijill", autocommit=True
            ) as database:
                while True:
                    name = f"كاتب {self.next}"
                    self.next += 1
                    database.execute(WRITE, [name])
                    self.acknowledged.append(name)
        except psycopg.OperationalError:
            return


@pytest.mark.long
def test_nothing_that_was_taken_is_lost(capsys, monkeypatch):
    # The first start makes the database, beside whatever else this machine does.
    monkeypatch.setattr(server_process, "PATIENCE_SECONDS", 600)
    moments = random.Random(SEED)
    acknowledged: list[str] = []
    written = 0
    with scratch_folder() as folder:
        for _kill in range(KILLS):
            with Server(folder, SIJILL_WORKER="1") as site:
                site.wait_until_serving()
                writer = Writer(site, written)
                writer.start()
                ends_at = time.monotonic() + moments.uniform(0, MOST_SECONDS)
                while time.monotonic() < ends_at:
                    assert get(site, "/").status == 200
                site.kill_everything()
                writer.join()
                acknowledged += writer.acknowledged
                written = writer.next
        with Server(folder, SIJILL_WORKER="1") as site:
            site.wait_until_serving()
            found = Counter(name for (name,) in query(folder, "SELECT name FROM archive_author"))
            assert get(site, "/readyz").status == 200
            assert site.stop() == 0
    with capsys.disabled():
        sys.stdout.write(f"\n{KILLS} kills; of {written} writes {len(acknowledged)} were taken\n")
    assert len(acknowledged) > KILLS
    assert [name for name in acknowledged if found[name] != 1] == []
    # What was under way when it was killed may be there too, once.
    assert set(found.values()) == {1}
    assert len(found) <= len(acknowledged) + KILLS
