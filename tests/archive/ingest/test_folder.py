"""Every file of a folder is imported or refused with a reason, whatever is in it.

Of any folder: SIJILL_TEST_FOLDER=/path/to/files script/test tests/archive/ingest/test_folder.py
"""

import gzip
import io
import json
import os
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from archive.ingest.containers import parts_of
from archive.ingest.formats import recognise
from archive.ingest.furniture import compile_folded
from archive.ingest.inputs import damaged, find_inputs, unreadable
from archive.ingest.journal import make_run
from archive.ingest.notes import sentence
from archive.ingest.readers import ReadContext
from archive.ingest.records import Note, Record, Rejected, Skipped, UnreadableInputError
from archive.ingest.report import ImportReport, Outcome
from archive.ingest.runs import carry_out
from archive.ingest.unpacking import DAMAGED
from archive.models import Article, SetAsideRecord
from archive.text.html import plain_text
from archive.text.normalize import words
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, article_page, page
from tests.archive.ingest.readers import test_feeds, test_newswires, test_trec, test_wxr

FOLDER = os.environ.get("SIJILL_TEST_FOLDER", "")


def found_in(path: Path) -> Iterator[Record | Rejected]:
    """All that comes of a file or a folder, as an import sees it before the database does."""
    for item in find_inputs([str(path)]):
        for part in parts_of(item):
            if part.skipped:
                yield Skipped(part.origin, part.skipped)
                continue
            try:
                with part.open() as (head, stream):
                    if reader := recognise(head, part.file_name) if head else None:
                        yield from reader.read(stream, ReadContext(part.origin, part.file_name))
                    else:
                        yield Rejected(part.origin, Note("format_unknown" if head else "file_empty"))
            except UnreadableInputError as problem:
                yield Rejected(part.origin, problem.note)
            except DAMAGED as problem:
                yield Rejected(part.origin, damaged(problem))
            except OSError as problem:
                yield Rejected(part.origin, unreadable(problem))


def account(folder: Path) -> dict[str, Counter]:
    """For every file, by its path in FOLDER: what came of it, records by their format and codes of reasons."""
    accounts = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            outcomes = accounts[str(path.relative_to(folder))] = Counter()
            for found in found_in(path):
                if isinstance(found, Record):
                    for note in found.notes:
                        assert sentence(note)
                    outcomes[found.reader] += 1
                else:
                    assert sentence(found.note)
                    outcomes[found.note.code] += 1
    return accounts


@pytest.fixture
def folder(tmp_path) -> Path:
    """Good and bad files of every format, some in containers."""
    record = json.dumps({"title": TITLE, "body": PARAGRAPHS[0]}, ensure_ascii=False)
    files = {
        "page.txt": page().encode(),
        "one.json": record.encode(),
        "list.json": f"[{record}, {record}]".encode(),
        "lines.jsonl": f"{record}\n{record}\n[]".encode(),
        "deep.json": b"[" * 100_000,
        "table.csv": f"العنوان,النص\n{TITLE},=1+1\n".encode("cp1256"),
        "feed.xml": test_feeds.rss(test_feeds.ITEM).encode("utf-16"),
        "bomb.xml": b'<!DOCTYPE rss [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><item>&b;</item></rss>',
        "wire.xml": test_newswires.ITEM.encode(),
        "nitf.xml": test_newswires.NITF.encode(),
        "ninjs.json": test_newswires.ninjs(test_newswires.NINJS_3).encode(),
        "site.xml": test_wxr.export(test_wxr.POST).encode(),
        "docs.sgml": test_trec.DOC.encode(),
        "empty": b"",
        "noise": bytes(range(256)) * 20,
        "bomb.gz": gzip.compress(b"[" + b" " * 80 * 1024 * 1024),
        "locked.zip": b"PK\x03\x04" + b"x" * 100,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as container:
        container.writestr("../page.txt", files["page.txt"])
        container.writestr("feed", files["feed.xml"])
    with tarfile.open(tmp_path / "all.tar.gz", "w:gz") as container:
        for name in ("one.json", "table.csv"):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            container.addfile(member, io.BytesIO(files[name]))
    return tmp_path


def test_every_file_of_a_folder_of_all_formats_is_accounted_for(folder):
    assert {name: dict(outcomes) for name, outcomes in account(folder).items()} == {
        "all.tar.gz": {"json": 1, "table": 1},
        "all.zip": {"saved-text": 1, "feed": 1},
        "bomb.gz": {"unpacked_too_large": 1},
        "bomb.xml": {"xml_entities": 1},
        "deep.json": {"json_too_deep": 1, "json_list_cut_short": 1},
        "docs.sgml": {"trec": 1},
        "empty": {"file_empty": 1},
        "feed.xml": {"feed": 1},
        "lines.jsonl": {"jsonl": 2, "json_not_object": 1},
        "list.json": {"json": 2},
        "locked.zip": {"file_damaged": 1},
        "ninjs.json": {"ninjs": 1},
        "nitf.xml": {"nitf": 1},
        "noise": {"format_unknown": 1},
        "one.json": {"json": 1},
        "page.txt": {"saved-text": 1},
        "site.xml": {"wxr": 1},
        "table.csv": {"table": 1},
        "wire.xml": {"newsml-g2": 1},
    }


@pytest.fixture
def named_folder() -> Path:
    if not FOLDER:
        pytest.skip("SIJILL_TEST_FOLDER names no folder")
    return Path(FOLDER)


def test_every_file_of_the_folder_that_is_named_is_accounted_for(named_folder):
    accounts = account(named_folder)
    assert accounts
    assert [name for name, outcomes in accounts.items() if not outcomes] == []
    print(*sorted(sum(accounts.values(), Counter()).items()), sep="\n")  # noqa: T201


# --- Into the archive ---

FAULTS = frozenset({"reader_broke", "record_broke", "refused_by_database"})


def imported(folder: Path) -> ImportReport:
    """Import FOLDER; every file of it is told of, and nothing fails by a fault of the program."""
    entries = []
    report = ImportReport([entries.append])
    carry_out(make_run([str(folder)]), report)
    assert [entry for entry in entries if FAULTS & {note.code for note in entry.reasons}] == []
    told = {entry.origin for entry in entries}
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if not any(origin.startswith(str(path)) for origin in told)] == []
    return report


