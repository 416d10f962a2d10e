from datetime import UTC, date, datetime, timedelta

import pytest

from archive.asking import answer
from archive.models import Article
from archive.search import engine, facets
from archive.search import filters as filters_module
from archive.search.engine import SearchRequest, Sort, find_all, search_articles
from archive.search.facets import Count
from archive.search.filters import SearchFilters
from archive.search.matching import matching_articles
from archive.search.statistics import count_words
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


def titles(text="", **request):
    return [article.title for article in search_articles(SearchRequest(text=text, **request)).articles]


def article(title, body="", **values):
    return ArticleFactory(title=title, body=f"<p>{body}</p>", **({"summary": ""} | values))


# --- Spellings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spellings",
    [
        ("استانه", "أستانة", "آستانة", "الأستانة", "بآستانَة"),
        ("الى", "إلى", "إلي"),
        ("محادثات", "المحادثات", "والمحادثات", "للمحادثات"),
        ("سوريا", "سورية", "لسوريا", "السورية"),
        ("مسؤول", "مسئول", "المسؤولون"),
        ("ألمانيا", "المانيا", "بألمانيا"),
        ("لبنان", "للبنان", "ولبنان"),
        ("لجنة", "اللجنة", "للجنة", "واللجنة"),
        ("رعاية", "برعاية", "وبرعاية", "ولرعاية", "فبرعاية"),
        ("بلدية", "وبلدية", "البلدية", "ولبلدية"),
        ("2254", "٢٢٥٤", "۲۲۵۴"),
        ("Brexit", "brexit", "ＢＲＥＸＩＴ"),
        ("مفاوضات", "المفاوضات"),
        ("تصريحات", "التصريحات"),
        ("انتخابات", "الانتخابات"),
        ("المعارضة", "والمعارضة", "فالمعارضة"),
        ("أكد", "وأكد"),
        ("الوفد", "والوفد"),
        ("العراق", "للعراق"),
        ("أميركا", "أمريكا", "الأميركية", "أمريكي"),
        ("ديمستورا", "دي ميستورا"),
        ("سوتشي", "سوتشى"),
        ("كتاب", "ک\u0640تاب", "كِتَابٌ", "كتب", "الكتب"),
        ("الله", "ﷲ", "والله"),
        ("لا أحد", "ﻻ أحد"),
        ("مدرسة", "مدرسه", "مدرستها", "المدارس"),
        ("وزير", "وزراء", "الوزراء", "للوزير"),
        ("مشروع", "مشاريع", "بالمشاريع"),
    ],
)
def test_every_spelling_finds_every_other_in_title_and_body(spellings):
    in_titles = [article(f"{spelling} خبر") for spelling in spellings]
    in_bodies = [article("عنوان", f"نص {spelling} نص") for spelling in spellings]

    for spelling in spellings:
        found = {one.pk for one in search_articles(SearchRequest(text=spelling)).articles}
        assert found == {one.pk for one in (*in_titles, *in_bodies)}


def test_the_preposition_on_is_no_name_and_the_name_is_found():
    article("علي حسن في جنيف")
    article("لقاء في جنيف")

    assert titles("على جنيف") == ["لقاء في جنيف", "علي حسن في جنيف"]
    assert titles("علي جنيف") == ["علي حسن في جنيف", "لقاء في جنيف"]


@pytest.mark.parametrize(
    ("typed", "other"),
    [("الولايات", "ولا"), ("بنك", "نك"), ("وزير", "زير"), ("الله", "له"), ("علي", "على"), ("فريق", "ريق")],
)
def test_what_only_looks_alike_does_not_meet(typed, other):
    article(f"{other} خبر")

    assert titles(typed) == ([] if typed != "علي" else ["على خبر"])


# --- Order -------------------------------------------------------------------------------------------------------


