"""What a browser keeps of pages: it asks each time, and never shows an old one."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from archive.models import Article
from tests.factories import ArticleFactory


@pytest.fixture
def reader(live_server, transactional_db, settings, page):
    settings.PAGE_CACHE_MEGABYTES = 8
    return page


def test_an_edit_is_seen_when_the_page_is_opened_again(reader):
    article = ArticleFactory(title="وصول السفينة")
    address = article.get_absolute_url()
    statuses = []
    reader.on("response", lambda response: statuses.append(response.status) if "/article/" in response.url else None)
    for _time in range(2):
        reader.goto(address)
        reader.goto(reverse("archive:about"))
    Article.objects.filter(pk=article.pk).update(summary="وصلت السفينة متأخرة")
    reader.goto(address)
    expect(reader.locator(".article-summary")).to_have_text("وصلت السفينة متأخرة")
    assert statuses[0] == statuses[-1] == 200
