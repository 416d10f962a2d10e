"""Who wants to be told of what, and what they were told: subscribers, their subscriptions, and the outbox.

A subscriber is an address on a channel, whatever the channel is. What is done with these rows is in
`archive.subscriptions`; how it hangs together is in docs/newsletter.md.
"""

import secrets
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQueryField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from archive.models.article import Article
from archive.models.entity import Entity
from archive.models.stories import Story
from archive.models.taxonomy import Section

MAX_ADDRESS_CHARS = 1000


def make_secret() -> str:
    """What a subscriber's links prove; with another, those given out before lead nowhere."""
    return secrets.token_urlsafe(16)


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WHATSAPP = "whatsapp", _("WhatsApp")
    PUSH = "push", _("browser notices")


class SubscriberQuerySet(models.QuerySet):
    def active(self) -> "SubscriberQuerySet":
        return self.filter(state=Subscriber.State.ACTIVE)


class Subscriber(models.Model):
    """An ADDRESS on a CHANNEL; ADDRESS_KEY is how it is compared. CHANNEL_DATA is the channel's own, such as keys."""

    class State(models.TextChoices):
        PENDING = "pending", _("not confirmed yet")
        ACTIVE = "active", pgettext_lazy("a subscriber", "subscribed")
        LEFT = "left", pgettext_lazy("a subscriber", "left")
        SUPPRESSED = "suppressed", pgettext_lazy("a subscriber", "not to be reached")

    class Suppression(models.TextChoices):
        REFUSED = "refused", _("their server refused the address")
        BOUNCED = "bounced", _("a message came back")
        COMPLAINED = "complained", _("they reported a message as unwanted")
        REPEATED = "repeated", _("their server refused several messages in a row")

    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    address = models.CharField(pgettext_lazy("of a subscriber", "address"), max_length=MAX_ADDRESS_CHARS)
    address_key = models.CharField(max_length=MAX_ADDRESS_CHARS, editable=False)
    channel_data = models.JSONField(default=dict, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=8, default="ar")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    secret = models.CharField(max_length=40, default=make_secret, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    suppression = models.CharField(_("why not to be reached"), max_length=10, choices=Suppression.choices, blank=True)
    suppressed_at = models.DateTimeField(_("not to be reached since"), null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-created_at", "-pk"]
        permissions = [("view_addresses", "Can see the addresses of subscribers")]
        constraints = [models.UniqueConstraint(fields=["channel", "address_key"], name="subscriber_address_unique")]
        indexes = [
            models.Index(fields=["state", "channel"], name="subscriber_state"),
            GinIndex(
                F("channel_data__absorbed"),
                name="subscriber_absorbed",
                condition=Q(channel_data__has_key="absorbed"),
            ),
        ]

    def __str__(self):
        # Whoever sees a subscriber does not see the address by that.
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def addressed_at(self) -> datetime | None:
        """When they took the address they have; None for whoever never had another."""
        moment = self.channel_data.get("addressed_at")
        return datetime.fromtimestamp(moment, UTC) if moment else None

    def is_reached_by(self, delivery: "Delivery") -> bool:
        """Whether DELIVERY, of theirs, went to the address they have: of others it tells nothing of this one."""
        if delivery.kind == Delivery.Kind.NEW_ADDRESS:
            return False
        if self.addressed_at is None or delivery.created_at >= self.addressed_at:
            return True
        # Whoever sent it may have read the address so long before.
        longest = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
        return delivery.sent_at is not None and delivery.sent_at >= self.addressed_at + longest


class Consent(models.Model):
    """What a subscriber agreed to, or took back: AT a time, on which PAGE, and the TEXT they saw. Never changed.

    NETWORK is the one they did it from, as `limits.network_of` has it; nothing where a message did it. SUBSCRIPTION
    is the one it is about; None for several, such as all.
    """

    class Action(models.TextChoices):
        ASKED = "asked", _("asked for it")
        CONFIRMED = "confirmed", _("confirmed it")
        CHANGED = "changed", _("changed it")
        LEFT = "left", _("left")

    class Method(models.TextChoices):
        FORM = "form", _("a form of the site")
        LINK = "link", _("a link in a message, and the page it leads to")
        ONE_CLICK = "one_click", _("their mail program's own button")
        MESSAGE = "message", _("a message they sent")

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, verbose_name=_("subscriber"), related_name="consents")
    subscription = models.ForeignKey("Subscription", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    method = models.CharField(_("by"), max_length=10, choices=Method.choices)
    page = models.CharField(_("page"), max_length=500, blank=True)
    network = models.CharField(_("network"), max_length=50, blank=True, db_default="")
    text = models.TextField(_("what they read"), blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["pk"]

    def __str__(self):
        return self.get_action_display()


class SavedSearch(models.Model):
    """A search that someone wants to be told of, in the form in which it is held against new articles.

    TEXT and FILTERS are what is searched, QUERY the same as the query string of its page, DIGEST of which each is
    kept once. An article that matches has one of ANCHORS at least: words of the index, or numbers of its keys; "*"
    where nothing can be told. Then TSQUERY and all of KEYS decide; unless IS_EXACT is false, where more is asked.
    """

    query = models.TextField(_("search"))
    digest = models.CharField(max_length=64)
    text = models.TextField()
    filters = models.JSONField(default=dict)
    anchors = ArrayField(models.TextField(), default=list)
    tsquery = SearchQueryField(null=True)
    keys = ArrayField(models.BigIntegerField(), default=list)
    is_exact = models.BooleanField(default=True)
    compiled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["digest"], name="saved_search_unique")]
        indexes = [GinIndex(fields=["anchors"], name="saved_search_anchors", fastupdate=False)]

    def __str__(self):
        return self.text or self.query


class SubscriptionQuerySet(models.QuerySet):
    def active(self) -> "SubscriptionQuerySet":
        return self.filter(state=Subscription.State.ACTIVE)

    def with_targets(self) -> "SubscriptionQuerySet":
        return self.select_related("section", "entity", "story", "search")


class Subscription(models.Model):
    """What a subscriber wants to be told of, and when. Once for each target.

    ACTIVE SINCE is from when on it is told as it is now: what came before was told otherwise, or to nobody.
    """

    class What(models.TextChoices):
        EVERYTHING = "everything", _("all news")
        SECTION = "section", pgettext_lazy("subscribed to", "a section")
        ENTITY = "entity", pgettext_lazy("subscribed to", "a name")
        STORY = "story", pgettext_lazy("subscribed to", "a story")
        SEARCH = "search", pgettext_lazy("subscribed to", "a search")

    class When(models.TextChoices):
        IMPORTANT = "important", _("important news, the moment it is published")
        AT_ONCE = "at_once", _("everything, the moment it is published")
        DAILY = "daily", _("once a day, in a digest")
        WEEKLY = "weekly", _("once a week, in a digest")

    class State(models.TextChoices):
        PENDING = "pending", _("not confirmed yet")
        ACTIVE = "active", pgettext_lazy("a subscription", "active")
        LEFT = "left", pgettext_lazy("a subscription", "ended")

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, verbose_name=_("subscriber"), related_name="subscriptions"
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices, default=What.EVERYTHING)
    section = models.ForeignKey(Section, models.CASCADE, verbose_name=_("section"), null=True, related_name="+")
    entity = models.ForeignKey(Entity, models.CASCADE, verbose_name=_("name"), null=True, related_name="+")
    story = models.ForeignKey(Story, models.CASCADE, verbose_name=_("story"), null=True, related_name="+")
    search = models.ForeignKey(SavedSearch, models.CASCADE, verbose_name=_("search"), null=True, related_name="+")
    when = models.CharField(_("when"), max_length=10, choices=When.choices, default=When.IMPORTANT)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    active_since = models.DateTimeField(_("active since"), null=True, blank=True)
    left_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "what", "section", "entity", "story", "search"],
                nulls_distinct=False,
                name="subscription_target_once",
            ),
            models.CheckConstraint(
                condition=Q(what="everything", section=None, entity=None, story=None, search=None)
                | Q(what="section", section__isnull=False, entity=None, story=None, search=None)
                | Q(what="entity", section=None, entity__isnull=False, story=None, search=None)
                | Q(what="story", section=None, entity=None, story__isnull=False, search=None)
                | Q(what="search", section=None, entity=None, story=None, search__isnull=False),
                name="subscription_has_its_target",
            ),
        ]
        indexes = [models.Index(fields=["what", "when"], name="subscription_active", condition=Q(state="active"))]

    def __str__(self):
        return str(self.target or self.get_what_display())

    @property
    def target(self) -> models.Model | None:
        """The section, name, story or search that it is to; None for everything."""
        return self.section or self.entity or self.story or self.search


