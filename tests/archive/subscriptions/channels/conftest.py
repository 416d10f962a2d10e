"""Fixtures of the tests of channels."""

import pytest

from archive.subscriptions.channels.push import public_key
from archive.subscriptions.channels.push_crypto import new_signing_key
from tests.archive.subscriptions.cloud_api import ACCOUNT_ID, PHONE_ID, SECRET, TOKEN, VERIFY, CloudApiServer
from tests.archive.subscriptions.push_service import PushService


@pytest.fixture
def account(settings):
    """An account of WhatsApp, as an operator has put it into the settings."""
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID, settings.WHATSAPP_ACCOUNT_ID = TOKEN, PHONE_ID, ACCOUNT_ID
    settings.WHATSAPP_APP_SECRET, settings.WHATSAPP_VERIFY_TOKEN = SECRET, VERIFY
    settings.WHATSAPP_NUMBER = "+961 1 555 000"
    settings.WHATSAPP_LANGUAGES = ["ar", "en"]


@pytest.fixture
def server(account, settings):
    with CloudApiServer().running() as server:
        settings.WHATSAPP_API_URL = server.url
        yield server


def of_account(server: CloudApiServer) -> dict[str, str]:
    """The environment of a process with this account at SERVER."""
    return {
        "WHATSAPP_TOKEN": TOKEN,
        "WHATSAPP_PHONE_ID": PHONE_ID,
        "WHATSAPP_ACCOUNT_ID": ACCOUNT_ID,
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": VERIFY,
        "WHATSAPP_NUMBER": "+961 1 555 000",
        "WHATSAPP_LANGUAGES": "ar,en",
        "WHATSAPP_API_URL": server.url,
    }


@pytest.fixture
def service(settings):
    settings.PUSH_KEY = new_signing_key()
    with PushService(public_key()).running() as service:
        settings.PUSH_SERVICES = [service.origin]
        yield service
