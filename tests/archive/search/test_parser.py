from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.search.parser import MAX_QUERY_CHARS, MAX_WORDS, parse
from archive.search.query import Field, Group, Not, Phrase, Problem, Trouble, Word
from tests.archive.text.strategies import arabic_text


def understood(text):
    return parse(text).understood


def troubles(text):
    return [problem.trouble for problem in parse(text).problems]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("محادثات جنيف", "محادثات جنيف"),
        ("محادثات، جنيف؟", "محادثات جنيف"),
        ("جنيف-8", "جنيف 8"),
        ('"وفد المعارضة" سوريا', "«وفد المعارضة» سوريا"),
        ("«وفد المعارضة»", "«وفد المعارضة»"),
        ("“وفد المعارضة”~5", "«وفد المعارضة»~5"),
        ("القدس -كرة", "القدس -كرة"),
        ("القدس NOT كرة", "القدس -كرة"),
        ("القدس ليس كرة", "القدس -كرة"),
        ("ليس القدس", "القدس"),
        ("القدس ليس في بابل", "القدس بابل"),
        ("جنيف OR أستانة", "(جنيف | أستانة)"),
        ("جنيف أو أستانة هدنة", "(جنيف | أستانة) هدنة"),
        ("جنيف | أستانة|سوتشي", "(جنيف | أستانة | سوتشي)"),
        ("أو جنيف", "جنيف"),
        ("(جنيف أستانة) أو هدنة", "((جنيف أستانة) | هدنة)"),
        ("هدنة -(جنيف أو أستانة)", "هدنة -(جنيف | أستانة)"),
        ("دبلوماس*", "دبلوماس*"),
        ("=آستانَة", "=آستانة"),
        ("عنوان:هدنة", "عنوان:هدنة"),
        ("=عنوان:هدنة", "عنوان:=هدنة"),
        ("=عنوان:=هدنة", "عنوان:=هدنة"),
        ('title:"وقف النار"', "title:«وقف النار»"),
        ("هدنة قسم:سياسة من:2016 إلى:12/2017", "هدنة قسم:سياسة من:2016 إلى:12/2017"),
        ("من:كانون الأول ٢٠١٧ هدنة", "من:كانون الأول ٢٠١٧ هدنة"),
        ("من:21 كانون الأول (ديسمبر) ٢٠١٧ هدنة", "من:21 كانون الأول (ديسمبر) ٢٠١٧ هدنة"),
        ('من:"21 كانون الأول (ديسمبر) 2017"', "من:21 كانون الأول (ديسمبر) 2017"),
        ("(هدنة من:2017) (نار إلى:ديسمبر 2018) أو جنيف", "(هدنة من:2017) ((نار إلى:ديسمبر 2018) | جنيف)"),
        ("من هو", "من هو"),
        ("هدنة او نار", "(هدنة | نار)"),
        ("القدس –كرة", "القدس -كرة"),
        ("سوريا و لبنان", "سوريا لبنان"),
        ("-قسم:ثقافة", "-قسم:ثقافة"),
        ("سوريا NOT من:2017", "سوريا -من:2017"),
        ("قسم:ثقافة أو قسم:رياضة", "(قسم:ثقافة | قسم:رياضة)"),
        ("«NOT» سوريا", "«NOT» سوريا"),
        ("«أو»", "«أو»"),
        ("هدنة NOT (-نار)", "هدنة نار"),
        ("من جنيف إلى أستانة", "جنيف أستانة"),
        ("هدنة من:2016، إلى:2017؟", "هدنة من:2016 إلى:2017"),
        ("من:كانون الأول، ٢٠١٧؛ هدنة", "من:كانون الأول ٢٠١٧ هدنة"),
        ("دبلوماس*، هدن*؟ وزار*.", "دبلوماس* هدن* وزار*"),
        ("=آستانة، قسم:ثقافة؟", "=آستانة قسم:ثقافة"),
        ('="وقف النار" =»وفد المعارضة«', "=«وقف النار» =«وفد المعارضة»"),
        ("Title:هدنة", "Title:هدنة"),
        ('-="وقف النار"~3 هدنة', "هدنة -=«وقف النار»~3"),
        ('=عنوان:"وقف النار"', "عنوان:=«وقف النار»"),
        ('="هدنة" =«NOT»', "=هدنة =«NOT»"),
        ("»وفد المعارضة« سوريا", "«وفد المعارضة» سوريا"),
        ("عنوان:»وقف النار« -»وفد المعارضة«~3", "عنوان:«وقف النار» -«وفد المعارضة»~3"),
        ("«وفد جنيف» و«هدنة جديدة»", "«وفد جنيف» «هدنة جديدة»"),
    ],
)
def test_what_is_typed_is_understood_and_can_be_typed_again(typed, meant):
    assert understood(typed) == meant
    assert understood(meant) == meant
    assert troubles(typed) == []


