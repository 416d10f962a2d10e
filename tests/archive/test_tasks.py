import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from archive import tasks
from archive.ingest import load
from archive.ingest.journal import RunTakenError, make_run
from archive.ingest.uploads import KEPT_DAYS
from archive.models import Article, EntityNetwork, EntityPair, Feed, ImportRun, NameProposal
from archive.tasks import (
    MAX_ATTEMPTS,
    STALLED_SECONDS,
    ImportRetry,
    check_links,
    do_import,
    find_pairs_nightly,
    is_left_alone,
    keep_networks,
    queue_state,
    relink_entity,
    request_import,
    request_networks,
    request_relinking,
    request_stop,
    tidy,
    visit_due_feeds,
    visit_feed,
)
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, NameProposalFactory
from tests.queue import job, waiting_jobs

State = ImportRun.State


@pytest.fixture
def uploaded(tmp_path, monkeypatch):
    """A folder as uploads have one, with ten records."""
    monkeypatch.setattr(settings, "UPLOADS_DIR", tmp_path)
    folder = tmp_path / "one"
    folder.mkdir()
    lines = [{"id": str(number), "title": f"خبر {number}", "body": f"نص الخبر {number}"} for number in range(10)]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def run_of(folder, **arguments) -> ImportRun:
    run = make_run([str(folder / "a.jsonl")], **arguments)
    run.folder = str(folder)
    run.save()
    return run


def heartbeat(age_seconds: float) -> None:
    with connection.cursor() as cursor:
        moment = timezone.now() - timedelta(seconds=age_seconds)
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [moment])


@pytest.mark.django_db
def test_a_worker_lives_while_it_is_heard_of():
    states = [queue_state()]
    for age in (STALLED_SECONDS * 2, 1):
        heartbeat(age)
        states.append(queue_state())

    assert [state.is_alive for state in states] == [False, False, True]


@pytest.mark.django_db
def test_import_whose_worker_is_not_heard_of_is_left_alone():
    run = make_run(["a.jsonl"])
    request_import(run)
    left = [is_left_alone(run)]
    for age in (1, STALLED_SECONDS):
        heartbeat(age)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs"
                " SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
                " WHERE task_name = 'import'"
            )
        left.append(is_left_alone(run))

    assert left == [False, False, True]


@pytest.mark.django_db
def test_import_is_done_once_asked_for_and_its_files_go(uploaded):
    run = run_of(uploaded)
    request_import(run)

    assert waiting_jobs() == [("import", {"run_id": run.pk})]
    assert queue_state().waiting == 1
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, Article.objects.count()) == (State.FINISHED, 10, 10)
    assert not uploaded.exists()


@pytest.mark.django_db
def test_files_of_which_something_must_be_read_again_stay(uploaded):
    run = run_of(uploaded)
    run.set_aside.create(origin="a.jsonl:3", code="line_too_long")
    do_import(job(), run_id=run.pk)

    assert uploaded.exists()


@pytest.mark.django_db
def test_import_that_was_stopped_before_it_began_is_not_begun(uploaded):
    run = run_of(uploaded)
    request_import(run)
    request_stop(run)
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.created) == (State.STOPPED, 0)


@pytest.mark.django_db
def test_worker_that_goes_leaves_the_rest_to_the_next(uploaded, monkeypatch):
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 4)
    run = run_of(uploaded)
    asked = iter([False] * 6 + [True] * 100)
    do_import(job(should_abort=lambda: next(asked)), run_id=run.pk)
    run.refresh_from_db()

    assert run.state == State.WAITING
    assert 0 < run.created < 10
    assert waiting_jobs() == [("import", {"run_id": run.pk})]
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created, Article.objects.count()) == (State.FINISHED, 10, 10)


@pytest.mark.django_db
def test_import_that_workers_die_of_is_given_up(uploaded):
    run = run_of(uploaded)
    do_import(job(attempts=MAX_ATTEMPTS), run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.problem) == (State.FAILED, ["worker_died", {}])


def test_import_that_another_is_at_is_tried_again_but_not_for_ever():
    retry = ImportRetry()
    taken, broken = RunTakenError(), ValueError()

    assert retry.get_retry_decision(exception=taken, job=job().job) is not None
    assert retry.get_retry_decision(exception=taken, job=job(attempts=MAX_ATTEMPTS).job) is None
    assert retry.get_retry_decision(exception=broken, job=job().job) is None


@pytest.mark.django_db(transaction=True)
def test_trial_leaves_its_report_and_nothing_else(uploaded):
    run = run_of(uploaded, dry_run=True)
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.created, Article.objects.count()) == (State.FINISHED, 10, 0)
    assert list(run.entries.values_list("title", "article")) == [(f"خبر {number}", None) for number in range(10)]
    assert uploaded.exists()


