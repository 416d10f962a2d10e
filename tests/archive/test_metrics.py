"""What is counted: by names of ours and nothing else, and in no question to the database."""

import os
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from archive import metrics
from archive.metrics import REQUESTS, counted, forget_dead_processes
from archive.search import limits
from tests.factories import ArticleFactory
from tests.newsapp.server_process import ROOT

pytestmark = pytest.mark.django_db


def value(name: str, **labels: str) -> float:
    return counted().get_sample_value(name, labels) or 0


@pytest.fixture
def counting():
    """A function: by how much a metric has grown since it was first asked for."""
    before: dict = {}

    def grown(name: str, **labels: str) -> float:
        now = value(name, **labels)
        return now - before.setdefault((name, *sorted(labels.items())), now)

    return grown


@pytest.mark.parametrize(
    ("method", "path", "labels"),
    [
        ("get", "/about/", {"view": "archive:about", "method": "GET", "status": "200"}),
        ("head", "/about/", {"view": "archive:about", "method": "HEAD", "status": "200"}),
        ("patch", "/about/", {"view": "archive:about", "method": "other", "status": "405"}),
        ("get", "/article/5/", {"view": "archive:article-by-id", "method": "GET", "status": "404"}),
        ("get", "/nothing/of/ours/", {"view": "none", "method": "GET", "status": "404"}),
        ("get", "/static/nothing.css", {"view": "static", "method": "GET", "status": "404"}),
        ("get", "/media/nothing.png", {"view": "media", "method": "GET", "status": "404"}),
        ("get", "/admin/archive/article/", {"view": "admin", "method": "GET", "status": "302"}),
        ("get", "/api/v1/sections", {"view": "api:sections", "method": "GET", "status": "200"}),
    ],
)
def test_requests_are_counted_by_the_name_of_their_view(client, counting, method, path, labels):
    counting("sijill_requests_total", **labels)
    counting("sijill_request_seconds_count", view=labels["view"])
    getattr(client, method)(path)

    assert counting("sijill_requests_total", **labels) == 1
    assert counting("sijill_request_seconds_count", view=labels["view"]) == 1


def test_path_never_becomes_a_label(client):
    for word in ("secret-word", "سر"):
        client.get(f"/{word}/?q={word}")
        client.get(f"/search/?q={word}", headers={"User-Agent": word})
        client.generic(word.upper() if word.isascii() else "X", "/")
    said = {value for family in counted().collect() for one in family.samples for value in one.labels.values()}

    assert [label for label in said if "secret" in label.lower() or "سر" in label] == []


def test_statements_of_a_view_are_counted(client, counting):
    counting("sijill_queries_total", view="archive:about")
    counting("sijill_query_seconds_total", view="archive:about")
    client.get("/about/")

    assert counting("sijill_queries_total", view="archive:about") > 1
    assert counting("sijill_query_seconds_total", view="archive:about") > 0


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("q=جنيف", ("relevance", "few")),
        ("q=جنيف&sort=newest", ("date", "few")),
        ("from=2010", ("date", "few")),
    ],
)
def test_searches_are_timed_by_the_path_they_took(client, counting, query, path):
    ArticleFactory(title="محادثات جنيف")
    counting("sijill_search_seconds_count", order=path[0], size=path[1])
    client.get(f"/search/?{query}")

    assert counting("sijill_search_seconds_count", order=path[0], size=path[1]) == 1


@pytest.mark.parametrize(
    ("path", "agent", "by"),
    [("/search/", "Firefox", "reader"), ("/search/", "Examplebot/1", "robot"), ("/api/v1/articles", "curl", "api")],
)
def test_searches_are_counted_by_who_asked_and_what_came_of_it(client, counting, monkeypatch, path, agent, by):
    ArticleFactory(title="محادثات جنيف")
    outcomes = ("found", "nothing", "too_long")

    def counts() -> list[float]:
        return [counting("sijill_searches_total", by=by, outcome=outcome) for outcome in outcomes]

    counts()
    client.get(f"{path}?q=جنيف", headers={"User-Agent": agent})
    assert counts() == [1, 0, 0]
    client.get(f"{path}?q=قصبجي", headers={"User-Agent": agent})
    assert counts() == [1, 1, 0]
    monkeypatch.setattr(limits, "MAX_SECONDS", 0)
    client.get(f"{path}?q=جنيف", headers={"User-Agent": agent})
    assert counts() == [1, 1, 1]


