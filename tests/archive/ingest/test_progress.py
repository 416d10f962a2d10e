import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from archive.ingest.progress import Course, JsonLines, Pace, pace_of, progress_line, time_in_words
from archive.ingest.records import Note
from archive.ingest.report import Entry, ImportReport, Outcome
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


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def created(origin: str) -> Entry:
    return Entry(Outcome.CREATED, origin)


def at(done: int, total: int = 1000) -> ImportRun:
    return ImportRun(bytes_done=done, bytes_total=total)


def test_course_has_the_pace_since_the_import_was_taken_up():
    clock = Clock()
    course = Course(clock)
    course.be_at(at(400))
    course.begin_input("a.jsonl")
    clock.now = 10.0
    course.be_at(at(700))
    for number in range(30):
        course.hear(created(f"a.jsonl:{number}"))

    assert course.pace == Pace(records=30, bytes_read=300, bytes_left=300, seconds=10.0)
    assert progress_line(course) == "القيود: 30، بمعدل 3 في الثانية، بقي أقل من دقيقة: a.jsonl"


def test_each_file_is_counted_by_itself_though_records_are_written_together():
    clock = Clock()
    course = Course(clock)
    names = ["a.jsonl", "a.jsonl.gz", "empty.txt", "b.txt"]
    for name in names:
        course.begin_input(name)
    clock.now = 3.0
    done = [course.hear(created(origin)) for origin in ("a.jsonl:1", "a.jsonl:2", "a.jsonl.gz:1", "b.txt")]
    done.append(course.end())

    counted = [[(file.origin, file.records) for file in files] for files in done]
    assert counted == [[], [], [("a.jsonl", 2)], [("a.jsonl.gz", 1), ("empty.txt", 0)], [("b.txt", 1)]]


def test_programs_are_told_in_lines_of_json():
    clock, out = Clock(), StringIO()
    course = Course(clock)
    lines = JsonLines(out, course)
    report = ImportReport(listeners=[lines])
    course.be_at(at(0, 100))
    course.begin_input("a.jsonl")
    report.add(created("a.jsonl:1"))
    clock.now = 6.0
    course.be_at(at(50, 100))
    report.add(Entry(Outcome.FAILED, "a.jsonl:2", reasons=(Note("json_not_object"),)))
    course.begin_input("b.jsonl")
    report.add(created("b.jsonl:1"))
    lines.end(report)
    events = [json.loads(line) for line in out.getvalue().splitlines()]

    assert [event["event"] for event in events] == ["failed", "progress", "file", "file", "end"]
    assert events[0]["reasons"][0]["code"] == "json_not_object"
    assert {name: events[1][name] for name in ("records", "bytes_done", "bytes_total", "seconds_left")} == {
        "records": 2,
        "bytes_done": 50,
        "bytes_total": 100,
        "seconds_left": 6,
    }
    assert [(event["origin"], event["records"]) for event in events[2:4]] == [("a.jsonl", 2), ("b.jsonl", 1)]
    assert events[4]["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1}