def test_kinds_of_parts():
    query = parse("=آستانة كتا* =«وفد جنيف» «وفد المعارضة»~3 عنوان:(هدنة نار) (جنيف أو سوتشي) -كرة كاتب:«سلمى حداد»")
    exact, prefix, phrase, near, title, either, author = query.wanted

    assert isinstance(exact, Word) and exact.exact
    assert isinstance(prefix, Word) and prefix.prefix
    assert isinstance(phrase, Phrase) and phrase.exact
    assert isinstance(near, Phrase) and near.within == 3 and not near.exact
    assert isinstance(title, Group) and all(part.in_title for part in title.parts)
    assert isinstance(either, Group) and either.alternatives
    assert [part.text for part in query.excluded] == ["كرة"]
    assert (author.field, author.value) == (Field.AUTHOR, "سلمى حداد")
    assert "كرة" not in [word.typed for word in query.words]


@pytest.mark.parametrize(
    ("typed", "field", "day"),
    [
        ("من:2017-12-21", Field.FROM, date(2017, 12, 21)),
        ("from:2017", Field.FROM, date(2017, 1, 1)),
        ("to:2016-02", Field.TO, date(2016, 2, 29)),
        ("إلى:21/12/2017", Field.TO, date(2017, 12, 21)),
        ("الى:ديسمبر ٢٠١٧", Field.TO, date(2017, 12, 31)),
        ("من:«21 كانون الأول 2017»", Field.FROM, date(2017, 12, 21)),
        ("من:«21 كانون الأول (ديسمبر) 2017»", Field.FROM, date(2017, 12, 21)),
        ("إلى:ديسمبر (كانون الأول) 2017", Field.TO, date(2017, 12, 31)),
    ],
)
def test_dates(typed, field, day):
    (restriction,) = parse(typed).wanted

    assert (restriction.field, restriction.day) == (field, day)
    assert troubles(typed) == []


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ("؟!", Trouble.NO_WORDS),
        ("-جنيف", Trouble.ONLY_EXCLUDED),
        ('"جنيف', Trouble.UNCLOSED_QUOTE),
        ("(جنيف", Trouble.UNCLOSED_PARENTHESIS),
        ("جنيف)", Trouble.UNCLOSED_PARENTHESIS),
        ("| جنيف", Trouble.UNUSED_OPERATOR),
        ("جنيف |", Trouble.UNUSED_OPERATOR),
        ("من:أمس", Trouble.BAD_DATE),
        ("قسم:(ثقافة)", Trouble.NO_VALUE),
        ("من:2017-02-30", Trouble.BAD_DATE),
        ("من:«21 كانون الأول (يناير) 2017»", Trouble.BAD_DATE),
        ("(" * 20 + "جنيف" + ")" * 20, Trouble.TOO_DEEP),
        ("كلمة " * 50, Trouble.TOO_MANY_WORDS),
        ("ك" * 500, Trouble.TOO_LONG),
    ],
)
def test_what_could_not_be_used_is_named(typed, trouble):
    assert trouble in troubles(typed)


def test_an_end_that_was_left_out_is_told_of_once():
    assert [*troubles("كلمة " * 500)] == [Trouble.TOO_LONG]


@pytest.mark.parametrize("period", ["من:2018 إلى:2017", "إلى:2017 من:2018", "من:2016 إلى:2017 من:2018"])
@pytest.mark.parametrize("query", ["{}", "(خبر {}) أو جنيف", "خبر {}"])
def test_a_period_that_ends_before_it_begins_loses_its_end(period, query):
    reversed_period = parse(query.format(period))

    assert reversed_period.problems == (Problem(Trouble.REVERSED_PERIOD, "إلى:2017"),)
    assert reversed_period.understood == understood(query.format(period.replace("إلى:2017", "")))


@pytest.mark.parametrize("typed", ["من:2018 إلى:2018", "من:2018 أو إلى:2017", "-من:2018 إلى:2017"])
def test_other_periods_keep_their_ends(typed):
    assert "إلى" in understood(typed)
    assert troubles(typed) == []


def test_a_bad_date_is_searched_for_as_words():
    query = parse("من:أمس")

    assert query.problems == (Problem(Trouble.BAD_DATE, "من:أمس"),)
    assert [word.typed for word in query.words] == ["أمس"]


