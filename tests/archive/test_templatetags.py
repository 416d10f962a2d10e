from django.utils.safestring import mark_safe

from archive.templatetags.archive import unbroken_dates


def test_dates_are_kept_together_and_the_rest_escaped():
    assert unbroken_dates("<b> 2017-12-21") == '&lt;b&gt; <span class="unbroken">2017-12-21</span>'


def test_what_is_html_already_is_left_as_it_is():
    link = mark_safe('<a href="/archive/2017-12-21/">يوم</a>')
    assert unbroken_dates(link) == link
