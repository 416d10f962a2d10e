"""Requests and jobs under their ids: whose id is believed, and where it stands."""

import re

import pytest
import structlog
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from archive import metrics, tracing
from archive.tasks.queue import defer, observed
from archive.tasks.subscriptions import send_manage_link
from archive.tracing import HEADER, Trace
from tests.newsapp.server_process import ROOT
from tests.queue import job

GIVEN = "8f14e45fceea167a"


@pytest.fixture(autouse=True)
def nothing_traced():
    tracing.end()
    yield
    tracing.end()


@pytest.fixture
def behind_proxy(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("given", "believed"),
    [
        (GIVEN, True),
        ("a.b_c-D9", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("-begins", False),
        ("two words", False),
        ("a'; DROP TABLE x; --", False),
        ("a*/b", False),
        ("100%s", False),
        ("معرّف", False),
        ("a\n", False),
    ],
)
def test_id_of_our_proxy_is_believed_if_it_is_well_formed(rf, behind_proxy, given, believed):
    assert (tracing.id_for(rf.get("/", headers={HEADER: given})) == given) is believed


def test_id_that_a_client_gives_itself_is_another(rf):
    ids = {tracing.id_for(rf.get("/", headers={HEADER: GIVEN})) for _ in range(2)}

    assert (len(ids), GIVEN in ids) == (2, False)
    assert all(map(tracing.is_well_formed, ids))


@pytest.mark.django_db
def test_answer_bears_the_id_and_so_do_the_statements_with_the_view(client, behind_proxy):
    headers = {HEADER: GIVEN, "X-Forwarded-Proto": "https"}
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/search/?q=جنيف", headers=headers)
    asked = [query["sql"] for query in queries if "archive_" in query["sql"]]

    assert response.headers[HEADER] == GIVEN
    assert asked
    assert [sql for sql in asked if not sql.endswith("/")] == []
    assert f"/*request_id='{GIVEN}',view='archive:search'*/" in asked[-1]


@pytest.mark.django_db
def test_nothing_of_a_request_is_left_when_it_is_over(client):
    client.get("/about/")

    assert (tracing.current(), structlog.contextvars.get_contextvars()) == (None, {})
    with CaptureQueriesContext(connection) as queries:
        Group.objects.count()
    assert "/*" not in queries[0]["sql"]


@pytest.mark.django_db
def test_file_that_is_sent_while_it_is_made_is_traced_to_its_end(client, behind_proxy):
    response = client.get("/search/export.csv?q=جنيف", headers={HEADER: GIVEN, "X-Forwarded-Proto": "https"})
    with CaptureQueriesContext(connection) as queries:
        b"".join(response.streaming_content if response.streaming else [response.content])

    assert response.headers[HEADER] == GIVEN
    assert [query["sql"] for query in queries if GIVEN not in query["sql"]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("doing", ["a'*/ DROP", "x" * 101, "نظرة", "100%s"])
def test_comment_holds_only_names_that_cannot_end_it(doing):
    tracing.begin(Trace("abc", doing=doing))
    with CaptureQueriesContext(connection) as queries:
        Group.objects.filter(name="100%").count()

    assert queries[0]["sql"].endswith(" /*request_id='abc'*/")


@pytest.mark.django_db
def test_statements_that_are_prepared_stay_the_same(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", 5)
    trace = tracing.begin(Trace("abc"))
    with CaptureQueriesContext(connection) as queries:
        Group.objects.count()

    assert ("/*" in queries[0]["sql"], trace.queries) == (False, 1)


@pytest.mark.django_db
def test_statements_are_counted_and_timed():
    trace = tracing.begin(Trace("abc"))
    for _ in range(3):
        Group.objects.count()

    assert (trace.queries, trace.database_seconds > 0) == (3, True)


@pytest.mark.django_db
def test_connection_is_traced_once_however_often_it_is_made():
    with connection.execute_wrapper(lambda execute, *arguments: execute(*arguments)):
        tracing.trace_statements(connection)
        tracing.trace_statements(connection)

    assert connection.execute_wrappers.count(tracing._traced) == 1


# --- Jobs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def done():
    """A function: do a job with these arguments as the worker does, and return under which id it was done."""

    def do(**arguments) -> str:
        context = job()
        context.job.id, context.job.task_name, context.job.task_kwargs = 7, "manage_link", arguments
        traces = []

        def task():
            # A task takes its own arguments and no other.
            assert tracing.ARGUMENT not in context.job.task_kwargs
            traces.append((tracing.current().id, structlog.contextvars.get_contextvars()))

        observed(task, context, None)
        assert context.job.task_kwargs == arguments
        [(request_id, said)] = traces
        assert said == {"request_id": request_id, "job": 7, "task": "manage_link"}
        return request_id

    return do


def test_job_is_done_under_the_id_of_the_request_that_asked(done):
    assert done(channel="email", request_id=GIVEN) == GIVEN


@pytest.mark.parametrize("arguments", [{}, {"request_id": "*/ x"}, {"request_id": 5}])
def test_job_that_nobody_asked_for_has_an_id_of_its_own(done, arguments):
    assert done(**arguments) == "job-7"


@pytest.mark.django_db
def test_job_carries_the_id_of_who_asks():
    tracing.begin(Trace(GIVEN))
    defer(send_manage_link, channel="email", key="a", language="ar")
    tracing.end()
    defer(send_manage_link, channel="email", key="b", language="ar")

    assert [one.args for one in ProcrastinateJob.objects.order_by("id")] == [
        {"channel": "email", "key": "a", "language": "ar", "request_id": GIVEN},
        {"channel": "email", "key": "b", "language": "ar"},
    ]


@pytest.mark.django_db
def test_jobs_that_wait_are_made_such_as_an_earlier_worker_does():
    [statement] = re.findall(r'"(UPDATE procrastinate_jobs .*)"', (ROOT / "docs" / "operating.md").read_text("utf-8"))
    tracing.begin(Trace(GIVEN))
    defer(send_manage_link, channel="email", key="a", language="ar")
    with connection.cursor() as cursor:
        cursor.execute(statement)

    assert ProcrastinateJob.objects.get().args == {"channel": "email", "key": "a", "language": "ar"}


def test_job_that_fails_leaves_no_trace(done):
    context = job()
    context.job.id, context.job.task_name, context.job.task_kwargs = 8, "tidy", {}

    def fail():
        raise ValueError

    with pytest.raises(ValueError):
        observed(fail, context, None)
    assert (tracing.current(), structlog.contextvars.get_contextvars()) == (None, {})


def test_job_that_is_ended_while_it_is_counted_leaves_no_trace(monkeypatch):
    context = job()
    context.job.id, context.job.task_name, context.job.task_kwargs = 9, "tidy", {"request_id": GIVEN}

    class Stop(BaseException):
        pass

    def stop(*_labels):
        raise Stop

    monkeypatch.setattr(metrics.JOBS, "labels", stop)
    with pytest.raises(Stop):
        observed(lambda: None, context, None)
    assert (tracing.current(), context.job.task_kwargs) == (None, {"request_id": GIVEN})
