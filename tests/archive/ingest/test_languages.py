import pytest

from archive.ingest.languages import language_of
from tests.archive.ingest.pages import PARAGRAPHS


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (PARAGRAPHS[0], "", "ar"),
        (PARAGRAPHS[0], "en-US", "ar"),
        (PARAGRAPHS[0], "ar-LB", "ar-lb"),
        (PARAGRAPHS[0], "fa", "fa"),
        ("The council met on Monday.", "", "und"),
        ("The council met on Monday.", "ar", "und"),
        ("The council met on Monday.", "en-GB", "en-gb"),
        ("Совет собрался", "ru", "ru"),
        (f"{PARAGRAPHS[0]} (Reuters)", "en", "ar"),
        ("2017", "", "ar"),
        ("2017", "fr", "fr"),
    ],
)
def test_the_letters_are_asked_before_what_is_declared(text, declared, language):
    assert language_of(text, declared) == language


def test_a_list_of_foreign_names_below_an_arabic_title_is_arabic():
    assert language_of("1. The River (Rima Haddad) 2. The Valley", title="أفضل أفلام العام") == "ar"
    assert language_of("1. The River (Rima Haddad) 2. The Valley", title="Films") == "und"
