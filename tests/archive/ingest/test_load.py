import json
import random
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Thread
from types import SimpleNamespace

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from archive.ingest.importing import Import
from archive.ingest.load import LoadOptions
from archive.ingest.notes import sentence
from archive.ingest.records import Note, ReadDate
from archive.ingest.report import ImportReport, Outcome
from archive.ingest.writing import _keep_captures
from archive.models import (
    Announcement,
    Article,
    ArticleLink,
    Author,
    Capture,
    ImportedRecord,
    Mention,
    Section,
    Source,
    UnannotatedArticle,
)
from archive.search.keys import Kind, key
from archive.subscriptions.matching import unannounced
from tests.archive.beside import copies
from tests.archive.copies.texts import text, vowelled
from tests.archive.ingest.memory import peak_of
from tests.archive.ingest.pages import PAGES, PARAGRAPHS, TITLE, page, read_lines
from tests.archive.locks import somebody_waits
from tests.factories import AliasFactory, ArticleFactory, SectionFactory, SourceFactory

pytestmark = pytest.mark.django_db

RECORD = {"id": "1", "title": TITLE, "body": "\n".join(PARAGRAPHS), "source": "الوادي", "category": "اقتصاد"}


class Trial:
    """Imports what a test writes and remembers what became of it."""

    def __init__(self, folder):
        self.folder = folder
        self.entries = []

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def run(self, *names: str, **options) -> list[Outcome]:
        self.entries = []
        self.report = Import(LoadOptions(**options), ImportReport([self.entries.append])).run(names)
        return [entry.outcome for entry in self.entries]

    def lines(self, *values: dict, **options) -> list[Outcome]:
        content = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
        return self.run(self.write("file.jsonl", content), **options)

    def page(self, text: str | bytes, name: str = "page.txt", **options) -> list[Outcome]:
        return self.run(self.write(name, text), **options)

    def codes(self, place: int = 0) -> list[str]:
        return [note.code for note in self.entries[place].reasons]


@pytest.fixture
def trial(tmp_path):
    return Trial(tmp_path)


def test_a_record_becomes_a_published_article(trial):
    assert trial.lines(
        RECORD | {"published": "2017-12-21", "author": "سامر الحداد", "url": "http://wadi.example/x"}
    ) == [Outcome.CREATED]
    article = Article.objects.published().get()
    assert (article.title, article.text) == (TITLE, "\n".join(PARAGRAPHS))
    assert (article.source.name, article.section.name, article.author_names) == ("الوادي", "اقتصاد", ["سامر الحداد"])
    # Midnight in Beirut, the site's own zone.
    assert (article.published_at, article.date_precision) == (datetime(2017, 12, 20, 22, tzinfo=UTC), "day")
    assert (article.external_id, article.original_url) == ("1", "http://wadi.example/x")
    assert json.loads(article.capture.content)["id"] == "1"


@pytest.mark.parametrize(
    ("published", "options", "quiet"),
    [
        ("2020-06-15", {}, True),
        ("2020-06-15", {"announce": True}, False),
        ("2020-06-15", {"draft": True}, False),
        ("2017-12-21", {}, False),
    ],
)
def test_subscribers_are_told_of_what_an_import_brings_only_if_asked(trial, now, published, options, quiet):
    """What would be taken for news is noted as announced to nobody; what an editor publishes later is news."""
    with time_machine.travel(now):
        trial.lines(RECORD | {"published": published}, **options)
    assert [one.announced_at for one in Announcement.objects.all()] == ([None] if quiet else [])


@pytest.mark.parametrize(
    ("published_at", "status", "said"),
    [
        (timedelta(days=1), "scheduled", {"category": "رياضة"}),
        (timedelta(), "published", {"category": "رياضة"}),
        # The date that it came with, which no editor changed, changes in the record.
        (None, "published", {"published": "2020-06-15T09:30:00Z"}),
    ],
)
def test_what_an_editor_made_news_is_announced_whatever_an_import_changes_of_it(
    trial, now, published_at, status, said
):
    record = RECORD | {"published": "2020-06-15T09:00:00Z"}
    with time_machine.travel(now):
        trial.lines(record, draft=True)
        article = Article.objects.get()
        article.status = status
        if published_at is not None:
            article.published_at = now + published_at
        article.save()
        assert trial.lines(record | said) == [Outcome.UPDATED]
    UnannotatedArticle.objects.all().delete()
    assert list(unannounced(at=now + timedelta(days=1))) == [article]


@pytest.mark.parametrize("options", [{}, {"announce": True}])
def test_what_an_import_makes_news_by_its_date_is_announced_only_if_asked(trial, now, options):
    with time_machine.travel(now):
        trial.lines(RECORD | {"published": "2017-12-21"})
        trial.lines(RECORD | {"published": "2020-06-15"}, **options)
    assert [one.announced_at for one in Announcement.objects.all()] == ([] if options else [None])


