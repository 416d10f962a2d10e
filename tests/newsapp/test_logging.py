"""What a log line keeps of a request. The logs of a running site: test_server.py."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.utils.log import log_response
from procrastinate.jobs import Job

from archive import tracing
from newsapp.logging import (
    ReadablePaths,
    WithoutQueryString,
    WithoutTracebackOfRefusals,
    logging_config,
)


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.WARNING, "views.py", 1, message, args, None)


def formatted(log_format: str, log: logging.LogRecord) -> str:
    options = dict(logging_config(level="INFO", log_format=log_format)["formatters"]["structured"])
    return options.pop("()")(**options).format(log)


@pytest.mark.parametrize(
    ("log", "line"),
    [
        (record("%s: %s", "Not Found", "/search/?q=secret"), "Not Found: /search/"),
        (record("%s: %s", "Not Found", "/search/"), "Not Found: /search/"),
        (record("%d rows?", 3), "3 rows?"),
        (record("Ready?"), "Ready?"),
    ],
)
def test_paths_lose_their_query_and_all_else_stays(log, line):
    assert (WithoutQueryString().filter(log), log.getMessage()) == (True, line)


def test_request_object_is_taken_off_the_record():
    log = record("Not Found")
    log.request = object()

    WithoutQueryString().filter(log)

    assert hasattr(log, "request") is False


@pytest.mark.parametrize("path", ["/section/سياسة/", "/a\nb\u202e", "/back\\slash\\u0633"])
def test_paths_that_django_escaped_are_given_back(rf, path):
    kept = []
    logger = logging.Logger("django.request")
    logger.addHandler(handler := logging.Handler())
    handler.emit = kept.append
    log_response("%s: %s", "Not Found", path, response=HttpResponse(status=404), request=rf.get("/"), logger=logger)
    [log] = kept

    assert (ReadablePaths().filter(log), log.getMessage()) == (True, f"Not Found: {path}")


@pytest.mark.parametrize(("status", "traceback"), [(403, False), (500, True)])
def test_refusals_are_logged_without_a_traceback(status, traceback):
    log = record("Forbidden: %s", "/admin/")
    log.status_code, log.exc_info = status, (ValueError, ValueError("x"), None)

    assert (WithoutTracebackOfRefusals().filter(log), bool(log.exc_info)) == (True, traceback)


@pytest.mark.parametrize("argument", ["\\x", "سياسة", 3])
def test_arguments_that_are_no_escapes_stay(argument):
    log = record("%s", argument)
    log.status_code = 404

    assert (ReadablePaths().filter(log), log.args) == (True, (argument,))


def test_json_keeps_arabic_letters_and_a_line_for_an_event():
    line = formatted("json", record("قيد %s", "أول\nثان"))
    event = json.loads(line)

    assert line.count("\n") == 0
    assert (event["level"], event["logger"], event["event"]) == ("warning", "django.request", "قيد أول\nثان")
    assert "قيد" in line


def test_text_is_a_line_of_keys_and_values_even_for_an_event_of_two_lines():
    line = formatted("text", record("first\nsecond"))

    assert line.partition(" ")[2] == r"level='warning' logger='django.request' event='first\nsecond'"


TOKEN = "WzEsInNlY3JldCJd:1vXyZa:" + "s" * 43
ENDPOINT = "https://fcm.googleapis.com/fcm/send/" + "e" * 120


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("550 <reader@example.org>: no such user", "550 <…>: no such user"),
        ("to قارئ@مثال.لبنان and a.b+c@mail.example.org.", "to … and …"),
        ("postgresql://sijill:secret@127.0.0.1/sijill", "postgresql://…/sijill"),
        ("+961 3 123 456 is no WhatsApp number", "… is no WhatsApp number"),
        ("9613123456 is none; nor is (96170123456).", "… is none; nor is (…)."),
        (f"Not Found: /newsletter/manage/{TOKEN}/", "Not Found: /newsletter/manage/…/"),
        (f"Gone: {ENDPOINT}", "Gone: https://fcm.googleapis.com/fcm/send/…"),
        ("https://mail.example/send?key=secret failed", "https://mail.example/send?… failed"),
        (
            'duplicate key value violates unique constraint "subscriber_address_unique"\n'
            "DETAIL:  Key (channel, address_key)=(email, x) already exists.\n",
            'duplicate key value violates unique constraint "subscriber_address_unique"\nDETAIL: …\n',
        ),
        (
            "syntax error in tsquery: \"كلمة سرية\"\nLINE 1: SELECT 'كلمة'\n",
            'syntax error in tsquery: "…\nLINE 1: …\n',
        ),
        # What operators need stays.
        ("https://news.example/2017/12/21/a-headline-of-many-words-in-latin-letters cannot be read",) * 2,
        ("2026-11-30T08:21:44+02:00 took 12345678 ms",) * 2,
        ("took 0.1234567890 s of job-1234567890 at /article/1234567890/",) * 2,
        ("/article/12345678/قمة-جنيف/", "/article/12345678/قمة-جنيف/"),
        (
            '  File "/srv/archive/models.py", line 12, in save\n    @asked',
            '  File "/srv/archive/models.py", line 12, in save\n    @asked',
        ),
    ],
)
def test_lines_hold_no_address_token_or_word_of_a_reader(said, kept):
    event = json.loads(formatted("json", record("%s", said)))

    assert event["event"] == kept


def test_tracebacks_hold_none_either():
    log = record("Delivery 5 cannot be sent")
    try:
        raise ValueError("550 reader@example.org unknown")
    except ValueError as error:
        log.exc_info = type(error), error, error.__traceback__
    event = json.loads(formatted("json", log))

    assert event["exception"].splitlines()[-1] == "ValueError: 550 … unknown"


def test_job_is_named_without_its_arguments_and_with_the_id_of_who_asked():
    job = Job(
        id=7, queue="news", lock=None, queueing_lock=None, task_name="manage_link",
        task_kwargs={"channel": "email", "key": "سر", "request_id": "8f14e45f"},
    )  # fmt: skip
    log = record(f"Job {job.call_string} ended with status: Error, lasted 0.1 s")
    log.job = job.log_context()
    event = json.loads(formatted("json", log))

    assert event["event"] == "Job manage_link ended with status: Error, lasted 0.1 s"
    assert (event["job"], event["task"], event["request_id"]) == (7, "manage_link", "8f14e45f")
    assert "سر" not in formatted("text", log)


def test_job_that_nobody_asked_for_bears_its_own_id_to_the_last():
    job = Job(id=7, queue="default", lock=None, queueing_lock=None, task_name="tidy", task_kwargs={"timestamp": 1})
    log = record(f"Job {job.call_string} ended with status: Error")
    log.job = job.log_context()

    assert json.loads(formatted("json", log))["request_id"] == "job-7"


def test_lines_of_a_request_bear_its_id():
    tracing.begin(tracing.Trace("8f14e45fceea167a"))
    try:
        during = json.loads(formatted("json", record("during")))
    finally:
        tracing.end()
    after = json.loads(formatted("json", record("after")))

    assert (during["request_id"], after.get("request_id")) == ("8f14e45fceea167a", None)
