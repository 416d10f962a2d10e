"""The search page: what it says of input it cannot use, and where it leads when nothing is found."""

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest
from django.urls import reverse

from archive.search import facets, limits
from archive.search.engine import SearchRequest, search_articles
from archive.search.parser import parse
from archive.search.statistics import count_words
from archive.views.search import SearchAddress
from tests.archive.views.html import Page, text, with_class
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    EntityFactory,
    MentionFactory,
    SearchPinFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

SEARCH = reverse("archive:search")


def notices(page: Page) -> list[str]:
    return [text(element) for element in with_class(page.root, "notice-body")]


def ways(page: Page) -> dict[str, str]:
    """The searches that an empty page offers: their address by their words."""
    [state] = with_class(page.root, "empty-state")
    return {text(link): link.get("href") for link in state.iter("a")}


@pytest.mark.parametrize("parameters", [{"page": "-1"}, {"sort": "zz"}, {"from": "x"}, {"section": "nope"}])
def test_a_problem_is_a_sentence_beside_the_results(see, parameters):
    ArticleFactory(title="جنيف")
    page = see(SEARCH, {"q": "جنيف"} | parameters, language="en")
    [notice] = notices(page)
    assert notice.startswith("Note: ")
    assert notice.endswith(".")
    assert "[" not in notice
    assert len(with_class(page.root, "ledger-title")) == 1


@pytest.mark.parametrize("most_divided", [40, 20])
def test_numbers_that_are_estimated_say_so(see, monkeypatch, most_divided):
    """Of more articles than are divided, a sample tells the filters' numbers and the years', though the total is exact."""
    monkeypatch.setattr(facets, "MAX_DIVIDED", most_divided)
    section = SectionFactory()
    for number in range(40):
        ArticleFactory(title="جنيف", section=section, published_at=datetime(2016 + number % 2, 5, 1, tzinfo=UTC))
    page = see(SEARCH, {"q": "جنيف"}, language="en")
    in_section = [value for value in with_class(page.root, "facet-value") if "section=" in value.get("href")]
    of_years = [*with_class(page.root, "histogram-value"), *page.all("aside//li/span[@class='faint']")]
    numbers = in_section + of_years
    assert len(numbers) == 5
    estimated = most_divided < 40
    assert ["about" in text(number).lower() for number in numbers] == [estimated] * 5
    assert text(page.one("strong[@data-search-tells]")) == "40 articles"


@pytest.mark.parametrize(
    ("query", "told"),
    [({"q": "جنيف"}, "جنيف — خبر واحد — نتائج البحث"), ({"q": "زقزقزق"}, "زقزقزق — لا نتائج"), ({}, "ابحث")],
)
def test_the_title_tells_what_was_found(see, query, told):
    """A screen reader says it before all else."""
    ArticleFactory(title="جنيف")
    title = text(see(SEARCH, query).one("title")).translate(dict.fromkeys(map(ord, "\u2068\u2069")))
    assert " ".join(title.split()) == f"{told} — سِجِلّ"


def test_of_several_values_of_a_filter_the_last_counts_and_the_page_says_so(see):
    politics, culture = SectionFactory(slug="politics"), SectionFactory(slug="culture", name="ثقافة")
    ArticleFactory(title="خبر آخر", section=politics)
    ArticleFactory(title="خبر الثقافة", section=culture)
    page = see(f"{SEARCH}?section=politics&section=culture")
    assert [text(title) for title in with_class(page.root, "ledger-title")] == ["خبر الثقافة"]
    assert ["يؤخذ بآخرها: «ثقافة»" in notice for notice in notices(page)] == [True]


@pytest.mark.parametrize("period", [{"q": "جنيف من:2018 إلى:2017"}, {"q": "جنيف", "from": "2018", "to": "2017"}])
def test_a_period_that_ends_before_it_begins_is_named_and_has_no_end(see, now, period):
    ArticleFactory(title="جنيف", published_at=now)
    page = see(SEARCH, period)
    [notice] = notices(page)
    assert "تنتهي المدة قبل أن تبدأ، فلا يؤخذ بنهايتها." in notice
    assert len(with_class(page.root, "ledger-title")) == 1


