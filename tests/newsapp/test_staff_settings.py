"""Where the admin is, and what it asks of staff, as the environment says."""

import os
import subprocess
import sys

import pytest

from tests.newsapp.server_process import ROOT, VARIABLES

ADMIN = """
import django; django.setup()
from django.urls import Resolver404, resolve, reverse
from archive.middleware import ADMIN_PREFIX
from archive.guards import told_admin_address
try:
    resolve("/admin/")
except Resolver404:
    print("gone")
print(reverse("admin:archive_article_changelist"), ADMIN_PREFIX, told_admin_address())
"""
FACTOR = "from newsapp import settings; print(settings.STAFF_SECOND_FACTOR)"


def run(program: str, tmp_path, **variables: str) -> subprocess.CompletedProcess:
    """What PROGRAM says in an environment with VARIABLES and no other of ours."""
    settings = {"SIJILL_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsapp.settings"}
    clean = os.environ | dict.fromkeys(VARIABLES, "") | settings | variables
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def test_admin_is_moved_whole_and_no_list_that_anybody_reads_tells_of_it(tmp_path):
    assert run(ADMIN, tmp_path, ADMIN_PATH="/newsroom/desk").stdout.splitlines() == [
        "gone",
        "/newsroom/desk/archive/article/ /newsroom/desk/ []",
    ]


def test_admin_stays_where_it_is_expected(tmp_path):
    assert run(ADMIN, tmp_path).stdout.splitlines() == ["/admin/archive/article/ /admin/ ['/admin/']"]


@pytest.mark.parametrize("path", ["غرفة", "a b", "/", "../up"])
def test_a_path_that_is_none_is_refused(tmp_path, path):
    answer = run(FACTOR, tmp_path, ADMIN_PATH=path)
    assert answer.returncode == 1 and "ADMIN_PATH must be" in answer.stderr


@pytest.mark.parametrize(
    ("variables", "policy"),
    [
        ({}, "optional"),
        ({"ALLOWED_HOSTS": "localhost,127.0.0.1"}, "optional"),
        ({"ALLOWED_HOSTS": "archive.example"}, "required"),
        ({"ALLOWED_HOSTS": "localhost,archive.example"}, "required"),
        ({"ALLOWED_HOSTS": "*"}, "required"),
        ({"ALLOWED_HOSTS": "archive.example", "DEBUG": "true"}, "optional"),
        ({"ALLOWED_HOSTS": "archive.example", "STAFF_SECOND_FACTOR": "off"}, "off"),
        ({"STAFF_SECOND_FACTOR": "required"}, "required"),
    ],
)
def test_a_site_that_others_reach_asks_for_a_second_factor(tmp_path, variables, policy):
    assert run(FACTOR, tmp_path, **variables).stdout.strip() == policy


@pytest.mark.parametrize("variable", ["STAFF_SESSION_HOURS", "STAFF_SESSION_IDLE_MINUTES"])
def test_a_session_lasts_some_time(tmp_path, variable):
    assert "must be 1 or more" in run(FACTOR, tmp_path, **{variable: "0"}).stderr
