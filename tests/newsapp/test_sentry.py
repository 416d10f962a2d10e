"""What Sentry is told of an error, as its own client sends it; and that it is told nothing without a setting."""

import json
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsapp import sentry
from tests.newsapp.server_process import ROOT

DSN = "https://0123456789abcdef0123456789abcdef@sentry.invalid/1"
FAIL = """
import logging
import sentry_sdk
from sentry_sdk.transport import Transport

class Kept(Transport):
    def capture_envelope(self, envelope):
        for item in envelope.items:
            print(item.payload.get_bytes().decode())

from newsapp.sentry import tell_sentry
tell_sentry({dsn!r}, transport=Kept)

import django
from django.conf import settings
settings.DATABASES["default"]["ENGINE"] = "django.db.backends.dummy"
django.setup()
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

def fail(request):
    secret_word = "سرية"
    logging.getLogger("archive").warning("before: سرية")
    raise ValueError("reader@example.org wants سر\\nDETAIL:  Key (address)=(x)")

fail.csrf_exempt = True
from archive import urls
next(one for one in urls.urlpatterns if one.name == "healthz").callback = fail
request = RequestFactory().post(
    "/healthz?q=سرية", {{"word": "سرية"}},
    headers={{"Cookie": "django_language=hidden-word", "User-Agent": "hidden-word", "Authorization": "Bearer hidden-word"}},
    REMOTE_ADDR="192.0.2.7",
)
get_wsgi_application()(request.environ, lambda *_answer: None)
logging.getLogger("archive").error("%s is refused", "reader@example.org")

from procrastinate.jobs import Job
job = Job(id=77, queue="news", lock=None, queueing_lock=None, task_name="manage_link", task_kwargs={{"key": "hidden-word"}})
text = f"Job {{job.call_string}} ended with status: Error"
try:
    raise ValueError("no such channel")
except ValueError:
    logging.getLogger("procrastinate.worker").error(text, extra={{"job": job.log_context()}}, exc_info=True)
"""


@pytest.fixture(scope="module")
def events():
    """What is told of a view that fails and of an error that is logged, by a process as the site's are."""
    result = subprocess.run(
        [sys.executable, "-c", FAIL.format(dsn=DSN)], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUTF8": "1", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_failing_view_is_told_with_its_name_and_the_request_id(events):
    event = events[0]
    [error] = event["exception"]["values"]

    assert (error["type"], error["value"]) == ("ValueError", "… wants سر\nDETAIL: …")
    assert (event["transaction"], event["request"]) == ("archive:healthz", {"method": "POST"})
    assert len(event["tags"]["request_id"]) == 16
    assert [frame for frame in error["stacktrace"]["frames"] if "vars" in frame] == []


def test_logged_error_is_told_without_addresses(events):
    assert [event["logentry"] for event in events[:2] if "logentry" in event] == [{"message": "… is refused"}]


def test_failed_job_is_told_with_its_task_and_ids_and_without_its_arguments(events):
    [event] = [event for event in events if event.get("transaction") == "manage_link"]

    assert event["tags"] | {"job": "77", "request_id": "job-77"} == event["tags"]
    assert event["logentry"] == {"message": "Job manage_link ended with status: Error"}
    assert event["exception"]["values"][-1]["value"] == "no such channel"


def test_nothing_of_the_reader_goes_out(events):
    told = json.dumps(events, ensure_ascii=False)

    assert [
        word for word in ("سرية", "hidden-word", "192.0.2.7", "example.org", "django_language") if word in told
    ] == []
    assert [event for event in events if {"user", "breadcrumbs", "extra"} & event.keys()] == []


def test_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match="pip install sentry-sdk"):
        sentry.tell_sentry(DSN)


def test_address_that_is_none_is_refused_without_being_repeated():
    with pytest.raises(ImproperlyConfigured) as refusal:
        sentry.tell_sentry("a-secret-key@nowhere")

    assert "a-secret-key" not in str(refusal.value)
