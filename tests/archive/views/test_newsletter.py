import json
import re
from html import unescape
from urllib.parse import unquote, urlencode

import pytest
import time_machine
from django.urls import reverse

from archive.models import Consent, Delivery, SavedSearch, Subscriber, Subscription
from archive.search.filters import SearchFilters
from archive.subscriptions import enrolment, tokens
from archive.subscriptions.saved_searches import save_search
from archive.tasks.subscriptions import deliver, tell_subscribers
from archive.views import subscribing
from tests.archive.subscriptions.test_bounces import report
from tests.factories import (
    ArticleFactory,
    DeliveryFactory,
    EntityFactory,
    MentionFactory,
    SectionFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.queue import waiting_jobs

pytestmark = pytest.mark.django_db
NEWSLETTER = reverse("archive:newsletter")
SENT = reverse("archive:newsletter-sent")


def page(name, token):
    return reverse(f"archive:newsletter-{name}", args=[token])


def manage(subscriber):
    return page("manage", tokens.manage_token(subscriber))


def test_the_short_form_asks_for_important_news(client):
    response = client.post(NEWSLETTER, {"email": "reader@example.org", "page": "/article/7/"})
    assert (response.status_code, response["Location"]) == (302, SENT)
    assert "Set-Cookie" not in response.headers
    subscription = Subscription.objects.get()
    assert (subscription.what, subscription.when, subscription.state) == ("everything", "important", "pending")
    consent = Consent.objects.get()
    assert consent.page == "/article/7/"
    assert "اشترك في النشرة البريدية لتصلك أهم الأخبار بمجرد نشرها." in consent.text


@pytest.mark.parametrize("path", ["/", "/about/"])
def test_every_page_offers_it(client, path):
    html = client.get(path).content.decode()
    assert html.count(f'action="{NEWSLETTER}"') == 1
    assert "csrf" not in html


def test_articles_offer_it(client):
    article = ArticleFactory()
    html = client.get(article.get_absolute_url()).content.decode()
    assert re.findall(r'name="page" value="([^"]*)"', html) == [unquote(article.get_absolute_url())]
    assert html.count(f'action="{NEWSLETTER}"') == 1


def options(html, name):
    """What the box of this NAME offers: the values and words of each choice."""
    box = re.search(rf'<select [^>]*name="{name}">(.*?)</select>', html, re.DOTALL)[1]
    return [(unescape(value), unescape(words)) for value, words in re.findall(r'value="([^"]*)">([^<]*)<', box)]


def test_the_short_form_says_when_and_offers_sections(client):
    section = SectionFactory(name="ثقافة", slug="culture")
    html = client.get("/about/").content.decode()
    assert options(html, "when") == [(value, str(words)) for value, words in Subscription.When.choices]
    assert options(html, "what") == [("", "كل الأخبار"), ("section=culture", "قسم «ثقافة»")]
    client.post(NEWSLETTER, {"email": "reader@example.org", "what": "section=culture", "when": "weekly"})
    subscription = Subscription.objects.get()
    assert (subscription.target, subscription.when, subscription.state) == (section, "weekly", "pending")


def test_an_article_offers_what_it_is_about(client):
    article = ArticleFactory(section=SectionFactory(name="ثقافة", slug="culture"))
    story = StoryFactory(title="إعادة فتح المرفأ", articles=[article, *ArticleFactory.create_batch(2)])
    names = [EntityFactory(name=name) for name in ("سامية الخطيب", "جنيف", "البلدية", "المرفأ")]
    for entity, times in zip(names, (1, 3, 2, 1), strict=True):
        for number in range(times):
            MentionFactory(article=article, entity=entity, start=number * 10, end=number * 10 + 4)
    html = client.get(article.get_absolute_url()).content.decode()
    offered = options(html, "what")
    assert [query for query, _words in offered] == [
        "",
        "section=culture",
        f"story={story.pk}",
        *(f"entity={entity.pk}" for entity in (names[1], names[2], names[0])),
    ]
    assert [words for _query, words in offered[1:4]] == [
        "قسم «ثقافة»",
        "قصة «إعادة فتح المرفأ»",
        "أخبار «جنيف»",
    ]
    assert f'href="{NEWSLETTER}?section=culture" rel="nofollow"' in html
    for number, (query, _words) in enumerate(offered):
        values = {"email": f"r{number}@example.org", "what": query}
        assert client.post(NEWSLETTER, values).status_code == 302
    assert {one.target for one in Subscription.objects.with_targets()} == {None, article.section, story, *names[:3]}


def test_what_the_short_form_chose_stays_where_the_address_is_wrong(client):
    SectionFactory(slug="culture")
    entity = EntityFactory()
    MentionFactory(entity=entity)
    html = client.post(NEWSLETTER, {"email": "no", "what": "section=culture", "when": "daily"}).content.decode()
    assert re.search(r'<option value="culture" selected>', html)
    assert re.search(r'value="daily"[^>]*checked', html)
    html = client.post(NEWSLETTER, {"email": "no", "what": f"entity={entity.pk}"}).content.decode()
    assert f'<input type="hidden" name="entity" value="{entity.pk}"' in html


def test_what_one_came_from_is_subscribed_to(client):
    article = ArticleFactory()
    entity = EntityFactory()
    MentionFactory(article=article, entity=entity)
    for parameters in ({"section": article.section.slug}, {"entity": entity.pk}, {"search": "q=السفينة"}):
        html = client.get(NEWSLETTER, parameters).content.decode()
        assert re.search(r'value="at_once"[^>]*checked', html)
        client.post(NEWSLETTER, {"email": "reader@example.org", "when": "daily", **parameters})
    subscriptions = Subscription.objects.order_by("pk")
    assert [(one.what, str(one.target)) for one in subscriptions] == [
        ("section", str(article.section)),
        ("entity", str(entity)),
        ("search", "السفينة"),
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"email": ""},
        {"email": "no address"},
        {"email": "a@example.org\nBcc: b@example.org"},
        {"email": "reader@example.org", "section": "none"},
        {"email": "reader@example.org", "what": "section=none"},
        {"email": "reader@example.org", "what": "entity=0"},
        {"email": "reader@example.org", "what": "search=q%3D-سياسة"},
        {"email": "reader@example.org", "when": "hourly"},
        {"email": "reader@example.org", "search": "page=2"},
        {"email": "reader@example.org", "search": "q=-سياسة"},
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_done(client, values):
    response = client.post(NEWSLETTER, values)
    assert response.status_code == 422
    assert not Subscriber.objects.exists()


def test_who_fills_in_the_bait_is_answered_like_all(client):
    response = client.post(NEWSLETTER, {"email": "reader@example.org", "website": "https://spam.example"})
    assert response["Location"] == SENT
    assert not Subscriber.objects.exists()


def test_another_sites_form_is_refused(client):
    response = client.post(NEWSLETTER, {"email": "reader@example.org"}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403
    assert not Subscriber.objects.exists()


def test_a_network_asks_so_often_and_no_more(client, monkeypatch):
    monkeypatch.setattr(subscribing, "MAX_REQUESTS_AN_HOUR", 2)
    answers = [client.post(NEWSLETTER, {"email": f"r{number}@example.org"}).status_code for number in range(3)]
    assert answers == [302, 302, 429]
    assert Subscriber.objects.count() == 2


def test_a_link_confirms_only_by_its_button(client):
    client.post(NEWSLETTER, {"email": "reader@example.org"})
    subscription = Subscription.objects.get()
    address = page("confirm", tokens.confirm_token(subscription, "important"))
    response = client.get(address)
    subscription.refresh_from_db()
    assert (response.status_code, subscription.state) == (200, "pending")
    html = client.post(address).content.decode()
    subscription.refresh_from_db()
    assert subscription.state == "active"
    assert "تم اشتراكك." in html
    consent = Consent.objects.get(action="confirmed")
    assert consent.subscription == subscription
    assert consent.text.splitlines() == ["كل الأخبار", "أهم الأخبار بمجرد نشرها", "نعم، أريد الاشتراك"]
    assert (consent.page, consent.network) == ("/newsletter/confirm/…/", "127.0.0.0/24")
    assert reverse("archive:feed-rss") in html


def test_the_page_of_one_thing_offers_its_own_feed(client):
    section, entity = SectionFactory(), EntityFactory()
    story = StoryFactory(title="السفينة", is_named=True, articles=ArticleFactory.create_batch(2))
    expected = {
        f"section={section.slug}": reverse("archive:section-feed", args=[section.slug]),
        f"entity={entity.pk}": reverse("archive:entity-rss", args=[entity.pk]),
        f"story={story.pk}": reverse("archive:story-feed", args=[story.pk]),
        urlencode(
            {"search": "q=السفينة&sort=newest"}
        ): f"{reverse('archive:feed-search')}?{urlencode({'q': 'السفينة'})}",
        "": reverse("archive:feed-rss"),
    }
    for name in ("newsletter", "whatsapp", "push"):
        for asked, feed in expected.items():
            html = client.get(reverse(f"archive:{name}") + f"?{asked}").content.decode()
            assert f'href="{feed}' in html.partition("feeds-offer")[2], (name, asked)
    assert not SavedSearch.objects.exists()


def test_each_subscription_has_its_own_feed_beside_it(client):
    subscriber, section = SubscriberFactory(), SectionFactory()
    search = save_search("السفينة", SearchFilters(), "q=السفينة")
    SubscriptionFactory(subscriber=subscriber, what="section", section=section)
    SubscriptionFactory(subscriber=subscriber, what="search", search=search)
    html = client.get(manage(subscriber)).content.decode()
    assert f'href="{reverse("archive:section-feed", args=[section.slug])}"' in html
    assert f'href="{reverse("archive:feed-search")}?{urlencode({"q": "السفينة"})}"' in html


def test_no_form_repeats_the_address_of_a_page_that_is_somebodys_own(client):
    subscriber = SubscriptionFactory().subscriber
    html = client.get(manage(subscriber)).content.decode()
    html = re.sub(r'href="[^"]*/data\.json"', "", html)
    assert "/newsletter/manage/" not in re.sub(r'name="next" value="[^"]*"', "", html)


@pytest.mark.parametrize("name", ["confirm", "manage", "leave", "address"])
def test_a_link_of_ours_is_kept_nowhere_and_a_false_one_leads_nowhere(client, name):
    subscription = SubscriptionFactory()
    made = {
        "confirm": tokens.confirm_token(subscription, "daily"),
        "manage": tokens.manage_token(subscription.subscriber),
        "leave": tokens.leave_token(subscription.subscriber, [subscription.pk]),
        "address": tokens.address_token(subscription.subscriber, "new@example.org"),
    }
    response = client.get(page(name, made[name]))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert (response["Referrer-Policy"], response["X-Robots-Tag"]) == ("same-origin", "noindex")
    assert client.get(page(name, made[name][:-1] + "~")).status_code == 404


def test_one_click_needs_nothing_but_the_address(client):
    subscription = SubscriptionFactory()
    token = tokens.leave_token(subscription.subscriber, [subscription.pk])
    address = page("one-click", token)
    assert client.get(address)["Location"] == page("leave", token)
    subscription.refresh_from_db()
    assert subscription.state == "active"
    # As mail services send it, from anywhere.
    for _again in range(2):
        response = client.post(
            address,
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
            headers={"origin": "null", "sec-fetch-site": "cross-site"},
        )
        assert (response.status_code, response.cookies) == (200, {})
    subscription.refresh_from_db()
    assert subscription.state == "left"
    consent = Consent.objects.get()
    assert (consent.action, consent.method, consent.page) == ("left", "one_click", "/newsletter/one-click/…/")
    assert (consent.text, consent.network) == ("كل الأخبار\nList-Unsubscribe=One-Click", "127.0.0.0/24")


def test_who_confirms_is_written_to_in_the_language_in_which_they_do(client, settings):
    """Whoever asked for it first may have been somebody else."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.post(NEWSLETTER, {"email": "reader@example.org", "when": "daily"})
    subscription = Subscription.objects.get()
    assert subscription.subscriber.language == "en"
    del client.cookies[settings.LANGUAGE_COOKIE_NAME]
    client.post(page("confirm", tokens.confirm_token(subscription, "daily")))
    assert Subscriber.objects.get().language == "ar"


def test_the_language_of_what_is_sent_is_theirs_to_change(client):
    subscriber = SubscriberFactory(language="en")
    html = client.get(manage(subscriber)).content.decode()
    box = re.search(r'<select name="language".*?</select>', html, re.DOTALL)[0]
    assert re.findall(r'value="(\w+)"( selected)?>([^<]*)<', box) == [
        ("ar", "", "العربية"),
        ("en", " selected", "الإنكليزية"),
    ]
    for language in ("ar", "ar", "xx"):
        client.post(manage(subscriber), {"action": "language", "language": language})
    subscriber.refresh_from_db()
    assert subscriber.language == "ar"
    assert Consent.objects.get().text == "لغة ما نرسله إليك\nالعربية\nغيّر اللغة"


def test_each_change_is_kept_with_what_was_read_and_where(client):
    subscriber = SubscriberFactory()
    section = SectionFactory(name="اقتصاد")
    one = SubscriptionFactory(subscriber=subscriber)
    two = SubscriptionFactory(subscriber=subscriber, what="section", section=section)
    token = tokens.leave_token(subscriber, [one.pk])
    client.post(manage(subscriber), {"action": "save", f"when-{one.pk}": "weekly", f"when-{two.pk}": "end"})
    client.post(manage(subscriber), {"action": "add", "section": section.slug})
    client.post(page("leave", token))
    client.post(manage(subscriber), {"action": "leave"})
    client.post(page("address", tokens.address_token(subscriber, "new@example.org")))
    kept = list(Consent.objects.values_list("action", "page", "text", "network"))
    network, managing = "127.0.0.0/24", "/newsletter/manage/…/"
    assert kept == [
        ("changed", managing, "كل الأخبار\nموجز أسبوعي\nاحفظ", network),
        ("left", managing, "قسم «اقتصاد»\nلا شيء: أنهِ الاشتراك\nاحفظ", network),
        ("changed", managing, "قسم «اقتصاد»\nكل خبر بمجرد نشره\nاشترك", network),
        ("left", "/newsletter/leave/…/", "كل الأخبار\nإلغاء الاشتراك", network),
        ("left", managing, "قسم «اقتصاد»\nإلغاء كل الاشتراكات", network),
        ("changed", "/newsletter/address/…/", "نراسلك من الآن على: new@example.org\nنعم، هذا عنواني", network),
    ]
    assert subscriber.secret not in str(kept)


def test_who_leaves_everything_by_a_message_leaves_all_that_is_kept_as_left(client):
    subscriber = SubscriberFactory()
    one = SubscriptionFactory(subscriber=subscriber)
    SubscriptionFactory(subscriber=subscriber, what="section", section=SectionFactory(name="اقتصاد"))
    client.post(page("leave", tokens.leave_token(subscriber, [one.pk])), {"all": "1"})
    assert not subscriber.subscriptions.active().exists()
    assert Consent.objects.get().text == "كل الأخبار\nقسم «اقتصاد»\nإلغاء كل الاشتراكات"


@pytest.mark.parametrize("name", ["confirm", "manage", "leave", "address"])
def test_what_is_kept_stood_on_the_page(client, name):
    """The words beside a button are the page's own, so that what is kept is what was read."""
    subscription = SubscriptionFactory(state="pending" if name == "confirm" else "active")
    subscriber = subscription.subscriber
    asked = {
        "confirm": (tokens.confirm_token(subscription, "daily"), {}),
        "manage": (tokens.manage_token(subscriber), {"action": "save", f"when-{subscription.pk}": "end"}),
        "leave": (tokens.leave_token(subscriber, [subscription.pk]), {}),
        "address": (tokens.address_token(subscriber, "new@example.org"), {}),
    }
    token, data = asked[name]
    html = client.get(page(name, token)).content.decode()
    seen = " ".join(re.sub("<[^>]*>", " ", html).split())
    client.post(page(name, token), data)
    for line in Consent.objects.get().text.splitlines():
        assert line in seen


def test_leaving_by_the_page_can_mean_everything(client):
    subscriber = SubscriberFactory()
    one = SubscriptionFactory(subscriber=subscriber)
    SubscriptionFactory(subscriber=subscriber, what="section", section=SectionFactory())
    address = page("leave", tokens.leave_token(subscriber, [one.pk]))
    assert 'name="all"' in client.get(address).content.decode()
    client.post(address, {"all": "1"})
    assert not subscriber.subscriptions.active().exists()


def test_everything_is_changed_on_one_page(client):
    subscriber = SubscriberFactory()
    section = SectionFactory()
    one = SubscriptionFactory(subscriber=subscriber)
    other = SubscriptionFactory(subscriber=subscriber, what="section", section=section)
    client.post(manage(subscriber), {"action": "save", f"when-{one.pk}": "weekly", f"when-{other.pk}": "end"})
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.when, one.state, other.state) == ("weekly", "active", "left")
    client.post(manage(subscriber), {"action": "add", "section": section.slug})
    other.refresh_from_db()
    assert other.state == "active"
    client.post(manage(subscriber), {"action": "leave"})
    assert not subscriber.subscriptions.active().exists()


def test_more_is_subscribed_to_by_its_name_or_by_words(client):
    subscriber = SubscriberFactory()
    geneva = EntityFactory(name="جنيف")
    MentionFactory(entity=geneva)
    story = StoryFactory(title="إعادة فتح المرفأ القديم", articles=ArticleFactory.create_batch(3))
    for values in (
        {"named": "جنيف", "when": "daily"},
        {"named": "اعادة فتح المرفا القديم", "when": "important"},
        {"words": "السفينة البيضاء", "when": "weekly"},
        {"when": "important"},
    ):
        assert client.post(manage(subscriber), {"action": "add", **values}).status_code == 302
    subscriptions = subscriber.subscriptions.active().with_targets()
    assert [(one.target, one.when) for one in subscriptions] == [
        (geneva, "daily"),
        (story, "important"),
        (SavedSearch.objects.get(text="السفينة البيضاء"), "weekly"),
        (None, "important"),
    ]


def test_where_several_are_called_so_one_is_chosen(client):
    subscriber = SubscriberFactory(channel="whatsapp")
    names = [EntityFactory(name=name) for name in ("سامية الخطيب", "سامية الحلو")]
    for entity in names:
        MentionFactory(entity=entity)
    response = client.post(manage(subscriber), {"action": "add", "named": "سامية"})
    html = response.content.decode()
    assert (response.status_code, subscriber.subscriptions.count()) == (422, 0)
    assert "اختر المقصود." in html
    offered = set(re.findall(r'type="radio" name="what" value="([^"]*)"', html))
    assert offered == {f"entity={entity.pk}" for entity in names}
    asked = {"action": "add", "asked": "سامية", "what": f"entity={names[1].pk}"}
    # An answer to one question is none to another.
    assert client.post(manage(subscriber), {**asked, "named": "لا أحد"}).status_code == 422
    client.post(manage(subscriber), {**asked, "named": "سامية"})
    assert subscriber.subscriptions.get().target == names[1]


def test_namesakes_are_told_apart(client):
    for description in ("رسامة", "طبيبة"):
        MentionFactory(entity=EntityFactory(name="سامية الحلو", description=description))
    for _number in range(2):
        StoryFactory(title="سامية الحلو", is_named=True, articles=ArticleFactory.create_batch(3))
    response = client.post(manage(SubscriberFactory()), {"action": "add", "named": "سامية الحلو"})
    html = response.content.decode()
    assert response.status_code == 422
    assert len(re.findall('type="radio" name="what"', html)) == 4
    assert "رسامة" in html
    assert "طبيبة" in html


def test_a_name_that_only_begins_so_is_asked_about(client):
    subscriber = SubscriberFactory()
    entity = EntityFactory(name="سامية الخطيب")
    MentionFactory(entity=entity)
    response = client.post(manage(subscriber), {"action": "add", "named": "سامية"})
    assert (response.status_code, subscriber.subscriptions.count()) == (422, 0)
    assert f'value="entity={entity.pk}"' in response.content.decode()


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"named": "لا أحد"}, "named", "لا اسم هنا ولا قصة بهذا الاسم."),
        ({"words": "-سياسة"}, "words", "هذا البحث لا يذكر إلا ما يُستبعد. اذكر أيضًا ما تبحث عنه."),
        ({"words": "سفينة", "named": "جنيف"}, "words", "املأ خانة واحدة في كل مرة."),
        ({"when": "hourly"}, "when", "اختر متى تودّ أن نخبرك."),
    ],
)
def test_what_is_wrong_with_what_is_added_is_said_at_its_box(client, values, field, said):
    subscriber = SubscriberFactory()
    response = client.post(manage(subscriber), {"action": "add", **values})
    html = response.content.decode()
    assert (response.status_code, subscriber.subscriptions.count()) == (422, 0)
    errors = re.search(rf'<ul class="field-errors" id="add_{field}_error">(.*?)</ul>', html, re.DOTALL)[1]
    assert said in errors
    assert f'aria-describedby="add_{field}' in html


