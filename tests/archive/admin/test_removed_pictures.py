"""The files of removed pictures in the admin: seen by those who may, and taken away for good."""

from importlib import import_module

import pytest
from django.contrib.admin.models import LogEntry
from django.db.migrations import AddField
from django.urls import reverse

from archive.models import AuditEntry, Image, RemovedPicture
from tests.factories import ArticleFactory, ImageFactory

CONTENT = b"\x89PNG of the pier"


@pytest.fixture
def removed(db):
    article = ArticleFactory(title="مرفأ صغير")
    return RemovedPicture.objects.create(article=article, name="images/2017/12/pier_x.png", content=CONTENT)


def address(way: str, *arguments) -> str:
    return reverse(f"admin:archive_removedpicture_{way}", args=arguments)


def test_versions_lead_to_the_files_of_their_article(editor, removed):
    other = RemovedPicture.objects.create(article=ArticleFactory(), name="images/other.png", content=b"other")
    versions = editor.get(reverse("admin:archive_article_versions", args=[removed.article_id])).content.decode()
    listed = f"{address('changelist')}?article__id__exact={removed.article_id}"
    page = editor.get(listed).content.decode()

    assert f'href="{listed}"' in versions
    assert address("file", removed.pk) in page
    assert address("file", other.pk) not in page


def test_list_tells_when_each_was_removed_and_whether_its_file_is_shown(editor, removed):
    RemovedPicture.objects.create(article=removed.article, name="images/old.png", content=b"old", removed_at=None)
    Image.objects.filter(pk=ImageFactory().pk).update(file=removed.name)
    page = editor.get(address("changelist")).content.decode()
    [new, old] = page.split("<tbody>")[1].split("</tr>")[:2]

    assert [cell in row for row in (new, old) for cell in (">نعم<", ">لا<", ">غير معروف<")] == [
        True, False, False,
        False, True, True,
    ]  # fmt: skip


def test_what_was_removed_before_that_was_written_down_is_given_no_moment():
    migration = import_module("archive.migrations.0052_erasing_pictures").Migration
    [added] = [operation for operation in migration.operations if isinstance(operation, AddField)]

    assert (added.name, added.field.null, added.field.has_default()) == ("removed_at", True, False)


def test_file_is_kept_nowhere(editor, removed):
    said = editor.get(address("file", removed.pk)).headers["Cache-Control"]

    assert {"private", "no-store"} <= set(said.split(", "))


def test_versions_of_an_article_without_any_do_not_speak_of_them(editor, removed):
    versions = editor.get(reverse("admin:archive_article_versions", args=[ArticleFactory().pk])).content.decode()

    assert "?article__id__exact=" not in versions


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.svg", "application/octet-stream"),
        ("a.html", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_a_file_is_a_picture_or_nothing_that_a_browser_opens(editor, removed, name, media_type):
    RemovedPicture.objects.update(name=name)
    response = editor.get(address("file", removed.pk))

    assert response.content == CONTENT
    assert response.headers["Content-Type"] == media_type
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_chief_takes_a_file_away_for_good(chief, removed):
    page = chief.get(address("changelist")).content.decode()
    assert "delete_selected" in page

    chief.post(address("delete", removed.pk), {"post": "yes"})
    assert not RemovedPicture.objects.exists()
    assert LogEntry.objects.get().object_repr == removed.article.title
    assert AuditEntry.objects.get(action="deleted").object_name == removed.article.title


@pytest.mark.parametrize("who", ["editor", "archivist", "writer"])
def test_others_do_not(request, who, removed):
    member = request.getfixturevalue(who)

    assert member.post(address("delete", removed.pk), {"post": "yes"}).status_code == 403
    assert member.get(address("file", removed.pk)).status_code == (200 if who == "editor" else 403)
    assert RemovedPicture.objects.exists()


def test_nobody_adds_or_changes_one(admin, removed):
    assert admin.get(address("add")).status_code == 403
    assert admin.post(address("change", removed.pk), {"name": "x"}).status_code == 403


def test_who_may_delete_an_article_may_though_its_files_go_with_it(editor, removed):
    editor.post(reverse("admin:archive_article_delete", args=[removed.article_id]), {"post": "yes"})

    assert not RemovedPicture.objects.exists()