def test_every_word_comes_before_some_and_title_before_body(now):
    article("جنيف", "جنيف جنيف", published_at=now)
    article("خبر عن المحادثات", "في جنيف", published_at=now)
    article("محادثات جنيف", published_at=now - timedelta(days=900))
    article("غيره", "لا شيء", published_at=now)
    article("خبر آخر", f"كانت المحادثات {'طويلة ' * 9} وكانت جنيف", published_at=now)

    results = search_articles(SearchRequest(text="محادثات جنيف"))

    assert [(found.title, found.matches_all) for found in results.articles] == [
        ("محادثات جنيف", True),
        ("خبر عن المحادثات", True),
        ("خبر آخر", True),
        ("جنيف", False),
    ]
    assert (results.total, results.total_all) == (4, 3)


def test_title_then_summary_then_body():
    article("ثالث", "نص عن آستانة")
    article("ثان", "نص", summary="خلاصة عن آستانة")
    article("أول عن آستانة", "نص")

    assert titles("آستانة") == ["أول عن آستانة", "ثان", "ثالث"]


def test_by_date_every_word_still_comes_first(now):
    days = [timedelta(days=n) for n in range(5)]
    article("جنيف", published_at=now)
    article("محادثات جنيف القديمة", published_at=now - days[4])
    article("محادثات جنيف الجديدة", published_at=now - days[1])
    article("محادثات", published_at=now - days[2])

    assert titles("محادثات جنيف", sort=Sort.NEWEST) == [
        "محادثات جنيف الجديدة",
        "محادثات جنيف القديمة",
        "جنيف",
        "محادثات",
    ]
    assert titles("محادثات جنيف", sort=Sort.OLDEST) == [
        "محادثات جنيف القديمة",
        "محادثات جنيف الجديدة",
        "محادثات",
        "جنيف",
    ]


def test_equal_answers_are_ordered_by_date_and_then_by_record(now):
    pks = [article("جنيف", published_at=now - timedelta(days=days)).pk for days in (2, 1, 1)]

    found = [one.pk for one in search_articles(SearchRequest(text="جنيف")).articles]
    assert found == [pks[2], pks[1], pks[0]]


def test_no_words_list_everything_newest_first(now):
    undated = article("بلا تاريخ", published_at=None, date_precision="unknown")
    old, new = (article(f"خبر {day}", published_at=now - timedelta(days=day)) for day in (9, 1))

    results = search_articles(SearchRequest())
    assert results.articles == [new, old, undated]
    assert {one.matches_all for one in results.articles} == {True}
    assert titles(sort=Sort.OLDEST) == ["خبر 9", "خبر 1", "بلا تاريخ"]


# --- Queries -----------------------------------------------------------------------------------------------------


def test_phrases_want_their_words_side_by_side():
    article("وفد المعارضة السورية")
    article("المعارضة ترسل وفداً")
    article("وفد", "المعارضة")

    assert titles('"وفد المعارضة"') == ["وفد المعارضة السورية"]
    assert sorted(titles('وفد -"وفد المعارضة"')) == ["المعارضة ترسل وفداً", "وفد"]


def test_excluded_words_leave_articles_out():
    article("محادثات جنيف")
    article("محادثات آستانة")

    assert titles("محادثات -جنيف") == ["محادثات آستانة"]
    assert titles("-جنيف") == ["محادثات آستانة"]
    assert titles("محادثات -محادثات") == []


def test_only_common_words_are_searched_for():
    article("من هو الرجل")
    article("خبر")

    assert titles("من هو") == ["من هو الرجل"]


@pytest.mark.parametrize("text", ["؟!", "\0", "   "])
def test_a_query_without_words_narrows_nothing(text):
    article("خبر")

    assert titles(text) == ["خبر"]


def test_what_readers_may_not_see_is_never_found():
    now = datetime.now(UTC)
    seen = article("جنيف")
    for values in (
        {"status": Article.Status.DRAFT},
        {"status": Article.Status.WITHDRAWN},
        {"status": Article.Status.SCHEDULED, "published_at": now + timedelta(days=1)},
        {"published_at": now + timedelta(minutes=1)},
    ):
        hidden = article("جنيف السرية", **values)
        MentionFactory(article=hidden)

    for text in ("جنيف", "", "-آستانة", "السرية"):
        for sort in Sort:
            results = search_articles(SearchRequest(text=text, sort=sort))
            expected = [] if text == "السرية" else [seen]
            assert (results.articles, results.total) == (expected, len(expected))
            assert results.facets.entity == []
            assert sum(value.count for value in results.facets.section) == len(expected)


