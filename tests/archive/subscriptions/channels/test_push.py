from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from archive.exceptions import ChannelDownError, DeliveryDelayedError, DeliveryRefusedError
from archive.models import Channel, Correction, Delivery, DeliveryChannel, Subscription
from archive.search.filters import SearchFilters
from archive.subscriptions.channels.connections import Connections
from archive.subscriptions.channels.push import is_known_service, opened, public_key
from archive.subscriptions.channels.push import send as send_by
from archive.subscriptions.channels.push_crypto import new_signing_key
from archive.subscriptions.messages import compose
from archive.subscriptions.outbox import deliver_due
from archive.subscriptions.saved_searches import save_search
from tests.archive.subscriptions.push_service import encoded
from tests.factories import ArticleFactory, DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def send(message) -> str:
    with Connections(timeout_seconds=10) as connections:
        return send_by(message, connections)


def composed(service, browser, *, article=None, **values):
    endpoint = service.endpoint(browser)
    data = {"p256dh": encoded(browser.public), "auth": encoded(browser.auth), "key": public_key()}
    subscriber = SubscriberFactory(channel=Channel.PUSH, address=endpoint, channel_data=data)
    subscription = SubscriptionFactory(subscriber=subscriber, when="at_once")
    values = {"article": article or ArticleFactory(), "reasons": [subscription.pk], **values}
    return compose(DeliveryFactory(subscriber=subscriber, **values), at=timezone.now())


def test_a_notice_arrives_and_only_the_browser_reads_it(service):
    browser = service.browser()
    article = ArticleFactory(title="وصول السفينة", summary="وصلت صباحًا.", importance=2)
    place = send(composed(service, browser, article=article))
    (notice,) = browser.notices
    assert (notice["title"], notice["body"]) == ("وصول السفينة", "وصلت صباحًا.")
    assert (notice["lang"], notice["dir"], notice["tag"]) == ("ar", "rtl", f"article-{article.pk}")
    assert notice["url"].endswith(article.get_absolute_url())
    headers = browser.headers[0]
    assert (headers["TTL"], headers["Urgency"], headers["Topic"]) == ("86400", "high", f"article-{article.pk}")
    assert place.startswith(service.origin + "/message/")


def test_an_alert_shows_the_sentence_that_matched(service):
    browser = service.browser()
    message = composed(service, browser, article=ArticleFactory(summary="موجز"))
    search = save_search("السفينة", SearchFilters(), "q=السفينة")
    Subscription.objects.update(what="search", search=search)
    send(compose(message.delivery, at=timezone.now()))
    assert browser.notices[0]["body"] == "«رست السفينة في الميناء القديم عند السادسة.»"


def test_ordinary_news_is_in_no_hurry(service):
    browser = service.browser()
    send(composed(service, browser, article=ArticleFactory(importance=0)))
    assert browser.headers[0]["Urgency"] == "normal"


def test_a_correction_takes_the_place_of_its_article(service):
    browser, article = service.browser(), ArticleFactory(title="السفينة")
    correction = Correction.objects.create(article=article, text="الصواب: ثلاث سفن.")
    send(composed(service, browser, article=article, kind="correction", version=correction.pk))
    assert browser.notices[0]["title"] == "تصويب: السفينة"
    assert browser.notices[0]["body"] == "الصواب: ثلاث سفن."
    assert browser.headers[0]["Topic"] == f"article-{article.pk}"


def test_the_longest_titles_fit(service):
    browser = service.browser()
    send(composed(service, browser, article=ArticleFactory(title="🚢 " * 150, summary="🚢 " * 500)))
    assert len(browser.notices[0]["body"]) <= 301


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_written_to_no_more(service, status):
    browser = service.browser()
    message = composed(service, browser)
    service.status = status
    deliver_due(Channel.PUSH, opened, max_seconds=10)
    message.delivery.refresh_from_db()
    assert (message.delivery.state, message.delivery.subscriber.state) == ("suppressed", "suppressed")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_in_trouble_is_asked_again(service, status):
    service.status = status
    with pytest.raises(DeliveryDelayedError):
        send(composed(service, service.browser()))


