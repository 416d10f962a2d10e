"""What was done is in the log, for good; what was done to the log is found."""

import re
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from archive.models import Article, AuditEntry, AuditSeal
from archive.sql import statement as sql_statement
from archive.staff import audit
from archive.tasks.staff import seal_audit_log
from tests.archive.admin.conftest import count_queries, editor  # noqa: F401 - the fixtures
from tests.archive.staff.conftest import FIREFOX, log_in
from tests.factories import ArticleFactory

LOG = reverse("admin:archive_auditentry_changelist")
TABLES = ("archive_auditseal", "archive_auditentry")
REFUSALS = (InternalError, ProgrammingError)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def newest() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk").first()


def tamper(*statements: str) -> None:
    """What the owner of the tables can do, and what a chain is for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_log_kept_v1")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_log_kept_v1")


@pytest.fixture
def log(keeper):
    """Leave aside what the making of a test's accounts has logged."""
    tamper(*(f"DELETE FROM {table}" for table in TABLES))


def run_sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- What comes into it ---


def test_logins_and_logouts_say_who_and_from_where(keeper, log, logged_in):
    client = logged_in(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("admin:logout"))
    assert actions() == ["login", "logout"]
    for entry in AuditEntry.objects.all():
        assert (entry.actor, entry.actor_name) == (keeper, "keeper")
        assert (entry.address, entry.user_agent) == ("192.0.2.7", FIREFOX)


def test_failures_are_logged_until_the_account_is_locked_and_then_no_more(keeper, log, settings):
    settings.AXES_ENABLED = True
    for _ in range(12):
        log_in(Client(), keeper, "wrong")
    assert actions() == ["login_failed"] * 9 + ["locked_out"]
    assert newest().object_name == "keeper"
    assert newest().details == {"failures": 10}


def test_a_name_that_is_no_accounts_is_not_kept(log, settings):
    settings.AXES_ENABLED = True
    log_in(Client(), User(username="my-password-by-mistake"), "wrong")
    assert actions() == []
    assert AccessAttempt.objects.get().failures_since_start == 1


def test_whatever_the_admin_logs_is_in_it(keeper, log):
    article = ArticleFactory(title="افتتاح الميناء")
    LogEntry.objects.log_actions(keeper.pk, [article], CHANGE, [{"changed": {"fields": ["title"]}}])
    entry = newest()
    assert (entry.action, entry.actor_name, entry.object_type) == ("changed", "keeper", "archive.article")
    assert (entry.object_id, entry.object_name) == (str(article.pk), "افتتاح الميناء")


def test_what_triggers_log_says_from_where_too_and_versions_do_not(keeper, log, logged_in):
    client = logged_in(HTTP_USER_AGENT=FIREFOX + "\0", REMOTE_ADDR="192.0.2.7")
    article = ArticleFactory(draft=True)
    client.post(reverse("admin:archive_article_state", args=[article.pk, "published"]), {"note": ""})
    entries = AuditEntry.objects.filter(action__in=["status", "changed"])
    assert {entry.action for entry in entries} == {"status", "changed"}
    assert {(entry.actor_name, entry.address, entry.user_agent) for entry in entries} == {
        ("keeper", "192.0.2.7", FIREFOX)
    }
    assert article.events.get().pgh_context.metadata == {"user": keeper.pk, "url_name": "archive_article_state"}


def test_an_account_that_goes_leaves_what_it_did(log, logged_in):
    clerk = User.objects.create_superuser("clerk", password="x")
    LogEntry.objects.log_actions(clerk.pk, [ArticleFactory()], CHANGE, [{"changed": {"fields": ["title"]}}])
    clerk.delete()
    assert AuditEntry.objects.get(action="changed").actor_name == "clerk"
    assert logged_in().get(LOG).status_code == 200