def test_the_names_in_a_new_article_are_in_its_search_entry(trial):
    entity = AliasFactory(name=PARAGRAPHS[0].split()[0]).entity
    trial.lines(RECORD)
    article = Article.objects.get()
    assert {mention.entity for mention in article.mentions.all()} == {entity}
    assert key(Kind.ENTITY, entity.pk) in article.search.keys


def test_a_new_section_stands_after_those_that_are_there(trial):
    SectionFactory(name="رياضة", position=8)
    trial.lines(RECORD, RECORD | {"id": "2", "category": "مناخ"}, RECORD | {"id": "3", "category": "رياضة"})
    assert list(Section.objects.values_list("name", "position")) == [("رياضة", 8), ("اقتصاد", 9), ("مناخ", 10)]


@pytest.mark.parametrize(("draft", "status"), [(False, "scheduled"), (True, "draft")])
def test_a_record_of_the_future_is_scheduled_and_held_back(trial, draft, status):
    trial.lines(RECORD | {"published": "2099-12-21"}, draft=draft)

    assert trial.codes() == ["date_future", "source_new"]
    assert (Article.objects.get().status, Article.objects.published().exists()) == (status, False)


def test_an_embargo_is_kept_whatever_date_a_record_has(trial):
    trial.lines(RECORD | {"published": "2099-01-01"})
    article = Article.objects.get()
    Article.objects.update(embargo_until=article.published_at)
    trial.lines(RECORD | {"published": "2017-12-21", "title": f"{TITLE} اليوم"})
    article.refresh_from_db()

    assert (article.title, article.published_at) == (f"{TITLE} اليوم", article.embargo_until)
    assert not Article.objects.published().exists()


def test_an_article_whose_date_is_moved_to_the_future_waits_for_it(trial):
    trial.lines(RECORD | {"published": "2017-12-21"})
    trial.lines(RECORD | {"published": "2099-12-21"})

    assert Article.objects.get().status == "scheduled"


def test_a_day_begins_in_the_sources_own_zone(trial):
    SourceFactory(name="الوادي", slug="wadi", time_zone="Asia/Riyadh")
    trial.lines(RECORD | {"published": "2017-07-21"})
    assert Article.objects.get().published_at == datetime(2017, 7, 20, 21, tzinfo=UTC)


def test_a_wrong_zone_is_passed_over_and_told(trial):
    SourceFactory(name="الوادي", slug="wadi", time_zone="Mars/Base")
    record = RECORD | {"published": "2019-05-05T10:00:00"}
    assert (
        trial.lines(record, RECORD | {"id": "2"}, RECORD | {"id": "3", "published": "2019-05-05T10:00:00Z"})
        == [Outcome.CREATED] * 3
    )
    assert Article.objects.get(external_id="1").published_at == datetime(2019, 5, 5, 7, tzinfo=UTC)
    assert trial.entries[0].reasons == (Note("zone_unknown", {"zone": "Mars/Base", "taken": "Asia/Beirut"}),)
    assert (trial.codes(1), trial.codes(2)) == (["no_date"], [])


def test_the_same_again_changes_nothing(trial):
    trial.lines(RECORD)
    assert trial.lines(RECORD) == [Outcome.UNCHANGED]
    assert trial.lines(RECORD | {"extra": "field"}) == [Outcome.UNCHANGED]
    assert [model.objects.count() for model in (Article, Capture, ImportedRecord)] == [1, 1, 1]
    assert Article.objects.get().events.count() == 0


def test_new_text_under_one_identity_is_an_update(trial):
    trial.lines(RECORD)
    assert trial.lines(RECORD | {"body": "نص جديد كله"}) == [Outcome.UPDATED]
    assert trial.entries[0].changed == ("body",)
    article = Article.objects.get()
    assert (article.text, article.events.get().body) == ("نص جديد كله", "\n".join(f"<p>{p}</p>" for p in PARAGRAPHS))


def test_one_identity_twice_in_a_file(trial):
    changed = RECORD | {"title": "عنوان مصحح للخبر نفسه"}
    assert trial.lines(RECORD, RECORD, changed) == [Outcome.CREATED, Outcome.UNCHANGED, Outcome.UPDATED]
    assert trial.lines(RECORD, RECORD, changed) == [Outcome.UNCHANGED] * 3
    assert Article.objects.get().title == "عنوان مصحح للخبر نفسه"