def test_the_search_of_the_admin_finds_drafts_too():
    draft = article("جنيف السرية", status=Article.Status.DRAFT)

    assert list(matching_articles(Article.objects.all(), "سرية جنيف")) == [draft]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("قسم:سياسة", ["آستانة"]),
        ("-قسم:سياسة", ["أستانة"]),
        ("=آستانة", ["آستانة"]),
        ("=آستانة أو =أستانة", ["آستانة", "أستانة"]),
        ("قسم:غيرها", []),
        ("؟!", []),
    ],
)
def test_the_search_of_the_admin_understands_what_the_sites_does(text, found):
    article("آستانة", section=SectionFactory(name="سياسة"), status=Article.Status.DRAFT)
    article("أستانة", section=SectionFactory(name="ثقافة"))

    assert sorted(one.title for one in matching_articles(Article.objects.all(), text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("جنيف أو سوتشي", {"محادثات جنيف", "لقاء سوتشي", "جنيف وسوتشي"}),
        ("(جنيف أو سوتشي) لقاء -محادثات", {"لقاء سوتشي"}),
        ("=آستانة", {"قمة آستانة"}),
        ("=استانه", {"قمة استانه"}),
        ("=قمة", {"قمة آستانة", "قمة استانه"}),
        ("محاد*", {"محادثات جنيف"}),
        ("المحاد*", {"محادثات جنيف"}),
        ("محادثات*", {"محادثات جنيف"}),
        ("جنيف -محاد*", {"جنيف وسوتشي"}),
        ("عنوان:محادثات*", {"محادثات جنيف"}),
        ("عنوان:مت*", set()),
        ("عنوان:متن", set()),
        ("متن", {"محادثات جنيف"}),
        ('"جنيف محادثات"~1', {"محادثات جنيف"}),
        ('"جنيف محادثات"', set()),
        ('"قمة بعيدة"~3', set()),
        ('"قمة بعيدة"~8', {"قمة آستانة"}),
        ("=آستانة أو سوتشي", {"قمة آستانة", "لقاء سوتشي", "جنيف وسوتشي"}),
        ("قمة -=آستانة", {"قمة استانه"}),
    ],
)
def test_what_a_reader_can_type(text, found):
    article("محادثات جنيف", "متن")
    article("لقاء سوتشي")
    article("جنيف وسوتشي")
    article("قمة آستانة", "كلام كثير قمة واحد اثنان ثلاثة أربعة خمسة بعيدة")
    article("قمة استانه")

    every = {one.title for one in search_articles(SearchRequest(text=text)).articles if one.matches_all}
    assert every == found


@pytest.mark.parametrize(
    ("word", "beginnings"),
    [
        ("فلسطين", ["فلس*", "فلسط*", "فلسطين*"]),
        ("البرلمان", ["برلم*", "برلما*", "البرلم*"]),
        ("وزارة", ["وزا*", "وزار*", "وزارة*", "الوزار*"]),
        ("لألمانيا", ["المان*", "ألمانيا*"]),
        ("سوريا", ["سور*", "سوري*", "سوريا*"]),
        ("والانتخابات", ["انتخاب*", "انتخابا*", "الانتخابات*"]),
        ("مدرسة", ["مدر*", "مدرسة*"]),
        ("والله", ["الله*"]),
    ],
)
def test_a_word_is_found_by_each_of_its_beginnings_and_marked(word, beginnings):
    article("خبر", f"هذا {word} هنا")
    article("آخر", "زرت المكان")

    for beginning in beginnings:
        [found] = search_articles(SearchRequest(text=beginning)).articles
        assert f"<mark>{word}</mark>" in found.snippet, beginning


