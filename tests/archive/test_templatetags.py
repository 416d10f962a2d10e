import pytest
from django.utils.safestring import mark_safe

from archive.templatetags.archive import language, unbroken_dates


def test_dates_are_kept_together_and_the_rest_escaped():
    assert unbroken_dates("<b> 2017-12-21") == '&lt;b&gt; <span class="unbroken">2017-12-21</span>'


def test_what_is_html_already_is_left_as_it_is():
    link = mark_safe('<a href="/archive/2017-12-21/">يوم</a>')
    assert unbroken_dates(link) == link


@pytest.mark.parametrize(("text", "lang"), [("أزمة UN", "ar"), ("UN crisis", "en"), ("2011–2020", "ar")])
def test_words_of_which_only_the_letters_are_known_have_a_language(text, lang):
    assert language(text) == lang
