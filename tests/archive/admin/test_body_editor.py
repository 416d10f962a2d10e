import pytest
from django.urls import reverse

from archive.admin.body_editor import BodyField


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("", ""),
        ("<p></p>", ""),
        ("<p>نص</p><p></p><p><br></p>", "<p>نص</p>"),
        ("<ul><li><p>أول</p></li><li><p>ثانٍ</p></li></ul>", "<ul><li>أول</li><li>ثانٍ</li></ul>"),
        ("<ul><li><p>أول</p><p>تتمة</p></li></ul>", "<ul><li><p>أول</p><p>تتمة</p></li></ul>"),
        (
            '<table><tbody><tr><td colspan="1" rowspan="1"><p>خلية</p></td><td colspan="2"><p>أخرى</p></td></tr>'
            "</tbody></table>",
            '<table><tbody><tr><td>خلية</td><td colspan="2">أخرى</td></tr></tbody></table>',
        ),
        (
            '<table data-caption="س"><caption>جدول</caption><tbody><tr><th scope="row">أ</th></tr></tbody></table>',
            '<table><caption>جدول</caption><tbody><tr><th scope="row">أ</th></tr></tbody></table>',
        ),
        ('<p style="color:red" class="x">نص<img src="x" onerror="y()"></p>', "<p>نص</p>"),
        ('<p><a href="javascript:alert(1)">رابط</a></p>', "<p>رابط</p>"),
        (
            "<figure><p></p><figcaption>صورة</figcaption></figure>",
            "<figure><figcaption>صورة</figcaption></figure>",
        ),
        ('<p><bdi lang="en">Reuters</bdi></p>', '<p><bdi lang="en">Reuters</bdi></p>'),
    ],
)
def test_body_is_stored_in_our_vocabulary(sent, stored):
    assert BodyField(required=False).clean(sent) == stored


def test_body_cleaned_twice_stays(db):
    field = BodyField()
    once = field.clean("<blockquote><p>قول</p></blockquote><ol><li><p>أ</p><ul><li><p>ب</p></li></ul></li></ol>")

    assert field.clean(once) == once


def test_form_keeps_the_strict_policy(editor):
    response = editor.get(reverse("admin:archive_article_add"))
    page = response.content.decode()
    policy = response.headers["Content-Security-Policy"]

    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "<script>" not in page
    assert "importmap" not in page
    assert " style=" not in page


def test_editor_is_right_to_left_in_either_language(editor):
    editor.cookies["django_language"] = "en"
    page = editor.get(reverse("admin:archive_article_add")).content.decode()

    assert '<html lang="en" dir="ltr"' in page
    textarea = page.partition("data-body-editor=")[2].partition("</textarea>")[0]
    assert 'dir="rtl"' in textarea
    assert "Bulleted list" in textarea


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ("<p>أول</p><p>ثانٍ</p>", False),
        ("<p>أول</p>\r\n<p>ثانٍ</p><p></p>", False),
        ("<p>أول</p><p>ثالث</p>", True),
        ("<p>أول</p>", True),
        (None, True),
    ],
)
def test_a_body_that_the_editor_writes_otherwise_is_not_changed(sent, changed):
    assert BodyField().has_changed("<p>أول</p>\n<p>ثانٍ</p>", sent) is changed
