"""From an article that has come out to the messages about it: who is told at once, and in whose digests it stands.

An article is news when readers may see it, it is dated of late, and no row says that it was announced. So it is the
same whether an editor published it, its time came, or an import that was asked to brought it; and however often this
is done and wherever it breaks off, it is done once: the row and the messages are written in one transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from archive.models import (
    Announcement,
    Article,
    ArticleQuerySet,
    Channel,
    Correction,
    Delivery,
    LatePlacing,
    Mention,
    SavedSearch,
    SearchMatch,
    StoryArticle,
    Subscription,
    UnannotatedArticle,
)
from archive.models.article import NEWS_DAYS
from archive.subscriptions.digests import LONGEST_PERIOD, WHENS
from archive.subscriptions.saved_searches import matching_searches

logger = logging.getLogger(__name__)

ANNOTATION_PATIENCE = timedelta(minutes=5)
"""So long an article waits for its names and its story to be found, for those who subscribe to them.

Those are told later of what took longer, while it is news.
"""

MAX_ARTICLES = 1000
"""So many are announced in one go, the newest first; the others by the next."""

IMPORTANT = Article.Importance.NOTABLE

When, What = Subscription.When, Subscription.What

_WRITE = """
INSERT INTO archive_delivery (subscriber_id, channel, kind, article_id, reasons, due_at, created_at)
SELECT subscriber.id, subscriber.channel, 'article', %(article)s, array_agg(subscription.id ORDER BY subscription.id),
    %(now)s, %(now)s
FROM archive_subscription AS subscription JOIN archive_subscriber AS subscriber
    ON subscriber.id = subscription.subscriber_id
WHERE subscriber.state = 'active' AND subscription.state = 'active' AND subscription."when" = ANY (%(whens)s)
    AND (subscription.what = 'everything'
        OR (subscription.what = 'section' AND subscription.section_id = %(section)s)
        OR (subscription.what = 'entity' AND subscription.entity_id = ANY (%(entities)s::bigint[]))
        OR (subscription.what = 'story' AND subscription.story_id = ANY (%(stories)s::bigint[]))
        OR (subscription.what = 'search' AND subscription.search_id = ANY (%(searches)s::bigint[])))
GROUP BY subscriber.id
ON CONFLICT DO NOTHING
"""

_WRITE_LATE = """
INSERT INTO archive_delivery (subscriber_id, channel, kind, article_id, reasons, due_at, created_at)
SELECT subscriber.id, subscriber.channel, 'article', %(article)s, array_agg(subscription.id ORDER BY subscription.id),
    %(now)s, %(now)s
FROM archive_subscription AS subscription JOIN archive_subscriber AS subscriber
    ON subscriber.id = subscription.subscriber_id
WHERE subscriber.state = 'active' AND subscription.state = 'active' AND subscription."when" = ANY (%(whens)s)
    AND (subscription.what = 'entity' AND subscription.entity_id = ANY (%(entities)s::bigint[])
        OR subscription.what = 'story' AND subscription.story_id = ANY (%(stories)s::bigint[])
        OR subscription.what = 'search' AND subscription.search_id = ANY (%(searches)s::bigint[]))
    AND subscription.active_since <= %(before)s
