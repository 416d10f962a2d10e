"""Did you mean: what is corrected, what is left alone, and that nothing hidden is ever suggested."""

import pytest
from hypothesis import given, settings

from archive.models import Article
from archive.search.engine import SearchRequest
from archive.search.filters import SearchFilters
from archive.search.parser import parse
from archive.search.spelling import MAX_OPTIONS, corrections, did_you_mean, known_words
from archive.search.statistics import count_words
from archive.text.normalize import words
from archive.text.tokenize import ALLAH
from tests.archive.text.strategies import arabic_text
from tests.factories import ArticleFactory, SectionFactory

pytestmark = pytest.mark.django_db


def articles(*titles, times=6, **fields):
    for title in titles:
        for _ in range(times):
            ArticleFactory(**({"title": title, "summary": "", "body": ""} | fields))
    count_words()


def suggested(text, **request):
    return [suggestion.text for suggestion in did_you_mean(SearchRequest(text=text, **request), limit=5)]


@pytest.mark.parametrize("typed", ["المفاوظات", "المفوضات", "المفاوضاتت", "المافوضات", "المقاوضات", "المفوظات"])
def test_a_misspelt_word_is_corrected(typed):
    articles("المفاوضات في جنيف")

    assert suggested(typed)[0] == "المفاوضات"


def test_a_correction_is_spelt_as_newspapers_do():
    articles("محادثات آستانة", times=4)
    articles("محادثات أستانة", times=2)

    assert suggested("استانا محادثات") == []
    assert suggested("اسثانه محادثات")[0] == "آستانة محادثات"


def test_only_what_is_corrected_is_marked_and_the_rest_stays_as_typed():
    articles("المفاوضات في جنيف")
    [suggestion, *_] = did_you_mean(SearchRequest(text="(المفاوظات | قمه) -جنيب"))

    assert [(piece.text, piece.corrected) for piece in suggestion.pieces] == [
        ("(", False), ("المفاوضات", True), (" | قمه) -جنيب", False),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["قنبورة", "القنبورة", "وقنبورة", "قنبوري"])
def test_a_word_that_any_article_has_in_some_form_is_left_alone(typed):
    articles("قنبرة", "قنبري", times=50)
    articles("والقنبورة", times=1)

    assert suggested(typed) == []


@pytest.mark.parametrize("typed", ["قهوة", "القهوة", "مفاوضا"])
def test_forms_of_the_word_typed_are_never_suggested(typed):
    articles("وقهوة", "بالقهوة", "المفاوضات", times=50)

    assert corrections(parse(typed)) == []


@pytest.mark.parametrize("typed", ["سينما", "وسينما"])
def test_a_common_word_of_arabic_is_left_alone_though_no_article_has_it(typed):
    articles("بينما", "وبينما", times=50)

    assert did_you_mean(SearchRequest(text=typed), nothing_found=True) == []
    assert suggested("شينما") != []


def test_the_common_words_are_folded():
    known = known_words() - {ALLAH}

    assert known == set(words(" ".join(known)).split())


def test_a_word_that_is_known_by_another_is_left_alone():
    articles("دمستورا", times=50)
    articles("دي ميستورا")

    assert suggested("ديمستورا") == []
    assert suggested("دينستورا") != []


@pytest.mark.parametrize(
    "typed",
    ["من:المفاوظات", "نوع:المفاوظات", "(نوع:المفاوظات | جنيف)", "=جنيف نوع:المفاوظات", "ABC", "foo:bar", "من:abc"],
)
def test_fields_and_what_was_refused_and_short_latin_words_are_left_alone(typed):
    articles("المفاوضات في جنيف", "abu var bor", times=50)

    assert suggested(typed) == []


def test_a_long_latin_word_is_corrected():
    articles("Reuters")

    assert suggested("Reutters") == ["reuters"]


def test_of_the_forms_of_a_word_only_the_likeliest_is_suggested():
    articles("انتخابات", "بانتخابات", "وانتخابات", "الانتخابات")
    others = did_you_mean(SearchRequest(text="انتخباات"), limit=5, nothing_found=True)

    assert [other.text for other in others] == ["انتخابات"]