def test_one_identity_in_two_sources_is_two_articles(trial):
    assert trial.lines(RECORD, RECORD | {"source": "الساحل"}) == [Outcome.CREATED] * 2
    assert sorted(Article.objects.values_list("source__name", "external_id")) == [("الساحل", "1"), ("الوادي", "1")]


def test_one_address_in_two_spellings_is_one_article(trial):
    first = RECORD | {"id": "", "url": "http://wadi.example/%D8%AE%D8%A8%D8%B1"}
    second = RECORD | {"id": "", "url": "http://wadi.example/خبر#تعليقات"}
    assert trial.lines(first, second) == [Outcome.CREATED, Outcome.UNCHANGED]
    assert trial.lines(second | {"id": "other", "body": f"{RECORD['body']}\nوسطر جديد"}) == [Outcome.UPDATED]
    assert Article.objects.count() == 1


ENTRY = RECORD | {"id": "wadi:7", "source": "خلاصة الوادي", "url": "https://wadi.example/7"}
SAVED = {name: ENTRY[name] for name in ("title", "url")} | {
    "body": f"{RECORD['body']}\nوسطر جديد",
    "source": "الوادي",
}


@pytest.mark.parametrize("site", ["", "https://www.wadi.example/"])
def test_one_address_told_by_a_feed_and_by_a_page_is_one_article(site, trial):
    SourceFactory(name="خلاصة الوادي", url=site)
    assert trial.lines(ENTRY, SAVED) == [Outcome.CREATED, Outcome.UPDATED]
    article = Article.objects.get()
    assert (article.source.name, "وسطر جديد" in article.text) == ("خلاصة الوادي", True)
    assert trial.lines(SAVED) == trial.lines(ENTRY) == [Outcome.UNCHANGED]


@pytest.mark.parametrize(
    ("change", "options", "site"),
    [
        ({}, {"source": "wadi"}, ""),
        ({}, {}, "https://news.example/"),
        ({"body": "نص آخر لا صلة له بالأول"}, {}, ""),
    ],
)
def test_one_address_in_two_sources_is_two_articles_where_they_are_known_to_be(change, options, site, trial):
    SourceFactory(name="خلاصة الوادي", url=site)
    trial.lines(ENTRY)
    assert trial.lines(SAVED | change, **options) == [Outcome.CREATED]


def test_an_address_is_looked_up_by_its_index(trial):
    one, *others = (
        ENTRY | {"id": url, "url": url, "title": url} for url in map("https://wadi.example/{}".format, range(200))
    )
    trial.lines(*others)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        # Of a table that the planner takes for empty any index would do.
        cursor.execute("ANALYZE archive_article")
        trial.lines(one)
        [asked] = {query["sql"] for query in queries if "original_url" in query["sql"].partition("WHERE")[2]}
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked}")
        assert "article_original_url" in str(cursor.fetchall())


def test_another_article_under_a_used_address_is_kept_too(trial):
    trial.lines(RECORD | {"url": "http://wadi.example/today"})
    other = {"id": "2", "title": "خبر آخر", "body": "نص آخر لا صلة له بالأول", "source": "الوادي"}
    assert trial.lines(other | {"url": "http://wadi.example/today"}) == [Outcome.CREATED]
    assert trial.codes() == ["same_url", "no_date"]


def test_two_columns_under_one_headline_are_two_articles(trial):
    first, second = (
        page(title="كلمة اليوم من التحرير"),
        page(title="كلمة اليوم من التحرير", paragraphs=PARAGRAPHS[2:]),
    )
    second = second.replace("تجار", "مدربون").replace("الأسعار", "حظوظ الفريق في البطولة الجديدة كثيراً")
    second += " ويلعب الفريق مباراته الأولى على ملعبه ثم يسافر إلى العاصمة في الأسبوع التالي."
    assert trial.page(first, "1.txt") == [Outcome.CREATED]
    assert trial.page(second, "2.txt") == [Outcome.CREATED]
    assert trial.codes() == ["same_title", "no_date"]
    assert trial.run(str(trial.folder)) == [Outcome.UNCHANGED] * 2


def test_a_page_with_other_furniture_or_mended_text_is_the_same_article(trial):
    trial.page(page())
    assert trial.page("الرئيسية\n\n" + page() + "\n\nشارك الخبر") == [Outcome.UNCHANGED]
    assert trial.page(page().replace("ألف طن", "ألفي طن")) == [Outcome.UPDATED]
    assert Article.objects.count() == 1


def test_a_date_given_later_is_set_and_stays(trial):
    from archive.ingest.dates import parse_operator_date

    trial.page(page())
    assert Article.objects.needing_date().count() == 1
    given = parse_operator_date("2017-12")
    assert trial.page(page(), published=given) == [Outcome.UPDATED]
    assert trial.page(page(), published=given) == [Outcome.UNCHANGED]
    assert trial.page(page()) == [Outcome.UNCHANGED]
    assert Article.objects.get().date_precision == "month"


