"""Structured logs: one event a line, as `key=value` text or JSON, through structlog.

Nothing that identifies a reader is logged at the default level, and no secret: no address, no query string, no words
that were searched for (docs/operating.md). Django's own request logger prints the path with its query, so its records
lose everything after the question mark. What others put into their messages, such as a mail server that repeats an
address, or PostgreSQL a row, is taken out of every line, also of the tracebacks.
"""

import contextlib
import logging
from http import HTTPStatus
from typing import NamedTuple

import structlog

from archive.redaction import without_secrets


def _without_secrets(_logger: object, _method: str, event: dict) -> dict:
    """`without_secrets` of everything that a line says, as a processor of structlog's."""
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


def _of_job(_logger: object, _method: str, event: dict) -> dict:
    """What procrastinate says of a job, without its arguments, which may be a reader's; its number stands beside."""
    if told := told_job(event.get("_record")):
        event["event"] = event["event"].replace(told.call, told.task)
        event |= {"job": told.number, "task": told.task, "request_id": told.request_id}
    return event


class ToldJob(NamedTuple):
    """The job that a line of procrastinate's is about; CALL is what the line says, with the arguments."""

    number: int
    task: str
    request_id: str
    call: str


def told_job(record: object) -> ToldJob | None:
    """The job that RECORD is about, which is said when the job's own trace has ended; None of every other line."""
    job = getattr(record, "job", None)
    if not isinstance(job, dict) or "call_string" not in job:
        return None
    from archive import tracing  # Its settings are read by now.

    # As a job's lines before have it (archive/tasks/queue.py).
    request_id = tracing.id_of_job(job["id"], job["task_kwargs"].get(tracing.ARGUMENT))
    return ToldJob(job["id"], job["task_name"], request_id, job["call_string"])


class WithoutQueryString(logging.Filter):
    """Cuts query strings from the arguments of Django's request records ("Not Found: /search/?q=…")."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.partition("?")[0] if isinstance(arg, str) and arg.startswith("/") else arg for arg in record.args
            )
        # The request object would bring its address and query back through the formatter.
        record.__dict__.pop("request", None)
        return True


class WithoutTracebackOfRefusals(logging.Filter):
    """Leaves out where in the code a request was refused, by a 403 or any other 4xx: nothing is broken there."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR) < HTTPStatus.INTERNAL_SERVER_ERROR:
            record.exc_info = None
        return True


class ReadablePaths(logging.Filter):
    """Gives back the letters of Django's request records, which arrive as escapes (`\\u0633`).

    Line breaks are among them; the renderers escape those again.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        # What django.utils.log.log_response has escaped carries the status of the answer.
        if hasattr(record, "status_code") and isinstance(record.args, tuple):
            with contextlib.suppress(UnicodeError):
                record.args = tuple(
                    arg.encode("ascii").decode("unicode_escape") if isinstance(arg, str) else arg
                    for arg in record.args
                )
        return True


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
RENDERERS = {
    "text": structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "logger", "event"]),
    "json": structlog.processors.JSONRenderer(ensure_ascii=False),
}
SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def logging_config(*, level: str, log_format: str) -> dict:
    """Return the `LOGGING` setting. LEVEL is one of `LEVELS`; LOG_FORMAT is one of `RENDERERS`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "without_traceback_of_refusals": {"()": WithoutTracebackOfRefusals},
            "without_query_string": {"()": WithoutQueryString},
            "readable_paths": {"()": ReadablePaths},
        },
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED_PROCESSORS, _of_job],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _without_secrets,
                    RENDERERS[log_format],
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["without_traceback_of_refusals", "without_query_string", "readable_paths"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # A host header made up by a scanner is its own business, not an error of ours.
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
            # Django leaves it to the server to drop the body of an answer to HEAD.
            "gunicorn.http.wsgi": {"handlers": [], "level": "ERROR", "propagate": True},
            # Jobs that go well are told of in the admin.
            "procrastinate": {"handlers": [], "level": "WARNING", "propagate": True},
            # axes names the account and the address it locked out.
            "axes": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }
