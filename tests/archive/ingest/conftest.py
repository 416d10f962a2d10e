"""A web server that may be fetched from, and a client that loses no time."""

import ipaddress

import pytest
from django.conf import settings

from archive.ingest.fetching import Client
from tests.archive.ingest.web_server import HOST, WebServer


@pytest.fixture
def web(monkeypatch):
    monkeypatch.setattr(settings, "FETCH_ALLOWED_NETWORKS", [ipaddress.ip_network(HOST)])
    with WebServer().running() as server:
        yield server


@pytest.fixture
def client():
    return Client(pause_seconds=0)