def imported_twice(folder: Path) -> ImportReport:
    """Import FOLDER two times, of which the second changes nothing."""
    first, again = imported(folder), imported(folder)
    assert (again.outcomes[Outcome.CREATED], again.outcomes[Outcome.UPDATED]) == (0, 0)
    assert again.outcomes[Outcome.FAILED] == first.outcomes[Outcome.FAILED]
    return first


@pytest.mark.django_db
def test_a_folder_of_all_formats_is_imported_and_a_second_time_changes_nothing(folder):
    report = imported_twice(folder)
    assert Article.objects.count() == report.outcomes[Outcome.CREATED] > 0
    assert {code for (code,) in SetAsideRecord.objects.values_list("code")} == {
        *("format_unknown", "json_list_cut_short", "json_not_object", "json_too_deep", "unpacked_too_large"),
        *("xml_entities", "file_damaged"),
    }


@pytest.mark.django_db
def test_the_folder_that_is_named_is_imported_and_a_second_time_changes_nothing(named_folder):
    imported_twice(named_folder)


# --- What is expected of pages ---


def unlike_expected(folder: Path) -> list[tuple[str, str, object]]:
    """What FOLDER's pages are read as other than is said beside them: the page, what of it, and what it was read as.

    `expected.json` lists pages, each with its `file`, `gold_date` and `html_title`, to which sites add their name;
    `NAME.expected.json` may have the `title` of the page NAME.html, and `NAME.expected.txt` its text.
    """
    found = []
    for path in sorted(folder.rglob("expected.json")):
        for said in json.loads(path.read_text()):
            name = PurePosixPath(said["file"]).name
            [record] = found_in(path.with_name(name))
            day = record.published and record.published.value.date().isoformat()
            found += [(name, "date", day)] * (day != said["gold_date"])
            is_title = bool(record.title) and words(record.title) in words(said["html_title"])
            found += [(name, "title", record.title)] * (not is_title)
    for path in sorted(folder.rglob("*.html")):
        beside = path.with_suffix(".expected.json")
        title = json.loads(beside.read_text()).get("title") if beside.exists() else None
        text = path.with_suffix(".expected.txt")
        paragraphs = [line for line in text.read_text().splitlines() if line.strip()] if text.exists() else []
        if title or paragraphs:
            [record] = found_in(path)
            found += [(path.name, "title", record.title)] * bool(title and words(title) != words(record.title))
            read = words(plain_text(record.body))
            found += [(path.name, "text", line) for line in paragraphs if words(line) not in read]
    return found


