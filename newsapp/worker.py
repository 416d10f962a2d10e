"""`python -m newsapp.worker`: does the jobs that wait in the database, one after another, and beside them the news.

`script/server` runs one as a child of its own; others may be started beside it. SIGTERM and Ctrl-C end it after the
job under way; one that takes long is told, stops at a good place, and is gone on with by the next worker. So is the
job of a worker that died: the others hear no more of it.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable

from newsapp.postgres import PostgresError
from newsapp.preparation import StartError, embedded_database, prepare_database, say, set_up_django

RESCUE_SECONDS = 5
CLOCK_STEP_SECONDS = 60
"""By so much a clock is set to another time; by less it is only put right."""

_BRING_BACK = (
    "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE last_heartbeat > now() + interval '1 minute'",
    "UPDATE procrastinate_jobs SET scheduled_at = now()"
    " WHERE status = 'todo' AND scheduled_at > now() + interval '1 hour'",
)
"""What a clock that was ahead has left: dead workers that seem to live, and jobs put off for longer than any is."""

PAUSE_SECONDS = 2
MAX_PAUSE_SECONDS = 60
FALLBACK_POLL_SECONDS = 5
PATIENCE_SECONDS = 10
"""How long a database that has died is asked for a connection, more than once, before it is brought back."""

CONCURRENCY = {"default": 1, "news": 4}
"""How many jobs of a queue are done at a time: what readers wait for waits for no import, nor for a slow server."""

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

logger = logging.getLogger(__name__)


class ClockSetBackError(Exception):
    """What is asked for by the clock would not be asked for until that shows the same time again."""


class Stop(BaseException):
    """Raised in the main thread by a signal that asks for an end."""


def main() -> int:
    """Return the exit code: 0 after a stop that was asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapp.settings")
    take_signals()
    try:
        set_up_django()
        with embedded_database() as cluster:
            prepare_database(cluster)
            say("The worker waits for jobs (Ctrl-C stops it)")
            serve_queue(cluster.start if cluster else lambda: None)
    except Stop:
        return 0
    except (StartError, PostgresError) as error:
        say(str(error))
        return 1
    return 0


def _raise_stop(_number: int, _frame: object) -> None:
    raise Stop


def take_signals(on_signal: Callable[[int, object], None] = _raise_stop) -> None:
    """Let a signal that asks for an end raise Stop, or do what ON_SIGNAL does."""
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means what it says.
            signal.signal(number, on_signal)


def serve_queue(revive_database: Callable[[], None] = lambda: None) -> None:
    """Do jobs until a signal asks for an end; when the database fails, wait for it and go on.

    REVIVE_DATABASE is called before each new attempt.
    """
    pause_seconds = PAUSE_SECONDS
    while True:
        started_at = time.monotonic()
        try:
            if asyncio.run(_work()):
                return
            logger.warning("The worker lost the database; trying again")
        except Exception as error:  # Whatever it was, jobs wait.
            logger.warning("The worker failed (%s); trying again", str(error).partition("\n")[0])
        take_signals()  # asyncio has put back what was there before us.
        if time.monotonic() - started_at > MAX_PAUSE_SECONDS:
            pause_seconds = PAUSE_SECONDS
        time.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 2, MAX_PAUSE_SECONDS)
        with contextlib.suppress(PostgresError):
            revive_database()


async def _work() -> bool:
    """Do jobs; return True when a signal has asked for an end, False when the worker ended by itself."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app, connector_params  # The apps are loaded by now.

    from archive.tasks.queue import HEARTBEAT_SECONDS, STALLED_SECONDS, observed

    asked_to_stop = asyncio.Event()
    for number in STOP_SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    with app.replace_connector(PsycopgConnector(kwargs=connector_params(), timeout=PATIENCE_SECONDS)):
        async with app.open_async():
            workers = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=[queue],
                        name=queue,
                        concurrency=concurrency,
                        install_signal_handlers=False,
                        # A job under way is told at once (JobContext.should_abort), and waited for.
                        shutdown_graceful_timeout=0,
                        fetch_job_polling_interval=FALLBACK_POLL_SECONDS,
                        update_heartbeat_interval=HEARTBEAT_SECONDS,
                        stalled_worker_timeout=STALLED_SECONDS,
                        delete_jobs="successful",
                        # After those of its own, which look after Django's connections.
                        task_middleware=[*app.worker_defaults["task_middleware"], observed],
                    )
                )
                for queue, concurrency in CONCURRENCY.items()
            ]
            others = [asyncio.create_task(asked_to_stop.wait()), asyncio.create_task(_rescue(STALLED_SECONDS))]
            await asyncio.wait([*workers, *others], return_when=asyncio.FIRST_COMPLETED)
            for task in (*workers, *others):
                task.cancel()
            results = await asyncio.gather(*workers, *others, return_exceptions=True)
    for failure in results:
        if isinstance(failure, Exception):
            raise failure
    return asked_to_stop.is_set()


async def _rescue(stalled_seconds: int) -> None:
    """Put the jobs of dead workers back in the queue, now and then.

    One that waits there already, as what is asked for each minute does, will do the same: the dead one is dropped,
    which would keep that one from ever beginning. Raises ClockSetBackError.
    """
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import UniqueViolation
    from procrastinate.jobs import Status

    ahead = time.time() - time.monotonic()
    while True:
        ahead, before = time.time() - time.monotonic(), ahead
        if ahead < before - CLOCK_STEP_SECONDS:
            raise ClockSetBackError("the clock was set back")
        if ahead > before + CLOCK_STEP_SECONDS:  # The living are heard of first.
            await asyncio.sleep(stalled_seconds)
        for statement in _BRING_BACK:
            await app.connector.execute_query_async(statement)
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_seconds):
            logger.warning("Job %s of a worker that died is begun again", job.id)
            try:
                await app.job_manager.retry_job(job)
            except UniqueViolation:
                await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
        await asyncio.sleep(RESCUE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