def test_what_is_asked_for_as_typed_is_marked_so_alone():
    article("خبر", "في آستانة وفي أستانا")

    [exact] = search_articles(SearchRequest(text="=آستانة")).articles
    [both] = search_articles(SearchRequest(text="=آستانة أو خبر أستانا")).articles

    assert exact.snippet == "في <mark>آستانة</mark> وفي أستانا"
    assert both.snippet == "في <mark>آستانة</mark> وفي <mark>أستانا</mark>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("=«وفد المعارضة السورية»", {"كما هي"}),
        ("=«المعارضة السورية»", {"كما هي", "بغيرها"}),
        ("«وفد المعارضة السورية»", {"كما هي", "بغيرها", "في غير مكانها"}),
        ("=«قال المعارضة»~2", {"كما هي"}),
        ("=«المعارضة قال»~2", {"كما هي"}),
        ("=«قال المعارضة»~1", set()),
        ("عنوان:=«كما هي»", {"كما هي"}),
        ("عنوان:=«المعارضة السورية»", set()),
        ("كما -=«وفد المعارضة السورية»", {"بعدها"}),
    ],
)
def test_a_phrase_is_found_as_it_is_typed_alone(text, found):
    article("كما هي", "قال وفدُ المعـارضة السورية.")
    article("بغيرها", "قال الوفد للمعارضة السورية إن وفد المعارضة وصل، والتقى المعارضة السورية")
    article("في غير مكانها", "قال وفد لمعارضة السورية، وهذه المعارضة")
    article("بعدها", "كما قيل")

    assert {one.title for one in search_articles(SearchRequest(text=text)).articles if one.matches_all} == found


def test_a_phrase_asked_for_as_typed_is_marked_so_alone():
    article("خبر", "قال وفد المعارضة ثم قال الوفد المعارض وقالت معارضة")

    [found] = search_articles(SearchRequest(text="=«وفد المعارضة»")).articles

    assert found.snippet == "قال <mark>وفد المعارضة</mark> ثم قال الوفد المعارض وقالت معارضة"


def test_the_passage_is_shown_in_which_a_phrase_stands():
    article("خبر", "قال الوفد كلامًا", summary="قال وفد المعارضة")

    for text in ("=«وفد المعارضة»", "«وفد المعارضة»"):
        [found] = search_articles(SearchRequest(text=text)).articles
        assert found.snippet == "قال <mark>وفد المعارضة</mark>"


@pytest.mark.parametrize(
    "text", ["جنيف أو =«وفد المعارضة»", "(=«وفد المعارضة» =قال)", "=«قال المعارضة»~2", "عنوان:=«هدنة جنيف»~2"]
)
def test_exact_phrases_stand_wherever_parts_do(text):
    article("هدنة في جنيف", "قال وفد المعارضة ﷺ")
    article("هدن وجنيف", "قال الوفد المعارض")

    found = [one.title for one in search_articles(SearchRequest(text=text)).articles if one.matches_all]
    assert found[0] == "هدنة في جنيف"
    assert text.startswith("جنيف") or len(found) == 1
    assert len(search_articles(SearchRequest(text="=ﷺ")).articles) == 1


def test_the_spelling_that_is_asked_for_of_a_title_is_the_titles():
    article("قمة أستانة", "بدأت في آستانة")
    article("قمة آستانة", "بدأت في أستانة")

    assert titles("عنوان:=آستانة") == ["قمة آستانة"]
    assert titles("عنوان:(قمة =أستانة)") == ["قمة أستانة"]


