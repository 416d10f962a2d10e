from datetime import UTC, date, datetime

import pytest

from archive.search import quotations
from archive.search.quotations import QuotationRequest, counted, matching
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, QuotationFactory

pytestmark = pytest.mark.django_db


def found(**wanted) -> list[str]:
    return [quotation.text for quotation in matching(QuotationRequest(**wanted)).newest_first()]


@pytest.mark.parametrize("typed", ["الأبواب", "ابواب مفتوحة", "بالأبواب", "أنّ الأبواب"])
def test_words_are_found_in_any_form(typed):
    QuotationFactory(text="إن الأبواب مفتوحة للجميع")
    QuotationFactory(text="إن الهدنة صامدة")
    assert found(text=typed) == ["إن الأبواب مفتوحة للجميع"]


def test_all_words_have_to_be_there():
    QuotationFactory(text="إن الأبواب مفتوحة")
    assert found(text="أبواب مغلقة") == []


def test_a_speaker_is_an_entity_its_name_or_the_article_s_words():
    lavrov = EntityFactory(name="سيرغي لافروف", aliases=["Lavrov"])
    MentionFactory(entity=lavrov)
    QuotationFactory(text="أول", speaker=lavrov, speaker_text="الوزير")
    QuotationFactory(text="ثانٍ", speaker_text="مصدر قريب من الوفد")
    assert found(speaker=str(lavrov.pk)) == ["أول"]
    assert found(speaker="Lavrov") == ["أول"]
    assert found(speaker="لافروف") == ["أول"]
    assert found(speaker="الوفد") == ["ثانٍ"]
    assert found(speaker="بوتين") == []


def test_a_period_is_of_the_articles():
    for day in (20, 21, 22):
        article = ArticleFactory(published_at=datetime(2017, 12, day, 9, tzinfo=UTC))
        QuotationFactory(text=f"يوم {day}", article=article)
    assert found(date_from=date(2017, 12, 21)) == ["يوم 22", "يوم 21"]
    assert found(date_to=date(2017, 12, 21)) == ["يوم 21", "يوم 20"]


def test_what_is_refused_or_unpublished_is_not_found():
    QuotationFactory(confirmed=False)
    QuotationFactory(article=ArticleFactory(draft=True))
    assert found() == []


def test_more_than_are_counted_are_so_many_and_more(monkeypatch):
    monkeypatch.setattr(quotations, "MAX_COUNTED", 2)
    for expected in ((1, True), (2, True), (2, False)):
        QuotationFactory()
        assert counted(matching(QuotationRequest())) == expected
