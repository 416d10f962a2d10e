import time

import pytest
from django.db import OperationalError, connection

from archive.search import limits
from archive.search.limits import SearchTimeoutError, time_limit

pytestmark = pytest.mark.django_db(transaction=True)


def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(limits, "MAX_SECONDS", 0.2)


def test_a_question_that_takes_too_long_is_given_up():
    with pytest.raises(SearchTimeoutError), time_limit():
        ask("SELECT pg_sleep(60)")

    assert ask("SELECT 1") == 1


def test_after_many_questions_no_further_is_put():
    with pytest.raises(SearchTimeoutError), time_limit():
        while True:
            ask("SELECT 1")


def test_what_is_in_time_is_answered_and_the_limit_ends_with_it():
    with time_limit():
        assert ask("SELECT 1") == 1

    assert ask("SHOW statement_timeout") == "0"
    time.sleep(0.2)
    assert ask("SELECT 1") == 1


def test_other_failures_are_themselves():
    with pytest.raises(OperationalError), time_limit():
        raise OperationalError
