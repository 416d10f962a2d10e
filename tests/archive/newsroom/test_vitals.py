"""What the database tells of the site: jobs and messages that wait, and who does them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from archive import tracing
from archive.models import Delivery, DeliveryChannel
from archive.newsroom import vitals
from archive.tasks.queue import defer
from archive.tasks.subscriptions import send_manage_link, tell_subscribers
from tests.archive.tasks.conftest import heartbeat
from tests.factories import DeliveryFactory

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """No test depends on how fast the machine is."""
    monkeypatch.setattr(vitals, "MAX_SECONDS", 60)
    monkeypatch.setattr(vitals, "PATIENCE_SECONDS", 60)


def asked(*names: str) -> dict[tuple[str, str], float]:
    return {(name, label): value for name, label, value in vitals.ask() if name in names}


@pytest.mark.django_db
def test_jobs_are_counted_by_queue_with_the_age_of_the_oldest():
    for key in "abc":
        defer(send_manage_link, channel="email", key=key, language="ar")
    defer(tell_subscribers.configure(schedule_at=timezone.now() + HOUR, queueing_lock="later"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '90 seconds'")
        cursor.execute("SELECT id FROM procrastinate_jobs ORDER BY id LIMIT 2")
        (doing,), (failed,) = cursor.fetchall()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [doing])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [failed])

    assert asked("jobs_waiting", "jobs_doing", "jobs_failed", "oldest_job") == {
        ("jobs_waiting", "news"): 1,
        ("jobs_doing", "news"): 1,
        ("jobs_failed", "news"): 1,
        ("jobs_failed", "default"): 0,
        ("oldest_job", "news"): 90,
    }


@pytest.mark.django_db
def test_job_that_was_put_off_is_as_old_as_the_time_for_which_it_was():
    defer(tell_subscribers.configure(schedule_at=timezone.now() - HOUR))

    assert asked("oldest_job") == {("oldest_job", "news"): pytest.approx(3600, abs=30)}


@pytest.mark.django_db
def test_workers_that_were_heard_of_are_counted():
    for age_seconds in (1, 30, 90):
        heartbeat(age_seconds)

    assert asked("workers") == {("workers", ""): 2}


@pytest.mark.django_db
def test_messages_that_are_due_are_counted_by_channel():
    now = timezone.now()
    for hours, state in ((-2, "due"), (-1, "due"), (1, "due"), (-3, "sent")):
        DeliveryFactory(state=state, channel="email", due_at=now + hours * HOUR)
    DeliveryChannel.objects.update_or_create(channel="email", defaults={"paused": True})
    DeliveryChannel.objects.update_or_create(channel="push", defaults={"paused": False})

    assert Delivery.objects.count() == 4
    assert asked("deliveries_due", "oldest_delivery", "channel_paused") == {
        ("deliveries_due", "email"): 2,
        ("oldest_delivery", "email"): pytest.approx(7200, abs=30),
        ("channel_paused", "email"): 1,
        ("channel_paused", "push"): 0,
    }


@pytest.mark.django_db
def test_everything_that_is_asked_is_told_as_a_metric():
    tracing.end()
    DeliveryFactory(state="due", due_at=timezone.now() - HOUR)
    defer(send_manage_link, channel="email", key="a", language="ar")
    rows = vitals.ask()
    names = {family.name: len(family.samples) for family in vitals.Vitals(rows).collect()}

    assert {name for name, _label, _value in rows} <= set(vitals.GAUGES)
    assert sum(names.values()) == len(rows) + 2
    own = {"sijill_database_up", "sijill_vitals_complete"}
    assert set(names) == {*own, *(name for name, _meaning, _label in vitals.GAUGES.values())}


@pytest.mark.django_db
def test_question_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(vitals, "MAX_SECONDS", 0.02)
    monkeypatch.setattr(vitals, "_ASK", "SELECT 'workers', %s::text, pg_sleep(5)::text")

    with pytest.raises(vitals.DatabaseError):
        vitals.ask()


@pytest.mark.django_db(transaction=True)
def test_database_that_takes_too_long_is_not_one_that_is_down(monkeypatch):
    monkeypatch.setattr(vitals, "MAX_SECONDS", 0.02)
    monkeypatch.setattr(vitals, "_ASK", "SELECT 'workers', %s::text, pg_sleep(5)::text")
    samples = {family.name: family.samples[0].value for family in vitals.vitals().collect() if family.samples}

    assert samples == {"sijill_database_up": 1, "sijill_vitals_complete": 0}


def test_thread_that_cannot_begin_leaves_the_next_one_free_to(monkeypatch):
    def fail(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    with pytest.raises(RuntimeError):
        vitals.vitals()
    assert not vitals._asking.locked()


@pytest.mark.django_db
def test_connections_of_other_databases_and_accounts_are_counted():
    # As PostgreSQL tells it to who is no superuser: of others' connections the database, and of its own processes nothing.
    rows = [
        ("sijill", "client backend", "idle"), ("other", "client backend", "idle"), ("other", None, None),
        (None, None, None), (None, "checkpointer", None), ("sijill", "autovacuum worker", "active"),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE pg_stat_activity (datname text, backend_type text, state text)")
        cursor.executemany("INSERT INTO pg_temp.pg_stat_activity VALUES (%s, %s, %s)", rows)
        cursor.execute("SET LOCAL search_path = pg_temp, pg_catalog, public")

    assert asked("connections") == {("connections", "idle"): 2, ("connections", "other"): 1}


@pytest.mark.django_db
def test_oldest_is_of_those_put_off_and_those_that_were_not():
    for schedule in ({}, {"schedule_at": timezone.now() - HOUR}):
        defer(send_manage_link.configure(**schedule), channel="email", key="a", language="ar")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '2 hours'")
        assert asked("oldest_job") == {("oldest_job", "news"): pytest.approx(7200, abs=30)}
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 minute'")
        assert asked("oldest_job") == {("oldest_job", "news"): pytest.approx(3600, abs=30)}


def test_database_that_does_not_answer_holds_nobody_up_and_is_not_asked_twice(monkeypatch):
    answering, asked_times = threading.Event(), []

    def hang():
        asked_times.append(1)
        answering.wait(30)
        return [("workers", "", 1.0)]

    monkeypatch.setattr(vitals, "ask", hang)
    monkeypatch.setattr(vitals, "PATIENCE_SECONDS", 0.05)
    try:
        assert [vitals.vitals().asked for _ in range(3)] == [None] * 3
        assert len(asked_times) == 1
    finally:
        answering.set()
    [thread] = [thread for thread in threading.enumerate() if thread.name == "vitals"] or [None]
    if thread:
        thread.join(30)

    monkeypatch.setattr(vitals, "PATIENCE_SECONDS", 60)
    assert vitals.vitals().asked == [("workers", "", 1.0)]


@pytest.mark.django_db(transaction=True)
def test_asked_on_a_connection_of_its_own_it_sees_what_is_committed():
    heartbeat(1)

    assert ("workers", "", 1.0) in vitals.vitals().asked
