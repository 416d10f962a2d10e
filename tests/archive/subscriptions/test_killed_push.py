"""Processes that are killed while they send notices to browsers: what comes twice was in their hands."""

import random
import time
from collections import Counter

import pytest
from django.conf import settings

from archive.models import Channel, Delivery, DeliveryChannel
from archive.subscriptions.channels.push import public_key
from tests.archive.subscriptions.channels.conftest import service  # noqa: F401
from tests.archive.subscriptions.killing import left_in_hand, send_for
from tests.archive.subscriptions.push_service import encoded
from tests.factories import ArticleFactory, SubscriberFactory, SubscriptionFactory
from tests.kills import kills

KILLS = kills(3)
NOTICES = 50 * KILLS
SECONDS = 40 * KILLS


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_what_comes_twice_was_in_hand(service):  # noqa: F811
    article = ArticleFactory()
    DeliveryChannel.objects.create(channel=Channel.PUSH, per_minute=0)
    browsers = {service.endpoint(browser): browser for browser in (service.browser() for _ in range(NOTICES))}
    for endpoint, browser in browsers.items():
        keys = {"p256dh": encoded(browser.public), "auth": encoded(browser.auth), "key": public_key()}
        one = SubscriberFactory(channel=Channel.PUSH, address=endpoint, address_key=endpoint, channel_data=keys)
        subscription = SubscriptionFactory(subscriber=one, when="at_once")
        Delivery.objects.create(
            subscriber=one, channel=Channel.PUSH, kind="article", article=article, reasons=[subscription.pk]
        )
    # Most of the time a process is waiting for an answer: so most are killed after a notice was taken.
    service.linger = 0.02
    chance, killed, ends_at = random.Random(7), [], time.monotonic() + SECONDS
    claimed: set[tuple[int, int]] = set()
    while Delivery.objects.filter(state__in=("due", "claimed")).exists():
        assert time.monotonic() < ends_at
        seconds = chance.uniform(0.1, 0.6) if len(killed) < KILLS else ends_at - time.monotonic()
        if send_for(Channel.PUSH, seconds, PUSH_KEY=settings.PUSH_KEY, PUSH_SERVICES=service.origin):
            killed.append([one.subscriber.address for one in left_in_hand(claimed)])
    came = Counter({endpoint: len(browser.notices) for endpoint, browser in browsers.items()})
    twice = came.total() - len(+came)
    print(f"{NOTICES} notices, {len(killed)} processes killed, {came.total()} taken, {twice} twice")  # noqa: T201
    assert len(killed) == KILLS
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    assert len(+came) == NOTICES
    # One at a time is in hand, and what is not comes once.
    assert [len(in_hand) for in_hand in killed if len(in_hand) > 1] == []
    assert came - Counter(list(browsers)) - Counter(address for in_hand in killed for address in in_hand) == Counter()
    # Twice in the same place: the browser shows it once.
    assert {notice["tag"] for browser in browsers.values() for notice in browser.notices} == {f"article-{article.pk}"}
