"""Factories of archive.models.site."""

import factory

from archive.models import Banner, SocialAccount


class BannerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Banner

    text = "تابع الإحصاءات لحظة بلحظة"
    url = "/archive/"


class SocialAccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SocialAccount

    network = SocialAccount.Network.TELEGRAM
    url = "https://t.me/example"