def test_page_without_a_search_counts_none(client, counting):
    before = value("sijill_searches_total", by="reader", outcome="nothing")
    client.get("/search/")

    assert value("sijill_searches_total", by="reader", outcome="nothing") == before


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), IndexError(), RuntimeError(), struct.error()]
)
def test_what_cannot_be_counted_fails_no_page(client, monkeypatch, error):
    def fail(*_labels):
        raise error

    monkeypatch.setattr(REQUESTS, "labels", fail)

    assert client.get("/about/").status_code == 200


COUNT = """
import resource, sys
limit = int(sys.argv[1])
import django
django.setup()
from archive.metrics import REQUESTS, REQUEST_SECONDS, count, counted
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for name in (f"archive:one-of-many-views-{number}" for number in range(200)):
    count(lambda: REQUESTS.labels(name, "GET", 200).inc())
    count(lambda: REQUEST_SECONDS.labels(name).observe(1))
print(sum(sample.value for family in counted().collect() for sample in family.samples if sample.name.endswith("_total")))
"""


def counting_process(folder: Path, *, limit: int = 0, before: str = "true") -> subprocess.CompletedProcess:
    """A process that has counted in FOLDER, where there is room for LIMIT bytes a file; BEFORE was done."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings", "METRICS_TOKEN": "a-token-of-the-monitors",
        "METRICS_DIR": str(folder), "PYTHONUTF8": "1", "PATH": os.environ["PATH"],
    }  # fmt: skip
    command = f"{before} && exec {shlex.join([sys.executable, '-c', COUNT, str(limit)])}"
    in_mounts = ["unshare", "--mount"] if before != "true" else []
    return subprocess.run(
        [*in_mounts, "sh", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


def counted_by_process(folder: Path, **circumstances) -> str:
    """What such a process says it has counted."""
    result = counting_process(folder, **circumstances)
    assert result.returncode == 0, (result.returncode, result.stderr)
    return result.stdout.strip()


def test_folder_that_cannot_be_made_is_told_by_the_name_of_its_setting(tmp_path):
    (tmp_path / "file").touch()
    result = counting_process(tmp_path / "file" / "metrics")

    assert "ImproperlyConfigured: METRICS_DIR cannot be made" in result.stderr


def test_process_reserves_what_it_counts_in(tmp_path):
    assert counted_by_process(tmp_path) == "200.0"
    files = sorted(tmp_path.iterdir())

    assert [file.name.partition("_")[0] for file in files] == ["counter", "histogram"]
    # Nothing had to grow, and all of it is on the disk.
    assert {file.stat().st_size for file in files} == {metrics.RESERVED_BYTES}
    assert all(file.stat().st_blocks * 512 >= metrics.RESERVED_BYTES for file in files)


def test_process_without_room_counts_nothing_and_lives(tmp_path):
    assert counted_by_process(tmp_path, limit=metrics.RESERVED_BYTES // 2) == "0"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_process_on_a_full_disk_counts_nothing_and_lives(tmp_path):
    full = f"mount -t tmpfs -o size=64k none {tmp_path} && ! head -c 1M /dev/zero 2>/dev/null >{tmp_path}/other"
    if subprocess.run(["unshare", "--mount", "sh", "-c", full], check=False).returncode:
        pytest.skip("nothing can be mounted here")

    assert counted_by_process(tmp_path, before=full) == "0"


def test_files_of_dead_processes_are_forgotten_and_those_of_living_ones_stay(tmp_path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    dead = [f"counter_{ended.pid}.db", f"histogram_{ended.pid}.new"]
    others = [f"backup_{ended.pid}.db", f"old_counter_{ended.pid}.db"]
    kept = [f"histogram_{os.getpid()}.db", "counter_1.db", "notes.txt", *others]
    for name in [*dead, *kept]:
        (tmp_path / name).touch()
    with override_settings(METRICS_DIR=tmp_path):
        forget_dead_processes()

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_every_metric_has_a_label_and_makes_no_file_before_it_counts():
    made = [one for one in vars(metrics).values() if hasattr(one, "_labelnames")]

    assert len(made) == 12
    assert [one for one in made if not one._labelnames] == []
