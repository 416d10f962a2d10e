import pytest

from archive.text.direction import direction, isolated, joined, with_left_to_right_runs


@pytest.mark.parametrize(
    ("text", "in_arabic", "in_english"),
    [
        ("محادثات جنيف (٨)", "محادثات جنيف (٨)", "\u2068محادثات جنيف (٨)\u2069"),
        ("Geneva talks (8)", "\u2068Geneva talks (8)\u2069", "Geneva talks (8)"),
        ("2011–2020", "2011–2020", "2011–2020"),
        ("اللغة C++", "\u2068اللغة \u2066C++\u2069\u2069", "\u2068اللغة \u2066C++\u2069\u2069"),
        ("هاتف +961 1 234 567", "هاتف \u2066+961 1 234 567\u2069", "\u2068هاتف \u2066+961 1 234 567\u2069\u2069"),
        ("+961 1 234 567", "\u2066+961 1 234 567\u2069", "+961 1 234 567"),
        ("Call +961 1 234 567", "\u2068Call +961 1 234 567\u2069", "Call +961 1 234 567"),
        ("«أ» &amp; «ب»", "«أ» &amp; «ب»", "\u2068«أ» &amp; «ب»\u2069"),
        ("", "", ""),
    ],
)
def test_text_is_isolated_where_its_letters_run_against_the_line(text, in_arabic, in_english):
    assert isolated(text, right_to_left=True) == in_arabic
    assert isolated(text, right_to_left=False) == in_english


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("Facebook Messenger تعطّل", "ar", "rtl"),
        ("<mark>BBC</mark> عربي", "ar-LB", "rtl"),
        ("A quote: «لا»", "en", "ltr"),
        ("Geneva talks &amp; more", "ar", "ltr"),
        ("محادثات جنيف", "en", "rtl"),
        ("2011–2020", "ar", "rtl"),
        ("2011–2020", "en", "ltr"),
        ("", "fa", "rtl"),
    ],
)
def test_text_runs_as_its_language_does_if_it_has_letters_of_it(text, language, shown):
    assert direction(text, language) == shown


def test_names_of_both_directions_are_kept_apart_in_a_list():
    assert joined(["كريم", "هالة"], "، ") == "كريم، هالة"
    assert joined(["J. Smith (AP)", "K. Jones"], ", ") == "J. Smith (AP), K. Jones"
    assert joined(["J. Smith (AP)", "هالة"], "، ") == "\u2068J. Smith (AP)\u2069، \u2068هالة\u2069"
    assert joined([], "، ") == ""


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("الهاتف: +961 1 234 567.", ["+961 1 234 567"]),
        ("الهاتف +961 (1) 234-567، والفاكس +٩٦١ ١ ٢٣٤ ٥٦٨", ["+961 (1) 234-567", "+٩٦١ ١ ٢٣٤ ٥٦٨"]),
        ("اتصلوا بـ01 234 567 أو 00961 1 234567", ["01 234 567", "00961 1 234567"]),
        ("من 2017-12-21 إلى 2018-01", ["2017-12-21", "2018-01"]),
        ("لغات C++ وC# و.NET والدالة print()", ["C++", "C#", ".NET", "print()"]),
        ("كتب @sijill_ar في #Beirut", ["@sijill_ar", "#Beirut"]),
        ("انظر https://example.org/a?b=1&c=(2)، ففيه", ["https://example.org/a?b=1&c=(2)"]),
        ("راسلوا desk@example.org", []),
        ("أعوام 2011 2012 2013 وما بينها", []),
        ("بين 2011–2020، أو 2011-2020", []),
        ("فاز 3-2 يوم 01-02-2017 بنسبة 0.5", []),
        ("Geneva (GVA) وحدها", []),
        ("بلا شيء من ذلك", []),
    ],
)
def test_what_runs_from_the_left_in_any_line_is_kept_in_its_order(text, runs):
    expected = text
    for run in runs:
        expected = expected.replace(run, f'<bdi dir="ltr">{run}</bdi>')
    assert with_left_to_right_runs(text) == expected


def test_tags_and_escaped_characters_are_left_alone():
    html = '<mark title="+961 1 234 567">جنيف</mark> &amp;amp &#x27;#&#x27; &quot;'
    assert with_left_to_right_runs(html) == html
