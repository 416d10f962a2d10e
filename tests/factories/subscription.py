"""Factories of archive.models.subscription: subscribers and subscriptions are active."""

import factory
from django.utils import timezone

from archive.models import Channel, Delivery, Subscriber, Subscription


class SubscriberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subscriber

    channel = Channel.EMAIL
    address = factory.Sequence(lambda number: f"reader{number}@example.org")
    address_key = factory.SelfAttribute("address")
    state = Subscriber.State.ACTIVE
    confirmed_at = factory.LazyAttribute(
        lambda one: None if one.state == Subscriber.State.PENDING else timezone.now()
    )


class SubscriptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subscription

    subscriber = factory.SubFactory(SubscriberFactory)
    state = Subscription.State.ACTIVE
    active_since = factory.LazyFunction(timezone.now)


class DeliveryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Delivery

    subscriber = factory.SubFactory(SubscriberFactory)
    channel = factory.SelfAttribute("subscriber.channel")
    kind = Delivery.Kind.ARTICLE