def test_pages_are_held_against_what_is_said_beside_them(tmp_path):
    (tmp_path / "1.html").write_text(article_page(above="<time>21/12/2017</time>"))
    said = {"file": "pages/1.html", "gold_date": "2017-12-21", "html_title": f"{TITLE} - الوادي"}
    (tmp_path / "expected.json").write_text(json.dumps([said]))
    (tmp_path / "1.expected.json").write_text(json.dumps({"title": TITLE}))
    (tmp_path / "1.expected.txt").write_text("\n\n".join(PARAGRAPHS))
    assert unlike_expected(tmp_path) == []
    (tmp_path / "expected.json").write_text(json.dumps([said | {"gold_date": "2017-12-22", "html_title": "x"}]))
    (tmp_path / "1.expected.json").write_text(json.dumps({"title": "عنوان آخر"}))
    (tmp_path / "1.expected.txt").write_text("فقرة ليست فيها")
    assert unlike_expected(tmp_path) == [
        ("1.html", "date", "2017-12-21"),
        ("1.html", "title", TITLE),
        ("1.html", "title", TITLE),
        ("1.html", "text", "فقرة ليست فيها"),
    ]


def test_the_pages_of_the_folder_that_is_named_are_as_is_said_beside_them(named_folder):
    assert unlike_expected(named_folder) == []


# --- What is the site's ---

PAGES = frozenset({"html", "mhtml", "warc", "saved-text"})
FURNITURE = tuple(
    (words_at_most, compile_folded(pattern))
    for words_at_most, pattern in (
        (6, r"(?:شارك|شاركها|شاركه|شاركوا|مشاركة|share)(?: .*)?"),
        (14, r"(?:اشترك|اشتركوا|للاشتراك|تابعنا|تابعونا|انضموا|subscribe|follow us)(?: .*)?"),
        (
            30,
            r"(?:و ?)?(?:اقرأ|اقرؤوا|إقرأ|طالع|شاهد|لقراءة) (?:أيضا|المزيد|كذلك)(?: .*)?|(?:read|see) (?:also|more)(?: .*)?",
        ),
        (4, r"(?:مواضيع|موضوعات|أخبار|مقالات|مواد) (?:ذات صلة|ذات علاقة|متعلقة|مشابهة|مرتبطة)"),
        (20, r".*(?:(?:جميع|كافة|كل) الحقوق محفوظة|حقوق النشر|all rights reserved|copyright).*"),
        (2, r"انته[ىي](?: الخبر)?"),
    )
)
"""Lines that are no article's, on any site, by how many words they have at most; told apart from the rules of the
importer, so that these are held against something else than themselves."""


def furniture_kept(folder: Path) -> list[tuple[str, str]]:
    """The lines of the site's that the articles of FOLDER's pages have kept: the page, and the line."""
    records = (found for found in found_in(folder) if isinstance(found, Record) and found.reader in PAGES)
    return [
        (PurePosixPath(record.origin).name, line)
        for record in records
        for line in plain_text(record.body).splitlines()
        if is_furniture(line)
    ]


def is_furniture(line: str) -> bool:
    said = words(line)
    count = len(said.split())
    return any(count <= at_most and pattern.fullmatch(said) for at_most, pattern in FURNITURE)


FURNITURE_LINES = (
    "شارك الخبر عبر فيسبوك",
    "اشترك في نشرتنا البريدية",
    "اقرأ أيضاً: وفرة في محصول العنب",
    "مواضيع ذات صلة",
    "جميع الحقوق محفوظة © الوادي 2017",
    "// انتهى //",
)


def test_lines_of_the_site_are_told_and_none_is_kept(tmp_path):
    assert [line for line in FURNITURE_LINES if not is_furniture(line)] == []
    prose = (
        *PARAGRAPHS,
        "شارك في المؤتمر وزراء الزراعة في سبع دول عربية.",
        "انتهى اللقاء بلا بيان.",
        "اقرأ ما كتبه النقاد",
    )
    assert [line for line in prose if is_furniture(line)] == []
    amid = "".join(f"<p>{line}</p>" for line in FURNITURE_LINES)
    (tmp_path / "1.html").write_text(article_page(amid))
    (tmp_path / "1.txt").write_text(page(paragraphs=(*PARAGRAPHS, *FURNITURE_LINES)))
    assert furniture_kept(tmp_path) == []


def test_lines_of_the_site_that_were_kept_are_named(tmp_path, monkeypatch):
    (tmp_path / "1.html").write_text(article_page())
    [record] = found_in(tmp_path / "1.html")
    record.body += f"<p>{FURNITURE_LINES[2]}</p>"
    monkeypatch.setattr("tests.archive.ingest.test_folder.found_in", lambda path: [record])
    assert furniture_kept(tmp_path) == [("1.html", FURNITURE_LINES[2])]


def test_the_pages_of_the_folder_that_is_named_keep_no_line_of_their_sites(named_folder):
    assert furniture_kept(named_folder) == []
