"""`reimport`: captures read again by a better reader."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from archive.ingest import rereading
from archive.ingest.readers.jsonl import JsonLines
from archive.ingest.readers.saved_text import SavedText
from archive.ingest.readers.table import Table
from archive.ingest.readers.warc import Warc
from archive.ingest.readers.wxr import Wxr
from archive.models import Article, Capture, ImportedRecord, ImportRun
from tests.archive.beside import copies
from tests.archive.copies.texts import text
from tests.archive.ingest.pages import PARAGRAPHS, TITLE, html_page, page
from tests.archive.ingest.readers import test_warc, test_wxr

pytestmark = pytest.mark.django_db


def run(command: str, *arguments, **options) -> str:
    out = io.StringIO()
    with translation.override("en"):
        call_command(command, *map(str, arguments), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.fixture
def imported(tmp_path):
    """Three articles of JSON Lines, of one source; and one page."""
    lines = [
        {"id": number, "title": f"{TITLE} {number}", "body": PARAGRAPHS[number], "source": "الوادي"}
        for number in range(3)
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    (tmp_path / "page.txt").write_text(page(title=f"{TITLE} في صفحة"))
    run("import_articles", tmp_path)
    return list(Article.objects.order_by("pk"))


@pytest.fixture
def better(monkeypatch):
    """A reader of JSON Lines that leaves a word of every title out, and knows where it was written."""
    read = JsonLines.read

    def read_better(self, stream, context):
        for record in read(self, stream, context):
            record.title = record.title.replace("وفير ", "")
            record.place = "الوادي"
            yield record

    monkeypatch.setattr(JsonLines, "version", JsonLines.version + 1)
    monkeypatch.setattr(JsonLines, "read", read_better)


def titles() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("title", flat=True))


def test_there_is_nothing_to_read_again_while_the_readers_are_the_same(imported):
    assert run("reimport") == "There is nothing to read again.\n"


def test_it_shows_what_would_change_and_changes_nothing(imported, better):
    before = titles()
    out = run("reimport")
    assert out.splitlines()[:3] == ["3 articles would change.", "  title: 3", "  dateline: 3"]
    first = imported[0]
    assert f"{first.title} [{first.pk}]\n  title: موسم زيتون [-وفير-] في قرى الوادي رغم تأخر" in out
    assert "  dateline: {+الوادي+}" in out
    assert out.endswith("Nothing was written: --apply writes it.\n")
    assert (titles(), ImportRun.objects.count()) == (before, 1)
    assert not ImportedRecord.objects.filter(reader=f"jsonl {JsonLines.version}").exists()


def test_applied_it_is_a_run_with_the_old_version_in_the_history(imported, better):
    out = run("reimport", apply=True)
    assert "updated: 3" in out
    assert titles() == [f"{TITLE.replace('وفير ', '')} {number}" for number in range(3)] + [f"{TITLE} في صفحة"]
    assert imported[0].events.get().title == f"{TITLE} 0"
    reimport = ImportRun.objects.first()
    assert (reimport.state, reimport.updated, reimport.entries.count()) == ("finished", 3, 3)
    # All of them are as new as they can be, also in the eyes of an import.
    assert run("reimport") == "There is nothing to read again.\n"


def test_the_same_import_after_it_changes_nothing(imported, better, tmp_path):
    run("reimport", apply=True)
    assert "unchanged: 4" in run("import_articles", tmp_path)


def test_what_reads_the_same_is_only_known_to_be_read_by_the_new_version(imported, monkeypatch, tmp_path):
    monkeypatch.setattr(JsonLines, "version", JsonLines.version + 1)
    assert run("reimport").splitlines()[0] == "3 articles stay as they are."
    run("reimport", apply=True)
    assert Article.objects.get(pk=imported[0].pk).events.count() == 0
    assert imported[0].imported_records.get().reader == f"jsonl {JsonLines.version}"
    assert run("reimport") == "There is nothing to read again.\n"
    assert "unchanged: 4" in run("import_articles", tmp_path)


def test_an_editors_change_is_never_overwritten(imported, better):
    Article.objects.filter(pk=imported[0].pk).update(title="عنوان المحرر")
    out = run("reimport")
    assert "changed by hand since the last import, and left so: title (edits_kept)" in out
    assert "  title: 2" in out
    run("reimport", apply=True)
    article = Article.objects.get(pk=imported[0].pk)
    assert (article.title, article.place) == ("عنوان المحرر", "الوادي")


def test_which_articles(imported, better, monkeypatch):
    def count(*ids, **options) -> int:
        return run("reimport", *ids, show=0, **options).count("would change")

    assert [count(reader="jsonl"), count(reader="saved-text"), count(source="unknown")] == [1, 0, 0]
    assert run("reimport", imported[1].pk).startswith("1 article would change.")
    # Named, an article is read again whatever its reader.
    assert run("reimport", imported[3].pk).startswith("1 article stays as it is.")
    assert run("reimport", older_than=1) == "There is nothing to read again.\n"
    assert run("reimport", older_than=99).splitlines()[1] == "1 article stays as it is."


def test_what_cannot_be_read_any_more_is_told_and_left(imported, monkeypatch):
    monkeypatch.setattr(JsonLines, "version", JsonLines.version + 1)
    monkeypatch.setattr(JsonLines, "read", lambda self, stream, context: iter(()))
    out = run("reimport")
    assert out.splitlines()[0] == "3 articles cannot be read again."
    assert "what it was read from is not found in the bytes any more (record_gone)" in out
    before = titles()
    with pytest.raises(CommandError, match=r"3 records failed\."):
        run("reimport", apply=True)
    assert titles() == before


def test_pages_are_read_beside_the_others_of_their_folder_again(tmp_path, monkeypatch):
    repeated = "جميع المواد المنشورة هنا ملك للصحيفة، ولا يجوز نقلها من دون ذكر المصدر ورابط الصفحة الأصلية كاملا."
    for number in range(6):
        own = f"{PARAGRAPHS[number % 3]} هذا هو النص رقم {number} من الصفحات."
        (tmp_path / f"{number}.txt").write_text(page(title=f"{TITLE} {number}", paragraphs=(own, repeated)))
    run("import_articles", tmp_path)
    assert not Article.objects.filter(text__contains=repeated).exists()
    monkeypatch.setattr(SavedText, "version", SavedText.version + 1)
    assert run("reimport").splitlines()[0] == "6 articles stay as they are."


def test_a_text_that_changes_finds_its_copies_anew(tmp_path, monkeypatch):
    lines = [{"id": number, "title": f"{TITLE} {number}", "body": text(number)} for number in range(2)]
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    run("import_articles", tmp_path)
    first, second = Article.objects.order_by("pk")
    assert copies(first) == []
    read = JsonLines.read

    def read_otherwise(self, stream, context):
        for record in read(self, stream, context):
            record.body = f"<p>{text(0)}</p>"
            yield record

    monkeypatch.setattr(JsonLines, "version", JsonLines.version + 1)
    monkeypatch.setattr(JsonLines, "read", read_otherwise)
    run("reimport", apply=True)
    assert copies(first) == [second]


def test_in_batches_it_is_the_same(imported, better, monkeypatch):
    monkeypatch.setattr(rereading, "ARTICLES_PER_BATCH", 2)
    assert "updated: 3" in run("reimport", apply=True)
    assert ImportRun.objects.first().entries.count() == 3


def test_a_trial_has_no_report(imported, better, tmp_path):
    with pytest.raises(CommandError, match="give --apply, too"):
        run("reimport", report=str(tmp_path / "report.json"))


def test_names_that_the_operator_gave_are_known_again(tmp_path, monkeypatch):
    (tmp_path / "table.csv").write_text(f"overskrift,tekst\n{TITLE},{PARAGRAPHS[0]}\n")
    (tmp_path / "map.toml").write_text('title = "overskrift"\nbody = "tekst"\n')
    run("import_articles", tmp_path / "table.csv", mapping=str(tmp_path / "map.toml"))
    monkeypatch.setattr(Table, "version", Table.version + 1)

    assert titles() == [TITLE]
    run("reimport", apply=True)
    assert titles() == [TITLE]
    assert ImportedRecord.objects.latest("pk").reader == f"{Table.name} {Table.version}"


def test_a_page_finds_the_source_that_a_better_reader_knows(tmp_path, monkeypatch):
    (tmp_path / "page.txt").write_text(page())
    run("import_articles", tmp_path)
    read = SavedText.read

    def read_better(self, stream, context):
        for record in read(self, stream, context):
            record.source = "صحيفة الوادي"
            yield record

    monkeypatch.setattr(SavedText, "version", SavedText.version + 1)
    monkeypatch.setattr(SavedText, "read", read_better)
    assert "source: 1" in run("reimport")
    assert Article.objects.get().source.slug == "unknown"
    run("reimport", apply=True)
    assert Article.objects.get().source.name == "صحيفة الوادي"
    assert run("reimport") == "There is nothing to read again.\n"
    assert "unchanged: 1" in run("import_articles", tmp_path)


def test_a_reader_that_breaks_keeps_no_other_capture_from_being_read(imported, better, monkeypatch):
    read = JsonLines.read

    def break_off(self, stream, context):
        for record in read(self, stream, context):
            if record.title.endswith("1"):
                raise KeyError
            yield record

    monkeypatch.setattr(JsonLines, "read", break_off)
    with pytest.raises(CommandError, match="1 record failed"):
        run("reimport", apply=True)
    assert [title.count("وفير") for title in titles()] == [0, 1, 0, 1]


def test_a_page_of_a_web_archive_is_read_again_with_its_address_and_what_its_site_repeats(tmp_path, monkeypatch):
    slogan = "السهل صحيفة كل بيت وكل حقل"
    pages = []
    for number in range(6):
        paragraphs = "".join(f"<p>{paragraph} {number}.</p>" for paragraph in PARAGRAPHS)
        link = f'<p>{PARAGRAPHS[0]} <a href="/n/{number + 10}">هنا {number}</a></p>'
        raw = html_page(
            f"<div>{paragraphs}{link}<p>{slogan}</p></div>", title=f"خبر القرية رقم {number} في هذا اليوم"
        )
        pages.append(test_warc.record(test_warc.http(raw.encode()), url=f"https://s.example/n/{number}"))
    (tmp_path / "crawl.warc").write_bytes(b"".join(pages))
    run("import_articles", tmp_path)
    before = list(Article.objects.order_by("pk").values_list("original_url", "body"))
    assert [f"https://s.example/n/{number + 10}" in body for number, (_, body) in enumerate(before)] == [True] * 6
    monkeypatch.setattr(Warc, "version", Warc.version + 1)
    assert "unchanged: 6" in run("reimport", apply=True)
    assert list(Article.objects.order_by("pk").values_list("original_url", "body")) == before


def test_a_page_of_a_web_archive_of_which_only_the_page_was_kept_is_read_with_its_address(tmp_path, monkeypatch):
    """As versions before this one kept them."""
    raw = html_page(f'<p>{PARAGRAPHS[0]} <a href="/n/2">هنا</a></p><p>{PARAGRAPHS[1]}</p>', title=TITLE).encode()
    (tmp_path / "crawl.warc").write_bytes(test_warc.record(test_warc.http(raw)))
    run("import_articles", tmp_path)
    body = Article.objects.get().body
    assert "https://s.example/n/2" in body
    capture = Capture.objects.get()
    capture.content = raw
    capture.save()
    ImportedRecord.objects.update(reader="html 1")
    assert "unchanged: 1" in run("reimport", apply=True)
    assert Article.objects.get().body == body


def test_a_post_is_read_again_with_what_stood_around_it(tmp_path, monkeypatch):
    (tmp_path / "site.xml").write_text(test_wxr.export(test_wxr.POST))
    run("import_articles", tmp_path)
    read = Wxr.read

    def read_better(self, stream, context):
        for record in read(self, stream, context):
            record.place = "الوادي"
            yield record

    monkeypatch.setattr(Wxr, "version", Wxr.version + 1)
    monkeypatch.setattr(Wxr, "read", read_better)
    assert "updated: 1" in run("reimport", apply=True)
    article = Article.objects.get()
    assert (article.place, article.author_names, article.status) == ("الوادي", ["ليلى نصر"], "published")
