from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.entities.quotations import find_quotations
from bench.quotations import labelled, measure
from bench.retrieval import lines

SAMPLES = Path(__file__).parents[2] / "samples" / "quotations"


def found(text: str) -> list[tuple[str, str | None]]:
    """What is said in TEXT, each with the words for who says it."""
    return [
        (text[said.start : said.end], text[slice(*said.speaker)] if said.speaker else None)
        for said in find_quotations(text)
    ]


@pytest.mark.parametrize(
    ("name", "precision", "recall", "speakers"), [("tuning", 0.98, 0.96, 0.98), ("unseen", 0.95, 0.94, 0.9)]
)
def test_labelled_sentences_are_read_as_well_as_measured(name, precision, recall, speakers):
    score = measure(labelled(lines(SAMPLES / f"{name}.jsonl")))
    assert score.right / score.found >= precision
    assert score.right / score.labelled >= recall
    assert score.speakers_right / score.speakers_told >= speakers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال وزير الخارجية سيرغي لافروف إن اللقاء مفيد.", [("إن اللقاء مفيد", "وزير الخارجية سيرغي لافروف")]),
        ("لكن وزير الخارجية سيرغي لافروف أكد اليوم أنه سيعود.", [("أنه سيعود", "وزير الخارجية سيرغي لافروف")]),
        ("وشددت المفوضية على أن الوضع صعب.", [("أن الوضع صعب", "المفوضية")]),
        ("وأشار لافروف الى ان الوضع صعب.", [("ان الوضع صعب", "لافروف")]),
        ("وقال لافروف: «لن نتراجع».", [("لن نتراجع", "لافروف")]),
        ("وقال لافروف إن «الباب مفتوح أمام الجميع».", [("الباب مفتوح أمام الجميع", "لافروف")]),
        ("«لن نتراجع أبداً»، يقول أبو محمود.", [("لن نتراجع أبداً", "أبو محمود")]),
        ("قال لـ«الضفاف» باحث شاب إن المتحف سليم.", [("إن المتحف سليم", "باحث شاب")]),
        ("ونقلت وكالة الأنباء عن وزارة الخارجية أن الوفد وصل.", [("أن الوفد وصل", "وزارة الخارجية")]),
        ("انتهت الجولة بلا نتيجة، بحسب مصادر ديبلوماسية.", [("انتهت الجولة بلا نتيجة", "مصادر ديبلوماسية")]),
        ("وبحسب منظمة الصحة، انخفضت الإصابات.", [("انخفضت الإصابات", "منظمة الصحة")]),
        ("وتعهد ألا يترشح.", [("ألا يترشح", None)]),
        ("وقالَ لافروفُ إنّ الأمرَ انتهى.", [("إنّ الأمرَ انتهى", "لافروفُ")]),
        (
            "دعا الوفد روسيا إلى الضغط، موضحاً أن «الجانب الروسي مطالب بذلك».",
            [("الجانب الروسي مطالب بذلك", "الوفد روسيا")],
        ),
        ("وقال د. مضواح المضواح إن الأمر خطير.", [("إن الأمر خطير", "د. مضواح المضواح")]),
        ("وقال دي ميستورا في مؤتمر صحافي إن الجولة قريبة.", [("إن الجولة قريبة", "دي ميستورا")]),
        ("وأعلنت موريتانيا أن الحدود مفتوحة.", [("أن الحدود مفتوحة", "موريتانيا")]),
        ("وقال لافروف معتذراً إن الوقت ضاق.", [("إن الوقت ضاق", "لافروف")]),
    ],
)
def test_what_is_said_is_found_with_its_speaker(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "عرض فيلم «سكّر بنات» في المهرجان.",
        "وكان اسمه في الصحف «مطر الضوء».",
        "يمكن أن يعود الوفد غداً.",
        "وقبل أن يصل الوفد أعلنت الحكومة استقالتها.",
        "وأضاف ديان لوفرين الهدف الثاني.",
        "وفق قرار مجلس الأمن تبدأ المفاوضات.",
        "قوله تعالى إنهم كانوا يسارعون.",
        "لم يقل لافروف إن الأمر انتهى.",
        "يذكر أن الصندوق أنشئ عام 1976.",
        "داعين المولى أن يديم نعمة الأمن.",
    ],
)
def test_what_only_looks_like_a_quotation_is_none(text):
    assert found(text) == []


def test_what_is_added_is_of_who_spoke_before_as_long_as_the_paragraph_goes_on():
    text = "قال لافروف إن الأمر قريب. وأضاف أن الوفد سيصل.\nوأشار إلى أن الطقس جميل."
    assert found(text) == [
        ("إن الأمر قريب", "لافروف"),
        ("أن الوفد سيصل", "لافروف"),
        ("أن الطقس جميل", None),
    ]


def test_and_he_added_begins_the_next_paragraph():
    assert found("قال لافروف إن الأمر قريب.\nوأضاف أن الوفد سيصل.")[1] == ("أن الوفد سيصل", "لافروف")


def test_a_woman_s_words_are_no_man_s():
    assert found("قالت ميركل إن الأمر قريب. وأضاف أن الوفد سيصل.")[1] == ("أن الوفد سيصل", None)


def test_a_second_verb_begins_a_second_quotation():
    text = "أكد لافروف أن الهدنة صامدة، مشيراً إلى أن الوفود وصلت، وأعلن أنه سيعود."
    assert found(text) == [
        ("أن الهدنة صامدة", "لافروف"),
        ("أن الوفود وصلت", "لافروف"),
        ("أنه سيعود", "لافروف"),
    ]


@pytest.mark.parametrize(
    ("speaker", "kind"),
    [
        ("مصدر", "source"),
        ("مصادر مطلعة", "informed"),
        ("مصدر أمني", "security"),
        ("ديبلوماسي غربي", "diplomat"),
        ("شهود عيان", "witness"),
        ("ناشطون", "activist"),
        ("مسؤول كبير", "official"),
        ("وكالة الأنباء", "agency"),
        ("أحد الخبراء", "expert"),
        ("لافروف", ""),
    ],
)
def test_sources_without_a_name_are_of_a_kind(speaker, kind):
    (said,) = find_quotations(f"وقال {speaker} إن الطريق مقطوعة.")
    assert said.source_kind == kind


_PIECES = [
    "قال",
    "وأضاف",
    "لافروف",
    "إن",
    "أن",
    "«",
    "»",
    '"',
    "\n",
    ".",
    "،",
    ":",
    "بحسب",
    "مصدر",
    "الوفد وصل أمس",
    "ﷺ",
    "قَالَ",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join) | st.text(max_size=100))
def test_offsets_are_of_the_text_and_never_overlap(text):
    end = 0
    for said in find_quotations(text):
        assert end <= said.start < said.end <= len(text)
        assert text[said.start : said.end].strip() == text[said.start : said.end]
        end = said.end
