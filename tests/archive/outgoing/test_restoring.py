"""There and back: an export restored into an empty database is the same archive, by a hash over every table."""

import base64
import gzip
import io
import json
import random
import zlib
from hashlib import sha256

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import translation

from archive.exceptions import RestoreError
from archive.models import (
    Alias,
    Article,
    ArticleLink,
    ArticleSearch,
    Capture,
    Image,
    NameWord,
    RemovedPicture,
    SearchName,
    SearchTerm,
    SearchWord,
)
from archive.outgoing import restoring
from archive.outgoing.fingerprint import archive_hash, table_hashes
from archive.outgoing.form import BEGINNING, MAX_FIRST_LINE_BYTES, MAX_LINE_BYTES
from archive.outgoing.jsonl import write_jsonl
from archive.outgoing.restoring import check_export, restore
from archive.outgoing.selection import Selection
from archive.outgoing.sinks import Sink
from archive.outgoing.tables import APP, DERIVED, content_tables, is_empty, sequences, snapshot
from tests.archive.ingest.memory import peak_of
from tests.archive.outgoing.sample import captures, rich_archive
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

OTHER_APPS = frozenset(
    {"admin", "auth", "axes", "contenttypes", "otp_static", "otp_totp", "pghistory", "procrastinate", "sessions"}
)
"""Apps whose tables, but those of `tables.BESIDE`, are the machine's own: who may log in, what waits to be done."""


@pytest.fixture(autouse=True)
def _own_media_in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        yield


def exported(selection: Selection | None = None) -> bytes:
    out = io.BytesIO()
    with snapshot():
        write_jsonl(selection or Selection(), Sink(out), lambda done, total: None)
    return out.getvalue()


def restored(data: bytes):
    return restore(lambda: io.BytesIO(data), lambda done, total: None)


def empty(settings, tmp_path) -> None:
    """Make this database as one that was never used, with its files elsewhere."""
    names = ", ".join(
        [f'"{table.name}"' for table in content_tables()]
        + [f'"{apps.get_model(APP, name)._meta.db_table}"' for name in DERIVED]
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    settings.MEDIA_ROOT = tmp_path / "other-media"


def derived() -> dict:
    """What search keeps, without the numbers of its rows."""
    return {
        model: sorted(map(repr, model.objects.values_list(*fields)))
        for model, fields in (
            (ArticleSearch, [field.attname for field in ArticleSearch._meta.concrete_fields]),
            (SearchName, ("alias_id", "turned", "article_count")),
            (SearchTerm, ("number", "article_count", "tier_counts")),
            (SearchWord, ("spelling", "folded", "article_count")),
            (NameWord, ("word", "keys", "rules", "name_count")),
        )
    }


def test_every_model_is_content_or_derived_or_of_an_app_left_out():
    """A new model is exported by itself. One that is derived, or an app's that is no content, is named in `tables`."""
    known = {model._meta.label for model in (table.model for table in content_tables())}
    known |= {f"{APP}.{name}" for name in DERIVED}
    strange = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in OTHER_APPS and model._meta.managed
    }
    assert strange - known == set()
    assert {f"{APP}.{name}" for name in DERIVED} <= {model._meta.label for model in apps.get_models()}


def test_rows_refer_to_nothing_that_is_left_behind():
    """What a restored row refers to must be there: another app's table stands in `tables.BESIDE`, or is no content."""
    models = {table.model for table in content_tables()}
    left = {
        f"{table.kind}.{field.name}"
        for table in content_tables()
        for field in table.fields
        if field.is_relation and field.related_model not in {*models, ContentType}
    }
    assert left == set()


def test_sample_has_a_row_in_every_table():
    """What the sample lacks, the round trip does not prove: give a new table a row in `rich_archive`."""
    rich_archive()
    assert {table.kind for table in content_tables() if not table.objects().exists()} == set()


def test_there_and_back_is_the_same_archive(settings, tmp_path):
    rich_archive()
    hashes, numbers, search, bytes_received = list(table_hashes()), sequences(), derived(), captures()
    data = exported()
    empty(settings, tmp_path)
    assert is_empty()
    assert list(table_hashes()) != hashes

    restored(data)

    assert list(table_hashes()) == hashes
    assert (sequences(), captures()) == (numbers, bytes_received)
    assert derived() == search
    assert without_time(exported()) == without_time(data)


