"""nginx and other programs in front of the site as processes of their own, as deploy/ configures them."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.newsapp.server_process import ROOT

DEPLOY = ROOT / "deploy"
PATIENCE_SECONDS = 30
SITE_NAME = "archive.example.org"
"""What the site is called in deploy/."""

MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{}}
http {{
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sijill.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """Where an nginx of this machine answers, and the folder that has what it shows by itself."""

    https: str
    http: str
    monitors: str
    web: Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(port: int, *command: str, **options) -> Iterator[str]:
    """COMMAND, started with OPTIONS, which answers at PORT of this machine soon; its address."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
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
        assert old in text, old
        text = text.replace(old, new)
    path = folder / f"sijill{Path(name).suffix}"
    path.write_text(text)
    return path


@contextmanager
def nginx(program: str, folder: Path, origin: str, changes: dict[str, str] | None = None) -> Iterator[Nginx]:
    """The nginx of deploy/ before ORIGIN, a host and port, with its files in FOLDER, and with other CHANGES."""
    ports = {name: free_port() for name in ("https", "http", "monitors")}
    make_certificate(folder)
    configuration(
        "nginx.conf",
        folder,
        {
            "127.0.0.1:8000": origin,
            "listen 80;": f"listen 127.0.0.1:{ports['http']};",
            "listen 443 ssl": f"listen 127.0.0.1:{ports['https']} ssl",
            "listen 127.0.0.1:8900;": f"listen 127.0.0.1:{ports['monitors']};",
            # The rest of the machine has nothing to do with it.
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "/etc/sijill/tls": str(folder),
            "/var/lib/nginx/sijill": str(folder / "cache"),
            "/var/log/nginx/sijill.error.log": "stderr",
            "/var/www/sijill": str(folder / "web"),
        }
        | (changes or {}),
    )
    (folder / "web").mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, user=user))
    with running(ports["https"], program, "-p", str(folder), "-c", str(main)):
        addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        yield Nginx(
            https=addresses["https"].replace("http:", "https:"),
            http=addresses["http"],
            monitors=addresses["monitors"],
            web=folder / "web",
        )


def make_certificate(folder: Path) -> None:
    """fullchain.pem and privkey.pem in FOLDER, which no browser trusts."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "privkey.pem")
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-out", folder / "fullchain.pem", "-subj", f"/CN={SITE_NAME}"],
        check=True,
        capture_output=True,
    )