def test_rights_are_logged_whoever_changes_them(log):
    group, user = Group.objects.create(name="readers"), User.objects.create_user("clerk")
    permission = Permission.objects.get(codename="publish_article")
    user.groups.add(group)
    user.user_permissions.add(permission)
    group.permissions.add(permission)
    run_sql(f"UPDATE auth_user SET is_superuser = true WHERE id = {user.pk}")
    group.permissions.clear()
    user.delete()
    assert set(actions()) == {"rights"}
    told = [(entry.object_name, entry.details) for entry in AuditEntry.objects.order_by("pk")]
    assert told[:4] == [
        ("clerk", {"joined": "readers"}),
        ("clerk", {"given": "archive.publish_article"}),
        ("readers", {"given": "archive.publish_article"}),
        ("clerk", {"is_active": True, "is_staff": False, "is_superuser": True}),
    ]
    assert told[4] == ("readers", {"taken": "archive.publish_article"})
    assert told[-1] == ("clerk", {"deleted": True})


def test_rights_changed_in_the_admin_say_who_did_it(keeper, log, logged_in):
    group = Group.objects.create(name="readers")
    permission = Permission.objects.get(codename="publish_article")
    page = reverse("admin:auth_group_change", args=[group.pk])
    logged_in().post(page, {"name": "readers", "permissions": [permission.pk]})
    entry = AuditEntry.objects.get(action="rights")
    assert (entry.actor_name, entry.details) == ("keeper", {"given": "archive.publish_article"})


def test_publishing_and_withdrawing_are_logged(keeper, log, logged_in):
    article = ArticleFactory(draft=True, title="افتتاح الميناء")
    assert actions() == []
    run_sql(f"UPDATE archive_article SET status = 'published' WHERE id = {article.pk}")
    entry = newest()
    assert (entry.action, entry.object_name, entry.actor) == ("status", "افتتاح الميناء", None)
    assert entry.details == {"from": "draft", "to": "published"}
    Article.objects.filter(pk=article.pk).update(title="عنوان آخر")
    assert actions() == ["status"]


def test_an_import_leaves_the_log_to_its_own_record(log):
    ArticleFactory.create_batch(3)
    assert actions() == []


def test_a_whole_export_is_logged(log, tmp_path):
    call_command("export_articles", output=str(tmp_path / "all.jsonl"), quiet=True)
    assert (newest().action, "all.jsonl" in newest().details["what"]) == ("exported", True)


# --- Nothing goes out of it ---


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_log(keeper, table, statement):
    audit.seal()
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    # Tests that commit go without it.
    for trigger in re.findall(r"CREATE TRIGGER audit_log_whole_v1[^;]+;", sql_statement("audit_log_v1")):
        run_sql(trigger)
    with pytest.raises(REFUSALS, match="only ever added to"):
        run_sql(statement.format(table))


def test_the_admin_shows_it_and_offers_no_way_to_change_it(log, logged_in):
    client = logged_in()
    page = client.get(LOG).content.decode()
    assert "سجّل دخوله" in page and 'name="action"' not in page
    for address in (f"{newest().pk}/delete/", f"{newest().pk}/change/", "add/"):
        assert client.post(f"{LOG}{address}", {"post": "yes"}).status_code == 403


def test_editors_do_not_see_it(editor):  # noqa: F811
    assert editor.get(LOG).status_code == 403


def test_what_it_shows_is_filtered(keeper, log, logged_in):
    client = logged_in()
    client.post(reverse("admin:account"), {"end_others": "1"})
    logged_in()
    page = client.get(LOG, {"action__exact": "login", "actor__id__exact": keeper.pk})
    assert page.context["cl"].result_count == 2


