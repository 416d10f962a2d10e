from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from archive.models import FruitlessSearch
from archive.newsroom import fruitless
from archive.newsroom.fruitless import KEPT_DAYS, Fruitless, forget_old, most_missed, note
from tests.factories import ArticleFactory

SEARCH = reverse("archive:search")
TODAY = timezone.localdate()


def kept() -> list[tuple[str, int]]:
    return list(FruitlessSearch.objects.order_by("pk").values_list("words", "count"))


@pytest.mark.django_db
def test_words_are_counted_in_any_spelling_and_day_by_day():
    for text in ("أستانة", "آستانه", "استانة"):
        note(text, TODAY)
    note("آستانة", TODAY - timedelta(days=40))
    note("  … ", TODAY)
    note("كلمة " * 40, TODAY)

    assert kept() == [("استانه", 3), ("استانه", 1)]
    assert most_missed(TODAY, days=30, limit=5) == [Fruitless("استانه", 3)]


@pytest.mark.django_db
def test_nobody_fills_the_table(monkeypatch):
    monkeypatch.setattr(fruitless, "MAX_A_DAY", 2)
    for text in ("أول", "ثان", "ثالث", "ثان"):
        note(text, TODAY)

    assert kept() == [("اول", 1), ("ثان", 2)]


@pytest.mark.django_db
def test_old_days_are_forgotten():
    for days in (KEPT_DAYS - 1, KEPT_DAYS):
        note("بعيد", TODAY - timedelta(days=days))
    forget_old(TODAY)

    assert FruitlessSearch.objects.count() == 1


def test_readers_searches_without_results_are_noted_and_others_are_not(client, db):
    ArticleFactory(title="افتتاح الميناء")
    client.get(SEARCH, {"q": "زرافة"})
    client.get(SEARCH, {"q": "الميناء"})
    client.get(SEARCH, {"q": "غزال"}, headers={"user-agent": "ExampleBot/1.0 (crawler)"})

    assert kept() == [("زرافه", 1)]


def test_a_reader_gets_the_page_of_a_replica_also_where_the_primary_cannot_count(client, db, monkeypatch):
    """With a real standby: tests/archive/replicas/test_standby.py."""

    asked = []

    def away(text, _day):
        asked.append(text)
        raise OperationalError

    away.part = note.part
    monkeypatch.setattr(fruitless, "reads_from_replica", lambda: True)
    monkeypatch.setattr(fruitless, "note", away)

    assert (client.get(SEARCH, {"q": "زرافة"}).status_code, asked) == (200, ["زرافة"])
