from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.entities.merging import merge, undo
from archive.models import (
    Announcement,
    Article,
    Correction,
    Delivery,
    Entity,
    SearchMatch,
    Subscription,
    UnannotatedArticle,
)
from archive.search.filters import SearchFilters
from archive.subscriptions import matching as matching_module
from archive.subscriptions.digests import write_digests
from archive.subscriptions.matching import announce, announce_article, cancel_withdrawn
from archive.subscriptions.outbox import deliver_due
from archive.subscriptions.saved_searches import save_search
from tests.factories import (
    EntityFactory,
    MentionFactory,
    SectionFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
When, What = Subscription.When, Subscription.What
IMPORTANT = Article.Importance.NOTABLE


def told(article) -> list[int]:
    """Who is told of ARTICLE as it came out."""
    deliveries = Delivery.objects.filter(article=article, kind=Delivery.Kind.ARTICLE)
    return sorted(deliveries.values_list("subscriber", flat=True))


def test_important_news_goes_to_those_who_want_it(publish, now):
    important = SubscriptionFactory(when=When.IMPORTANT)
    every = SubscriptionFactory(when=When.AT_ONCE)
    SubscriptionFactory(when=When.DAILY)
    ordinary, notable = publish(), publish(importance=IMPORTANT)
    announce(at=now)
    assert told(ordinary) == [every.subscriber_id]
    assert told(notable) == [important.subscriber_id, every.subscriber_id]


def test_what_was_announced_is_not_again(publish, now):
    SubscriptionFactory(when=When.AT_ONCE)
    publish()
    assert announce(at=now) == 1
    assert announce(at=now) == 0
    assert Delivery.objects.count() == 1


def test_what_becomes_important_is_announced_to_those_who_were_not_told(publish, now):
    every, important = SubscriptionFactory(when=When.AT_ONCE), SubscriptionFactory(when=When.IMPORTANT)
    article = publish()
    announce(at=now)
    Article.objects.filter(pk=article.pk).update(importance=IMPORTANT)
    assert announce(at=now) == 1
    assert told(article) == [every.subscriber_id, important.subscriber_id]
    assert announce(at=now) == 0


@pytest.mark.parametrize("target", ["section", "entity", "story"])
def test_a_subscription_to_something_is_told_of_it_alone(publish, now, target):
    section, entity, story = SectionFactory(), EntityFactory(), StoryFactory()
    targets = {"section": section, "entity": entity, "story": story}
    wanted = SubscriptionFactory(what=target, when=When.AT_ONCE, **{target: targets[target]})
    article, _other = publish(section=section), publish()
    MentionFactory(article=article, entity=entity)
    story.places.create(article=article)
    assert announce(at=now) == 1
    assert told(article) == [wanted.subscriber_id]


def test_a_name_that_an_editor_denied_tells_nobody(publish, now):
    entity = EntityFactory()
    SubscriptionFactory(what=What.ENTITY, entity=entity, when=When.AT_ONCE)
    MentionFactory(article=publish(), entity=entity, confirmed=False)
    assert announce(at=now) == 0


def test_a_story_is_followed_into_the_one_it_was_merged_into(publish, now):
    kept = StoryFactory()
    former = StoryFactory(merged_into=kept)
    SubscriptionFactory(what=What.STORY, story=former, when=When.AT_ONCE)
    kept.places.create(article=publish())
    assert announce(at=now) == 1


def test_a_search_is_told_of_what_it_finds(publish, now):
    search = save_search("السفن", SearchFilters(), "q=السفن")
    wanted = SubscriptionFactory(what=What.SEARCH, search=search, when=When.AT_ONCE)
    article = publish(title="سفينة في الميناء")
    publish(title="أمطار", summary="", body="<p>هطل المطر.</p>")
    assert announce(at=now) == 1
    assert told(article) == [wanted.subscriber_id]


def test_a_changed_text_is_held_once_against_the_searches_that_did_not_find_it(publish, now):
    found, not_found = (
        SubscriptionFactory(
            what=What.SEARCH,
            search=save_search(text, SearchFilters(), f"q={text}"),
            when=When.AT_ONCE,
            active_since=now - timedelta(days=1),
        )
        for text in ("السفن", "قطار")
    )
    every = SubscriptionFactory(when=When.AT_ONCE, active_since=now - timedelta(days=1))
    article = publish(title="سفينة في الميناء")
    announce(at=now)
    assert told(article) == [found.subscriber_id, every.subscriber_id]
    # Whoever subscribes now was not there when it came out.
    SubscriptionFactory(when=When.AT_ONCE, active_since=timezone.now())
    SubscriptionFactory(what=What.SEARCH, search=not_found.search, when=When.AT_ONCE, active_since=timezone.now())
    article.title = "سفينة وقطار في الميناء"
    article.save()
    UnannotatedArticle.objects.all().delete()
    assert announce(at=now) == 1
    assert told(article) == sorted([found.subscriber_id, not_found.subscriber_id, every.subscriber_id])
    assert Delivery.objects.latest("pk").reasons == [not_found.pk]
    Delivery.objects.filter(subscriber=not_found.subscriber).delete()
    assert announce(at=now) == 0


def test_a_search_follows_its_name_into_the_one_it_was_merged_into_and_out_again(publish, now):
    gone, kept = EntityFactory(), EntityFactory()
    search = save_search("السفينة", SearchFilters(entity=gone), f"q=السفينة&entity={gone.pk}")
    wanted = SubscriptionFactory(what=What.SEARCH, search=search, when=When.AT_ONCE)

    def published(entity):
        article = publish(title="السفينة في الميناء")
        MentionFactory(article=article, entity=entity)
        announce(at=now)
        return told(article)

    merged = merge(gone, kept, by=None)
    assert published(kept) == [wanted.subscriber_id]
    undo(merged)
    assert published(kept) == []
    assert published(Entity.objects.get(pk=gone.pk)) == [wanted.subscriber_id]


def test_one_message_for_several_reasons(publish, now):
    subscriber = SubscriberFactory()
    article = publish()
    reasons = [
        SubscriptionFactory(subscriber=subscriber, when=When.AT_ONCE),
        SubscriptionFactory(subscriber=subscriber, what=What.SECTION, section=article.section, when=When.AT_ONCE),
    ]
    announce(at=now)
    assert Delivery.objects.get().reasons == [one.pk for one in reasons]


@pytest.mark.parametrize(
    "values",
    [
        {"status": "draft"},
        {"status": "withdrawn"},
        {"published_at": None, "date_precision": "unknown"},
        {"days": -3},
        {"days": 1},
    ],
)
def test_what_is_no_news_tells_nobody(publish, now, values):
    days = values.pop("days", None)
    if days is not None:
        values["published_at"] = now + timedelta(days=days)
    SubscriptionFactory(when=When.AT_ONCE)
    publish(**values)
    assert announce(at=now) == 0


def test_what_is_scheduled_is_announced_when_its_time_comes(publish, now):
    SubscriptionFactory(when=When.AT_ONCE)
    publish(status="scheduled", published_at=now + timedelta(hours=1))
    assert announce(at=now) == 0
    assert announce(at=now + timedelta(hours=1)) == 1


def test_an_article_waits_a_little_for_its_names(publish, now):
    SubscriptionFactory(when=When.AT_ONCE)
    article = publish()
    Article.objects.filter(pk=article.pk).update(updated_at=now)
    UnannotatedArticle.objects.create(article_id=article.pk)
    assert announce(at=now) == 0
    assert announce(at=now + timedelta(minutes=6)) == 1


@pytest.mark.parametrize("state", ["pending", "left", "suppressed"])
def test_whoever_is_not_subscribed_is_told_nothing(publish, now, state):
    SubscriptionFactory(subscriber=SubscriberFactory(state=state), when=When.AT_ONCE)
    if state != "suppressed":
        SubscriptionFactory(state=state, when=When.AT_ONCE)
    publish()
    assert announce(at=now) == 0


def test_nobody_is_told_of_what_an_import_kept_quiet(publish, now):
    SubscriptionFactory(when=When.AT_ONCE)
    article = publish(importance=IMPORTANT)
    Announcement.objects.create(article=article)
    assert announce(at=now) == 0
    assert announce_article(article, at=now) == 0
    assert Announcement.objects.get().announced_at is None


def test_withdrawing_stops_what_is_not_sent(publish, now):
    SubscriptionFactory.create_batch(2, when=When.AT_ONCE)
    article = publish()
    announce(at=now)
    sent = Delivery.objects.first()
    Delivery.objects.filter(pk=sent.pk).update(state="sent")
    Article.objects.filter(pk=article.pk).update(status="withdrawn")
    announce(at=now)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["cancelled", "sent"]


@pytest.mark.parametrize("by", [cancel_withdrawn, lambda at: send_all()])
def test_a_withdrawal_that_is_undone_has_stopped_nothing(publish, now, by):
    subscription = SubscriptionFactory(when=When.AT_ONCE)
    article = publish()
    announce(at=now)
    Article.objects.filter(pk=article.pk).update(status="withdrawn")
    by(at=now)
    assert Delivery.objects.get().state == "cancelled"
    announce(at=now + timedelta(minutes=1))
    assert Delivery.objects.get().state == "cancelled"
    Article.objects.filter(pk=article.pk).update(status="published")
    announce(at=now + timedelta(minutes=2))
    assert Delivery.objects.get().state == "due"
    subscription.subscriber.subscriptions.update(state="left")
    send_all()
    announce(at=now + timedelta(minutes=3))
    assert (Delivery.objects.get().state, Delivery.objects.get().outcome) == ("cancelled", "nothing to say")


def send_all() -> None:
    deliver_due("email", lambda: nullcontext(lambda message: "<id>"), max_seconds=9)


def test_whoever_wants_a_name_that_is_found_late_is_told_then(publish, now):
    entity = EntityFactory()
    every = SubscriptionFactory(when=When.AT_ONCE)
    wanted = SubscriptionFactory(what=What.ENTITY, entity=entity, when=When.AT_ONCE)
    article = publish()
    Article.objects.filter(pk=article.pk).update(updated_at=now)
    UnannotatedArticle.objects.create(article_id=article.pk)
    announce(at=now + timedelta(minutes=6))
    assert told(article) == [every.subscriber_id]
    assert announce(at=now + timedelta(minutes=7)) == 0
    UnannotatedArticle.objects.all().delete()
    MentionFactory(article=article, entity=entity)
    assert announce(at=now + timedelta(minutes=20)) == 1
    assert told(article) == [every.subscriber_id, wanted.subscriber_id]
    assert announce(at=now + timedelta(minutes=21)) == 0


@pytest.mark.parametrize("target", ["entity", "story", "former story"])
def test_whoever_wants_what_an_editor_adds_later_is_told_once_while_it_is_news(publish, now, target):
    entity, story = EntityFactory(), StoryFactory()
    former = StoryFactory(merged_into=story)
    targets = {"entity": {"entity": entity}, "story": {"story": story}, "former story": {"story": former}}

    def subscribed(when, since):
        return SubscriptionFactory(
            what=target.split()[-1], when=when, active_since=since, **targets[target]
        ).subscriber_id

    def add(article):
        if target == "entity":
            MentionFactory(article=article, entity=entity)
        else:
            story.places.create(article=article)

    before = now - timedelta(days=1)
    every = SubscriptionFactory(when=When.AT_ONCE, active_since=before).subscriber_id
    at_once, important = subscribed(When.AT_ONCE, before), subscribed(When.IMPORTANT, before)
    # Who is told in digests, and who subscribed later, was not to be told at once when it came out.
    subscribed(When.DAILY, before)
    subscribed(When.AT_ONCE, now + timedelta(minutes=1))
    ordinary, notable, old = publish(), publish(importance=IMPORTANT), publish()
    announce(at=now)
    for article in (ordinary, notable):
        add(article)
    assert announce(at=now + timedelta(minutes=2)) == 3
    assert told(ordinary) == [every, at_once]
    assert told(notable) == [every, at_once, important]
    with CaptureQueriesContext(connection) as queries:
        assert announce(at=now + timedelta(minutes=3)) == 0
    assert not [query for query in queries if query["sql"].startswith("INSERT INTO archive_delivery")]
    Delivery.objects.all().delete()
    add(old)
    assert announce(at=now + timedelta(days=3)) == 0


def test_a_name_that_is_taken_away_and_given_again_tells_nobody_twice(publish, now):
    entity, before = EntityFactory(), now - timedelta(days=1)
    wanted = SubscriptionFactory(what=What.ENTITY, entity=entity, when=When.AT_ONCE, active_since=before)
    article = publish()
    mention = MentionFactory(article=article, entity=entity)
    announce(at=now)
    assert told(article) == [wanted.subscriber_id]
    Delivery.objects.all().delete()
    mention.delete()
    announce(at=now + timedelta(minutes=1))
    MentionFactory(article=article, entity=entity)
    assert announce(at=now + timedelta(minutes=2)) == 0


def test_what_an_earlier_release_announced_tells_nobody_again(publish, now):
    """It did not note for which names."""
    entity, before = EntityFactory(), now - timedelta(days=1)
    SubscriptionFactory(what=What.ENTITY, entity=entity, when=When.AT_ONCE, active_since=before)
    article = publish()
    announce(at=now)
    Announcement.objects.update(entities=None, stories=None)
    MentionFactory(article=article, entity=entity)
    assert announce(at=now + timedelta(minutes=1)) == 0


def test_one_article_that_breaks_holds_up_no_other(publish, now, monkeypatch):
    SubscriptionFactory(when=When.AT_ONCE)
    broken, other = publish(), publish()
    matching = matching_module.matching_searches
    monkeypatch.setattr(
        matching_module, "matching_searches", lambda number: 1 / 0 if number == broken.pk else matching(number)
    )
    assert announce(at=now) == 1
    assert (told(broken), len(told(other))) == ([], 1)
    monkeypatch.undo()
    assert announce(at=now) == 1


def test_the_newest_is_announced_first_and_many_at_once(publish, now, monkeypatch):
    monkeypatch.setattr(matching_module, "MAX_ARTICLES", 1)
    SubscriptionFactory(when=When.AT_ONCE)
    older, newer = publish(published_at=now - timedelta(hours=1)), publish()
    announce(at=now)
    assert (told(older) != [], told(newer) != []) == (False, True)


def test_a_correction_is_told_once_to_those_who_were_sent_the_article(publish, now):
    SubscriptionFactory.create_batch(2, when=When.AT_ONCE)
    article = publish()
    announce(at=now)
    reached = Delivery.objects.first()
    Delivery.objects.filter(pk=reached.pk).update(state="sent", sent_at=now)
    made_at = now + timedelta(minutes=1)
    correction = Correction.objects.create(article=article, text="الصواب: ثلاث سفن.", made_at=made_at)
    # What goes out only now is what was corrected.
    Delivery.objects.exclude(pk=reached.pk).update(state="sent", sent_at=made_at + timedelta(hours=1))
    assert announce(at=made_at) == 1
    with CaptureQueriesContext(connection) as queries:
        assert announce(at=made_at) == 0
    assert not [query for query in queries if "'correction'" in query["sql"]]
    told_again = Delivery.objects.get(kind="correction")
    assert (told_again.subscriber_id, told_again.version) == (reached.subscriber_id, correction.pk)


def test_a_correction_is_told_to_who_was_sent_the_article_in_a_digest_however_old_it_is(publish, now):
    since, sent_at, made_at = now - timedelta(hours=9), now + timedelta(days=1), now + timedelta(days=300)
    told, not_named, late = SubscriptionFactory.create_batch(3, when=When.DAILY, active_since=since)
    article = publish()
    announce(at=now)
    write_digests(at=sent_at)
    digests = Delivery.objects.filter(kind="digest")
    digests.update(state="sent", sent_at=sent_at, data={"articles": [article.pk]})
    digests.filter(subscriber=not_named.subscriber).update(data={"articles": [article.pk + 1]})
    digests.filter(subscriber=late.subscriber).update(sent_at=made_at + timedelta(hours=1))
    correction = Correction.objects.create(article=article, text="الصواب: ثلاث سفن.", made_at=made_at)

    assert announce(at=made_at + timedelta(minutes=1)) == 1
    assert announce(at=made_at + timedelta(minutes=2)) == 0
    told_again = Delivery.objects.get(kind="correction")
    assert (told_again.subscriber_id, told_again.version) == (told.subscriber_id, correction.pk)
    assert told_again.reasons == [told.pk]


def test_a_correction_is_told_also_of_what_was_given_its_name_late_and_waited_long(publish, now):
    SubscriptionFactory(when=When.DAILY, active_since=now - timedelta(hours=9))
    article = publish()
    announce(at=now)
    sent_at = now + timedelta(days=29)
    write_digests(at=sent_at)
    Delivery.objects.update(state="sent", sent_at=sent_at, data={"articles": [article.pk]})
    made_at = sent_at + timedelta(hours=1)
    Correction.objects.create(article=article, text="الصواب: ثلاث سفن.", made_at=made_at)
    assert announce(at=made_at) == 1


def test_an_old_correction_tells_nobody(publish, now):
    SubscriptionFactory(when=When.AT_ONCE)
    article = publish()
    announce(at=now)
    Delivery.objects.update(state="sent", sent_at=now)
    made_at = now + timedelta(minutes=1)
    Correction.objects.create(article=article, text="الصواب: ثلاث سفن.", made_at=made_at)

    assert announce(at=made_at + timedelta(days=3)) == 0


def test_only_searches_of_digests_are_kept_with_what_they_found(publish, now):
    for text, when in (("سفينة", When.AT_ONCE), ("الميناء", When.DAILY)):
        search = save_search(text, SearchFilters(), f"q={text}")
        SubscriptionFactory(what=What.SEARCH, search=search, when=when)
    publish(title="سفينة في الميناء")
    announce(at=now)
    assert [match.search.text for match in SearchMatch.objects.all()] == ["الميناء"]