def test_a_page_of_its_own_date_keeps_it(trial):
    from archive.ingest.dates import parse_operator_date

    trial.page(page("نشر في 5/1/2018"), published=parse_operator_date("2017"))
    assert Article.objects.get().date_precision == "day"


def test_what_an_editor_changed_is_never_overwritten(trial):
    trial.lines(RECORD)
    article = Article.objects.get()
    article.title = "عنوان من المحرر"
    article.status = Article.Status.WITHDRAWN
    article.save()
    changed = RECORD | {"title": "عنوان جديد من المصدر", "body": f"{RECORD['body']}\nنص جديد"}
    assert trial.lines(changed) == [Outcome.UPDATED]
    assert (trial.entries[0].changed, trial.codes()) == (("body",), ["edits_kept"])
    assert sentence(trial.entries[0].reasons[0]) == "عُدّل باليد منذ الاستيراد الأخير فتُرك كما هو: العنوان"
    assert trial.lines(changed | {"title": "وعنوان ثالث"}) == [Outcome.UNCHANGED]
    article.refresh_from_db()
    assert (article.title, article.text, article.status) == ("عنوان من المحرر", changed["body"], "withdrawn")


def test_what_an_editor_emptied_stays_empty(trial):
    said = {"summary": "ملخص", "author": "سامر", "published": "2017-12-21", "place": "بيروت"}
    trial.lines(RECORD | said)
    article = Article.objects.get()
    article.summary = article.place = ""
    article.section = article.published_at = None
    article.date_precision = Article.Precision.UNKNOWN
    article.save()
    article.authors.clear()
    changed = RECORD | said | {"body": f"{RECORD['body']}\nنص جديد", "summary": "ملخص آخر"}
    assert trial.lines(changed) == [Outcome.UPDATED]
    assert (trial.entries[0].changed, trial.codes()) == (("body",), ["edits_kept"])
    article.refresh_from_db()
    assert (article.summary, article.place, article.section, article.published_at, article.author_names) == (
        "", "", None, None, [],
    )  # fmt: skip


def test_what_was_empty_is_filled_when_a_record_says_it(trial):
    trial.lines(RECORD)
    assert trial.lines(RECORD | {"summary": "ملخص"}) == [Outcome.UPDATED]
    assert trial.entries[0].changed == ("summary",)


def test_numbers_of_rows_are_no_articles(trial):
    """Two files that count from 0, of one source or of nobody's."""
    first = [{"id": number, "title": f"{TITLE} {number}", "body": text(number)} for number in range(2)]
    second = [{"رقم": number, "title": f"خبر آخر {number}", "body": text(number + 2)} for number in range(2)]
    assert trial.lines(*first) == [Outcome.CREATED] * 2
    assert trial.lines(*second) == [Outcome.CREATED] * 2
    assert trial.codes() == ["same_id", "no_date"]
    titles = list(Article.objects.order_by("pk").values_list("title", flat=True))
    assert titles == [one["title"] for one in (*first, *second)]
    assert trial.lines(*second) == trial.lines(*first) == [Outcome.UNCHANGED] * 2

    mended = second[0] | {"body": f"{text(2)} وسطر جديد"}
    assert trial.lines(mended, first[1] | {"title": "عنوان أصلحه المصدر"}) == [Outcome.UPDATED] * 2
    assert Article.objects.count() == 4


@pytest.mark.parametrize("rewritten", ["", "نص كتبه المحرر من أوله إلى آخره"])
@pytest.mark.parametrize(
    "mended", [{"body": f"{RECORD['body']}\nنص جديد"}, {"title": "عنوان أصلحه المصدر"}], ids=["body", "title"]
)
def test_a_row_whose_article_an_editor_rewrote_is_known_by_what_it_said(trial, rewritten, mended):
    trial.lines(RECORD)
    article = Article.objects.get()
    article.title, article.body = "عنوان من المحرر", rewritten
    article.save()
    assert (trial.lines(RECORD | mended), trial.codes()) == ([Outcome.UNCHANGED], ["edits_kept"])
    assert trial.entries[0].article_id == article.pk
    assert list(Article.objects.values_list("title", "body")) == [("عنوان من المحرر", rewritten)]

    other = RECORD | {"title": "خبر آخر", "body": text(1)}
    assert trial.lines(other) == [Outcome.CREATED]