def without_time(data: bytes) -> list:
    first, *lines, last = data.splitlines()
    head = json.loads(first)
    del head["made_at"]
    return [head, lines, json.loads(last)["lines"]]


def test_hash_tells_of_every_change(settings):
    rich_archive()
    before = archive_hash(table_hashes())
    assert archive_hash(table_hashes()) == before
    last = Alias.objects.latest("pk")
    Alias.objects.filter(pk=last.pk).update(ambiguous=not last.ambiguous)
    assert archive_hash(table_hashes()) != before
    Alias.objects.filter(pk=last.pk).update(ambiguous=last.ambiguous)
    assert archive_hash(table_hashes()) == before
    default_storage.delete(Image.objects.exclude(file="").get().file.name)
    assert archive_hash(table_hashes()) != before


def test_restored_archive_goes_on_as_the_old_one_would(settings, tmp_path):
    articles = rich_archive()
    last = sequences()["article"]
    data = exported()
    empty(settings, tmp_path)
    restored(data)
    # The number of the article that was deleted is not given out again.
    new = ArticleFactory(title="جديد")
    assert new.pk == last + 1 > max(article.pk for article in articles.values())
    # Triggers work again: history, search and links.
    Article.objects.filter(pk=new.pk).update(title="أجدّ")
    assert new.events.count() == 1
    assert ArticleSearch.objects.filter(pk=new.pk).exists()
    link = ArticleLink.objects.create(from_article=new, title="شهر", kind="related")
    link.refresh_from_db()
    assert link.to_article_id is None  # Of another source.


def test_versions_come_back_with_what_went_with_them(settings, tmp_path):
    marked = rich_archive()["marked"]
    [kept] = marked.events.values_list("attached", flat=True)
    removed = [(one.name, bytes(one.content)) for one in marked.removed_pictures.all()]
    data = exported()
    empty(settings, tmp_path)
    restored(data)
    marked = Article.objects.get(pk=marked.pk)
    assert marked.events.get().attached == kept
    assert [author["name"] for author in kept["authors"]] == ["Jane Doe", "سلمى أحمد"]
    assert [image["caption"] for image in kept["images"]][1] == "نُزعت"
    assert [(one.name, bytes(one.content)) for one in marked.removed_pictures.all()] == removed != []


def test_rows_of_a_version_before_lack_what_may_be_unknown(settings, tmp_path):
    rich_archive()
    lines = [json.loads(line) for line in exported().splitlines()]
    [removed] = [line["row"] for line in lines if line["kind"] == "removedpicture"]
    del removed["removed_at"]
    empty(settings, tmp_path)
    restored(signed(lines))

    assert RemovedPicture.objects.get().removed_at is None


def test_accounts_come_back_without_passwords_and_rights(settings, tmp_path):
    rich_archive()
    data = exported()
    assert b"password" not in data
    empty(settings, tmp_path)
    restored(data)
    user = get_user_model().objects.get()
    assert (user.username, user.first_name) == ("editor", "هالة")
    assert (user.is_active, user.is_staff, user.is_superuser, user.has_usable_password()) == (False,) * 4


def test_account_made_before_in_anothers_place_is_refused(settings, tmp_path):
    rich_archive()
    number = get_user_model().objects.get().pk
    data = exported()
    empty(settings, tmp_path)
    get_user_model().objects.create_user("admin", id=number)
    with pytest.raises(RestoreError, match="make accounts afterwards"):
        restored(data)
    assert is_empty()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda data: data[: len(data) // 2], "cut short"),
        (lambda data: data[: data.rindex(b"\n", 0, -1) + 1], "cut short"),
        (lambda data: data[:-1], "cut short"),
        (lambda data: data.replace("تصحيح".encode(), "تعديل".encode()), "was changed"),
        (lambda data: b"\n".join([*data.split(b"\n")[:3], *data.split(b"\n")[4:]]), "was changed"),
        (lambda data: b'{"title": "x"}\n' + data, "no export"),
        (lambda data: b"", "cut short"),
        (lambda data: data.replace(b'"form":1', b'"form":9', 1), "a later form"),
        (lambda data: data.replace(b'"counts":{', b'"counts":[{', 1), "no export"),
        (lambda data: data.replace(b'"last_numbers":{', b'"numbers":{', 1), "no export"),
        (lambda data: data + b"\n", "was changed"),
    ],
)
def test_a_file_cut_short_or_changed_is_refused_before_anything_is_written(settings, tmp_path, harm, said):
    rich_archive()
    data = exported()
    empty(settings, tmp_path)
    with pytest.raises(RestoreError, match=said):
        restored(harm(data))
    assert is_empty()


