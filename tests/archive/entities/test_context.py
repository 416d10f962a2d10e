"""Sentences of our own, as newspapers write them: which names in them are mentions."""

import pytest

from archive.entities.context import read
from archive.entities.gazetteer import Gazetteer, KnownName
from archive.text.normalize import words

PEOPLE = {
    "sisi": ["عبد الفتاح السيسي"],
    "bashar": ["بشار الأسد", "~الأسد"],
    "hafez": ["حافظ الأسد", "~الأسد"],
    "merkel": ["أنغيلا ميركل"],
    "mistura": ["ستافان دي ميستورا"],
    "sudani": ["محمد شياع السوداني"],
    "fahd": ["الملك فهد"],
    "salah": ["محمد صلاح"],
    "hassan": ["علي حسن"],
    "nasrallah": ["حسن نصر الله"],
}
PLACES = {
    "tyre": (["مدينة صور", "صور"], (33.27, 35.2)),
    "sidon": (["صيدا"], (33.56, 35.37)),
    "beirut": (["بيروت"], (33.89, 35.5)),
    "libya": (["ليبيا"], (30, 17)),
    "tripoli": (["طرابلس"], (32.89, 13.19)),
    "tripoli-lebanon": (["طرابلس اللبنانية", "~طرابلس"], (34.44, 35.84)),
    "saudi": (["السعودية"], (24, 45)),
    "syria": (["سورية", "سوريا"], (35, 37)),
    "khobar": (["الخبر"], (26.28, 50.21)),
    "aden": (["عدن"], (12.78, 45.04)),
    "iran": (["إيران"], (35, 51)),
}
ORGANISATIONS = {
    "hamas": ["حركة حماس", "~حماس"],
    "state": ["وزارة الخارجية الأميركية", "الخارجية الأميركية"],
    "kazakh": ["وزارة الخارجية الكازاخية", "الخارجية الكازاخية"],
    "ahram": ["صحيفة الأهرام", "~الأهرام"],
}
ENTITIES = [*PEOPLE, *PLACES, *ORGANISATIONS]


def _names():
    places = {entity: names for entity, (names, _place) in PLACES.items()}
    for kind, entities in {"person": PEOPLE, "place": places, "organisation": ORGANISATIONS}.items():
        for entity, names in entities.items():
            for name in names:
                yield KnownName(words(name), ENTITIES.index(entity), kind, name.startswith("~"))


GAZETTEER = Gazetteer(_names(), places={ENTITIES.index(entity): place for entity, (_names, place) in PLACES.items()})


def mentions(text):
    return [(ENTITIES[one.entity_id], text[one.start : one.end]) for one in read(text, GAZETTEER).found]


def named(text):
    return [entity for entity, _words in mentions(text)]


def held(text):
    return [text[one.start : one.end] for one in read(text, GAZETTEER).held]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("وصل الوفد إلى مدينة صور صباحا", ["tyre"]),
        ("نزح السكان من صيدا وصور", ["sidon", "tyre"]),
        ("قصفت الطائرات بلدات صور اللبنانية", ["tyre"]),
        ("عدن – سقط قتلى في اشتباكات", ["aden"]),
        ("أغلق ميناء عدن أبوابه", ["aden"]),
        ("عاد إلى مدينة صور، ثم غادر في صور آخرون", ["tyre", "tyre"]),
        ("نشرت صحيفة الأهرام تقريرا، وأضافت الأهرام", ["ahram", "ahram"]),
        ("قيادة حماس اجتمعت", ["hamas"]),
    ],
)
def test_a_homograph_is_a_name_where_its_context_says_so(text, entities):
    assert named(text) == entities


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("التقط المصور صور الأقمار الصناعية", ["صور"]),
        ("نفى المتحدث الخبر وأكد غيره", ["الخبر"]),
        ("استقبلهم الجمهور بحماس", ["حماس"]),
        ("زار صيدا والتقط فيها صور البحر", ["صور"]),
    ],
)
def test_a_homograph_without_context_is_held_back(text, words):
    assert held(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "أعلنت الحكومة السعودية خطتها",
        "قال مصدر في وزارة الدفاع السعودية",
        "ذكرت صحيفة «الشرق الأوسط» السعودية",
        "الشركات الإيرانية والسعودية",
        "حوالى ثلاثين قوة سياسية سورية من جميع الجهات",
        "طائرات سورية حلقت",
        "السياسة الخارجية الأميركية تتغير",
        "وزيرة الخارجية الأميركية في زيارة",
    ],
)
def test_an_adjective_of_a_country_is_no_mention(text):
    assert (named(text), held(text)) == ([], [])


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("السعودية تعلن خطتها", ["saudi"]),
        ("أعلنت السعودية خطتها", ["saudi"]),
        ("سافر إلى السعودية وعاد من السعودية", ["saudi", "saudi"]),
        ("يصل إلى الحدود بالسعودية", ["saudi"]),
        ("زار الرئيس السعودية", ["saudi"]),
        ("زار الرئيس الإيراني السعودية", ["saudi"]),
        ("محادثات بين إيران والسعودية", ["iran", "saudi"]),
        ("القوات الأميركية في سورية", ["syria"]),
        ("مستقبل سورية بعد الحرب", ["syria"]),
        ("طالبت سورية بالانسحاب", ["syria"]),
        ("أكدت الخارجية الكازاخية ذلك اليوم", ["kazakh"]),
        ("قالت وزارة الخارجية الأميركية", ["state"]),
    ],
)
def test_the_country_itself_is_one(text, entities):
    assert named(text) == entities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("قالت أنغيلا ميركل اليوم، وأضافت ميركل", [("merkel", "أنغيلا ميركل"), ("merkel", "ميركل")]),
        ("قالت ميركل قبل وصول أنغيلا ميركل", [("merkel", "أنغيلا ميركل")]),
        ("وصل ستافان دي ميستورا ثم غادر دي ميستورا", [("mistura", "ستافان دي ميستورا"), ("mistura", "دي ميستورا")]),
        ("التقى بشار الأسد وفدا، وأكد الأسد", [("bashar", "بشار الأسد"), ("bashar", "الأسد")]),
        ("بين حافظ الأسد وبشار الأسد، قال الأسد", [("hafez", "حافظ الأسد"), ("bashar", "بشار الأسد")]),
        ("قال علي حسن، ثم حضر حسن", [("hassan", "علي حسن")]),
        ("وصل محمد شياع السوداني، ثم الرئيس السوداني", [("sudani", "محمد شياع السوداني")]),
    ],
)
def test_a_surname_means_whom_its_full_name_means_earlier(text, found):
    assert mentions(text) == found


@pytest.mark.parametrize("text", ["طلاب جامعة الملك فهد", "كتاب عن محمد صلاح الدين"])
def test_a_person_is_not_what_is_called_after_him_nor_another(text):
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("اشتباكات في طرابلس امتدت إلى بيروت", ["tripoli-lebanon", "beirut"]),
        ("اشتباكات في طرابلس بليبيا", ["tripoli", "libya"]),
        ("اشتباكات في طرابلس", ["tripoli"]),
    ],
)
def test_of_two_places_the_one_near_the_others_is_meant(text, entities):
    assert named(text) == entities


def test_what_is_held_back_tells_what_speaks_for_it():
    (one,) = read("بقي في صور أياما، ثم زار بيروت", GAZETTEER).held

    assert (one.follows_preposition, one.near) == (True, frozenset({ENTITIES.index("tyre")}))
