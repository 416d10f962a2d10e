"""A search as a file: the rows of the results page, in its order, safe to open."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive import exports
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db

CSV, JSON = "/search/export.csv", "/search/export.json"
BIB, RIS = "/search/export.bib", "/search/export.ris"


def content(response) -> str:
    assert response.status_code == 200
    return response.getvalue().decode()


def table(client, **parameters) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(client.get(CSV, parameters)).removeprefix("\ufeff"))))


def talks():
    article = ArticleFactory(
        title="محادثات «جنيف»، الجولة الثامنة",
        summary='ملخص فيه "علامات"\nوسطران',
        section=SectionFactory(name="سياسة"),
        source=SourceFactory(name="الضفاف"),
        published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC),
        original_url="https://example.org/1",
    )
    article.authors.add(AuthorFactory(name="سلمى"), AuthorFactory(name="كريم"))
    return article


def test_csv_is_a_table_that_excel_reads(client):
    article = talks()
    response = client.get(CSV, {"q": "جنيف"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%D8%AC%D9%86%D9%8A%D9%81.csv"
    assert content(response).startswith("\ufeffالرقم,العنوان,التاريخ,")
    heading, row = table(client, q="جنيف")
    assert len(heading) == len(row)
    assert row == [
        str(article.pk), article.title, "2017-12-21T10:30+02:00", "الدقيقة", "سياسة", "الضفاف", "سلمى، كريم",
        article.summary, f"http://testserver{article.get_absolute_url()}", "https://example.org/1",
    ]  # fmt: skip


@pytest.mark.parametrize("title", ['=HYPERLINK("http://x")', "+1", "-1 جنيف", "@SUM(A1)", " =1", "\t=1", "＝1"])
def test_csv_holds_no_formula(client, title):
    ArticleFactory(title=f"{title} جنيف")
    assert table(client, q="جنيف")[1][1] == f"'{title} جنيف"


def test_json_is_the_same_in_its_own_words(client):
    article = talks()
    response = client.get(JSON, {"q": "جنيف"})
    assert response["Content-Type"] == "application/json"
    assert json.loads(content(response)) == {
        "query": {"text": "جنيف", "understood": "جنيف"},
        "count": {"value": 1, "exact": True},
        "limit": 10_000,
        "results": [
            {
                "id": article.pk,
                "title": article.title,
                "date": "2017-12-21T10:30+02:00",
                "date_precision": "minute",
                "section": "سياسة",
                "source": "الضفاف",
                "authors": ["سلمى", "كريم"],
                "summary": article.summary,
                "url": f"http://testserver{article.get_absolute_url()}",
                "original_url": "https://example.org/1",
            }
        ],
    }


@pytest.mark.parametrize(
    ("precision", "date", "shown"),
    [("day", "2017-12-21", "اليوم"), ("month", "2017-12", "الشهر"), ("year", "2017", "السنة")],
)
def test_dates_say_no_more_than_is_known(client, precision, date, shown):
    ArticleFactory(title="جنيف", date_precision=precision)
    assert table(client, q="جنيف")[1][2:4] == [date, shown]


def test_unknown_is_empty(client):
    ArticleFactory(title="جنيف", undated=True, section=None)
    row = table(client, q="جنيف")[1]
    assert (row[2:5], row[9]) == (["", "غير معروف", ""], "")


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_rows_are_the_results_of_every_page_in_their_order(client, monkeypatch, sort):
    monkeypatch.setattr(exports, "BATCH_ARTICLES", 3)
    for day in range(1, 8):
        ArticleFactory(title=f"جنيف {'هدنة' * (day % 2)}", published_at=datetime(2017, 1, day, tzinfo=UTC))
    ArticleFactory(title="جنيف", draft=True)
    asked = {"q": "جنيف هدنة", "sort": sort}
    pages = [client.get("/api/v1/articles", asked | {"page": page, "page_size": 3}).json() for page in (1, 2, 3)]
    shown = [result["id"] for page in pages for result in page["results"]]
    exported = json.loads(content(client.get(JSON, asked | {"page_size": 3})))["results"]
    assert [result["id"] for result in exported] == shown
    assert len(shown) == 7


def test_references_are_those_of_each_article_in_the_order_of_the_page(client):
    older = talks()
    newer = ArticleFactory(title="جنيف وجنيف", published_at=datetime(2018, 1, 1, tzinfo=UTC))
    for address, file_type, name, media_type in (
        (BIB, "bib", "%D8%AC%D9%86%D9%8A%D9%81.bib", "application/x-bibtex"),
        (RIS, "ris", "%D8%AC%D9%86%D9%8A%D9%81.ris", "application/x-research-info-systems"),
    ):
        response = client.get(address, {"q": "جنيف", "sort": "oldest"})
        assert response["Content-Type"] == f"{media_type}; charset=utf-8"
        assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
        alone = [client.get(f"/article/{article.pk}/cite.{file_type}").content.decode() for article in (older, newer)]
        assert content(response) == "".join(f"{one}\n" for one in alone)


def test_nothing_found_is_a_table_without_rows(client):
    assert len(table(client, q="زقزق")) == 1
    assert json.loads(content(client.get(JSON, {"q": "زقزق"})))["results"] == []


@pytest.mark.parametrize("address", [CSV, JSON, BIB, RIS])
@pytest.mark.parametrize("asked", ["", "q=؟!", "q=جنيف&section=nope", "q=جنيف&from=x", "q=a%00b", "q=%ff"])
def test_what_cannot_be_searched_for_leads_to_the_page_that_says_why(client, address, asked):
    ArticleFactory(title="جنيف")
    assert client.get(f"{address}?{asked}").status_code == 302
    assert client.get(f"{address}?{asked}", follow=True).status_code == 200


def test_cost_does_not_grow_with_the_rows(client):
    def queries(count: int) -> int:
        for _ in range(count):
            ArticleFactory(title="جنيف").authors.add(AuthorFactory())
        with CaptureQueriesContext(connection) as captured:
            content(client.get(CSV, {"q": "جنيف"}))
        return len(captured)

    assert queries(1) == queries(2)


def test_articles_of_a_name_are_a_table_narrowed_like_its_page(client):
    entity = EntityFactory(name="جنيف")
    for title, day in (("هدنة أولى", 1), ("هدنة ثانية", 2), ("حريق", 3)):
        published_at = datetime(2017, 12, day, tzinfo=UTC)
        MentionFactory(entity=entity, article=ArticleFactory(title=title, published_at=published_at))
    ArticleFactory(title="هدنة بلا اسم")
    response = client.get(f"/entity/{entity.pk}/articles.csv", {"q": "هدنة"})
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%D8%AC%D9%86%D9%8A%D9%81.csv"
    rows = list(csv.reader(io.StringIO(content(response).removeprefix("\ufeff"))))
    assert [row[1] for row in rows[1:]] == ["هدنة ثانية", "هدنة أولى"]


def test_table_of_a_name_that_cannot_be_made_leads_to_its_page(client):
    entity = MentionFactory().entity
    response = client.get(f"/entity/{entity.pk}/articles.csv", {"section": "no"})
    assert (response.status_code, response["Location"]) == (302, f"{entity.get_absolute_url()}?section=no")
    assert client.get("/entity/999999/articles.csv").status_code == 404
