import re

import pytest
import time_machine

from archive.models import RateCount
from archive.subscriptions.limits import admit, forget_old, network_of, spend

pytestmark = pytest.mark.django_db


def test_so_many_and_no_more_until_the_next_hour(now):
    with time_machine.travel(now, tick=False) as clock:
        assert [admit("a", "x", most=2, seconds=3600) for _ in range(3)] == [True, True, False]
        assert admit("a", "y", most=2, seconds=3600)
        assert admit("b", "x", most=2, seconds=3600)
        clock.shift(3600 + 150)
        assert admit("a", "x", most=2, seconds=3600)
        clock.shift(3600)
        forget_old()
    assert RateCount.objects.count() == 1


def test_a_day_is_any_24_hours(now):
    with time_machine.travel(now, tick=False) as clock:
        for _hour in range(3):
            assert admit("a", "x", most=3, seconds=86400)
            clock.shift(3600)
        # In vain, and not counted: it is as if nobody had asked.
        for _hour in range(21):
            assert not admit("a", "x", most=3, seconds=86400)
            clock.shift(3600)
        clock.shift(3600)
        assert [admit("a", "x", most=3, seconds=86400) for _ in range(2)] == [True, False]


def test_what_was_spent_while_the_clock_was_ahead_keeps_nobody_out(now):
    def spent(times: int) -> list[bool]:
        return [spend("reading", "x", 1, most=2, seconds=60) for _time in range(times)]

    with time_machine.travel(now, tick=False) as clock:
        clock.shift(86400)
        assert spent(3) == [True, True, False]
        clock.shift(-86400)
        assert spent(3) == [True, True, False]
        clock.shift(30)
        assert spent(2) == [True, False]


def test_nobody_stands_in_the_table():
    admit("network", "192.0.2.7", most=2, seconds=3600)
    assert re.fullmatch("[0-9a-f]{64}", RateCount.objects.get().key)


def test_a_household_is_one_network():
    assert network_of("192.0.2.7") == network_of("192.0.2.200") != network_of("192.0.3.7")
    assert network_of("2001:db8:1:2:3::1") == network_of("2001:db8:1:2f::9")
    assert network_of("unknown") == "unknown"
