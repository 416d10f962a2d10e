"""A saved page on peace talks, from its file to what readers see of it: its names, who said what in it, its days."""

from datetime import UTC, date, datetime

import pytest

from archive.annotating import annotate
from archive.entities.starter.listing import read_list
from archive.entities.starter.loading import load_names
from archive.ingest.importing import Import
from archive.ingest.load import LoadOptions
from archive.ingest.report import ImportReport
from archive.models import Article
from archive.text.normalize import words
from tests.archive.ingest.pages import SAMPLES

PAGE = SAMPLES / "saved_pages" / "almanara" / "peace-talks.txt"


@pytest.fixture
def article(db) -> Article:
    """The page's article, imported into an archive that knows of the starter list whatever its words may mean."""
    text = words(PAGE.read_text())
    load_names(names=[name for name in read_list() if any(words(one) in text for one in _spellings(name))])
    Import(LoadOptions(source="almanara"), ImportReport([])).run([str(PAGE)])
    article = Article.objects.get()
    annotate([article.pk])
    return article


def _spellings(name):
    return name.name, *name.spellings, *name.weak


def test_its_people_places_and_bodies_are_named(article):
    assert set(article.mentions.values_list("entity__kind", "entity__name")) == {
        ("person", "ستافان دي ميستورا"),
        ("person", "سيرغي لافروف"),
        ("person", "فلاديمير بوتين"),
        ("organisation", "الأمم المتحدة"),
        ("organisation", "وزارة الخارجية الكازاخية"),
        ("organisation", "الحكومة السورية"),
        ("place", "آستانة"),
        ("place", "جنيف"),
        ("place", "موسكو"),
        ("place", "دمشق"),
        ("place", "أنقرة"),
        ("place", "واشنطن"),
        ("place", "سورية"),
        ("place", "روسيا"),
        ("place", "إيران"),
        ("place", "تركيا"),
    }


def test_who_said_what_in_it_is_told(article):
    quotations = article.quotations.order_by("start").values_list("kind", "text", "speaker_text", "speaker__name")
    envoy, ministry, lavrov = "ستافان دي ميستورا", "وزارة الخارجية الكازاخية", "سيرغي لافروف"
    assert [(kind, text.split("،")[0], called, name) for kind, text, called, name in quotations] == [
        (
            "reported",
            "أن موفد الأمم المتحدة ستافان دي ميستورا سيحضر غداً لقاءات آستانة",
            "الخارجية الكازاخية",
            ministry,
        ),
        (
            "reported",
            "أن دي ميستورا يلتقي في موسكو قبل سفره وزير الخارجية الروسي سيرغي لافروف",
            "الخارجية الكازاخية",
            ministry,
        ),
        (
            "reported",
            "إن المفاوضات ستستأنف في جنيف في النصف الأول من آذار (مارس) المقبل",
            "دي ميستورا",
            envoy,
        ),
        ("direct", "على موسكو أن تمارس نفوذها على حليفها قبل فوات الأوان", "وفد المعارضة", None),
        ("direct", "جئنا إلى هنا لنعرف مصير المفقودين", "المعارضة", None),
        ("reported", "أن وفود روسيا وإيران وتركيا حضرت كلها", "الخارجية الكازاخية", ministry),
        ("reported", "أن جدول الأعمال يشمل المفقودين وأوضاع مناطق «وقف النار»", "الخارجية الكازاخية", ministry),
        (
            "reported",
            "أنه سيدعى إليه كل من حضر مفاوضات جنيف",
            "وزير الخارجية الروسي سيرغي لافروف",
            lavrov,
        ),
        # The envoy of Putin is not Putin.
        (
            "reported",
            "إن القوات الأميركية لم يعد لها عمل في سورية",
            "مبعوث الرئيس الروسي فلاديمير بوتين إلى سورية",
            None,
        ),
    ]


def test_its_days_are_told_once_its_own_is(article):
    assert not article.dated_phrases.exists()

    article.published_at, article.date_precision = datetime(2019, 2, 12, 9, tzinfo=UTC), "day"
    article.save()
    annotate([article.pk])

    phrases = article.dated_phrases.order_by("start").values_list("start", "end", "first_day", "last_day", "is_ahead")
    assert [(article.text[start:end], *days) for start, end, *days in phrases] == [
        ("اليوم (الثلاثاء)", date(2019, 2, 12), date(2019, 2, 12), False),
        ("غداً", date(2019, 2, 13), date(2019, 2, 13), True),
        ("النصف الأول من آذار (مارس) المقبل", date(2019, 3, 1), date(2019, 3, 15), True),
        ("النصف الأول من آذار (مارس) المقبل", date(2019, 3, 1), date(2019, 3, 15), True),
        ("أواخر كانون الأول (ديسمبر) الماضي", date(2018, 12, 21), date(2018, 12, 31), False),
    ]
