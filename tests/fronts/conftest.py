"""A real nginx and a real Varnish in front of the live site, as deploy/ configures them.

SIJILL_TEST_NGINX and SIJILL_TEST_VARNISH name their programs; script/test finds or installs them.
"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import db, transactional_db  # noqa: F401 - fixtures
from tests.newsapp.front_process import Nginx, configuration, free_port, running
from tests.newsapp.front_process import nginx as run_nginx


@pytest.fixture
def origin(live_server, settings) -> str:
    """The live site behind a proxy: its host and port."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return urlsplit(live_server.url).netloc


@pytest.fixture
def whole_nginx(origin, settings, tmp_path) -> Iterator[Nginx]:
    settings.SHARED_CACHE_SECONDS, settings.SHARED_CACHE_STALE_SECONDS = 1, 0
    with run_nginx(os.environ["SIJILL_TEST_NGINX"], tmp_path, origin) as front:
        yield front


@pytest.fixture
def nginx(whole_nginx) -> str:
    """Where readers find it."""
    return whole_nginx.https


@pytest.fixture
def varnish(origin, settings, tmp_path) -> Iterator[str]:
    port = free_port()
    settings.CACHE_PURGE_URLS = [f"http://127.0.0.1:{port}/"]
    host, _colon, origin_port = origin.partition(":")
    changes = {'.host = "127.0.0.1"': f'.host = "{host}"', '.port = "8000"': f'.port = "{origin_port}"'}
    path = configuration("varnish.vcl", tmp_path, changes)
    listen = ("-a", f"127.0.0.1:{port}", "-f", str(path), "-s", "malloc,32m", "-n", str(tmp_path / "varnish"))
    with running(port, os.environ["SIJILL_TEST_VARNISH"], "-F", "-j", "none", *listen) as address:
        yield address
