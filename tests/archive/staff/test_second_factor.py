"""A password alone opens nothing where a second factor is asked for; each code opens once, and guessing takes for ever."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.new_factor import NEW_KEY
from archive.models import AuditEntry
from archive.staff import second_factor
from tests.archive.staff.conftest import PASSWORD, is_in, log_in

LOGIN, CODE, SET_UP = (reverse(f"admin:{name}") for name in ("login", "login-code", "login-second-factor"))
ACCOUNT, NEW, CHANGE = (reverse(f"admin:{name}") for name in ("account", "second-factor", "second-factor-change"))
INDEX = reverse("admin:index")
MOMENT = "2020-06-15 12:00"
NEXT_CODE = timedelta(seconds=31)


@pytest.fixture
def now(settings):
    """The moment, which tests move; a second factor is required."""
    settings.STAFF_SECOND_FACTOR = "required"
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


def code_of(key: str) -> str:
    return f"{TOTP(bytes.fromhex(key)).token():06}"


def key_in(session: SessionBase) -> str:
    return session[NEW_KEY]


@pytest.fixture
def phone(keeper, now) -> str:
    """The key of the phone that the keeper has set up some time ago."""
    key = second_factor.new_key()
    assert second_factor.set_up(keeper, key, code_of(key))
    now.shift(NEXT_CODE)
    return key


def pass_password(user: User) -> Client:
    client = Client()
    assert log_in(client, user).url == CODE
    return client


def test_who_has_none_sets_one_up_at_the_login_and_is_in(keeper, now):
    client = pass_password(keeper)
    assert not is_in(client)
    assert client.get(CODE).url == SET_UP
    page = client.get(SET_UP).content.decode()
    key = key_in(client.session)
    assert second_factor.key_to_type(key) in page and "<svg" in page and "style=" not in page

    answer = client.post(SET_UP, {"code": code_of(key)})
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.content.decode())
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert is_in(client)
    assert NEW_KEY not in client.session
    assert [entry.action for entry in AuditEntry.objects.filter(actor=keeper).order_by("pk")][-1] == "login"


def test_a_wrong_first_code_sets_nothing_up(keeper, now):
    client = pass_password(keeper)
    client.get(SET_UP)
    answer = client.post(SET_UP, {"code": "000000"})
    assert "هذا الرمز خطأ" in answer.content.decode()
    assert not TOTPDevice.objects.exists() and not is_in(client)


def test_password_then_code_and_back_to_where_one_was_going(keeper, phone):
    client = Client()
    target = reverse("admin:archive_article_changelist")
    client.post(LOGIN, {"username": "keeper", "password": PASSWORD, "next": target})
    before = client.cookies["sessionid"].value
    assert not is_in(client)
    assert client.post(CODE, {"code": code_of(phone)}).url == target
    assert is_in(client)
    assert client.cookies["sessionid"].value != before


def test_login_leads_to_no_other_site(keeper, phone):
    client = Client()
    client.post(LOGIN, {"username": "keeper", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert client.post(CODE, {"code": code_of(phone)}).url == INDEX


def test_code_may_be_typed_in_arabic_digits_and_with_a_space(keeper, phone):
    code = code_of(phone).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    client = pass_password(keeper)
    assert client.post(CODE, {"code": f"{code[:3]} {code[3:]}"}).url == INDEX


def test_a_code_is_taken_once(keeper, phone):
    code = code_of(phone)
    assert pass_password(keeper).post(CODE, {"code": code}).status_code == 302
    second = pass_password(keeper)
    assert "سبق استعماله" in second.post(CODE, {"code": code}).content.decode()
    assert not is_in(second)


def test_wrong_codes_make_one_wait_ever_longer_whoever_sends_them(keeper, phone, now):
    client = pass_password(keeper)
    waits = []
    for _ in range(6):
        assert second_factor.check(keeper, "000000").wait_until is None
        answer = second_factor.check(keeper, code_of(phone))
        assert answer.device is None
        waits.append(round((answer.wait_until - timezone.now()).total_seconds()))
        now.shift(answer.wait_until - timezone.now())
    assert waits == [1, 2, 4, 8, 16, 32]
    client.post(CODE, {"code": "000000"})
    assert "محاولات خاطئة كثيرة: انتظر ٦٥ ثانية" in client.post(CODE, {"code": code_of(phone)}).content.decode()


def test_a_recovery_code_opens_once_and_is_kept_unreadable(keeper, phone):
    codes = second_factor.make_recovery_codes(keeper)
    assert not {code.replace("-", "") for code in codes} & set(StaticToken.objects.values_list("token", flat=True))
    typed = codes[0].upper()
    assert pass_password(keeper).post(f"{CODE}?recovery", {"code": typed}).status_code == 302
    again = pass_password(keeper)
    again.post(f"{CODE}?recovery", {"code": typed})
    assert not is_in(again)
    assert second_factor.recovery_codes_left(keeper) == second_factor.RECOVERY_CODES - 1
    assert AuditEntry.objects.get(action="code_used").details == {"left": second_factor.RECOVERY_CODES - 1}


def test_too_late_is_from_the_beginning(keeper, phone, now):
    client = pass_password(keeper)
    now.shift(timedelta(minutes=11))
    assert client.post(CODE, {"code": code_of(phone)}).url == LOGIN
    assert not is_in(client)


def test_a_password_that_was_changed_meanwhile_counts_no_more(keeper, phone):
    client = pass_password(keeper)
    keeper.set_password("كلمة أخرى أطول من تلك")
    keeper.save()
    assert client.post(CODE, {"code": code_of(phone)}).url == LOGIN


def test_a_session_without_the_factor_that_is_asked_for_is_nobodys(keeper, now):
    client = Client()
    client.force_login(keeper)
    assert not is_in(client)
    assert client.get("/").wsgi_request.user.is_anonymous


@pytest.mark.parametrize(("policy", "step"), [("optional", INDEX), ("off", INDEX), ("required", CODE)])
def test_policy_decides_what_is_asked_of_who_has_none(keeper, settings, policy, step):
    settings.STAFF_SECOND_FACTOR = policy
    assert log_in(Client(), keeper).url == step


@pytest.mark.parametrize(("policy", "step"), [("optional", CODE), ("off", INDEX)])
def test_policy_decides_whether_who_has_one_is_asked(keeper, phone, settings, policy, step):
    settings.STAFF_SECOND_FACTOR = policy
    assert log_in(Client(), keeper).url == step


def test_setting_one_up_later_leaves_this_session_and_ends_the_others(keeper, settings, logged_in):
    settings.STAFF_SECOND_FACTOR = "optional"
    here, there = logged_in(), logged_in()
    here.get(NEW)
    typed = {"code": code_of(key_in(here.session))}
    for password in ({}, {"password": "wrong"}):
        assert here.post(NEW, typed | password).status_code == 200
        assert second_factor.phone_of(keeper) is None
    answer = here.post(NEW, typed | {"password": PASSWORD})
    assert 'class="recovery-codes"' in answer.content.decode()
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.fixture
def inside(keeper, phone, now) -> Client:
    client = pass_password(keeper)
    client.post(CODE, {"code": code_of(phone)})
    now.shift(NEXT_CODE)
    return client


def test_removing_it_takes_the_password_and_a_code(keeper, phone, inside):
    for wrong in ({"password": "wrong", "code": code_of(phone)}, {"password": PASSWORD, "code": "000000"}):
        assert inside.post(CHANGE, wrong | {"remove": "1"}).status_code == 200
        assert second_factor.phone_of(keeper)
        TOTPDevice.objects.update(throttling_failure_count=0)
    assert inside.post(CHANGE, {"password": PASSWORD, "code": code_of(phone), "remove": "1"}).url == ACCOUNT
    assert second_factor.phone_of(keeper) is None
    assert not StaticToken.objects.exists()
    assert not is_in(inside)  # It is required: another has to be set up.


def test_wrong_passwords_count_there_as_at_the_login(keeper, phone, inside, settings):
    settings.AXES_ENABLED = True
    answers = [inside.post(CHANGE, {"password": "wrong", "code": "1"}).status_code for _ in range(10)]
    assert answers == [200] * 9 + [429]


def test_new_recovery_codes_make_the_old_ones_void(keeper, phone, inside):
    old = second_factor.make_recovery_codes(keeper)
    answer = inside.post(CHANGE, {"password": PASSWORD, "code": code_of(phone), "codes": "1"})
    new = re.findall(r"<code>(.+)</code>", answer.content.decode())
    assert second_factor.check(keeper, old[0]).device is None
    StaticToken.objects.first().device.throttle_reset()
    assert second_factor.check(keeper, new[0]).device


def test_new_recovery_codes_leave_the_session_in_which_they_are_made(keeper, phone, now):
    clients = [pass_password(keeper) for _ in range(2)]
    for client, recovery in zip(clients, second_factor.make_recovery_codes(keeper), strict=False):
        assert client.post(f"{CODE}?recovery", {"code": recovery}).url == INDEX
    answer = clients[0].post(CHANGE, {"password": PASSWORD, "code": code_of(phone), "codes": "1"})
    assert 'class="recovery-codes"' in answer.content.decode()
    # Another that an old code has opened ends: it may be of whoever stole the code.
    assert [is_in(client) for client in clients] == [True, False]


def test_a_superuser_helps_who_has_lost_the_phone(keeper, phone, inside):
    clerk = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    key = second_factor.new_key()
    second_factor.set_up(clerk, key, code_of(key))
    page = reverse("admin:auth_user_second_factor", args=[clerk.pk])
    assert "عامل" in inside.get(page).content.decode()
    for wrong in ({}, {"password": "wrong"}):
        assert inside.post(page, wrong).status_code == 200
        assert second_factor.phone_of(clerk)
    assert inside.post(page, {"password": PASSWORD}).status_code == 302
    assert second_factor.phone_of(clerk) is None
    entry = AuditEntry.objects.get(action="factor_removed")
    assert (entry.actor, entry.object_name) == (keeper, "clerk")


def test_superusers_take_no_short_way_to_their_own(keeper, phone, inside):
    answer = inside.post(reverse("admin:auth_user_second_factor", args=[keeper.pk]), {"password": PASSWORD})
    assert answer.url == ACCOUNT
    assert second_factor.phone_of(keeper) and is_in(inside)


def test_others_do_not(phone, keeper, settings, logged_in):
    settings.STAFF_SECOND_FACTOR = "off"
    clerk = User.objects.create_user("clerk", password=PASSWORD, is_staff=True)
    assert logged_in(clerk).post(reverse("admin:auth_user_second_factor", args=[keeper.pk])).status_code == 403
    assert second_factor.phone_of(keeper)


def test_a_command_helps_the_last_superuser(keeper, phone, inside, capsys):
    call_command("reset_second_factor", "keeper")
    assert second_factor.phone_of(keeper) is None and not is_in(inside)
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "keeper")
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")


def test_no_picture_of_the_key_is_fetched_from_anywhere(keeper, now):
    client = pass_password(keeper)
    page = client.get(SET_UP)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.content.decode())
    assert "no-store" in page["Cache-Control"]


def test_the_admin_shows_nobody_the_key_of_a_phone(keeper, phone, inside):
    index = inside.get(INDEX).content.decode()
    assert "/otp_totp/" not in index and "/otp_static/" not in index
    pages = [inside.get(reverse("admin:auth_user_change", args=[keeper.pk])), inside.get(ACCOUNT)]
    assert not [page for page in pages if phone in page.content.decode()]


def test_the_picture_holds_what_apps_read(keeper, monkeypatch):
    told, make = [], segno.make
    monkeypatch.setattr(segno, "make", lambda text, **options: told.append(text) or make(text, **options))
    second_factor.qr_code(keeper, "00" * second_factor.KEY_BYTES, "سجل")
    address = urlsplit(told[0])
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/سجل:keeper")
    assert parse_qs(address.query) == {"secret": ["A" * 32], "issuer": ["سجل"]}
