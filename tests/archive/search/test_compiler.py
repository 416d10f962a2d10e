"""Words near each other: a question of two words to the index, and the same answers as one of all distances."""

from dataclasses import replace
from random import Random

import pytest
from django.db import connection

from archive.search.compiler import every_part
from archive.search.conditions import Condition
from archive.search.parser import parse
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

WORDS = ["هدنة", "جنيف", "وفد", "ملف", "خبر", "قمة", "سد", "نهر", "باب", "سوق"]


def found(condition: Condition) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT article_id FROM archive_articlesearch AS entry {condition.where} ORDER BY 1",
            condition.where_params,
        )
        return [pk for (pk,) in cursor.fetchall()]


def every_distance(left: str, right: str, within: int) -> Condition:
    alternatives = (
        f"{one} <{distance}> {other}"
        for distance in range(1, within + 1)
        for one, other in ((left, right), (right, left))
    )
    return Condition.tsquery(f"({' | '.join(alternatives)})")


@pytest.mark.parametrize("field", ["", "عنوان:"])
@pytest.mark.parametrize(("other", "stem"), [("جنيف", "جنيف"), ("هدنة", "هدن")])
def test_near_words_are_those_that_a_tsquery_of_every_distance_finds(field, other, stem):
    random = Random(1)
    for _ in range(40):
        title, body = (" ".join(random.choices(WORDS + ["غير"] * 20, k=count)) for count in (8, 40))
        ArticleFactory(title=title, body=body)

    answers = set()
    weight = ":A" if field else ""
    for within in (1, 2, 5, 12, 30):
        near = every_part(parse(f'{field}"هدنة {other}"~{within}'))
        at_any_distance = every_distance(f"'هدن'{weight}", f"'{stem}'{weight}", within)
        assert found(near) == found(at_any_distance)
        assert found(~near) == found(~at_any_distance)
        answers.add(len(found(near)))
    assert len(answers) > 1


def test_however_wide_the_index_is_asked_for_two_words():
    assert every_part(parse('"هدنة جنيف"~30')).vector == "('هدن' & 'جنيف')"
    assert every_part(parse('"هدنة جنيف وفد"~30')).vector == "('هدن' & 'جنيف') & ('جنيف' & 'وفد')"


SPELT = ["هدنة", "الهدنة", "جنيف", "بجنيف", "وفد", "وفدًا", "غير", "غير"]


@pytest.mark.parametrize("field", ["", "عنوان:"])
def test_words_near_each_other_as_typed_are_those_of_every_pair(field):
    random = Random(3)
    for _ in range(60):
        title, summary, body = (" ".join(random.choices(SPELT, k=count)) for count in (8, 4, 12))
        ArticleFactory(title=title, summary=summary, body=body)

    for within in (1, 2, 5):
        together = every_part(parse(f'{field}="هدنة جنيف وفد"~{within}'))
        by_pairs = every_part(parse(f'{field}="هدنة جنيف"~{within} {field}="جنيف وفد"~{within}'))
        assert together.where.count("arabic_spellings_v2") == 1
        assert found(together) == found(by_pairs) != []
        assert found(~together) == found(~by_pairs) != []


COMMON = ["قال", "الرئيس", "الحكومة", "العام", "مدينة"]


def phrases_only(text: str) -> Condition:
    """What the vector alone says of TEXT, a phrase."""
    return Condition.tsquery(" <-> ".join(f"'{form.stem}'" for form in parse(text).words))


@pytest.mark.parametrize("others", ["", ' OR "خبر قمة"', ' -"قال العام"', ' (خبر OR "العام مدينة")'])
def test_pairs_lose_no_phrase_of_common_words(others):
    random = Random(2)
    for _ in range(60):
        ArticleFactory(
            title="عنوان", summary="", body=f"<p>{' '.join(random.choices([*COMMON, 'خبر', 'قمة'], k=8))}</p>"
        )
    for text in ('"قال الرئيس"', '"الرئيس الحكومة العام"', '"مدينة الرئيس خبر"', 'عنوان:"قال الرئيس"'):
        whole = every_part(parse(text + others))

        assert whole.pairs or whole.alternatives
        assert found(whole) == found(without_pairs(whole))
    assert found(every_part(parse('"قال الرئيس"'))) == found(phrases_only('"قال الرئيس"')) != []


def without_pairs(condition: Condition) -> Condition:
    return replace(condition, pairs=(), alternatives=tuple(map(without_pairs, condition.alternatives)))