@pytest.mark.parametrize(
    ("typed", "operator"),
    [
        *(("جنيف أو", "أو"), ("جنيف OR", "OR"), ("جنيف NOT", "NOT"), ("جنيف ليس", "ليس")),
        *(("OR جنيف", "OR"), ("(جنيف أو)", "أو"), ("جنيف OR OR", "OR")),
    ],
)
def test_an_operator_with_one_side_only_is_named_and_passed_over(typed, operator):
    query = parse(typed)

    assert query.understood == "جنيف"
    assert query.problems == (Problem(Trouble.UNUSED_OPERATOR, operator),)


@pytest.mark.parametrize(
    ("typed", "meant", "sign"),
    [
        *(("جنيف~5", "جنيف", "~5"), ("جنيف~", "جنيف", "~"), ('"جنيف"~5', "جنيف", "~5")),
        *(('"وفد جنيف" ~5', "«وفد جنيف»", "~5"), ("=(جنيف)", "جنيف", "=")),
        *(("=قسم:ثقافة", "قسم:ثقافة", "="), ("=من:2017", "من:2017", "="), ("=عنوان:(جنيف)", "عنوان:جنيف", "=")),
        *(("*جنيف", "جنيف", "*"), ("جن*يف", "جن يف", "*"), ("جنيف *", "جنيف", "*"), ("=جني*", "جني*", "=")),
        *(("قسم:=ثقافة", "قسم:ثقافة", "="), ("قسم:«شؤون عربية»~5", "قسم:«شؤون عربية»", "~5")),
        ("من:«2017»~5", "من:2017", "~5"),
        *(("==جنيف", "=جنيف", "="), ("جنيف=", "جنيف", "="), ("= جنيف", "جنيف", "=")),
    ],
)
def test_a_sign_that_says_nothing_is_named_and_passed_over(typed, meant, sign):
    query = parse(typed)

    assert query.understood == meant
    assert query.problems == (Problem(Trouble.UNUSED_SIGN, sign),)


@pytest.mark.parametrize(
    ("typed", "meant", "trouble", "text"),
    [
        ("جنيف أو ()", "جنيف", Trouble.UNUSED_OPERATOR, "أو"),
        ("جنيف -«»", "جنيف", Trouble.UNUSED_OPERATOR, "-"),
        ("عنوان:«» جنيف", "جنيف", Trouble.NO_VALUE, "عنوان:"),
    ],
)
def test_what_stands_before_nothing_is_named_and_passed_over(typed, meant, trouble, text):
    query = parse(typed)

    assert query.understood == meant
    assert query.problems == (Problem(trouble, text),)


@pytest.mark.parametrize("typed", ["t\u0131tle:جنيف", "\u017fection:جنيف", "T\u0130TLE:جنيف"])
def test_letters_that_only_look_like_a_fields_are_words(typed):
    assert [word.typed for word in parse(typed).words][-1] == "جنيف"
    assert troubles(typed) == []


def test_what_a_title_is_not_to_have_is_left_out_of_titles_alone():
    [group] = parse("عنوان:(هدنة -جنيف)").wanted

    assert group.text == "عنوان:(هدنة -جنيف)"
    assert [part.part.in_title for part in group.parts if isinstance(part, Not)] == [True]


def test_near_is_thirty_words_at_most():
    query = parse('"وفد جنيف"~999999')

    assert query.understood == "«وفد جنيف»~30"
    assert query.problems == (Problem(Trouble.TOO_FAR, "~999999"),)


@pytest.mark.parametrize("typed", ["أو", "OR", "NOT", "ليس", "(OR)"])
def test_an_operator_alone_is_a_word(typed):
    query = parse(typed)

    assert [word.typed for word in query.words] == [typed.strip("()").lower()]
    assert query.problems == ()


@given(arabic_text() | st.text(alphabet='()|-*=~"«»: 5\0كلمةORNTأوليسمنإلىعنوان', max_size=80))
@example("(" * 400)
@example("\u017fection:x t\u0131tle:y ent\u0130ty:z")
@example("-" * 400)
@example("| | | (|) -| من:")
@example("من:" * 60)
@example("=عنوان:" * 50)
@example("=*~" * 100)
@example('"ا ب"~' + "9" * 390)
@settings(deadline=None, max_examples=300)
def test_the_parser_is_total_and_bounded(text):
    query = parse(text)

    assert len(query.words) <= MAX_WORDS
    assert len(query.text) <= MAX_QUERY_CHARS
    again = parse(query.understood)
    assert {word.stem for word in again.words} <= {word.stem for word in query.words}
