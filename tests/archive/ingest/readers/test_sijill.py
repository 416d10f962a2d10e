"""Our own export, read by an archive that has articles already."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest.fields import MAX_RECORD_BYTES, MAX_TEXT_CHARS
from archive.ingest.notes import sentence
from archive.ingest.readers import ReadContext
from archive.ingest.readers.sijill import SijillExport
from archive.ingest.records import Record, Rejected
from archive.models import Article, ArticleLink, Mention, Source
from archive.outgoing.fingerprint import archive_hash, table_hashes
from archive.outgoing.form import BEGINNING
from tests.archive.ingest.memory import peak_of
from tests.archive.ingest.pages import PAGES
from tests.archive.outgoing.sample import rich_archive
from tests.archive.outgoing.test_restoring import empty, exported
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media_in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        yield


def read(data: bytes) -> list[Record | Rejected]:
    return list(SijillExport().read(io.BytesIO(data), ReadContext("all.jsonl", "all.jsonl")))


def said(*arguments, **options) -> str:
    out = io.StringIO()
    call_command("import_articles", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_records_say_what_the_articles_said():
    marked = rich_archive()["marked"]
    data = exported()
    assert SijillExport().recognises(data[:4096], "x.txt")
    records = read(data)
    assert [type(record) for record in records] == [Record] * 6
    record = next(record for record in records if record.title == marked.title)
    assert (record.body, record.kicker, record.summary, record.place) == (
        marked.body, marked.kicker, marked.summary, marked.place,
    )  # fmt: skip
    assert (record.source, record.section, record.authors) == ("الميناء", "سياسة", ("Jane Doe", "سلمى أحمد"))
    assert record.published == (marked.published_at, "minute")
    assert (record.external_id, record.language, record.draft) == ("a/1", "ar", False)
    assert [(link.kind, link.title) for link in record.links] == [("follow_up", "شهر"), ("next", "بلا تاريخ")]
    assert [picture.url for picture in record.pictures] == ["https://almina.example/p.jpg"]
    drafts = {record.title for record in records if record.draft}
    assert drafts == {"مسودة", "سُحب"}
    assert {record.title for record in records if record.published is None} == {"بلا تاريخ"}


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda data: data[: data.rindex(b"\n", 0, -1) + 1], "export_cut_short"),
        (lambda data: data.replace("صحيفة".encode(), "جريدة".encode()), "export_changed"),
        (lambda data: data.rstrip(b"}\n") + b"\n", "export_changed"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(harm, code):
    rich_archive()
    *records, problem = read(harm(exported()))
    assert [type(record) for record in records] == [Record] * 6
    assert problem.note.code == code


def test_article_that_no_export_writes_is_set_aside():
    rows = [b'{"kind":"article","row":{}}', b'{"kind":"article",', b'{"kind":"article","row":[],"with":{}}']
    assert [found.note.code for found in read(BEGINNING + b"}\n" + b"\n".join(rows))] == [
        *["export_line_unread"] * 3,
        "export_cut_short",
    ]


@pytest.mark.parametrize(
    ("filling", "code"),
    [
        (b'{"kind":"article","row":{"body":"' + b"x" * 5 * MAX_RECORD_BYTES + b'"}}', "line_too_long"),
        (b'{"kind":"article","row":[' + b"[]," * 3 * MAX_RECORD_BYTES + b"1]}", "line_too_long"),
        (b'{"kind":"capture","row":{"content_compressed":"' + b"A" * 12 * MAX_RECORD_BYTES + b'"}}', None),
    ],
)
def test_a_line_of_any_length_is_told_or_passed_over_in_bounded_memory(filling, code):
    ArticleFactory(title="خبر")
    first, *lines = exported().splitlines(keepends=True)
    data = first + filling + b"\n" + b"".join(lines)
    found, peak_bytes = peak_of(lambda: read(data))
    refused = [one.note for one in found if isinstance(one, Rejected)][:-1]
    assert [one.title for one in found if isinstance(one, Record)] == ["خبر"]
    assert [note.code for note in refused] == ([code] if code else [])
    assert peak_bytes < 4 * MAX_RECORD_BYTES
    for note in refused:
        assert sentence(note) == f"line longer than a record may be ({MAX_RECORD_BYTES} bytes)"
        with translation.override("ar"):
            assert sentence(note) == f"سطر أطول مما يكون عليه قيد ({MAX_RECORD_BYTES} بايت)"


def test_a_text_longer_than_one_may_be_is_set_aside():
    ArticleFactory(title="خبر")
    ArticleFactory(title="كتاب", body=f"<p>{'ا' * MAX_TEXT_CHARS}</p>")
    short, long = sorted(read(exported()), key=lambda found: isinstance(found, Rejected))
    assert (short.title, long.note.code, long.note.values["field"]) == ("خبر", "text_too_long", "body")


def test_hostile_markup_is_cleaned():
    ArticleFactory(title="خبر")
    Article.objects.update(body='<p onclick="x()">أ<script>alert(1)</script></p>')
    (record,) = read(exported())
    assert record.body == "<p>أ</p>"


@given(st.lists(st.sampled_from([BEGINNING, b'{"kind":"article",', b'{"kind":"end",', b"\n", b"\xff", b'"row":'])))
def test_no_bytes_make_it_raise(parts):
    assert all(isinstance(found, Record | Rejected) for found in read(b"".join(parts)))


def test_an_empty_archive_takes_all_of_a_whole_export(settings, tmp_path):
    rich_archive()
    before = archive_hash(table_hashes())
    (tmp_path / "all.jsonl").write_bytes(exported())
    empty(settings, tmp_path)
    trial = said(tmp_path / "all.jsonl", dry_run=True)
    assert "is whole and unchanged" in trial
    assert Article.objects.count() == 0
    told = said(tmp_path / "all.jsonl", report=str(tmp_path / "report.json"))
    assert told.startswith("The archive is restored as it was, with 6 articles: ")
    assert archive_hash(table_hashes()) == before
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert (report["counts"]["created"], [note["code"] for note in report["notes"]]) == (6, ["archive_restored"])


def test_an_archive_with_articles_takes_its_articles_as_any_others(settings, tmp_path):
    rich_archive()
    (tmp_path / "all.jsonl").write_bytes(exported())
    empty(settings, tmp_path)
    ArticleFactory(title="كان هنا")
    told = said(tmp_path / "all.jsonl")
    assert "(export_as_articles)" in told
    assert "created: 6" in told.splitlines()
    states = dict(Article.objects.values_list("title", "status"))
    assert states["مسودة"] == states["سُحب"] == "draft"
    assert states["شهر"] == "published"
    again = said(tmp_path / "all.jsonl")
    assert {"created: 0", "updated: 0", "unchanged: 6"} <= set(again.splitlines())


def test_articles_that_were_imported_here_stay_as_they_are(tmp_path):
    said(PAGES, source="alwadi")
    (tmp_path / "all.jsonl").write_bytes(exported())
    rows = {model: list(model.objects.order_by("pk").values()) for model in (Article, ArticleLink, Mention)}
    assert all(rows[model] for model in (Article, ArticleLink))
    told = said(tmp_path / "all.jsonl")
    assert {"created: 0", "updated: 0", f"unchanged: {len(rows[Article])}"} <= set(told.splitlines())
    assert {model: list(model.objects.order_by("pk").values()) for model in rows} == rows


def test_an_editors_links_and_the_pictures_by_address_come_too_and_never_twice(settings, tmp_path):
    marked = rich_archive()["marked"]
    (tmp_path / "all.jsonl").write_bytes(exported())
    kinds = sorted(marked.links.values_list("kind", flat=True))
    said(tmp_path / "all.jsonl")
    assert sorted(Article.objects.get(pk=marked.pk).links.values_list("kind", flat=True)) == kinds
    empty(settings, tmp_path)
    ArticleFactory(title="كان هنا")
    for _time in range(2):
        said(tmp_path / "all.jsonl")
        article = Article.objects.get(title=marked.title)
        links = article.links.order_by("kind").values_list("kind", "to_article__title")
        assert list(links) == [("follow_up", "شهر"), ("next", "بلا تاريخ")]
        assert [image.url for image in article.images.all()] == ["https://almina.example/p.jpg"]


def test_a_part_is_imported_into_an_empty_archive_too(settings, tmp_path):
    articles = rich_archive()
    call_command("export_articles", "--quiet", "--output", str(tmp_path / "part.gz"), "--ids", articles["marked"].pk)
    empty(settings, tmp_path)
    assert "created: 1" in said(tmp_path / "part.gz").splitlines()
    assert Source.objects.get().name == "الميناء"


def test_a_damaged_export_is_refused_before_anything_is_written(settings, tmp_path):
    rich_archive()
    (tmp_path / "all.jsonl").write_bytes(exported()[:-100])
    empty(settings, tmp_path)
    with pytest.raises(CommandError, match="cut short"):
        said(tmp_path / "all.jsonl")
    assert Article.objects.count() == 0
