"""Who has an article open, so that two who edit one know of each other."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser

from archive.models import OpenArticle

HEARTBEAT_SECONDS = 30
"""So often an open form is heard of, where its script runs (static/admin_sijill/presence.js)."""

GONE_AFTER = timedelta(minutes=5)
"""A form that has not been heard of for so long is closed, or has no script: then its opening counts so long."""


class Other(NamedTuple):
    """Somebody else who has the article open, by NAME, SINCE when."""

    name: str
    since: datetime


def arrive(article_id: int, user: AbstractBaseUser, *, at: datetime) -> None:
    """Note that USER has the article open at the time AT; one who was gone comes anew."""
    row, is_new = OpenArticle.objects.get_or_create(
        article_id=article_id, user=user, defaults={"opened_at": at, "seen_at": at}
    )
    if not is_new:
        opened_at = row.opened_at if row.seen_at > at - GONE_AFTER else at
        OpenArticle.objects.filter(pk=row.pk).update(opened_at=opened_at, seen_at=at)


def others(article_id: int, user: AbstractBaseUser, *, at: datetime) -> list[Other]:
    """Who else has the article open at the time AT, the first one first."""
    rows = OpenArticle.objects.filter(article_id=article_id, seen_at__gt=at - GONE_AFTER).exclude(user=user)
    rows = rows.select_related("user").order_by("opened_at", "pk")
    return [Other(row.user.get_full_name() or row.user.get_username(), row.opened_at) for row in rows]


def leave(article_id: int, user: AbstractBaseUser) -> None:
    OpenArticle.objects.filter(article_id=article_id, user=user).delete()


def forget_old(at: datetime) -> None:
    OpenArticle.objects.filter(seen_at__lt=at - GONE_AFTER).delete()
