"""Requests that took long are noted, by the name of the view and nothing of the reader."""

import fcntl
import logging

import pytest

from archive import newest_lines
from archive.slow_requests import newest, note
from archive.tracing import Trace


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.SLOW_REQUESTS_FILE = tmp_path / "slow_requests.jsonl"
    return settings.SLOW_REQUESTS_FILE


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "noted"), [(1, 1), (60_000, 0), (0, 0)])
def test_request_is_noted_from_so_many_milliseconds_on(client, settings, monkeypatch, limit, noted):
    settings.SLOW_REQUEST_MILLISECONDS = limit
    client.get("/about/")

    assert len(newest(10)) == noted


@pytest.mark.django_db
def test_metrics_that_wait_for_the_database_are_not_noted(client, settings):
    settings.SLOW_REQUEST_MILLISECONDS = 1
    client.get("/metrics")
    client.get("/no-such-page/")

    assert [slow.status for slow in newest(10)] == [404]


@pytest.mark.django_db
def test_what_is_noted_says_where_and_how_long_and_nothing_of_the_reader(client, settings, file, caplog):
    settings.SLOW_REQUEST_MILLISECONDS = 1
    with caplog.at_level(logging.WARNING, logger="archive.slow_requests"):
        response = client.get("/search/?q=كلمة-سرية", headers={"User-Agent": "سرية"}, REMOTE_ADDR="192.0.2.7")
    [slow] = newest(10)
    [record] = [record for record in caplog.records if record.name == "archive.slow_requests"]

    assert (slow.doing, slow.method, slow.status) == ("archive:search", "GET", 200)
    assert slow.request_id == response.headers["X-Request-ID"]
    assert slow.milliseconds >= slow.database >= 0
    assert slow.queries > 3
    for text in (file.read_text(), record.getMessage()):
        assert [word for word in ("سرية", "q=", "192.0.2.7") if word in text] == []
    assert f"GET archive:search took {slow.milliseconds} ms" in record.getMessage()


def test_newest_come_first_and_the_file_stays_small(file, monkeypatch):
    monkeypatch.setattr(newest_lines, "MAX_BYTES", 1000)
    for number in range(40):
        note("GET", 200, number, Trace("abc", doing="archive:front"))

    assert [slow.milliseconds for slow in newest(3)] == [39_000, 38_000, 37_000]
    assert len(newest(40)) < 40
    assert file.stat().st_size < 1200
    assert file.with_suffix(".old").stat().st_size < 1200


def test_file_that_another_process_is_putting_away_is_left_to_it(file, monkeypatch):
    monkeypatch.setattr(newest_lines, "MAX_BYTES", 10)
    note("GET", 200, 1, Trace("a"))
    with file.open("rb") as others:
        fcntl.flock(others, fcntl.LOCK_EX)
        note("GET", 200, 2, Trace("b"))
        assert not file.with_suffix(".old").exists()
    assert [slow.request_id for slow in newest(2)] == ["b", "a"]
    note("GET", 200, 3, Trace("c"))
    assert file.with_suffix(".old").exists()


def test_line_that_was_cut_short_is_passed_over(file):
    note("GET", 200, 1, Trace("a"))
    with file.open("ab") as opened:
        opened.write(b'["2026-01-01T0\n[1, 2]\nnull\n\xff\n')
    note("GET", 200, 2, Trace("b"))

    assert [slow.request_id for slow in newest(10)] == ["b", "a"]


def test_nothing_fails_where_nothing_can_be_written(settings, tmp_path):
    settings.SLOW_REQUESTS_FILE = tmp_path / "no folder" / "slow.jsonl"
    note("GET", 200, 1, Trace("a"))

    assert newest(10) == []
