from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from archive.models import OpenArticle
from archive.newsroom.presence import GONE_AFTER, Other, arrive, forget_old, leave, others


@pytest.fixture
def two(db):
    return User.objects.create_user("hala", first_name="هالة"), User.objects.create_user("samir")


def test_two_know_of_each_other_and_nobody_of_themselves(two, article, now):
    hala, samir = two
    arrive(article.pk, hala, at=now)
    later = now + timedelta(minutes=1)
    arrive(article.pk, samir, at=later)
    arrive(article.pk, hala, at=later)

    assert others(article.pk, samir, at=later) == [Other("هالة", now)]
    assert others(article.pk, hala, at=later) == [Other("samir", later)]


def test_whoever_left_or_was_not_heard_of_is_gone(two, article, now):
    hala, samir = two
    arrive(article.pk, hala, at=now)
    assert others(article.pk, samir, at=now + GONE_AFTER) == []
    arrive(article.pk, hala, at=now + 2 * GONE_AFTER)
    assert others(article.pk, samir, at=now + 2 * GONE_AFTER) == [Other("هالة", now + 2 * GONE_AFTER)]
    leave(article.pk, hala)
    assert others(article.pk, samir, at=now + 2 * GONE_AFTER) == []


def test_old_rows_are_forgotten(two, article, now):
    arrive(article.pk, two[0], at=now)
    forget_old(now + GONE_AFTER)
    assert OpenArticle.objects.exists()
    forget_old(now + GONE_AFTER + timedelta(seconds=1))
    assert not OpenArticle.objects.exists()