def test_a_whole_file_of_rows_that_no_table_takes_leaves_nothing_behind(settings, tmp_path):
    articles = rich_archive()
    lines = [json.loads(line) for line in exported().splitlines()]
    for line in lines:
        if line.get("kind") == "articlelink":
            line["row"]["to_article_id"] = articles["marked"].pk + 10_000
    empty(settings, tmp_path)
    with pytest.raises(RestoreError, match="archive_articlelink"):
        restored(signed(lines))
    assert is_empty()
    assert not (tmp_path / "other-media").exists() or not any((tmp_path / "other-media").rglob("*.png"))


@pytest.mark.parametrize(
    "strange",
    [
        {"kind": "nothing", "row": {}},
        {"kind": "article"},
        {"kind": "article", "row": []},
        {"kind": "article", "row": {"id": {}}},
        {"kind": "capture", "row": {"id": 1, "sha256": 1, "content_compressed": "?"}},
        {"kind": "context", "row": {"id": "x"}},
        {"kind": "logentry", "row": {"id": 1, "content_type_id": "no.thing"}},
        {"kind": "file", "of": "image.file", "name": "x.png", "start": 5, "content": ""},
        {"kind": "file", "of": "no.column", "name": "x.png", "start": 0, "content": "", "sha256": "x"},
        [],
        "text",
    ],
)
def test_strange_rows_are_refused_and_leave_nothing_behind(settings, tmp_path, strange):
    rich_archive()
    first, *lines = [json.loads(line) for line in exported().splitlines()]
    empty(settings, tmp_path)
    with pytest.raises(RestoreError, match="cannot be restored"):
        restored(signed([first, strange, *lines]))
    assert is_empty()


def signed(lines: list[dict]) -> bytes:
    body = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines[:-1])
    last = {"kind": "end", "lines": len(lines) - 1, "sha256": sha256(body).hexdigest()}
    return body + json.dumps(last, separators=(",", ":")).encode() + b"\n"


def test_path_trick_in_a_files_name_is_refused(settings, tmp_path):
    rich_archive()
    lines = [json.loads(line) for line in exported().splitlines()]
    for line in lines:
        if line["kind"] == "file":
            line["name"] = "../escaped.png"
    empty(settings, tmp_path)
    with pytest.raises(RestoreError):
        restored(signed(lines))
    assert is_empty()
    assert not (tmp_path / "escaped.png").exists()


def test_archive_with_anything_in_it_takes_no_export(settings, tmp_path):
    rich_archive()
    data = exported()
    with pytest.raises(RestoreError, match="not empty"):
        restored(data)


def test_missing_picture_is_told_and_the_rest_comes_back(settings, tmp_path):
    rich_archive()
    picture = Image.objects.exclude(file="").get().file.name
    default_storage.delete(picture)
    hashes = list(table_hashes())
    data = exported()
    empty(settings, tmp_path)
    assert restored(data).missing_files == [picture]
    assert list(table_hashes()) == hashes


def test_gzip_is_read_by_its_first_bytes():
    assert check_export(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(exported())))).whole