def test_one_can_have_so_many_subscriptions_and_no_more(client, monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 2)
    subscriber = SubscriptionFactory().subscriber
    for number in range(4):
        response = client.post(manage(subscriber), {"action": "add", "search": f"q=سفينة {number}"})
    assert response.status_code == 422
    assert "أنهِ واحدًا منها أولًا" in response.content.decode()
    assert subscriber.subscriptions.count() == 2


# Links hold the second in which they were signed.
@time_machine.travel("2026-03-01T12:00:00Z", tick=False)
def test_whoever_has_enough_is_told_where_they_would_confirm_more(client, monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_SUBSCRIPTIONS", 1)
    subscriber = SubscriptionFactory().subscriber
    more = SubscriptionFactory(subscriber=subscriber, what="section", section=SectionFactory(), state="pending")
    response = client.post(page("confirm", tokens.confirm_token(more, "daily")))
    html = response.content.decode()
    assert (response.status_code, more.state) == (422, "pending")
    assert "أنهِ واحدًا منها أولًا" in html
    assert f'href="{manage(subscriber)}"' in html
    other = SubscriberFactory(address="new@example.org")
    SubscriptionFactory(subscriber=other, what="section", section=SectionFactory())
    response = client.post(page("address", tokens.address_token(subscriber, other.address)))
    html = response.content.decode()
    assert response.status_code == 422
    assert "أنهِ بعضها ثم افتح هذا الرابط ثانية" in html
    assert f'href="{manage(subscriber)}"' in html
    assert Subscriber.objects.count() == 2


def test_a_network_adds_so_often_and_no_more(client, monkeypatch):
    monkeypatch.setattr(subscribing, "MAX_REQUESTS_AN_HOUR", 1)
    subscriber = SubscriptionFactory().subscriber
    answers = [client.post(manage(subscriber), {"action": "add", "search": f"q=سفينة {n}"}) for n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]


def test_past_deliveries_are_shown_to_whom_they_were_sent(client):
    article = ArticleFactory()
    subscription = SubscriptionFactory()
    DeliveryFactory(subscriber=subscription.subscriber, article=article, state="sent", sent_at=article.created_at)
    DeliveryFactory(article=ArticleFactory(title="لغيره"), state="sent", sent_at=article.created_at)
    html = client.get(manage(subscription.subscriber)).content.decode()
    assert article.title in html
    assert "لغيره" not in html


def test_a_new_address_must_confirm(client):
    subscriber = SubscriptionFactory().subscriber
    client.post(manage(subscriber), {"action": "address", "email": "new@example.org"})
    assert Delivery.objects.get().data["to"] == "new@example.org"
    subscriber.refresh_from_db()
    assert subscriber.address != "new@example.org"
    response = client.post(page("address", tokens.address_token(subscriber, "new@example.org")))
    subscriber.refresh_from_db()
    assert subscriber.address == "new@example.org"
    assert response["Location"] == manage(subscriber) + "?done=address"


def test_data_can_be_had_and_erased(client):
    subscriber = SubscriptionFactory().subscriber
    response = client.get(reverse("archive:newsletter-export", args=[tokens.manage_token(subscriber)]))
    assert json.loads(response.content)["address"] == subscriber.address
    assert "attachment" in response["Content-Disposition"]
    # Once more is asked.
    html = client.post(manage(subscriber), {"action": "erase"}).content.decode()
    assert Subscriber.objects.exists()
    assert 'value="erase-now"' in html
    client.post(manage(subscriber), {"action": "erase-now"})
    assert not Subscriber.objects.exists()
    assert client.get(manage(subscriber)).status_code == 404


def test_asking_for_the_link_says_nothing_of_who_is_known(client):
    SubscriberFactory(address="known@example.org")
    address = reverse("archive:newsletter-link")
    answers = [client.post(address, {"email": email}) for email in ("known@example.org", "nobody@example.org")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, SENT)] * 2
    assert [name for name, _arguments in waiting_jobs()].count("manage_link") == 2