def test_a_query_is_restricted_by_section_source_name_author_and_date(now):
    section, source = SectionFactory(name="سياسة", slug="s"), SourceFactory(name="صحيفة الضفاف", slug="d")
    entity = EntityFactory(name="سيرغي لافروف")
    wanted = article("جنيف الأولى", section=section, source=source, published_at=now.replace(year=2017))
    wanted.authors.add(AuthorFactory(name="سلمى حدّاد"))
    MentionFactory(article=wanted, entity=entity)
    article("جنيف الثانية", published_at=now.replace(year=2016))

    for restriction in ("قسم:سياسه", "مصدر:الضفاف", "كيان:لافروف", "كاتب:حداد", "من:2017", "من:2017 إلى:2017"):
        assert titles(f"جنيف {restriction}") == ["جنيف الأولى"], restriction
        assert titles(restriction) == ["جنيف الأولى"], restriction
    assert titles("جنيف إلى:2016") == ["جنيف الثانية"]

    assert titles("جنيف -قسم:سياسة") == titles("جنيف NOT من:2017") == ["جنيف الثانية"]
    assert sorted(titles("قسم:السياسة أو إلى:2016")) == ["جنيف الأولى", "جنيف الثانية"]
    assert titles("قسم:سياسة مصدر:الضفاف -كيان:لافروف") == []

    unknown = search_articles(SearchRequest(text="جنيف قسم:رياضة"))
    assert [problem.text for problem in unknown.query.problems] == ["قسم:رياضة"]
    assert unknown.total == 0


def test_two_sections_mean_either_and_two_names_mean_both():
    politics, sport = SectionFactory(name="سياسة"), SectionFactory(name="رياضة")
    first, second = article("أول", section=politics), article("ثان", section=sport)
    lavrov, kerry = EntityFactory(name="لافروف"), EntityFactory(name="كيري")
    for one, entity in ((first, lavrov), (second, lavrov), (second, kerry)):
        MentionFactory(article=one, entity=entity)

    assert sorted(titles("قسم:سياسة قسم:رياضة")) == ["أول", "ثان"]
    assert titles("كيان:لافروف كيان:كيري") == ["ثان"]


def test_among_some_of_the_parts_each_counts_as_it_is():
    article("مجلس الأمن")
    article("مجلس العموم")
    article("آستانة")
    article("أستانة")
    article("متن", "عنوان")

    assert titles('زعيط "مجلس الأمن"') == ["مجلس الأمن"]
    assert titles("زعيط =آستانة") == ["آستانة"]
    assert titles("زعيط عنوان:عنوان") == []
    assert sorted(titles("زعيط مجل*")) == ["مجلس الأمن", "مجلس العموم"]


# --- Filters and facets ------------------------------------------------------------------------------------------


def test_filters_narrow_together(now):
    section, source, entity = SectionFactory(), SourceFactory(), EntityFactory()
    wanted = article("جنيف", section=section, source=source, published_at=now)
    MentionFactory(article=wanted, entity=entity)
    article("جنيف", section=section, published_at=now)
    article("جنيف", source=source, published_at=now)
    MentionFactory(article=article("جنيف"), entity=entity)
    MentionFactory(article=article("جنيف", section=section, source=source), entity=entity, confirmed=False)

    def total(**filters):
        return search_articles(SearchRequest(text="جنيف", filters=SearchFilters(**filters))).total

    assert [total(), total(section=section), total(source=source), total(entity=entity)] == [5, 3, 3, 2]
    assert total(section=section, source=source, entity=entity) == 1
    assert total(section=section, source=source, entity=entity, date_from=now.date(), date_to=now.date()) == 1
    assert total(section=section, source=source, entity=entity, date_from=date(2021, 1, 1)) == 0


def test_days_are_those_of_the_sites_clock_and_both_ends_count():
    """Beirut is two hours ahead of UTC in winter."""
    moments = [(20, 21, 59), (20, 22, 0), (21, 21, 59), (21, 22, 0)]
    for day, hour, minute in moments:
        article(f"{day} {hour}:{minute:02}", published_at=datetime(2017, 12, day, hour, minute, tzinfo=UTC))
    article("بلا تاريخ", published_at=None, date_precision="unknown")
    day = date(2017, 12, 21)

    assert titles(filters=SearchFilters(date_from=day, date_to=day)) == ["21 21:59", "20 22:00"]
    assert titles(filters=SearchFilters(date_to=day)) == ["21 21:59", "20 22:00", "20 21:59"]
    assert titles(filters=SearchFilters(date_from=day)) == ["21 22:00", "21 21:59", "20 22:00"]


