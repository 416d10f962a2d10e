"""Digests: what came out in a day or a week of what a subscriber wants, in one message.

A digest is written as a row with its period; what stands in it is read when it is sent, so that nothing withdrawn
meanwhile is in it. Each subscription is told in it from where the last one ended that told it and was sent, or would
have been empty, be it daily or weekly: a day on which nothing could be sent is made up for by the next, which also
takes over what still waits of the subscriptions it is sent for. Of each there is nothing in it that came before it
was to be told in digests.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from archive.models import (
    Article,
    ArticleQuerySet,
    Delivery,
    LatePlacing,
    Mention,
    SearchMatch,
    StoryArticle,
    Subscription,
)

HOUR = 7
"""When digests are made, by the site's clock."""

WEEKLY_ON = 5
"""The day of weekly digests, counted from Monday as 0: Saturday, when the week begins."""

LONGEST_PERIOD = timedelta(days=28)
"""No digest reaches further back, a daily one neither: who had weekly ones may have been told last long ago."""

MAX_ARTICLES = 20

When, What = Subscription.When, Subscription.What

WHENS = (When.DAILY, When.WEEKLY)
"""When one may want to be told in digests."""

_ANNOUNCED_AT = "announcement__announced_at"

_WRITE = """
INSERT INTO archive_delivery
    (subscriber_id, channel, kind, digest, period_start, period_end, reasons, due_at, created_at)
SELECT subscriber.id, subscriber.channel, 'digest', %(digest)s,
    greatest(%(first)s, min(subscription.active_since)), %(end)s,
    array_agg(subscription.id ORDER BY subscription.id), %(now)s, %(now)s
FROM archive_subscription AS subscription JOIN archive_subscriber AS subscriber
    ON subscriber.id = subscription.subscriber_id
WHERE subscriber.state = 'active' AND subscription.state = 'active' AND subscription."when" = %(when)s
    AND subscription.active_since < %(end)s
GROUP BY subscriber.id
ON CONFLICT DO NOTHING
"""

_TAKE_OVER = """
UPDATE archive_delivery SET
    reasons = CASE cardinality(rest.reasons) WHEN 0 THEN archive_delivery.reasons ELSE rest.reasons END,
    state = CASE cardinality(rest.reasons) WHEN 0 THEN 'cancelled' ELSE state END,
    outcome = CASE cardinality(rest.reasons) WHEN 0 THEN 'in the next' ELSE outcome END
FROM (
    SELECT waiting.id, ARRAY(
        SELECT reason FROM unnest(waiting.reasons) AS reason
        WHERE reason <> ALL (following.reasons)
            OR EXISTS (SELECT FROM archive_subscription WHERE id = reason AND active_since >= waiting.period_end)
        ORDER BY reason
    ) AS reasons
    FROM archive_delivery AS following JOIN archive_delivery AS waiting
        ON waiting.subscriber_id = following.subscriber_id AND waiting.period_end < following.period_end
    WHERE following.digest = %(digest)s AND (following.subscriber_id = %(subscriber)s OR %(subscriber)s IS NULL)
        AND waiting.kind = 'digest' AND waiting.digest LIKE %(kind)s AND waiting.state = 'due'
    ORDER BY waiting.id FOR UPDATE OF waiting
) AS rest
WHERE archive_delivery.id = rest.id
"""


@dataclass(frozen=True)
class Edition:
    """The digest named NAME, of WHEN, that is made at END."""

    name: str
    when: str
    end: datetime


def editions(*, at: datetime) -> list[Edition]:
    """Return the last daily and the last weekly edition that are to be made by the time AT."""
    today = timezone.localdate(at)
    if at < _edge(today):
        today -= timedelta(days=1)
    week = today - timedelta(days=(today.weekday() - WEEKLY_ON) % 7)
    return [
        Edition(f"daily-{today}", When.DAILY, _edge(today)),
        Edition(f"weekly-{week}", When.WEEKLY, _edge(week)),
    ]


def write_digests(*, at: datetime) -> int:
    """Write the digests that are to be made by the time AT and are not yet; return how many."""
    due = [one for one in editions(at=at) if not Delivery.objects.filter(digest=one.name).exists()]
    return sum(_write(edition, at) for edition in due)


