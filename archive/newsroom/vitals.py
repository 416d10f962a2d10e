"""What the database knows of how the site is, asked only when the metrics are read (docs/operating.md).

All is one statement that reads indexes of what waits, and is given up after MAX_SECONDS. It is put on a connection of
its own, in a thread of its own: a database that does not answer at all holds up no reader of the metrics for longer.

How replicas are is known without asking (archive/replicas/watch.py).
"""

from collections.abc import Iterator
from threading import Lock, Thread

from django.db import DatabaseError, InterfaceError, connection, transaction
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg.errors import QueryCanceled

MAX_SECONDS = 2
PATIENCE_SECONDS = 3
"""After so long the metrics are told without what the database knows."""

QUEUES = ("default", "news")
"""Those that workers work on; of each it is told that no job has failed."""

_ASK = """
WITH waiting AS MATERIALIZED (
    SELECT id, queue_name, scheduled_at FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
), oldest AS (
    SELECT queue_name, min(scheduled_at) AS scheduled_at, min(id) FILTER (WHERE scheduled_at IS NULL) AS id
    FROM waiting GROUP BY queue_name
), due AS MATERIALIZED (
    SELECT channel, due_at FROM archive_delivery WHERE state = 'due' AND due_at <= now()
)
SELECT 'jobs_waiting' AS name, queue_name AS label, count(*)::float AS value FROM waiting GROUP BY queue_name
UNION ALL
SELECT 'oldest_job', queue_name, extract(epoch FROM now() - least(scheduled_at, (
    SELECT min(at) FROM procrastinate_events WHERE job_id = oldest.id AND type = 'deferred'
)))::float FROM oldest
UNION ALL
SELECT 'jobs_doing', queue_name, count(*)::float FROM procrastinate_jobs WHERE status = 'doing' GROUP BY queue_name
UNION ALL
-- Of none too: a first failure is a rise only if there was a 0 before.
SELECT 'jobs_failed', queue_name, count(id)::float FROM (
    SELECT queue_name, id FROM procrastinate_jobs WHERE status = 'failed' UNION ALL SELECT unnest(%s::text[]), NULL
) AS failed GROUP BY queue_name
UNION ALL
SELECT 'workers', '', count(*)::float FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'
UNION ALL
SELECT 'deliveries_due', channel, count(*)::float FROM due GROUP BY channel
UNION ALL
SELECT 'oldest_delivery', channel, extract(epoch FROM now() - min(due_at))::float FROM due GROUP BY channel
UNION ALL
SELECT 'channel_paused', channel, paused::int::float FROM archive_deliverychannel
UNION ALL
-- Of all databases, as max_connections is. Of other accounts only the database is told, without pg_monitor.
SELECT 'connections', coalesce(state, 'other'), count(*)::float FROM pg_stat_activity
    WHERE datname IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend' GROUP BY state
UNION ALL
SELECT 'database_bytes', '', pg_database_size(current_database())::float
"""

Row = tuple[str, str, float]

GAUGES = {
    "jobs_waiting": ("sijill_jobs_waiting", "Jobs that could be done now, by queue.", "queue"),
    "oldest_job": ("sijill_oldest_job_seconds", "How long the oldest of them has waited, by queue.", "queue"),
    "jobs_doing": ("sijill_jobs_doing", "Jobs under way, by queue.", "queue"),
    "jobs_failed": ("sijill_jobs_failed", "Jobs that have failed and are still kept, by queue.", "queue"),
    "workers": ("sijill_workers", "Queues' workers that were heard of within the last minute.", ""),
    "deliveries_due": ("sijill_deliveries_due", "Messages that could be sent now, by channel.", "channel"),
    "oldest_delivery": ("sijill_oldest_delivery_seconds", "How long the oldest is overdue, by channel.", "channel"),
    "channel_paused": ("sijill_channel_paused", "Whether a channel is paused, by hand or by refusals.", "channel"),
    "connections": ("sijill_database_connections", "Connections to the database server, by their state.", "state"),
    "database_bytes": ("sijill_database_bytes", "The size of the database.", ""),
}
"""The names of the metrics, their meanings, and the label of each."""


def ask() -> list[Row]:
    """Return what the database tells, as rows of a name of GAUGES, a label and a value."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {MAX_SECONDS * 1000:.0f}")
        cursor.execute(_ASK, [list(QUEUES)])
        return cursor.fetchall()


class Vitals(Collector):
    """What ASKED holds, as metrics; None where the database, if it IS_UP, did not tell it, or not in time."""

    def __init__(self, asked: list[Row] | None, *, is_up: bool = True):
        self.asked = asked
        self.is_up = is_up

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = "Whether the database answered when these metrics were read."
        yield GaugeMetricFamily("sijill_database_up", up, value=self.is_up)
        complete = "Whether it told what follows; it may be too busy for that."
        yield GaugeMetricFamily("sijill_vitals_complete", complete, value=self.asked is not None)
        for key, (name, meaning, label) in GAUGES.items():
            rows = [(value, number) for one, value, number in self.asked or () if one == key]
            family = GaugeMetricFamily(name, meaning, labels=[label] if label else [])
            for value, number in rows:
                family.add_metric([value] if label else [], number or 0)
            yield family


_asking = Lock()


def vitals() -> Vitals:
    """Ask the database, for PATIENCE_SECONDS at most; whoever comes while it is asked waits as long to be next."""
    if not _asking.acquire(timeout=PATIENCE_SECONDS):
        return Vitals(None, is_up=False)
    answers: list[list[Row] | None] = []

    def ask_apart() -> None:
        try:
            answers.append(ask())
        except (DatabaseError, InterfaceError) as error:
            if isinstance(error.__cause__, QueryCanceled):
                answers.append(None)
        finally:
            try:
                connection.close()
            finally:
                _asking.release()

    thread = Thread(target=ask_apart, name="vitals", daemon=True)
    try:
        thread.start()
    except BaseException:
        _asking.release()
        raise
    thread.join(PATIENCE_SECONDS)
    return Vitals(answers[0]) if answers else Vitals(None, is_up=False)
