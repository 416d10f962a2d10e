import json

import pytest
from django.urls import reverse

from archive.models import Consent, Subscriber, Subscription
from archive.subscriptions import enrolment, tokens
from archive.subscriptions.channels.push import public_key
from archive.subscriptions.channels.push_crypto import new_signing_key
from archive.views import push, subscribing
from tests.archive.subscriptions.push_service import Browser, encoded
from tests.factories import SectionFactory

pytestmark = pytest.mark.django_db
PAGE, SUBSCRIBE, LEAVE = (reverse(f"archive:push{name}") for name in ("", "-subscribe", "-leave"))
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


@pytest.fixture
def key(settings):
    settings.PUSH_KEY = new_signing_key()
    return public_key()


def content(**values) -> dict:
    browser = Browser()
    return {"endpoint": ENDPOINT, "p256dh": encoded(browser.public), "auth": encoded(browser.auth), **values}


def send(client, address=SUBSCRIBE, **values):
    body = json.dumps(content(**values) if address == SUBSCRIBE else values)
    return client.post(address, body, content_type="application/json", headers={"Sec-Fetch-Site": "same-origin"})


def test_a_browser_is_subscribed_at_once(client, key):
    section = SectionFactory(slug="اقتصاد")
    response = send(client, section=section.slug)
    subscription = Subscription.objects.select_related("subscriber").get()
    subscriber = subscription.subscriber
    assert (subscription.section, subscription.when, subscription.state) == (section, "at_once", "active")
    assert (subscriber.channel, subscriber.address, subscriber.state) == ("push", ENDPOINT, "active")
    assert subscriber.channel_data["key"] == key
    assert response.json() == {"manage": reverse("archive:newsletter-manage", args=[tokens.manage_token(subscriber)])}
    assert Consent.objects.get().action == "confirmed"
    assert "Set-Cookie" not in response.headers


def test_the_same_browser_again_is_the_same_subscriber_with_its_new_keys(client, key):
    send(client)
    first = Subscriber.objects.get().channel_data
    send(client)
    assert Subscriber.objects.get().channel_data != first
    assert Subscription.objects.get().when == "important"


@pytest.mark.parametrize(
    "values",
    [
        {"endpoint": "https://example.org/push"},
        {"endpoint": "http://169.254.169.254/latest"},
        {"endpoint": ENDPOINT + "x" * 1000},
        {"p256dh": "abc"},
        {"auth": ""},
        {"section": "nowhere"},
        {"what": "section=nowhere"},
        {"endpoint": None},
    ],
)
def test_what_is_no_browser_is_refused(client, key, values):
    response = send(client, **values)
    assert response.status_code == 422
    assert response.json()["problems"]
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"x"', b"{}" + b" " * 10_000])
def test_what_is_no_object_is_refused(client, key, body):
    assert client.post(SUBSCRIBE, body, content_type="application/json").status_code == 422


def test_a_browser_leaves_by_its_endpoint(client, key):
    send(client)
    assert send(client, LEAVE, endpoint=ENDPOINT).status_code == 204
    assert Subscription.objects.get().state == "left"
    assert send(client, LEAVE, endpoint="https://fcm.googleapis.com/nobody").status_code == 204


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_what_no_database_can_hold_is_refused(client, key, sign):
    assert send(client, endpoint=f"{ENDPOINT}{sign}").status_code == 422
    assert send(client, section=f"أ{sign}").status_code in (200, 422)
    assert send(client, LEAVE, endpoint=sign).status_code == 204


def test_another_site_cannot_subscribe_its_readers_here(client, key):
    for address in (SUBSCRIBE, LEAVE):
        response = client.post(
            address, "{}", content_type="application/json", headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert response.status_code == 403


def test_one_network_does_not_subscribe_without_end(client, key, monkeypatch):
    monkeypatch.setattr(subscribing, "MAX_REQUESTS_AN_HOUR", 1)
    assert [send(client).status_code for _ in range(2)] == [200, 429]


def test_one_network_brings_few_new_browsers_a_day(client, key, monkeypatch):
    monkeypatch.setattr(push, "MAX_NEW_BROWSERS_A_DAY", 1)
    assert send(client).status_code == 200
    # The same one again is none that is new.
    assert [send(client, endpoint=f"{ENDPOINT}{end}").status_code for end in ("", "d")] == [200, 429]
    assert Subscriber.objects.count() == 1


def test_the_page_has_the_key_and_asks_nothing_by_itself(client, key):
    html = client.get(PAGE).content.decode()
    assert f'data-push="{key}"' in html
    assert "js/push.js" in html
    assert client.get(PAGE)["Cache-Control"].startswith("public")


def test_without_a_key_feeds_are_offered_and_editors_told(client, admin_client):
    html = client.get(PAGE).content.decode()
    assert "/feeds/latest.rss" in html
    assert "make_push_key" not in html
    assert "make_push_key" in admin_client.get(PAGE).content.decode()
    assert send(client).status_code == 404


def test_the_service_worker_shows_notices(client):
    assert "js/push-worker.js" in client.get(reverse("archive:service-worker")).content.decode()


def test_switched_off_there_is_nothing(client, settings, key):
    send(client)
    settings.SUBSCRIPTIONS = False
    assert client.get(PAGE).status_code == send(client).status_code == 404
    # But for leaving.
    assert send(client, LEAVE, endpoint=ENDPOINT).status_code == 204
    assert Subscription.objects.get().state == "left"


def test_a_browser_has_so_many_subscriptions_and_no_more(client, key, monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 1)
    manage = send(client).json()["manage"]
    response = send(client, section=SectionFactory().slug)
    assert (response.status_code, response.json()["manage"]) == (422, manage)
    assert "أنهِ واحدًا منها أولًا" in response.json()["problems"][0]
    assert Subscription.objects.count() == 1
