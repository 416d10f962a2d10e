import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from archive.subscriptions.channels.push_crypto import SigningKey
from tests.archive.subscriptions.channels.conftest import account, server  # noqa: F401


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_a_key_is_made_once_and_read_by_its_owner_alone(settings, tmp_path):
    settings.PUSH_KEY, settings.PUSH_KEY_FILE = "", tmp_path / "data" / "push_key"
    said = told("make_push_key")
    key = settings.PUSH_KEY_FILE.read_text()
    assert SigningKey(key).public in said
    assert settings.PUSH_KEY_FILE.stat().st_mode & 0o777 == 0o600
    settings.PUSH_KEY = key
    with pytest.raises(CommandError):
        told("make_push_key")
    assert settings.PUSH_KEY_FILE.read_text() == key


def test_a_key_can_be_printed(settings, tmp_path):
    settings.PUSH_KEY_FILE = tmp_path / "push_key"
    assert SigningKey(told("make_push_key", "--print").strip().removeprefix("PUSH_KEY=")).public
    assert not settings.PUSH_KEY_FILE.exists()


def test_templates_are_printed(settings):
    settings.WHATSAPP_LANGUAGES = ["ar", "en"]
    assert len(json.loads(told("whatsapp_templates"))) == 8


def test_templates_are_submitted(server, settings):  # noqa: F811
    settings.WHATSAPP_LANGUAGES = ["ar"]
    assert "sijill_article (ar): PENDING" in told("whatsapp_templates", "--submit")
    assert [one["name"] for one in server.submitted] == [
        *("sijill_confirmation", "sijill_article", "sijill_correction", "sijill_digest"),
    ]


def test_what_is_not_taken_is_said(server, settings):  # noqa: F811
    settings.WHATSAPP_TOKEN = "wrong"
    with pytest.raises(CommandError, match="sijill_article"):
        told("whatsapp_templates", "--submit")


def test_without_an_account_nothing_is_submitted():
    with pytest.raises(CommandError, match="WHATSAPP_TOKEN"):
        told("whatsapp_templates", "--submit")