@pytest.mark.parametrize(("typed", "sign"), [("جنيف~5", "~5"), ("=(جنيف)", "="), ('"خبر جنيف"~99', "~99")])
def test_a_sign_that_could_not_be_used_is_named_beside_the_results(see, typed, sign):
    ArticleFactory(title="خبر جنيف")
    page = see(SEARCH, {"q": typed})
    assert [f"«{sign}»" in notice for notice in notices(page)] == [True]
    assert len(with_class(page.root, "ledger-title")) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("جنيف " * 300, "The query was too long: its end was left out."),
        ("جنيف" + " " * 1000 + "هدنة", "The query may be 1000 characters long at most."),
    ],
)
def test_a_query_that_is_too_long_is_told_once(see, typed, said):
    ArticleFactory(title="جنيف")
    said_of_length = [n for n in notices(see(SEARCH, {"q": typed}, language="en")) if "long" in n]
    assert [said in notice for notice in said_of_length] == [True]
    assert sum(notice.count("long") for notice in said_of_length) == 1


def test_dates_read_left_to_right_in_arabic(see):
    ArticleFactory(title="جنيف")
    page = see(SEARCH, {"q": "جنيف", "from": "x"})
    assert "\u20662017-12-21\u2069" in notices(page)[0]
    assert [text(date) for date in with_class(page.root, "unbroken")] == ["2017-12-21", "2017-12"] * 2
    placeholders = {field.get("name"): (field.get("placeholder"), field.get("dir")) for field in page.all("input")}
    assert placeholders["from"] == ("2017-12-21", "ltr")
    assert placeholders["to"] == ("2018", "ltr")


@pytest.mark.parametrize("typed", ["؟!", '""', "«»", "-"])
def test_a_query_without_words_lists_nothing_and_says_how_to_ask(see, typed):
    ArticleFactory()
    page = see(SEARCH, {"q": typed}, language="en")
    assert with_class(page.root, "ledger-title") == []
    assert with_class(page.root, "search-hints")
    [title] = with_class(page.root, "empty-state-title")
    assert text(title) == f"There is no word in this: {typed}"
    assert notices(page) == []


def test_a_query_without_words_leads_to_its_filters(see):
    section = SectionFactory(slug="سياسة")
    ArticleFactory(section=section)
    page = see(SEARCH, {"q": "؟!", "section": section.slug}, language="en")
    assert ways(page) == {"Show everything in these filters": SearchAddress({"section": section.slug})()}


def test_nothing_found_offers_the_searches_that_find_something(see):
    politics, culture = SectionFactory(slug="سياسة"), SectionFactory(slug="ثقافة", name_latin="Culture")
    ArticleFactory(title="مجلس الأمن", section=politics)
    asked = {"q": "مجلس", "section": culture.slug, "from": "2000-01-01"}
    assert ways(see(SEARCH, asked, language="en")) == {
        "Without the filter “Culture”": SearchAddress(asked)(section=""),
        "Without any filter": SearchAddress({"q": "مجلس"})(),
    }


def test_nothing_found_offers_the_words_of_a_phrase(see):
    ArticleFactory(title="الأمن في المجلس")
    page = see(SEARCH, {"q": "«مجلس الأمن» -كرة"}, language="en")
    assert ways(page) == {"Any of the words, in all their forms": SearchAddress({"q": "مجلس الأمن -كرة"})()}