def articles_of(delivery: Delivery, subscriptions: list[Subscription]) -> tuple[list[Article], int]:
    """What DELIVERY, a digest, has to tell for SUBSCRIPTIONS: the most important articles, and how many there are."""
    if not subscriptions:
        return [], 0
    together = defaultdict(list)
    for one, begin in zip(subscriptions, _begins(delivery, subscriptions), strict=True):
        together[begin].append(one)
    wanted = Q(pk__in=[])
    for begin, those in together.items():
        wanted |= _wanted(those, begin, delivery.period_end)
    # Of all that were ever announced these are few.
    announced = _between(_ANNOUNCED_AT, delivery.period_start - LONGEST_PERIOD, delivery.period_end)
    found = Article.objects.published().filter(announced, wanted)
    found = found.exclude(pk__in=_told_at_once(delivery, subscriptions).values("article"))
    found = found.exclude(pk__in=_named_elsewhere(delivery, subscriptions))
    shown: ArticleQuerySet = found.order_by("-importance", "-listed_at", "-pk").for_lines()
    return list(shown[:MAX_ARTICLES]), found.count()


def told_until(subscriber_id: int, since: datetime, *, before: datetime | None = None) -> dict[int, datetime]:
    """Until when the subscriptions of a subscriber, by number, were told in digests that ended after SINCE.

    With BEFORE, only in those that ended before then.
    """
    told = Delivery.objects.filter(subscriber=subscriber_id, period_end__gt=since).told()
    if before:
        told = told.filter(period_end__lt=before)
    ends: dict[int, datetime] = {}
    for reasons, end in told.order_by("period_end").values_list("reasons", "period_end"):
        ends |= dict.fromkeys(reasons, end)
    return ends


def keep_beginning(subscription: Subscription) -> None:
    """Let the digests that wait tell SUBSCRIPTION, which is about to begin anew, from when it began until now."""
    waiting = Delivery.objects.filter(
        subscriber=subscription.subscriber_id,
        kind=Delivery.Kind.DIGEST,
        state__in=(Delivery.State.DUE, Delivery.State.CLAIMED),
        reasons__contains=[subscription.pk],
    )
    for delivery in waiting.select_for_update().order_by("pk"):
        began = {str(subscription.pk): subscription.active_since.isoformat()}
        # Where it began anew before, the digest is of what was to be told until then.
        delivery.data["since"] = began | delivery.data.get("since", {})
        delivery.save(update_fields=["data"])


def _begins(delivery: Delivery, subscriptions: list[Subscription]) -> list[datetime]:
    """From when on DELIVERY tells each of SUBSCRIPTIONS: from its period's start, when it began, or was told until.

    Of one that began anew while DELIVERY waited, it tells what it was to tell before.
    """
    first, last = delivery.period_start, delivery.period_end
    ends = told_until(delivery.subscriber_id, first, before=last)
    since = {one.pk: one.active_since for one in subscriptions if one.active_since and one.active_since < last}
    since |= {int(pk): datetime.fromisoformat(began) for pk, began in delivery.data.get("since", {}).items()}
    return [max(first, since.get(one.pk, first), ends.get(one.pk, first)) for one in subscriptions]


def _told_at_once(delivery: Delivery, subscriptions: list[Subscription]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        subscriber=delivery.subscriber_id,
        kind=Delivery.Kind.ARTICLE,
        state__in=(Delivery.State.DUE, Delivery.State.CLAIMED, Delivery.State.SENT),
        reasons__overlap=[one.pk for one in subscriptions],
    )


def _named_elsewhere(delivery: Delivery, subscriptions: list[Subscription]) -> set[int]:
    """The articles that other digests have named, which are not named again: those of its kind, or of SUBSCRIPTIONS.

    What one subscription tells from earlier on, another may have told; and what a search, a name or a story tells
    later than it came out may have stood in an earlier digest for another reason.
    """
    others = Delivery.objects.filter(
        Q(digest__startswith=_kind_of(delivery.digest)) | Q(reasons__overlap=[one.pk for one in subscriptions]),
        subscriber=delivery.subscriber_id,
        kind=Delivery.Kind.DIGEST,
        state=Delivery.State.SENT,
        period_end__gt=delivery.period_start - LONGEST_PERIOD,
    )
    return {pk for articles in others.values_list("data__articles", flat=True) for pk in articles or ()}


