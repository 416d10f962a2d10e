from datetime import UTC, datetime, timedelta

import pytest

from archive.ingest.progress import Pace, pace_of, time_in_words
from archive.models import ImportRun

NOON = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)


def test_time_left_follows_from_the_bytes():
    pace = Pace(records=50, bytes_read=1000, bytes_left=3000, seconds=10)

    assert (pace.rate, pace.seconds_left) == (5, 30)


@pytest.mark.parametrize(
    "pace",
    [
        Pace(records=5, bytes_read=100, bytes_left=None, seconds=10),
        Pace(records=0, bytes_read=0, bytes_left=100, seconds=10),
        Pace(records=1, bytes_read=10, bytes_left=100, seconds=0.1),
    ],
    ids=["size unknown", "nothing read", "only just begun"],
)
def test_time_left_is_not_made_up(pace):
    assert (pace.seconds_left, pace.time_left) == (None, "")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "أقل من دقيقة"),
        (61, "نحو دقيقة"),
        (120, "نحو دقيقتين"),
        (240, "نحو ٤ دقائق"),
        (15 * 60, "نحو ١٥ دقيقة"),
        (3600, "نحو ساعة"),
        (3 * 3600, "نحو ٣ ساعات"),
    ],
)
def test_time_is_told_as_people_tell_it(seconds, words):
    assert time_in_words(seconds) == words


def test_pace_is_that_since_the_run_was_taken_up_again():
    run = ImportRun(created=300, bytes_done=500, bytes_total=800, seen_at=NOON)
    run.memory = {"begun": [(NOON - timedelta(seconds=10)).isoformat(), 200, 400]}

    assert pace_of(run) == Pace(records=100, bytes_read=100, bytes_left=300, seconds=10)
