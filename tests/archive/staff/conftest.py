"""Staff who log in by the page, as people do."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

PASSWORD = "أربع كلمات لا تُنسى"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(client: Client, user: User, password: str = PASSWORD, **extra):
    """Send the form of the login page; return the answer."""
    form = {"username": user.username, "password": password, "next": reverse("admin:index")}
    return client.post(reverse("admin:login"), form, **extra)


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


@pytest.fixture
def keeper(db) -> User:
    return User.objects.create_superuser("keeper", password=PASSWORD)


@pytest.fixture
def logged_in(keeper):
    """A function: a new browser in which the keeper is logged in."""

    def one(user: User = keeper, **extra) -> Client:
        client = Client(**extra)
        assert log_in(client, user).status_code == 302
        return client

    return one
