import errno
import json
import os
import re
import subprocess
from html import unescape

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse
from django.utils.html import escape

from archive.admin.format_labels import FORMAT_LABELS
from archive.ingest.formats import READERS
from archive.ingest.journal import make_run
from archive.models import Article, ImportRun
from archive.tasks.imports import do_import
from tests.factories import SourceFactory
from tests.queue import job, waiting_jobs

ADD = reverse("admin:archive_importrun_add")
LIST = reverse("admin:archive_importrun_changelist")
RECORDS = [
    {"id": "1", "title": "افتتاح الميناء", "body": "نص الخبر الأول", "published": "2017-12-21"},
    {"id": "2", "title": "عنوان بلا نص"},
    {"id": "3", "title": "السوق القديم", "body": "نص الخبر الثالث"},
]
State = ImportRun.State


@pytest.fixture(autouse=True)
def uploads_dir(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "UPLOADS_DIR", tmp_path / "uploads")


def upload(*, name: str = "أخبار.jsonl", content: bytes | None = None) -> SimpleUploadedFile:
    lines = "\n".join(json.dumps(record) for record in RECORDS) + "\n{no json\n"
    return SimpleUploadedFile(name, lines.encode() if content is None else content)


def begin(client, *files: SimpleUploadedFile, **fields) -> ImportRun:
    response = client.post(ADD, {"files": list(files) or [upload()], "format": "auto"} | fields)
    assert response.status_code == 302, response.context["form"].errors
    return ImportRun.objects.latest("pk")


def test_subscribers_are_told_only_where_the_box_says_so(editor):
    assert "announce" not in begin(editor).arguments
    assert begin(editor, announce="on").arguments["announce"] is True


def test_what_another_source_has_given_already_makes_articles_where_the_box_says_so(editor):
    content = json.dumps(RECORDS[0]).encode()
    done(begin(editor, upload(content=content), source=SourceFactory().slug))
    other = SourceFactory()
    run = done(begin(editor, upload(content=content), source=other.slug))
    assert (run.arguments["separate"], run.created, Article.objects.count()) == (False, 0, 1)
    run = done(begin(editor, upload(content=content), source=other.slug, separate="on"))
    assert (run.arguments["separate"], run.created, Article.objects.count()) == (True, 1, 2)


def way(name: str, run: ImportRun) -> str:
    return reverse(f"admin:archive_importrun_{name}", args=[run.pk])


def done(run: ImportRun) -> ImportRun:
    do_import(job(), run_id=run.pk)
    run.refresh_from_db()
    return run


def as_trial(run: ImportRun) -> ImportRun:
    """A trial that is through, without the connections of its own that it takes."""
    run.state = State.FINISHED
    run.arguments |= {"dry_run": True}
    run.save()
    return run


def test_files_that_are_sent_are_imported_by_the_worker(editor):
    source = SourceFactory()
    run = begin(editor, upload(), upload(), source=source.slug, published="2017-12")

    assert waiting_jobs() == [("import", {"run_id": run.pk})]
    assert run.arguments == {
        "format": "auto",
        "source": source.slug,
        "published": "2017-12",
        "separate": False,
        "draft": False,
        "dry_run": False,
    }
    done(run)
    assert (run.created, run.unchanged, run.failed) == (3, 3, 2)
    assert set(Article.objects.values_list("source", "date_precision")) == {(source.pk, "day"), (source.pk, "month")}
    assert run.by.username == "editor"


def test_nobody_else_can_read_what_is_sent(editor):
    run = begin(editor)

    (path,) = settings.UPLOADS_DIR.glob("*/*")
    assert path.name == "أخبار.jsonl"
    assert str(path) == run.paths[0]
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_page_tells_what_became_of_every_record_and_why(editor):
    run = done(begin(editor))
    page = editor.get(way("change", run)).content.decode()
    article = Article.objects.get(title="افتتاح الميناء")

    assert f'href="{reverse("admin:archive_article_change", args=[article.pk])}"' in page
    assert "انتهى" in page
    assert "لا نص: بقي مسودة" in page
    assert "ليس JSON سليمًا من السطر 4" in page
    assert str(settings.UPLOADS_DIR) not in page


def test_records_are_shown_by_what_became_of_them(editor):
    run = done(begin(editor))
    shown = editor.get(way("change", run), {"outcome": "failed"}).context["page_of_run"]

    assert [entry["origin"] for entry in shown.entries()] == ["أخبار.jsonl:4"]
    assert [(value, count) for value, _label, count in shown.outcomes] == [("created", 3), ("failed", 1)]


