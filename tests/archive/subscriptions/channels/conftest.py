"""Fixtures of the tests of channels."""

import pytest

from tests.archive.subscriptions.cloud_api import ACCOUNT_ID, PHONE_ID, SECRET, TOKEN, VERIFY, CloudApiServer


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
