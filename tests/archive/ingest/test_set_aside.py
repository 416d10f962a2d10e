"""What cannot be imported is kept with its bytes and the reason, once, and can be tried again."""

import io
import json
import zipfile
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from archive.ingest import load
from archive.ingest.journal import Journal, Place, make_run
from archive.ingest.load import Loader, LoadOptions
from archive.ingest.readers import jsonl
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.records import Note, Rejected
from archive.ingest.report import ImportReport
from archive.ingest.set_aside import MAX_BYTES
from archive.ingest.writing import Writer
from archive.models import Article, ImportRun, Section, SetAsideRecord, Source
from tests.archive.ingest import test_containers
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, page
from tests.archive.ingest.readers import test_wxr

pytestmark = pytest.mark.django_db


def line(number: int, **more) -> bytes:
    value = {"id": number, "title": f"{TITLE} {number}", "body": PARAGRAPHS[0]} | more
    return json.dumps(value, ensure_ascii=False).encode()


def run(*arguments, **options) -> str:
    """Import; that records failed is not what is looked at."""
    out = io.StringIO()
    with translation.override("en"):
        try:
            call_command("import_articles", *map(str, arguments), stdout=out, **options)
        except CommandError as error:
            assert "failed." in str(error)
    return out.getvalue()


def aside() -> list[tuple]:
    return list(SetAsideRecord.objects.order_by("pk").values_list("code", "state", "tries"))


