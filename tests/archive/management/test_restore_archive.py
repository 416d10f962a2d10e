"""`restore_archive`: there and back by commands, compressed or not."""

import gzip
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from archive.ingest.unpacking import RATIO_FROM_BYTES
from archive.models import Article
from archive.outgoing.fingerprint import archive_hash, table_hashes
from tests.archive.outgoing.sample import rich_archive
from tests.archive.outgoing.test_restoring import empty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media_in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        yield


def restore(*arguments) -> str:
    out = io.StringIO()
    call_command("restore_archive", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz", "all.jsonl.zst"])
def test_there_and_back(settings, tmp_path, name):
    rich_archive()
    before = archive_hash(table_hashes())
    call_command("export_articles", "--quiet", "--output", str(tmp_path / name))
    empty(settings, tmp_path)
    assert "is whole and unchanged" in restore(tmp_path / name, "--check")
    assert Article.objects.count() == 0
    assert restore(tmp_path / name).startswith("The archive is restored as it was, with 6 articles: ")
    assert archive_hash(table_hashes()) == before


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz", "all.jsonl.zst"])
def test_half_a_file_is_refused(settings, tmp_path, name):
    rich_archive()
    call_command("export_articles", "--quiet", "--output", str(tmp_path / name))
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    empty(settings, tmp_path)
    with pytest.raises(CommandError, match="cut short"):
        restore(tmp_path / name)
    assert Article.objects.count() == 0


def test_a_bomb_is_refused(tmp_path):
    call_command("export_articles", "--quiet", "--output", str(tmp_path / "all.jsonl"))
    head = (tmp_path / "all.jsonl").read_bytes().splitlines(keepends=True)[0]
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(head + b" " * 2 * RATIO_FROM_BYTES))
    with pytest.raises(CommandError, match="More comes out of the compressed file than may"):
        restore(tmp_path / "bomb.gz")


def test_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match=r"nothing\.jsonl cannot be read: there is no such file or folder"):
        restore(tmp_path / "nothing.jsonl")