def test_nothing_found_offers_a_phrase_without_its_rarest_word_and_shows_what_that_finds(see):
    for title in ("مجلس الأمن الدولي", "مجلس الأمن", "القمة"):
        ArticleFactory(title=title)
    count_words()
    page = see(SEARCH, {"q": "عنوان:«مجلس الأمن القومي»"}, language="en")
    assert ways(page) == {
        "Without the rarest word, “القومي”": SearchAddress({"q": "عنوان:«مجلس الأمن»"})(),
        "Any of the words, in all their forms": SearchAddress({"q": "مجلس الأمن القومي"})(),
    }
    assert {text(title) for title in with_class(page.root, "ledger-title")} == {"مجلس الأمن الدولي", "مجلس الأمن"}


def test_a_misspelt_word_is_corrected_above_the_results(see):
    for _ in range(6):
        ArticleFactory(title="المفاوضات في جنيف")
    count_words()
    page = see(SEARCH, {"q": "المفاوظات جنيف", "sort": "newest"}, language="en")
    [suggestion] = with_class(page.root, "search-suggestion")
    [link] = suggestion.iter("a")
    assert text(suggestion) == "Did you mean: المفاوضات جنيف 6 articles"
    assert link.get("href") == SearchAddress({"q": "المفاوضات جنيف", "sort": "newest"})()
    assert [text(word) for word in link.iter("strong")] == ["المفاوضات"]
    assert len(with_class(page.root, "ledger-title")) == 6


def test_nothing_found_offers_the_nearest_spellings(see):
    for title in ("المفاوضات", "المفاوضات", "المعارضات"):
        ArticleFactory(title=title)
    count_words()
    page = see(SEARCH, {"q": "المفارضات"}, language="en")
    [suggestion] = with_class(page.root, "search-suggestion")
    assert [text(link) for link in suggestion.iter("a")] == ["المفاوضات"]
    assert ways(page) == {"المعارضات": SearchAddress({"q": "المعارضات"})()}


@pytest.mark.parametrize("typed", ["المفاوضات", "جنيف", "مفاوضات"])
def test_what_the_archive_has_is_not_corrected(see, typed):
    for _ in range(6):
        ArticleFactory(title="المفاوضات في جنيف")
    count_words()
    assert with_class(see(SEARCH, {"q": typed}).root, "search-suggestion") == []


def test_nothing_found_offers_the_words_left_out(see):
    ArticleFactory(title="مجلس الأمن")
    page = see(SEARCH, {"q": "مجلس -الأمن"}, language="en")
    assert ways(page) == {"With the words that were left out": SearchAddress({"q": "مجلس"})()}


def test_fields_that_find_nothing_together_are_offered_without_one_of_them(see):
    ArticleFactory(section=SectionFactory(name="سياسة"), source=SourceFactory(name="الضفاف"))
    SourceFactory(name="القلعة")
    page = see(SEARCH, {"q": "قسم:سياسة مصدر:القلعة"}, language="en")
    assert ways(page) == {"Without “مصدر:القلعة”": SearchAddress({"q": "قسم:سياسة"})()}
    assert "look at the letters again" not in page.html


def test_fields_of_which_no_two_go_together_are_offered_each_alone(see):
    ArticleFactory(section=SectionFactory(name="سياسة"))
    ArticleFactory(source=SourceFactory(name="الضفاف"))
    AuthorFactory(name="هالة منذر")
    asked = ["قسم:سياسة", "مصدر:الضفاف", "كاتب:منذر"]
    assert ways(see(SEARCH, {"q": " ".join(asked)}, language="en")) == {
        f"Only “{field}”": SearchAddress({"q": field})() for field in asked[:2]
    }


def test_every_example_of_how_to_ask_finds_something_in_the_demo_archive(see, demo_archive):
    examples = see(SEARCH).texts("main//dl[@class='search-hints']//code")
    found = {query: search_articles(SearchRequest(text=query)).count.value for query in examples}
    assert [query for query, count in found.items() if not count] == []


