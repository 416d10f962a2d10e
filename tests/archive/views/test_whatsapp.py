import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from archive.models import Consent, Delivery, Subscriber, Subscription, WhatsAppEvent
from archive.subscriptions import tokens
from archive.subscriptions.channels.whatsapp_inbox import signature
from archive.views import subscribing
from tests.archive.subscriptions.channels.conftest import account  # noqa: F401
from tests.archive.subscriptions.cloud_api import SECRET, VERIFY, event
from tests.factories import ArticleFactory, SectionFactory, SocialAccountFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
PAGE, SENT, WEBHOOK = (reverse(f"archive:whatsapp{name}") for name in ("", "-sent", "-webhook"))
NUMBER = {"country": "LB", "phone": "٠٣ ١٢٣ ٤٥٦"}


@pytest.fixture
def set_up(account):  # noqa: F811
    """With an account to send by."""


@pytest.mark.usefixtures("set_up")
def test_a_number_is_asked_to_confirm(client):
    section = SectionFactory(slug="اقتصاد")
    response = client.post(PAGE, {**NUMBER, "section": section.slug, "when": "daily"})
    assert (response.status_code, response["Location"]) == (302, SENT)
    assert "Set-Cookie" not in response.headers
    subscription = Subscription.objects.select_related("subscriber").get()
    assert (subscription.section, subscription.when, subscription.state) == (section, "daily", "pending")
    assert (subscription.subscriber.channel, subscription.subscriber.address) == ("whatsapp", "+9613123456")
    assert Delivery.objects.get().kind == "confirmation"
    assert "واتساب" in Consent.objects.get().text
    assert ProcrastinateJob.objects.filter(task_name="deliver").exists()


@pytest.mark.usefixtures("set_up")
def test_numbers_of_other_countries_begin_with_a_plus(client):
    client.post(PAGE, {"country": "LB", "phone": "+20 100 123 4567"})
    assert Subscriber.objects.get().address == "+201001234567"


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize("phone", ["", "12", "كلام", "1" * 41])
def test_what_is_no_number_is_said_at_its_box(client, phone):
    response = client.post(PAGE, {"country": "LB", "phone": phone})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Subscriber.objects.exists()


@pytest.mark.usefixtures("set_up")
def test_the_country_of_the_site_is_the_first(client, settings):
    settings.PHONE_COUNTRY = "EG"
    html = client.get(PAGE).content.decode()
    assert html.index('value="EG" selected') < html.index('value="LB"')
    assert "wa.me/9611555000" in html


@pytest.mark.usefixtures("set_up")
def test_whoever_is_subscribed_is_answered_as_all_are(client):
    known = SubscriptionFactory(subscriber__channel="whatsapp", subscriber__address="+9613123456")
    Subscriber.objects.filter(pk=known.subscriber_id).update(address_key="9613123456")
    answers = [client.post(PAGE, {"country": "LB", "phone": phone}) for phone in ("03123456", "03123457")]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, SENT)] * 2


@pytest.mark.usefixtures("set_up")
def test_robots_are_answered_and_nothing_is_done(client):
    response = client.post(PAGE, {**NUMBER, "website": "https://example.org"})
    assert response["Location"] == SENT
    assert not Subscriber.objects.exists()


@pytest.mark.usefixtures("set_up")
def test_a_number_is_not_flooded(client):
    for _ in range(8):
        client.post(PAGE, NUMBER)
    assert Delivery.objects.count() == 4


@pytest.mark.usefixtures("set_up")
def test_nor_do_many_ask_from_one_network(client, monkeypatch):
    monkeypatch.setattr(subscribing, "MAX_REQUESTS_AN_HOUR", 2)
    statuses = [client.post(PAGE, NUMBER).status_code for _ in range(3)]
    assert statuses == [302, 302, 429]


