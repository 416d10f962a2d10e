"""No page asks the database more than eight questions, whatever it shows; lists ask as many for a hundred as for one.

Every statement counts that is sent, but for those that only begin, end or nest a transaction. What stands around every
page is known: a process reads it once after each change of it, in one question more. In one more it is counted what is
costly, once a client has asked for so much of it in a minute that the database counts (archive/pacing.py): here from the
first on.
"""

from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive import feed_addresses, pacing
from archive.caching import chrome, generations
from archive.models import Article, Dataset, Story, Subscriber
from archive.search.statistics import count_words
from archive.subscriptions import tokens
from tests.archive.test_visibility import PREVIEW, addresses, newsroom  # noqa: F401 - the fixture
from tests.archive.views.conftest import DAY, archive  # noqa: F401 - the fixture
from tests.factories import (
    ArticleFactory,
    DeliveryFactory,
    EntityFactory,
    MeasureFactory,
    MentionFactory,
    QuotationFactory,
    RegionFactory,
    SectionFactory,
    SourceFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.factories.statistics import figures

MOST_QUERIES = 8
CLIENT, COUNTED = "192.0.2.7", "archive_ratecount"
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
"""What makes a transaction asks nothing; most of it is written only because a test is one."""

NOT_FOR_READERS = ("api:", "archive:readyz", "archive:metrics", PREVIEW)


@pytest.fixture(autouse=True)
def _counted_from_the_first(settings, monkeypatch):
    settings.COSTLY_READING_A_MINUTE = 1_000_000
    settings.SECURE_PROXY_SSL_HEADER = None
    monkeypatch.setattr(pacing, "UNASKED", 0)


@pytest.fixture
def queries_of(client):
    """A function: the queries of the page at an address, without that which counts what is costly."""

    def ask(address: str) -> list[str]:
        chrome.chrome(generations.current())
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address, REMOTE_ADDR=CLIENT)
            if response.streaming:
                b"".join(response)
        asked = [query["sql"] for query in captured if not query["sql"].startswith(OF_TRANSACTIONS)]
        others = [question for question in asked if COUNTED not in question]
        assert len(asked) - len(others) <= 1
        return others

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


SEARCHES = (
    "جولة جنيف",
    "محادثات جنيف تبدأ جولة جديدة",
    "جولات مفاوظات",
    '"جولة أولى في جنيف"',
    "(أولى | أخيرة) -جنيف",
    "قسم:سياسة جنيف",
    "Geneva",
    "جولة&page=2&page_size=1",
    "جولة جنيف&sort=newest",
    # Several words are misspelt; a phrase is not found, nor any of several fields.
    "مفاوظات جنبف",
    "مفاوظات جنبف محادثات",
    '"جولة ضائعة جديدة"',
    "قسم:رياضة مصدر:لاشيء زقزقزق",
    # Names in Latin letters are looked for by their sound.
    "Zanzibar Kobenhavn",
    "Samia Khatib Geneva",
    "Samya Khateeb",
    "Genewa negotiations",
)


@pytest.mark.parametrize("query", SEARCHES)
@pytest.mark.parametrize("counted", [False, True])
def test_searches_ask_few_questions(archive, queries_of, query, counted):  # noqa: F811
    if counted:
        count_words()
    asked = queries_of(f"/search/?q={query}")
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)


def test_what_is_costly_is_counted_in_one_question(archive, client):  # noqa: F811
    for name in ("search", "search-filtered", "compare"):
        with CaptureQueriesContext(connection) as captured:
            client.get(archive.pages[name], REMOTE_ADDR=CLIENT)
        assert sum(COUNTED in query["sql"] for query in captured) == 1, name