class Announcement(models.Model):
    """That subscribers were told of an article, or, where ANNOUNCED_AT is None, never will be: an import brought it.

    IMPORTANCE is what the article had then. One that becomes important later is announced to those who want only
    such news. One that IS UNREAD had not been read for its names: those who want them are told when it has.
    CORRECTIONS are those of the article that were told. MATCHED AT is when searches were last held against its text.
    ENTITIES and STORIES are those whose subscribers were told; None where an earlier release told them.
    """

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="announcement")
    importance = models.PositiveSmallIntegerField(default=0)
    announced_at = models.DateTimeField(null=True)
    matched_at = models.DateTimeField(null=True)
    is_unread = models.BooleanField(default=False)
    corrections = ArrayField(models.BigIntegerField(), default=list)
    entities = ArrayField(models.BigIntegerField(), null=True)
    stories = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        verbose_name = _("announcement to subscribers")
        verbose_name_plural = _("announcements to subscribers")

    def __str__(self):
        return str(self.article_id)


class SearchMatch(models.Model):
    """An article that a saved search found, kept for the digests it will stand in.

    FOUND AT is when it did: as the article came out, or as its text changed. None where an earlier release kept it,
    as the article came out.
    """

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    found_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("article that a saved search found")
        verbose_name_plural = _("articles that saved searches found")
        constraints = [models.UniqueConstraint(fields=["search", "article"], name="search_match_once")]

    def __str__(self):
        return f"{self.search_id} {self.article_id}"


