"""What is read: how often each article was on a day, and what most in a week. Who read it is kept nowhere."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import connection
from django.db.models import OuterRef, Subquery, Sum

from archive.models import Article, ArticleRead

WEEK_DAYS = 7
KEPT_DAYS = 2 * WEEK_DAYS

MOST_READ_ARTICLES = 5
FEWEST_READINGS = 3
"""An article that fewer read in the week is not among the most read."""
FEWEST_ARTICLES = 3
"""One or two articles are no ranking: then there is none yet."""

HOUR_SECONDS = 3600
MAX_ARTICLES_AN_HOUR = 60
MAX_READERS_AN_HOUR = 10_000

_COUNT = """
INSERT INTO archive_articleread (article_id, day, count) VALUES (%s, %s, 1)
ON CONFLICT (article_id, day) DO UPDATE SET count = archive_articleread.count + 1
"""


class RecentReaders:
    """Who read what in this hour, in the memory of this process only, so that nobody can make an article much read.

    A reader counts an article once, and so many articles at most; of readers, too, there are so many at most. What is
    beyond is not counted, and the memory is bounded.
    """

    def __init__(self):
        self._hour = 0
        self._articles: dict[str, set[int]] = defaultdict(set)

    def admit(self, reader: str, article_id: int, *, now_seconds: float) -> bool:
        """Note that READER, an address, reads an article, and say whether that counts."""
        hour = int(now_seconds // HOUR_SECONDS)
        if hour != self._hour:
            self._hour = hour
            self._articles.clear()
        if reader not in self._articles and len(self._articles) >= MAX_READERS_AN_HOUR:
            return False
        articles = self._articles[reader]
        if article_id in articles or len(articles) >= MAX_ARTICLES_AN_HOUR:
            return False
        articles.add(article_id)
        return True


def count_reading(article_id: int, day: date) -> None:
    """Count that an article was read on DAY; one that readers may not see is not counted."""
    if Article.objects.published().filter(pk=article_id).exists():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [article_id, day])


def most_read(today: date) -> list[Article]:
    """The published articles that most have read in the week that ends TODAY, the first the most; [] for too few."""
    reads = ArticleRead.objects.filter(day__gt=today - timedelta(days=WEEK_DAYS), day__lte=today).order_by()
    totals = reads.values("article").annotate(total=Sum("count")).filter(total__gte=FEWEST_READINGS)
    # Some more than are shown, for those that readers may no longer see.
    ranked = totals.order_by("-total", "-article").values("article")[: 4 * MOST_READ_ARTICLES]
    own = reads.filter(article=OuterRef("pk")).values("article").annotate(total=Sum("count")).values("total")
    articles = (
        Article.objects.published()
        .filter(pk__in=ranked)
        .annotate(reading_count=Subquery(own))
        .order_by("-reading_count", "-pk")
        .for_lines()[:MOST_READ_ARTICLES]
    )
    found = list(articles)
    return found if len(found) >= FEWEST_ARTICLES else []


def forget_old(today: date) -> None:
    """Remove the counts of days that no page shows any longer."""
    ArticleRead.objects.filter(day__lte=today - timedelta(days=KEPT_DAYS)).delete()