PERIODS = [
    (date(2017, 12, 1), date(2017, 12, 31)),
    (date(2017, 1, 1), date(2017, 12, 31)),
    (date(2017, 12, 31), date(2017, 12, 31)),
    (date(2016, 1, 1), None),
    (date(2018, 1, 1), date(2017, 1, 1)),
]


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("typed", [False, True])
def test_a_period_finds_the_same_by_its_months_in_the_index(period, typed, monkeypatch):
    """Beirut is two hours ahead of UTC in winter: its months begin in those of UTC before."""
    for month, day in ((11, 30), (12, 1), (12, 30), (12, 31)):
        for hour, minute in ((0, 0), (21, 59), (22, 0)):
            moment = datetime(2017, month, day, hour, minute, tzinfo=UTC)
            article(f"جنيف {month}/{day} {hour}:{minute}", published_at=moment)
    article("جنيف بلا تاريخ", published_at=None, date_precision="unknown")
    first, last = period
    text, filters = "جنيف", SearchFilters(date_from=first, date_to=last)
    if typed:
        text, filters = f"جنيف من:{first}{f' إلى:{last}' if last else ''}", SearchFilters()

    found = titles(text, filters=filters)
    monkeypatch.setattr(engine, "FEW_OF_ANY_TIME", -1)
    monkeypatch.setattr(filters_module, "MAX_FILED_MONTHS", 10_000)

    assert titles(text, filters=filters) == found
    # What is typed and ends before it begins loses its end.
    assert bool(answer(engine._Search.of(text, filters)).scope.filed) is (typed or last is None or first <= last)


@pytest.mark.parametrize(
    "edges", [(date.min, date.max), (date(1, 1, 1), date(9999, 12, 30)), (date(2017, 3, 26), date(2017, 3, 26))]
)
def test_the_first_and_last_days_there_are_do_no_harm(edges):
    """The last pair is a day without a midnight in Beirut."""
    article("خبر", published_at=datetime(2017, 3, 26, 12, tzinfo=UTC))

    assert titles(filters=SearchFilters(date_from=edges[0], date_to=edges[1])) == ["خبر"]


def test_facets_count_the_results(now):
    politics, economy = SectionFactory(name="سياسة"), SectionFactory(name="اقتصاد")
    source, entity = SourceFactory(name="الضفاف"), EntityFactory(name="دمشق")
    for section, year in ((politics, 2017), (politics, 2016), (economy, 2017), (None, None)):
        dated = {"published_at": None, "date_precision": "unknown"}
        if year:
            dated = {"published_at": now.replace(year=year)}
        found = article("جنيف", section=section, source=source, **dated)
        MentionFactory(article=found, entity=entity, start=0, end=2)
        MentionFactory(article=found, entity=entity, start=3, end=4)
    article("غيره", section=economy, source=source)

    facets = search_articles(SearchRequest(text="جنيف", page_size=1)).facets

    def counts(values):
        return [(value.name, value.slug, value.count) for value in values]

    assert counts(facets.section) == [("سياسة", politics.slug, 2), ("اقتصاد", economy.slug, 1)]
    assert counts(facets.source) == [("الضفاف", source.slug, 4)]
    assert counts(facets.entity) == [("دمشق", str(entity.pk), 4)]
    assert counts(facets.year) == [("2016", "2016", 1), ("2017", "2017", 2)]


# --- Pages -------------------------------------------------------------------------------------------------------


def test_pages_hold_every_result_once():
    pks = [article(f"جنيف {n}").pk for n in range(7)]

    pages = [search_articles(SearchRequest(text="جنيف", page=page, page_size=3)) for page in (1, 2, 3)]

    assert [len(page.articles) for page in pages] == [3, 3, 1]
    assert sorted(found.pk for page in pages for found in page.articles) == pks
    assert {(page.total, page.page_count) for page in pages} == {(7, 3)}