def test_a_page_whose_text_an_editor_rewrote_is_known_by_what_it_said(trial):
    """One that is known by its headline, which another text may have too."""
    said = RECORD | {"id": ""}
    trial.lines(said)
    article = Article.objects.get()
    article.body = "نص كتبه المحرر من أوله إلى آخره"
    article.save()
    assert trial.lines(said | {"summary": "ملخص"}) == [Outcome.UPDATED]
    assert Article.objects.get().summary == "ملخص"
    assert trial.lines(said | {"body": text(1)}) == [Outcome.CREATED]


def test_titles_alone_under_one_number_are_articles_of_their_own(trial):
    assert trial.lines({"id": 1, "title": "خبر أول"}) == [Outcome.CREATED]
    assert trial.lines({"id": 1, "title": "خبر ثان"}) == [Outcome.CREATED]


def test_an_identity_that_is_no_number_is_trusted(trial):
    trial.lines(RECORD | {"id": "wadi-1"})
    assert trial.lines(RECORD | {"id": "wadi-1", "title": "خبر آخر", "body": "نص آخر كله"}) == [Outcome.UPDATED]


def test_nothing_never_replaces_something(trial):
    trial.lines(RECORD | {"author": "سامر", "summary": "ملخص", "published": "2017"})
    assert trial.lines(RECORD | {"category": "", "body": "", "published": ""}) == [Outcome.UNCHANGED]
    article = Article.objects.get()
    assert (article.summary, article.section.name, article.author_names) == ("ملخص", "اقتصاد", ["سامر"])
    assert article.date_precision == "year"


def test_an_article_not_made_by_an_import_is_an_editors(trial):
    source = SourceFactory(name="الوادي", slug="wadi")
    ArticleFactory(source=source, external_id="1", title="من المحرر", section=None)
    assert trial.lines(RECORD) == [Outcome.UPDATED]
    article = Article.objects.get()
    assert (article.title, article.section.name) == ("من المحرر", "اقتصاد")


def test_sources_named_by_the_operator_the_record_or_nobody(trial):
    SourceFactory(name="صحيفة الساحل", slug="sahel")
    trial.lines(RECORD, source="sahel")
    trial.lines(RECORD | {"source": "صحيفة الساحل"})
    trial.lines(RECORD | {"id": "2"}, source="new-paper")
    trial.page(page())
    trial.lines(RECORD | {"source": "!!!"})
    trial.page(page(title="بلا مصدر"), source="unknown")
    assert sorted(Article.objects.values_list("source__slug", flat=True)) == [
        "new-paper",
        "sahel",
        "unknown",
        "unknown",
        "unknown",
    ]
    assert Source.objects.get(slug="unknown").name == "مصدر غير معروف"


def test_a_page_finds_its_source_later(trial):
    trial.page(page())
    assert trial.page(page(), source="wadi") == [Outcome.UPDATED]
    assert (trial.entries[0].changed, Article.objects.get().source.slug) == (("source",), "wadi")
    assert trial.entries[0].reasons == (Note("source_found", {"source": "wadi"}),)
    assert trial.page(page(), source="wadi") == [Outcome.UNCHANGED]
    assert trial.page(page()) == [Outcome.UNCHANGED]


def test_a_page_without_its_source_is_the_sources_article(trial):
    day = ReadDate(datetime(2017, 12, 21), "day")  # noqa: DTZ001
    trial.page(page(), source="wadi")
    assert trial.page(page(), published=day) == [Outcome.UPDATED]
    assert (trial.entries[0].changed, Article.objects.get().source.slug) == (("published",), "wadi")


def test_source_and_date_together_given_later(trial):
    trial.page(page())
    day = ReadDate(datetime(2017, 12, 21), "day")  # noqa: DTZ001
    assert trial.page(page(), source="wadi", published=day) == [Outcome.UPDATED]
    assert (trial.entries[0].changed, Article.objects.count()) == (("published", "source"), 1)


def test_bytes_of_another_source_make_no_second_article(trial):
    trial.page(page(), source="wadi")
    assert trial.page(page(), source="sahel") == [Outcome.UNCHANGED]
    article = Article.objects.get()
    assert trial.entries[0].reasons[-1] == Note("same_bytes", {"source": "wadi", "article": article.pk})
    assert (trial.entries[0].article_id, article.source.slug) == (article.pk, "wadi")
    assert list(Source.objects.values_list("slug", flat=True)) == ["wadi"]
    assert [note.code for note in trial.report.notes] == ["source_new", "source_unused"]


def test_bytes_of_another_source_make_one_when_the_operator_insists(trial):
    trial.page(page(), source="wadi")
    assert trial.page(page(), source="sahel", separate=True) == [Outcome.CREATED]
    assert trial.page(page(), source="sahel") == [Outcome.UNCHANGED]
    assert sorted(Article.objects.values_list("source__slug", flat=True)) == ["sahel", "wadi"]
    assert Capture.objects.count() == 1


