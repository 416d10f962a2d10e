"""bench/replicas for some seconds: PostgreSQL with two standbys, of which each part is killed under readers."""

import shutil
import subprocess

import pytest

from bench.clients import program
from tests.newsapp.server_process import ROOT

pytestmark = pytest.mark.skipif(
    not all(map(program, ("nginx", "pgbouncer"))) or shutil.which("openssl") is None,
    reason="needs nginx, PgBouncer and openssl",
)


def test_no_page_is_lost_when_a_part_dies():
    command = [ROOT / "bench" / "replicas", "--articles", "200", "--seconds", "3"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout)

    assert done.returncode == 0, done.stdout
