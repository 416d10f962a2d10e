"""Records set aside, as editors see them."""

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from archive.ingest.journal import make_run
from archive.ingest.notes import sentence
from archive.ingest.records import Note
from archive.models import Article, SetAsideRecord
from tests.archive.ingest.pages import page
from tests.factories import ArticleFactory

CHANGELIST = reverse("admin:archive_setasiderecord_changelist")


@pytest.fixture
def record(db) -> SetAsideRecord:
    record = SetAsideRecord(origin="pages/1.txt", file_name="1.txt", code="json_too_deep", reader="saved-text 1")
    record.content = page().encode()
    record.save()
    return record


def act(client, action: str, *records) -> str:
    data = {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(CHANGELIST, data, follow=True).content.decode()


def test_they_are_listed_with_their_reason_in_arabic(editor, record):
    html = editor.get(CHANGELIST).content.decode()
    assert sentence(Note("json_too_deep")) in html
    assert "pages/1.txt" in html
    form = editor.get(reverse("admin:archive_setasiderecord_change", args=[record.pk])).content.decode()
    assert (record.sha256 in form, 'name="_save"' in form) == (True, False)


def test_the_bytes_come_back(editor, record):
    response = editor.get(reverse("admin:archive_setasiderecord_download", args=[record.pk]))
    assert (response.content, response["Content-Type"]) == (page().encode(), "application/octet-stream")
    assert response["Content-Disposition"] == 'attachment; filename="1.txt"'


def test_what_was_too_large_has_nothing_to_download(editor, db):
    large = SetAsideRecord.objects.create(origin="x", code="page_too_large", values={"limit_bytes": 5})
    assert editor.get(reverse("admin:archive_setasiderecord_download", args=[large.pk])).status_code == 404
    assert "أكبر من أن يُحفظ" in editor.get(CHANGELIST).content.decode()


def test_trying_again_imports_what_can_be_imported(editor, record):
    broken = SetAsideRecord(origin="2.jsonl:1", code="json_invalid", values={}, reader="jsonl 1")
    broken.content = b"[]"
    broken.save()
    html = act(editor, "retry", record, broken)
    assert Article.objects.count() == 1
    assert ("استُورد قيد واحد" in html, "ما زال استيراد قيد واحد" in html) == (True, True)
    assert list(SetAsideRecord.objects.order_by("pk").values_list("state", flat=True)) == ["solved", "waiting"]
    assert SetAsideRecord.objects.get(state="solved").article == Article.objects.get()


def test_what_is_left_out_is_not_tried_again(editor, record):
    act(editor, "dismiss", record)
    act(editor, "retry", record)
    assert (SetAsideRecord.objects.get().state, Article.objects.exists()) == ("dismissed", False)
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_id, entry.get_change_message()) == (
        "editor",
        str(record.pk),
        "تم تغيير الحالة.",
    )


def test_of_what_was_sent_the_name_is_shown_and_not_where_the_server_keeps_it(editor, record):
    record.origin, record.run = f"{settings.UPLOADS_DIR}/0123abcd/pages.zip/1.txt", make_run(["pages.zip"])
    record.save()
    form = editor.get(reverse("admin:archive_setasiderecord_change", args=[record.pk])).content.decode()

    for html in (editor.get(CHANGELIST).content.decode(), form):
        assert (">pages.zip/1.txt<" in html, "0123abcd" in html) == (True, False)
    assert reverse("admin:archive_importrun_change", args=[record.run_id]) in form


def test_writers_have_no_business_there(writer, record):
    assert writer.get(CHANGELIST).status_code == 403
    for number in (record.pk, record.pk + 1):
        url = reverse("admin:archive_setasiderecord_download", args=[number])
        assert writer.get(url).status_code == 403


def test_an_article_that_came_of_one_can_be_deleted(record):
    article = ArticleFactory()
    SetAsideRecord.objects.update(article=article)
    article.delete()
    assert SetAsideRecord.objects.get().article is None