def refuse_titles_with(word: str) -> None:
    """The database refuses every article with WORD in its title, as it would for a reason that nobody foresaw."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE archive_article ADD CONSTRAINT no_such_title CHECK (title NOT LIKE '%%{word}%%') NOT VALID"
        )


def accept_titles() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE archive_article DROP CONSTRAINT no_such_title")


def test_lines_that_are_no_articles_are_kept_exactly(tmp_path):
    broken = b'{"id": 3, "title": "\xc7\xe1'
    (tmp_path / "three.jsonl").write_bytes(b"\n".join([line(1), broken, b"[]", line(2)]))
    run(tmp_path)
    first, second = SetAsideRecord.objects.order_by("pk")
    assert (first.origin, first.content, first.sha256) == (
        f"{tmp_path}/three.jsonl:2",
        broken,
        sha256(broken).hexdigest(),
    )
    assert (second.code, second.reader, second.run) == (
        "json_not_object",
        f"jsonl {JsonLines.version}",
        ImportRun.objects.get(),
    )
    assert Article.objects.count() == 2


def test_a_file_of_no_format_is_kept_and_one_that_is_too_large_is_named(tmp_path):
    (tmp_path / "small.bin").write_bytes(b"\x00\x01")
    (tmp_path / "tall.bin").write_bytes(b"\x00" * (MAX_BYTES + 1))
    run(tmp_path, tmp_path / "missing")
    assert [(one.content, one.file_name) for one in SetAsideRecord.objects.order_by("pk")] == [
        (b"\x00\x01", "small.bin"),
        (None, "tall.bin"),
    ]


def test_the_same_again_is_kept_once(tmp_path):
    (tmp_path / "one.jsonl").write_bytes(b'{"title": 1}')
    run(tmp_path)
    run(tmp_path)
    assert aside() == [("fields_unread", "waiting", 2)]


@pytest.mark.parametrize("where", range(0, 30, 7))
def test_one_record_that_the_database_refuses_keeps_no_other_out(tmp_path, where):
    refuse_titles_with("مرفوض")
    lines = [line(number) for number in range(30)]
    lines[where] = line(where, title="خبر مرفوض", source="مصدر جديد", category="باب جديد", author="كاتب جديد")
    (tmp_path / "thirty.jsonl").write_bytes(b"\n".join(lines))
    out = run(tmp_path)
    assert ("created: 29" in out, "failed: 1" in out) == (True, True)
    [record] = SetAsideRecord.objects.all()
    assert (record.content, record.code) == (lines[where], "refused_by_database")
    assert "no_such_title" in record.values["problem"]
    # Nothing stays of it: no section, no author, no source.
    assert not Source.objects.filter(name="مصدر جديد").exists()


def test_a_record_that_breaks_the_program_keeps_no_other_out(tmp_path, monkeypatch):
    article = Writer._article

    def break_off(self, pending, *arguments):
        if pending.record.external_id == "1":
            raise TypeError
        return article(self, pending, *arguments)

    (tmp_path / "three.jsonl").write_bytes(b"\n".join(map(line, range(3))))
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_article", break_off)
        run(tmp_path)
    assert (aside(), Article.objects.count()) == ([("record_broke", "waiting", 1)], 2)
    run(retry="all")
    assert (aside(), Article.objects.count()) == ([("record_broke", "solved", 2)], 3)


def test_a_section_that_an_editor_removes_meanwhile_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(load, "RECORDS_PER_BATCH", 1)
    link = Loader._link

    def remove_then_link(self, created, changes):
        link(self, created, changes)
        if created and created[0].external_id == "1":
            Article.objects.update(section=None)
            Section.objects.all().delete()

    (tmp_path / "three.jsonl").write_bytes(b"\n".join(line(number, category="اقتصاد") for number in range(3)))
    monkeypatch.setattr(Loader, "_link", remove_then_link)
    run(tmp_path)
    assert aside() == []
    assert list(Article.objects.order_by("external_id").values_list("section__name", flat=True)) == [
        None,
        None,
        "اقتصاد",
    ]


def test_a_reader_that_breaks_keeps_no_other_file_out(tmp_path, monkeypatch):
    def break_off(self, stream, context):
        raise RecursionError
        yield

    (tmp_path / "a.jsonl").write_bytes(line(1))
    (tmp_path / "b.txt").write_text(page())
    monkeypatch.setattr(JsonLines, "read", break_off)
    run(tmp_path)
    assert (aside(), Article.objects.get().title) == ([("reader_broke", "waiting", 1)], TITLE)


def test_a_source_that_the_database_refuses_is_one_records_affair(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE archive_source ADD CONSTRAINT no_such_source CHECK (name <> 'مرفوض')")
    (tmp_path / "two.jsonl").write_bytes(line(1, source="مرفوض") + b"\n" + line(2))
    run(tmp_path)
    assert aside() == [("refused_by_database", "waiting", 1)]
    assert Article.objects.get().external_id == "2"


def test_retrying_imports_what_can_be_imported_now_with_the_options_of_its_run(tmp_path):
    refuse_titles_with("مرفوض")
    (tmp_path / "three.jsonl").write_bytes(b"\n".join([line(1, title="خبر مرفوض"), b"[]", line(2)]))
    run(tmp_path, source="alwadi", draft=True, published="2017-12")
    first = ImportRun.objects.get()
    accept_titles()

    out = run(retry=str(first.pk))

    assert ("created: خبر مرفوض [" in out, "created: 1" in out, "failed: 1" in out) == (True, True, True)
    assert aside() == [("refused_by_database", "solved", 2), ("json_not_object", "waiting", 2)]
    article = Article.objects.get(title="خبر مرفوض")
    assert (article.source.slug, article.status, article.date_precision) == ("alwadi", "draft", "month")
    assert SetAsideRecord.objects.get(state="solved").article == article
    assert [entry.origin for entry in ImportRun.objects.first().entries.all()] == [
        f"{tmp_path}/three.jsonl:1",
        f"{tmp_path}/three.jsonl:2",
    ]
    # And nothing is left of it to do.
    run(retry="all")
    assert aside() == [("refused_by_database", "solved", 2), ("json_not_object", "waiting", 3)]


def test_a_file_too_large_to_keep_is_read_again_where_it_is(tmp_path):
    path = tmp_path / "tall.txt"
    path.write_bytes(b"\x00" * (MAX_BYTES + 1))
    run(path)
    path.write_text(page())
    run(retry="all")
    assert ([state for _, state, _ in aside()], Article.objects.get().title) == (["solved"], TITLE)


def test_pages_of_which_nothing_was_left_are_read_beside_their_folder_again(tmp_path):
    """What repeats on the site's pages is still there, and must not become an article on the second try."""
    repeated = "جميع المواد المنشورة هنا ملك للصحيفة، ولا يجوز نقلها من دون ذكر المصدر ورابط الصفحة الأصلية كاملا."
    for number in range(6):
        own = f"{PARAGRAPHS[number % 3]} هذا هو النص رقم {number} من الصفحات."
        (tmp_path / f"{number}.txt").write_text(page(title=f"{TITLE} {number}", paragraphs=(own, repeated)))
    (tmp_path / "7.txt").write_text(page(title=f"{TITLE} 7", paragraphs=(repeated,)))
    run(tmp_path)
    assert aside() == [("only_furniture", "waiting", 1)]
    run(retry="all")
    assert (aside(), Article.objects.count()) == ([("only_furniture", "waiting", 2)], 6)


