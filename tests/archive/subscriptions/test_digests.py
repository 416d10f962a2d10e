from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from archive.models import (
    Announcement,
    Article,
    Delivery,
    Mention,
    SearchMatch,
    StoryArticle,
    Subscription,
    UnannotatedArticle,
)
from archive.search.filters import SearchFilters
from archive.subscriptions import enrolment
from archive.subscriptions.digests import MAX_ARTICLES, articles_of, editions, settle, write_digests
from archive.subscriptions.enrolment import Ground, Wish
from archive.subscriptions.matching import announce
from archive.subscriptions.saved_searches import save_search
from tests.factories import (
    DeliveryFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    StoryFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
When, What = Subscription.When, Subscription.What

# Monday, 15 June 2020; digests are made at 7 in Beirut, which is 4 here.
EDGE = datetime(2020, 6, 15, 4, 0, tzinfo=UTC)


def told(subscriptions, first, last) -> tuple[list[Article], int]:
    """What SUBSCRIPTIONS are told in a digest of the time from FIRST to LAST."""
    subscriber = subscriptions[0].subscriber
    return articles_of(
        Delivery(subscriber=subscriber, digest="daily-now", period_start=first, period_end=last), subscriptions
    )


def test_editions_are_of_the_last_morning_and_the_last_saturday():
    assert [one.name for one in editions(at=EDGE)] == ["daily-2020-06-15", "weekly-2020-06-13"]
    assert [one.name for one in editions(at=EDGE - timedelta(minutes=1))] == ["daily-2020-06-14", "weekly-2020-06-13"]
    saturday = datetime(2020, 6, 20, 4, 0, tzinfo=UTC)
    assert editions(at=saturday)[1].end == saturday


def test_a_digest_is_written_once_a_period():
    SubscriptionFactory(when=When.DAILY, active_since=EDGE - timedelta(hours=5))
    SubscriptionFactory(when=When.AT_ONCE, active_since=EDGE - timedelta(hours=5))
    assert write_digests(at=EDGE) == 1
    assert write_digests(at=EDGE + timedelta(hours=3)) == 0
    assert write_digests(at=EDGE + timedelta(days=1)) == 1


def test_each_begins_where_the_last_ended():
    since = EDGE - timedelta(hours=5)
    SubscriptionFactory(when=When.DAILY, active_since=since)
    write_digests(at=EDGE)
    Delivery.objects.update(state="sent")
    write_digests(at=EDGE + timedelta(days=3))
    first, second = Delivery.objects.order_by("pk")
    assert settle(second)
    periods = [(one.period_start, one.period_end) for one in (first, second)]
    assert periods == [(since, EDGE), (EDGE, EDGE + timedelta(days=3))]


@pytest.mark.parametrize(
    ("state", "outcome", "is_made_up_for"),
    [
        ("sent", "", False),
        ("claimed", "", True),
        ("cancelled", "nothing to say", False),
        ("failed", "554 no", True),
        ("suppressed", "", True),
        ("due", "", True),
    ],
)
def test_what_was_not_sent_is_made_up_for_by_the_next(state, outcome, is_made_up_for):
    since = EDGE - timedelta(hours=5)
    SubscriptionFactory(when=When.DAILY, active_since=since)
    write_digests(at=EDGE)
    Delivery.objects.update(state=state, outcome=outcome)
    write_digests(at=EDGE + timedelta(days=1))
    first, second = Delivery.objects.order_by("pk")
    if state != "claimed":  # Then nobody knows yet.
        assert settle(second)
    assert second.period_start == (since if is_made_up_for else EDGE)
    # What still waits is not sent beside it.
    assert (first.state, second.state) == ("cancelled" if state == "due" else state, "due")


def test_whoever_subscribed_after_it_was_made_waits_for_the_next():
    SubscriptionFactory(when=When.DAILY, active_since=EDGE + timedelta(minutes=1))
    assert write_digests(at=EDGE + timedelta(hours=1)) == 0


def test_what_stands_in_it_is_what_was_announced_in_its_period(publish, now):
    wanted = [SubscriptionFactory(when=When.DAILY, active_since=now - timedelta(hours=1))]
    later = [SubscriptionFactory(when=When.DAILY, active_since=now + timedelta(minutes=1))]
    article = publish()
    announce(at=now)
    assert told(wanted, now - timedelta(days=1), now) == ([article], 1)
    assert told(wanted, now, now + timedelta(days=1)) == ([], 0)
    assert told(later, now - timedelta(days=1), now + timedelta(days=1)) == ([], 0)
    article.status = "withdrawn"
    article.save()
    assert told(wanted, now - timedelta(days=1), now) == ([], 0)


def test_only_what_is_subscribed_to_stands_in_it(publish, now):
    entity = EntityFactory()
    search = save_search("قطار", SearchFilters(), "q=قطار")
    of_section, of_entity, of_search = publish(), publish(), publish(title="قطار الجبل")
    MentionFactory(article=of_entity, entity=entity)
    publish()
    since = now - timedelta(hours=1)
    targets = {What.SECTION: of_section.section, What.ENTITY: entity, What.SEARCH: search}
    wanted = [
        SubscriptionFactory(when=When.DAILY, what=what, active_since=since, **{what.value: target})
        for what, target in targets.items()
    ]
    announce(at=now)
    found, count = told(wanted, now - timedelta(days=1), now)
    assert ({one.pk for one in found}, count) == ({of_section.pk, of_entity.pk, of_search.pk}, 3)


def test_of_very_many_the_most_important_are_named(publish, now):
    wanted = [SubscriptionFactory(when=When.DAILY, active_since=now - timedelta(hours=1))]
    lead = publish(importance=2)
    for _number in range(MAX_ARTICLES):
        publish()
    announce(at=now)
    found, count = told(wanted, now - timedelta(days=1), now)
    assert (found[0], len(found), count) == (lead, MAX_ARTICLES, MAX_ARTICLES + 1)


def test_a_digest_is_sent_only_when_it_is_known_what_came_of_the_one_before():
    subscription = SubscriptionFactory(when=When.DAILY, active_since=EDGE - timedelta(hours=5))
    write_digests(at=EDGE)
    Delivery.objects.update(state="claimed")
    write_digests(at=EDGE + timedelta(days=1))
    first, second = Delivery.objects.order_by("pk")
    assert second.period_start == subscription.active_since
    assert not settle(second)
    # The server was busy: what waits is told in the next.
    Delivery.objects.filter(pk=first.pk).update(state="due")
    assert settle(second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.period_start) == ("cancelled", subscription.active_since)
    # It was sent after all.
    Delivery.objects.filter(pk=first.pk).update(state="sent")
    assert settle(second)
    second.refresh_from_db()
    assert second.period_start == first.period_end


def change(subscription, when) -> Subscription:
    enrolment.add(subscription.subscriber, Wish(when), Ground("link"))
    subscription.refresh_from_db()
    return subscription


def digest_of(*subscriptions, when, end, first, **values) -> Delivery:
    return DeliveryFactory(
        subscriber=subscriptions[0].subscriber,
        kind="digest",
        digest=f"{when}-{end:%m-%dT%H}",
        reasons=[one.pk for one in subscriptions],
        period_start=first,
        period_end=end,
        **values,
    )


@pytest.mark.parametrize("state", ["sent", "due", "claimed", "failed"])
@pytest.mark.parametrize(("former", "later"), [(When.DAILY, When.WEEKLY), (When.WEEKLY, When.DAILY)])
def test_another_digest_begins_where_the_last_of_the_former_ended(state, former, later):
    now = timezone.now()
    since, end = now - timedelta(days=6), now - timedelta(hours=2)
    subscription = SubscriptionFactory(when=former, active_since=since)
    digest = digest_of(subscription, when=former, first=since, end=end, state=state)
    change(subscription, later)
    digest.refresh_from_db()
    # What waits still tells nothing that is told in the other.
    assert digest.reasons == ([] if state == "due" else [subscription.pk])
    if state == "claimed":  # It was on its way.
        Delivery.objects.update(state="sent")
    other = digest_of(subscription, when=later, first=since, end=now + timedelta(days=1))
    assert settle(other)
    assert other.period_start == (end if state in ("sent", "claimed") else since)


def test_a_daily_digest_reaches_back_as_far_as_the_weekly_one_that_waited():
    since = EDGE - timedelta(days=9)
    subscription = SubscriptionFactory(when=When.WEEKLY, active_since=since)
    write_digests(at=EDGE - timedelta(days=1))
    change(subscription, When.DAILY)
    write_digests(at=EDGE)
    assert Delivery.objects.get(digest__startswith=When.DAILY).period_start == since


def test_who_goes_over_is_told_in_the_others_from_where_theirs_ended_not_where_the_others_did(publish, now):
    day = timedelta(days=1)
    before, since = now - 9 * day, now - 3 * day
    first, second, third = publish(), publish(), publish()
    announce(at=now)
    for article, days in ((first, 4), (second, 2), (third, 0)):
        Announcement.objects.filter(article=article).update(announced_at=now - days * day)
    daily = SubscriptionFactory(what=What.SECTION, section=second.section, when=When.DAILY, active_since=before)
    weekly = SubscriptionFactory(subscriber=daily.subscriber, when=When.WEEKLY, active_since=before)
    digest_of(weekly, when=When.WEEKLY, first=before, end=since, state="sent")
    sent = digest_of(daily, when=When.DAILY, first=since, end=now - day, state="sent", data={"articles": [second.pk]})
    gone_over = change(weekly, When.DAILY)
    digest = digest_of(daily, gone_over, when=When.DAILY, first=before, end=now)
    assert settle(digest)
    assert digest.period_start == since
    # The first was of the last weekly one's period, and the second stood in a daily one.
    assert articles_of(digest, [daily, gone_over]) == ([third], 1)
    Delivery.objects.filter(pk=sent.pk).update(data={"articles": []})
    assert articles_of(digest, [daily, gone_over])[1] == 2


@pytest.mark.parametrize(
    ("former", "later"),
    [
        (When.AT_ONCE, When.DAILY),
        (When.IMPORTANT, When.WEEKLY),
        (When.DAILY, When.AT_ONCE),
        (When.IMPORTANT, When.AT_ONCE),
    ],
)
def test_who_is_to_be_told_in_another_way_is_told_in_it_from_now_on(former, later):
    subscription = SubscriptionFactory(when=former, active_since=timezone.now() - timedelta(days=20))
    before = timezone.now()
    assert change(subscription, later).active_since >= before


def test_a_digest_in_which_a_subscription_stands_anew_repeats_nothing_of_it(publish, now):
    """The period of all begins with the others, which were in it before."""
    article = publish()
    announce(at=now)
    others = SubscriptionFactory(
        what=What.SECTION, section=SectionFactory(), when=When.WEEKLY, active_since=now - timedelta(days=9)
    )
    anew = SubscriptionFactory(subscriber=others.subscriber, when=When.WEEKLY, active_since=now)
    assert told([others, anew], now - timedelta(days=2), now + timedelta(days=5)) == ([], 0)
    anew.active_since = now - timedelta(hours=1)
    assert told([others, anew], now - timedelta(days=2), now + timedelta(days=5)) == ([article], 1)


def test_what_waits_is_sent_all_the_same_to_who_is_told_at_once_from_then_on(publish, now):
    day = timedelta(days=1)
    early, late = publish(), publish()
    announce(at=now)
    wanted = SubscriptionFactory(when=When.DAILY, active_since=now - day)
    digest = digest_of(wanted, when=When.DAILY, first=now - day, end=now + timedelta(hours=1))
    wanted = change(wanted, When.AT_ONCE)
    DeliveryFactory(subscriber=wanted.subscriber, article=late, reasons=[wanted.pk])
    assert settle(digest)
    assert wanted.active_since > digest.period_end
    # What was told at once is not in it.
    assert articles_of(digest, [wanted]) == ([early], 1)


def test_what_waits_is_taken_over_only_where_there_is_a_next():
    subscription = SubscriptionFactory(when=When.DAILY, active_since=EDGE - timedelta(hours=5))
    write_digests(at=EDGE)
    Subscription.objects.update(when=When.AT_ONCE)
    SubscriptionFactory(when=When.DAILY, active_since=EDGE)
    write_digests(at=EDGE + timedelta(days=1))
    assert Delivery.objects.get(subscriber=subscription.subscriber).state == "due"


def to_at_once(subscription) -> Subscription:
    return change(subscription, When.AT_ONCE)


def ended_and_begun_anew(subscription) -> Subscription:
    enrolment.leave(subscription.subscriber, Ground("link"), [subscription.pk])
    return change(subscription, subscription.when)


def to_at_once_and_back(subscription) -> Subscription:
    return change(to_at_once(subscription), When.DAILY)


@pytest.mark.parametrize("anew", [to_at_once, ended_and_begun_anew, to_at_once_and_back])
@pytest.mark.parametrize("state", ["due", "claimed"])
def test_a_digest_that_waits_reaches_no_further_back_than_to_where_a_subscription_began(publish, now, anew, state):
    day = timedelta(days=1)
    before, early, late = publish(), publish(), publish()
    announce(at=now)
    for article, days in ((before, 9), (early, 2), (late, 1)):
        Announcement.objects.filter(article=article).update(announced_at=now - days * day)
    old = SubscriptionFactory(
        what=What.SECTION, section=SectionFactory(), when=When.DAILY, active_since=now - 20 * day
    )
    wanted = SubscriptionFactory(subscriber=old.subscriber, when=When.DAILY, active_since=now - 3 * day)
    digest = digest_of(old, wanted, when=When.DAILY, first=now - 20 * day, end=now - day / 2, state=state)
    wanted = anew(wanted)
    digest.refresh_from_db()
    assert wanted.active_since > digest.period_end
    assert settle(digest)
    found, count = articles_of(digest, [old, wanted])
    assert ({one.pk for one in found}, count) == ({early.pk, late.pk}, 2)


def test_what_waits_of_before_a_subscription_began_anew_goes_over_into_no_other(publish, now):
    """Neither into the next, sent before it, nor into the weekly one: both tell it from when it began anew."""
    day = timedelta(days=1)
    article = publish()
    announce(at=now)
    Announcement.objects.update(announced_at=now - day)
    wanted = SubscriptionFactory(when=When.DAILY, active_since=now - 3 * day)
    digest = digest_of(wanted, when=When.DAILY, first=now - 3 * day, end=now - day / 2)
    wanted = to_at_once_and_back(wanted)
    digest_of(wanted, when=When.DAILY, first=now - 3 * day, end=timezone.now() + day, state="sent")
    wanted = change(wanted, When.WEEKLY)
    digest.refresh_from_db()
    assert digest.reasons == [wanted.pk]
    assert settle(digest)
    assert articles_of(digest, [wanted]) == ([article], 1)


@pytest.mark.parametrize("is_busy", [False, True])
def test_of_what_waits_only_what_the_next_tells_is_taken_over(is_busy):
    day, since = timedelta(days=1), EDGE - timedelta(hours=5)
    told_at_once, stays, anew, ended = (
        SubscriptionFactory(what=What.SECTION, section=SectionFactory(), when=When.DAILY, active_since=since)
        for _number in range(4)
    )
    Subscription.objects.update(subscriber=stays.subscriber)
    everything = SubscriptionFactory(when=When.DAILY, active_since=since)
    write_digests(at=EDGE)
    Subscription.objects.filter(pk=told_at_once.pk).update(when=When.AT_ONCE, active_since=EDGE + timedelta(hours=1))
    # It began anew while the digest waited.
    Subscription.objects.filter(pk=anew.pk).update(active_since=EDGE + timedelta(hours=1))
    Subscription.objects.filter(pk=ended.pk).update(state="left")
    if is_busy:
        Delivery.objects.update(state="claimed")
    write_digests(at=EDGE + day)
    first, second = Delivery.objects.filter(subscriber=stays.subscriber).order_by("pk")
    if is_busy:
        Delivery.objects.filter(state="claimed").update(state="due")
        assert settle(second)
        first.refresh_from_db()
    assert second.reasons == [stays.pk, anew.pk]
    assert (first.state, first.reasons) == ("due", [told_at_once.pk, anew.pk, ended.pk])
    other, _next = Delivery.objects.filter(subscriber=everything.subscriber).order_by("pk")
    assert other.state == ("due" if is_busy else "cancelled")


def test_what_a_search_finds_only_when_the_text_has_changed_stands_in_the_next(publish, now):
    since, day = now - timedelta(hours=1), timedelta(days=1)
    searches = [save_search(text, SearchFilters(), f"q={text}") for text in ("قطار", "سفينة")]
    late, early = (
        SubscriptionFactory(when=When.DAILY, what=What.SEARCH, search=search, active_since=since)
        for search in searches
    )
    article = publish(title="سفينة في الميناء")
    announce(at=now)
    assert told([early], now - day, now) == ([article], 1)
    assert told([late], now - day, now) == ([], 0)
    article.title = "سفينة وقطار في الميناء"
    article.save()
    UnannotatedArticle.objects.all().delete()
    changed_at = now + timedelta(hours=6)
    announce(at=changed_at)
    assert told([late], now, now + day) == ([article], 1)


@pytest.mark.parametrize(
    ("when", "state", "is_for_it", "is_named_again"),
    [
        (When.DAILY, "sent", False, False),
        (When.WEEKLY, "sent", True, False),
        # The week's digest is of all that came out, also of what another told day by day.
        (When.WEEKLY, "sent", False, True),
        (When.DAILY, "failed", True, True),
    ],
)
def test_what_a_digest_named_is_not_named_in_another(publish, now, when, state, is_for_it, is_named_again):
    since, day = now - timedelta(hours=1), timedelta(days=1)
    search = save_search("قطار", SearchFilters(), "q=قطار")
    wanted = SubscriptionFactory(when=When.DAILY, what=What.SEARCH, search=search, active_since=since)
    other = SubscriptionFactory(subscriber=wanted.subscriber, when=when, active_since=since)
    article = publish(title="قطار الجبل")
    announce(at=now)
    # It found the article only later, as its text was changed.
    SearchMatch.objects.update(found_at=now + timedelta(hours=6))
    reasons = [other, wanted] if is_for_it else [other]
    digest_of(*reasons, when=when, first=since, end=now, state=state, data={"articles": [article.pk]})
    assert told([wanted], now, now + day) == (([article], 1) if is_named_again else ([], 0))


def test_what_a_search_told_at_once_is_not_told_again_in_a_digest(publish, now):
    wanted = SubscriptionFactory(
        when=When.AT_ONCE, what=What.SEARCH, search=save_search("سفينة", SearchFilters(), "q=سفينة"), active_since=now
    )
    article = publish(title="سفينة في الميناء")
    announce(at=now)
    Subscription.objects.update(when=When.DAILY, active_since=now + timedelta(hours=1))
    wanted.refresh_from_db()
    article.title = "سفينة بيضاء في الميناء"
    article.save()
    UnannotatedArticle.objects.all().delete()
    announce(at=now + timedelta(hours=2))
    period = (now, now + timedelta(days=1))
    assert told([wanted], *period) == ([], 0)
    Delivery.objects.update(state="failed")
    assert told([wanted], *period) == ([article], 1)


def test_a_match_of_an_earlier_release_is_of_when_the_article_came_out(publish, now):
    search = save_search("سفينة", SearchFilters(), "q=سفينة")
    wanted = [SubscriptionFactory(when=When.DAILY, what=What.SEARCH, search=search, active_since=now - timedelta(1))]
    article = publish(title="سفينة في الميناء")
    announce(at=now)
    SearchMatch.objects.update(found_at=None)
    assert told(wanted, now - timedelta(hours=1), now) == ([article], 1)
    assert told(wanted, now, now + timedelta(hours=1)) == ([], 0)


def give(target, article, entity, story) -> None:
    if target == What.ENTITY:
        MentionFactory(article=article, entity=entity)
    else:
        story.places.create(article=article)


@pytest.mark.parametrize(("what", "is_merged"), [(What.ENTITY, False), (What.STORY, False), (What.STORY, True)])
def test_what_is_given_a_name_or_a_story_after_the_edge_stands_in_the_next_digest(publish, now, what, is_merged):
    hour, day = timedelta(hours=1), timedelta(days=1)
    entity, story = EntityFactory(), StoryFactory()
    followed = entity if what == What.ENTITY else StoryFactory(merged_into=story) if is_merged else story
    targets = {"what": what, what.value: followed}
    wanted = SubscriptionFactory(when=When.DAILY, **targets, active_since=now - day)
    late, early = publish(), publish()
    give(what, early, entity, story)
    announce(at=now)
    give(what, late, entity, story)
    for hours in (2, 3):
        announce(at=now + hours * hour)
    assert told([wanted], now - day, now + hour) == ([early], 1)
    assert told([wanted], now + hour, now + day) == ([late], 1)
    assert told([wanted], now + 2 * hour, now + day) == ([], 0)
    Mention.objects.update(confirmed=False)
    StoryArticle.objects.update(taken_out=True)
    assert told([wanted], now + hour, now + day) == ([], 0)


def test_what_was_announced_unread_stands_in_the_digest_after_it_was_read(publish, now):
    minute, day = timedelta(minutes=1), timedelta(days=1)
    entity = EntityFactory()
    wanted = SubscriptionFactory(when=When.DAILY, what=What.ENTITY, entity=entity, active_since=now - day)
    article = publish()
    Article.objects.filter(pk=article.pk).update(updated_at=now)
    UnannotatedArticle.objects.create(article_id=article.pk)
    announce(at=now + 6 * minute)
    UnannotatedArticle.objects.all().delete()
    MentionFactory(article=article, entity=entity)
    announce(at=now + 20 * minute)
    assert told([wanted], now, now + 10 * minute) == ([], 0)
    assert told([wanted], now + 10 * minute, now + day) == ([article], 1)


def test_a_name_that_nobody_waited_for_is_told_to_nobody_who_subscribes_later(publish, now):
    hour, day = timedelta(hours=1), timedelta(days=1)
    entity = EntityFactory()
    article = publish()
    announce(at=now)
    MentionFactory(article=article, entity=entity)
    announce(at=now + hour)
    wanted = SubscriptionFactory(when=When.DAILY, what=What.ENTITY, entity=entity, active_since=now + 2 * hour)
    announce(at=now + 3 * hour)
    assert told([wanted], now - day, now + day) == ([], 0)