GROUP BY subscriber.id
ON CONFLICT DO NOTHING
"""

LONGEST_FORM = timedelta(hours=1)
"""A correction has the time at which its form was opened: an article sent so long after it may yet be the old one."""

_WRITE_CORRECTION = """
INSERT INTO archive_delivery (subscriber_id, channel, kind, article_id, version, reasons, due_at, created_at)
SELECT told.subscriber_id, told.channel, 'correction', told.article_id, %(correction)s, told.reasons, %(now)s, %(now)s
FROM (
    SELECT subscriber_id, channel, article_id, reasons FROM archive_delivery
    WHERE article_id = %(article)s AND kind = 'article' AND state = 'sent' AND sent_at < %(noted_by)s
    UNION ALL
    SELECT subscriber_id, channel, %(article)s::bigint, reasons FROM archive_delivery
    WHERE kind = 'digest' AND period_end BETWEEN %(announced_at)s AND %(last_digest_at)s
        AND state = 'sent' AND sent_at < %(noted_by)s AND data -> 'articles' @> to_jsonb(%(article)s::bigint)
) AS told JOIN archive_subscriber AS subscriber ON subscriber.id = told.subscriber_id
WHERE subscriber.state = 'active'
ON CONFLICT DO NOTHING
"""


def unannounced(*, at: datetime) -> ArticleQuerySet:
    """The news that readers see at the time AT and that subscribers have yet to be told of, newest first."""
    waits = Exists(UnannotatedArticle.objects.filter(article_id=OuterRef("pk")))
    return (
        Article.objects.news(at=at)
        .filter(
            Q(announcement=None)
            # Ordinary news that an editor made important since.
            | Q(announcement__announced_at__isnull=False, announcement__importance__lt=IMPORTANT)
            & Q(importance__gte=IMPORTANT)
            # Announced before it was read: now its names are known.
            | Q(announcement__is_unread=True) & ~waits
        )
        .exclude(Q(updated_at__gt=at - ANNOTATION_PATIENCE) & waits)
        .order_by("-listed_at", "-pk")
    )


def announce(*, at: datetime) -> int:
    """Write the messages about what has come out by the time AT, and about its corrections; return how many.

    What cannot be announced is told of in the log, and holds up nothing else.
    """
    articles = unannounced(at=at).select_related("announcement").only("importance", "section", "announcement")
    written = sum(_guarded(announce_article, article, at) for article in articles[:MAX_ARTICLES])
    written += sum(_guarded(announce_revision, article, at) for article in revised(at=at)[:MAX_ARTICLES])
    written += sum(_guarded(announce_placing, article, at) for article in placed(at=at)[:MAX_ARTICLES])
    restore_withdrawn(at=at)
    cancel_withdrawn(at=at)
    return written + sum(_guarded(announce_correction, one, at) for one in _new_corrections(at))


def _guarded(announce_one: Callable[..., int], one: Article | Correction, at: datetime) -> int:
    try:
        return announce_one(one, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("%s %s cannot be announced", type(one).__name__, one.pk)
        return 0


@transaction.atomic
def announce_article(article: Article, *, at: datetime) -> int:
    """Write the messages about ARTICLE that are due at once; return how many. What was announced is not again."""
    is_unread = UnannotatedArticle.objects.filter(article_id=article.pk).exists()
    known, new = Announcement.objects.select_for_update().get_or_create(
        article_id=article.pk,
        defaults={
            "importance": article.importance,
            "announced_at": at,
            "matched_at": at,
            "is_unread": is_unread,
        },
    )
    is_read_now = known.is_unread and not is_unread
    is_more_important = known.importance < article.importance
    if not new and (known.announced_at is None or not (is_read_now or is_more_important)):
        return 0
    Announcement.objects.filter(pk=article.pk).update(
        importance=article.importance, is_unread=known.is_unread and is_unread
    )
    searches, entities, stories = matching_searches(article.pk), _entities(article.pk), _stories(article.pk)
    if new or is_read_now:
        Announcement.objects.filter(pk=article.pk).update(entities=entities, stories=stories)
        _keep_found(article.pk, searches, at)
    if is_read_now:
        _keep_placings(known, at, entities=entities, stories=stories, before=at)
    important = [When.IMPORTANT] if article.importance >= IMPORTANT else []
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "article": article.pk,
                "now": at,
                "whens": [*important, *([When.AT_ONCE] if new or is_read_now else [])],
                "section": article.section_id,
                "entities": entities,
                "stories": stories,
                "searches": searches,
            },
        )
        return cursor.rowcount


def revised(*, at: datetime) -> ArticleQuerySet:
    """The news that was announced, and whose text has changed since searches were last held against it."""
    waits = UnannotatedArticle.objects.filter(article_id=OuterRef("pk"))
    return (
        Article.objects.news(at=at)
        .filter(announcement__announced_at__isnull=False, revised_at__gt=F("announcement__matched_at"))
        .exclude(Q(updated_at__gt=at - ANNOTATION_PATIENCE) & Exists(waits))
        .only("importance", "revised_at")
        .order_by("pk")
    )


@transaction.atomic
def announce_revision(article: Article, *, at: datetime) -> int:
    """Write the messages for the searches that find ARTICLE as its text is now and did not before; return how many.

    Each version is held against them once. Whoever was told of the article is not told again.
    """
    known = Announcement.objects.select_for_update().get(pk=article.pk)
    if known.matched_at >= article.revised_at:
        return 0
    Announcement.objects.filter(pk=article.pk).update(matched_at=article.revised_at)
    searches = matching_searches(article.pk)
    _keep_found(article.pk, searches, at)
    return _write_late(article, at, searches=searches, before=known.matched_at)


def placed(*, at: datetime) -> ArticleQuerySet:
    """The news that was announced, and was given a name or a story since that somebody waits for."""
    wanted = Subscription.objects.active()
    names = (
        Mention.objects.filter(article=OuterRef("pk"))
        .exclude(confirmed=False)
        .exclude(article__announcement__entities__contains=[F("entity")])
        .filter(Exists(wanted.filter(entity=OuterRef("entity"))))
    )
    in_story = Q(story=OuterRef("story")) | Q(story__merged_into=OuterRef("story"))
    places = (
        StoryArticle.objects.filter(article=OuterRef("pk"), taken_out=False)
        .exclude(article__announcement__stories__contains=[F("story")])
        .filter(Exists(wanted.filter(in_story)))
    )
    return (
        Article.objects.news(at=at)
        # What is unread yet is told when it has been read.
        .filter(announcement__announced_at__isnull=False, announcement__is_unread=False)
        .filter(announcement__entities__isnull=False, announcement__stories__isnull=False)
        .filter(Exists(names) | Exists(places))
        .only("importance")
        .order_by("pk")
    )


@transaction.atomic
def announce_placing(article: Article, *, at: datetime) -> int:
    """Write the messages for the names and the story that ARTICLE was given since it was announced; return how many.

    Each is told once, to whoever waited for it when the article came out and was not told of it: now, or in their
    next digest.
    """
    known = Announcement.objects.select_for_update().get(pk=article.pk)
    entities = [pk for pk in _entities(article.pk) if pk not in known.entities]
    stories = [pk for pk in _stories(article.pk) if pk not in known.stories]
    _keep_placings(known, at, entities=entities, stories=stories, before=known.announced_at)
    known.entities, known.stories = known.entities + entities, known.stories + stories
    known.save(update_fields=["entities", "stories"])
    return _write_late(article, at, entities=entities, stories=stories, before=known.announced_at)


def _write_late(article: Article, at: datetime, *, before: datetime, **targets: list[int]) -> int:
    """Write the messages about ARTICLE to who waited for TARGETS BEFORE it was known to be about them."""
    whens = [When.AT_ONCE, *([When.IMPORTANT] if article.importance >= IMPORTANT else [])]
    values = {"article": article.pk, "now": at, "whens": whens, "before": before}
    values |= {name: targets.get(name, []) for name in ("entities", "stories", "searches")}
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_LATE, values)
        return cursor.rowcount


@transaction.atomic
def announce_correction(correction: Correction, *, at: datetime) -> int:
    """Tell those who were sent the article, by itself or in a digest, of its CORRECTION, once; return how many.

    However old the article is. What was sent well after the correction has told the article as it is.
    """
    announcement = Announcement.objects.select_for_update().get(pk=correction.article_id)
    if correction.pk in announcement.corrections:
        return 0
    announcement.corrections.append(correction.pk)
    announcement.save(update_fields=["corrections"])
    values = {
        "article": correction.article_id,
        "correction": correction.pk,
        "noted_by": correction.made_at + LONGEST_FORM,
        "announced_at": announcement.announced_at,
        # It may have been given only later, while it was news, what it stood there for.
        "last_digest_at": announcement.announced_at + timedelta(days=NEWS_DAYS) + LONGEST_PERIOD,
        "now": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_CORRECTION, values)
        return cursor.rowcount


def cancel_withdrawn(*, at: datetime) -> int:
    """Stop the messages that are not sent yet about articles that readers may see no more; return how many."""
    waiting = Delivery.objects.filter(state=Delivery.State.DUE, article__isnull=False)
    hidden = waiting.exclude(article__in=Article.objects.published(at=at))
    return hidden.update(state=Delivery.State.CANCELLED, outcome=Delivery.WITHDRAWN)


def restore_withdrawn(*, at: datetime) -> int:
    """Let the messages that a withdrawal stopped be due again where it was undone in time; return how many."""
    stopped = Delivery.objects.filter(
        channel__in=Channel.values,
        state=Delivery.State.CANCELLED,
        created_at__gt=at - timedelta(days=NEWS_DAYS),
        outcome=Delivery.WITHDRAWN,
    )
    shown = stopped.filter(article__in=Article.objects.published(at=at))
    return shown.update(state=Delivery.State.DUE, outcome="", due_at=at)


def _new_corrections(at: datetime) -> list[Correction]:
    """The corrections of late that are not told, of articles that readers see and subscribers were told of."""
    recent = Correction.objects.filter(made_at__gt=at - timedelta(days=NEWS_DAYS), made_at__lte=at)
    told = recent.filter(article__announcement__announced_at__isnull=False)
    seen = told.filter(article__in=Article.objects.published(at=at)).select_related("article__announcement")
    return [one for one in seen if one.pk not in one.article.announcement.corrections]


def _keep_found(article_id: int, searches: list[int], at: datetime) -> None:
    """Note which of SEARCHES found the article at the time AT, where a digest will ask; the first time counts."""
    wanted = Subscription.objects.active().filter(search=OuterRef("pk"), when__in=WHENS)
    kept = SavedSearch.objects.filter(Exists(wanted), pk__in=searches)
    SearchMatch.objects.bulk_create(
        [SearchMatch(search=search, article_id=article_id, found_at=at) for search in kept], ignore_conflicts=True
    )


def _keep_placings(
    known: Announcement, at: datetime, *, entities: list[int], stories: list[int], before: datetime
) -> None:
    """Note what of ENTITIES and STORIES the article of KNOWN had not when it was announced, where a digest will ask.

    Only where somebody waited for it BEFORE: what is asked for the first time may have been given it long ago.
    """
    wanted = Subscription.objects.active().filter(when__in=WHENS, active_since__lte=before)
    late = {
        What.ENTITY: wanted.filter(entity__in=set(entities).difference(known.entities or ())).values_list("entity"),
        What.STORY: wanted.filter(story__in=set(stories).difference(known.stories or ())).values_list("story"),
    }
    LatePlacing.objects.bulk_create(
        [
            LatePlacing(article_id=known.pk, what=what, target=target, placed_at=at)
            for what, targets in late.items()
            for (target,) in targets.order_by().distinct()
        ],
        ignore_conflicts=True,
    )


def _entities(article_id: int) -> list[int]:
    mentions = Mention.objects.filter(article=article_id).exclude(confirmed=False)
    return list(mentions.order_by("entity").values_list("entity", flat=True).distinct())


def _stories(article_id: int) -> list[int]:
    """The article's story, with those that were merged into it."""
    places = StoryArticle.objects.filter(article=article_id, taken_out=False)
    return sorted({pk for row in places.values_list("story", "story__merged") for pk in row if pk})
