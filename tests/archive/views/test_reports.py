"""What browsers report of our policy is kept without what their readers asked for, and by no means without end."""

import json
import logging
from datetime import UTC, datetime

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from archive import newest_lines, policy_reports
from archive.policy_reports import newest, read
from archive.views import reports

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
OLD = {
    "csp-report": {
        "document-uri": "https://archive.example/search/?q=سرية",
        "referrer": "https://archive.example/search/?q=سرية",
        "violated-directive": "script-src-elem 'self'",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/a.js?q=سرية",
        "script-sample": "سرية",
    }
}
NEW = [
    {"type": "deprecation", "body": {"id": "x"}},
    {
        "type": "csp-violation",
        "url": "https://archive.example/",
        "body": {
            "documentURL": "https://archive.example/",
            "effectiveDirective": "style-src",
            "blockedURL": "inline",
        },
    },
]


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.POLICY_REPORTS_FILE = tmp_path / "policy_reports.jsonl"
    return settings.POLICY_REPORTS_FILE


@pytest.fixture
def send():
    """A function: send a report as a browser does, which has no token of ours; return the status."""
    browser = Client(enforce_csrf_checks=True)

    def post(sent: object, *, of: str = "192.0.2.7", media_type: str = "application/csp-report") -> int:
        content = sent if isinstance(sent, bytes) else json.dumps(sent)
        return browser.post(
            reverse("archive:policy-report"), content, content_type=media_type, REMOTE_ADDR=of
        ).status_code

    return post


def test_both_forms_are_read():
    assert read(json.dumps(OLD).encode(), NOW) == [(NOW, "archive:search", "script-src-elem", "https://evil.example")]
    assert read(json.dumps(NEW).encode(), NOW) == [(NOW, "archive:front", "style-src", "inline")]


@pytest.mark.parametrize(
    ("blocked", "kept"),
    [
        ("eval", "eval"),
        ("data", "data"),
        ("chrome-extension://abc/x.js", "chrome-extension://abc"),
        ("blob:https://x.example/1", "blob:"),
        ("HTTPS://EVIL.example:8443/x", "https://evil.example:8443"),
        ("https://[::1", ""),
        ("<script>", ""),
        ("https://a b/", ""),
        ("", ""),
    ],
)
def test_of_what_was_wanted_only_the_origin_is_kept(blocked, kept):
    sent = {"csp-report": OLD["csp-report"] | {"blocked-uri": blocked}}
    assert read(json.dumps(sent).encode(), NOW)[0].blocked == kept


@pytest.mark.parametrize(
    "sent",
    [
        b"", b"{", b"\xff", b"[" * 15_000, b"null", b"1", b"{}", b"[]", b"[1]", b'{"csp-report": []}',
        json.dumps({"csp-report": OLD["csp-report"] | {"document-uri": "https://x.example/no-such-page"}}).encode(),
        json.dumps({"csp-report": OLD["csp-report"] | {"document-uri": "https://[x/"}}).encode(),
        json.dumps({"csp-report": OLD["csp-report"] | {"document-uri": 1}}).encode(),
        json.dumps({"csp-report": OLD["csp-report"] | {"effective-directive": "x\n2026 error"}}).encode(),
    ],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_report_of_a_page_of_ours_is_nothing(send, sent):
    assert send(sent) == 204
    assert newest(10) == []


def test_a_report_is_kept_and_logged_without_what_the_reader_asked_for(send, file, caplog):
    with caplog.at_level(logging.WARNING, logger="archive.policy_reports"):
        assert send(OLD) == 204
    [report] = newest(10)

    assert report[1:] == ("archive:search", "script-src-elem", "https://evil.example")
    for text in (file.read_text(), caplog.text):
        assert [word for word in ("سرية", "\\u0633", "q=", "192.0.2.7") if word in text] == []
    assert "a page of archive:search wanted https://evil.example: script-src-elem" in caplog.text


def test_what_is_too_long_is_not_read(send):
    long = {"csp-report": OLD["csp-report"] | {"script-sample": "x" * reports.MAX_BYTES}}
    assert send(long) == 204
    assert newest(10) == []


def test_one_request_brings_so_many_at_most(send):
    assert send([NEW[1]] * 50, media_type="application/reports+json") == 204
    assert len(newest(100)) == policy_reports.MAX_REPORTS


def test_a_network_and_all_together_are_heard_so_often_in_an_hour(send, monkeypatch):
    monkeypatch.setattr(reports, "MAX_OF_NETWORK_AN_HOUR", 2)
    monkeypatch.setattr(reports, "MAX_OF_ALL_AN_HOUR", 3)
    assert {send(OLD) for _ in range(4)} == {204}
    assert len(newest(100)) == 2
    assert {send(OLD, of="198.51.100.1") for _ in range(4)} == {204}
    assert len(newest(100)) == 3


def test_the_file_stays_small(send, file, monkeypatch):
    monkeypatch.setattr(newest_lines, "MAX_BYTES", 1000)
    for _ in range(10):
        send(NEW[1:] * 10, media_type="application/reports+json")
    assert file.stat().st_size < 1300
    assert file.with_suffix(".old").stat().st_size < 1300


def test_a_line_that_was_cut_short_is_passed_over(send, file):
    file.write_text('["2026-01-01T0\nnull\n[1]\n')
    send(OLD)
    assert len(newest(10)) == 1


def test_nobody_opens_the_address(client):
    assert client.get(reverse("archive:policy-report")).status_code == 405


def test_the_policy_names_the_address():
    assert site_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-uri"] == [reverse("archive:policy-report")]


def test_operators_see_them_and_editors_do_not(admin_client, client, django_user_model, send):
    send(OLD)
    page = admin_client.get(reverse("admin:watching"))
    assert "https://evil.example" in page.content.decode()
    writer = django_user_model.objects.create_user("writer", is_staff=True)
    writer.groups.add(Group.objects.get(name="writers"))
    client.force_login(writer)
    assert "evil.example" not in client.get(reverse("admin:watching")).content.decode()