def test_what_comes_in_by_another_way_is_solved(tmp_path):
    refuse_titles_with("مرفوض")
    (tmp_path / "one.jsonl").write_bytes(line(1, title="خبر مرفوض"))
    run(tmp_path)
    accept_titles()
    run(tmp_path)
    assert aside() == [("refused_by_database", "solved", 1)]


def test_a_text_that_is_of_a_format_known_since_is_read_as_that(tmp_path, monkeypatch):
    monkeypatch.setattr(JsonLines, "recognises", lambda self, head, file_name: False)
    monkeypatch.setattr(SavedText, "recognises", lambda self, head, file_name: True)
    (tmp_path / "one.txt").write_bytes(json.dumps({"title": "x", "body": "y"}).encode())
    run(tmp_path)
    assert aside() == [("not_arabic", "waiting", 1)]
    monkeypatch.undo()
    run(retry="all")
    assert (aside(), Article.objects.get().title) == ([("not_arabic", "solved", 2)], "x")


def test_what_yields_nothing_is_not_solved(tmp_path, monkeypatch):
    (tmp_path / "one.jsonl").write_bytes(b"[]\n{}")
    run(tmp_path, format="jsonl")
    monkeypatch.setattr(JsonLines, "read", lambda self, stream, context: iter(()))
    run(retry="all")
    assert aside() == [("json_not_object", "waiting", 2), ("no_title_no_body", "waiting", 2)]


@pytest.mark.parametrize("name", ["..", "ن" * 400, "../../x.jsonl", ""])
def test_a_name_that_is_none_is_no_way_out_of_the_folder(name):
    record = SetAsideRecord(origin="x", file_name=name, code="json_too_deep")
    record.content = line(1)
    record.save()
    run(retry="all")
    assert aside() == [("json_too_deep", "solved", 2)]


def test_a_line_that_fails_again_is_told_by_its_place_in_its_file(tmp_path):
    path = tmp_path / "file.jsonl"
    path.write_bytes(line(1) + b'\n{"title": }\n')
    run(path)
    assert f"{path}:2\n    not valid JSON from line 2, column 11" in run(retry="all")
    assert SetAsideRecord.objects.get().values["line"] == 2


def test_nothing_to_retry():
    assert run(retry="all").startswith("Nothing waits to be tried again.")


def test_names_and_reasons_of_any_length_stop_nothing(trial_loader):
    long = "ن" * 9000
    trial_loader.add(
        Rejected(long, Note("json_invalid", {"line": 1, "column": 1, "text": "\x00\ud800"}), b"{", file_name=long)
    )
    trial_loader.finish()
    [record] = SetAsideRecord.objects.all()
    assert (len(record.origin), record.values["text"]) == (5000, "\ufffd\ufffd")
    assert len(ImportRun.objects.get().entries.get().origin) == 5000


def test_bytes_that_are_set_aside_fill_no_memory(trial_loader, monkeypatch):
    monkeypatch.setattr(load, "BYTES_PER_BATCH", 100)
    for number in range(3):
        trial_loader.add(Rejected(f"{number}", Note("not_text"), b"x" * 60), Place(0, number + 1))
    assert SetAsideRecord.objects.count() == 2


