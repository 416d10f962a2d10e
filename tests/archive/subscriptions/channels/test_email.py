import re
from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.core.mail import get_connection
from django.utils import timezone

from archive.exceptions import AddressRefusedError, ChannelDownError, DeliveryDelayedError, DeliveryRefusedError
from archive.models import Correction, SiteSettings
from archive.search.filters import SearchFilters
from archive.subscriptions.channels.email import build, send
from archive.subscriptions.common import Common
from archive.subscriptions.matching import announce
from archive.subscriptions.messages import compose
from archive.subscriptions.saved_searches import save_search
from archive.subscriptions.tokens import read_delivery_mark, read_leave_token
from tests.archive.smtp import mail_server
from tests.factories import ArticleFactory, DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "archive.subscriptions.channels.smtp.EmailBackend"
    with mail_server() as (mailbox, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield mailbox


def composed(*, article=None, subscription=None, **values):
    subscription = subscription or SubscriptionFactory(when="at_once")
    values = {"article": article or ArticleFactory(), "reasons": [subscription.pk], **values}
    delivery = DeliveryFactory(subscriber=subscription.subscriber, **values)
    return compose(delivery, at=timezone.now())


def mail_of(**values):
    return build(composed(**values))


def html_of(mail) -> str:
    return mail.alternatives[0].content


def test_a_message_arrives_whole(server):
    article = ArticleFactory(title="خبر «السفينة»", summary="وصلت <صباحًا>.")
    message = composed(article=article)
    message_id = send(message, get_connection())
    (arrived,) = server.messages
    assert arrived["Subject"] == "خبر «السفينة»"
    assert arrived["Message-ID"] == message_id
    assert arrived["To"] == message.address
    assert arrived["Auto-Submitted"] == "auto-generated"
    text, html = (arrived.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "وصلت <صباحًا>." in text
    assert article.get_absolute_url().split("/")[2] in text
    assert "وصلت &lt;صباحًا&gt;." in html
    assert 'dir="rtl"' in html


def test_its_id_stays_the_same_however_often_it_is_sent(server):
    message = composed()
    assert send(message, get_connection()) == send(message, get_connection())
    assert read_delivery_mark(server.ids()[0].strip("<>").partition("@")[0]) == message.delivery.pk


def test_what_is_rendered_once_for_all_has_each_readers_own_links():
    common, article = Common(), ArticleFactory()
    section = SubscriptionFactory(what="section", section=article.section, when="at_once")
    subscriptions = [SubscriptionFactory(when="at_once"), SubscriptionFactory(when="at_once"), section]
    messages = [
        compose(
            DeliveryFactory(subscriber=one.subscriber, article=article, reasons=[one.pk]),
            at=timezone.now(),
            common=common,
        )
        for one in subscriptions
    ]
    for message, mail in [(message, build(message)) for message in messages]:
        for text in (mail.body, html_of(mail)):
            assert text.count(message.manage_url) == text.count(message.leave_url) == 1
            assert ".invalid" not in text
            assert ("قسم «" in text) == (message is messages[2])
            others = [one for one in messages if one is not message]
            assert not any(one.manage_url in text or one.leave_url in text for one in others)


def test_it_can_be_left_by_one_click():
    message = composed()
    headers = build(message).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = re.fullmatch(r"<http://.*/newsletter/one-click/([^/]+)/>", headers["List-Unsubscribe"])[1]
    assert read_leave_token(token).subscriptions == message.delivery.reasons
    assert headers["List-Id"] == "<newsletter.localhost>"


def test_nothing_is_fetched_and_nobody_followed():
    html = html_of(mail_of())
    assert not re.search(r"<img|<link|<script|@import|url\(|background=", html)
    assert re.findall(r'href="(http[^"]+)"', html)
    assert "utm_" not in html


def test_a_subject_begins_no_other_header():
    mail = mail_of(article=ArticleFactory(title="خبر\r\nBcc: all@example.org\u2028"))
    assert mail.subject == "خبر Bcc: all@example.org"
    assert "Bcc" not in mail.message()


def test_the_name_of_the_site_is_no_way_in_either():
    SiteSettings.objects.create(name='سجل"\r\nBcc: x@example.org')
    sender = mail_of().message()["From"]
    assert parseaddr(str(sender))[1] == "newsletter@localhost"


def test_an_alert_shows_the_sentence_that_matched():
    search = save_search("السفينة", SearchFilters(), "q=السفينة")
    subscription = SubscriptionFactory(what="search", search=search, when="at_once")
    mail = mail_of(subscription=subscription)
    assert "<mark>السفينة</mark>" in html_of(mail)
    assert "«رست السفينة في الميناء القديم عند السادسة.»" in mail.body
    assert "البحث" in mail.body


def test_a_correction_says_what_was_wrong():
    article = ArticleFactory()
    correction = Correction.objects.create(article=article, text="الصواب: ثلاث <سفن>.")
    mail = mail_of(article=article, kind="correction", version=correction.pk)
    assert mail.subject == f"تصويب: {article.title}"
    assert mail.body.startswith("صُوّب خبر أرسلناه إليك.")
    assert "الصواب: ثلاث <سفن>." in mail.body
    assert "ثلاث &lt;سفن&gt;." in html_of(mail)


def test_a_digest_names_its_articles(publish, now):
    articles = [publish(), publish()]
    announce(at=now)
    subscription = SubscriptionFactory(when="daily", active_since=now - timedelta(days=1))
    period = {"period_start": now - timedelta(days=1), "period_end": now, "digest": "daily-2020-06-15"}
    mail = mail_of(subscription=subscription, article=None, kind="digest", **period)
    assert all(article.title in mail.body and article.title in html_of(mail) for article in articles)


def test_a_digest_shows_the_sentence_by_which_a_search_found_an_article(publish, now):
    search = save_search("السفينة", SearchFilters(), "q=السفينة")
    since = now - timedelta(days=1)
    subscription = SubscriptionFactory(what="search", search=search, when="daily", active_since=since)
    found, other = publish(), publish(title="قطار", summary="وصل القطار.", body="<p>لا شيء.</p>")
    announce(at=now)
    section = SubscriptionFactory(
        subscriber=subscription.subscriber,
        what="section",
        section=other.section,
        when="daily",
        active_since=since,
    )
    period = {"period_start": since, "period_end": now, "digest": "daily-2020-06-15"}
    reasons = [subscription.pk, section.pk]
    mail = mail_of(subscription=subscription, article=None, kind="digest", **period, reasons=reasons)
    assert html_of(mail).count("<mark>السفينة</mark>") == 1
    assert "«رست السفينة في الميناء القديم عند السادسة.»" in mail.body
    assert "وصل القطار." in mail.body
    assert found.title in mail.body


def test_an_empty_digest_is_no_message(now):
    period = {"period_start": now - timedelta(days=1), "period_end": now, "digest": "daily-2020-06-15"}
    assert composed(subscription=SubscriptionFactory(when="daily"), article=None, kind="digest", **period) is None


@pytest.mark.parametrize("kind", ["confirmation", "link", "new_address"])
def test_service_messages_lead_to_their_page(kind):
    subscription = SubscriptionFactory(when="daily")
    data = {"subscription": subscription.pk, "when": "daily", "to": "new@example.org", "language": "ar"}
    message = composed(subscription=subscription, article=None, kind=kind, is_service=True, data=data)
    mail = build(message)
    page = {"confirmation": "confirm", "link": "manage", "new_address": "address"}[kind]
    assert re.search(rf"http://\S+/newsletter/{page}/[^/\s]+/", mail.body)
    assert mail.to == [data["to"] if kind == "new_address" else subscription.subscriber.address]
    assert "List-Unsubscribe" not in mail.extra_headers


def test_mail_is_in_the_language_of_its_reader():
    subscription = SubscriptionFactory(when="at_once", subscriber=SubscriberFactory(language="en"))
    mail = mail_of(subscription=subscription)
    assert "because you subscribed to" in mail.body
    assert '<html lang="en" dir="ltr">' in html_of(mail)


def test_without_a_return_path_of_ours_the_sender_is_said_once(server, settings):
    settings.BOUNCE_ADDRESS = ""
    message = composed()
    send(message, get_connection())
    assert "From" not in build(message).extra_headers
    assert server.envelopes[0][0] == settings.NEWSLETTER_FROM
    assert parseaddr(str(server.messages[0]["From"])) == (message.site.shown_name, settings.NEWSLETTER_FROM)


def test_messages_come_back_to_an_address_of_their_own(server, settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    message = composed()
    send(message, get_connection())
    mark = re.fullmatch(r"bounces\+(.+)@example\.org", server.envelopes[0][0])[1]
    assert read_delivery_mark(mark) == message.delivery.pk


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("450 4.2.1 busy", DeliveryDelayedError),
        ("452 4.2.2 mailbox full", DeliveryDelayedError),
        ("552 5.2.2 mailbox full", DeliveryDelayedError),
        ("550 no", DeliveryRefusedError),
        ("550 no such user", AddressRefusedError),
        ("550 5.1.1 no such user", AddressRefusedError),
        ("550 5.1.1 User unknown in relay recipient table", AddressRefusedError),
        ("550 5.2.1 switched off", AddressRefusedError),
        ("556 5.1.10 takes no mail", AddressRefusedError),
        ("550 5.7.1 we do not like your server", DeliveryRefusedError),
        ("554 Service unavailable; your IP is blocked", DeliveryRefusedError),
        ("550 relay not permitted", ChannelDownError),
        ("554 5.7.1 Relay access denied", ChannelDownError),
        ("550 5.1.8 Access denied, bad outbound sender", ChannelDownError),
        ("550 5.1.0 <x@example.org>: Sender address rejected: User unknown", ChannelDownError),
    ],
)
def test_what_is_said_of_a_recipient_decides(server, line, problem):
    server.answer = lambda recipient: line
    with pytest.raises(problem, match=line[:3]):
        send(composed(), get_connection())
    assert server.messages == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("451 4.7.0 try later", DeliveryDelayedError),
        ("554 5.7.1 spam", DeliveryRefusedError),
        ("550 5.1.1 no such user", AddressRefusedError),
    ],
)
def test_what_is_said_of_the_text_decides(server, line, problem):
    server.data = lambda recipient: line
    with pytest.raises(problem):
        send(composed(), get_connection())


