"""A server killed with SIGKILL at random moments, with its worker and its PostgreSQL, while it is read and written to.

Every other time its worker alone is killed, and the server goes on.

What is written is a reader's wish to be told of news, sent in by the form; what the worker does is to send each a
message, into a file.
"""

import contextlib
import http.client
import random
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.kills import kills
from tests.newsapp import server_process
from tests.newsapp.asking import get, query
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Server, wait_until

KILLS = kills(5)
SEED = 20171221
MOST_SECONDS = 3
TAKEN_STATUS = 302
SETTINGS = {"SIJILL_WORKER": "1", "BEHIND_PROXY": "1", "DELIVERY_LEASE_SECONDS": "5"}
"""A message that a dead worker was sending is soon another's."""

WAITING = "SELECT count(*) FROM archive_delivery WHERE state <> 'sent'"


class Writer(threading.Thread):
    """Asks for the newsletter, one reader after the other, until nobody answers; TAKEN are those who were told so."""

    def __init__(self, site: Server, begin: int) -> None:
        super().__init__()
        self._site = site
        self.next = begin
        self.taken: list[str] = []

    def run(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                self._ask()

    def _ask(self) -> None:
        number = self.next
        self.next += 1
        # Each has a domain, and comes from a network, of its own: of one there may be few.
        address = f"reader@house{number}.example.org"
        client = http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=server_process.PATIENCE_SECONDS)
        with contextlib.closing(client):
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"10.{number // 256}.{number % 256}.1",
            }
            client.request("POST", "/newsletter/", urlencode({"email": address, "when": "important"}), headers)
            if client.getresponse().status == TAKEN_STATUS:
                self.taken.append(address)


def messages(folder: Path) -> Counter[str]:
    """How many messages were sent to each address."""
    texts = [path.read_text(errors="replace") for path in (folder / "mail").iterdir()]
    return Counter(
        address for text in texts for address in re.findall(r"(?m)^To: (reader@house\d+\.example\.org)$", text)
    )


@pytest.mark.long
def test_nothing_that_was_taken_is_lost_and_every_job_is_done(capsys, monkeypatch):
    # The first start makes the database, beside whatever else this machine does.
    monkeypatch.setattr(server_process, "PATIENCE_SECONDS", 600)
    moments = random.Random(SEED)
    taken: list[str] = []
    asked = waited = 0
    with scratch_folder() as folder:
        for number in range(KILLS):
            with Server(folder, **SETTINGS) as site:
                site.wait_until_serving()
                writer = Writer(site, asked)
                writer.start()
                ends_at = time.monotonic() + moments.uniform(0, MOST_SECONDS)
                while time.monotonic() < ends_at:
                    assert get(site, "/").status == 200
                if number % 2:
                    site.worker().kill()
                    site.wait_until_it_says("The worker has died; starting another…")
                    assert site.stop() == 0
                else:
                    site.kill_everything()
                writer.join()
                taken += writer.taken
                asked = writer.next
        with Server(folder, **SETTINGS) as site:
            site.wait_until_serving()
            waited = query(folder, WAITING)[0][0]
            wait_until(lambda: query(folder, WAITING) == [(0,)])
            wait_until(lambda: query(folder, "SELECT FROM procrastinate_jobs WHERE status = 'doing'") == [])
            found = Counter(address for (address,) in query(folder, "SELECT address FROM archive_subscriber"))
            of_each = query(
                folder,
                "SELECT count(*) FROM archive_subscription UNION ALL SELECT count(*) FROM archive_delivery "
                "UNION ALL SELECT count(*) FROM archive_consent",
            )
            failed = query(folder, "SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'")
            sent = messages(folder)
            assert get(site, "/readyz").status == 200
            assert site.stop() == 0
    twice = sent.total() - len(sent)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{KILLS} kills, {KILLS // 2} of the worker alone; of {asked} readers {len(taken)} were taken; "
            f"{waited} messages waited after the last, {sent.total()} were sent, {twice} of them twice\n"
        )
    assert len(taken) > KILLS
    assert [address for address in taken if found[address] != 1] == []
    # Whoever was asking when it was killed may be there too, once, and wholly.
    assert set(found.values()) == {1}
    assert len(found) <= len(taken) + KILLS
    assert of_each == [(len(found),)] * 3
    # Each is written to; again only where the worker died after it had sent, and before it could note that.
    assert sent.keys() == found.keys()
    assert twice <= KILLS
    assert failed == []
