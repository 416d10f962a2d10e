"""A real nginx and a real Varnish in front of the live site, as deploy/ configures them.

SIJILL_TEST_NGINX and SIJILL_TEST_VARNISH name their programs; script/test finds or installs them.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import db, transactional_db  # noqa: F401 - fixtures
from tests.newsapp.server_process import ROOT

DEPLOY = ROOT / "deploy"
PATIENCE_SECONDS = 30
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sijill.conf;
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(port: int, *command: str) -> Iterator[str]:
    """COMMAND, which answers at PORT of this machine soon; its address."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while True:
            assert process.poll() is None, process.stdout.read()
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert time.monotonic() < deadline, f"{command[0]} does not answer"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        process.stdout.close()


def configuration(name: str, folder: Path, changes: dict[str, str]) -> Path:
    """deploy/NAME with CHANGES made, each of which it must have something to change for."""
    text = (DEPLOY / name).read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / f"sijill{Path(name).suffix}"
    path.write_text(text)
    return path


@pytest.fixture
def origin(live_server, settings) -> str:
    """The live site behind a proxy: its host and port."""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return urlsplit(live_server.url).netloc


@pytest.fixture
def nginx(origin, settings, tmp_path) -> Iterator[str]:
    settings.SHARED_CACHE_SECONDS, settings.SHARED_CACHE_STALE_SECONDS = 1, 0
    port = free_port()
    changes = {
        "127.0.0.1:8000": origin,
        "listen 80;": f"listen 127.0.0.1:{port};",
        "/var/cache/nginx/sijill": str(tmp_path / "cache"),
    }
    configuration("nginx.conf", tmp_path, changes)
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(NGINX.format(folder=tmp_path, user=user))
    program = os.environ["SIJILL_TEST_NGINX"]
    with running(port, program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")) as address:
        yield address


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