def test_bytes_read_better_are_the_same_article(trial):
    trial.page(page(title="عنوان قديم لا يشبه الجديد"), source="wadi")
    ImportedRecord.objects.update(key="title:as read before", digest="as read before")
    Article.objects.update(external_id="title:as read before", title="عنوان قرأه قارئ أقدم")
    assert trial.page(page(title="عنوان قديم لا يشبه الجديد"), source="wadi") == [Outcome.UNCHANGED]
    assert Article.objects.count() == 1


def test_bytes_of_another_article_too_are_not_its_alone(trial):
    trial.lines({"title": "أول", "body": PARAGRAPHS[0]})
    other = {"title": "ثان", "body": PARAGRAPHS[1]}
    Capture.objects.update(sha256=sha256(json.dumps(other, ensure_ascii=False).encode()).hexdigest())
    assert trial.lines(other) == [Outcome.CREATED]


def test_the_source_an_editor_chose_stays(trial):
    trial.lines(RECORD)
    Article.objects.update(source=SourceFactory(slug="sahel"))
    assert trial.lines(RECORD | {"title": "عنوان مصحح للخبر نفسه"}) == [Outcome.UPDATED]
    assert (trial.entries[0].changed, Article.objects.get().source.slug) == (("title",), "sahel")


def test_a_new_source_is_told_once_with_those_like_it(trial):
    SourceFactory(name="صحيفة الوادي", slug="alwadi-daily")
    trial.lines(RECORD, RECORD | {"id": "2"}, source="sahel")
    assert (trial.codes(0), trial.codes(1)) == (["no_date"], ["no_date"])
    assert trial.report.notes == [Note("source_new", {"source": "sahel"})]
    trial.lines(RECORD | {"id": "3"}, source="sahel")
    assert trial.report.notes == []
    near = "صحيفة الوادي (alwadi-daily)"
    trial.lines(RECORD | {"id": "4"}, source="alwady-daily")
    assert trial.report.notes == [Note("source_new_near", {"source": "alwady-daily", "near": near})]
    trial.lines(RECORD | {"id": "5", "source": "صحيفه الوادى"})
    assert trial.entries[0].reasons[0].values["near"] == near
    trial.page(page(title="بلا مصدر"))
    assert trial.codes() == ["no_date"]


def test_a_refused_record_takes_no_other_with_it(trial, monkeypatch):
    def find(ids, **options):
        if len(ids) > 1 or Article.objects.filter(pk__in=ids, title="مرفوض"):
            raise DatabaseError("refused")

    monkeypatch.setattr("archive.ingest.load.find_copies", find)
    shared = {"author": "سامر الحداد", "source": "الوادي", "category": "اقتصاد"}
    lines = [{"id": title, "title": title, **shared} for title in ("أول", "مرفوض", "ثالث")]
    assert trial.lines(*lines) == [Outcome.CREATED, Outcome.FAILED, Outcome.CREATED]
    assert [(article.author_names, article.section.name) for article in Article.objects.all()] == [
        (["سامر الحداد"], "اقتصاد")
    ] * 2


def test_a_record_without_a_text_is_kept_as_a_draft_and_stays_one_until_an_editor_publishes_it(trial):
    empty = {name: value for name, value in RECORD.items() if name != "body"}
    assert trial.lines(empty) == [Outcome.CREATED]
    assert trial.codes() == ["source_new", "no_text", "no_date"]
    assert Article.objects.get().status == "draft"
    assert trial.lines(RECORD) == [Outcome.UPDATED]
    assert (trial.codes(), Article.objects.get().status) == (["text_came"], "draft")


def test_a_summary_is_enough_of_a_text_to_be_published(trial):
    trial.lines(RECORD | {"body": "", "summary": "ملخص"})
    assert (trial.codes(), Article.objects.get().status) == (["source_new", "no_date"], "published")


def test_drafts(trial):
    trial.lines(RECORD, draft=True)
    assert Article.objects.get().status == Article.Status.DRAFT


def test_a_trial_writes_nothing(trial):
    assert trial.lines(RECORD, dry_run=True) == [Outcome.CREATED]
    assert [model.objects.count() for model in (Article, Capture, Source, Section)] == [0, 0, 0, 0]


def test_links_wait_and_resolve_when_their_articles_arrive(trial):
    trial.page((PAGES / "olive-season.txt").read_bytes(), source="wadi")
    links = ArticleLink.objects.order_by("kind")
    assert [(link.kind, link.origin, link.to_article) for link in links] == [
        ("next", "page", None),
        ("previous", "page", None),
    ]
    trial.run(str(PAGES), source="wadi")
    first = Article.objects.get(title="موسم زيتون وفير في قرى الوادي رغم تأخر المطر")
    assert first.links.get(kind="previous").to_article.title == "عودة القطار السياحي إلى محطة الوادي القديمة"
    assert first.links.get(kind="next").to_article is None


