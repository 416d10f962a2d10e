"""A client that costs almost nothing beside the server it asks, and nginx with files for it to compare with."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

HEADER_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
RECEIVED_BYTES = 256 * 1024
WARM_REQUESTS = 50

NGINX = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
events {{}}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        default_type "text/html; charset=utf-8";
        root {folder}/pages;
    }}
}}
"""


class Client:
    """A connection that is kept, to PORT of this machine; BODY and HEAD are those of the last answer."""

    def __init__(self, port: int, *, coding: str = "br", tls: bool = False) -> None:
        self._port = port
        self._coding = coding
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:  # With a certificate of nobody's.
            self._socket = ssl._create_unverified_context().wrap_socket(self._socket)
        self.head = self.body = b""

    def get(self, path: str, *headers: str) -> int:
        """Ask for PATH; return the status."""
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{self._port}",
            f"Accept-Encoding: {self._coding}",
            *headers,
        )
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        received = b""
        while HEADER_END not in received:
            received += self._receive()
        self.head, _end, body = received.partition(HEADER_END)
        start = self.head.lower().find(LENGTH)
        length = int(self.head[start + len(LENGTH) :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        while len(body) < length:
            body += self._receive()
        self.body = body
        return int(self.head[9:12])

    def _receive(self) -> bytes:
        received = self._socket.recv(RECEIVED_BYTES)
        if not received:
            raise ConnectionError("The server has hung up.")
        return received

    def close(self) -> None:
        self._socket.close()


def program(name: str) -> str | None:
    """The path of a program that may be where only root looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def seconds_of(port: int, paths: Sequence[str], *headers: str) -> list[float]:
    """How long each of PATHS takes one client, one after the other."""
    client = Client(port)
    taken = []
    for path in paths:
        started = time.perf_counter()
        status = client.get(path, *headers)
        taken.append(time.perf_counter() - started)
        assert status in (200, 304), (path, status)
    client.close()
    return taken


def rate(port: int, path: str, seconds: float, *, clients: int, headers: Sequence[str] = ()) -> float:
    """How many answers a second several clients together get for PATH, each asking again at once."""
    with ProcessPoolExecutor(clients, mp_context=get_context("fork")) as pool:
        counts = [pool.submit(_ask_for, port, path, seconds, tuple(headers)) for _client in range(clients)]
        return sum(count.result() for count in counts)


def _ask_for(port: int, path: str, seconds: float, headers: tuple[str, ...]) -> float:
    client = Client(port)
    for _request in range(WARM_REQUESTS):
        client.get(path, *headers)
    count, started = 0, time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        assert client.get(path, *headers) in (200, 304)
        count += 1
    client.close()
    return count / passed


@contextmanager
def nginx(program: str, folder: Path, pages: dict[str, bytes], *, as_root: bool) -> Iterator[int]:
    """nginx serving PAGES by name as files in FOLDER; its port."""
    (folder / "pages").mkdir()
    for name, body in pages.items():
        (folder / "pages" / name).write_bytes(body)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, user="user root;" if as_root else ""))
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(configuration)])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise ConnectionError("nginx does not answer.")
