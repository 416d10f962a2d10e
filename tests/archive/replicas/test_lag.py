"""How old what a replica has is, by where the primary was and when."""

from archive.replicas.lag import KEPT_SECONDS, UNKNOWN, Positions


def positions(*seen: tuple[float, int]) -> Positions:
    made = Positions()
    for at, position in seen:
        made.note(position, at)
    return made


def test_replica_that_has_everything_does_not_lag():
    assert positions((10, 100), (11, 200)).lag_seconds(200) == 0


def test_replica_lags_since_the_first_thing_it_lacks_was_seen():
    seen = positions((10, 100), (11, 200), (12, 300), (15, 400))

    assert [seen.lag_seconds(replayed) for replayed in (100, 199, 200, 350)] == [4, 4, 3, 0]


def test_primary_at_which_nothing_happens_is_no_lag():
    seen = positions(*((float(second), 100) for second in range(1000)))

    assert seen.lag_seconds(100) == 0


def test_what_is_written_after_a_long_silence_is_new():
    seen = positions(*((float(second), 100) for second in range(1000)), (1000, 101))

    assert seen.lag_seconds(100) == 0


def test_what_was_written_before_the_first_look_may_be_of_any_age():
    assert positions((10, 100)).lag_seconds(99) == UNKNOWN


def test_what_was_lacking_long_ago_is_not_told_in_seconds():
    seen = positions(*((float(second), second) for second in range(3 * KEPT_SECONDS)))

    assert seen.lag_seconds(2 * KEPT_SECONDS + 10) == KEPT_SECONDS - 12
    assert seen.lag_seconds(KEPT_SECONDS) == UNKNOWN


def test_primary_that_is_not_heard_any_more_leaves_nobody_behind():
    """The replica had all but the last second of it; that does not grow."""
    assert positions((10, 100), (11, 200)).lag_seconds(100) == 0


def test_nothing_can_be_told_before_the_primary_was_heard():
    assert positions().lag_seconds(100) is None


def test_log_of_another_primary_begins_anew():
    seen = positions((10, 100), (11, 200), (12, 150))

    assert seen.lag_seconds(150) == 0
    assert seen.lag_seconds(140) == UNKNOWN
