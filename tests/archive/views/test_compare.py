"""Shares of the archive's articles over time: names and words beside each other."""

import csv
import io
from datetime import UTC, datetime

import pytest

from archive.search import limits
from tests.archive.views.html import text, with_class
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db

PAGE, TABLE = "/entity/compare/", "/entity/compare/export.csv"


@pytest.fixture
def archive():
    """Of March two articles and of May one; Geneva in one of March and that of May, Damascus in both of March."""
    geneva, damascus = EntityFactory(name="جنيف"), EntityFactory(name="دمشق")
    for month, title, named in ((3, "هدنة", [geneva, damascus]), (3, "حريق", [damascus]), (5, "هدنة أخرى", [geneva])):
        article = ArticleFactory(title=title, published_at=datetime(2017, month, 5, 9, tzinfo=UTC))
        for entity in named:
            MentionFactory(article=article, entity=entity)
    return geneva, damascus


def rows(page) -> list[list[str]]:
    return [[text(cell) for cell in row] for row in page.all("main//tr")]


def test_shares_are_of_the_articles_of_each_month_and_gaps_are_no_zeros(see, archive):
    geneva, damascus = archive
    page = see(PAGE, {"e": [geneva.pk, damascus.pk], "w": "الهدنة"})
    assert rows(page) == [
        ["الشهر", "جنيف", "دمشق", "الهدنة", "في الأرشيف"],
        ["آذار (مارس) ٢٠١٧", "١ ٥٠٫٠٪", "٢ ١٠٠٫٠٪", "١ ٥٠٫٠٪", "٢"],
        ["نيسان (أبريل) ٢٠١٧", "—", "—", "—", "لا شيء"],
        ["أيار (مايو) ٢٠١٧", "١ ١٠٠٫٠٪", "٠", "١ ١٠٠٫٠٪", "١"],
    ]
    assert len(with_class(page.main, "lines-gap")) == 1
    (lines,) = with_class(page.main, "lines-plot")
    assert [dots.get("d").count("h0") for dots in with_class(lines, "lines-dot")] == [2, 2, 2]


def test_each_number_leads_to_the_articles_it_counts(see, archive):
    geneva, _damascus = archive
    page = see(PAGE, {"e": geneva.pk, "w": "هدنة"})
    found = [href for href in page.hrefs("main//td/a") if "2017-03" in href]
    assert found == [
        f"/search/?entity={geneva.pk}&from=2017-03&to=2017-03",
        "/search/?q=%D9%87%D8%AF%D9%86%D8%A9&from=2017-03&to=2017-03",
    ]
    for href in found:
        assert len(with_class(see(href).main, "ledger-title")) == 1


def test_a_long_time_is_compared_by_years_that_lead_to_their_months(see, archive):
    ArticleFactory(published_at=datetime(2009, 3, 5, tzinfo=UTC))
    page = see(PAGE, {"e": archive[0].pk})
    table = rows(page)
    assert (table[0][0], len(table)) == ("السنة", 10)
    (last,) = [href for href in page.hrefs("main//th/a") if "2017-01" in href]
    months = [row[0] for row in rows(see(last))[1:]]
    assert (len(months), months[0], months[-1]) == (5, "كانون الثاني (يناير) ٢٠١٧", "أيار (مايو) ٢٠١٧")


@pytest.mark.parametrize(("typed", "offered"), [("دمش", None), ("ج", ["جنيف", "جنين"]), ("زقزقزق", [])])
def test_names_are_chosen_by_typing(client, see, archive, typed, offered):
    EntityFactory(name="جنين")
    asked = {"add": typed, "w": "هدنة"}
    if offered is None:
        response = client.get(PAGE, asked)
        assert (response.status_code, response["Location"]) == (
            302,
            f"{PAGE}?e={archive[1].pk}&w=%D9%87%D8%AF%D9%86%D8%A9",
        )
        return
    page = see(PAGE, asked)
    assert sorted(text(chip) for chip in with_class(page.main, "chips-item")) == offered
    assert all("w=" in link.get("href") and "e=" in link.get("href") for link in with_class(page.main, "chips-item"))


def test_what_is_compared_can_be_taken_away(see, archive):
    geneva, damascus = archive
    links = with_class(see(PAGE, {"e": [geneva.pk, damascus.pk]}).main, "lines-remove")
    assert [link.get("href") for link in links] == [f"{PAGE}?e={damascus.pk}", f"{PAGE}?e={geneva.pk}"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"e": ["999999"]}, "لا اسم كهذا في الأرشيف."),
        ({"e": ["x\0"]}, "لا اسم كهذا في الأرشيف."),
        ({"e": ["0"]}, "لا اسم كهذا في الأرشيف."),
        ({"w": ["هدنة", "حريق", "ماء"]}, "تُقارَن عمليات بحث لا تزيد على ٢."),
        ({"w": ["هدنة"], "from": "أمس"}, None),
    ],
)
def test_what_cannot_be_used_is_said(see, archive, asked, sentence):
    (notice,) = with_class(see(PAGE, asked).main, "notice-body")
    assert sentence is None or sentence in text(notice)


def test_a_fifth_name_is_one_too_many(see, archive):
    others = [MentionFactory(article=ArticleFactory(), entity=EntityFactory()).entity for _ in range(5)]
    page = see(PAGE, {"e": [entity.pk for entity in others]})
    assert "تُقارَن ٤ أسماء على الأكثر." in text(with_class(page.main, "notice-body")[0])
    assert len(with_class(page.main, "lines-remove")) == 4
    assert page.all("main//input[@name='add']") == []


def test_counting_that_takes_too_long_is_given_up(client, see, archive, monkeypatch):
    monkeypatch.setattr(limits, "MAX_SECONDS", -1)
    assert client.get(TABLE, {"e": archive[0].pk})["Location"] == f"{PAGE}?e={archive[0].pk}"
    page = see(PAGE, {"e": archive[0].pk}, status=422)
    assert [text(title) for title in with_class(page.main, "empty-state-title")] == ["طال عدّ هذه الأخبار"]


def test_numbers_from_a_sample_are_said_to_be(see, archive, monkeypatch):
    monkeypatch.setattr("archive.search.months.MAX_DATED", 0)
    monkeypatch.setattr("archive.search.months.SAMPLE_SIZE", 0)
    page = see(PAGE, {"w": "هدنة"})
    assert "أعداد «هدنة» مقدّرة من عيّنة." in [text(note) for note in with_class(page.main, "entity-note")]


def test_a_period_without_holdings_is_empty(see, archive):
    page = see(PAGE, {"e": archive[0].pk, "from": "2001", "to": "2002"})
    assert [text(title) for title in with_class(page.main, "empty-state-title")] == [
        "لا أخبار في الأرشيف من هذا الزمن"
    ]


def test_the_table_as_a_file_has_every_month(client, archive):
    geneva, damascus = archive
    response = client.get(TABLE, {"e": [geneva.pk, damascus.pk]})
    assert response["Content-Disposition"] == 'attachment; filename="comparison.csv"'
    assert list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff")))) == [
        ["الشهر", "أخبار الأرشيف", "جنيف", "جنيف، في المئة", "دمشق", "دمشق، في المئة"],
        ["2017-03", "2", "1", "50.0", "2", "100.0"],
        ["2017-04", "0"],
        ["2017-05", "1", "1", "100.0", "0", "0.0"],
    ]


def test_a_table_of_nothing_leads_to_the_page(client, archive):
    response = client.get(TABLE, {"e": "999"})
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}?e=999")
