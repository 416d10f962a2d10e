"""The page of quotations, and where else they are shown."""

import pytest

from archive.models import Quotation
from tests.archive.views.html import text, with_class
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, QuotationFactory

pytestmark = pytest.mark.django_db


def said(page) -> list[str]:
    return [text(quote) for quote in with_class(page.main, "quotation-text")]


def speakers(page) -> list[str]:
    return [text(speaker) for speaker in with_class(page.main, "quotation-speaker")]


def test_a_quotation_names_its_speaker_and_its_article(see):
    article = ArticleFactory(title="محادثات جنيف")
    speaker = EntityFactory(name="سامية الخطيب")
    MentionFactory(article=article, entity=speaker)
    QuotationFactory(article=article, speaker=speaker, text="الأبواب مفتوحة", kind="direct")
    page = see("/quotations/")
    assert (said(page), speakers(page)) == (["الأبواب مفتوحة"], ["سامية الخطيب"])
    [where] = [a for a in page.all("main//figcaption//a") if a.get("href") == article.get_absolute_url()]
    assert [(words.get("lang"), text(words)) for words in where] == [("ar", "محادثات جنيف")]


def test_a_source_without_a_name_keeps_the_article_s_words(see):
    QuotationFactory(speaker_text="مصدر أمني", source_kind=Quotation.SourceKind.SECURITY)
    page = see("/quotations/", language="en")
    assert speakers(page) == ["مصدر أمني"]
    assert [text(kind) for kind in with_class(page.main, "quotation-kind")] == ["a security source"]


def test_the_form_narrows_and_stays_filled_in(see):
    QuotationFactory(text="إن الأبواب مفتوحة")
    QuotationFactory(text="إن الهدنة صامدة")
    page = see("/quotations/", {"q": "الهدنة"})
    assert said(page) == ["إن الهدنة صامدة"]
    assert page.main.find(".//input[@name='q']").get("value") == "الهدنة"


def test_pages_lead_on_with_what_was_asked(see):
    article = ArticleFactory()
    for number in range(25):
        QuotationFactory(article=article, text=f"كلام {number}")
    first = see("/quotations/", {"q": "كلام"})
    (older,) = first.hrefs("main//nav[@class='pagination']//a")
    second = see(older)
    assert len(said(first)) == 20
    assert len(said(second)) == 5
    assert not {*said(first)} & {*said(second)}


def test_nothing_found_says_so(see):
    page = see("/quotations/", {"q": "شيء", "from": "غد"})
    assert said(page) == []
    assert len(with_class(page.main, "empty-state-title")) == 1
    assert len(with_class(page.main, "field-errors")) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_many_questions_whatever_it_shows(query_count, count):
    for _number in range(count):
        article = ArticleFactory()
        entity = EntityFactory()
        MentionFactory(article=article, entity=entity)
        QuotationFactory(article=article, speaker=entity)
    assert query_count("/quotations/") <= 9


def test_an_article_shows_what_is_said_in_it_but_what_is_refused(see):
    article = ArticleFactory()
    QuotationFactory(article=article, text="إن الأبواب مفتوحة")
    QuotationFactory(article=article, text="إن الهدنة صامدة", confirmed=False)
    assert said(see(article.get_absolute_url())) == ["إن الأبواب مفتوحة"]


def test_the_page_of_a_speaker_shows_the_latest_and_leads_to_all(see):
    article = ArticleFactory()
    speaker = EntityFactory(name="سامية الخطيب")
    MentionFactory(article=article, entity=speaker)
    QuotationFactory(article=article, speaker=speaker, text="إن الأبواب مفتوحة")
    page = see(speaker.get_absolute_url())
    assert said(page) == ["إن الأبواب مفتوحة"]
    assert f"/quotations/?speaker={speaker.pk}" in page.hrefs("main//a")
