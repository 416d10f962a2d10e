"""The real worker beside the live site: it tells subscribers what came out, by the channels that it is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from archive.models import Announcement, Article, Delivery
from tests.archive.subscriptions.killing import WORKER, emptied_queue, settings_of_tests
from tests.browser.test_admin import save
from tests.factories import ArticleFactory
from tests.newsapp.conftest import scratch_folder
from tests.newsapp.server_process import Worker, wait_until


@contextmanager
def worker_beside(live_server, **environment: str) -> Iterator[None]:
    """Let a worker do what LIVE_SERVER asks of the queue, in ENVIRONMENT besides that of the tests."""
    variables = WORKER | settings_of_tests() | {"SITE_URL": live_server.url} | environment
    with emptied_queue(), scratch_folder() as folder, Worker(folder, **variables) as worker:
        worker.wait_until_ready()
        yield
        assert worker.stop() == 0, worker.errors


def next_of(messages: list, act: Callable[[], object]) -> object:
    """Do ACT, and return the message of MESSAGES that comes of it."""
    count = len(messages)
    act()
    wait_until(lambda: len(messages) > count)
    return messages[count]


def publish(page: Page, title: str) -> Article:
    """Let the editor at PAGE publish important news with this TITLE."""
    article = ArticleFactory(title=title, draft=True, importance=1, published_at=timezone.now())
    page.goto(reverse("admin:archive_article_change", args=[article.pk]))
    page.get_by_label("الحالة:", exact=True).select_option(Article.Status.PUBLISHED)
    save(page)
    return article


def nobody_is_told_of(article: Article) -> bool:
    """Wait until the worker has announced ARTICLE, and return whether that was to nobody."""
    wait_until(lambda: Announcement.objects.filter(article=article).exists())
    return not Delivery.objects.filter(article=article).exists()
