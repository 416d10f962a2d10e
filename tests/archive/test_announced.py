"""What was said to come."""

from datetime import UTC, date, datetime

import pytest

from archive.annotating import annotate
from archive.announced import announced
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

DAY = datetime(2017, 12, 21, 9, tzinfo=UTC)


def article(body: str, **values):
    made = ArticleFactory(body=f"<p>{body}</p>", **({"published_at": DAY} | values))
    annotate([made.pk])
    return made


def sentences(first: date, last: date | None = None) -> list[str]:
    return [entry.sentence for entry in announced(first, last or first)]


def test_a_day_knows_what_had_been_said_of_it():
    article("مقدمة. وتعقد الجولة في 25 كانون الثاني (يناير) المقبل في فيينا. خاتمة.")
    expected = "وتعقد الجولة في <mark>25 كانون الثاني (يناير) المقبل</mark> في فيينا."
    assert sentences(date(2018, 1, 25)) == [expected]
    assert sentences(date(2018, 1, 26)) == []
    assert sentences(date(2018, 1, 1), date(2018, 1, 31)) == [expected]


def test_the_more_definite_comes_first():
    article("تعقد في النصف الثاني من كانون الثاني المقبل")
    article("تعقد في 25 كانون الثاني المقبل")
    assert ["25" in sentence for sentence in sentences(date(2018, 1, 25))] == [True, False]


def test_a_month_knows_what_was_said_in_it_long_before():
    article("تعقد الجولة في 25 كانون الثاني 2018.", published_at=datetime(2018, 1, 3, 9, tzinfo=UTC))
    article("تعقد الجولة غدًا.", published_at=datetime(2018, 1, 24, 9, tzinfo=UTC))
    month = (date(2018, 1, 1), date(2018, 1, 31))
    assert sentences(*month) == ["تعقد الجولة في <mark>25 كانون الثاني 2018</mark>."]
    assert len(sentences(date(2018, 1, 25))) == 2


def test_what_was_is_not_announced_nor_what_is_hidden_nor_a_whole_year():
    article("عقدت في 25 كانون الثاني 2016")
    article("تعقد في 25 كانون الثاني 2018", draft=True)
    article("تعقد العام المقبل")
    article("تعقد في 25 كانون الثاني 2018", published_at=datetime(2018, 1, 25, 9, tzinfo=UTC))
    assert sentences(date(2018, 1, 25)) == []


def test_an_article_stands_once():
    article("تعقد في 25 كانون الثاني المقبل. وتنتهي في 25 كانون الثاني المقبل.")
    assert len(sentences(date(2018, 1, 25))) == 1
