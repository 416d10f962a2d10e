"""Sentences with their names, written for the tests, and a tiny tagger that learned from them."""

from functools import cache
from itertools import product

from archive.entities.labelled import LabelledText, Span
from archive.entities.tagging import Model
from archive.entities.training import train

PARTS = [
    ("سيرين", "given", 9),
    ("مروان", "given", 9),
    ("وليد", "given", 9),
    ("الدالي", "surname", 9),
    ("هدى", "given", 9),
]
NAMES = [("صيدا", "place"), ("بعلبك", "place"), ("لندن", "place")]
PERSONS = ["سيرين الدالي", "مروان كنعان", "وليد الدالي", "هدى زريق", "كريستوف فانغر"]
PLACES = ["صيدا", "بعلبك", "زحلة", "لندن", "طبرقة"]
BODIES = ["وكالة الساحل", "شركة النورس", "منظمة المرفأ", "وكالة البيان", "شركة الموج"]
PATTERNS = [
    "قال الوزير [person] في مدينة [place] إن العمل مستمر .",
    "وصل الرئيس [person] إلى [place] صباح اليوم .",
    "أعلنت [organisation] في بيان أن السفير [person] سيزور [place] .",
    "وذكرت [organisation] أن الأسعار ارتفعت في الأسواق .",
    "كان الطقس معتدلا في أنحاء البلاد يوم أمس .",
]


def filled(pattern: str, **names: str) -> LabelledText:
    """PATTERN with a name of each kind in its place."""
    text, spans = "", []
    for piece in pattern.split("["):
        kind, bracket, rest = piece.partition("]")
        if bracket:
            spans.append(Span(len(text), len(text) + len(names[kind]), kind))
            text += names[kind] + rest
        else:
            text += piece
    return LabelledText(text, spans)


def sentences() -> list[LabelledText]:
    return [
        filled(pattern, person=person, place=place, organisation=body)
        for pattern, (person, place, body) in product(PATTERNS, zip(PERSONS, PLACES, BODIES, strict=True))
    ]


@cache
def tiny_model() -> Model:
    return Model(train(sentences(), parts=PARTS, names=NAMES, clusters={}, about={}))
