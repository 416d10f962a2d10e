"""The search entry of an article, on ordinary, huge and hostile texts, and the trigger that keeps it true."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Article, ArticleSearch, Mention
from archive.search.terms import forms
from archive.text.tokenize import stems
from tests.archive.text.strategies import arabic_text
from tests.factories import ArticleFactory, MentionFactory, SectionFactory

pytestmark = pytest.mark.django_db

FIELD_GAP = 10


def vector_of(title="", kicker="", summary="", body=""):
    """The vector as pairs of a stem and its places, such as ("سفين", "1A,17")."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lexeme, array_agg(position || replace(weight, 'D', '') ORDER BY position)
            FROM article_entries_v3(ARRAY[1], ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s]) AS entry, unnest(entry.vector),
                unnest(positions, weights) AS places (position, weight)
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
            FROM article_entries_v3(
                ARRAY[1], ARRAY[%(title)s], ARRAY[%(kicker)s], ARRAY[%(summary)s], ARRAY[%(body)s])
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
    """The vector of the article's entry, without the tiers of its stems."""
    vector = ArticleSearch.objects.values_list("vector", flat=True).get(pk=article.pk)
    return " ".join(lexeme for lexeme in vector.split() if ">" not in lexeme)


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


# --- Codes, keys and visibility ----------------------------------------------------------------------------------


def codes_of(title="", summary="", body=""):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT codes, length FROM article_entries_v3(ARRAY[1], ARRAY[%s], ARRAY[''], ARRAY[%s], ARRAY[%s])",
            [title, summary, body],
        )
        codes, length = cursor.fetchone()
    assert codes == sorted(codes)
    return {code >> 3: (code & 7) + 1 for code in codes}, length


def number_of(level, word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_term_v2(%s, %s)", [level, word])
        return cursor.fetchone()[0]


def test_a_word_is_counted_at_every_level_that_changes_it_by_where_it_stands():
    codes, length = codes_of(title="آستانة", summary="وآستانة", body=" ".join(["كلمة"] * 30 + ["بآستانة"] * 2))

    assert length == 34
    assert [codes[number_of("x", word)] for word in ("آستانة", "وآستانة", "بآستانة")] == [4, 3, 2]
    assert [codes[number_of("e", word)] for word in ("استانه", "واستانه", "باستانه")] == [4, 3, 2]
    assert codes[number_of("p", "استانه")] == 5
    assert codes[number_of("s", "استان")] == 8  # 4 + 3 + 2, and no code tells more than 8.
    assert codes[number_of("k", "ستن")] == 8
    assert number_of("x", "استانه") not in codes


WORDS = st.sampled_from(
    ["وزير", "الوزير", "وزيره", "وزرير", "درس", "مدرسة", "المدرسه", "بمدرستها", "ﷲ", "الله", "لله", "علي", "على", "a"]
)


@given(st.lists(WORDS))
@settings(deadline=None, max_examples=60)
def test_a_query_finds_at_each_level_the_words_that_agree_there(words):
    codes, _length = codes_of(body=" ".join(words))
    found = forms(" ".join(words))
    for word in forms("وزير الوزير مدرسة مدرسه مدرستها الله على علي درس a"):
        for term in word.terms:
            agreeing = [other for other in found if term in other.terms]
            # The first thirty words count twice.
            assert min(8, 2 * len(agreeing)) == min(8, sum(codes.get(number_of(*one), 0) for one in term.indexed_as))


def test_words_that_say_much_about_an_article_are_in_a_tier():
    body = " ".join(f"كلمة{number}" for number in range(300))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lexeme
            FROM article_entries_v3(ARRAY[1], ARRAY['هدنة'], ARRAY[''], ARRAY[''], ARRAY[%s]) AS entry,
                unnest(entry.vector)
            WHERE lexeme ~ '>'
            """,
            [body],
        )
        tiers = [lexeme for (lexeme,) in cursor.fetchall()]

    assert tiers == ["4>هدن"]


def test_articles_indexed_together_are_indexed_as_alone():
    texts = ["محادثات آستانة", "", "آستانة ومحادثات جنيف", "محادثات محادثات"]
    with connection.cursor() as cursor:
        together, alone = [
            cursor.execute(
                """
                SELECT entry.* FROM (SELECT array_agg(id) AS ids, array_agg(text) AS texts
                    FROM unnest(%s::text[]) WITH ORDINALITY AS given (text, id) GROUP BY id %% %s) AS batch,
                    article_entries_v3(ids, texts, texts, texts, texts) AS entry ORDER BY article_id
                """,
                [texts, groups],
            ).fetchall()
            for groups in (1, 10)
        ]

    assert together == alone
    assert [length for _id, _vector, _codes, length in together] == [8, 0, 12, 8]


def test_the_keys_follow_article_and_mentions():
    article = ArticleFactory(section=None, published_at=datetime(2017, 12, 31, 23, tzinfo=UTC))

    def keys_by_kind():
        keys = ArticleSearch.objects.get(pk=article.pk).keys
        return {kind: [key >> 3 for key in keys if key & 7 == kind] for kind in range(5)}

    month = 2017 * 12 + 11
    expected = {0: [article.pk % 64], 1: [], 2: [article.source_id], 3: [month], 4: []}
    assert keys_by_kind() == expected

    article.section = SectionFactory()
    article.published_at = None
    article.date_precision = "unknown"
    article.save()
    assert keys_by_kind() == expected | {1: [article.section_id], 3: [12_000]}

    first, second = MentionFactory(article=article, start=0, end=1), MentionFactory(article=article, start=1, end=2)
    assert keys_by_kind()[4] == sorted([first.entity_id, second.entity_id])
    Mention.objects.filter(pk=first.pk).update(confirmed=False)
    assert keys_by_kind()[4] == [second.entity_id]
    other = ArticleFactory()
    Mention.objects.filter(pk=second.pk).update(article=other)
    assert keys_by_kind()[4] == []
    assert second.entity_id << 3 | 4 in ArticleSearch.objects.get(pk=other.pk).keys
    Mention.objects.all().delete()
    assert second.entity_id << 3 | 4 not in ArticleSearch.objects.get(pk=other.pk).keys


def test_entries_are_visible_exactly_when_their_articles_are(now):
    moments = [now - timedelta(days=1), now, now + timedelta(days=1), None]
    for status in Article.Status.values:
        for moment in moments:
            if not (status == "scheduled" and moment is None):
                precision = "minute" if moment else "unknown"
                ArticleFactory(status=status, published_at=moment, date_precision=precision)

    for at in (now - timedelta(days=2), now, now + timedelta(days=2)):
        visible = ArticleSearch.objects.filter(visible_from__lte=at).values_list("pk", flat=True)
        assert set(visible) == set(Article.objects.published(at=at).values_list("pk", flat=True))
