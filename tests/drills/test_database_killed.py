"""The database killed under fifty readers, and back within a minute: what they get, and what is left of it."""

import random
import signal
import sys
import threading
import time
from collections import Counter
from typing import NamedTuple

import psutil
import pytest

from newsapp.postgres import Cluster, embedded_url
from newsapp.shedding import RETRY_AFTER_SECONDS
from tests.kills import kills
from tests.newsapp.asking import get
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Server, wait_until
from tests.newsapp.test_outage import KEPT, MOST_CONNECTIONS, connections, keep_in_every_process

READERS = 50
PAUSE_SECONDS = 1
AWAY_SECONDS = 10
AFTER_SECONDS = 5
TIMES = kills(2)


class Answer(NamedTuple):
    """What a reader got for a page that is kept, or one that is not."""

    is_kept: bool
    status: int
    retry_after: str | None
    cache_status: str | None
    language: str
    asked_at: float


class Reader(threading.Thread):
    """Reads, mostly a page that is kept, until STOPPED."""

    def __init__(self, site: Server, number: int, stopped: threading.Event) -> None:
        super().__init__()
        self._site, self._number, self._stopped = site, number, stopped
        self.answers: list[Answer] = []

    def run(self) -> None:
        chance = random.Random(self._number)
        while not self._stopped.wait(chance.uniform(0, 2 * PAUSE_SECONDS)):
            is_kept = chance.random() < 0.8
            address = KEPT if is_kept else f"/about/?n={self._number}-{len(self.answers)}"
            asked_at = time.monotonic()
            answer = get(self._site, address)
            told = answer.headers["Retry-After"], answer.headers["Cache-Status"]
            language = "ar" if '<html lang="ar"' in answer.text.decode() else ""
            self.answers.append(Answer(is_kept, answer.status, *told, language, asked_at))


@pytest.fixture
def database():
    with scratch_folder() as folder:
        folder.chmod(0o711)
        with Cluster(folder) as cluster:
            yield cluster


def kill(cluster: Cluster) -> None:
    pid = int((cluster.cluster_dir / "postmaster.pid").read_text().split()[0])
    psutil.Process(pid).send_signal(signal.SIGKILL)


def processes_of(site: Server) -> set[int]:
    return {process.pid for process in site.descendants()}


@pytest.mark.long
def test_fifty_readers_of_a_database_that_is_killed_and_comes_back(database, capsys):
    url = embedded_url(database.data_dir)
    with scratch_folder() as folder, Server(folder, DATABASE_URL=url, LOG_LEVEL="ERROR") as site:
        site.wait_until_serving()
        # Where its database is, which is not its own.
        site.data_dir = database.data_dir
        keep_in_every_process(site)
        before, processes = connections(site), processes_of(site)
        stopped = threading.Event()
        readers = [Reader(site, number, stopped) for number in range(READERS)]
        for reader in readers:
            reader.start()
        outages = []
        for _time in range(TIMES):
            time.sleep(AFTER_SECONDS)
            kill(database)
            began_at = time.monotonic()
            time.sleep(AWAY_SECONDS)
            ended_at = time.monotonic()
            database.start()
            wait_until(lambda: get(site, "/readyz").status == 200)
            outages.append((began_at, ended_at, time.monotonic()))
        time.sleep(AFTER_SECONDS)
        stopped.set()
        for reader in readers:
            reader.join()
        after, left = connections(site), processes_of(site)
        assert site.stop() == 0
    answers = [answer for reader in readers for answer in reader.answers]
    # Those for whom there was no room have nothing to do with the database.
    answers = [answer for answer in answers if answer.retry_after != str(RETRY_AFTER_SECONDS)]
    away = [one for one in answers if any(began + 1 < one.asked_at < ended for began, ended, _back in outages)]
    well = [one for one in answers if not any(began - 1 < one.asked_at < back for began, _ended, back in outages)]
    kept = [answer for answer in answers if answer.is_kept]
    made = [answer for answer in answers if not answer.is_kept]
    with capsys.disabled():
        sys.stdout.write(
            f"\n{TIMES} times killed, {AWAY_SECONDS} s each; kept pages: {dict(Counter(one.status for one in kept))}, "
            f"of them from before: {sum(one.cache_status is not None for one in kept)}; "
            f"pages made anew: {dict(Counter(one.status for one in made))}; "
            f"connections: {before} before, {after} after\n"
        )
    assert {answer.status for answer in kept} == {200}
    assert {answer.status for answer in made} == {200, 503}
    assert {answer.status for answer in away if not answer.is_kept} == {503}
    assert {(one.retry_after, one.language) for one in made if one.status == 503} == {("30", "ar")}
    assert {answer.cache_status is None for answer in away if answer.is_kept} == {False}
    assert {answer.status for answer in well} == {200}
    assert before <= MOST_CONNECTIONS
    assert after <= MOST_CONNECTIONS
    assert left == processes
