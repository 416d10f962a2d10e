"""Whatever pages are made of, a change of it gives its kind another number."""

import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from archive.caching import generations
from archive.caching.generations import Kind, current
from archive.models import Article, Banner, Entity, Mention, PageGeneration, Section, StalePages
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    BannerFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
)

UNSEEN = {
    *(
        "ArticleSearch",
        "ArticleShingle",
        "SearchTerm",
        "NameChange",
        "UnlearnedArticle",
        "UnannotatedArticle",
        "NameWord",
    ),
    # Written with the article, its entry, or its words.
    *("Capture", "CopyGroup", "PageGeneration", "StalePages", "HubAnnouncement", "ArticleRead"),
    *("Feed", "ImportRun", "ImportEntry", "ImportedRecord", "SetAsideRecord"),
    # A change of a figure changes its dataset.
    *("Observation", "MeasureTotal", "DatasetFeed"),
    # Of whom nobody but themselves sees anything, on pages that are kept nowhere.
    *("Subscriber", "Subscription", "Consent", "SavedSearch", "SearchMatch", "Announcement"),
    *("LatePlacing", "Delivery", "DeliveryChannel", "SubscriptionTally", "RateCount"),
    *("WhatsAppEvent", "WhatsAppMessage"),
    *("NameDecision", "EntityPair", "NameProposal", "RefusedName", "NameModel"),
    # The newsroom's own; what was moved is never kept.
    *("BulkChange", "FruitlessSearch", "OpenArticle", "OutgoingLink", "Redirect", "RemovedPicture"),
    *("StaffSession", "AuditEntry", "AuditSeal"),
}
"""Models that no page shows, or that never change without another that is watched."""


def numbers():
    return current().numbers


def changed(before: dict, after: dict) -> set[str]:
    return {kind for kind in Kind.values if before.get(kind) != after.get(kind)}


def test_every_table_of_the_archive_is_watched_or_is_seen_by_nobody(db):
    models = apps.get_app_config("archive").get_models(include_auto_created=True)
    tables = {
        model._meta.db_table
        for model in models
        if model.__name__ not in UNSEEN and not model.__name__.endswith("Event")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE tgname LIKE 'page_generation%%' GROUP BY 1"
        )
        watched = dict(cursor.fetchall())
    assert watched == dict.fromkeys(tables, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (Kind.CHROME, lambda article: SectionFactory()),
        (Kind.CHROME, lambda article: Section.objects.update(name="أخرى")),
        (Kind.CHROME, lambda article: BannerFactory()),
        (Kind.ARTICLES, lambda article: Article.objects.filter(pk=article.pk).update(importance=2)),
        (Kind.ARTICLES, lambda article: article.authors.add(AuthorFactory())),
        (Kind.ARTICLES, lambda article: article.links.all().delete()),
        (Kind.NAMES, lambda article: article.mentions.update(confirmed=False)),
        (Kind.NAMES, lambda article: EntityFactory()),
    ],
)
def test_a_change_is_of_its_kind(kind, change):
    article = ArticleFactory()
    ArticleLinkFactory(from_article=article)
    MentionFactory(article=article)
    before = numbers()
    change(article)
    assert kind in changed(before, numbers())


def test_what_changes_nothing_makes_nothing_stale(article):
    before = numbers()
    Article.objects.filter(pk=0).update(importance=2)
    Mention.objects.all().delete()
    assert numbers() == before


def test_raw_sql_is_seen_too(article):
    before = numbers()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET title = title || '!'")
    assert changed(before, numbers()) == {Kind.ARTICLES}


def test_names_alone_leave_articles_as_they_are(article):
    before = numbers()
    EntityFactory()
    assert Kind.ARTICLES not in changed(before, numbers())


def test_what_is_taken_back_was_never_there_and_its_number_never_comes_again(article):
    before = numbers()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        BannerFactory()
        once = numbers()
        raise ZeroDivisionError
    assert numbers() == before
    BannerFactory()
    assert numbers()["chrome"] not in (once["chrome"], before.get("chrome"))


def test_the_next_article_that_comes_by_itself_is_known(db):
    ArticleFactory(status="scheduled", published_at=timezone.now() + timedelta(days=3))
    soon = ArticleFactory(published_at=timezone.now() + timedelta(days=2))
    ArticleFactory(draft=True, published_at=timezone.now() + timedelta(days=1))
    assert current().next_article_at == soon.published_at


def test_renewing_makes_all_stale(db):
    before = numbers()
    generations.renew()
    assert changed(before, numbers()) == set(Kind.values)


@pytest.mark.django_db(transaction=True)
def test_no_writer_waits_for_another_and_each_is_seen_when_it_commits():
    """A long import holds its number while an editor saves."""
    BannerFactory()
    begun, done = threading.Event(), threading.Event()

    def long_write():
        with transaction.atomic():
            BannerFactory(text="طويل")
            begun.set()
            done.wait(20)
        connection.close()

    writer = threading.Thread(target=long_write)
    writer.start()
    assert begun.wait(20)
    seen = [numbers()["chrome"]]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 5000")
    Banner.objects.filter(text="تابع الإحصاءات لحظة بلحظة").update(priority=3)
    seen.append(numbers()["chrome"])
    done.set()
    writer.join()
    seen.append(numbers()["chrome"])
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")
    assert len({tuple(one) for one in seen}) == 3
    # As many rows as ever wrote at once.
    assert PageGeneration.objects.filter(kind=Kind.CHROME).count() == 2


@pytest.fixture
def written(db):
    """What is stale is written down, as for a cache in front of the site."""
    StalePages.objects.create(keys=[])


def keys() -> set[str]:
    """What was written down since they were asked for last."""
    found = {key for stale in StalePages.objects.all() for key in stale.keys}
    StalePages.objects.waiting().delete()
    return found


def test_what_changed_is_told_by_its_keys(article, written):
    Article.objects.filter(pk=article.pk).update(title="آخر")
    assert keys() == {"articles", f"article-{article.pk}", f"section-{article.section_id}"}
    mention = MentionFactory(article=article)
    assert {"names", f"entity-{mention.entity_id}", f"article-{article.pk}"} <= keys()


def test_a_new_author_makes_no_page_stale_and_a_changed_one_all(article, written):
    author = AuthorFactory()
    assert keys() == {"articles"}
    author.name = "آخر"
    author.save()
    assert keys() == {"articles", "all"}


def test_of_very_many_changes_all_is_told(written):
    Entity.objects.bulk_create(Entity(kind="person", name=f"اسم {number}") for number in range(2001))
    assert keys() == {"all"}