@pytest.mark.django_db(transaction=True)
def test_trial_tells_which_articles_would_be_updated(uploaded):
    do_import(job(), run_id=run_of(uploaded.parent / "one").pk)
    uploaded.mkdir()
    lines = [{"id": "3", "title": "خبر 3", "body": "نص آخر تماما"}]
    (uploaded / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    run = run_of(uploaded, dry_run=True)
    do_import(job(), run_id=run.pk)

    article = Article.objects.get(title="خبر 3")
    assert list(run.entries.values_list("outcome", "article")) == [("updated", article.pk)]
    assert article.text == "نص الخبر 3"


@pytest.mark.django_db(transaction=True)
def test_trial_that_is_begun_again_forgets_what_it_told(uploaded):
    run = run_of(uploaded, dry_run=True)
    do_import(job(), run_id=run.pk)
    ImportRun.objects.update(state=State.STOPPED)
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()

    assert (run.created, run.entries.count()) == (10, 10)


@pytest.mark.django_db(transaction=True)
def test_trial_stops_after_the_records_under_way(uploaded, monkeypatch):
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 2)
    run = run_of(uploaded, dry_run=True)

    def ask_to_stop() -> bool:
        with ThreadPoolExecutor(1) as editor:  # On a connection of its own, as an editor's request is.
            editor.submit(_stop, run).result()
        return False

    do_import(job(should_abort=ask_to_stop), run_id=run.pk)
    run.refresh_from_db()

    assert run.state == State.STOPPED
    assert 0 < run.created < 10


def _stop(run: ImportRun) -> None:
    request_stop(run)
    connection.close()


# --- Feeds and tidying ---


@pytest.mark.django_db
def test_feeds_that_are_due_are_asked_for_once():
    later = timezone.now() + timedelta(hours=1)
    due = Feed.objects.create(url="https://news.example/1")
    Feed.objects.create(url="https://news.example/2", next_at=later)
    for minute in (1, 2):
        visit_due_feeds(minute)

    assert waiting_jobs() == [("feed", {"feed_id": due.pk})]


@pytest.mark.django_db
def test_feed_that_is_followed_no_more_is_not_fetched(monkeypatch):
    visited = []
    monkeypatch.setattr(tasks, "visit", visited.append)
    feeds = [Feed.objects.create(url=f"https://news.example/{active}", active=active) for active in (True, False)]
    for feed in feeds:
        visit_feed(feed_id=feed.pk)

    assert visited == feeds[:1]


@pytest.mark.django_db
def test_what_was_sent_long_ago_goes_unless_it_is_needed(uploaded):
    waiting = run_of(uploaded)
    for name in ("old", "new"):
        (uploaded.parent / name).mkdir()
    long_ago = (timezone.now() - timedelta(days=KEPT_DAYS + 1)).timestamp()
    for name in ("old", "one"):
        os.utime(uploaded.parent / name, (long_ago, long_ago))
    tidy(0)
    left = {path.name for path in uploaded.parent.iterdir()}
    request_stop(waiting)
    tidy(0)

    assert (left, {path.name for path in uploaded.parent.iterdir()}) == ({"one", "new"}, {"new"})


@pytest.mark.django_db
def test_names_are_counted_and_their_networks_drawn():
    entity = MentionFactory().entity
    keep_networks(job())
    assert EntityNetwork.objects.get().entity == entity
    assert waiting_jobs() == []


@pytest.mark.django_db
def test_networks_that_one_job_did_not_draw_are_left_to_another():
    MentionFactory()
    keep_networks(job(should_abort=lambda: True))
    assert waiting_jobs() == [("networks", {})]
    request_networks()
    assert waiting_jobs() == [("networks", {})]
    assert not EntityNetwork.objects.exists()


# --- Names ---


@pytest.mark.django_db
def test_links_that_one_job_did_not_look_at_are_left_to_another(monkeypatch):
    more = iter([True, False])
    monkeypatch.setattr(tasks.links, "check_due", lambda **_given: next(more))
    check_links(job())
    assert waiting_jobs() == [("check_links", {})]
    check_links(job())

    assert waiting_jobs() == [("check_links", {})]


@pytest.mark.django_db
def test_an_entity_is_linked_where_its_names_stand_and_what_waited_there_is_settled():
    entity = EntityFactory(name="نادي الربوة")
    article = ArticleFactory(body="<p>إلى نادي الربوة</p>")
    NameProposalFactory(article=article, name="نادي الربوة")
    for _ in range(2):
        request_relinking(entity)
    assert waiting_jobs() == [("relink", {"entity_id": entity.pk})]
    relink_entity(entity_id=entity.pk)
    relink_entity(entity_id=entity.pk + 1)
    assert list(entity.mentions.values_list("article", flat=True)) == [article.pk]
    assert not NameProposal.objects.exists()


@pytest.mark.django_db
def test_pairs_are_looked_for_each_night():
    for _ in range(2):
        MentionFactory(entity=EntityFactory(name="نادي الربوة"))
    find_pairs_nightly(0)
    assert EntityPair.objects.count() == 1