def test_a_connection_that_is_lost_is_tried_again(server):
    connection = get_connection()
    server.data = lambda recipient: "drop"
    with pytest.raises(DeliveryDelayedError):
        send(composed(), connection)
    server.data = lambda recipient: None
    assert send(composed(), connection) == server.ids()[-1]


def test_a_server_that_says_nothing_is_given_up(server, settings):
    settings.EMAIL_TIMEOUT = 0.2
    server.hesitation = 1
    with pytest.raises(DeliveryDelayedError):
        send(composed(), get_connection())


def test_a_server_that_looks_at_the_text_for_long_is_waited_for(server, settings):
    settings.EMAIL_TIMEOUT, settings.EMAIL_REPLY_SECONDS = 0.2, 5
    server.stall = lambda recipient: 0.6
    connection = get_connection()
    assert send(composed(), connection)
    assert connection.connection.sock.gettimeout() == 0.2
    assert len(server.messages) == 1


def test_a_server_that_never_says_whether_it_took_it_is_given_up(server, settings):
    settings.EMAIL_REPLY_SECONDS = 0.2
    server.stall = lambda recipient: 1
    with pytest.raises(DeliveryDelayedError):
        send(composed(), get_connection())


@pytest.mark.parametrize("length", range(10, 90, 7))
def test_headers_arrive_as_they_are(server, length):
    title = ("وصول السفينة إلى الميناء القديم " * 4)[:length].strip()
    message = composed(article=ArticleFactory(title=title))
    send(message, get_connection())
    arrived = server.messages[0]
    assert (arrived["Subject"], arrived["List-Unsubscribe"]) == (title, f"<{message.one_click_url}>")
    words = re.findall(r"=\?\S+\?=", build(message).message()["Subject"])
    assert max(map(len, words)) <= 75


def test_a_server_that_is_not_there_is_the_channels_trouble(settings):
    settings.EMAIL_BACKEND = "archive.subscriptions.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(ChannelDownError) as raised:
        send(composed(), get_connection())
    assert not raised.value.pause


def test_a_password_that_is_refused_needs_the_operator(server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "u", "p"
    with pytest.raises(ChannelDownError):
        send(composed(), get_connection())


def test_without_a_server_mail_is_written_to_files(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        str(tmp_path),
    )
    message_id = send(composed(), get_connection())
    (file,) = tmp_path.iterdir()
    assert message_id in file.read_text()