def test_pages_hold_every_result_once_however_many_are_scored_for_each(monkeypatch):
    monkeypatch.setattr(engine, "CANDIDATES", (4, 12, 100))
    monkeypatch.setattr(engine, "MIN_CANDIDATE_LIMIT", 1)
    monkeypatch.setattr(facets, "FEW", 0)
    # The longer they are, the less they say; those that come first in the index are not the best.
    pks = [article("خبر", "كلام " * (40 - n) + "جنيف " * (1 + n % 3)).pk for n in range(40)]
    count_words()

    pages = [search_articles(SearchRequest(text="جنيف", page=page, page_size=3)) for page in range(1, 15)]

    assert sorted(found.pk for page in pages for found in page.articles) == pks
    assert [one.pk for page in pages for one in page.articles] == find_all(SearchRequest(text="جنيف")).ids


def test_pages_go_on_where_those_with_every_word_end_though_only_a_sample_told_how_many(monkeypatch):
    monkeypatch.setattr(facets, "_total", lambda figures, _scale: Count(figures[facets.TOTAL][0], exact=False))
    with_all = [article("خبر", "مجلس الأمن ثم حلف الناتو").pk for _ in range(3)]
    with_some = [article("خبر", "مجلس الأمن").pk for _ in range(6)]
    text = "«مجلس الأمن» «حلف الناتو»"

    pages = [search_articles(SearchRequest(text=text, page=page, page_size=2)) for page in range(1, 6)]

    assert not pages[0].count_all.exact
    assert sorted(one.pk for page in pages for one in page.articles) == [*with_all, *with_some]


@pytest.mark.parametrize(("page", "shown"), [(0, 1), (-5, 1), (99, 2), (10**30, 2)])
def test_a_page_that_is_not_there_is_the_nearest_that_is(page, shown):
    for _ in range(3):
        article("جنيف")

    results = search_articles(SearchRequest(text="جنيف", page=page, page_size=2))

    assert (results.page, len(results.articles)) == (shown, [None, 2, 1][shown])


def test_nobody_pages_deeper_than_the_limit(monkeypatch):
    monkeypatch.setattr(engine, "MAX_RESULTS", 5)
    for _ in range(7):
        article("جنيف")

    results = search_articles(SearchRequest(text="جنيف", page=99, page_size=2))

    assert (results.total, results.page_count, results.page, len(results.articles)) == (7, 3, 3, 1)


def test_an_empty_archive_has_one_empty_page():
    results = search_articles(SearchRequest(text="جنيف"))

    assert (results.articles, results.total, results.page, results.page_count) == ([], 0, 1, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_for_any_number(django_assert_num_queries, count):
    for _ in range(count):
        MentionFactory(article=article("محادثات جنيف"))

    with django_assert_num_queries(4):
        for found in search_articles(SearchRequest(text="محادثات جنيف")).articles:
            assert (found.section.label, found.source.label, found.title_marked) == (
                found.section.name,
                found.source.name,
                "<mark>محادثات جنيف</mark>",
            )


def test_results_are_marked_and_escaped():
    article("<b>جنيف</b>", "قبل &lt;script&gt; جنيف بعد")

    (found,) = search_articles(SearchRequest(text="جنيف")).articles

    assert found.title_marked == "&lt;b&gt;<mark>جنيف</mark>&lt;/b&gt;"
    assert found.snippet == "قبل &lt;script&gt; <mark>جنيف</mark> بعد"


def test_the_snippet_is_of_what_holds_the_words():
    article("عنوان", "نص لا يذكرها", summary="خلاصة عن جنيف")

    (found,) = search_articles(SearchRequest(text="جنيف")).articles

    assert found.snippet == "خلاصة عن <mark>جنيف</mark>"


def test_an_article_without_body_shows_its_summary():
    article("عنوان", summary="خلاصة عن جنيف")

    (found,) = search_articles(SearchRequest(text="جنيف")).articles

    assert found.snippet == "خلاصة عن <mark>جنيف</mark>"