class LatePlacing(models.Model):
    """A name or a story that an article was given after it had come out, kept for the digests it will stand in.

    TARGET is its number, and WHAT is as in a subscription to it. PLACED AT is when subscribers could first be told.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="+", db_index=False)
    what = models.CharField(max_length=10)
    target = models.BigIntegerField()
    placed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("name or story that an article was given late")
        verbose_name_plural = _("names and stories that articles were given late")
        constraints = [models.UniqueConstraint(fields=["article", "what", "target"], name="late_placing_once")]

    def __str__(self):
        return f"{self.article_id} {self.what} {self.target}"


class DeliveryQuerySet(models.QuerySet):
    def told(self) -> "DeliveryQuerySet":
        """The digests after which nothing of their period is left to tell."""
        empty = Q(state=Delivery.State.CANCELLED, outcome=Delivery.NOTHING_TO_SAY)
        return self.filter(Q(state=Delivery.State.SENT) | empty, kind=Delivery.Kind.DIGEST)


class Delivery(models.Model):
    """A message to a subscriber: the outbox. Once for an article's version, once for a digest's period.

    VERSION is 0 for the article as it came out, and the number of the correction for a notice of one. DIGEST names
    the period, from PERIOD_START to PERIOD_END. REASONS are the subscriptions it is sent for. DATA is what a service
    message needs; of a digest, which `articles` it named when it was sent, and `since` when it tells subscriptions,
    by number, that began anew while it waited. A claimed one whose lease has passed was a dead worker's, and is due
    again.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", pgettext_lazy("a message", "article")
        CORRECTION = "correction", pgettext_lazy("a message", "correction")
        DIGEST = "digest", pgettext_lazy("a message", "digest")
        CONFIRMATION = "confirmation", pgettext_lazy("a message", "confirmation")
        LINK = "link", pgettext_lazy("a message", "link to their subscriptions")
        NEW_ADDRESS = "new_address", pgettext_lazy("a message", "change of address")
        WELCOME = "welcome", pgettext_lazy("a message", "welcome")
        BYE = "bye", pgettext_lazy("a message", "goodbye")
        HELP = "help", pgettext_lazy("a message", "help")

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("a message", "waiting")
        CLAIMED = "claimed", pgettext_lazy("a message", "being sent")
        SENT = "sent", pgettext_lazy("a message", "sent")
        FAILED = "failed", pgettext_lazy("a message", "failed")
        SUPPRESSED = "suppressed", pgettext_lazy("a message", "not to be reached")
        CANCELLED = "cancelled", pgettext_lazy("a message", "cancelled")

    class Receipt(models.IntegerChoices):
        """What the channel has told of a message that it took. It only goes up, in whatever order that is told."""

        NONE = 0, pgettext_lazy("a message", "nothing yet")
        TAKEN = 1, pgettext_lazy("a message", "taken by the channel")
        DELIVERED = 2, pgettext_lazy("a message", "delivered")
        READ = 3, pgettext_lazy("a message", "read")

    WITHDRAWN, NOTHING_TO_SAY = "withdrawn", "nothing to say"
    """Outcomes of what was cancelled: the first is sent after all if its article comes back, the second is done."""

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, verbose_name=_("subscriber"), related_name="deliveries", db_index=False
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), null=True, related_name="deliveries"
    )
    version = models.BigIntegerField(_("version"), default=0, db_default=0)
    digest = models.CharField(_("digest"), max_length=20, blank=True, db_default="")
    period_start = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    reasons = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    data = models.JSONField(default=dict, db_default={})
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DUE, db_default="due")
    is_service = models.BooleanField(default=False, db_default=False)
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    message_id = models.CharField(_("message id"), max_length=200, blank=True, db_default="")
    outcome = models.TextField(_("outcome"), blank=True, db_default="")
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    receipt = models.PositiveSmallIntegerField(
        _("receipt"), choices=Receipt.choices, default=Receipt.NONE, db_default=0
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("to a subscriber", "delivery")
        verbose_name_plural = pgettext_lazy("to subscribers", "deliveries")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "article", "version"], name="delivery_article_once"),
            models.UniqueConstraint(
                fields=["subscriber", "digest"], condition=~Q(digest=""), name="delivery_digest_once"
            ),
        ]
        indexes = [
            # Service messages first: somebody waits for them.
            models.Index(
                "channel",
                models.F("is_service").desc(),
                "due_at",
                "id",
                name="delivery_due",
                condition=Q(state="due"),
            ),
            models.Index(fields=["lease_until"], name="delivery_claimed", condition=Q(state="claimed")),
            models.Index(fields=["channel", "state", "-created_at"], name="delivery_state"),
            # Who was sent an article in a digest is looked for among those of its time.
            models.Index(fields=["period_end"], name="delivery_digest_period", condition=Q(kind="digest")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"


class DeliveryChannel(models.Model):
    """How a channel is driven: PAUSED by editors or by what went wrong, so many a MINUTE, silent until RETRY_AT.

    WINDOW_AT is the minute in which WINDOW_COUNT messages were let go. PROBLEM is what the channel said last, and
    REFUSALS how many messages in a row it did not take that might be our fault.
    """

    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, primary_key=True)
    paused = models.BooleanField(_("paused"), default=False)
    per_minute = models.PositiveIntegerField(
        _("messages per minute"), default=600, help_text=_("As many as the server that sends them takes; 0 for all.")
    )
    window_at = models.DateTimeField(default=timezone.now, editable=False)
    window_count = models.PositiveIntegerField(default=0, editable=False)
    retry_at = models.DateTimeField(_("tried again at"), null=True, editable=False)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)
    problem = models.TextField(_("problem"), blank=True, editable=False)

    class Meta:
        verbose_name = _("delivery channel")
        verbose_name_plural = _("delivery channels")
        ordering = ["channel"]

    def __str__(self):
        return self.get_channel_display()


