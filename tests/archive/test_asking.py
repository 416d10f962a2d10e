"""Parts that wait side by side are asked in one statement, and answered as if each were asked alone."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from archive.asking import answer, asked, at_once, remembered, remembering, rows_of, rows_of_queryset, together, until
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


def test_a_part_waits_for_what_one_before_it_finds_out():
    known = []

    def finding():
        known.append((yield from doubled.part(2)))
        return (yield from highest.part(1))

    def waiting():
        yield from until(lambda: bool(known))
        return (yield from highest.part(known[0] + 1))

    assert asking(together(finding(), waiting())) == ([1, 5], 3)


def test_parts_that_wait_for_nothing_are_refused():
    with pytest.raises(RuntimeError):
        answer(together(until(lambda: False), until(lambda: False)))


def test_a_part_that_waits_for_another_is_not_told_of_what_failed():
    known = []

    def finding():
        try:
            yield from rows_of("SELECT 1")
        except ValueError:
            known.append(5)

    def waiting():
        yield from until(lambda: bool(known))
        return known

    part = together(finding(), waiting())
    next(part)
    with pytest.raises(StopIteration) as end:
        part.throw(ValueError())
    assert end.value.value == [None, [5]]


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


# --- What fails ---


NOWHERE = "SELECT * FROM nowhere"


def noting(ends: list[str], name: str, part):
    """PART, which notes by its NAME that it has ended, however it did."""
    try:
        return (yield from part)
    finally:
        ends.append(name)


def or_nothing(part):
    try:
        return (yield from part)
    except ProgrammingError:
        return None


def raising(part):
    yield from part
    raise ValueError("no such thing")


def test_an_error_in_the_database_is_raised_where_it_is_asked():
    with pytest.raises(ProgrammingError, match="nowhere"):
        answer(together(rows_of(NOWHERE), rows_of(SERIES, [1])))


def test_a_part_may_catch_it_and_ask_something_else():
    def other_than_nowhere():
        try:
            with transaction.atomic():
                return (yield from rows_of(NOWHERE))
        except ProgrammingError:
            return (yield from highest.part(3))

    assert answer(other_than_nowhere()) == 3


def test_it_is_raised_in_each_part_that_waits_for_the_statement():
    parts = [or_nothing(rows_of(NOWHERE)), or_nothing(rows_of(SERIES, [1])), at_once("known")]
    assert answer(together(*parts)) == [None, None, "known"]


def test_what_a_part_does_not_catch_ends_all_that_stand_beside_it():
    ends = []
    parts = [
        or_nothing(noting(ends, "caught", rows_of(NOWHERE))),
        noting(ends, "raised", rows_of(SERIES, [1])),
        together(noting(ends, "closed", rows_of(SERIES, [2]))),
    ]
    with pytest.raises(ProgrammingError):
        answer(together(*parts))
    assert ends == ["caught", "raised", "closed"]


def test_a_part_that_raises_ends_those_beside_it():
    ends = []
    parts = [noting(ends, "one", doubled.part(3)), raising(highest.part(1)), noting(ends, "other", doubled.part(4))]
    with pytest.raises(ValueError, match="no such thing"):
        answer(together(*parts))
    assert ends == ["one", "other"]


def test_a_part_that_raises_at_once_ends_those_that_have_begun():
    ends = []
    parts = [noting(ends, "one", doubled.part(3)), raising(at_once(None)), noting(ends, "other", doubled.part(4))]
    with pytest.raises(ValueError, match="no such thing"):
        answer(together(*parts))
    assert ends == ["one"]


def test_whoever_put_parts_together_may_catch_what_one_of_them_raises():
    def otherwise():
        try:
            return (yield from together(raising(highest.part(1)), doubled.part(3)))
        except ValueError:
            return (yield from highest.part(2))

    assert answer(otherwise()) == 2


def test_what_is_closed_early_ends_in_all_its_parts():
    ends = []
    parts = [noting(ends, "first", highest.part(3)), together(noting(ends, "second", highest.part(4)))]
    whole = together(*parts)
    next(whole)
    whole.close()
    assert ends == ["first", "second"]


def test_an_interruption_ends_all_parts():
    def interrupted(*_args):
        raise KeyboardInterrupt

    ends = []
    part = noting(ends, "alone", highest.part(3))
    beside = noting(ends, "beside", highest.part(4))
    for whole in (part, together(beside, highest.part(5))):
        with connection.execute_wrapper(interrupted), pytest.raises(KeyboardInterrupt):
            answer(whole)
    assert ends == ["alone", "beside"]


def test_nothing_is_remembered_of_a_part_that_came_to_no_end():
    with remembering():
        with pytest.raises(ValueError, match="no such thing"):
            answer(remembered("three", raising(highest.part(3))))
        with pytest.raises(ProgrammingError), transaction.atomic():
            answer(together(remembered("three", highest.part(3)), rows_of(NOWHERE)))
        early = remembered("three", highest.part(3))
        next(early)
        early.close()
        assert asking(remembered("three", highest.part(3))) == (3, 1)
        assert asking(remembered("three", highest.part(3))) == (3, 0)
