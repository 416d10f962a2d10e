"""A person logs in with a password and a phone, on a phone and on a desk, and looks after the account."""

import re
from base64 import b32decode

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect

from archive.staff import second_factor
from tests.archive.admin.latin import latin_words
from tests.browser.faults import faults

INDEX, LOGIN, ACCOUNT = (reverse(f"admin:{name}") for name in ("index", "login", "account"))
PASSWORD = "أربع كلمات لا تُنسى"
ALL = "أنهِ سائر الجلسات"


@pytest.fixture
def door(live_server, transactional_db, page, console_errors, settings) -> Page:
    settings.STAFF_SECOND_FACTOR = "required"
    User.objects.create_superuser("keeper", password=PASSWORD)
    page.set_viewport_size({"width": 390, "height": 844})
    yield page
    assert console_errors == []


def give_password(page: Page) -> None:
    page.goto(LOGIN)
    page.get_by_label("اسم المستخدم").fill("keeper")
    page.get_by_label("كلمة المرور").fill(PASSWORD)
    page.keyboard.press("Enter")


def code(key: str) -> str:
    return f"{TOTP(bytes.fromhex(key)).token():06}"


def clean(page: Page) -> None:
    assert faults(page) == []
    assert latin_words(page.content(), frozenset({"keeper"})) == []


def test_the_first_login_sets_a_phone_up_and_the_next_asks_for_it(door):
    give_password(door)
    door.wait_for_url("**/login/second-factor/")
    clean(door)
    door.get_by_text("الهاتف لا يستطيع قراءتها").click()
    key = door.locator(".factor-key").text_content()
    typed = code(b32decode(key.replace(" ", "")).hex())
    door.get_by_label("الرمز").fill(typed)
    door.get_by_role("button", name="أتمّ الإعداد").click()
    expect(door.locator(".recovery-codes li")).to_have_count(second_factor.RECOVERY_CODES)
    clean(door)
    recovery = door.locator(".recovery-codes li").first.text_content()
    door.get_by_role("link", name="حفظتها، تابع").click()
    door.wait_for_url(re.compile(re.escape(INDEX) + "$"))

    door.get_by_role("button", name="اخرج").click()
    give_password(door)
    door.wait_for_url("**/login/code/")
    expect(door.get_by_label("الرمز")).to_be_focused()
    clean(door)
    door.keyboard.type("000000")
    door.keyboard.press("Enter")
    expect(door.locator(".errorlist")).to_contain_text("هذا الرمز خطأ")
    TOTPDevice.objects.update(throttling_failure_count=0)
    door.get_by_role("link", name="استعمل رمز استرداد").click()
    door.get_by_label("رمز الاسترداد").fill(recovery)
    door.keyboard.press("Enter")
    door.wait_for_url(re.compile(re.escape(INDEX) + "$"))


def test_sessions_are_seen_and_ended(door, browser, live_server, settings):
    settings.STAFF_SECOND_FACTOR = "optional"
    give_password(door)
    door.wait_for_url(re.compile(re.escape(INDEX) + "$"))
    other = browser.new_context(base_url=live_server.url)
    elsewhere = other.new_page()
    give_password(elsewhere)
    elsewhere.wait_for_url(re.compile(re.escape(INDEX) + "$"))

    door.get_by_role("link", name="حسابي").click()
    expect(door.locator(".sessions__session")).to_have_count(2)
    expect(door.locator(".sessions__session").first).to_contain_text("كروم على لينكس")
    clean(door)
    door.set_viewport_size({"width": 1280, "height": 900})
    clean(door)
    door.get_by_role("button", name=ALL).click()
    expect(door.locator(".messagelist .success")).to_have_text("أُنهيت جلسة واحدة.")
    expect(door.locator(".sessions__session")).to_have_count(1)
    elsewhere.goto(INDEX)
    expect(elsewhere).to_have_url(re.compile("/login/"))
    other.close()
