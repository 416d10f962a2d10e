"""An import onto a disk that fills up: it says so, what was taken in stays, and it goes on when there is room again."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import PATIENCE_SECONDS, ROOT, VARIABLES

MEGABYTES = 700
FREE_MEGABYTES = 24
RECORDS = 900
"""More than there is room for."""

MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk():
    with scratch_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=711", "tmpfs", folder]
        if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("only root can mount a small disk")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def manage(data_dir, *command) -> tuple[int, str]:
    """The exit code, and what was said."""
    environment = os.environ | dict.fromkeys(VARIABLES, "") | {"SIJILL_DATA_DIR": str(data_dir), "SIJILL_DEMO": "0"}
    del environment["DJANGO_SETTINGS_MODULE"]
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=10 * PATIENCE_SECONDS,
    )
    return done.returncode, done.stdout + done.stderr


def write_articles(path) -> None:
    sentence = "وقال سكان الحي رقم {} إن الأعمال في الميناء القديم تتقدم كما كان مقررا لها منذ الشهر الماضي. "
    with path.open("w") as file:
        for number in range(RECORDS):
            body = "".join(sentence.format(number * 100 + part) for part in range(40))
            file.write(
                json.dumps({"id": str(number), "title": f"خبر {number}", "body": body, "source": "الوادي"}) + "\n"
            )


def fill(folder) -> None:
    """Leave FREE_MEGABYTES on the disk of FOLDER."""
    room = shutil.disk_usage(folder).free - FREE_MEGABYTES * MEGABYTE
    with (folder / "ballast").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room)


def counted(data_dir) -> tuple[int, int]:
    """How many articles there are, and how many titles."""
    statement = "SELECT count(*) || ' ' || count(DISTINCT title) FROM archive_article"
    program = (
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        f"    cursor.execute({statement!r})\n"
        "    print('COUNTED', *cursor.fetchone())\n"
    )
    _code, said = manage(data_dir, "shell", "--no-imports", "-c", program)
    return tuple(map(int, re.search(r"COUNTED (\d+) (\d+)", said).groups()))


def test_an_import_onto_a_full_disk_says_so_and_goes_on_when_there_is_room(small_disk, tmp_path):
    path = tmp_path / "articles.jsonl"
    write_articles(path)
    code, said = manage(small_disk, "migrate", "-v0")
    assert code == 0, said
    fill(small_disk)
    code, said = manage(small_disk, "import_articles", str(path))
    (small_disk / "ballast").unlink()

    assert code != 0
    assert "Traceback" not in said
    assert "لم يبق متسع في قرص قاعدة البيانات" in said
    articles, titles = counted(small_disk)
    assert 0 < articles == titles < RECORDS
    code, said = manage(small_disk, "import_articles", str(path), "--resume")
    assert code == 0, said
    assert counted(small_disk) == (RECORDS, RECORDS)
