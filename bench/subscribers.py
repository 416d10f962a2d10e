"""Subscribers for the benches of messages: each active, by mail, with one subscription."""

from collections.abc import Sequence

BATCH = 2000


def subscribe(searches: Sequence[int | None], when: str) -> None:
    """Make a subscriber for each of SEARCHES, told WHEN of what it finds; of all news where it is None."""
    from django.utils import timezone

    from archive.models import Channel, Subscriber, Subscription

    addresses = (f"reader{number}@example.org" for number in range(len(searches)))
    subscribers = Subscriber.objects.bulk_create(
        (
            Subscriber(channel=Channel.EMAIL, address=one, address_key=one, state=Subscriber.State.ACTIVE)
            for one in addresses
        ),
        batch_size=BATCH,
    )
    now, what = timezone.now(), Subscription.What
    Subscription.objects.bulk_create(
        (
            Subscription(
                subscriber=subscriber,
                what=what.SEARCH if search else what.EVERYTHING,
                search_id=search,
                when=when,
                state=Subscription.State.ACTIVE,
                active_since=now,
            )
            for subscriber, search in zip(subscribers, searches, strict=True)
        ),
        batch_size=BATCH,
    )