def _wanted(subscriptions: list[Subscription], first: datetime, last: datetime) -> Q:
    """The articles that SUBSCRIPTIONS have to tell of the time from FIRST to LAST."""
    targets = {what: [one.target.pk for one in subscriptions if one.what == what and one.target] for what in What}
    wanted = _between(_ANNOUNCED_AT, first, last)
    if not any(one.what == What.EVERYTHING for one in subscriptions):
        wanted &= Q(section__in=targets[What.SECTION])
    found = SearchMatch.objects.filter(search__in=targets[What.SEARCH])
    mentions = Mention.objects.filter(entity__in=targets[What.ENTITY]).exclude(confirmed=False)
    places = StoryArticle.objects.filter(taken_out=False)
    own, merged = (places.filter(**{f"{column}__in": targets[What.STORY]}) for column in ("story", "story__merged"))
    for rows in (
        found.annotate(known_at=Coalesce("found_at", f"article__{_ANNOUNCED_AT}")),
        mentions.annotate(known_at=_placed_at(What.ENTITY, "entity")),
        own.annotate(known_at=_placed_at(What.STORY, "story")),
        merged.annotate(known_at=_placed_at(What.STORY, "story__merged")),
    ):
        announced = _between(f"article__{_ANNOUNCED_AT}", first - LONGEST_PERIOD, last)
        wanted |= Q(pk__in=rows.filter(announced, _between("known_at", first, last)).values("article"))
    return wanted


def _placed_at(what: str, column: str) -> Coalesce:
    """When the article of a row was given what COLUMN refers to: as it came out, unless it was later."""
    late = LatePlacing.objects.filter(article=OuterRef("article"), what=what, target=OuterRef(column))
    return Coalesce(Subquery(late.values("placed_at")), f"article__{_ANNOUNCED_AT}")


def _between(column: str, first: datetime, last: datetime) -> Q:
    return Q(**{f"{column}__gt": first, f"{column}__lte": last})


@transaction.atomic
def _write(edition: Edition, at: datetime) -> int:
    values = {"digest": edition.name, "when": edition.when, "end": edition.end, "now": at}
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {**values, "first": edition.end - LONGEST_PERIOD})
        written = cursor.rowcount
    _take_over(edition.name)
    return written


@transaction.atomic
def settle(delivery: Delivery) -> bool:
    """Let the period of DELIVERY, a digest that is about to be sent, begin where those it is sent for were told last.

    What waits of those before it is taken over. False where one is being sent at this moment: what comes of that,
    nobody knows yet.
    """
    earlier = Delivery.objects.filter(
        subscriber=delivery.subscriber_id,
        digest__startswith=_kind_of(delivery.digest),
        period_end__lt=delivery.period_end,
    )
    # Until this is committed, no other process begins to send one, or notes what came of it.
    open_ones = earlier.filter(state__in=(Delivery.State.DUE, Delivery.State.CLAIMED)).order_by("pk")
    if Delivery.State.CLAIMED in list(open_ones.select_for_update().values_list("state", flat=True)):
        return False
    _take_over(delivery.digest, delivery.subscriber_id)
    if subscriptions := list(delivery.subscriber.subscriptions.active().filter(pk__in=delivery.reasons)):
        delivery.period_start = min(_begins(delivery, subscriptions))
        delivery.save(update_fields=["period_start"])
    return True


def _take_over(digest: str, subscriber_id: int | None = None) -> None:
    """Let what waits of the digests before DIGEST, of all or of one subscriber, tell only what will not stand in it.

    That is what it is not sent for, and what was to be told of a subscription before it began anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_OVER, {"digest": digest, "kind": f"{_kind_of(digest)}%", "subscriber": subscriber_id})


def _kind_of(digest: str) -> str:
    """How the names begin of the digests of the kind of DIGEST."""
    return digest.partition("-")[0] + "-"


def _edge(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(HOUR)))
