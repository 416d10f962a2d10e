"""What was sent goes when it is old."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from archive.ingest.uploads import KEPT_DAYS
from archive.tasks.imports import request_stop
from archive.tasks.tidying import tidy
from tests.archive.tasks.conftest import run_of


@pytest.mark.django_db
def test_what_was_sent_long_ago_goes_unless_it_is_needed(uploaded):
    waiting = run_of(uploaded)
    for name in ("old", "new"):
        (uploaded.parent / name).mkdir()
    long_ago = (timezone.now() - timedelta(days=KEPT_DAYS + 1)).timestamp()
    for name in ("old", "one"):
        os.utime(uploaded.parent / name, (long_ago, long_ago))
    tidy(0)
    left = {path.name for path in uploaded.parent.iterdir()}
    request_stop(waiting)
    tidy(0)

    assert (left, {path.name for path in uploaded.parent.iterdir()}) == ({"one", "new"}, {"new"})
