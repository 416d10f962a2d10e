"""The front page begins with what editors put there, in their order."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.urls import reverse

from archive.newsroom.front import OrderChangedError, keep_order, pinned_ids
from tests.archive.locks import somebody_waits
from tests.factories import ArticleFactory


def leading(client, address: str = "/") -> list[int]:
    context = client.get(address).context
    return [context["lead"].pk, *(article.pk for article in context["secondary"])]


@pytest.fixture
def articles(db):
    """Two ordinary ones, and one that is marked as the most important."""
    return [ArticleFactory(), ArticleFactory(), ArticleFactory(importance=2)]


def test_what_is_pinned_leads_in_its_order_before_what_is_marked(client, articles):
    first, second, marked = articles
    keep_order([second.pk, first.pk], known=[])

    assert leading(client) == [second.pk, first.pk, marked.pk]


def test_what_readers_may_not_see_is_passed_over(client, articles):
    draft = ArticleFactory(draft=True)
    keep_order([draft.pk, articles[0].pk], known=[])

    assert leading(client) == [articles[0].pk, articles[2].pk]
    draft.status = "published"
    draft.save()
    assert leading(client)[0] == draft.pk


def test_an_order_is_not_kept_over_another_that_nobody_saw(articles):
    ids = [article.pk for article in articles]
    keep_order(ids[:2], known=[])
    with pytest.raises(OrderChangedError):
        keep_order(ids, known=[])
    keep_order([ids[2], ids[0]], known=ids[:2])

    assert pinned_ids() == [ids[2], ids[0]]


@pytest.mark.django_db(transaction=True)
def test_of_two_first_orders_at_once_the_second_is_told_of_the_first():
    first, second = (ArticleFactory().pk for _ in range(2))
    kept, looked = threading.Event(), threading.Event()

    def save_first() -> None:
        with transaction.atomic():
            keep_order([first], known=[])
            kept.set()
            looked.wait(30)
        connection.close()

    def save_second() -> None:
        try:
            keep_order([second], known=[])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        saving = pool.submit(save_first)
        assert kept.wait(30)
        late = pool.submit(save_second)
        while not (somebody_waits() or late.done()):
            time.sleep(0.01)
        looked.set()
        saving.result()
        with pytest.raises(OrderChangedError):
            late.result()

    assert pinned_ids() == [first]


def test_a_preview_shows_an_order_that_readers_do_not_see(client, admin_client, articles):
    address = f"{reverse('archive:front-preview')}?order={articles[1].pk},{articles[0].pk}"

    assert leading(admin_client, address)[:2] == [articles[1].pk, articles[0].pk]
    assert leading(client)[0] == articles[2].pk
    assert client.get(address).status_code == 302


def test_a_preview_leaves_out_what_is_no_number(admin_client, articles):
    address = f"{reverse('archive:front-preview')}?order=x,{'9' * 4500},{articles[1].pk}"

    assert leading(admin_client, address)[0] == articles[1].pk
