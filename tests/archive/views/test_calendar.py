"""The calendar where it has nothing to show."""

from datetime import UTC, datetime

import pytest

from tests.archive.views.html import text, with_class
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db

DAYS = [
    datetime(2017, 3, 1, 9, tzinfo=UTC),
    datetime(2017, 12, 21, 9, tzinfo=UTC),
    datetime(2019, 5, 4, 9, tzinfo=UTC),
]


def ways(page) -> list[str]:
    return page.hrefs("main//nav[@class='archive-ways']/a")


def trail(page) -> list[str]:
    return page.hrefs("main//nav[@class='breadcrumb']//a")


def says(page) -> str:
    (sentence,) = with_class(page.main, "empty-state-title")
    return text(sentence)


@pytest.mark.parametrize(
    ("address", "sentence", "nearest", "steps"),
    [
        (
            "/archive/2017/12/22/",
            "لا أخبار في هذا اليوم",
            ["/archive/2017/12/21/", "/archive/2019/5/4/"],
            ["/archive/", "/archive/2017/", "/archive/2017/12/"],
        ),
        (
            "/archive/2017/6/",
            "لا أخبار في هذا الشهر",
            ["/archive/2017/3/", "/archive/2017/12/"],
            ["/archive/", "/archive/2017/"],
        ),
        ("/archive/2018/", "لا أخبار في هذه السنة", ["/archive/2017/", "/archive/2019/"], ["/archive/"]),
        (
            "/archive/2018/1/1/",
            "لا أخبار في هذا اليوم",
            ["/archive/2017/12/21/", "/archive/2019/5/4/"],
            ["/archive/"],
        ),
        ("/archive/2300/1/1/", "لا أخبار في هذا اليوم", ["/archive/2019/5/4/"], ["/archive/"]),
    ],
)
def test_date_without_news_leads_to_the_nearest_with_some(see, address, sentence, nearest, steps):
    for day in DAYS:
        ArticleFactory(published_at=day)
    page = see(address, status=404)
    assert (says(page), ways(page), trail(page)) == (sentence, nearest, steps)


@pytest.mark.parametrize(
    "address", ["/archive/2017/13/", "/archive/2017/2/30/", "/archive/0000/", "/archive/9999/12/31/"]
)
def test_date_of_no_calendar_is_no_page(see, address):
    page = see(address, status=404)
    assert with_class(page.main, "error-page")


@pytest.mark.parametrize("address", ["/archive/2017/", "/archive/2017/12/", "/archive/2017/12/21/"])
def test_calendar_without_articles_leads_nowhere(see, address):
    page = see(address, status=404)
    assert (ways(page), trail(page)) == ([], ["/archive/"])