def test_changed_links_replace_the_pages_own_only(trial):
    trial.page(page() + "\n\nالسابق خبر من الأمس")
    article = Article.objects.get()
    ArticleLink.objects.create(from_article=article, title="رابط المحرر", kind="previous")
    assert trial.page(page() + "\n\nالسابق خبر من أول أمس") == [Outcome.UPDATED]
    assert sorted(article.links.values_list("title", flat=True)) == ["خبر من أول أمس", "رابط المحرر"]


def test_a_link_of_the_page_that_an_editor_changed_stays_and_its_former_title_does_not_come_back(trial):
    trial.page(page() + "\n\nالسابق خبر من الأمس\n\nالتالي خبر من الغد")
    article = Article.objects.get()
    article.links.filter(kind="previous").update(title="خبر الأمس كما عنونه المحرر")
    for number in range(2):
        trial.page(page() + f"\n\nالسابق خبر من الأمس\n\nالتالي خبر {number}")
        titles = ["خبر الأمس كما عنونه المحرر", f"خبر {number}"]
        assert sorted(article.links.values_list("title", flat=True)) == sorted(titles)


def test_links_and_pictures_that_an_editor_deleted_do_not_come_back(trial):
    pictures = [f"https://wadi.example/{number}.jpg" for number in range(3)]
    trial.lines(RECORD | {"images": pictures[:2]})
    trial.page(page() + "\n\nالسابق خبر من الأمس\n\nالتالي خبر من الغد")
    shown, linked = Article.objects.order_by("pk")
    linked.links.filter(kind="previous").delete()
    shown.images.filter(url=pictures[0]).delete()
    for number in range(2):
        trial.lines(RECORD | {"images": pictures, "body": f"{RECORD['body']}\nسطر {number}"})
        trial.page(page() + f"\n\nالسابق خبر من الأمس\n\nالتالي خبر {number}")
        assert list(linked.links.values_list("title", flat=True)) == [f"خبر {number}"]
        assert [image.url for image in shown.images.all()] == pictures[1:]


def test_links_or_pictures_that_change_alone_make_a_version_of_what_they_were(trial):
    picture = {"image": "https://wadi.example/1.jpg"}
    trial.page(page() + "\n\nالسابق خبر من الأمس")
    trial.lines(RECORD | picture)
    linked, shown = Article.objects.order_by("pk")
    again = (
        trial.page(page() + "\n\nالسابق خبر من أول أمس"),
        trial.lines(RECORD | {"image": "https://wadi.example/2.jpg"}),
    )
    assert again == ([Outcome.UPDATED], [Outcome.UPDATED])

    assert [link["title"] for link in linked.events.get().attached["links"]] == ["خبر من الأمس"]
    assert [image["url"] for image in shown.events.get().attached["images"]] == [picture["image"]]
    assert [image.url for image in shown.images.all()] == [picture["image"], "https://wadi.example/2.jpg"]
    again = (
        trial.page(page() + "\n\nالسابق خبر من أول أمس"),
        trial.lines(RECORD | {"image": "https://wadi.example/2.jpg"}),
    )
    assert again == ([Outcome.UNCHANGED], [Outcome.UNCHANGED])
    assert Article.pgh_event_model.objects.count() == 2


def test_a_text_that_an_import_changes_has_in_its_version_who_wrote_it_then(trial):
    trial.lines(RECORD | {"author": "سلمى أحمد"})
    trial.lines(RECORD | {"author": "جين دو", "title": "عنوان مصحح"})
    [event] = Article.objects.get().events.all()
    assert [author["name"] for author in event.attached["authors"]] == ["سلمى أحمد"]


def test_a_folder_teaches_what_its_site_repeats(trial):
    assert trial.run(str(PAGES), source="wadi") == [Outcome.CREATED] * 4
    assert not Article.objects.filter(text__contains="صور الوادي في أسبوع").exists()
    assert not Article.objects.filter(text__contains="دار الضفتين").exists()
    assert trial.run(str(PAGES), source="wadi") == [Outcome.UNCHANGED] * 4


@pytest.mark.parametrize("source", ["", "wadi"])
def test_updates_of_one_story_keep_all_of_it(trial, source):
    for number in range(3):
        paragraphs = (*PARAGRAPHS, f"وهذا هو التحديث رقم {number} للخبر، وفيه ما لم يكن في غيره من قبل.")
        trial.write(f"story/{number}.txt", page(title=f"خبر الزيتون في تحديثه رقم {number}", paragraphs=paragraphs))
    assert trial.run(str(trial.folder / "story"), source=source) == [Outcome.CREATED] * 3
    assert [article.text.split("\n")[:3] for article in Article.objects.all()] == [list(PARAGRAPHS)] * 3


