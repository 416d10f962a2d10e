"""The analysis in SQL is the analysis in Python: what one indexes the other finds."""

from pathlib import Path

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.sql import statement
from archive.text.normalize import fold, letters, spellings, words
from archive.text.tokenize import KEPT_WORDS, stem, without_prefix
from tests.archive.text.strategies import arabic_text, arabic_word

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "texts"
FUNCTIONS = [
    "arabic_fold_v1",
    "arabic_forms_v3",
    "arabic_kept_words_v2",
    "arabic_letters_v2",
    "arabic_spellings_v2",
    "arabic_without_suffix_v3",
    "arabic_words_v1",
    "article_entries_v3",
    "article_visible_from_v2",
    "search_term_v2",
]
EVERY_CHARACTER = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000]


def in_sql(function, texts):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(value) FROM unnest(%s::text[]) WITH ORDINALITY AS input (value, place) ORDER BY place",
            [texts],
        )
        return [value for (value,) in cursor]


def forms_in_sql(texts):
    """The words of each text, folded, without prefix, and without prefix and suffix."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT array_agg(ARRAY[folded, bare, stem] ORDER BY number) FILTER (WHERE folded <> '')
            FROM unnest(%s::text[]) WITH ORDINALITY AS input (value, place)
                LEFT JOIN LATERAL unnest(string_to_array(arabic_spellings_v2(value), ' '))
                    WITH ORDINALITY AS word (spelling, number) ON true
                LEFT JOIN LATERAL (SELECT folded, bare, stem FROM arabic_forms_v3(ARRAY[spelling])) AS form ON true
            GROUP BY place ORDER BY place
            """,
            [texts],
        )
        return [forms or [] for (forms,) in cursor]


def forms_in_python(texts):
    return [[[word, without_prefix(word), stem(word)] for word in words(text).split()] for text in texts]


@pytest.mark.parametrize("frame", ["{}", "ب{}\u0301ا", "ﷺ{}"])
def test_every_character_folds_alike(frame):
    texts = [frame.format(character) for character in EVERY_CHARACTER]

    assert in_sql("arabic_fold_v1", texts) == [fold(text) for text in texts]
    assert in_sql("arabic_words_v1", texts) == [words(text) for text in texts]
    assert in_sql("arabic_letters_v2", texts) == [letters(text) for text in texts]
    assert in_sql("arabic_spellings_v2", texts) == [spellings(text) for text in texts]


@given(st.lists(arabic_text(), max_size=30))
@example(["x² ﷺ ½ 𜳖 𝐀", "ŉﷺ", "İ\u0301I", "\u1100\u1161\ufb50"])
@settings(deadline=None, max_examples=60)
def test_texts_fold_alike(texts):
    assert in_sql("arabic_fold_v1", texts) == [fold(text) for text in texts]
    assert in_sql("arabic_words_v1", texts) == [words(text) for text in texts]
    assert in_sql("arabic_spellings_v2", texts) == [spellings(text) for text in texts]
    assert forms_in_sql(texts) == forms_in_python(texts)


@given(st.lists(arabic_word() | st.text("اويهلنتبفك", min_size=1, max_size=9), max_size=100).map(" ".join))
@settings(deadline=None, max_examples=60)
def test_words_of_prefixes_and_suffixes_have_the_same_forms(text):
    assert forms_in_sql([text]) == forms_in_python([text])


def test_the_kept_words_are_the_same():
    with connection.cursor() as cursor:
        cursor.execute("SELECT arabic_kept_words_v2()")
        (kept,) = cursor.fetchone()

    assert set(kept) == KEPT_WORDS


def test_kept_words_with_every_prefix_have_the_same_forms():
    prefixes = ("", "ال", "و", "ف", "ب", "ل", "لل", "وال", "بال", "وبال", "كال", "ولل", "فلل", "ول", "وب")
    text = " ".join(prefix + word for word in sorted(KEPT_WORDS) for prefix in prefixes)

    assert forms_in_sql([text]) == forms_in_python([text])


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_newspaper_prose_is_analysed_alike(path):
    text = path.read_text(encoding="utf-8")
    paragraphs = text.splitlines()

    assert len(words(text).split()) > 80
    assert in_sql("arabic_fold_v1", paragraphs) == [fold(paragraph) for paragraph in paragraphs]
    assert in_sql("arabic_words_v1", [*paragraphs, text]) == [*map(words, paragraphs), words(text)]
    assert forms_in_sql([*paragraphs, text]) == forms_in_python([*paragraphs, text])


def test_nothing_is_analysed_to_nothing():
    assert in_sql("arabic_words_v1", ["", None, "؟!"]) == ["", None, ""]
    assert forms_in_sql(["", None, "؟!"]) == [[], [], []]


def test_the_functions_are_immutable_and_safe_for_parallel_plans():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, provolatile, proparallel FROM pg_proc WHERE proname = ANY (%s) ORDER BY proname",
            [FUNCTIONS],
        )
        assert cursor.fetchall() == [(name, "i", "s") for name in FUNCTIONS]


def test_word_lists_are_filled_in():
    assert "@" not in statement("arabic_stems_v2")
    assert " وزراء " in statement("arabic_stems_v2")