def test_nothing_found_names_who_begins_like_the_words(see):
    entity = EntityFactory(name="ستافان دي ميستورا", name_latin="Staffan de Mistura")
    page = see(SEARCH, {"q": "ميستو"}, language="en")
    assert ways(page) == {"Staffan de Mistura": entity.get_absolute_url()}


@pytest.mark.parametrize(("typed", "advised"), [("Genf", True), ("2254", False), ("جينيف", False)])
def test_only_latin_words_are_to_be_written_in_arabic(see, typed, advised):
    page = see(SEARCH, {"q": typed}, language="en")
    assert ("write the words in Arabic letters, as most of the archive is" in page.texts("li")) is advised


def test_an_empty_search_explains_itself(see):
    ArticleFactory()
    page = see(SEARCH, {"q": " "}, language="en")
    assert with_class(page.root, "search-hints")
    assert with_class(page.root, "empty-state") == []


@pytest.mark.parametrize("query", [{"q": "جنيف"}, {"q": "زقزقزق"}, {"section": "سياسة"}])
def test_results_lead_to_how_to_ask(see, query):
    ArticleFactory(title="جنيف", section=SectionFactory(slug="سياسة"))
    assert f"{SEARCH}#how-to-ask" in see(SEARCH, query).hrefs("main//a")
    assert see(SEARCH).one("section[@id='how-to-ask']").find("h2").text == "كيف تسأل"


def test_how_to_ask_names_every_operator_and_field(see):
    """The words and signs of the language, in both languages."""
    shown = " ".join(see(SEARCH).texts("main//dl[@class='search-hints']//code"))
    fields = ("title", "عنوان", "section", "قسم", "source", "مصدر", "entity", "كيان", "author", "كاتب")
    typed = [*(f"{field}:" for field in (*fields, "from", "من", "to", "إلى")), '"', "~", "*", "=", "("]
    between = ["OR", "أو", "|", "NOT", "ليس"]
    assert [one for one in (*typed, *(f" {word} " for word in between), " -") if one not in shown] == []


def test_filters_alone_list_their_articles(see):
    article = ArticleFactory(section=SectionFactory(slug="سياسة"))
    ArticleFactory()
    page = see(SEARCH, {"section": "سياسة"})
    assert [text(title) for title in with_class(page.root, "ledger-title")] == [article.title]


def test_cells_and_lines_stand_apart_in_a_snippet(see):
    body = """<h2>حركة الميناء</h2><p>وصلت السفينة.</p>
<table><tr><th>البند</th><th>القيمة</th></tr><tr><td>ركّاب &lt;1</td><td>4</td></tr></table>"""
    ArticleFactory(body=body)
    [snippet] = with_class(see(SEARCH, {"q": "البند"}).root, "ledger-text")
    assert text(snippet) == "حركة الميناء · وصلت السفينة. البند · القيمة · ركّاب <1 · 4"


def test_a_pinned_article_is_marked_as_the_editors_choice(see):
    pinned = ArticleFactory(title="دليل القرّاء")
    ArticleFactory(title="هدنة جنيف")
    SearchPinFactory(query="هدنة جنيف", article=pinned)
    page = see(SEARCH, {"q": "هدنة جنيف"})

    assert [text(title) for title in with_class(page.root, "ledger-title")] == ["دليل القرّاء", "هدنة جنيف"]
    assert [text(why) for why in with_class(page.root, "ledger-why")] == ["اختيار المحرّر", "كما كُتبت"]
    assert with_class(see(SEARCH, {"q": "هدن*"}).root, "ledger-why") == []


def test_other_names_are_shown_and_can_be_left_out(see):
    EntityFactory(name="ساحل العاج", aliases=["كوت ديفوار", "جمهورية العاج"])
    page = see(SEARCH, {"q": "ساحل العاج"})

    [understood] = with_class(page.root, "search-understood")
    assert text(understood).endswith("ومعه: كوت ديفوار، جمهورية العاج ابحث بالحرف كما كتبت كيف تسأل")
    links = {text(link): link.get("href") for link in understood.iter("a")}
    assert links["ابحث بالحرف كما كتبت"] == SearchAddress({"q": "=ساحل =العاج"})()