def test_what_is_larger_than_a_batch_is_one_by_itself(trial_loader, monkeypatch):
    monkeypatch.setattr(load, "BYTES_PER_BATCH", 100)
    written = []
    monkeypatch.setattr(trial_loader, "_write", lambda batch: written.append(len(batch)) or [])
    for number, size in enumerate([10, 20, 200, 10, 80, 60], 1):
        trial_loader.add(Rejected(f"{number}", Note("not_text"), b"x" * size), Place(0, number))
    trial_loader.finish()
    assert written == [2, 1, 2, 1]


@pytest.fixture
def trial_loader() -> Loader:
    return Loader(LoadOptions(), ImportReport(), journal=Journal(make_run(["x"])))


def test_a_run_goes_on_from_another_folder(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "here", tmp_path / "there"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "two.jsonl").write_bytes(line(1) + b"\n" + line(2))
    monkeypatch.chdir(folder)
    made = make_run(["two.jsonl"])
    monkeypatch.chdir(elsewhere)
    assert "created: 2" in run(resume=str(made.pk))


@pytest.mark.parametrize("packed", [False, True])
def test_a_record_too_long_to_keep_is_read_again_where_it_stands(tmp_path, monkeypatch, packed):
    content = b"\n".join([line(1), line(2, body=PARAGRAPHS[0] * 100), line(3)])
    path = tmp_path / "three: #1.jsonl"
    if packed:
        path = tmp_path / "all.zip"
        with zipfile.ZipFile(path, "w") as container:
            container.writestr("three.jsonl", content)
    else:
        path.write_bytes(content)
    with monkeypatch.context() as patch:
        patch.setattr(jsonl, "MAX_RECORD_BYTES", 2000)
        run(path)
        run(retry="all")
    assert aside() == [("line_too_long", "waiting", 2)]
    run(retry="all")
    assert (aside(), Article.objects.count()) == ([("line_too_long", "solved", 3)], 3)


def test_a_record_that_is_not_where_it_was_any_more_is_told(tmp_path, monkeypatch):
    path = tmp_path / "one.jsonl"
    path.write_bytes(line(1, body=PARAGRAPHS[0] * 100))
    with monkeypatch.context() as patch:
        patch.setattr(jsonl, "MAX_RECORD_BYTES", 2000)
        run(path)
    path.write_bytes(b"\n" + line(1))
    run(retry="all")
    path.unlink()
    assert aside() == [("record_gone", "waiting", 2)]
    run(retry="all")
    assert aside() == [("file_missing", "waiting", 3)]


def test_a_post_that_was_set_aside_is_read_again_as_it_was(tmp_path, monkeypatch):
    """By itself, without the file that says what its author is called."""
    refuse_titles_with("زيتون")
    path = tmp_path / "site.xml"
    path.write_text(test_wxr.export(test_wxr.POST))
    run(path)
    path.unlink()
    accept_titles()
    assert aside() == [("refused_by_database", "waiting", 1)]
    run(retry="all")
    assert aside() == [("refused_by_database", "solved", 2)]
    article = Article.objects.get()
    assert (article.status, article.source.name, article.author_names) == ("published", "الوادي", ["ليلى نصر"])
    assert PARAGRAPHS[0] in article.body


def test_what_cannot_even_be_learnt_from_keeps_no_file_out(tmp_path, monkeypatch):
    def break_off(self, raw):
        raise KeyError

    monkeypatch.setattr(SavedText, "lines", break_off)
    (tmp_path / "page.txt").write_text(page())
    run(tmp_path)
    assert Article.objects.get().title == TITLE


def test_a_container_that_breaks_keeps_no_other_file_out(tmp_path, monkeypatch):
    (tmp_path / "a.tar").write_bytes(test_containers.with_size(test_containers.tarred({"1": b"x"}), b"\xff" * 12))
    (tmp_path / "b.jsonl").write_bytes(line(1))
    run(tmp_path)
    assert (aside(), Article.objects.count()) == ([("file_damaged", "waiting", 1)], 1)
