import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from archive.exceptions import (
    AddressRefusedError,
    ChannelDownError,
    DeliveryDelayedError,
    DeliveryRefusedError,
)
from archive.models import Channel, Correction, Delivery, DeliveryChannel, SiteSettings, Subscriber
from archive.search.filters import SearchFilters
from archive.subscriptions.channels.cloud_api import CloudApi, meaning
from archive.subscriptions.channels.whatsapp import build, opened, send, text_of
from archive.subscriptions.channels.whatsapp_templates import TEMPLATES, submission
from archive.subscriptions.matching import announce
from archive.subscriptions.messages import compose
from archive.subscriptions.outbox import deliver_due
from archive.subscriptions.saved_searches import save_search
from archive.subscriptions.tokens import read_delivery_mark
from tests.archive.subscriptions.cloud_api import TOKEN
from tests.factories import ArticleFactory, DeliveryFactory, SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db

NUMBER = "+9613123456"
State = Delivery.State


def reader(*, wrote_ago: timedelta | None = None, number=NUMBER, **values) -> Subscriber:
    data = {"wrote_at": (timezone.now() - wrote_ago).timestamp()} if wrote_ago is not None else {}
    values = {"address": number, "address_key": number.lstrip("+"), "channel_data": data, **values}
    return SubscriberFactory(channel=Channel.WHATSAPP, **values)


def composed(subscriber=None, *, article=None, **values):
    subscriber = subscriber or reader()
    subscription = SubscriptionFactory(subscriber=subscriber, when="at_once")
    values = {"article": article or ArticleFactory(), "reasons": [subscription.pk], **values}
    return compose(DeliveryFactory(subscriber=subscriber, **values), at=timezone.now())


def sent(message) -> str:
    with CloudApi() as api:
        return send(message, api)


def test_outside_the_day_a_template_is_sent(server):
    SiteSettings.objects.create(name="سجل")
    article = ArticleFactory(title="وصول\n السفينة", summary="وصلت\tصباحًا.")
    message_id = sent(composed(article=article))
    (taken,) = server.taken
    assert taken["id"] == message_id
    assert taken["to"] == "9613123456"
    assert (taken["template"]["name"], taken["template"]["language"]) == ("sijill_article", {"code": "ar"})
    texts = [part["text"] for part in taken["template"]["components"][0]["parameters"]]
    assert texts == ["سجل", "وصول السفينة", "وصلت صباحًا."]
    assert taken["template"]["components"][1]["parameters"][0]["text"] == f"{article.pk}/"
    assert read_delivery_mark(taken["biz_opaque_callback_data"]) == Delivery.objects.get().pk


def test_within_a_day_of_their_own_message_a_text_is_sent(server):
    server.wrote_now(NUMBER, timezone.now())
    article = ArticleFactory(title="وصول السفينة")
    sent(composed(reader(wrote_ago=timedelta(hours=23)), article=article))
    text = server.taken[0]["text"]["body"]
    assert text.startswith("وصول السفينة\n")
    assert f"/article/{article.pk}/\n" in text
    assert text.endswith("لإلغاء الاشتراك أرسل «إلغاء».")


def test_the_last_minutes_of_the_day_are_not_relied_on():
    at = timezone.now()
    message = composed(reader(wrote_ago=timedelta(hours=23, minutes=56)))
    assert build(message, at=at)["type"] == "template"


def test_a_day_that_is_over_after_all_is_closed_and_the_message_comes_as_a_template(server):
    message = composed(reader(wrote_ago=timedelta(hours=1)))
    with pytest.raises(DeliveryDelayedError, match="131047"):
        sent(message)
    again = compose(Delivery.objects.select_related("subscriber").get(), at=timezone.now())
    assert sent(again) == server.taken[0]["id"]
    assert server.taken[0]["type"] == "template"