@pytest.mark.parametrize(
    ("typed", "exact"),
    [
        ("جنيف أو أستانة", "(=جنيف | =أستانة)"),
        ("(هدنة (جنيف | سوتشي*)) -كرة", "(=هدنة (=جنيف | سوتشي*)) -كرة"),
        ("عنوان:هدنة قسم:ثقافة", "عنوان:=هدنة قسم:ثقافة"),
        ("عنوان:(هدنة أو نار)", "(عنوان:=هدنة | عنوان:=نار)"),
        ("هدنة «وقف النار»", "=هدنة =«وقف النار»"),
        ("«وقف النار»~3 عنوان:«وقف إطلاق»", "=«وقف النار»~3 عنوان:=«وقف إطلاق»"),
        ("«NOT» هدنة", "=«NOT» =هدنة"),
        ("كوت أو هدنة", "(=كوت | =هدنة)"),
    ],
)
def test_every_word_can_be_searched_for_as_it_is_written(see, typed, exact):
    EntityFactory(name="كوت", aliases=["ساحل العاج"])
    links = {text(link): link.get("href") for link in see(SEARCH, {"q": typed}, language="en").all("main//a")}
    assert links["Search exactly as written"] == SearchAddress({"q": exact})()
    query = parse(exact)
    assert (query.understood, query.problems) == (exact, ())
    assert "Search exactly as written" not in see(SEARCH, {"q": exact}, language="en").html


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("إلى:2018", "حتى نهاية تلك السنة"),
        ("إلى:12/2018", "حتى نهاية ذلك الشهر"),
        ("إلى:2018-12-21", "حتى ذلك اليوم"),
        ("من:2018", "من بداية تلك السنة"),
        ("من:«كانون الأول 2018»", "من بداية ذلك الشهر"),
        ("من:2018-12-21", "من ذلك اليوم"),
    ],
)
def test_a_period_is_explained_as_far_as_it_was_typed(see, typed, note):
    [understood] = with_class(see(SEARCH, {"q": typed}).root, "search-understood")
    assert note in text(understood)


def test_each_part_can_be_taken_away_the_words_of_a_name_one_by_one(see):
    EntityFactory(name="ساحل العاج", aliases=["كوت ديفوار"])
    page = see(SEARCH, {"q": 'هدنة ساحل العاج "وقف النار" -كرة', "sort": "newest"})

    links = with_class(page.root, "search-term-remove")
    without = {text(link).removesuffix("×"): link.get("href") for link in links}
    asked = SearchAddress({"q": "هدنة", "sort": "newest"})
    assert without == {
        "ابحث من غير: هدنة": asked(q="ساحل العاج «وقف النار» -كرة"),
        "ابحث من غير: ساحل": asked(q="هدنة العاج «وقف النار» -كرة"),
        "ابحث من غير: العاج": asked(q="هدنة ساحل «وقف النار» -كرة"),
        "ابحث من غير: «وقف النار»": asked(q="هدنة ساحل العاج -كرة"),
        "ابحث من غير: -كرة": asked(q="هدنة ساحل العاج «وقف النار»"),
    }


def test_another_name_of_several_words_is_marked_as_a_whole(see):
    EntityFactory(name="مؤتمر السلام", aliases=["جنيف 3"])
    ArticleFactory(title="جنيف 3 في 3 آذار", body="قبل 3 أيام من جنيف 3.")
    page = see(SEARCH, {"q": "مؤتمر السلام"})
    assert [text(mark) for mark in page.all("mark")] == ["جنيف 3", "جنيف 3"]


