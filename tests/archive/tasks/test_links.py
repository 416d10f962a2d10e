"""Links are looked at for a while, and then by another job."""

import pytest

from archive.newsroom import links
from archive.tasks.links import check_links
from tests.queue import job, waiting_jobs


@pytest.mark.django_db
def test_links_that_one_job_did_not_look_at_are_left_to_another(monkeypatch):
    more = iter([True, False])
    monkeypatch.setattr(links, "check_due", lambda **_given: next(more))
    check_links(job())
    assert waiting_jobs() == [("check_links", {})]
    check_links(job())

    assert waiting_jobs() == [("check_links", {})]