def test_links_are_sent_also_where_a_domain_is_asked_to_confirm_no_more(client, monkeypatch):
    monkeypatch.setattr(enrolment, "MAX_CONFIRMATIONS_OF_DOMAIN_AN_HOUR", 0)
    SubscriberFactory(address="known@example.org")
    for _number in range(enrolment.MAX_CONFIRMATIONS_A_DAY + 1):
        client.post(reverse("archive:newsletter-link"), {"email": "known@example.org"})
    # Its own limit stays.
    assert [name for name, _arguments in waiting_jobs()].count("manage_link") == enrolment.MAX_CONFIRMATIONS_A_DAY


def test_bounces_are_taken_of_who_has_the_key(client, settings):
    address = reverse("archive:newsletter-bounces")
    delivery = DeliveryFactory(state="sent")
    content = report(tokens.delivery_mark(delivery))

    def send(key):
        return client.post(
            address, content, content_type="message/rfc822", headers={"authorization": f"Bearer {key}"}
        )

    assert send("").status_code == 404
    settings.BOUNCE_KEY = "key"
    assert send("other").status_code == 403
    assert send("key").json() == {"known": True}
    assert Subscriber.objects.get().state == "suppressed"


@pytest.mark.parametrize("name", ["newsletter", "newsletter-sent", "newsletter-link"])
def test_one_setting_switches_everything_off(client, settings, name):
    settings.SUBSCRIPTIONS = False
    assert client.get(reverse(f"archive:{name}")).status_code == 404
    assert NEWSLETTER not in client.get("/").content.decode()


