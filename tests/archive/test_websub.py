"""The hub is told of the feeds that changed, each once, and of nothing else."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from archive import websub
from archive.exceptions import HubError, PurgeError
from archive.feed_addresses import NAMES, feed_addresses
from archive.models import Article, HubAnnouncement
from archive.tasks import announcing
from archive.tasks.announcing import HUB_ATTEMPTS, announce_news, request_announcement
from archive.tasks.tidying import tidy
from tests.archive.hub import Hub, Subscriber
from tests.factories import ArticleFactory, AuthorFactory, MentionFactory, SectionFactory, StoryFactory
from tests.queue import job, waiting_jobs

SITE = "https://archive.example"
SLUG = quote("سياسة")


@pytest.fixture
def hub(settings):
    with Hub().running() as hub:
        settings.WEBSUB_HUB_URL, settings.SITE_URL = hub.url, SITE
        yield hub


@pytest.fixture
def told(settings, monkeypatch) -> list[list[str]]:
    """What a hub that takes everything was told."""
    settings.WEBSUB_HUB_URL, settings.SITE_URL = "https://hub.example/", SITE
    found = []
    monkeypatch.setattr(websub, "publish", found.append)
    return found


def things(urls: list[str]) -> list[str]:
    """What the feeds at URLS are of, each named once."""
    return list(dict.fromkeys(url.removeprefix(f"{SITE}/feeds/").rpartition(".")[0] for url in urls))


def news(**fields) -> Article:
    return ArticleFactory(**{"published_at": timezone.now() - timedelta(minutes=5)} | fields)


@pytest.mark.django_db(transaction=True)
def test_a_follower_has_news_sent(live_server, hub, settings):
    settings.SITE_URL = live_server.url
    section = SectionFactory(slug="سياسة")
    with Subscriber().following(f"{live_server.url}/feeds/section/{SLUG}.atom") as follower:
        news(title="وصول السفينة", section=section)
        announce_news()
        ((media_type, feed),) = follower.received
    assert media_type == "application/atom+xml; charset=utf-8"
    assert "وصول السفينة" in feed


@pytest.mark.django_db
def test_it_is_told_of_every_feed_that_an_article_stands_in(told):
    section, author = SectionFactory(slug="سياسة"), AuthorFactory()
    article = news(section=section)
    article.authors.add(author)
    entity = MentionFactory(article=article).entity
    MentionFactory(article=article, confirmed=False)
    story = StoryFactory(articles=[article, ArticleFactory()])
    StoryFactory(articles=[ArticleFactory(), ArticleFactory()])
    announce_news()
    feeds = ["latest", f"section/{SLUG}", f"author/{author.pk}", f"story/{story.pk}", f"entity/{entity.pk}"]
    assert told == [[f"{SITE}/feeds/{feed}.{form}" for feed in feeds for form in ("rss", "atom", "json")]]


@pytest.mark.django_db
def test_every_feed_that_it_is_told_of_is_there_and_names_it(told, client):
    section = SectionFactory(slug="سياسة")
    article = news(section=section)
    article.authors.add(AuthorFactory())
    MentionFactory(article=article)
    StoryFactory(articles=[article, ArticleFactory()])
    announce_news()
    for url in told[0]:
        response = client.get(url.removeprefix(SITE))
        assert response.status_code == 200
        assert 'rel="hub"' in response["Link"]


@pytest.mark.django_db
def test_every_feed_that_names_it_is_one_that_it_is_told_of(told, client):
    """By what feeds there are: a new one that names the hub has to be told of too."""
    article = news(section=SectionFactory(slug="سياسة"))
    article.authors.add(AuthorFactory())
    numbers = {
        "section": article.section.slug,
        "author": article.authors.get().pk,
        "story": StoryFactory(articles=[article, ArticleFactory()]).pk,
        "entity": MentionFactory(article=article).entity.pk,
    }
    naming_it = {
        address.path
        for kind in NAMES
        for address in feed_addresses(kind, *filter(None, [numbers.get(kind)]))
        if "Link" in client.get(address.path)
    }
    announce_news()
    assert {url.removeprefix(SITE) for url in told[0]} == naming_it


@pytest.mark.django_db
def test_it_is_told_of_each_feed_once_however_many_articles_are_in_it(told):
    section = SectionFactory(slug="سياسة")
    news(section=section)
    news(section=section)
    announce_news()
    assert things(told[0]) == ["latest", f"section/{SLUG}"]
    assert len(told[0]) == len(set(told[0]))


@pytest.mark.django_db
def test_it_is_told_again_of_an_article_that_was_edited_and_of_no_other(told):
    politics, economy = SectionFactory(slug="politics"), SectionFactory(slug="economy")
    article, _other = news(section=politics), news(section=None)
    announce_news()
    announce_news()
    assert len(told) == 1
    article.section = economy
    article.save()
    announce_news()
    assert things(told[1]) == ["latest", "section/economy", "section/politics"]
    announce_news()
    assert len(told) == 2


@pytest.mark.django_db
def test_it_is_told_of_the_feeds_that_an_article_comes_into_later(told):
    """Names and stories are found by the worker, after the article is out."""
    article = news(section=None)
    announce_news()
    entity = MentionFactory(article=article).entity
    story = StoryFactory(articles=[article, ArticleFactory()])
    announce_news()
    assert things(told[1]) == [f"story/{story.pk}", f"entity/{entity.pk}"]
    article.mentions.all().delete()
    announce_news()
    assert things(told[2]) == [f"entity/{entity.pk}"]


@pytest.mark.django_db
def test_it_is_told_where_an_article_is_no_more(told):
    article = news(section=SectionFactory(slug="politics"))
    announce_news()
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    announce_news()
    announce_news()
    assert list(map(things, told)) == [["latest", "section/politics"]] * 2
    assert not HubAnnouncement.objects.exists()


@pytest.mark.django_db
def test_it_is_not_told_where_an_article_only_grows_old(told):
    news()
    announce_news()
    later = timezone.now() + timedelta(days=websub.NEWS_DAYS)
    assert websub.announce(at=later) == 0


@pytest.mark.django_db
def test_so_many_articles_at_a_time_and_the_others_the_next(told, monkeypatch):
    monkeypatch.setattr(websub, "MAX_ARTICLES", 2)
    sections = [SectionFactory(slug=f"section-{number}") for number in range(3)]
    for section in sections:
        news(section=section)
    announce_news()
    announce_news()
    assert list(map(things, told)) == [
        ["latest", "section/section-0", "section/section-1"],
        ["latest", "section/section-2"],
    ]


@pytest.mark.django_db
def test_it_is_not_told_of_what_readers_do_not_see_or_what_is_no_news(told):
    news(draft=True)
    news(status=Article.Status.WITHDRAWN)
    news(status=Article.Status.SCHEDULED, published_at=timezone.now() + timedelta(hours=1))
    ArticleFactory(undated=True)
    ArticleFactory(published_at=timezone.now() - timedelta(days=websub.NEWS_DAYS, minutes=1))
    announce_news()
    assert told == []


@pytest.mark.django_db
def test_what_was_scheduled_is_told_of_when_its_time_has_come(told):
    now = timezone.now()
    article = news(status=Article.Status.SCHEDULED, published_at=now + timedelta(hours=1))
    assert websub.announce(at=now) == 0
    assert websub.announce(at=now + timedelta(hours=2)) == 1
    assert HubAnnouncement.objects.get().article == article


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 404, 301])
def test_a_hub_that_does_not_take_it_is_told_again_later(hub, status):
    news()
    hub.status = status
    with pytest.raises(HubError) as refusal:
        announce_news()
    decisions = [
        announce_news.retry_strategy.get_retry_decision(exception=refusal.value, job=job(attempts=attempts).job)
        for attempts in range(HUB_ATTEMPTS + 1)
    ]
    assert [decision is not None for decision in decisions] == [True] * HUB_ATTEMPTS + [False]
    assert not HubAnnouncement.objects.exists()
    hub.status = 204
    announce_news()
    assert hub.told[0] == hub.told[1]
    assert HubAnnouncement.objects.count() == 1


@pytest.mark.django_db
def test_a_hub_that_is_not_there_is_told_again_later(settings):
    settings.WEBSUB_HUB_URL, settings.SITE_URL = "http://127.0.0.1:9/", SITE
    news()
    with pytest.raises(HubError):
        announce_news()


@pytest.mark.django_db
def test_without_a_hub_nobody_is_told_and_none_is_named(client, settings):
    settings.SUBSCRIPTIONS = False
    news()
    request_announcement()
    announce_news()
    assert waiting_jobs() == []
    assert not HubAnnouncement.objects.exists()
    assert "Link" not in client.get("/feeds/latest.rss")


@pytest.mark.django_db
def test_it_is_asked_for_once(told):
    request_announcement()
    request_announcement()
    assert waiting_jobs() == [("announce", {}), ("tell_subscribers", {})]


@pytest.mark.django_db
def test_what_is_no_news_any_more_is_forgotten(told):
    now = timezone.now()
    old, new = news(), news()
    announce_news()
    Article.objects.filter(pk=old.pk).update(published_at=now - timedelta(days=websub.NEWS_DAYS + 1))
    tidy(0)
    assert [announcement.article for announcement in HubAnnouncement.objects.all()] == [new]


@pytest.mark.django_db
def test_it_is_told_after_the_caches_in_front(told, monkeypatch):
    news()
    monkeypatch.setattr(announcing, "purge_waiting", lambda: told.append("caches"))
    announce_news()
    assert told[0] == "caches"
    assert len(told) == 2


@pytest.mark.django_db
def test_it_waits_where_a_cache_in_front_was_not_told(told, settings):
    settings.CACHE_PURGE_URLS = ["http://127.0.0.1:1/"]
    news()
    with pytest.raises(PurgeError) as refusal:
        announce_news()
    assert told == []
    assert announce_news.retry_strategy.get_retry_decision(exception=refusal.value, job=job().job) is not None
