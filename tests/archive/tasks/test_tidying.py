"""What goes when it is old, each by itself."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from archive import readership, websub
from archive.ingest.uploads import KEPT_DAYS, remove_old
from archive.models import (
    ArticleRead,
    FruitlessSearch,
    HubAnnouncement,
    NameChange,
    OpenArticle,
    RateCount,
    SavedSearch,
    Story,
    Subscriber,
    WhatsAppEvent,
)
from archive.newsroom import fruitless, presence
from archive.subscriptions import enrolment
from archive.subscriptions.channels import whatsapp_inbox
from archive.tasks import tidying
from archive.tasks.imports import request_stop
from archive.tasks.tidying import tidy
from tests.archive.tasks.conftest import run_of
from tests.factories import ArticleFactory, EntityFactory, StoryFactory, SubscriberFactory
from tests.queue import waiting_jobs

FORGOTTEN = (
    ArticleRead,
    FruitlessSearch,
    HubAnnouncement,
    OpenArticle,
    RateCount,
    SavedSearch,
    Story,
    Subscriber,
    WhatsAppEvent,
)


@pytest.fixture
def old(db, uploaded, monkeypatch):
    """A row of each kind that is to go, and a folder; of the changes of names several, where one is left."""
    now = timezone.now()
    article = ArticleFactory(published_at=now - timedelta(days=websub.NEWS_DAYS + 1))
    ArticleRead.objects.create(
        article=article, day=timezone.localdate() - timedelta(days=readership.KEPT_DAYS), count=1
    )
    FruitlessSearch.objects.create(words="ا", day=timezone.localdate() - timedelta(days=fruitless.KEPT_DAYS))
    HubAnnouncement.objects.create(article=article)
    user = get_user_model().objects.create_user("editor")
    seen_at = now - presence.GONE_AFTER - timedelta(minutes=1)
    OpenArticle.objects.create(article=article, user=user, opened_at=seen_at, seen_at=seen_at)
    RateCount.objects.create(key="a", period=1, expires_at=now - timedelta(days=1))
    SavedSearch.objects.create(query="q=ا", digest="a", text="ا", compiled_at=now - timedelta(days=1))
    StoryFactory(title="", articles=[])
    SubscriberFactory(state="pending", created_at=now - timedelta(days=enrolment.UNCONFIRMED_DAYS + 1))
    received_at = now - whatsapp_inbox.KEPT - timedelta(days=1)
    WhatsAppEvent.objects.create(body=b"[]", digest="a", received_at=received_at, handled_at=received_at)
    monkeypatch.setattr("archive.models.entity.MAX_NAME_CHANGES", 2)
    EntityFactory.create_batch(3)
    long_ago = (now - timedelta(days=KEPT_DAYS + 1)).timestamp()
    os.utime(uploaded, (long_ago, long_ago))


def left() -> tuple[list[str], bool, list[Path], list[str]]:
    """What is left of each kind, and which jobs wait."""
    rows = [model.__name__ for model in FORGOTTEN if model.objects.exists()]
    return (
        rows,
        NameChange.objects.count() > 1,
        list(settings.UPLOADS_DIR.iterdir()),
        [name for name, _ in waiting_jobs()],
    )


def test_all_that_is_old_goes(old, uploaded):
    before = left()
    tidy(0)

    assert before == ([model.__name__ for model in FORGOTTEN], True, [uploaded], [])
    assert left() == ([], False, [], ["recompile"])


@pytest.mark.parametrize("place", [0, len(tidying.STEPS)])
def test_a_step_that_fails_keeps_no_other_from_being_done(place, old, monkeypatch):
    def fail():
        raise FileNotFoundError

    monkeypatch.setattr(tidying, "STEPS", (*tidying.STEPS[:place], fail, *tidying.STEPS[place:]))
    with pytest.raises(ExceptionGroup) as raised:
        tidy(0)

    assert [type(error) for error in raised.value.exceptions] == [FileNotFoundError]
    assert left() == ([], False, [], ["recompile"])


@pytest.mark.django_db
def test_what_was_sent_long_ago_goes_unless_it_is_needed(uploaded):
    waiting = run_of(uploaded)
    for name in ("old", "new"):
        (uploaded.parent / name).mkdir()
    long_ago = (timezone.now() - timedelta(days=KEPT_DAYS + 1)).timestamp()
    for name in ("old", "one"):
        os.utime(uploaded.parent / name, (long_ago, long_ago))
    tidy(0)
    kept = {path.name for path in uploaded.parent.iterdir()}
    request_stop(waiting)
    tidy(0)

    assert (kept, {path.name for path in uploaded.parent.iterdir()}) == ({"one", "new"}, {"new"})


@pytest.mark.django_db
def test_a_folder_that_an_import_has_just_removed_is_no_trouble(uploaded, monkeypatch):
    gone = uploaded.parent / "gone"
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: iter([gone, uploaded]))
    long_ago = (timezone.now() - timedelta(days=KEPT_DAYS + 1)).timestamp()
    os.utime(uploaded, (long_ago, long_ago))
    remove_old()

    assert not uploaded.exists()