def test_every_kind_of_message_fits_its_template(server):
    subscriber = reader()
    article = ArticleFactory(summary="", section=None)
    correction = Correction.objects.create(article=article, text="الصواب:\n\nثلاث سفن." + " كلمة" * 300)
    pending = SubscriptionFactory(subscriber=subscriber, state="pending")
    kinds = [
        {"kind": "article"},
        {"kind": "correction", "version": correction.pk},
        {"kind": "confirmation", "is_service": True, "data": {"subscription": pending.pk, "when": "daily"}},
    ]
    for values in kinds:
        delivery = DeliveryFactory(
            subscriber=subscriber,
            article=None if values["kind"] == "confirmation" else article,
            reasons=[pending.pk],
            **values,
        )
        pending.state = "pending" if values["kind"] == "confirmation" else "active"
        pending.save()
        sent(compose(delivery, at=timezone.now()))
    assert [one["template"]["name"].removeprefix("sijill_") for one in server.taken] == [
        *("article", "correction", "confirmation"),
    ]


def test_a_correction_is_called_what_the_site_calls_it():
    first_word, _space, _rest = TEMPLATES[Delivery.Kind.CORRECTION].bodies["ar"].partition(" ")
    assert [Correction._meta.verbose_name, Delivery.Kind.CORRECTION.label, first_word] == ["تصويب"] * 3


def digest_of(day) -> Delivery:
    """The digest, to a number, of the day before DAY."""
    period = {"period_start": day - timedelta(days=1), "period_end": day, "digest": "daily-2020-06-15"}
    since = period["period_start"]
    subscription = SubscriptionFactory(subscriber=reader(), when="daily", active_since=since)
    return DeliveryFactory(subscriber=subscription.subscriber, reasons=[subscription.pk], kind="digest", **period)


def test_a_digest_names_three_articles(server, now, publish):
    articles = [publish() for _ in range(4)]
    announce(at=now)
    sent(compose(digest_of(now), at=timezone.now()))
    text = server.taken[0]["template"]["components"][0]["parameters"][1]["text"]
    assert text.count("•") == 2
    assert sum(article.title in text for article in articles) >= 3


def test_an_alert_shows_the_sentence_that_matched(server):
    search = save_search("السفينة", SearchFilters(), "q=السفينة")
    subscription = SubscriptionFactory(subscriber=reader(), what="search", search=search, when="at_once")
    delivery = DeliveryFactory(
        subscriber=subscription.subscriber, reasons=[subscription.pk], article=ArticleFactory(summary="موجز")
    )
    message = compose(delivery, at=timezone.now())
    sent(message)
    sentence = "«رست السفينة في الميناء القديم عند السادسة.»"
    assert server.taken[0]["template"]["components"][0]["parameters"][2]["text"] == sentence
    assert sentence in text_of(message)
    assert "موجز" not in text_of(message)


def test_templates_may_have_other_names(server, settings):
    settings.WHATSAPP_TEMPLATES = {"article": "news_of_us"}
    assert build(composed(), at=timezone.now())["template"]["name"] == "news_of_us"


def test_a_language_without_templates_gets_the_first_that_has(settings):
    settings.WHATSAPP_LANGUAGES = ["ar"]
    assert build(composed(reader(language="en")), at=timezone.now())["template"]["language"]["code"] == "ar"


@pytest.mark.parametrize("kind", ["welcome", "bye", "help"])
def test_answers_are_texts_and_nothing_once_the_day_is_over(server, kind):
    server.wrote_now(NUMBER, timezone.now())
    subscriber = reader(wrote_ago=timedelta(0))
    sent(composed(subscriber, article=None, kind=kind, is_service=True))
    assert ("/newsletter/manage/" in server.taken[0]["text"]["body"]) == (kind != "bye")
    Subscriber.objects.update(channel_data={})
    late = Delivery.objects.select_related("subscriber").get()
    with pytest.raises(DeliveryRefusedError):
        sent(compose(late, at=timezone.now()))


def test_news_that_has_waited_too_long_is_not_sent(server):
    with pytest.raises(DeliveryRefusedError, match="too old"):
        sent(composed(created_at=timezone.now() - timedelta(days=3)))
    assert server.taken == []