def lists(archive, story: Story, subscriber: Subscriber) -> list[str]:  # noqa: F811
    """The addresses of all that lists something, of which the test makes more and more."""
    article = archive.article
    author = article.authors.first()
    entity = article.mentions.first().entity
    dataset = Dataset.objects.get(slug="valley-fever")
    arguments = {
        "section": [article.section.slug],
        "entity": [entity.pk],
        "author": [author.pk],
        "story": [story.pk],
    }
    of_feeds = [
        reverse(f"archive:{name}", args=arguments.get(kind, ()))
        for kind, names in feed_addresses.NAMES.items()
        if kind != "search"
        for name in names
    ]
    searched = "?q=خبر"
    of_searches = [
        reverse(f"archive:{name}") + searched
        for name in (
            "search",
            *feed_addresses.NAMES["search"],
            "search-csv",
            "search-json",
            "search-bib",
            "search-ris",
        )
    ]
    of_sitemaps = [
        reverse("archive:sitemap-part", args=[part])
        for part in ("pages", "sections", "articles", "entities", "authors", "stories")
    ]
    of_api = [
        reverse(f"api:{name}", args=arguments)
        for name, arguments in {
            **{f"{name}s": () for name in ("article", "quotation", "section", "dataset", "source")},
            "entities": (),
            "stories": (),
            "observations": [dataset.slug],
        }.items()
    ]
    names = (
        *("front", "article", "section", "section-year", "section-month", "author", "calendar", "undated", "year"),
        *("month", "day", "entities", "entity", "compare", "statistics", "figures", "versions", "about"),
    )
    return [
        *(archive.pages[name] for name in names),
        *of_feeds,
        *of_searches,
        *of_sitemaps,
        *of_api,
        story.get_absolute_url(),
        *map(reverse, ("archive:story-index", "archive:quotation-index", "archive:feed-quotations")),
        *map(reverse, ("archive:sitemap", "archive:news-sitemap")),
        reverse("archive:statistics-csv", args=[dataset.slug]),
        reverse("archive:statistics-embed", args=[dataset.slug]) + "?region=LB",
        reverse("archive:entity-csv", args=[entity.pk]),
        reverse("archive:newsletter-manage", args=[tokens.manage_token(subscriber)]),
        reverse("api:suggest") + "?q=خبر",
        reverse("archive:opensearch-suggestions") + "?q=خبر",
    ]


def test_lists_ask_as_many_questions_for_a_hundred_as_for_one(archive, queries_of):  # noqa: F811
    article = archive.article
    entity, author = article.mentions.first().entity, article.authors.first()
    story = StoryFactory(articles=[article, MentionFactory(entity=entity).article])
    QuotationFactory(article=article, speaker=entity)
    subscriber = SubscriberFactory()
    measure = Dataset.objects.get(slug="valley-fever").measures.first()
    revised = Article.objects.get(title="خبر بلا تاريخ")

    def add(number: int) -> None:
        other = ArticleFactory(
            title=f"خبر {number}",
            section=article.section,
            source=article.source,
            importance=number % 2,
            **({"undated": True} if number > 80 else {"published_at": DAY}),
        )
        other.authors.add(author)
        MentionFactory(article=other, entity=entity)
        MentionFactory(article=article, entity=EntityFactory())
        QuotationFactory(article=other, speaker=entity)
        DeliveryFactory(subscriber=subscriber, article=other, state="sent", sent_at=DAY)
        figures(measure, RegionFactory(code=f"Q{number}", name=f"بلد {number}"), [number, number + 1])
        if number < 30:
            story.places.create(article=other)
            StoryFactory(articles=ArticleFactory.create_batch(2, section=article.section, source=article.source))
            SubscriptionFactory(subscriber=subscriber, what="section", section=SectionFactory())
            SourceFactory()
            MeasureFactory(dataset__slug=f"figures-{number}", dataset__name=f"أرقام {number}")
            Article.objects.filter(pk=revised.pk).update(summary=f"ملخص {number}")

    add(0)
    addresses = lists(archive, story, subscriber)
    before = {address: len(queries_of(address)) for address in addresses}
    for number in range(1, 100):
        add(number)
    after = {address: len(queries_of(address)) for address in addresses}
    assert {
        unquote(address): (before[address], after[address])
        for address in addresses
        if before[address] != after[address]
    } == {}
