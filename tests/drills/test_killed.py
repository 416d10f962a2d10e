"""Commands for backups killed with SIGKILL, on a site of its own: what is there is whole, and the next one works."""

import os
import random
import time

import pytest

from tests.drills.site import Site
from tests.kills import kills
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import PATIENCE_SECONDS

PICTURES, PICTURE_BYTES = 40, 5_000_000
KILLS = kills(2)
SEED = 20171221
MOST_SECONDS = 0.5
STEPS = ("قاعدة البيانات…", "الملفات…")
"""What the commands say that they begin; each takes longer than that."""


@pytest.fixture(scope="module")
def folder():
    with scratch_folder() as folder:
        yield folder


class KilledSite(Site):
    """One whose commands are killed."""

    def kill_when(self, *command, line: str, after_seconds: float) -> None:
        """Start COMMAND and kill it so long after it says LINE."""
        process = self.start(*command)
        for said in process.stdout:
            if line in said:
                break
        else:
            pytest.fail(f"{command} never said {line}")
        time.sleep(after_seconds)
        process.kill()
        process.communicate(timeout=PATIENCE_SECONDS)


def test_kills_leave_nothing_half_that_looks_whole(folder):
    backups = folder / "backups"
    site = KilledSite(folder / "site", BACKUP_DIR=str(backups))
    site.run("migrate", "-v0")
    site.run("load_demo", "-v0")
    media = folder / "site" / "media" / "images"
    media.mkdir(parents=True, exist_ok=True)
    for number in range(PICTURES):
        (media / f"{number}.png").write_bytes(os.urandom(PICTURE_BYTES))
    moments = random.Random(SEED)
    for number in range(KILLS):
        site.kill_when("backup", line=STEPS[number % len(STEPS)], after_seconds=moments.uniform(0, MOST_SECONDS))
        assert [path.name for path in backups.iterdir() if path.suffix == ""] == [".lock"]
    site.run("backup")
    assert [path.suffix for path in backups.iterdir() if path.name != ".lock"] == [""]
    assert not (folder / "site" / "media" / ".held-by-backup").exists()
    site.run("backup_drill", "--scratch", str(folder / "scratch"))
    new = KilledSite(folder / "new", BACKUP_DIR=str(backups))
    for _number in range(KILLS):
        new.kill_when("restore_backup", line=STEPS[0], after_seconds=moments.uniform(0, MOST_SECONDS))
        assert [path.name for path in (folder / "new" / "media").iterdir()] == [".restoring"]
    new.run("restore_backup")
    assert sorted(path.name for path in (folder / "new/media/images").iterdir() if path.stat().st_size) == sorted(
        path.name for path in media.iterdir()
    )
    assert new.run("archive_hash") == site.run("archive_hash")
