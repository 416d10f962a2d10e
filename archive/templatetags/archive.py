"""The few tags and filters of our templates: dates, numbers and addresses."""

import json
import re
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from archive import preferences
from archive.models import TO_THE_DAY, Article, Subscription
from archive.preferences import Hijri
from archive.search.suggest import MAX_SUGGESTIONS
from archive.subscriptions import wording
from archive.text import dates
from archive.text import direction as directions
from archive.text import opening as openings

register = template.Library()

_UNSEEN_BREAK = re.compile(r"\t|(?<![.!?؟:؛;،…»”])\n")


def _language() -> str:
    return (get_language() or "ar")[:2]


@register.filter
def number(value: int | float | str | None) -> str:
    """VALUE in the digits of the interface's language."""
    return "" if value is None or value == "" else dates.format_number(value, _language())


@register.filter
def year(value: int) -> str:
    """A year, without a thousands separator."""
    return dates.format_year(value, _language())


@register.filter
def month_name(value: int) -> str:
    """The name of the month VALUE (1 to 12)."""
    return dates.format_month(value, _language())


@register.filter
def long_date(value: date | datetime) -> str:
    """A day with its weekday."""
    return dates.format_date(_local(value), _language(), weekday=True)


@register.filter
def short_date(value: date | datetime) -> str:
    return dates.format_date(_local(value), _language())


@register.filter
def moment(value: datetime) -> str:
    """A day and its hour."""
    return dates.format_date(_local(value), _language(), precision="minute")


@register.filter
def article_date(article: Article) -> SafeString | str:
    """`<time>` with the article's date, as much of it as is known."""
    return _article_time(article, weekday=False)


@register.filter
def article_long_date(article: Article) -> SafeString | str:
    """`<time>` with the article's date, weekday and hour, as much of them as is known, and perhaps the Hijri day."""
    shown = _article_time(article, weekday=True)
    return shown + hijri_beside(article.published_at) if article.date_precision in TO_THE_DAY else shown


@register.filter
def time_element(value: datetime) -> SafeString:
    """`<time>` with the day of VALUE."""
    local = _local(value)
    return format_html(
        '<time datetime="{}">{}</time>', dates.iso_date(local, "day"), dates.format_date(local, _language())
    )


@register.filter
def hijri_beside(value: date | datetime) -> SafeString:
    """The Hijri day of VALUE, to stand after ours, for a reader who wants it."""
    shown = preferences.active().hijri is Hijri.ON and dates.format_hijri(_local(value), _language())
    return format_html(' <span class="hijri"><bdi>{}</bdi></span>', shown) if shown else SafeString()


@register.filter
def moment_element(value: datetime) -> SafeString:
    """`<time>` with the day and hour of VALUE."""
    return format_html('<time datetime="{}">{}</time>', dates.iso_date(_local(value), "minute"), moment(value))


@register.simple_tag
def theme_grounds() -> dict[str, str]:
    """The colours of the paper by theme, also on a page that is made without a request."""
    return preferences.active().grounds


@register.simple_tag
def month_names() -> str:
    """The names of the months as dates have them, for scripts: a text, "|" between them."""
    return "|".join(dates.format_month(month, _language()) for month in range(1, 13))


@register.simple_tag
def numbering_system() -> str:
    """The kind of digits that dates have, by its name in Unicode's locales, for scripts."""
    return dates.numbering_system(_language())


@register.simple_tag
def suggestion_counts() -> str:
    """What is said of 0, 1, 2 … suggestions, as a JSON list: the script that counts them knows no plurals."""
    return json.dumps(
        [_("No suggestions")]
        + [
            ngettext("%(number)s suggestion", "%(number)s suggestions", count) % {"number": number(count)}
            for count in range(1, 3 * MAX_SUGGESTIONS + 1)
        ],
        ensure_ascii=False,
    )


@register.filter
def opening(text: str, max_chars: int) -> str:
    """The first MAX_CHARS of TEXT, to the end of a word."""
    return openings.opening(text, max_chars=max_chars)


@register.filter
def blocks_apart(passage: str) -> SafeString:
    """A PASSAGE of plain text with a mark between table cells, and after a line that ends no sentence.

    The text has a tab or a new line there, and a page would show a space.
    """
    return mark_safe(_UNSEEN_BREAK.sub(" · ", conditional_escape(passage)))  # noqa: S308 - escaped


@register.filter
def unbroken_dates(sentence: str) -> SafeString:
    """SENTENCE with its ISO dates marked, so that no line breaks after one of their hyphens.

    One that is HTML already is left as it is: a date may stand in a tag.
    """
    if isinstance(sentence, SafeString):
        return sentence
    return mark_safe(dates.ISO_DATE.sub(r'<span class="unbroken">\g<0></span>', escape(sentence)))  # noqa: S308 - escaped


@register.filter(is_safe=True)
def isolate(text: str) -> str:
    """TEXT for a place that takes no markup, such as a title: isolated where its letters run against the page."""
    return directions.isolated(text, right_to_left=get_language_bidi())


@register.filter
def direction(text: str, language: str | None = None) -> str:
    """The `dir` of TEXT in LANGUAGE, Arabic where it is not said."""
    return directions.direction(text, language or "ar")


@register.filter
def language(text: str) -> str:
    """The `lang` of TEXT of which no more is known than its letters: Arabic, or else English."""
    return "ar" if direction(text) == "rtl" else "en"


@register.filter
def described(subscription: Subscription) -> str:
    """What SUBSCRIPTION tells of, in words."""
    return wording.described(subscription.target)


@register.filter
def joined_names(names: list[str]) -> str:
    """NAMES as a list in a line of their own direction."""
    return directions.joined(names, "، ")


@register.filter
def left_to_right(text: str) -> SafeString:
    """TEXT with what is read from the left in any line, such as phone numbers, kept in its order."""
    return mark_safe(directions.with_left_to_right_runs(conditional_escape(text)))  # noqa: S308 - escaped


def _article_time(article: Article, *, weekday: bool) -> SafeString | str:
    if article.published_at is None:
        return _("Date unknown")
    local = _local(article.published_at)
    precision = article.date_precision
    shown = precision if weekday or precision != Article.Precision.MINUTE else Article.Precision.DAY
    return format_html(
        '<time datetime="{}">{}</time>',
        dates.iso_date(local, precision),
        dates.format_date(local, _language(), precision=shown, weekday=weekday),
    )


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value
