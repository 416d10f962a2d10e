"""One command finds, exports and erases what is kept of a person."""

import json
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.urls import reverse

from archive.models import AuditEntry, Subscriber
from archive.staff.audit import seal, verify
from tests.archive.staff.conftest import PASSWORD, log_in
from tests.factories import DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def told(*arguments: object) -> str:
    out = StringIO()
    call_command("personal_data", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def reader():
    subscriber = SubscriberFactory(address="Hala@Example.org", address_key="hala@example.org")
    SubscriptionFactory(subscriber=subscriber)
    DeliveryFactory(subscriber=subscriber)
    SubscriberFactory(address="other@example.org")
    return subscriber


@pytest.fixture
def clerk(client):
    """An editor who has logged in, and once with a wrong password."""
    user = User.objects.create_user("hala", "hala@example.org", PASSWORD, is_staff=True, first_name="هالة")
    user.groups.add(Group.objects.get(name="editors"))
    assert log_in(client, user, HTTP_USER_AGENT="Firefox of Hala").status_code == 302
    AccessAttempt.objects.create(username="hala", ip_address="192.0.2.7", failures_since_start=1)
    return user


def test_of_nobody_nothing_is_kept(reader):
    with pytest.raises(CommandError, match="لا يُحفظ شيء"):
        told("nobody@example.org")


@pytest.mark.parametrize("who", ["hala@example.org", " HALA@EXAMPLE.ORG"])
def test_a_reader_is_found_however_the_address_is_written(reader, who):
    assert told(who).splitlines() == [f"البريد الإلكتروني {reader.pk}: اشتراك واحد"]
    assert Subscriber.objects.count() == 2


@pytest.mark.parametrize("who", ["+961 3 123 456", "03 123 456", "٠٣١٢٣٤٥٦"])
def test_a_number_is_found_as_it_is_written_at_home_too(who):
    SubscriberFactory(channel="whatsapp", address="+9613123456", address_key="9613123456")
    assert told(who).startswith("واتساب")


def test_a_readers_data_are_written_for_them_alone_and_erased(reader, tmp_path):
    path = tmp_path / "hala.json"
    told("hala@example.org", "--export", path, "--erase")

    [written] = json.loads(path.read_text())["subscribers"]
    assert (written["address"], len(written["subscriptions"]), len(written["deliveries"])) == (
        "Hala@Example.org",
        1,
        1,
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(Subscriber.objects.values_list("address", flat=True)) == ["other@example.org"]


@pytest.mark.parametrize(
    ("channel", "address", "key"),
    [
        ("email", "Reader@example.org", "reader@example.org"),
        ("whatsapp", "+9613123456", "9613123456"),
        ("push", "https://fcm.googleapis.com/fcm/send/abc", "https://fcm.googleapis.com/fcm/send/abc"),
    ],
)
def test_the_log_tells_that_a_reader_was_erased_and_not_whom(channel, address, key):
    subscriber = SubscriberFactory(channel=channel, address=address, address_key=key)
    told(address, "--erase")
    assert not Subscriber.objects.exists()
    log = AuditEntry.objects.filter(object_id=str(subscriber.pk), object_type="archive.subscriber")
    assert [(one.action, address in str(vars(one))) for one in log] == [("deleted", False)]


def test_a_file_that_is_there_is_left_and_nothing_is_erased(reader, tmp_path):
    path = tmp_path / "hala.json"
    path.write_text("نص")
    with pytest.raises(CommandError):
        told("hala@example.org", "--export", path, "--erase")
    assert (path.read_text(), Subscriber.objects.count()) == ("نص", 2)


def test_of_staff_it_tells_what_is_kept_and_no_secret(clerk, tmp_path):
    path = tmp_path / "hala.json"
    told("hala", "--export", path)
    [written] = json.loads(path.read_text())["accounts"]

    assert (written["username"], written["first_name"], written["groups"]) == ("hala", "هالة", ["editors"])
    assert [one["browser"] for one in written["sessions"]] == ["Firefox of Hala"]
    assert [one["address"] for one in written["wrong_passwords"]] == ["192.0.2.7"]
    assert "login" in [one["action"] for one in written["did"]]
    secrets = [clerk.password, *clerk.staff_sessions.values_list("session_key", flat=True)]
    assert [secret for secret in secrets if secret in path.read_text()] == []
    assert AuditEntry.objects.filter(action="exported", details__what="personal_data").count() == 1


def test_an_account_and_a_reader_of_one_address_are_one_person(reader, clerk):
    assert len(told("hala@example.org").splitlines()) == 2


def test_an_erased_account_opens_nothing_and_names_nobody(clerk, client):
    told("hala@example.org", "--erase")
    clerk.refresh_from_db()

    assert clerk.username == f"erased-{clerk.pk}"
    assert (clerk.first_name, clerk.email, clerk.is_active, clerk.is_staff) == ("", "", False, False)
    assert (clerk.has_usable_password(), clerk.groups.count(), clerk.staff_sessions.count()) == (False, 0, 0)
    assert not AccessAttempt.objects.exists()
    assert client.get(reverse("admin:index")).status_code == 302
    with pytest.raises(CommandError):
        told("hala")


def test_the_audit_log_keeps_what_was_done_and_is_whole(clerk):
    seal()
    before = set(AuditEntry.objects.filter(actor=clerk).values_list("pk", "actor_name"))
    told("hala", "--erase")
    seal()

    assert {name for _pk, name in before} == {"hala"}
    assert before <= set(AuditEntry.objects.filter(actor=clerk).values_list("pk", "actor_name"))
    assert verify().broken_at is None


def test_the_last_administrator_stays(reader):
    keeper = User.objects.create_superuser("keeper", "hala@example.org", PASSWORD)
    with pytest.raises(CommandError, match="آخر مدير"):
        told("hala@example.org", "--erase")
    keeper.refresh_from_db()

    assert (keeper.username, Subscriber.objects.count()) == ("keeper", 2)
    User.objects.create_superuser("another", password=PASSWORD)
    told("hala@example.org", "--erase")
    assert Subscriber.objects.count() == 1


def test_accounts_without_an_address_are_not_found_by_none(reader):
    User.objects.create_user("clerk", email="")
    with pytest.raises(CommandError):
        told("")