@pytest.mark.usefixtures("set_up")
def test_another_site_cannot_send_the_form(client):
    assert client.post(PAGE, NUMBER, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_without_an_account_the_channel_and_feeds_are_offered(client):
    SocialAccountFactory(network="whatsapp", url="https://whatsapp.com/channel/abc", label="قناتنا")
    html = client.get(PAGE).content.decode()
    assert 'href="https://whatsapp.com/channel/abc"' in html
    assert "/feeds/latest.rss" in html
    assert 'name="phone"' not in html
    assert "docs/whatsapp.md" not in html
    assert client.post(PAGE, NUMBER).status_code == 200
    assert not Subscriber.objects.exists()


def test_an_article_leads_there_where_there_is_a_number_or_a_channel(client):
    article = ArticleFactory(section=SectionFactory(slug="culture")).get_absolute_url()
    link = f'href="{PAGE}?section=culture" rel="nofollow"'
    assert link not in client.get(article).content.decode()
    SocialAccountFactory(network="whatsapp", url="https://whatsapp.com/channel/abc")
    assert link in client.get(article).content.decode()


@pytest.mark.usefixtures("set_up")
def test_pages_of_other_ways_lead_there_with_what_was_chosen(client):
    section = SectionFactory()
    html = client.get(reverse("archive:newsletter"), {"section": section.pk}).content.decode()
    assert f'href="{PAGE}?section={section.pk}"' in html
    refused = client.post(reverse("archive:newsletter"), {"section": section.pk, "email": "no"}).content.decode()
    assert f'href="{PAGE}?section={section.pk}"' in refused


def test_and_editors_are_told(admin_client):
    assert "docs/whatsapp.md" in admin_client.get(PAGE).content.decode()


def test_the_page_of_readers_is_kept_for_all(client):
    assert client.get(PAGE)["Cache-Control"].startswith("public")


def test_switched_off_there_is_nothing(client, settings):
    settings.SUBSCRIPTIONS = False
    assert [client.get(path).status_code for path in (PAGE, SENT)] == [404] * 2


@pytest.mark.usefixtures("set_up")
def test_and_yet_whatsapp_is_heard_for_whoever_leaves(client, settings):
    settings.SUBSCRIPTIONS = False
    body = event()
    sent = {"content_type": "application/json", "headers": {"X-Hub-Signature-256": signature(body, SECRET)}}
    assert client.post(WEBHOOK, body, **sent).status_code == 200
    assert WhatsAppEvent.objects.exists()


def test_a_subscriber_sees_and_leaves_everything_by_the_link(client):
    subscription = SubscriptionFactory(subscriber__channel="whatsapp", subscriber__address="+9613123456")
    address = reverse("archive:newsletter-manage", args=[tokens.manage_token(subscription.subscriber)])
    html = client.get(address).content.decode()
    assert "+9613123456" in html
    assert 'name="email"' not in html.partition("<footer")[0]
    assert client.post(address, {"action": "address", "email": "a@example.org"}).status_code == 422
    client.post(address, {"action": "leave"})
    assert Subscription.objects.get().state == "left"


# --- The webhook ---


def shake(client, **asked):
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444", **asked}
    return client.get(WEBHOOK, asked)


@pytest.mark.usefixtures("set_up")
def test_hands_are_shaken_with_who_knows_the_word(client):
    response = shake(client)
    assert (response.status_code, response.content) == (200, b"1158201444")
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize(
    "asked", [{"hub.verify_token": "other"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}]
)
def test_and_with_nobody_else(client, asked):
    assert shake(client, **asked).status_code == 403


def post(client, body: bytes, shown: str):
    headers = {"X-Hub-Signature-256": shown}
    return client.post(WEBHOOK, body, content_type="application/json", headers=headers)


@pytest.mark.usefixtures("set_up")
def test_what_is_signed_is_kept_for_the_worker(client):
    body = event(messages=[])
    for _ in range(2):
        assert post(client, body, signature(body, SECRET)).status_code == 200
    assert bytes(WhatsAppEvent.objects.get().body) == body
    assert ProcrastinateJob.objects.filter(task_name="whatsapp_events").count() == 1


@pytest.mark.usefixtures("set_up")
@pytest.mark.parametrize(
    "shown", ["", "sha256=", "sha1=abc", signature(b"{}", "other"), signature(b"{ }", SECRET), "ص"]
)
def test_what_is_not_is_not(client, shown):
    assert post(client, b"{}", shown).status_code == 403
    assert not WhatsAppEvent.objects.exists()


@pytest.mark.usefixtures("set_up")
def test_what_is_too_large_is_not_read(client, settings):
    assert post(client, b"x" * 3_500_001, "").status_code == 413


def test_without_its_secrets_there_is_no_webhook(client):
    assert shake(client).status_code == 404
    assert post(client, b"{}", signature(b"{}", "")).status_code == 404
