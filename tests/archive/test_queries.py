"""No page asks the database more than eight questions, whatever it shows; lists ask as many for a hundred as for one.

Every statement counts that is sent, but for those that only begin, end or nest a transaction. What stands around every
page is known: a process reads it once after each change of it, in one question more.
"""

from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.caching import chrome, generations
from archive.search.statistics import count_words
from tests.archive.test_visibility import PREVIEW, addresses, newsroom  # noqa: F401 - the fixture
from tests.archive.views.conftest import DAY, archive  # noqa: F401 - the fixture
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, QuotationFactory, StoryFactory

MOST_QUERIES = 8
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
"""What makes a transaction asks nothing; most of it is written only because a test is one."""

NOT_FOR_READERS = ("api:", "archive:readyz", "archive:metrics", PREVIEW)


@pytest.fixture
def queries_of(client):
    """A function: the queries of the page at an address."""

    def ask(address: str) -> list[str]:
        chrome.chrome(generations.current())
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return [query["sql"] for query in captured if not query["sql"].startswith(OF_TRANSACTIONS)]

    return ask


def test_no_page_asks_more_than_eight_questions(newsroom, queries_of):  # noqa: F811
    over = []
    for name, walked in addresses(newsroom).items():
        if not name.startswith(NOT_FOR_READERS):
            for address in walked:
                if (count := len(queries_of(address))) > MOST_QUERIES:
                    over.append(f"{count} {name} {unquote(address)}")
    assert not over, "\n".join(over)


def test_no_page_of_a_full_archive_asks_more_than_eight_questions(archive, queries_of):  # noqa: F811
    counts = {name: len(queries_of(address)) for name, address in archive.pages.items()}
    assert {name: count for name, count in counts.items() if count > MOST_QUERIES} == {}


SEARCHES = {
    "جولة جنيف": MOST_QUERIES,
    "محادثات جنيف تبدأ جولة جديدة": MOST_QUERIES,
    "جولات مفاوظات": MOST_QUERIES,
    '"جولة أولى في جنيف"': MOST_QUERIES,
    "(أولى | أخيرة) -جنيف": MOST_QUERIES,
    "قسم:سياسة جنيف": MOST_QUERIES,
    "Geneva": MOST_QUERIES,
    "جولة&page=2&page_size=1": MOST_QUERIES,
    "جولة جنيف&sort=newest": MOST_QUERIES,
    # Each step is asked for by what the one before found: several words are misspelt, or a phrase is not found.
    "مفاوظات جنبف": 12,
    '"جولة ضائعة جديدة"': 13,
    # Names in Latin letters are looked for by their sound, the longest runs of words first.
    "Zanzibar Kobenhavn": 14,
    "Samia Khatib Geneva": 17,
}


@pytest.mark.parametrize("query", SEARCHES)
@pytest.mark.parametrize("counted", [False, True])
def test_searches_ask_few_questions(archive, queries_of, query, counted):  # noqa: F811
    if counted:
        count_words()
    asked = queries_of(f"/search/?q={query}")
    assert len(asked) <= SEARCHES[query], "\n".join(asked)


def test_lists_ask_as_many_questions_for_a_hundred_as_for_one(archive, queries_of):  # noqa: F811
    article = archive.article
    entity = article.mentions.first().entity
    story = StoryFactory(articles=[article, MentionFactory(entity=entity).article])
    lists = [
        archive.pages[name]
        for name in (
            "front",
            "article",
            "section",
            "calendar",
            "undated",
            "year",
            "month",
            "day",
            "entities",
            "entity",
        )
    ]
    lists += [story.get_absolute_url(), "/story/", "/quotations/", "/feeds/latest.rss", "/about/"]
    QuotationFactory(article=article, speaker=entity)
    before = {address: len(queries_of(address)) for address in lists}
    for number in range(100):
        other = ArticleFactory(
            section=article.section,
            source=article.source,
            importance=number % 2,
            **({"undated": True} if number > 80 else {"published_at": DAY}),
        )
        MentionFactory(article=other, entity=entity)
        MentionFactory(article=article, entity=EntityFactory())
        QuotationFactory(article=other, speaker=entity)
        if number < 30:
            story.places.create(article=other)
    assert {address: len(queries_of(address)) for address in lists} == before
