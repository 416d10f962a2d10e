"""Imports that are killed at any moment, and gone on with, leave the archive that an unbroken one leaves."""

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from archive.ingest import load
from archive.models import Article, ImportRun
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, page
from tests.archive.ingest.whole import digests
from tests.kills import kills

KILLS = kills(10)
LINES = 40 * KILLS
SEED = 20171221
PLACES = ["الميناء", "القلعة", "السوق", "الجسر", "المرفأ", "الساحة", "المكتبة", "المدرسة", "المسرح", "الحديقة"]
SOURCES = ["الوادي", "الساحل", "الجبل", "الوادى", "المدينة"]


def write_inputs(folder) -> None:
    """Pages that repeat lines, and lines that repeat, correct and spoil each other, of sources that are not there."""
    maker = random.Random(SEED)
    for number in range(40):
        own = [f"وقال سكان {maker.choice(PLACES)} في الحي رقم {number} إن الأعمال تتقدم كما كان مقررا لها منذ أشهر."]
        text = page("تابعونا على صفحتنا في كل صباح", f"عن الصفحة {number}", title=f"خبر {number} من {own[0][10:30]}")
        (folder / f"a{number:02}.txt").write_text(f"{text}\n\n{own[0]}\n\nجميع الحقوق محفوظة لصحيفة الوادي\n")
    lines = [record(maker, number) for number in range(LINES)]
    lines.insert(57, b'{"id": 1, "title": ')
    lines.insert(201, b"[]")
    lines.insert(300, b'{"id": "no", "title": "\xd9\x86"}')
    (folder / "b.jsonl").write_bytes(b"\n".join(lines))
    (folder / "c.bin").write_bytes(b"\x00\x01\x02")
    (folder / ".hidden").write_bytes(b"")
    deeper = folder / "deeper"
    deeper.mkdir()
    for number in range(20):
        text = page("تابعونا على صفحتنا في كل مساء", title=f"خبر آخر {number} من {maker.choice(PLACES)}")
        (deeper / f"{number:02}.txt").write_text(text)


def record(maker: random.Random, number: int) -> bytes:
    repeats = number and maker.random() < 0.2
    number = maker.randrange(number) if repeats else number
    where = maker.choice(PLACES)
    body = [*maker.sample(PARAGRAPHS, 2), f"وجرى ذلك قرب {where} في اليوم {number} من الموسم، بحسب ما نقل مراسلنا."]
    value = {
        "id": str(number),
        "title": f"{TITLE} {number}",
        "body": "\n".join(body),
        "source": SOURCES[number % len(SOURCES)],
        "category": f"باب {number % 7}",
        "author": f"كاتب {number % 11}",
        "published": f"2017-{number % 12 + 1:02}-{number % 28 + 1:02}",
    }
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.fixture
def inputs(tmp_path):
    folder = tmp_path / "inputs"
    folder.mkdir()
    write_inputs(folder)
    return folder


def import_apart(*arguments) -> int:
    """Import in a process of its own; return its id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        call_command("import_articles", *map(str, arguments), verbosity=0)
    except CommandError as error:
        os._exit(error.returncode)
    except BaseException:
        os._exit(99)
    os._exit(0)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def empty_archive() -> None:
    call_command("flush", verbosity=0, interactive=False)


def work_done(child: int) -> float:
    """Seconds that CHILD has computed: however busy the machine is, so far it is."""
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes tell their work on Linux")
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_goes_on_to_the_same_archive(inputs, monkeypatch):
    # So that there are many moments at which it can be killed.
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 9)
    child = import_apart(inputs, "--source", "wadi-papers")
    _pid, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1  # Some records are no articles.
    unbroken = digests()
    assert Article.objects.count() > LINES * 3 / 4
    empty_archive()

    moments = random.Random(SEED)
    resume = []
    for _kill in range(KILLS):
        enough = moments.uniform(0.02, (usage.ru_utime + usage.ru_stime) / KILLS)
        child = import_apart(inputs, "--source", "wadi-papers", *resume)
        while work_done(child) < enough:
            time.sleep(0.001)
        # At work itself, or while the database is.
        time.sleep(moments.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        assert ended(child) == -signal.SIGKILL, "the import came to its end too early to be killed"
        resume = ["--resume"] if ImportRun.objects.exists() else []
    run = ImportRun.objects.get()
    assert (run.state, 0 < run.total < LINES + 60) == ("running", True)
    assert ended(import_apart(inputs, "--source", "wadi-papers", "--resume")) == 1

    assert digests() == unbroken
    assert ImportRun.objects.get().state == "finished"