def test_page_size_is_chosen_and_kept(see):
    for number in range(60):
        ArticleFactory(title=f"جنيف {number}")
    page = see(SEARCH, {"q": "جنيف", "sort": "newest", "page_size": "50"}, language="en")
    [sizes] = with_class(page.root, "search-sizes")
    links = {text(link): (link.get("href"), link.get("aria-current")) for link in sizes.iter("a")}
    asked = SearchAddress({"q": "جنيف", "sort": "newest"})
    assert links == {
        "20": (asked(), None),
        "50": (asked(page_size=50), "true"),
        "100": (asked(page_size=100), None),
    }
    assert len(with_class(page.root, "ledger-title")) == 50
    assert SearchAddress(asked.parameters | {"page_size": 50})(page=2) in page.hrefs()
    assert [field.get("value") for field in page.all("input") if field.get("name") == "page_size"] == ["50", "50"]


def facet(page: Page, name: str) -> tuple[str, list[str], dict[str, str]]:
    """The heading of the list of filters NAME, its values with their numbers, and where it leads to more or fewer."""
    [found] = [element for element in with_class(page.root, "facet") if element.get("id") == f"facet-{name}"]
    values = [text(next(value.iter("bdi"))) for value in with_class(found, "facet-value")]
    ways = {text(way): way.get("href") for way in with_class(found, "facet-more")}
    return text(found.find("h3")), values, ways


def test_names_are_filters_by_their_kinds_and_more_of_each_can_be_asked_for(see):
    people = [EntityFactory(name=f"شخص {number:02}", kind="person") for number in range(12)]
    places = [EntityFactory(name=f"مكان {number}", kind="place") for number in range(5)]
    for entity in people + places:
        MentionFactory(entity=entity, article=ArticleFactory(title="جنيف"))
    # The last of the people is named twice: the commonest comes first.
    MentionFactory(entity=people[-1], article=ArticleFactory(title="جنيف"))
    asked = SearchAddress({"q": "جنيف"})

    page = see(SEARCH, {"q": "جنيف"}, language="en")
    names = ["شخص 11", *(f"شخص {number:02}" for number in range(11))]
    assert facet(page, "person") == ("People", names[:5], {"More: People": f"{asked(more='person')}#facet-person"})
    assert facet(page, "place") == ("Places", [f"مكان {number}" for number in range(5)], {})
    assert "open" not in page.one("aside/details").attrib

    page = see(SEARCH, {"q": "جنيف", "more": "person"}, language="en")
    assert facet(page, "person") == ("People", names, {"Fewer: People": f"{asked()}#facet-person"})
    assert facet(page, "place")[1] == [f"مكان {number}" for number in range(5)]
    assert "open" in page.one("aside/details").attrib


def test_more_of_a_facet_keeps_the_page_of_results(see):
    for number in range(11):
        ArticleFactory(title="جنيف", section=SectionFactory(slug=f"s{number:02}"))
    page = see(SEARCH, {"q": "جنيف", "page_size": "5", "page": "2"}, language="en")
    asked = SearchAddress({"q": "جنيف", "page_size": "5"})
    assert facet(page, "section")[2] == {"More: Section": f"{asked(page=2, more='section')}#facet-section"}
    page = see(SEARCH, {"q": "جنيف", "page_size": "5", "page": "2", "more": "section"}, language="en")
    assert len(facet(page, "section")[1]) == 11
    assert facet(page, "section")[2] == {"Fewer: Section": f"{asked(page=2)}#facet-section"}


def test_few_results_need_no_page_size(see):
    ArticleFactory(title="جنيف")
    assert with_class(see(SEARCH, {"q": "جنيف"}).root, "search-sizes") == []


def test_results_can_be_followed_and_taken_along(see):
    ArticleFactory(title="جنيف")
    page = see(SEARCH, {"q": "جنيف", "sort": "newest", "page_size": "50", "more": "person"})
    [follow] = with_class(page.root, "search-follow")
    query = "q=%D8%AC%D9%86%D9%8A%D9%81"
    assert [link.get("href") for link in follow.iter("a")] == [
        f"/newsletter/?search={quote(query, safe='')}",
        f"/search/feed/?{query}",
        f"/search/export.csv?{query}&sort=newest",
        f"/search/export.json?{query}&sort=newest",
        f"/search/export.bib?{query}&sort=newest",
        f"/search/export.ris?{query}&sort=newest",
    ]


