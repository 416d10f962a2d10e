from itertools import islice, product

import pytest

from archive.models import Delivery, SavedSearch, Subscription
from bench.alerts import KINDS, fill, keep_searches, measure, queries
from bench.figures import wall_clock
from bench.synthetic import SyntheticArchive

ARTICLES, SEARCHES, NEW = 40, 200, 3


@pytest.fixture(scope="module")
def archive() -> SyntheticArchive:
    """Of invented words, the first a thousand times as frequent as the last."""
    words = map("".join, product("بتجحدرسعفقكلمنه", repeat=3))
    return SyntheticArchive({word: 1 / (rank + 3) for rank, word in enumerate(words)}, entities=50)


def test_searches_are_the_same_in_every_run_and_of_every_kind(archive):
    asked = list(islice(queries(archive, ARTICLES), SEARCHES))
    assert asked == list(islice(queries(archive, ARTICLES), SEARCHES))
    for kind, is_one in {
        "phrase": lambda text: text.startswith('"'),
        "alternatives": lambda text: " OR " in text,
        "exact": lambda text: text.startswith("="),
        "name": lambda text: text in archive.names,
    }.items():
        assert any(map(is_one, asked)), kind
    assert len(KINDS) == 6


@pytest.mark.django_db(transaction=True)
def test_a_small_run(archive, capsys):
    fill(archive, ARTICLES)
    assert keep_searches(archive, SEARCHES) == SEARCHES == SavedSearch.objects.count()
    assert Subscription.objects.values("subscriber").distinct().count() == SEARCHES
    assert Subscription.objects.values("search").distinct().count() == SEARCHES
    measure(archive, range(SEARCHES, SEARCHES + NEW), wall_clock)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{NEW} new articles: ")
    told = Delivery.objects.count()
    assert told > 0
    assert lines[1].endswith(f", told {told / NEW:.0f} an article")
