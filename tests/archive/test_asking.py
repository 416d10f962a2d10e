"""Parts that wait side by side are asked in one statement, and answered as if each were asked alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.asking import answer, asked, at_once, remembered, remembering, rows_of, rows_of_queryset, together
from archive.models import Article
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

SERIES = (
    "SELECT n, n::text AS text, NULL AS nothing, ARRAY[n] AS list FROM generate_series(1, %s) AS n ORDER BY n DESC"
)


@asked
def highest(number: int):
    rows = yield from rows_of(SERIES, [number])
    return rows[0][0]


@asked
def doubled(number: int):
    found = yield from highest.part(number)
    return (yield from highest.part(2 * found))


def asking(part) -> tuple[object, int]:
    """What PART returns, and in how many statements."""
    with CaptureQueriesContext(connection) as queries:
        return answer(part), len(queries)


def test_alone_a_question_is_asked_as_it_is():
    assert asking(rows_of(SERIES, [2])) == ([(2, "2", None, [2]), (1, "1", None, [1])], 1)


def test_beside_others_it_is_answered_the_same_in_one_statement():
    parts = together(
        rows_of(SERIES, [2]), rows_of("SELECT 1 AS one WHERE false"), rows_of("SELECT 0.5::float8 AS half")
    )
    assert asking(parts) == ([[(2, "2", None, [2]), (1, "1", None, [1])], [], [(0.5,)]], 1)


def test_each_round_is_one_statement_and_parts_may_end_sooner():
    assert asking(together(doubled.part(2), highest.part(3), at_once("known"))) == ([4, 3, "known"], 2)


def test_parts_are_put_together_of_parts():
    assert asking(together(together(doubled.part(1), highest.part(5)), doubled.part(3))) == ([[2, 5], 6], 2)


def test_the_same_question_is_put_once():
    _answers, statements = asking(together(highest.part(3), highest.part(3)))
    assert statements == 1
    with CaptureQueriesContext(connection) as queries:
        answer(together(highest.part(3), highest.part(3), highest.part(4)))
    assert queries[0]["sql"].count("generate_series") == 2


def test_a_function_that_is_asked_is_called_as_any_other():
    assert (highest(3), doubled(3)) == (3, 6)


def test_parameters_may_have_names():
    sql = "SELECT %(second)s::int AS second, %(first)s::int AS first, %(second)s::int AS again, 7 %% 4 AS rest"
    named = {"first": 1, "second": 2}
    assert answer(together(rows_of(sql, named), rows_of(SERIES, [1])))[0] == [(2, 1, 2, 3)]


def test_querysets_are_asked_beside_others():
    article = ArticleFactory()
    ids = Article.objects.values_list("pk")
    found, none = answer(together(rows_of_queryset(ids), rows_of_queryset(ids.filter(pk__in=[]))))
    assert (found, none) == ([(article.pk,)], [])


def test_what_is_remembered_is_asked_once_within():
    with remembering():
        assert asking(remembered("three", highest.part(3))) == (3, 1)
        assert asking(remembered("three", highest.part(3))) == (3, 0)
    assert asking(remembered("three", highest.part(3))) == (3, 1)


def test_an_error_in_the_database_is_raised_where_it_is_asked():
    with pytest.raises(Exception, match="nowhere"):
        answer(together(rows_of("SELECT * FROM nowhere"), rows_of(SERIES, [1])))
