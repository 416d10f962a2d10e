"""Which replicas are read from, by what they and the primary answered."""

import logging
from collections import defaultdict
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from archive.replicas import watch as watching
from archive.replicas.watch import STALE_SECONDS, Answer, Replicas, Server, Watch, wait_for_replicas


@pytest.fixture
def clock(monkeypatch):
    """The seconds that the watch reads, to be set."""
    at = {"now": 100.0}
    monkeypatch.setattr(watching.time, "monotonic", lambda: at["now"])
    return at


@pytest.fixture
def watch(clock, settings, monkeypatch):
    settings.REPLICA_MAX_LAG_SECONDS = 5
    for name, host in (("a", "10.1.2.4"), ("b", "10.1.2.5")):
        monkeypatch.setitem(settings.DATABASES, name, {"HOST": host, "PORT": "", "NAME": "sijill"})
    return Watch(["a", "b"])


def heard(watch: Watch, clock: dict, **positions: int | None) -> None:
    """Note what servers answer at this second, None for one that does not."""
    servers = {"primary": watch.primary, **{server.alias: server for server in watch.replicas}}
    for name, position in positions.items():
        answer = None if position is None else Answer(clock["now"], name != "primary", position)
        watch.note(servers[name], answer)


def read(watch: Watch) -> list[str | None]:
    """The servers of the next four requests."""
    return [server and server.alias for server in (watch.replica() for _request in range(4))]


def test_replicas_take_turns(watch, clock):
    heard(watch, clock, primary=100, a=100, b=100)

    assert read(watch) == ["a", "b", "a", "b"]


def test_nothing_is_read_before_anything_is_known(watch, clock):
    assert read(watch) == [None] * 4
    heard(watch, clock, a=100, b=100)
    assert read(watch) == [None] * 4
    assert not watch.primary_is_down()


def test_replica_that_does_not_answer_is_left_out_and_comes_back(watch, clock, caplog):
    heard(watch, clock, primary=100, a=100, b=100)
    heard(watch, clock, b=None)
    assert read(watch) == ["a"] * 4
    heard(watch, clock, b=100)
    assert set(read(watch)) == {"a", "b"}
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        "Replica 10.1.2.4:5432/sijill is read from",
        "Replica 10.1.2.5:5432/sijill is read from",
        "Replica 10.1.2.5:5432/sijill is left out: it does not answer",
        "Replica 10.1.2.5:5432/sijill is read from",
    ]


def test_replica_of_which_nothing_is_heard_is_left_out(watch, clock):
    heard(watch, clock, primary=100, a=100, b=100)
    clock["now"] += STALE_SECONDS
    heard(watch, clock, primary=100, b=100)
    assert set(read(watch)) == {"a", "b"}
    clock["now"] += 0.1
    assert read(watch) == ["b"] * 4


def test_replica_that_failed_a_request_is_left_out_until_it_answers(watch, clock):
    heard(watch, clock, primary=100, a=100, b=100)
    watch.leave_out(watch.replicas[0])
    assert read(watch) == ["b"] * 4
    heard(watch, clock, a=100)
    assert set(read(watch)) == {"a", "b"}


def test_replica_that_lags_is_left_out_until_it_has_caught_up(watch, clock, caplog):
    heard(watch, clock, primary=100, a=100, b=100)
    for position in range(101, 107):
        clock["now"] += 1
        heard(watch, clock, primary=position, a=position, b=100)
    assert set(read(watch)) == {"a", "b"}
    clock["now"] += 1
    heard(watch, clock, primary=107, a=107, b=100)
    assert read(watch) == ["a"] * 4
    assert caplog.messages[-1] == "Replica 10.1.2.5:5432/sijill is left out: it lags 6 seconds"
    heard(watch, clock, b=107)
    assert set(read(watch)) == {"a", "b"}


def test_server_that_follows_nobody_is_no_replica(watch, clock, caplog):
    heard(watch, clock, primary=100, a=100)
    watch.note(watch.replicas[1], Answer(clock["now"], follows=False, position=100))
    assert read(watch) == ["a"] * 4
    watch.note(watch.replicas[0], Answer(clock["now"], follows=False, position=100))
    assert caplog.messages[-1] == "Replica 10.1.2.4:5432/sijill is left out: it follows no primary"


def test_replicas_are_read_when_the_primary_goes(watch, clock):
    heard(watch, clock, primary=100, a=100, b=99)
    for _second in range(10):
        clock["now"] += 1
        heard(watch, clock, primary=None, a=100, b=99)
    assert watch.primary_is_down()
    # What the other lacks was written before anybody looked: there is a better one.
    assert read(watch) == ["a"] * 4


def test_replicas_are_read_where_the_primary_was_never_heard(watch, clock):
    heard(watch, clock, primary=None, a=100, b=100)

    assert set(read(watch)) == {"a", "b"}
    assert watch.primary_is_down()


def test_primary_that_only_follows_is_down(watch, clock):
    heard(watch, clock, primary=100, a=100, b=100)
    watch.note(watch.primary, Answer(clock["now"], follows=True, position=100))
    clock["now"] += STALE_SECONDS + 1
    assert watch.primary_is_down()


def test_primary_that_missed_one_question_is_not_down_yet(watch, clock):
    heard(watch, clock, primary=100)
    heard(watch, clock, primary=None)

    assert not watch.primary_is_down()


def test_server_has_a_name_without_its_password(settings, monkeypatch):
    own = {"HOST": "", "PORT": "", "NAME": "sijill", "PASSWORD": "secret"}
    monkeypatch.setitem(settings.DATABASES, "a", own)

    assert Server("a").name == "localhost:5432/sijill"


def test_who_tells_others_of_a_change_waits_until_replicas_have_it(watch, clock, settings, monkeypatch):
    """But not for one that does not answer, nor for longer than one is read from that lags."""
    settings.REPLICAS = ["a", "b"]
    came = {"default": [100], "a": [98, 99, 100], "b": [OperationalError]}
    asked = []

    def ask(alias: str) -> Answer:
        asked.append(alias)
        told = came[alias].pop(0) if len(came[alias]) > 1 else came[alias][0]
        if told is OperationalError:
            raise OperationalError
        return Answer(clock["now"], follows=alias != "default", position=told)

    monkeypatch.setattr(watching, "ask", ask)
    monkeypatch.setattr(watching.time, "sleep", lambda seconds: clock.update(now=clock["now"] + seconds))
    monkeypatch.setattr(watching, "connections", defaultdict(Mock))
    wait_for_replicas()
    assert asked == ["default", "a", "a", "a", "b"]

    came["a"] = [99]
    began_at = clock["now"]
    wait_for_replicas()
    assert clock["now"] - began_at == pytest.approx(7, abs=0.1)


def test_metrics_tell_of_each_replica(watch, clock, settings, monkeypatch):
    settings.REPLICAS = ["a", "b"]
    monkeypatch.setattr(watching, "watch", lambda: watch)
    heard(watch, clock, primary=100, a=100, b=99)

    assert {
        (sample.name, sample.labels["replica"]): sample.value
        for family in Replicas().collect()
        for sample in family.samples
    } == {
        ("sijill_replica_used", "10.1.2.4:5432/sijill"): 1,
        ("sijill_replica_used", "10.1.2.5:5432/sijill"): 0,
        ("sijill_replica_lag_seconds", "10.1.2.4:5432/sijill"): 0,
        ("sijill_replica_lag_seconds", "10.1.2.5:5432/sijill"): float("inf"),
    }
