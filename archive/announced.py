"""What was said to come: the sentences of articles that named, ahead of time, a day or some days around it."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from archive.models import Article, DatedPhrase
from archive.text.dates import format_days
from archive.text.sentences import sentence_around

MAX_ANNOUNCEMENTS = 12
LONGEST_DAYS = 92
"""What is said of a whole year announces no event."""

LOOKED_AT = 60
MAX_SENTENCE_CHARS = 400


@dataclass(frozen=True)
class Announcement:
    """An ARTICLE, the SENTENCE in which it told of what would come, the phrase marked, and for which DAYS."""

    article: Article
    sentence: SafeString
    days: str


def announced(first: date, last: date) -> list[Announcement]:
    """What published articles of before the day FIRST had said would come from then to LAST; the most definite first.

    Each article stands once.
    """
    before = timezone.make_aware(datetime.combine(first, time()))
    phrases = (
        DatedPhrase.objects.naming(first, last)
        .filter(article__in=Article.objects.published().filter(published_at__lt=before))
        .alias(length=F("last_day") - F("first_day"))
        .filter(last_day__lte=F("first_day") + LONGEST_DAYS)
        .order_by("length", "-article__listed_at", "article", "start")
        .select_related("article__source", "article__section")
        .defer("article__body", "article__title_key")
    )
    found: dict[int, Announcement] = {}
    for phrase in phrases[:LOOKED_AT]:
        if phrase.article_id not in found and phrase.end <= len(phrase.article.text):
            found[phrase.article_id] = _announcement(phrase)
    return list(found.values())[:MAX_ANNOUNCEMENTS]


def _announcement(phrase: DatedPhrase) -> Announcement:
    text = phrase.article.text
    start, end = sentence_around(text, phrase.start, phrase.end)
    start, end = max(start, phrase.start - MAX_SENTENCE_CHARS), min(end, phrase.end + MAX_SENTENCE_CHARS)
    sentence = format_html(
        "{}<mark>{}</mark>{}",
        text[start : phrase.start],
        text[phrase.start : phrase.end],
        text[phrase.end : end],
    )
    days = format_days(phrase.first_day, phrase.last_day, get_language() or "ar")
    return Announcement(phrase.article, sentence, days)