class SubscriptionTally(models.Model):
    """How often an EVENT happened on a DAY: what is counted of subscribers, also of those who were erased."""

    class Event(models.TextChoices):
        CONFIRMED = "confirmed", _("new subscriptions")
        LEFT = "left", _("ended subscriptions")
        JOINED = "joined", _("new subscribers")
        GONE = "gone", _("subscribers who left")
        SUPPRESSED = "suppressed", _("subscribers lost to bounces")

    day = models.DateField(_("day"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    event = models.CharField(_("event"), max_length=10, choices=Event.choices)
    section = models.ForeignKey(Section, models.CASCADE, verbose_name=_("section"), null=True, related_name="+")
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("count of subscriptions")
        verbose_name_plural = _("counts of subscriptions")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "channel", "event", "section"], nulls_distinct=False, name="subscription_tally_once"
            )
        ]

    def __str__(self):
        return f"{self.day} {self.event}"


class RateCount(models.Model):
    """How often something was asked for in a period, by its number; KEY tells by whom, and does not say it."""

    key = models.CharField(max_length=64)
    period = models.BigIntegerField()
    expires_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of requests")
        verbose_name_plural = _("counts of requests")
        constraints = [models.UniqueConstraint(fields=["key", "period"], name="rate_count_once")]
        indexes = [models.Index(fields=["expires_at"], name="rate_count_expires")]

    def __str__(self):
        return f"{self.period} {self.count}"
