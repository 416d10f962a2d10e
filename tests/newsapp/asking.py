"""What tests ask a running site, and its database."""

import contextlib
import http.client
import socket
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.db import connection

from newsapp.postgres import PORT, Cluster
from tests.newsapp.server_process import PATIENCE_SECONDS, Server


def database_url(*, name: str = "", role: str = "", host: str = "", port: str = "") -> str:
    """Return the address of the tests' PostgreSQL with parts of it changed."""
    settings = connection.settings_dict
    role, name = role or settings["USER"], name or settings["NAME"]
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    host, port = quote(host or settings["HOST"], safe=""), port or settings["PORT"] or PORT
    return f"postgresql://{role}{password}@{host}:{port}/{name}"


def get(server: Server, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(client):
        client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = client.getresponse()
        response.text = response.read()
        return response


def send(server: Server, request: bytes) -> bytes:
    """Send bytes that no proper client would; return the beginning of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as client:
        client.sendall(request)
        return client.recv(12)


def exchange(server: Server, request: bytes) -> bytes:
    """Send bytes that no proper client would; return the whole answer."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65536), b""))


def query(data_dir: Path, statement: str) -> list[tuple]:
    with psycopg.connect(
        host=str(Cluster(data_dir).socket_dir), port=PORT, user="sijill", dbname="sijill", autocommit=True
    ) as database:
        cursor = database.execute(statement)
        return cursor.fetchall() if cursor.description else []