def test_a_page_alone_is_read_with_the_archives_pages(trial):
    names = sorted(PAGES.glob("*.txt"))
    trial.run(*map(str, names[:3]), source="wadi")
    trial.page(names[3].read_bytes(), source="wadi")
    assert not Article.objects.filter(text__contains="صور الوادي في أسبوع").exists()


def test_known_names_are_linked(trial):
    AliasFactory(name="نقابة المزارعين")
    trial.lines(RECORD)
    assert Mention.objects.get().article == Article.objects.get()


def test_authors_are_made_once_whatever_their_case(trial):
    trial.lines(RECORD | {"author": "Sara Haddad"}, RECORD | {"id": "2", "author": "SARA HADDAD"})
    assert Author.objects.get().articles.count() == 2


def test_many_bytes_go_to_the_database_as_they_are_and_once():
    raw = random.Random(1).randbytes(12 * 1024 * 1024)
    [record] = read_lines(RECORD)
    record.raw = raw
    pending = SimpleNamespace(record=record, sha256=sha256(raw).hexdigest())
    kept, peak_bytes = peak_of(lambda: _keep_captures([pending]))
    capture = Capture.objects.get()
    assert (kept, capture.content == raw) == ({pending.sha256: capture.pk}, True)
    # Compressed, and once more on their way; as text they would be there seven times.
    assert peak_bytes < 3 * len(raw)
    assert _keep_captures([pending]) == kept


# --- Copies ---


@pytest.mark.django_db(transaction=True)
def test_imports_that_meet_new_sections_in_another_order_do_not_wait_for_each_other(trial):
    records = [RECORD | {"id": name, "category": name} for name in ("ثقافة", "رياضة")]

    def import_beside():
        try:
            trial.lines(*records)
        finally:
            connection.close()

    beside = Thread(target=import_beside)
    with transaction.atomic():
        SectionFactory(name="رياضة", slug="رياضة")
        beside.start()
        while beside.is_alive() and not somebody_waits():
            time.sleep(0.01)
        # An import that waits has nothing that this one would wait for.
        assert Section.objects.filter(slug="ثقافة").exists()
    beside.join()
    assert {article.section.name for article in Article.objects.all()} == {"ثقافة", "رياضة"}


def test_the_same_text_in_another_paper_is_kept_and_linked(trial):
    body = text(1)
    lead = "\n".join([text(2, 2), *body.split("\n")[2:]])
    assert (
        trial.lines(
            RECORD | {"body": body},
            RECORD | {"source": "الساحل", "title": "عنوان آخر", "body": vowelled(body)},
            RECORD | {"source": "الجبل", "id": "3", "title": "عنوان ثالث", "body": lead},
            RECORD | {"id": "4", "title": "خبر لا صلة له", "body": text(5)},
        )
        == [Outcome.CREATED] * 4
    )
    first, second, third, fourth = Article.objects.order_by("pk")
    assert (copies(first), copies(third), copies(fourth)) == ([second, third], [first, second], [])


def test_a_text_that_is_changed_by_an_import_finds_its_copies_anew(trial):
    trial.lines(RECORD | {"body": text(1)}, RECORD | {"source": "الساحل", "body": text(1)})
    first, second = Article.objects.order_by("pk")
    assert copies(first) == [second]
    trial.lines(RECORD | {"body": text(2)})
    assert (copies(first), copies(second)) == ([], [])
    trial.lines(RECORD | {"source": "الجبل", "body": text(2)})
    assert copies(first) == [Article.objects.order_by("pk").last()]


def test_new_text_under_one_address_is_a_new_revision(trial):
    record = {name: value for name, value in RECORD.items() if name != "id"} | {"url": "http://wadi.example/x"}
    trial.lines(record)
    assert trial.lines(record | {"title": "عنوان مصحح", "body": "نص جديد كله"}) == [Outcome.UPDATED]
    article = Article.objects.get()
    assert (article.title, article.text) == ("عنوان مصحح", "نص جديد كله")
    assert [(event.title, event.pgh_label) for event in article.events.all()] == [(TITLE, "update")]
    # Both captures are kept, the article knows the newer.
    assert (Capture.objects.count(), json.loads(article.capture.content)["title"]) == (2, "عنوان مصحح")
    assert trial.lines(record | {"title": "عنوان مصحح", "body": "نص جديد كله"}) == [Outcome.UNCHANGED]