@pytest.mark.parametrize("status", [401, 403])
def test_who_is_not_let_in_pauses_the_channel_and_ends_no_browser(service, status):
    message = composed(service, service.browser())
    service.status = status
    deliver_due(Channel.PUSH, opened, max_seconds=10)
    message.delivery.refresh_from_db()
    assert (message.delivery.state, message.delivery.attempts) == ("due", 0)
    assert message.delivery.subscriber.state == "active"
    channel = DeliveryChannel.objects.get()
    assert (channel.paused, channel.problem[:3]) == (True, str(status))


def test_a_browser_of_another_sites_key_does_not_silence_the_others(service):
    others = composed(service, service.browser()).delivery
    Delivery.objects.filter(pk=others.pk).update(state="sent", sent_at=timezone.now() - timedelta(days=1))
    made_up = composed(service, service.browser())
    service.status = 403
    with pytest.raises(DeliveryDelayedError):
        send(made_up)
    # Of one that was reached before, it is our fault; unless the service let us in a moment ago.
    known = compose(DeliveryFactory(subscriber=others.subscriber, **again(others)), at=timezone.now())
    with pytest.raises(ChannelDownError):
        send(known)
    Delivery.objects.filter(pk=others.pk).update(sent_at=timezone.now())
    with pytest.raises(DeliveryDelayedError):
        send(known)


def again(delivery) -> dict:
    return {"article": ArticleFactory(), "reasons": delivery.reasons}


def test_another_refusal_is_of_the_message_alone(service):
    service.status = 400
    with pytest.raises(DeliveryRefusedError):
        send(composed(service, service.browser()))


def test_a_browser_of_an_earlier_key_is_not_asked_for(service, settings):
    message = composed(service, service.browser())
    settings.PUSH_KEY = new_signing_key()
    with pytest.raises(DeliveryRefusedError):
        send(message)


def test_a_service_that_is_not_named_is_never_spoken_to(service, settings):
    browser = service.browser()
    message = composed(service, browser)
    settings.PUSH_SERVICES = ["fcm.googleapis.com"]
    with pytest.raises(DeliveryRefusedError):
        send(message)
    assert browser.notices == []


def test_old_news_disturbs_nobody(service):
    with pytest.raises(DeliveryRefusedError):
        send(composed(service, service.browser(), created_at=timezone.now() - timedelta(days=3)))


def test_what_a_notice_cannot_say_is_refused(service):
    message = composed(service, service.browser(), article=None, kind="link", is_service=True)
    with pytest.raises(DeliveryRefusedError):
        send(message)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://fcm.googleapis.com:8443/abc", False),
        ("http://fcm.googleapis.com/abc", False),
        ("https://user@fcm.googleapis.com/abc", False),
        ("https://fcm.googleapis.com.example.org/abc", False),
        ("https://notfcm.googleapis.com/abc", False),
        ("https://push.apple.com.example.org/", False),
        ("https://127.0.0.1/abc", False),
        ("https://[::1/abc", False),
        ("file:///etc/passwd", False),
    ],
)
def test_services_that_are_spoken_to(endpoint, known):
    assert is_known_service(endpoint) is known


def test_a_connection_is_used_again_and_opened_anew_where_it_was_closed(service):
    service.keeps_open = True
    browser = service.browser()
    with opened() as sender:
        sender(composed(service, browser))
        sender(composed(service, service.browser()))
        assert service.connections == 1
        service.keeps_open = False
        sender(composed(service, service.browser()))
        sender(composed(service, service.browser()))
        assert service.connections == 2
    assert len(browser.notices) == 1


def test_a_service_that_is_not_there_is_asked_again(service, settings):
    message = composed(service, service.browser())
    settings.PUSH_SERVICES = ["http://127.0.0.1:1"]
    message = replace(message, address="http://127.0.0.1:1/push/abc")
    with pytest.raises(DeliveryDelayedError):
        send(message)
