"""Slips that are noticed; and many a word that is none."""

import pytest

from archive.models import Article
from archive.newsroom.writing import known_spellings, raw_text, slips

KNOWN = {
    **dict.fromkeys(("المدينة", "مدينة", "قيادة", "كتابة", "التي", "في", "الذي", "سياسي", "عملية", "مستوى"), 100),
    **{"كتاب": 80, "فيه": 90, "على": 500, "علي": 60, "عملي": 5, "يسمي": 30},
}


def found(text: str, known=KNOWN) -> list[tuple]:
    return [(slip.kind, slip.found, slip.meant) for slip in slips(text, known)]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("المدينه", "المدينة"),
        ("والمدينه", "والمدينة"),
        ("قياده", "قيادة"),
        ("لقياده", "لقيادة"),
        ("التى", "التي"),
        ("الذى", "الذي"),
        ("فى", "في"),
        ("سياسى", "سياسي"),
    ],
)
def test_last_letters_are_doubted_where_the_archive_knows_better(word, meant):
    text = f"قال {word} ذلك"
    [slip] = slips(text, KNOWN)

    assert (slip.found, slip.meant, text[slip.start : slip.end]) == (word, meant, word)


@pytest.mark.parametrize(
    "word",
    [
        "كتابه",  # his book: كتاب is a word
        "عمليه",
        "مستوى",
        "علي",  # a name beside على
        "يسمى",  # it is named
        "فيه",
        "منى",
        "وجه",
        "المدينةُ",
        "مصطفى",
        "city",
    ],
)
def test_words_that_may_be_others_are_left(word):
    assert found(f"قال {word} ذلك") == []


def test_a_spelling_that_the_archive_has_is_no_slip():
    assert found("المدينه", {"المدينة": 100, "المدينه": 10}) == []
    assert found("المدينه", {"المدينة": 2}) == []
    # The article itself may have been counted.
    assert found("المدينه", {"المدينة": 100, "المدينه": 1}) == [("teh_marbuta", "المدينه", "المدينة")]


def test_common_words_of_two_spellings_are_one_word_in_one_text():
    known = {"فى": 40, "في": 60, "على": 90, "علي": 30}
    assert found("قال فى بيروت", known) == []
    assert found("قال فى بيروت ثم في صيدا", known) == [("alef_maqsura", "فى", "في")]
    assert found("اتفق علي على ذلك", known) == []


def test_invisible_marks_are_shown_unless_they_keep_latin_in_its_place():
    assert found("قال\u200b الوزير\ufeff") == [("invisible", "\u200b", ""), ("invisible", "\ufeff", "")]
    assert found("قال\u200f الوزير") == [("invisible", "\u200f", "")]
    assert found("شركة Apple\u200f، وقال") == []
    assert found("نسبة 5%\u200e من") == []


def test_letters_for_printing_are_written_as_letters():
    assert found("ﻗﺎل الوزير") == [("presentation", "ﻗﺎ", "قا")]
    assert found("محمد ﷺ ﴿الحمد لله﴾") == []


def test_several_spaces_between_words_are_one_too_many():
    assert found("قال  الوزير") == [("spaces", "  ", " ")]
    assert found("قال\u00a0 الوزير") == [("spaces", "\u00a0 ", " ")]
    assert found("قال الوزير\nوأضاف") == []


def test_quotation_marks_come_in_pairs():
    assert found("قال «نعم» ثم «لا") == [("quotation", "«", None)]
    assert found("قال نعم» ثم") == [("quotation", "»", None)]
    assert found("«قال: «نعم».\nوأضاف: لا»") == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("قال: «نعم، سنعود.", "قال: «نعم، سنعود».",),
        ("قال: «نعم سنعود", "قال: «نعم سنعود»"),
        ("سأل: «متى نعود؟", "سأل: «متى نعود؟»"),
        ("«لن نعود»، قال.\n«لا عودة قبل الربيع.\nوأضاف أنهم بخير.", "«لن نعود»، قال.\n«لا عودة قبل الربيع».\nوأضاف أنهم بخير."),
        ("قال: نعم سنعود».", "قال: «نعم سنعود»."),
        ("قال «نعم« ثم خرج.", "قال «نعم» ثم خرج."),
        ("قال »نعم» ثم خرج.", "قال «نعم» ثم خرج."),
        ("سأل «متى؟« ثم خرج.", "سأل «متى؟» ثم خرج."),
    ],
)  # fmt: skip
def test_the_other_mark_is_put_where_it_is_clear(text, meant):
    [slip] = slips(text, KNOWN)
    assert text[slip.start : slip.end] == slip.found
    assert text[: slip.start] + slip.meant + text[slip.end :] == meant


@pytest.mark.parametrize(
    "text",
    [
        "قال: «نعم. ثم خرج.",  # Where he ended, nobody can tell.
        "ذكر صحيفة «المرفأ وغيرها.",
        "قال: «نعم و«لا» معًا",
        "قال: نعم. وعاد: ثم خرج».",
        "صار البيت القديم» متحفًا.",
        "قال: «",
    ],
)
def test_and_left_to_whoever_writes_where_it_is_not(text):
    assert [slip.meant for slip in slips(text, KNOWN)] == [None]


def test_raw_text_keeps_spaces_and_has_a_line_for_each_block():
    html = "<h2>عنوان</h2>\n<p>قال  <strong>الوزير</strong>&nbsp; أمس<br>ثم</p><p></p><ul><li>أ</li><li>ب</li></ul>"

    assert raw_text(html) == "عنوان\nقال  الوزير\u00a0 أمس\nثم\nأ\nب"


def test_no_false_alarm_in_the_demo_archive(demo_archive):
    """Its texts are carefully written: whatever is noticed in them is noticed wrongly."""
    wrong = []
    for article in Article.objects.all():
        texts = [article.kicker, article.title, article.summary, raw_text(article.body)]
        known = known_spellings(*texts)
        wrong += [(article.title, slip) for text in texts for slip in slips(text, known)]

    assert wrong == []


def test_slips_put_into_the_demo_archive_are_found(demo_archive):
    text = "عُقدت الجوله في المدينه بعد أن دعت إليها الحكومه"
    assert [slip.meant for slip in slips(text, known_spellings(text))] == ["الجولة", "المدينة", "الحكومة"]
