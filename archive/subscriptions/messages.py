"""What a delivery has to say, whatever channel says it: its articles, why it is sent, and where its links lead."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from html import unescape

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from archive.models import (
    Article,
    Correction,
    Delivery,
    SavedSearch,
    SearchMatch,
    SiteSettings,
    Subscriber,
    Subscription,
)
from archive.search.standing import matched_sentence
from archive.subscriptions import tokens
from archive.subscriptions.common import Common
from archive.subscriptions.digests import articles_of
from archive.subscriptions.enrolment import TARGETS
from archive.subscriptions.saved_searches import read_filters

Kind = Delivery.Kind


@dataclass(frozen=True)
class Item:
    """An ARTICLE with its full address, and the SENTENCE for which a search found it, safe for a page."""

    article: Article
    url: str
    sentence: SafeString = SafeString("")

    @property
    def words(self) -> str:
        """What is said beside the title, as plain text: the sentence that a search found, or else the summary."""
        return f"«{unescape(strip_tags(self.sentence))}»" if self.sentence else self.article.summary

    @property
    def short_url(self) -> str:
        """The same without the words of the title, for those who see the whole address."""
        return full_address(reverse("archive:article-by-id", args=[self.article.pk]))


@dataclass(frozen=True)
class Message:
    """What is said to ADDRESS, in LANGUAGE. Its links are full addresses; those that it has no use for are empty.

    COMMON keeps what it shares with the messages sent together with it.
    """

    delivery: Delivery
    address: str
    language: str
    site: SiteSettings
    items: list[Item] = field(default_factory=list)
    reasons: list[Subscription] = field(default_factory=list)
    count: int = 0
    correction: Correction | None = None
    action_url: str = ""
    manage_url: str = ""
    leave_url: str = ""
    one_click_url: str = ""
    common: Common = field(default_factory=Common)

    @property
    def kind(self) -> str:
        return self.delivery.kind

    @property
    def is_weekly(self) -> bool:
        return self.delivery.digest.startswith(Subscription.When.WEEKLY)

    @property
    def more(self) -> int:
        """How many articles there are beside those that are named."""
        return self.count - len(self.items)

    @property
    def article_ids(self) -> list[int]:
        """The articles that are named."""
        return [item.article.pk for item in self.items]

    @property
    def home_url(self) -> str:
        return full_address(reverse("archive:front"))


def full_address(path: str) -> str:
    """PATH of this site as others reach it."""
    return f"{settings.SITE_URL or f'http://{settings.HOST}:{settings.PORT}'}{path}"


def compose(delivery: Delivery, *, at: datetime, common: Common | None = None) -> Message | None:
    """Return what DELIVERY, with its subscriber, says at the time AT; None where nothing is left to say.

    That is so when its article was withdrawn, every subscription it is sent for has ended, or a digest is empty.
    COMMON is of the messages that are sent together.
    """
    common = common or Common()
    language = delivery.data.get("language") or delivery.subscriber.language
    with translation.override(language):
        if delivery.is_service:
            return _service_message(delivery, language, common)
        return _news(delivery, language, at, common)


def _news(delivery: Delivery, language: str, at: datetime, common: Common) -> Message | None:
    subscriber = delivery.subscriber
    reasons = _reasons(delivery, common)
    if not reasons:
        return None
    correction = None
    if delivery.kind == Kind.DIGEST:
        articles, count = articles_of(delivery, reasons)
    else:
        articles = common.get(("article", delivery.article_id), lambda: _published(delivery.article_id, at))
        count = len(articles)
        if delivery.kind == Kind.CORRECTION:
            correction = Correction.objects.filter(pk=delivery.version, article=delivery.article_id).first()
            if correction is None:
                return None
    if not articles:
        return None
    return Message(
        delivery=delivery,
        address=subscriber.address,
        language=language,
        site=common.get("site", SiteSettings.current),
        items=_items(articles, reasons, delivery, common),
        reasons=reasons,
        count=count,
        correction=correction,
        **_ways(subscriber, [one.pk for one in reasons]),
        common=common,
    )


def _reasons(delivery: Delivery, common: Common) -> list[Subscription]:
    """The subscriptions that DELIVERY is sent for and that are active still, with their targets, which many share."""
    reasons = list(delivery.subscriber.subscriptions.active().filter(pk__in=delivery.reasons))
    for one in reasons:
        for name in TARGETS:
            if number := getattr(one, f"{name}_id"):
                setattr(one, name, common.get((name, number), partial(getattr, one, name)))
    return reasons


def _published(article_id: int, at: datetime) -> list[Article]:
    return list(Article.objects.published(at=at).filter(pk=article_id).select_related("section"))


def _service_message(delivery: Delivery, language: str, common: Common) -> Message | None:
    subscriber, address, action_url, reasons = delivery.subscriber, delivery.subscriber.address, "", []
    if delivery.kind == Kind.CONFIRMATION:
        number = delivery.data["subscription"]
        subscription = subscriber.subscriptions.with_targets().filter(pk=number).first()
        if subscription is None:
            return None
        subscription.subscriber, subscription.when = subscriber, delivery.data["when"]
        token = tokens.confirm_token(subscription, delivery.data["when"])
        action_url, reasons = _link("newsletter-confirm", token), [subscription]
    elif delivery.kind == Kind.NEW_ADDRESS:
        address = delivery.data["to"]
        action_url = _link("newsletter-address", tokens.address_token(subscriber, address))
    return Message(
        delivery=delivery,
        address=address,
        language=language,
        site=common.get("site", SiteSettings.current),
        reasons=reasons,
        action_url=action_url,
        manage_url=_link("newsletter-manage", tokens.manage_token(subscriber)),
    )


def _items(articles: list[Article], reasons: list[Subscription], delivery: Delivery, common: Common) -> list[Item]:
    searches = [one.search for one in reasons if one.search]
    found = _found_by(articles, searches) if delivery.kind == Kind.DIGEST else {}
    of_all = searches[:1] if delivery.kind == Kind.ARTICLE else []
    return [
        Item(
            article,
            full_address(article.get_absolute_url()),
            _sentence(article, found.get(article.pk, of_all), common),
        )
        for article in articles
    ]


def _found_by(articles: list[Article], searches: list[SavedSearch]) -> dict[int, list[SavedSearch]]:
    """Which of SEARCHES found each of ARTICLES, by its number: in a digest others stand beside them."""
    by_number = {one.pk: one for one in searches}
    matches = SearchMatch.objects.filter(search__in=by_number, article__in=articles) if searches else []
    return {one.article_id: [by_number[one.search_id]] for one in matches}


def _sentence(article: Article, searches: list[SavedSearch], common: Common) -> SafeString:
    """The sentence of ARTICLE for which the first of SEARCHES found it."""
    if not searches:
        return SafeString("")
    search = searches[0]

    def found() -> SafeString:
        filters = read_filters(search)
        return matched_sentence(search.text, filters, article) if filters else SafeString("")

    return common.get(("sentence", search.pk, article.pk), found)


def _ways(subscriber: Subscriber, reasons: list[int]) -> dict[str, str]:
    """Where a message's links to one's subscriptions lead."""
    leave = tokens.leave_token(subscriber, reasons)
    return {
        "manage_url": _link("newsletter-manage", tokens.manage_token(subscriber)),
        "leave_url": _link("newsletter-leave", leave),
        "one_click_url": _link("newsletter-one-click", leave),
    }


def _link(name: str, token: str) -> str:
    return full_address(reverse(f"archive:{name}", args=[token]))
