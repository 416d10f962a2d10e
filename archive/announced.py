"""What was said to come: the sentences of articles that named, ahead of time, a day or some days around it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q
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

DAYS_AHEAD = 7
"""So long before is what is said within the days that are asked for: of «غداً» a month is full."""

LOOKED_AT = 60
MAX_SENTENCE_CHARS = 400


@dataclass(frozen=True)
class Announcement:
    """An ARTICLE, the SENTENCE in which it told of what would come, the phrase marked, and for which DAYS."""

    article: Article
    sentence: SafeString
    days: str


def announced(first: date, last: date) -> list[Announcement]:
    """What published articles had said would come from FIRST to LAST; the most definite first, each article once.

    They are of before FIRST, or said it within these days so many DAYS_AHEAD.
    """
    before = Q(article__published_at__lt=timezone.make_aware(datetime.combine(first, time())))
    long_before = Q(article__published_at__lt=F("first_day") - timedelta(days=DAYS_AHEAD))
    phrases = (
        DatedPhrase.objects.naming(first, last)
        .filter(before | long_before, article__in=Article.objects.published())
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
