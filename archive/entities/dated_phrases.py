"""Writing down which days the phrases of articles name, by the date of each article."""

from collections.abc import Iterator, Sequence

from django.utils import timezone

from archive.models import Article, DatedPhrase
from archive.text.date_phrases import find_phrases
from archive.text.reckoning import Reference


def date_phrases(articles: Sequence[Article]) -> None:
    """Find the phrases of ARTICLES that name days anew; an annotation step."""
    DatedPhrase.objects.filter(article__in=articles).delete()
    DatedPhrase.objects.bulk_create(phrase for article in articles for phrase in _phrases(article))


def written_on(article: Article) -> Reference | None:
    """The date of ARTICLE in the site's time zone, as closely as it is known; None when it is not."""
    if article.published_at is None:
        return None
    precision = "day" if article.date_precision == Article.Precision.MINUTE else article.date_precision
    return Reference(timezone.localtime(article.published_at).date(), precision)


def _phrases(article: Article) -> Iterator[DatedPhrase]:
    reference = written_on(article)
    last_of_own = reference.last_day if reference else None
    for start, end, span in find_phrases(article.text, reference):
        yield DatedPhrase(
            article=article,
            start=start,
            end=end,
            first_day=span.first,
            last_day=span.last,
            is_ahead=last_of_own is not None and span.first > last_of_own,
        )
