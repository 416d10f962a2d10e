import pytest
from django.urls import reverse

from archive.models import Author


@pytest.mark.parametrize("name", ["سليم خليل", " سليم خليل "])
def test_a_second_author_of_one_name_is_refused_in_an_editors_words(editor, name):
    author = Author.objects.create(name="سليم خليل")
    page = editor.post(reverse("admin:archive_author_add"), {"name": name, "name_latin": ""}).content.decode()

    assert "في السِّجِلّ كاتب بهذا الاسم." in page
    assert "author_name_unique" not in page
    data = {"name": name, "name_latin": "Salim Khalil"}
    assert editor.post(reverse("admin:archive_author_change", args=[author.pk]), data).status_code == 302
