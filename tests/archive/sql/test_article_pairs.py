"""Which common stems stand beside each other: the same in SQL and in Python, and in step with the vector."""

from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Article, ArticleSearch
from archive.text.pairs import COMMON_STEMS, NUMBERS, pair_number
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

LAST_PLACE = 16_383


def pairs_of(vector):
    with connection.cursor() as cursor:
        cursor.execute("SELECT article_pairs_v1(%s::tsvector)", [vector])
        return cursor.fetchone()[0]


def vector(stems):
    return " ".join(f"'{stem}':{place}" for place, stem in enumerate(stems, 1))


@given(st.lists(st.sampled_from([*list(COMMON_STEMS)[::40], "ندرهكلم", "غيرمعروف"]), max_size=60))
@settings(deadline=None, max_examples=60)
def test_sql_and_python_number_the_same(stems):
    expected = {pair_number(*pair) for pair in pairwise(stems)} - {None}

    assert pairs_of(vector(stems)) == sorted(expected)


def test_pairs_that_share_no_number_are_told_apart():
    first, second, *_rest = COMMON_STEMS

    assert pair_number(first, second) != pair_number(second, first)
    assert len({pair_number(one, other) for one in COMMON_STEMS for other in COMMON_STEMS}) == NUMBERS


def test_every_word_at_the_last_place_stands_beside_the_one_before():
    one, two, three = list(COMMON_STEMS)[:3]
    at_the_end = f"'{one}':{LAST_PLACE - 1} '{two}':{LAST_PLACE} '{three}':{LAST_PLACE}"

    assert pairs_of(at_the_end) == sorted([pair_number(one, two), pair_number(one, three)])


def test_pairs_follow_every_way_of_writing():
    article = ArticleFactory(title="نص", summary="", body="<p>قال الرئيس</p>")
    first = ArticleSearch.objects.get(pk=article.pk).pairs

    Article.objects.filter(pk=article.pk).update(text="رئيس الحكومة")

    assert first == [pair_number("قال", "رءيس")]
    assert ArticleSearch.objects.get(pk=article.pk).pairs == [pair_number("رءيس", "حكوم")]
