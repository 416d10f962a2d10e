"""No page asks the database more than a few questions, whatever it shows; lists ask as many for a hundred as for one.

A search for words asks one question by what another answered: how many words a query has, whether any are misspelt,
where nothing is found by which filter. It has bounds of its own; so have figures, beside which are articles found so.
"""

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.caching import chrome
from tests.archive.test_visibility import PREVIEW, addresses, newsroom  # noqa: F401 - the fixture
from tests.archive.views.conftest import DAY, archive  # noqa: F401 - the fixture
from tests.factories import ArticleFactory, EntityFactory, MentionFactory, QuotationFactory, StoryFactory

MOST_QUERIES = 8
MOST_QUERIES_OF_A_SEARCH = 14
MOST_QUERIES_FOR_NOTHING_FOUND = 27
WORDS = re.compile(r"[?&](q|w|add|speaker)=")
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
"""What is written around questions only because a test is one transaction."""

NOT_FOR_READERS = ("api:", "archive:readyz", PREVIEW)


@pytest.fixture
def queries_of(client, monkeypatch):
    """A function: the queries of the page at an address, with nothing known beforehand."""

    def ask(address: str) -> list[str]:
        monkeypatch.setattr(chrome, "_kept", None)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return [query["sql"] for query in captured if not query["sql"].startswith(OF_TRANSACTIONS)]

    return ask


def most_queries(address: str) -> int:
    searches = WORDS.search(address) or address.startswith("/statistics/")
    return MOST_QUERIES_OF_A_SEARCH if searches else MOST_QUERIES


def test_no_page_asks_more_than_eight_questions(newsroom, queries_of):  # noqa: F811
    over = []
    for name, walked in addresses(newsroom).items():
        if not name.startswith(NOT_FOR_READERS):
            for address in walked:
                if (count := len(queries_of(address))) > most_queries(address):
                    over.append(f"{count} {name} {unquote(address)}")
    assert not over, "\n".join(over)


def test_no_page_of_a_full_archive_asks_more_than_eight_questions(archive, queries_of):  # noqa: F811
    of_states = {"search-nothing": MOST_QUERIES_FOR_NOTHING_FOUND, "compare-asking": 16}
    of_states["search-nothing-filtered"] = MOST_QUERIES_FOR_NOTHING_FOUND
    counts = {name: len(queries_of(address)) for name, address in archive.pages.items()}
    over = [
        f"{count} {name}"
        for name, count in counts.items()
        if count > of_states.get(name, most_queries(archive.pages[name]))
    ]
    assert not over, "\n".join(over)


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