def test_what_is_far_less_likely_than_the_likeliest_is_not_suggested():
    articles("المفاوضات", "المعارضات", "المساومات")

    assert suggested("المفاوظات") == ["المفاوضات"]


def test_common_words_are_not_suggested():
    articles("الذين عادوا", times=50)

    assert suggested("الذيث عادوا") == []


def test_a_second_word_is_corrected_only_where_it_is_surely_misspelt():
    articles("المفاوضات السورية", "زيت", times=20)

    assert suggested("المفاوظات زين")[0] == "المفاوضات زين"
    assert suggested("المفاوظات السوريت")[0] == "المفاوضات السورية"


@pytest.mark.parametrize(
    "typed", ["=المفاوظات", "المفاوظ*", "-المفاوظات جنيف", "قسم:المفاوظات جنيف", "2071", "جن", "في", "", "؟!"]
)
def test_what_was_meant_as_it_is_or_cannot_be_known_is_left_alone(typed):
    articles("المفاوضات في جنيف 2017")

    assert suggested(typed) == []


def test_phrases_and_titles_are_corrected_where_they_stand():
    articles("المفاوضات في جنيف")

    assert suggested("«المفاوظات في جنيف»") == ["«المفاوضات في جنيف»"]
    assert suggested("عنوان:المفاوظات") == ["عنوان:المفاوضات"]


def test_a_word_that_enough_articles_have_is_left_alone():
    articles("قانون", times=300)
    articles("قانونا", times=6)

    assert suggested("قانونا") == []


def test_a_query_is_corrected_to_what_stands_with_its_other_words():
    articles("مجلس الأمن", "مجلد التاريخ")

    assert suggested("مجلظ الأمن")[0] == "مجلس الأمن"
    assert suggested("مجلظ التاريخ")[0] == "مجلد التاريخ"


def test_two_words_are_corrected_at_once():
    articles("المفاوضات السورية في جنيف")

    assert suggested("المفاوظات السوريت")[0] == "المفاوضات السورية"


@pytest.mark.parametrize("status", [Article.Status.DRAFT, Article.Status.WITHDRAWN])
def test_words_of_hidden_articles_are_not_suggested(status):
    articles("المفاوضات في جنيف", status=status)

    assert suggested("المفاوظات") == []


def test_words_withdrawn_since_they_were_counted_are_not_suggested():
    articles("المفاوضات في جنيف")
    Article.objects.update(status=Article.Status.WITHDRAWN)

    assert suggested("المفاوظات") == []


def test_what_finds_nothing_in_the_filters_in_force_is_not_suggested():
    politics, culture = SectionFactory(), SectionFactory()
    articles("المفاوضات في جنيف", section=politics)

    assert suggested("المفاوظات", filters=SearchFilters(section=culture)) == []
    assert suggested("المفاوظات", filters=SearchFilters(section=politics)) == ["المفاوضات"]


def test_a_phrase_is_not_corrected_to_one_that_no_article_has():
    articles("محادثات في جنيف", "الحكومية")

    assert suggested("«محادثات في جنيف الحكوميت»") == []


def test_where_nothing_was_found_less_likely_words_are_shown_too():
    articles("جنيف", times=1)
    request = SearchRequest(text="جضف")

    assert did_you_mean(request) == []
    assert [other.text for other in did_you_mean(request, nothing_found=True)] == ["جنيف"]


def test_what_is_corrected_in_part_is_not_shown_after_what_is_corrected_whole():
    articles("مفاوضات جنيف", "مفاوضات")
    others = did_you_mean(SearchRequest(text="مفاوظات جنبف"), limit=5, nothing_found=True)

    assert [other.text for other in others] == ["مفاوضات جنيف"]


@settings(max_examples=50, deadline=None)
@given(text=arabic_text())
def test_any_text_can_be_asked(text):
    assert len(corrections(parse(text))) <= MAX_OPTIONS
