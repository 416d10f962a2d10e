"""Whatever is asked, every view of a search answers: no failure, and nothing of the query acts in the answer."""

import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote

import pytest

from bench.queries import acting
from tests.archive.views.html import Page
from tests.factories import ArticleFactory, EntityFactory

pytestmark = pytest.mark.django_db

QUERIES = [
    # Long
    "جنيف " * 2_000, "ك" * 10_000, "-" * 1_000, "(" * 400 + "جنيف" + ")" * 400, '"' * 301, "جنيف|" * 300, "=*~" * 130,
    "جنيف OR " * 60, "عنوان:" * 150 + "جنيف", "من:" * 130, "قسم:ا أو " * 60, "ا* ب* ت* ث* ج* ح* خ* د*",
    # Another language's code
    "' OR '1'='1", "'; DROP TABLE archive_article; --", "1) UNION SELECT NULL, version()--", "$$; SELECT 1; $$",
    "جنيف%' AND pg_sleep(5) IS NULL--", "جنيف' & !'هدنة':*A", "%s %(ids)s {0} {q}", "\\", "\\'", "%", "_", "'", "''",
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>جنيف", "<b>جنيف</b>",
    "</title></head><body onload=alert(1)>", "<mark>جنيف</mark>", "&lt;b&gt;", "]]><x/><![CDATA[", "<!--", "-->",
    "javascript:alert(1)", "{{ 7*7 }}{% debug %}", "${7*7}", "=cmd|' /C calc'!A0", "../../etc/passwd",
    "http://[::1]/?q=%00#", "\r\nSet-Cookie: a=b",
    # Operators alone, and where they say nothing
    *("*", "=", "~", "|", "&", "!", ":*", "-", "(", ")", "()", "(-)", '""', "«", "»«", '"', "OR", "NOT NOT", '-""'),
    *('=""~5', "عنوان:", "=عنوان:=*", "من:إلى:", "~5", "=*جنيف*=", "-=عنوان:-جنيف"),
    # Near
    *(f'"وقف النار"~{distance}' for distance in ("999999", "9" * 380, "-1", "٣", "0", "")),
    '"جنيف"~30', '"وقف وقف"~30', '"' + "وقف النار " * 15 + '"~30', 'عنوان:"وقف النار"~30 أو -"وقف النار"~2',
    # Fields
    "من:0000 إلى:9999", "من:9999-12-31 إلى:0001-01-01", "من:2017-02-30", "كيان:\"'\\\"", "قسم:<b>", "مصدر:*",
    "كاتب:\0",
    # Characters
    "\0", "جنيف\0هدنة", "\u202e\u2066جنيف\u2069\u202c", "\u200f\u200e\u200d\u200c", "\ufeffجنيف", "\u0640\u0640",
    "ج\u064b\u064c\u064d\u0651\u0652نيف", "ا\u0300" * 300, "\ufdfa \ufdf2 \ufefb", "\U0001f600\u200d\U0001f3f4",
    "جنيفGenèveЖенева日内瓦", "Z\u0351\u036b\u0343a\u0334l\u0315", "\x01\x08\x1b\x7f", "\ud83d", "\uffff\U0010ffff",
    "١٢٣۴۵۶789", "\u00b2\u00bd\u2167", "\u0130\u0131\u017f\u00df", "\u2028\u2029",
]  # fmt: skip

HARMLESS = ("جنيف", "جنيف هدنة -كرة", "زقزقة", "؟!", "")
"""What the page can look like: with results and without, with nothing asked."""

LONGEST_ADDRESS = 8_190
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def ask(client):
    """Asks an address for a query; what is asked for is where it leads."""
    ArticleFactory(title="وقف النار <b>جنيف</b>", body="<p>هدنة جنيف، ووقف النار &lt;b&gt; اليوم.</p>")
    EntityFactory(name="جنيف", aliases=["Geneva <b>"])

    def answer(address: str, query: str):
        asked = f"{address}?q={quote(query, errors='surrogatepass')}"
        response = client.get(asked, follow=True)
        # The web server refuses longer addresses, and Django to lead to them.
        assert response.status_code in (200, 422) or (response.status_code == 400 and len(asked) > LONGEST_ADDRESS), (
            address
        )
        return response

    return answer


@pytest.fixture(scope="module")
def seen() -> set[str]:
    return set()


@pytest.fixture
def known(ask, seen) -> set[str]:
    """The kinds of elements of harmless pages, looked at once."""
    if not seen:
        seen.update(*(acting(ask("/search/", harmless).content) for harmless in HARMLESS))
    return seen


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_hostile_query_is_answered_and_does_nothing(ask, known, query):
    for address in ("/search/", "/search/feed/", "/search/export.csv", "/search/export.json"):
        response = ask(address, query)
        if response.status_code == 400:
            continue
        match response["Content-Type"].split(";")[0]:
            case "text/html":
                page = Page(response)
                assert acting(response.content) <= known
                assert {href for href in page.hrefs() if not href.startswith(("/", "#", "http"))} == set()
            case "application/json":
                json.loads(response.getvalue())
            case "application/rss+xml":
                ElementTree.fromstring(response.content)
            case other:
                assert other == "text/csv"
                assert response.getvalue()
    for result in ask("/api/v1/articles", query).json().get("results", []):
        assert set(TAG.findall(result["snippet"])) <= {"<mark>", "</mark>"}
    for address in ("/api/v1/suggest", "/opensearch/suggestions.json"):
        assert ask(address, query)["Content-Type"].startswith(("application/json", "application/x-suggestions+json"))