def test_switched_off_nothing_begins_by_a_link(client, settings):
    settings.SUBSCRIPTIONS = False
    pending = SubscriptionFactory(state="pending", subscriber=SubscriberFactory(state="pending"))
    subscriber = SubscriptionFactory().subscriber
    assert client.post(page("confirm", tokens.confirm_token(pending, "daily"))).status_code == 404
    assert client.post(page("address", tokens.address_token(subscriber, "new@example.org"))).status_code == 404
    client.post(manage(subscriber), {"action": "add", "section": SectionFactory().slug})
    client.post(manage(subscriber), {"action": "address", "email": "new@example.org"})
    assert list(Subscription.objects.active()) == [subscriber.subscriptions.get()]
    assert not Delivery.objects.exists()


def test_switched_off_one_leaves_and_is_erased_all_the_same(client, settings):
    settings.SUBSCRIPTIONS = False
    one, two, three = (SubscriptionFactory() for _number in range(3))
    assert client.post(page("one-click", tokens.leave_token(one.subscriber, [one.pk]))).status_code == 200
    leave = page("leave", tokens.leave_token(two.subscriber, [two.pk]))
    assert client.get(leave).status_code == client.post(leave).status_code == 200
    html = client.get(manage(three.subscriber)).content.decode()
    assert "لا يُرسَل الآن شيء إلى أحد" in html
    assert 'value="add"' not in html
    assert 'value="address"' not in html
    assert client.get(reverse("archive:newsletter-export", args=[tokens.manage_token(one.subscriber)])).json()
    client.post(manage(three.subscriber), {"action": "leave"})
    assert not Subscription.objects.active().exists()
    client.post(manage(three.subscriber), {"action": "erase-now"})
    assert Subscriber.objects.count() == 2
    html = client.get(manage(three.subscriber)).content.decode()
    assert reverse("archive:newsletter-link") not in html


def test_switched_off_nothing_is_announced_and_sent(settings):
    settings.SUBSCRIPTIONS = False
    SubscriptionFactory(when="at_once")
    delivery = DeliveryFactory()
    tell_subscribers.func(None)
    deliver.func(None)
    delivery.refresh_from_db()
    assert delivery.state == "due"


def test_who_left_may_come_back(client):
    subscriber = SubscriptionFactory().subscriber
    enrolment.leave(subscriber, enrolment.Ground("link"))
    client.post(NEWSLETTER, {"email": subscriber.address})
    subscription = Subscription.objects.get()
    client.post(page("confirm", tokens.confirm_token(subscription, "important")))
    subscriber.refresh_from_db()
    assert subscriber.state == "active"
