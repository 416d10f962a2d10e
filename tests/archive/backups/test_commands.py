"""What the commands do with the settings, and say; and a disk that gets full under them."""

import contextlib
import io
import os
import resource
import subprocess
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from archive.backups.age import Key
from archive.backups.site import Site
from archive.backups.store import Store
from archive.models import AuditEntry
from tests.archive.backups.scratch import files_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_KEY_FILE = tmp_path / "key"
    call_command("make_backup_key", str(tmp_path / "key"), stdout=io.StringIO())


@pytest.fixture
def of_site(monkeypatch, site):
    monkeypatch.setattr(Site, "here", lambda: site)


def run(*arguments, **options) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_there_and_back(of_site, monkeypatch, settings, empty_site, capfd):
    settings.BACKUP_KEEP_DAYS = settings.BACKUP_KEEP_WEEKS = settings.BACKUP_KEEP_MONTHS = 1
    run("backup", verbosity=0)
    said = run("backup")
    (folder,) = [path for path in settings.BACKUP_DIR.iterdir() if path.name != ".lock"]
    assert said.startswith(f"The backup {folder} is whole: ")
    assert said.endswith("1 old backup was removed.\n")
    assert AuditEntry.objects.order_by("pk").last().details == {"what": f"backup {folder.name}"}
    assert " is whole and unchanged." in run("restore_backup", "--check")
    monkeypatch.setattr(Site, "here", lambda: empty_site)
    assert " and compared." in run("restore_backup", folder)
    with pytest.raises(CommandError, match="The database is not empty"):
        run("restore_backup", folder)
    assert "Writing the database…" in capfd.readouterr().err


def test_files_that_are_missing_are_an_error_and_no_old_backup_goes(of_site, settings, site, tmp_path):
    settings.BACKUP_KEEP_DAYS = settings.BACKUP_KEEP_WEEKS = settings.BACKUP_KEEP_MONTHS = 1
    run("backup", verbosity=0)
    media = site.areas[1].folder
    media.rename(tmp_path / "unmounted")
    media.mkdir()
    try:
        with pytest.raises(CommandError, match="not in the backup; no old backup was removed: "):
            run("backup", verbosity=0)
    finally:
        media.rmdir()
        (tmp_path / "unmounted").rename(media)
    assert len(Store(settings.BACKUP_DIR).backups()) == 2
    run("backup", verbosity=0)
    assert len(Store(settings.BACKUP_DIR).backups()) == 1


def test_pictures_in_a_store_of_objects_are_not_missing_and_the_commands_say_where_they_are(
    monkeypatch, site, empty_site, settings, tmp_path
):
    media = site.areas[1].folder
    media.rename(tmp_path / "in the store")
    media.mkdir()
    try:
        monkeypatch.setattr(Site, "here", lambda: replace(site, pictures_apart=True))
        assert run("backup").endswith(
            "The pictures are not in it: the store of MEDIA_S3 has to keep copies of its own.\n"
        )
        monkeypatch.setattr(Site, "here", lambda: replace(empty_site, pictures_apart=True))
        assert run("restore_backup").endswith(
            f"Pictures of the backup, if there are any, are in {settings.MEDIA_ROOT}: "
            "copy them to the store of MEDIA_S3.\n"
        )
    finally:
        media.rmdir()
        (tmp_path / "in the store").rename(media)


def test_key_is_made_once_and_private(settings, tmp_path):
    path = settings.BACKUP_KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert Key.read(path.read_text()).secret
    with pytest.raises(CommandError, match="a key is never written over"):
        run("make_backup_key", path)


def test_the_name_of_a_key_is_on_the_disk_too(monkeypatch, tmp_path):
    synced = []
    monkeypatch.setattr("archive.management.commands.make_backup_key.sync_folder", synced.append)
    run("make_backup_key", tmp_path / "new key")
    assert synced == [tmp_path]


def test_no_half_key_is_left_on_a_full_disk(tmp_path):
    path = tmp_path / "new key"
    with limited(None, 0), pytest.raises(CommandError, match=f"Nothing can be written to {path}"):
        run("make_backup_key", path)
    assert not path.exists()


@pytest.mark.parametrize(("content", "said"), [("nothing", "holds no key of age"), (None, "cannot be read")])
def test_a_key_that_cannot_be_used_is_said(of_site, settings, content, said):
    settings.BACKUP_KEY_FILE.unlink()
    if content:
        settings.BACKUP_KEY_FILE.write_text(content)
    with pytest.raises(CommandError, match=said):
        run("backup")
    assert files_in(settings.BACKUP_DIR) == {".lock": b""}


@contextlib.contextmanager
def limited(folder, kilobytes=64):
    """Files of so many KiB at most, as with a quota."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextlib.contextmanager
def small_disk(folder):
    """A disk of 64 KiB."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield
        assert files_in(folder) == {".lock": b""}
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("full", [limited, small_disk])
def test_a_full_disk_leaves_no_half_backup_and_says_so(of_site, settings, full):
    with full(settings.BACKUP_DIR), pytest.raises(CommandError) as caught:
        run("backup")
    assert str(caught.value) == (
        f"There is no room left for the backup in {settings.BACKUP_DIR}: nothing of it was kept, and no other was "
        "removed."
    )
    with pytest.raises(CommandError, match="There is no backup in"):
        run("restore_backup")


def test_a_full_disk_leaves_nothing_of_a_restore(of_site, monkeypatch, site, empty_site):
    large = site.areas[1].folder / "large.png"
    large.write_bytes(os.urandom(200_000))
    try:
        run("backup")
    finally:
        large.unlink()
    monkeypatch.setattr(Site, "here", lambda: empty_site)
    with limited(None, 128), pytest.raises(CommandError, match="no room left on the disk: nothing was restored"):
        run("restore_backup")
    assert files_in(empty_site.areas[1].folder) == {}
    assert " and compared." in run("restore_backup")


def test_two_at_once(of_site, settings):
    run("backup", verbosity=0)
    with Store(settings.BACKUP_DIR).locked(), pytest.raises(CommandError, match="Another command is at the backups"):
        run("backup")