def test_long_reports_come_in_pages(editor, count_queries):
    lines = [json.dumps({"id": str(n), "title": f"خبر {n}", "body": f"نص {n}"}) for n in range(120)]
    run = done(begin(editor, upload(content="\n".join(lines).encode())))
    titles = [
        entry["title"]
        for number in (1, 2, 3)
        for entry in editor.get(way("change", run), {"p": number}).context["page_of_run"].entries()
    ]

    assert titles == [f"خبر {n}" for n in range(120)]
    few = done(begin(editor, upload(content=lines[0].encode())))
    assert count_queries(lambda: editor.get(way("change", run))) == count_queries(
        lambda: editor.get(way("change", few))
    )


def test_report_can_be_taken_along(editor):
    run = done(begin(editor))
    response = editor.get(way("report", run))
    report = json.loads(b"".join(response.streaming_content))

    assert response.headers["Content-Disposition"] == f'attachment; filename="import-{run.pk}.json"'
    assert [entry["outcome"] for entry in report["records"]] == ["created", "created", "created", "failed"]
    assert report["records"][0]["origin"] == "أخبار.jsonl:1"
    assert report["counts"] == {"created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\x00\x01\x02" * 100, "لم تُعرف صيغة الملف"), (b"", "الملف خالٍ")],
    ids=["no article", "nothing"],
)
def test_file_that_is_no_article_is_explained(editor, content, reason):
    run = done(begin(editor, upload(name="صورة.bin", content=content)))

    assert (run.state, run.failed) == (State.FINISHED, 1)
    assert reason in editor.get(way("change", run)).content.decode()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"published": "أمس"}, "published"),
        ({"source": "nobody"}, "source"),
        ({"format": "magic"}, "format"),
        ({"files": []}, "files"),
    ],
)
def test_what_cannot_be_meant_is_asked_again(editor, fields, error):
    response = editor.post(ADD, {"files": [upload()], "format": "auto"} | fields)

    assert list(response.context["form"].errors) == [error]
    assert not ImportRun.objects.exists()


def test_columns_with_names_of_their_own_are_named_in_the_form(editor):
    table = upload(name="t.csv", content="Overskrift;Tekst\nالسوق القديم;نص الخبر\n".encode())
    run = done(begin(editor, table, name_title="Overskrift", name_body="Tekst"))

    assert Article.objects.get().title == "السوق القديم"
    assert "العنوان: Overskrift؛ النص: Tekst" in editor.get(way("change", run)).content.decode()


def test_names_that_were_given_stay_in_sight_when_the_form_comes_back(editor):
    assert "<details>" in editor.get(ADD).content.decode()
    answer = editor.post(ADD, {"format": "auto", "name_title": "Overskrift"}).content.decode()
    assert ("<details open>" in answer, 'value="Overskrift"' in answer) == (True, True)


def test_every_format_has_a_name_for_editors():
    assert set(FORMAT_LABELS) == {reader.name for reader in READERS}


def test_what_is_too_large_is_refused_and_kept_nowhere(editor, monkeypatch):
    monkeypatch.setattr(settings, "MAX_UPLOAD_MEGABYTES", 1)
    response = editor.post(ADD, {"format": "auto", "files": [upload(content=b"x" * (1024 * 1024 + 1))]})

    assert "أكبر من" in response.content.decode()
    assert not settings.UPLOADS_DIR.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("place", ["memory", "disk"])
def test_full_disk_is_told_and_nothing_half_is_kept(editor, monkeypatch, uploads_dir, place):
    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    if place == "disk":
        monkeypatch.setattr(settings, "FILE_UPLOAD_MAX_MEMORY_SIZE", 0)
        monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    else:
        monkeypatch.setattr(SimpleUploadedFile, "chunks", full)
        monkeypatch.setattr(InMemoryUploadedFile, "chunks", full)
    response = editor.post(ADD, {"files": [upload(), upload(name="2.jsonl")], "format": "auto"})
    assert response.context["form"].errors["files"] == ["لا يمكن حفظ الملفات على الخادم: القرص ممتلئ"]
    assert not ImportRun.objects.exists()
    assert not list(settings.UPLOADS_DIR.glob("*"))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("place", ["UPLOADS_DIR", "FILE_UPLOAD_TEMP_DIR"])
def test_a_disk_that_is_really_full_is_told_and_taken_again_when_there_is_room(editor, settings, small_disk, place):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024
    setattr(settings, place, small_disk)
    large = json.dumps({"id": "4", "title": "المسرح", "body": "نص " * 50_000}).encode()
    response = editor.post(ADD, {"files": [upload(), upload(name="2.jsonl", content=large)], "format": "auto"})

    assert response.context["form"].errors["files"] == ["لا يمكن حفظ الملفات على الخادم: القرص ممتلئ"]
    assert not ImportRun.objects.exists()
    assert not list(small_disk.glob("*"))
    assert done(begin(editor)).created == 3


