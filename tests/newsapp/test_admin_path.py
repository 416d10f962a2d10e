"""The admin is where ADMIN_PATH says, nowhere else, and no list that anybody reads tells of it."""

import os
import subprocess
import sys

import pytest

from tests.newsapp.server_process import ROOT, VARIABLES

LOOK = """
import django; django.setup()
from django.urls import Resolver404, resolve, reverse
from django.test import RequestFactory
from archive.middleware import ADMIN_PREFIX
from archive.guards import told_admin_address
try:
    resolve("/admin/")
except Resolver404:
    print("gone")
print(reverse("admin:archive_article_changelist"), ADMIN_PREFIX, told_admin_address())
"""


def look(tmp_path, path: str) -> subprocess.CompletedProcess:
    settings = {"ADMIN_PATH": path, "SIJILL_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsapp.settings"}
    clean = os.environ | dict.fromkeys(VARIABLES, "") | settings
    return subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def test_admin_is_moved_whole(tmp_path):
    assert look(tmp_path, "/newsroom/desk").stdout.splitlines() == [
        "gone",
        "/newsroom/desk/archive/article/ /newsroom/desk/ []",
    ]


def test_admin_stays_where_it_is_expected(tmp_path):
    assert look(tmp_path, "").stdout.splitlines() == ["/admin/archive/article/ /admin/ ['/admin/']"]


@pytest.mark.parametrize("path", ["غرفة", "a b", "/", "../up"])
def test_a_path_that_is_none_is_refused(tmp_path, path):
    answer = look(tmp_path, path)
    assert answer.returncode == 1 and "ADMIN_PATH must be" in answer.stderr
