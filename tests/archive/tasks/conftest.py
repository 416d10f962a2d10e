"""Imports of files that were sent, and workers."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from archive.ingest.journal import make_run
from archive.models import ImportRun


@pytest.fixture
def uploaded(tmp_path, monkeypatch):
    """A folder as uploads have one, with ten records."""
    monkeypatch.setattr(settings, "UPLOADS_DIR", tmp_path)
    folder = tmp_path / "one"
    folder.mkdir()
    lines = [{"id": str(number), "title": f"خبر {number}", "body": f"نص الخبر {number}"} for number in range(10)]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def run_of(folder, **arguments) -> ImportRun:
    run = make_run([str(folder / "a.jsonl")], **arguments)
    run.folder = str(folder)
    run.save()
    return run


def heartbeat(age_seconds: float) -> None:
    with connection.cursor() as cursor:
        moment = timezone.now() - timedelta(seconds=age_seconds)
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [moment])
