from itertools import pairwise

import pytest
from hypothesis import given, settings

from archive.entities.edges import Edges
from archive.entities.features import sentences as sentences_of
from archive.entities.labelled import LabelledText, Span
from archive.entities.model_file import ModelFile
from archive.entities.tagging import Model, shipped_model
from archive.entities.training import train
from tests.archive.entities.tagged import NAMES, PARTS, filled, sentences, tiny_model
from tests.archive.text.strategies import arabic_text


def found_in(text: str, model: Model | None = None) -> list[tuple[str, str]]:
    return [(text[name.start : name.end], name.kind) for name in (model or tiny_model()).find(text) if name.is_best]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("قال الوزير شادي غندور في مدينة طرابلس إن العمل مستمر .", [("شادي غندور", "person"), ("طرابلس", "place")]),
        ("أعلنت وكالة المنارة في بيان أن الطقس معتدل .", [("وكالة المنارة", "organisation")]),
        ("كان الطقس معتدلا .", []),
        ("", []),
        ("؟!\n\n…", []),
    ],
)
def test_names_nobody_told_are_found_by_what_stands_around_them(text, found):
    assert found_in(text) == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("وصل الرئيس وليد الدالي إلى صيدا صباح اليوم .", "وليد الدالي"),  # A letter of its own.
        ("وصل الرئيس مروان كنعان إلى بصيدا صباح اليوم .", "صيدا"),  # A known name.
        ("وصل الرئيس مروان كنعان إلى بالمنامة صباح اليوم .", "المنامة"),  # The article.
        ("وصل الرئيس مروان كنعان إلى ببردى صباح اليوم .\nقالت بردى في بيان .", "بردى"),  # So elsewhere in the text.
    ],
)
def test_offsets_leave_particles_out(text, name):
    assert name in [text[found.start : found.end] for found in tiny_model().find(text)]


def test_offsets_leave_titles_and_quotation_marks_out():
    texts = [
        LabelledText(text.text, [Span(name.start - len("الوزير "), *name[1:]) for name in text.names[:1]])
        for text in (filled("قال الوزير [person] أمس .", person=one) for one in ("سيرين الدالي", "مروان كنعان"))
    ]
    model = Model(train(texts * 4, parts=PARTS, names=NAMES, clusters={}, about={}))

    assert found_in("قال الوزير سيرين الدالي أمس .", model) == [("سيرين الدالي", "person")]


@pytest.mark.parametrize(
    ("word", "kind", "is_name"),
    [
        ("لندني", "person", False),
        ("اللندنية", "organisation", False),
        ("اللندني", "person", True),
        ("هدى", "person", True),
        ("جني", "person", True),
    ],
)
def test_adjectives_of_places_are_no_names(word, kind, is_name):
    sentence = next(sentences_of(word))
    edges = Edges([sentence], tiny_model().lexicon)

    assert (edges.trimmed(word, sentence, kind, in_list=False) is not None) == is_name


def test_a_surname_is_found_where_the_full_name_stands_elsewhere():
    full = "قال الوزير شادي غندور في مدينة طرابلس إن العمل مستمر .\n"

    assert ("غندور", "person") in found_in(full + "وذكرت غندور أن الأسعار ارتفعت في الأسواق .")
    assert found_in("وذكرت غندور أن الأسعار ارتفعت في الأسواق .") == []


def test_what_is_found_is_sure_to_a_degree():
    text = "قال الوزير سيرين الدالي في مدينة صيدا إن العمل مستمر ."

    assert all(0.9 < name.confidence <= 1 for name in tiny_model().find(text))


def test_a_model_is_packed_alike_each_time_and_reads_back():
    def trained() -> ModelFile:
        resources = {"parts": PARTS, "names": NAMES, "common": [("قال", 5)], "clusters": {"قال": 1}}
        return train(sentences()[:5], **resources, about={"سؤال": 1})

    file = trained()

    assert file.packed() == file.packed()
    assert ModelFile.unpacked(file.packed()) == file
    assert trained().packed() == file.packed()


def test_an_adapted_model_learns_where_it_differs_from_its_base():
    """In another convention ministers' offices are organisations, persons as before."""
    own = [
        filled("وقرر [organisation] أمس تأجيل الجلسة .", organisation=f"ديوان {word}")
        for word in ("المظالم", "الحسبة", "المراقبة", "الخدمة")
    ]
    base = tiny_model()
    adapted = Model(train(own * 3, **base.resources(), about={}, base=base), base=base)

    assert found_in("وقرر ديوان الرقابة أمس تأجيل الجلسة .", adapted) == [("ديوان الرقابة", "organisation")]


def test_names_of_the_archive_are_heard_of():
    grown = tiny_model().with_names([("مكسه", "place")])

    assert "مكسه" in grown.lexicon
    assert "مكسه" not in tiny_model().lexicon


@given(arabic_text())
@settings(max_examples=50, deadline=None)
def test_any_text_has_names_at_places_in_order(text):
    places = [(name.start, name.end) for name in tiny_model().find(text)]

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_the_shipped_model_finds_names():
    text = "وقال وزير الخارجية الفرنسي برنار كوشنير في باريس إن الاتحاد الأوروبي يدعم المبادرة."

    assert found_in(text, shipped_model()) == [
        ("برنار كوشنير", "person"),
        ("باريس", "place"),
        ("الاتحاد الأوروبي", "organisation"),
    ]