@pytest.mark.parametrize(
    ("code", "problem", "pauses"),
    [
        (130429, ChannelDownError, False),
        (131048, ChannelDownError, False),
        (80007, ChannelDownError, False),
        (4, ChannelDownError, False),
        (131016, ChannelDownError, False),
        (131056, DeliveryDelayedError, None),
        (131000, DeliveryDelayedError, None),
        (131026, AddressRefusedError, None),
        (131050, AddressRefusedError, None),
        (131049, DeliveryRefusedError, None),
        (131051, DeliveryRefusedError, None),
        (130472, DeliveryRefusedError, None),
        (132005, DeliveryRefusedError, None),
        (190, ChannelDownError, True),
        (10, ChannelDownError, True),
        (200, ChannelDownError, True),
        (299, ChannelDownError, True),
        (368, ChannelDownError, True),
        (131031, ChannelDownError, True),
        (131042, ChannelDownError, True),
        (132001, ChannelDownError, True),
        (132015, ChannelDownError, True),
        (33, ChannelDownError, True),
    ],
)
def test_what_an_error_means(server, code, problem, pauses):
    server.refuse = lambda message: code
    with pytest.raises(problem, match=f"^{code} ") as raised:
        sent(composed())
    assert type(raised.value) is problem
    assert getattr(raised.value, "pause", None) is pauses


@pytest.mark.parametrize(("status", "problem"), [(502, ChannelDownError), (404, DeliveryRefusedError)])
def test_an_answer_that_is_not_the_apis_own(server, status, problem):
    server.fail_with = status
    with pytest.raises(problem):
        sent(composed())


def test_an_error_without_a_code_is_judged_by_its_status():
    assert meaning(None, "", status=401).pause
    assert not meaning(None, "", status=429).pause


def test_a_wrong_token_pauses_the_channel_and_says_why(server, settings):
    settings.WHATSAPP_TOKEN = "expired"
    composed()
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    channel = DeliveryChannel.objects.get()
    assert channel.paused
    assert channel.problem.startswith("190 Error validating access token")
    assert Delivery.objects.get().state == State.DUE
    settings.WHATSAPP_TOKEN = TOKEN
    DeliveryChannel.objects.update(paused=False)
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert len(server.taken) == 1


def test_what_is_too_much_waits_and_none_is_lost(server):
    server.allowance = 3
    article = ArticleFactory()
    for number in range(5):
        composed(reader(number=f"+961312345{number}"), article=article)
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert Delivery.objects.filter(state=State.SENT).count() == 3
    assert not DeliveryChannel.objects.get().paused
    server.allowance = None
    DeliveryChannel.objects.update(retry_at=None)
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    assert Delivery.objects.filter(state=State.SENT).count() == 5
    assert len({one["to"] for one in server.taken}) == len(server.taken) == 5


def test_a_number_without_whatsapp_is_written_to_no_more(server):
    server.refuse = lambda message: 131026
    message = composed()
    deliver_due(Channel.WHATSAPP, opened, max_seconds=10)
    message.delivery.refresh_from_db()
    assert (message.delivery.state, message.delivery.subscriber.state) == (State.SUPPRESSED, "suppressed")


def test_a_lost_connection_is_tried_again_on_a_new_one(server):
    server.refuse = lambda message: "drop"
    message = composed()
    with CloudApi() as api:
        with pytest.raises(DeliveryDelayedError):
            send(message, api)
        server.refuse = lambda message: None
        assert send(message, api)


def test_an_api_that_is_not_there_rests_the_channel(account, settings):
    settings.WHATSAPP_API_URL = "http://127.0.0.1:1/v23.0"
    with pytest.raises(ChannelDownError) as raised:
        sent(composed())
    assert not raised.value.pause


def test_templates_are_as_meta_takes_them():
    for kind, template in TEMPLATES.items():
        for language, body in template.bodies.items():
            assert not body.startswith("{{")
            assert not body.endswith("}}")
            assert len(body) <= 550  # Meta's: 1024 with what is filled in.
            content = submission(kind, language)
            json.dumps(content)
            assert len(template.examples) == body.count("{{")
            assert all(len(button["text"]) <= 25 for button in content["components"][1]["buttons"])


def test_the_operators_guide_has_the_templates_as_they_are():
    guide = (settings.BASE_DIR / "docs" / "whatsapp.md").read_text()
    quoted = [line.removeprefix(">").strip() for line in guide.splitlines() if line.startswith(">")]
    for template in TEMPLATES.values():
        assert template.name in guide
        assert all(line in quoted for line in template.bodies["ar"].splitlines())