def test_a_search_that_takes_too_long_is_given_up_in_words(see, client, monkeypatch):
    ArticleFactory(title="هدنة جنيف")
    monkeypatch.setattr(limits, "MAX_SECONDS", 0)
    page = see(SEARCH, {"q": "هدنة"}, status=422)

    assert "هذا البحث يطول أكثر مما ينبغي" in text(page.root)
    response = client.get("/api/v1/articles", {"q": "هدنة"}, headers={"accept-language": "ar"})
    assert (response.status_code, response.json()["detail"][0]["field"]) == (422, "q")
    assert client.get("/search/feed/", {"q": "هدنة"})["location"] == SearchAddress({"q": "هدنة"})()
    assert client.get("/search/export.csv", {"q": "هدنة"})["location"] == SearchAddress({"q": "هدنة"})()


def understood(page: Page) -> list[str]:
    return [text(line) for line in with_class(page.main, "search-understood")]


def test_a_name_in_latin_letters_brings_the_arabic_articles_and_the_page_says_so(see):
    EntityFactory(name="سيرغي لافروف")
    ArticleFactory(title="لافروف في جنيف")
    page = see(SEARCH, {"q": "Lavrov"}, language="en")

    assert [text(title) for title in with_class(page.root, "ledger-title")] == ["لافروف في جنيف"]
    line = with_class(page.main, "search-understood")[1]
    assert text(line) == "Looked for “Lavrov” in Arabic letters too: لافروف Search in Latin letters only"
    (link,) = line.iter("a")
    assert link.get("href") == f"{SEARCH}?q=Lavrov&names=as-written"


def test_the_switch_is_in_the_address_and_leads_back(see):
    EntityFactory(name="سيرغي لافروف")
    ArticleFactory(title="لافروف في جنيف")
    page = see(SEARCH, {"q": "Lavrov", "names": "as-written"}, language="en")

    assert with_class(page.root, "ledger-title") == []
    line = with_class(page.main, "search-understood")[1]
    assert text(line) == "Names in Latin letters were looked for in these letters only. Search in Arabic letters too"
    (link,) = line.iter("a")
    assert link.get("href") == f"{SEARCH}?q=Lavrov"


@pytest.mark.parametrize("query", ["«Sergei Lavrov»", "لقاء Lavrov", "(Lavrov OR Putin)"])
def test_a_name_is_told_in_phrases_and_longer_queries(see, query):
    EntityFactory(name="سيرغي لافروف")
    page = see(SEARCH, {"q": query}, language="en")
    assert "in Arabic letters too" in understood(page)[1]


def test_arabic_queries_say_nothing_of_letters(see):
    EntityFactory(name="سيرغي لافروف", aliases=["Lavrov"])
    assert len(understood(see(SEARCH, {"q": "لافروف", "names": "as-written"}))) == 1


def test_link_to_a_search_shows_what_it_is_of_where_it_is_shared(see):
    page = see(SEARCH, {"q": 'ميناء "أ"', "from": "2017-03", "utm_source": "x"})
    said = {meta.get("property") or meta.get("name"): meta.get("content") for meta in page.all("meta")}
    assert said["og:title"] == 'بحث: ميناء "أ"'
    asked = urlencode({"q": 'ميناء "أ"', "from": "2017-03-01"})
    assert said["og:url"] == f"http://testserver{SEARCH}?{asked}"
    assert said["description"] == "ما يحفظه الأرشيف عن هذه الكلمات، بحسب التاريخ والقسم والمصدر والاسم."
    assert (said["robots"], said["twitter:card"]) == ("noindex", "summary_large_image")
