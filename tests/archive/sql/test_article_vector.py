"""The search vector of an article, on ordinary, huge and hostile texts, and the trigger that keeps it true."""

import random

import pytest
from django.db import connection
from hypothesis import given, settings

from archive.models import Article, ArticleSearch
from archive.text.tokenize import stems
from tests.archive.text.strategies import arabic_text
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

FIELD_GAP = 10


def vector_of(title="", kicker="", summary="", body=""):
    """The vector as pairs of a stem and its places, such as ("سفين", "1A,17")."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lexeme, array_agg(position || replace(weight, 'D', '') ORDER BY position)
            FROM unnest(article_vector_v1(%s, %s, %s, %s)), unnest(positions, weights) AS places (position, weight)
            GROUP BY lexeme
            """,
            [title, kicker, summary, body],
        )
        return dict(cursor.fetchall())


def size_of(**texts):
    """How many words and bytes the vector of TEXTS has."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT length(vector), pg_column_size(vector)
            FROM article_vector_v1(%(title)s, %(kicker)s, %(summary)s, %(body)s) AS vector
            """,
            {"title": "", "kicker": "", "summary": "", "body": ""} | texts,
        )
        return cursor.fetchone()


def distinct_words(count):
    """COUNT different words of seven letters that no rule shortens."""
    letters = "جحخدذرزسشصضطظعغ"
    chosen = random.Random(1)
    found = {}
    while len(found) < count:
        found["".join(chosen.choices(letters, k=7))] = None
    return " ".join(found)


def test_an_empty_article_has_an_empty_vector():
    assert vector_of() == {}
    assert vector_of("؟!", None, None, None) == {}


@given(arabic_text(), arabic_text())
@settings(deadline=None, max_examples=60)
def test_places_count_the_stems_in_order(title, body):
    expected = {}
    for place, word in enumerate(stems(title), 1):
        expected.setdefault(word[:64], []).append(f"{place}A")
    for place, word in enumerate(stems(body), len(stems(title)) + 2 * FIELD_GAP + 1):
        expected.setdefault(word[:64], []).append(str(place))

    assert vector_of(title, body=body) == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "' & | ! ( ) <-> :* \\ '' \\'",
        "كلمة':1A 'أخرى':2",
        "\x01\x02\x7f\ufffe\uffff\U0010ffff",
        "\u202e\u200f\ufeff",
        "'; DROP TABLE archive_article; --",
        "%s %(title)s %%",
    ],
)
def test_syntax_in_a_text_is_text(hostile):
    body = f"قبل {hostile} بعد"

    assert sorted(vector_of(hostile, hostile, hostile, body)) == sorted(set(stems(hostile) + stems(body)))


def test_long_words_are_cut_and_do_no_harm():
    assert vector_of(body=f"{'س' * 5000} {'س' * 64} نهاية") == {"س" * 64: ["21", "22"], "نها": ["23"]}


def test_a_summary_without_end_is_indexed_by_its_beginning_too():
    many = distinct_words(100_000)

    assert 10_000 < size_of(kicker="عين", summary=many, body=many)[0] < 100_000


# --- The trigger -------------------------------------------------------------------------------------------------


def stored(article):
    return ArticleSearch.objects.values_list("vector", flat=True).get(pk=article.pk)


def test_the_vector_follows_every_way_of_writing():
    article = ArticleFactory(title="عنوان", summary="", body="<p>أول</p>")
    seen = [stored(article)]

    article.title = "غيره"
    article.save()
    seen.append(stored(article))
    Article.objects.filter(pk=article.pk).update(summary="خلاصة")
    seen.append(stored(article))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET text = 'نصوص' WHERE id = %s", [article.pk])
    seen.append(stored(article))
    Article.objects.bulk_update([article], ["kicker", "summary"])
    seen.append(stored(article))

    assert seen == [
        "'اول':22 'عنو':1A",
        "'اول':22 'غير':1A",
        "'اول':23 'خلاص':12B 'غير':1A",
        "'خلاص':12B 'غير':1A 'نصوص':23",
        "'غير':1A 'نصوص':22",
    ]


def test_bulk_creation_indexes_and_deletion_removes():
    article = ArticleFactory.build(source=ArticleFactory().source, section=None, title="دفعة")
    Article.objects.bulk_create([article])

    assert stored(article).startswith("'")
    Article.objects.filter(pk=article.pk).delete()
    assert not ArticleSearch.objects.filter(pk=article.pk).exists()
