import pytest

from archive.search.agreement import Agreement, agreement
from archive.search.highlight import HitFinder
from archive.search.meanings import widen
from archive.search.parser import parse
from tests.factories import EntityFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("آستانة", "في آستانة، أمس", Agreement.EXACT),
        ("آستانة", "في آستانَة و أستانة", Agreement.EXACT),
        ("استانه", "في آستانة", Agreement.SPELLING),
        ("محادثات", "المحادثات", Agreement.FORM),
        ("وزير", "الوزراء", Agreement.MEANING),
        ("وزير", "الوزراء والوزير", Agreement.FORM),
        ("دي ميستورا", "ديمستورا", Agreement.MEANING),
        ("محادثات استانه", "محادثات آستانة", Agreement.SPELLING),
        ("محادثات استانه", "المحادثات في آستانة", Agreement.FORM),
        ("محادثات جنيف", "محادثات آستانة", Agreement.EXACT),
        ("", "نص", Agreement.EXACT),
    ],
)
def test_an_article_agrees_as_its_loosest_word_does(query, text, expected):
    asked = widen(parse(query))
    hits = HitFinder.of(asked).find(text)
    assert agreement((hit.spelt for hit in hits), asked) is expected


def test_an_article_that_has_another_name_of_what_is_asked_for_says_so():
    EntityFactory(name="كوت ديفوار", aliases=["ساحل العاج"])
    asked = widen(parse("ساحل العاج"))
    assert agreement(["كوت", "ديفوار"], asked) is Agreement.NAME
