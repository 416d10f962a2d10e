"""What is asked of the database in rounds: what several parts of a page wait for at once is one statement.

A part is a generator: it yields the questions that it waits for together, and is sent their rows. Parts are put
together from others with `yield from`, and side by side with `together`; a function that is `asked` is called as any
other, or its `.part` is made one of a larger part.
"""

import re
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Result = TypeVar("Result")
Rows = list[Sequence]
_remembered: ContextVar[dict[Hashable, object] | None] = ContextVar("remembered", default=None)
_NAMED = re.compile(r"%\((\w+)\)s")


class Question(NamedTuple):
    """A query with its parameters, in their order.

    Its columns have names, no two the same, and are of types that JSON has: asked beside others, it is answered so.
    """

    sql: str
    params: tuple


Asking = Generator[tuple[Question, ...], list[Rows], Result]


def rows_of(sql: str, params: Sequence | Mapping = ()) -> Asking[Rows]:
    """Ask for the rows of SQL, whose PARAMS are in their order or by their names."""
    if isinstance(params, Mapping):
        params = [params[name] for name in _NAMED.findall(sql)]
        sql = _NAMED.sub("%s", sql)
    [rows] = yield (Question(sql, tuple(params)),)
    return rows


def rows_of_queryset(rows: QuerySet) -> Asking[Rows]:
    """As `rows_of`, of values of a queryset."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    return (yield from rows_of(sql, params))


def at_once(result: Result) -> Asking[Result]:
    """RESULT, for which nothing need be asked."""
    return result
    yield


@contextmanager
def remembering() -> Iterator[None]:
    """Have what is `remembered` asked once within."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def memory(name: str) -> dict:
    """Return what is kept under NAME within `remembering`, to be added to; outside, nothing is."""
    results = _remembered.get()
    return {} if results is None else results.setdefault(name, {})


def remembered(key: Hashable, part: Asking[Result]) -> Asking[Result]:
    """Return what PART returns, or what a part with the same KEY did."""
    results = _remembered.get()
    if results is None:
        return (yield from part)
    if key not in results:
        results[key] = yield from part
    return results[key]


def until(known: Callable[[], bool]) -> Asking[None]:
    """Wait until it is KNOWN what a part before this one, in the same `together`, finds out."""
    while not known():
        yield ()


def together(*parts: Asking) -> Asking[list]:
    """Return what PARTS return, each round of whose questions is asked at once.

    What fails in asking is raised in each of the parts that wait for it, where it asked. What a part raises, and does
    not catch, is raised here; then, and when this is closed early, all other parts are closed.
    """
    results: list = [None] * len(parts)
    waiting: dict[int, tuple[Question, ...]] = {}

    def go_on(number: int, resume: Callable, given: list[Rows] | BaseException | None) -> None:
        try:
            waiting[number] = resume(given)
        except StopIteration as end:
            waiting.pop(number, None)
            results[number] = end.value

    try:
        for number, part in enumerate(parts):
            go_on(number, part.send, None)
        while waiting:
            asked = dict(waiting)
            try:
                answers = iter((yield tuple(question for questions in asked.values() for question in questions)))
            except Exception as error:
                # Who waits for another, and has asked nothing, waits on; unless all do.
                concerned = {number for number, questions in asked.items() if questions} or set(asked)
                for number in asked:
                    if number in concerned:
                        go_on(number, parts[number].throw, error)
                    else:
                        go_on(number, parts[number].send, [])
            else:
                for number, questions in asked.items():
                    go_on(number, parts[number].send, [next(answers) for _question in questions])
    finally:
        for part in parts:
            part.close()
    return results


def answer(part: Asking[Result]) -> Result:
    """Ask whatever PART waits for, and return what it returns. What fails in asking is raised in PART."""
    try:
        questions = next(part)
        while True:
            try:
                answers = _answers(questions)
            except BaseException as error:
                questions = part.throw(error)
            else:
                questions = part.send(answers)
    except StopIteration as end:
        return end.value


def asked(function: Callable[..., Asking[Result]]) -> Callable[..., Result]:
    """Return FUNCTION as one that asks whatever its part needs; `.part` is FUNCTION itself."""

    @wraps(function)
    def answered(*args, **kwargs):
        return answer(function(*args, **kwargs))

    answered.part = function
    return answered


def _answers(questions: Sequence[Question]) -> list[Rows]:
    """The rows of each of QUESTIONS; what is asked twice is asked once."""
    if not questions:
        raise RuntimeError("Every part waits for another.")
    if len(questions) == 1:
        return _ask(questions)
    named = [repr(question) for question in questions]
    different = dict(zip(named, questions, strict=True))
    answers = dict(zip(different, _ask(list(different.values())), strict=True))
    return [answers[name] for name in named]


def _ask(questions: Sequence[Question]) -> list[Rows]:
    with connection.cursor() as cursor:
        if len(questions) == 1:
            cursor.execute(questions[0].sql, questions[0].params)
            return [cursor.fetchall()]
        columns = (f"(SELECT json_agg(answer) FROM ({question.sql}) AS answer)" for question in questions)  # noqa: S608
        cursor.execute(f"SELECT {', '.join(columns)}", [one for question in questions for one in question.params])
        return [[tuple(row.values()) for row in rows or ()] for rows in cursor.fetchone()]
