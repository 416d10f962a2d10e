"""The list that is shipped, and that what it was made from can be read."""

from collections import Counter

import pytest

from archive.entities.context import read
from archive.entities.gazetteer import Gazetteer, KnownName
from archive.entities.homographs import HOMOGRAPHS, NISBAS
from archive.entities.starter.bodies import bodies_of, definite
from archive.entities.starter.handwritten import Country, read_countries, read_organisations, read_people, read_places
from archive.entities.starter.listing import StarterName, read_list, write_list
from archive.text.normalize import words

NAMES = list(read_list())

ARTICLE = """أعلنت الخارجية الكازاخية أن مبعوث الأمم المتحدة ستيفان دي ميستورا يصل إلى آستانة بعد محادثات في موسكو مع
وزير الخارجية الروسي سيرغي لافروف، ونقلت وكالة الإعلام الروسية عن وزارة الخارجية الكازاخية أن وفود روسيا وإيران وتركيا
وصلت من جنيف. وقال دي ميستورا إن الرئيس الروسي فلاديمير بوتين دعا دمشق وأنقرة، وإن القوات الأميركية باقية في سورية ما لم
تقرر واشنطن. وأكد لافروف أن روسيا لن تغير الحكومة السورية."""


def test_the_list_is_large_and_each_name_is_there_once_for_its_kind():
    counts = Counter(name.kind for name in NAMES)

    assert counts["organisation"] >= 5_000
    assert counts["place"] >= 4_000
    assert counts["person"] >= 3_000
    assert sum(bool(name.name_latin) for name in NAMES) / len(NAMES) > 0.99
    keys = [(name.kind, words(one)) for name in NAMES for one in (name.name, *name.spellings)]
    assert len(set(keys)) == len(keys)


def test_no_category_or_date_is_a_name():
    for name in NAMES:
        assert not any(letter.isdigit() for letter in name.name) or name.name in {
            "فرانس 24",
            "حركة 6 أبريل",
            "قوى 14 آذار",
            "قوى 8 آذار",
            "القناة 12 الإسرائيلية",
        }
        assert name.name == name.name.strip() and "(" not in name.name and "|" not in name.name
        assert name.latitude is None or (-90 <= name.latitude <= 90 and -180 <= name.longitude <= 180)


def test_what_is_written_by_hand_can_be_read():
    assert all(part for part in (list(read_people()), list(read_organisations()), list(read_places())))
    assert len({country.code for country in read_countries()}) > 190


def test_a_list_is_written_as_it_is_read(tmp_path):
    names = [
        StarterName("place", "صيدا", "Sidon", 33.56, 35.37, ("مدينة صيدا", "صيدون"), ("ص",)),
        StarterName("person", "مَن", "", None, None, (), ()),
    ]
    write_list(names, tmp_path / "first")
    write_list(names, tmp_path / "second")

    assert list(read_list(tmp_path / "first")) == names
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize(
    ("adjective", "masculine", "feminine"),
    [
        ("سوري", "السوري", "السورية"),
        ("كوري شمالي", "الكوري الشمالي", "الكورية الشمالية"),
        ("جنوب أفريقي", "الجنوب أفريقي", "الجنوب أفريقية"),
    ],
)
def test_adjectives_agree_with_their_noun(adjective, masculine, feminine):
    assert (definite(adjective), definite(adjective, feminine=True)) == (masculine, feminine)


def test_every_country_has_its_ministries_in_every_spelling():
    bodies = {
        body.name: body
        for body in bodies_of(Country("KZ", ("كازاخستان",), ("كازاخي", "كازاخستاني"), ()), "Kazakhstan")
    }

    ministry = bodies["وزارة الخارجية الكازاخية"]
    assert ministry.name_latin == "Ministry of Foreign Affairs of Kazakhstan"
    assert {"الخارجية الكازاخية", "وزارة الخارجية الكازاخستانية"} <= set(ministry.spellings)
    assert "البرلمان الكازاخي" in bodies


def test_what_not_every_country_has_is_not_invented():
    def bodies(code, *adjectives):
        return {
            one
            for body in bodies_of(Country(code, ("بلد",), adjectives, ()), "")
            for one in (body.name, *body.spellings)
        }

    assert {"وزارة النفط الكويتية", "وزارة الأوقاف الكويتية", "القوات البحرية الكويتية"} <= bodies("KW", "كويتي")
    assert {"وزارة الحرب الأميركية", "مجلس الشيوخ الأميركي"} <= bodies("US", "أميركي")
    swedish = {f"{body} السويدية" for body in ("وزارة النفط", "وزارة الأوقاف", "وزارة الحرب")} | {
        "مجلس الشيوخ السويدي"
    }
    assert not swedish & bodies("SE", "سويدي")
    assert not swedish & {one for name in NAMES for one in (name.name, *name.spellings)}
    assert "القوات البحرية النمساوية" not in bodies("AT", "نمساوي")


def test_the_words_beside_it_are_there():
    assert set(map(words, ["صور", "دون", "الخبر", "عدن", "هند"])) <= HOMOGRAPHS
    assert set(map(words, ["السعودية", "سورية", "الروسي"])) <= NISBAS
    assert not HOMOGRAPHS & set(map(words, ["دمشق", "القاهرة", "بيروت", "موسكو"]))


def test_a_report_of_the_day_shows_its_people_places_and_bodies():
    known, names, places = {}, [], {}
    for number, name in enumerate(NAMES):
        known[number] = name.name
        places |= {number: (name.latitude, name.longitude)} if name.latitude is not None else {}
        names += [KnownName(words(one), number, name.kind) for one in (name.name, *name.spellings)]
        names += [KnownName(words(one), number, name.kind, True) for one in name.weak]

    found = Counter(known[one.entity_id] for one in read(ARTICLE, Gazetteer(names, places=places)).found)

    assert found == {
        "وزارة الخارجية الكازاخية": 2,
        "الأمم المتحدة": 1,
        "ستافان دي ميستورا": 2,
        "آستانة": 1,
        "موسكو": 1,
        "سيرغي لافروف": 2,
        "وكالة الإعلام الروسية": 1,
        "روسيا": 2,
        "إيران": 1,
        "تركيا": 1,
        "جنيف": 1,
        "فلاديمير بوتين": 1,
        "دمشق": 1,
        "أنقرة": 1,
        "سورية": 1,
        "واشنطن": 1,
        "الحكومة السورية": 1,
    }