def test_trial_can_be_followed_by_the_import_itself(editor):
    trial = as_trial(begin(editor, dry_run="on"))
    page = editor.get(way("change", trial)).content.decode()
    assert way("import", trial) in page
    editor.post(way("import", trial))
    run = ImportRun.objects.latest("pk")

    assert (run.pk != trial.pk, run.arguments["dry_run"], run.paths) == (True, False, trial.paths)
    assert done(run).created == 3
    assert way("import", trial) not in editor.get(way("change", trial)).content.decode()  # Its files are gone.


def test_page_leads_to_what_was_set_aside(editor):
    run = done(begin(editor))
    address = f"{reverse('admin:archive_setasiderecord_changelist')}?run__exact={run.pk}&state__exact=waiting"

    assert f'href="{escape(address)}">قيد مُنحّى واحد</a>' in editor.get(way("change", run)).content.decode()
    assert "أخبار.jsonl:4" in editor.get(address).content.decode()


def test_log_names_an_import_by_its_files(editor):
    begin(editor, upload(), upload(name="ثانٍ.jsonl"))

    assert LogEntry.objects.get().object_repr == "أخبار.jsonl, ثانٍ.jsonl"


def test_import_can_be_stopped_and_gone_on_with(editor):
    run = begin(editor)
    editor.post(way("stop", run))
    run.refresh_from_db()
    assert run.state == State.STOPPED
    done(run)
    assert run.created == 0
    editor.post(way("resume", run))

    assert done(run).created == 3


def test_what_the_command_stopped_with_is_gone_on_with_by_the_command(editor):
    run = make_run(["a.jsonl"])
    ImportRun.objects.update(state=State.STOPPED)
    page = editor.get(way("change", run)).content.decode()
    editor.post(way("resume", run))

    assert f"script/manage import_articles --resume {run.pk}" in page
    assert way("resume", run) not in page
    assert waiting_jobs() == []


def test_what_is_read_from_the_archive_itself_can_be_gone_on_with_here(editor):
    run = make_run([], retry={"run_id": None})
    ImportRun.objects.update(state=State.STOPPED)
    editor.post(way("resume", run))

    assert waiting_jobs() == [("import", {"run_id": run.pk})]


def test_page_of_an_import_under_way_is_loaded_anew_without_scripts_too(editor):
    run = begin(editor)
    under_way = editor.get(way("change", run) + "?outcome=failed").content.decode()
    [address] = re.findall(r'http-equiv="refresh" content="5; url=([^"]+)"', under_way)
    anew = editor.get(unescape(address)).content.decode()
    finished = editor.get(way("change", done(run))).content.decode()

    assert address == way("progress", run) + "?outcome=failed"
    assert ['http-equiv="refresh"' in page for page in (under_way, anew, finished)] == [True, True, False]
    assert ["لا عامل يعمل الآن" in page for page in (under_way, anew)] == [True, True]


def test_only_those_with_the_right_import(editor, writer):
    run = begin(editor)
    for answer in (
        writer.get(LIST),
        writer.get(ADD),
        writer.post(ADD, {"files": [upload()], "format": "auto"}),
        writer.get(way("change", run)),
        writer.get(way("progress", run)),
        writer.get(way("report", run)),
        writer.get(reverse("admin:archive_importrun_change", args=[run.pk + 1])),
        writer.post(way("stop", run)),
        writer.post(way("resume", run)),
        writer.post(way("import", run)),
    ):
        assert answer.status_code == 403
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize("name", ["stop", "resume", "import"])
def test_nothing_happens_by_following_a_link(editor, name):
    run = make_run(["a.jsonl"])

    assert editor.get(way(name, run)).status_code == 405


def test_who_may_not_publish_imports_drafts(db, django_user_model, client):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("helper", is_staff=True)
    rights = ["add_importrun", "change_importrun", "view_importrun"]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)

    assert begin(client).arguments["draft"] is True


def test_index_tells_who_may_see_imports_about_the_worker(editor, writer):
    index = reverse("admin:index")
    pages = [client.get(index).content.decode() for client in (editor, writer)]

    assert ["script/worker" in page for page in pages] == [True, False]


def test_list_takes_the_same_queries_for_any_number(editor, count_queries):
    begin(editor)
    few = count_queries(lambda: editor.get(LIST))
    for _number in range(3):
        begin(editor)

    assert count_queries(lambda: editor.get(LIST)) == few
