"""The calendar where it has nothing to show."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from archive.annotating import annotate
from archive.views.calendar import _with_first_article
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


def key(page) -> list[str]:
    (line,) = with_class(page.main, "month-key")
    return text(line).split()


def test_key_gives_the_numbers_of_the_colours(see):
    for day, count in ((DAYS[0], 1), (DAYS[1], 9)):
        for _ in range(count):
            ArticleFactory(published_at=day)
    page = see("/archive/2017/")
    assert key(page) == ["أخبار", "اليوم", "الواحد:", "١–٢", "٣–٤", "٥–٦", "٧–٩"]
    assert [len(with_class(page.main, f"d{step}")) for step in range(1, 5)] == [2, 1, 1, 2]


def test_key_leaves_out_colours_that_do_not_occur(see):
    ArticleFactory(published_at=DAYS[0])
    assert key(see("/archive/2017/3/")) == ["أخبار", "اليوم", "الواحد:", "١"]


def test_month_without_articles_shows_no_number(see):
    ArticleFactory(published_at=DAYS[0])
    counts = [text(count) for count in with_class(see("/archive/2017/").main, "month-count")]
    assert counts == ["خبر واحد"]


@pytest.mark.parametrize(("articles", "sentence"), [(0, "لا أخبار في الأرشيف بعد"), (1, "لكل خبر تاريخه")])
def test_list_of_undated_articles_says_why_it_is_empty(see, articles, sentence):
    ArticleFactory.create_batch(articles)
    assert says(see("/archive/undated/")) == sentence


def test_pages_of_days_with_and_without_news_show_it(see):
    announcing = ArticleFactory(body="<p>تعقد الجولة في 25 كانون الثاني المقبل</p>", published_at=DAYS[1])
    annotate([announcing.pk])
    for address, status in (("/archive/2018/1/25/", 404), ("/archive/2018/1/", 404)):
        page = see(address, status=status)
        assert announcing.get_absolute_url() in page.hrefs("main//a")
    ArticleFactory(published_at=datetime(2018, 1, 25, 9, tzinfo=UTC))
    for address in ("/archive/2018/1/25/", "/archive/2018/1/"):
        page = see(address, language="en")
        assert "Announced for Thursday 25" in " ".join(text(why) for why in with_class(page.main, "ledger-why"))


def test_calendar_shows_how_full_each_month_is(see):
    for day, count in ((DAYS[0], 1), (DAYS[1], 8), (DAYS[2], 3)):
        ArticleFactory.create_batch(count, published_at=day)
    ArticleFactory(published_at=DAYS[0].replace(month=1, day=1), date_precision="year")
    page = see("/archive/")
    months = {link.get("href"): link.get("class") for link in page.all("main//table//td/a")}
    assert months == {
        "/archive/2019/5/": "years-month d2",
        "/archive/2017/3/": "years-month d1",
        "/archive/2017/12/": "years-month d4",
    }
    assert page.hrefs("main//table//th/a") == ["/archive/2019/", "/archive/2017/"]
    assert page.texts("main//table//th/a") == ["٢٠١٩ ٣ أخبار", "٢٠١٧ ١٠ أخبار"]
    assert key(page) == ["أخبار", "الشهر", "الواحد:", "١–٢", "٣–٤", "٥–٦", "٧–٨"]


def test_day_whose_last_article_goes_while_the_year_is_made_is_left_out():
    article = ArticleFactory(published_at=DAYS[0])
    gone = DAYS[1].date()
    shown = _with_first_article([(gone, 1), (DAYS[0].date(), 1)])
    assert [(day["article"], day["count"]) for day in shown] == [(article, 1)]


def test_bars_have_their_figures_as_a_list_or_as_the_calendar(see):
    for day in DAYS:
        ArticleFactory(published_at=day)
    [listed] = with_class(see("/archive/2017/").main, "histogram-list")
    assert [link.get("href") for link in listed.iter("a")] == ["/archive/2017/", "/archive/2019/"]
    # Below the bars of the calendar stand the years themselves.
    drawn = {
        path.name: all("listed=True" in tag for tag in tags)
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        if (tags := re.findall(r'include "components/histogram.html"[^%]*', path.read_text(encoding="utf-8")))
    }
    assert [name for name, is_listed in drawn.items() if not is_listed] == ["archive_index.html"]