def test_the_list_asks_as_many_questions_for_many_entries_as_for_one(keeper, log, logged_in, count_queries):  # noqa: F811
    client, group = logged_in(), Group.objects.create(name="readers")
    codenames = ["publish_article", "view_article", "add_entity", "view_source"]
    group.permissions.add(Permission.objects.get(codename=codenames[0]))
    one = count_queries(lambda: client.get(LOG))
    group.permissions.add(*Permission.objects.filter(codename__in=codenames))
    assert count_queries(lambda: client.get(LOG)) == one
    assert "أُعطي: خبر | نشر وسحب" in client.get(LOG).content.decode()


# --- The chain ---


@pytest.fixture
def sealed(log):
    """Five entries with their seals; their numbers."""
    for _ in range(5):
        audit.record(AuditEntry.Action.EXPORTED, details={"what": "كل شيء", "rows": 3})
    assert audit.seal() == 5
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def test_a_log_that_nobody_touched_is_as_it_was_written(sealed):
    verdict = audit.verify()
    assert (verdict.sealed, verdict.unsealed, verdict.broken_at) == (5, 0, None)
    assert verdict.head == AuditSeal.objects.order_by("-pk").first().digest


@pytest.mark.parametrize(
    "change",
    ["actor_name = 'another'", "at = at - interval '1 day'", "details = '{}'", "address = '192.0.2.1'"],
)
def test_a_changed_entry_is_found(sealed, change):
    tamper(f"UPDATE archive_auditentry SET {change} WHERE id = {sealed[2]}")
    assert audit.verify().broken_at == sealed[2]


def test_an_entry_that_was_cut_out_is_found_at_the_next(sealed):
    tamper(
        f"DELETE FROM archive_auditseal WHERE entry_id = {sealed[1]}",
        f"DELETE FROM archive_auditentry WHERE id = {sealed[1]}",
    )
    assert audit.verify().broken_at == sealed[2]


def test_a_cut_at_the_end_is_found_by_who_noted_the_last_seal(sealed):
    noted = audit.verify().head
    tamper(
        f"DELETE FROM archive_auditseal WHERE entry_id = {sealed[-1]}",
        f"DELETE FROM archive_auditentry WHERE id = {sealed[-1]}",
    )
    assert audit.verify().holds_expected
    assert not audit.verify(noted).holds_expected


def test_nobody_makes_seals_without_the_sites_key(sealed, settings):
    settings.SECRET_KEY = "another"
    assert audit.verify().broken_at == sealed[0]
    settings.SECRET_KEY_FALLBACKS = ["the one before", settings.SECRET_KEY]
    assert audit.verify().broken_at == sealed[0]


def test_seals_of_an_earlier_key_still_hold(sealed, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    audit.record(AuditEntry.Action.EXPORTED)
    audit.seal()
    assert (audit.verify().sealed, audit.verify().broken_at) == (6, None)


def test_what_staff_do_is_sealed_at_once_and_the_rest_by_the_worker(log, logged_in):
    client = logged_in()
    client.post(reverse("admin:account"), {"end_others": "1"})
    assert not AuditEntry.objects.filter(seal=None).exists()
    audit.record(AuditEntry.Action.EXPORTED)
    seal_audit_log(0)
    assert not AuditEntry.objects.filter(seal=None).exists()


def test_a_form_left_open_seals_nothing(log, logged_in, article):
    client = logged_in()
    audit.record(AuditEntry.Action.EXPORTED)
    client.post(reverse("admin:archive_article_presence", args=[article.pk]))
    assert AuditEntry.objects.filter(seal=None).exists()


def test_the_command_tells_the_last_seal_and_fails_where_something_is_wrong(sealed):
    told = StringIO()
    call_command("verify_audit_log", stdout=told)
    head = audit.verify().head
    assert head in told.getvalue()
    call_command("verify_audit_log", expect=head, stdout=told)
    with pytest.raises(CommandError):
        call_command("verify_audit_log", expect="0" * 64)
    tamper(f"UPDATE archive_auditentry SET action = 'login' WHERE id = {sealed[0]}")
    with pytest.raises(CommandError, match=str(sealed[0])):
        call_command("verify_audit_log")
