"""How long a new article is held against the searches that subscribers keep.

    bench/alerts
    bench/alerts --searches 10000 --new 50

An archive of synthetic articles is made, and so many different saved searches, each with a subscriber who is told at
once: a telling word, two words, a phrase, a name, alternatives and exact spellings, drawn from such articles until
there are enough. Then new articles come out, one by one. Measured is the whole announcement: finding the searches
that each answers, and writing a message to everyone who is to be told. CANDIDATES are the searches that had to be
looked at.
"""

import argparse
import random
from collections.abc import Iterator
from datetime import timedelta
from statistics import mean

from bench.database import database
from bench.figures import processor_clock, progress, settle, times, wall_clock
from bench.subscribers import subscribe
from bench.synthetic import SyntheticArchive, SyntheticArticle, arabic_frequencies

KINDS = (("word", 30), ("words", 30), ("phrase", 15), ("name", 15), ("alternatives", 7), ("exact", 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--searches", type=int, default=100_000, help="how many different ones are kept (100,000)")
    parser.add_argument("--articles", type=int, default=2_000, help="how many are in the archive before (2,000)")
    parser.add_argument("--new", type=int, default=20, help="how many come out (20)")
    parser.add_argument("--clock", choices=["wall", "processor"], default="wall", help="of the times (wall)")
    options = parser.parse_args()
    with database():
        archive = SyntheticArchive(arabic_frequencies())
        fill(archive, options.articles)
        clock = wall_clock if options.clock == "wall" else processor_clock()
        started = clock()
        kept = keep_searches(archive, options.searches)
        each = (clock() - started) / kept * 1000
        print(
            f"{kept} different searches, each of its own subscriber, compiled and kept in {each:.2f} ms", flush=True
        )
        settle()
        # Other articles than those that searches were drawn from.
        first = max(options.articles, options.searches)
        measure(archive, range(first, first + options.new), clock)


def fill(archive: SyntheticArchive, count: int) -> None:
    from archive.models import Article, Source
    from archive.search.statistics import count_words

    source = Source.objects.create(slug="bench", name="bench")
    for start in range(0, count, 500):
        made = (archive.article(number) for number in range(start, min(start + 500, count)))
        Article.objects.bulk_create(
            Article(**_columns(one), source=source, published_at=one.published_at, status=Article.Status.PUBLISHED)
            for one in made
        )
        progress(start, count, "articles")
    count_words()


def _columns(article: SyntheticArticle) -> dict[str, str]:
    return {"title": article.title, "summary": article.summary, "body": article.body}


def keep_searches(archive: SyntheticArchive, count: int) -> int:
    """Keep COUNT different searches, a subscriber each; return how many there are."""
    from django.db import connection

    from archive.models import SavedSearch, Subscription
    from archive.search.filters import SearchFilters
    from archive.subscriptions.saved_searches import save_search

    kept: set[int] = set()
    for text in queries(archive, count):
        if search := save_search(text, SearchFilters(), text):
            kept.add(search.pk)
        progress(len(kept), count, "searches")
        if len(kept) >= count:
            break
    subscribe(sorted(kept), Subscription.When.AT_ONCE)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return SavedSearch.objects.count()


def queries(archive: SyntheticArchive, articles: int) -> Iterator[str]:
    """Yield searches without end for what so many of the archive's ARTICLES, made or not, are about."""
    rng = random.Random(1)
    kinds, weights = zip(*KINDS, strict=True)
    while True:
        (kind,) = rng.choices(kinds, weights)
        article = archive.article(rng.randrange(articles))
        telling = [word for word in article.title.split() if len(word) > 3] or article.title.split()
        one, other = rng.choice(telling), rng.choice(telling)
        yield {
            "word": one,
            "words": f"{one} {other}",
            "phrase": f'"{" ".join(article.title.split()[:2])}"',
            "name": archive.names[rng.choice(article.entities)],
            "alternatives": f"{one} OR {other}",
            "exact": f"={one}",
        }[kind]


def measure(archive: SyntheticArchive, numbers: range, clock) -> None:
    from django.utils import timezone

    from archive.models import Article, SavedSearch, Source, UnannotatedArticle
    from archive.search.standing import entry_anchors
    from archive.subscriptions.matching import announce_article

    source = Source.objects.get(slug="bench")
    took, candidates, told = [], [], []
    for number in numbers:
        now = timezone.now()
        article = Article.objects.create(
            **_columns(archive.article(number)),
            source=source,
            published_at=now - timedelta(seconds=1),
            status=Article.Status.PUBLISHED,
        )
        UnannotatedArticle.objects.all().delete()
        started = clock()
        told.append(announce_article(article, at=now))
        took.append((clock() - started) * 1000)
        candidates.append(SavedSearch.objects.filter(anchors__overlap=entry_anchors(article.pk)).count())
    figures = "  ".join(f"{name} {value:.0f}" for name, value in times(took).items())
    print(f"{len(numbers)} new articles: {figures}")
    print(f"candidates {mean(candidates):.0f}, told {mean(told):.0f} an article")


if __name__ == "__main__":
    main()