def test_a_part_holds_what_belongs_to_its_articles_and_nothing_else():
    articles = rich_archive()
    other = ArticleFactory(title="غيره")
    lines = [json.loads(line) for line in exported(Selection([articles["marked"].pk])).splitlines()]
    head, rows = lines[0], [line for line in lines[1:-1] if line["kind"] != "file"]
    assert head["whole"] is False
    counts = {kind: count for kind, count in head["counts"].items() if count}
    assert counts == {
        "article": 1, "article_authors": 2, "articlecopy": 1, "articleevent": 1, "articlelink": 2, "author": 2, "alias": 4,
        "capture": 1, "context": 1, "copygroup": 1, "correction": 1, "correctionevent": 1, "datedphrase": 1, "entity": 2, "entityevent": 1, "entitymerge": 1, "entitypair": 1,
        "frontpagearticle": 1, "image": 2, "importedrecord": 1, "mention": 2,
        "nameproposal": 1, "outgoinglink": 1, "quotation": 1, "redirect": 1, "removedpicture": 1, "searchpin": 1, "section": 1, "sectionevent": 1, "source": 1, "sourceevent": 1,
        "story": 1, "storyarticle": 1, "user": 1,
    }  # fmt: skip
    assert len(rows) == sum(counts.values())
    assert [line["name"][:7] for line in lines if line["kind"] == "file"] == ["images/"]
    assert other.title not in exported(Selection([articles["marked"].pk])).decode()
    with pytest.raises(RestoreError, match="a part of an archive"):
        restored(exported(Selection([articles["marked"].pk])))


# --- What it takes of memory ---


def refusal_and_peak(call) -> tuple[str, int]:
    """Why CALL is refused, and how much memory it took at most."""

    def refusal() -> str:
        with pytest.raises(RestoreError) as refused:
            call()
        return str(refused.value)

    return peak_of(refusal)


def test_a_line_that_is_too_long_is_refused_before_it_is_held():
    head = exported().splitlines(keepends=True)[0]
    data = io.BytesIO(head + b" " * (MAX_LINE_BYTES + 1))
    said, peak_bytes = refusal_and_peak(lambda: check_export(data))
    assert said == f"Line 2 is longer than one of an export may be ({MAX_LINE_BYTES} bytes). Nothing was written."
    assert peak_bytes < 8 * restoring.PIECE_BYTES
    with translation.override("ar"):
        assert (
            "السطر 2 أطول مما يكون عليه سطر" in refusal_and_peak(lambda: check_export(io.BytesIO(data.getvalue())))[0]
        )


def test_a_first_line_that_does_not_end_is_not_held():
    data = io.BytesIO(BEGINNING + b" " * (32 * 1024 * 1024))
    said, peak_bytes = refusal_and_peak(lambda: check_export(data))
    assert said == "The file is no export of this program's."
    assert peak_bytes < 16 * MAX_FIRST_LINE_BYTES


def test_a_large_capture_comes_back_and_is_held_a_few_times_at_most(settings, tmp_path):
    for number in range(2):
        capture = Capture(sha256=str(number), file_name="رسالة.mht")
        capture.content = random.Random(number).randbytes(12 * 1024 * 1024)
        capture.save()
    kept = list(Capture.objects.order_by("pk").values())
    data = exported()
    empty(settings, tmp_path)
    _restored, peak_bytes = peak_of(lambda: restored(data))
    assert list(Capture.objects.order_by("pk").values()) == kept
    assert peak_bytes < 2.5 * len(data) / 2


def with_row(data: bytes, kind: str, row: object) -> bytes:
    """The export DATA with one more row."""
    first, *lines = map(json.loads, data.splitlines())
    first["counts"][kind] = 1
    return signed([first, {"kind": kind, "row": row}, *lines])


def test_more_values_than_a_line_may_hold_are_refused(monkeypatch):
    monkeypatch.setattr(restoring, "MAX_VALUES", 10_000)
    data = with_row(exported(), "article", {"body": [[]] * 10_000})
    assert "line 2 holds more values than one may" in refusal_and_peak(lambda: restored(data))[0]


def test_a_bomb_among_the_captures_is_refused(settings, tmp_path):
    data = exported()
    bomb = zlib.compress(bytes(restoring.MAX_CONTENT_BYTES + restoring.PIECE_BYTES))
    said, peak_bytes = refusal_and_peak(
        lambda: restored(with_row(data, "capture", {"content_compressed": base64.b64encode(bomb).decode()}))
    )
    assert "more comes out of what line 2 holds than may" in said
    assert peak_bytes < 16 * restoring.PIECE_BYTES
    assert is_empty()
