"""What is not published is nowhere: every address of the site, walked beside articles that nobody may see.

The addresses come from the resolver. A new one without an entry in `addresses` fails here, on purpose.
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote, urlencode

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from archive import feed_addresses
from archive.annotating import annotate
from archive.models import Article, Author, Correction, Dataset, Delivery, Subscriber, Subscription
from archive.networks import company
from archive.networks.drawing import count_entities, draw
from archive.search.statistics import count_words
from archive.stories.changing import renew
from archive.subscriptions import tokens
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    BannerFactory,
    CaptureFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    RegionFactory,
    SectionFactory,
    SourceFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.factories.article import picture_file
from tests.factories.statistics import figures, small_dataset

pytestmark = pytest.mark.django_db

PLACES = (
    "title", "kicker", "summary", "body", "author", "caption", "credit", "alternative", "picture", "dateline",
    "entity", "latin", "alias", "description", "original", "identity", "capture", "linktitle", "said", "correction",
)  # fmt: skip
ON_THE_FRONT_PAGE = {"title", "kicker", "summary", "author", "picture", "alternative"}
ON_ITS_PAGE = set(PLACES) - {"identity", "capture", "description", "alias", "linktitle"}
IN_THE_API = set(PLACES) - {"identity", "capture", "description", "alias", "linktitle", "correction"}
DAY = datetime(2017, 12, 21, 8, 30, tzinfo=UTC)
PREVIEW = "archive:article-preview"
STATES = {
    "draft": lambda: {"status": Article.Status.DRAFT, "published_at": DAY},
    "review": lambda: {"status": Article.Status.REVIEW, "published_at": DAY},
    "undated": lambda: {"status": Article.Status.DRAFT, "published_at": None, "date_precision": "unknown"},
    "scheduled": lambda: {"status": Article.Status.SCHEDULED, "published_at": timezone.now() + timedelta(hours=1)},
    "future": lambda: {"status": Article.Status.PUBLISHED, "published_at": timezone.now() + timedelta(hours=1)},
    "embargoed": lambda: {
        "status": Article.Status.SCHEDULED,
        "published_at": timezone.now() + timedelta(hours=1),
        "embargo_until": timezone.now() + timedelta(minutes=30),
    },
    "withdrawn": lambda: {"status": Article.Status.WITHDRAWN, "published_at": DAY + timedelta(minutes=1)},
}


def word(state: str, place: str) -> str:
    """A word that stands in one place of one hidden article; in Latin letters, which no address encodes."""
    return f"zq{state}{place}"


WORDS = {(state, place): word(state, place) for state in STATES for place in PLACES}


@pytest.fixture
def newsroom(db):
    """A hidden article of each state among published ones: same section, source, day, story, names and links."""
    section, source = SectionFactory(slug="سياسة"), SourceFactory(slug="صحيفة")
    shared = [EntityFactory(name="جنيف", aliases=["Geneva"]), EntityFactory(name="ستافان دي ميستورا")]
    shown = [
        ArticleFactory(
            section=section,
            source=source,
            published_at=DAY + timedelta(hours=hours),
            title="محادثات جنيف",
            importance=1,
        )
        for hours in (-1, 0, 1)
    ]
    shown.append(ArticleFactory(undated=True, section=section, source=source))
    hidden = {state: _hidden_article(state, section, source) for state in STATES}
    for article in (*shown, *hidden.values()):
        for entity in shared:
            MentionFactory(article=article, entity=entity)
    for visible, state in zip([*shown, *shown], STATES, strict=False):
        article = hidden[state]
        for kind in ("related", "background", "follow_up"):
            ArticleLinkFactory(from_article=visible, to_article=article, kind=kind, title="")
            ArticleLinkFactory(from_article=article, to_article=visible, kind=kind, title=word(state, "linktitle"))
        ArticleLinkFactory(from_article=article, to_article=visible, kind="next", title=word(state, "linktitle"))
    story = StoryFactory(title="", articles=[*shown, *hidden.values()])
    renew(story.pk)
    story.refresh_from_db()
    count_words()
    annotate([article.pk for article in (*shown, *hidden.values())])
    dataset = small_dataset()
    Dataset.objects.update(query="جنيف")
    figures(dataset.measures.first(), RegionFactory(), [1, 2, 3], first=DAY.date() - timedelta(days=1))
    return {
        "shown": shown,
        "hidden": hidden,
        "section": section,
        "entity": shared[0],
        "story": story,
        "figures": dataset,
        "banner": BannerFactory(enabled=False),
    }


def _hidden_article(state: str, section, source) -> Article:
    article = ArticleFactory(
        title=f"محادثات جنيف {word(state, 'title')}",
        kicker=word(state, "kicker"),
        summary=f"ملخص {word(state, 'summary')}",
        body=f"<p>قالت {word(state, 'entity')} في جنيف {word(state, 'body')}.</p>"
        f"<p>وقالت الوزيرة إن {word(state, 'said')} يبدأ في 21 كانون الأول 2018.</p>",
        place=word(state, "dateline"),
        section=section,
        source=source,
        importance=2,
        original_url=f"https://example.org/{word(state, 'original')}",
        external_id=word(state, "identity"),
        capture=CaptureFactory(file_name=word(state, "capture")),
        **STATES[state](),
    )
    article.authors.add(Author.objects.create(name=word(state, "author")))
    Correction.objects.create(article=article, text=word(state, "correction"))
    ImageFactory(
        article=article,
        file=picture_file(f"{word(state, 'picture')}.png"),
        caption=word(state, "caption"),
        credit=word(state, "credit"),
        alternative_text=word(state, "alternative"),
    )
    entity = EntityFactory(
        name=word(state, "entity"),
        name_latin=word(state, "latin"),
        description=word(state, "description"),
        aliases=[word(state, "latin"), word(state, "alias")],
    )
    MentionFactory(article=article, entity=entity, start=5, end=5 + len(entity.name))
    return article


def patterns(resolver=None, namespaces: tuple[str, ...] = ()) -> dict[str, str]:
    """The names of all addresses outside the admin, with how each is written."""
    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            found[":".join([*namespaces, entry.name or str(entry.pattern)])] = str(entry.pattern)
        elif entry.namespace != "admin":
            found |= patterns(entry, (*namespaces, entry.namespace) if entry.namespace else namespaces)
    return found


def addresses(newsroom) -> dict[str, list[str]]:
    """Every address of the site with arguments taken from the hidden articles and from those around them."""
    articles = [*newsroom["shown"], *newsroom["hidden"].values()]
    hidden = list(newsroom["hidden"].values())
    entities = [newsroom["entity"], *(article.mentions.order_by("pk")[0].entity for article in hidden)]
    days = [timezone.localtime(article.published_at) for article in articles if article.published_at]
    questions = ["", "?q=جنيف", "?q=جنيف&sort=newest", "?q=محادثات&sort=oldest", "?q=-جنيف", '?q="محادثات جنيف"']
    questions += [f"?entity={entity.pk}" for entity in entities]
    questions += [f"?section={newsroom['section'].slug}", "?from=2017", "?to=2100", f"?from={days[-2]:%Y-%m-%d}"]
    asked = ["", "?q=يبدأ", "?speaker=الوزيرة", *(f"?speaker={entity.pk}" for entity in entities)]
    compared = ["", "?add=zq", "?w=جنيف", *(f"?e={newsroom['entity'].pk}&e={entity.pk}" for entity in entities[1:])]
    beginnings = ["?q=z", "?q=zq", "?q=zqd", "?q=zqwithdrawnt", "?q=جنيف zq", "?q=محا", "?q=zqdrafttitle"]
    shown = ["", "?region=LB&from=2017", "?measure=deaths&show=daily"]
    cursors = ["", "?before=21000101T000000.000000Z-1", "?after=10000101T000000.000000Z-0"]

    def named(name: str, *rows: tuple, queries=("",)) -> list[str]:
        return [reverse(name, args=row) + query for row in rows or [()] for query in queries]

    by_number = [(article.pk,) for article in articles]
    authors = [(pk,) for pk in Author.objects.order_by("pk").values_list("pk", flat=True)]
    by_slug = [(article.pk, article.slug) for article in articles]
    return {
        "archive:front": named("archive:front"),
        "archive:article-by-id": named("archive:article-by-id", *by_number),
        "archive:article-card": named("archive:article-card", *by_number),
        "archive:site-card": named("archive:site-card"),
        "archive:author-by-id": named("archive:author-by-id", *authors),
        "archive:author-detail": named(
            "archive:author-detail", *((pk, "كاتب") for (pk,) in authors), queries=cursors
        ),
        "archive:oembed": [
            f"{reverse('archive:oembed')}?{urlencode({'url': f'http://testserver{path}', 'format': form})}"
            for path in (reverse("archive:article-by-id", args=row) for row in by_number)
            for form in ("json", "xml")
        ],
        "archive:article-citation": named(
            "archive:article-citation", *((pk, form) for (pk,) in by_number for form in ("bib", "ris", "json", "txt"))
        ),
        PREVIEW: named(PREVIEW, *by_number),
        "archive:front-preview": named("archive:front-preview"),
        "archive:article-read": named("archive:article-read", *by_number),
        "archive:article-detail": named("archive:article-detail", *by_slug, *((pk, "غيره") for pk, _slug in by_slug)),
        "archive:article-versions": named(
            "archive:article-versions", *by_slug, *((pk, "غيره") for pk, _slug in by_slug)
        ),
        "archive:section-detail": named("archive:section-detail", (newsroom["section"].slug,), queries=cursors),
        "archive:section-year": named(
            "archive:section-year", *{(newsroom["section"].slug, day.year) for day in days}, queries=cursors
        ),
        "archive:section-month": named(
            "archive:section-month", *{(newsroom["section"].slug, day.year, day.month) for day in days}
        ),
        "archive:archive-index": named("archive:archive-index"),
        "archive:archive-undated": named("archive:archive-undated", queries=cursors),
        "archive:archive-year": named("archive:archive-year", *{(day.year,) for day in days}),
        "archive:archive-month": named("archive:archive-month", *{(day.year, day.month) for day in days}, (2018, 12)),
        "archive:archive-day": named(
            "archive:archive-day", *{(day.year, day.month, day.day) for day in days}, (2018, 12, 21)
        ),
        "archive:search": named("archive:search", queries=questions),
        "archive:entity-index": named(
            "archive:entity-index", queries=("", "?q=zq", "?kind=person", "?letter=z", "?page=2")
        ),
        "archive:entity-compare": named("archive:entity-compare", queries=compared),
        "archive:entity-compare-csv": named("archive:entity-compare-csv", queries=compared),
        "archive:entity-csv": named("archive:entity-csv", *((entity.pk,) for entity in entities)),
        "archive:entity-by-id": named("archive:entity-by-id", *((entity.pk,) for entity in entities)),
        "archive:entity-detail": named(
            "archive:entity-detail",
            *((entity.pk, entity.slug) for entity in entities),
            queries=("", "?q=جنيف", f"?with={entities[-1].pk}", "?year=2017"),
        ),
        "archive:quotation-index": named("archive:quotation-index", queries=asked),
        "archive:feed-quotations": named("archive:feed-quotations", queries=asked),
        "archive:statistics-index": named("archive:statistics-index"),
        **{
            f"archive:statistics-{name}": named(
                f"archive:statistics-{name}", (newsroom["figures"].slug,), queries=shown
            )
            for name in ("detail", "live", "embed", "readings", "csv", "json")
        },
        "archive:banner-preview": named("archive:banner-preview", (newsroom["banner"].pk,)),
        "archive:story-index": named("archive:story-index", queries=("", "?page=2")),
        "archive:story-by-id": named("archive:story-by-id", (newsroom["story"].pk,)),
        "archive:story-detail": named(
            "archive:story-detail", (newsroom["story"].pk, newsroom["story"].slug), queries=("", "?order=newest")
        ),
        **{
            f"archive:{name}": named(f"archive:{name}", *rows, queries=("", "?content=full"))
            for kind, rows in {
                "latest": (),
                "section": ((newsroom["section"].slug,),),
                "entity": [(entity.pk,) for entity in entities],
                "author": authors,
                "story": ((newsroom["story"].pk,),),
            }.items()
            for name in feed_addresses.NAMES[kind]
        },
        **{f"archive:{name}": named(f"archive:{name}", queries=questions) for name in feed_addresses.NAMES["search"]},
        "archive:search-csv": named("archive:search-csv", queries=questions),
        "archive:search-json": named("archive:search-json", queries=questions),
        "archive:search-bib": named("archive:search-bib", queries=questions),
        "archive:search-ris": named("archive:search-ris", queries=questions),
        **newsletter_addresses(newsroom),
        **{
            f"archive:{name}": named(f"archive:{name}")
            for name in ("whatsapp", "whatsapp-sent", "whatsapp-webhook", "push", "push-subscribe", "push-leave")
        },
        "archive:sitemap": named("archive:sitemap"),
        "archive:sitemap-part": named(
            "archive:sitemap-part",
            ("pages",),
            ("sections",),
            ("articles",),
            ("entities",),
            ("authors",),
            ("stories",),
        ),
        "archive:news-sitemap": named("archive:news-sitemap"),
        "archive:security": named("archive:security"),
        "archive:robots": named("archive:robots"),
        "archive:opensearch": named("archive:opensearch"),
        "archive:opensearch-suggestions": named("archive:opensearch-suggestions", queries=beginnings),
        "archive:favicon": named("archive:favicon"),
        "archive:saved": named("archive:saved"),
        "archive:offline": named("archive:offline"),
        "archive:service-worker": named("archive:service-worker"),
        "archive:manifest": named("archive:manifest"),
        "archive:about": named("archive:about"),
        "archive:settings": named("archive:settings"),
        "archive:styleguide": named("archive:styleguide"),
        "archive:banner-dismiss": named("archive:banner-dismiss"),
        "archive:policy-report": named("archive:policy-report"),
        "archive:healthz": named("archive:healthz"),
        "archive:readyz": named("archive:readyz"),
        "archive:metrics": named("archive:metrics"),
        "api:root": named("api:root"),
        "api:api-root": named("api:api-root"),
        "api:openapi": named("api:openapi"),
        "api:docs": named("api:docs"),
        "api:articles": named("api:articles", queries=questions),
        "api:article": named("api:article", *by_number),
        "api:article-related": named("api:article-related", *by_number),
        "api:entities": named("api:entities", queries=("", "?q=zq", "?page_size=100")),
        "api:entity": named("api:entity", *((entity.pk,) for entity in entities)),
        "api:quotations": named("api:quotations", queries=asked),
        "api:stories": named("api:stories"),
        "api:story": named("api:story", (newsroom["story"].pk,)),
        "api:sections": named("api:sections"),
        "api:datasets": named("api:datasets"),
        "api:dataset": named("api:dataset", (newsroom["figures"].slug,)),
        "api:observations": named("api:observations", (newsroom["figures"].slug,)),
        "api:sources": named("api:sources"),
        "api:suggest": named("api:suggest", queries=beginnings),
        "api:": ["/api/v1/nothing"],
        "media": ["/media/", "/media/images/"],
    }


def newsletter_addresses(newsroom) -> dict[str, list[str]]:
    """The pages of a subscriber to whom everything hidden was sent once, when it was not hidden."""
    subscriber = Subscriber.objects.get_or_create(
        channel="email", address_key="a@example.org", defaults={"address": "a@example.org", "state": "active"}
    )[0]
    subscription = Subscription.objects.get_or_create(
        subscriber=subscriber, defaults={"state": "active", "active_since": DAY}
    )[0]
    for article in newsroom["hidden"].values():
        Delivery.objects.get_or_create(
            subscriber=subscriber,
            article=article,
            defaults={"channel": "email", "kind": "article", "state": "sent", "sent_at": DAY},
        )
    manage = tokens.manage_token(subscriber)
    leave = tokens.leave_token(subscriber, [subscription.pk])
    arguments = {
        **{name: [] for name in ("newsletter", "newsletter-sent", "newsletter-link", "newsletter-bounces")},
        "newsletter-confirm": [tokens.confirm_token(subscription, "daily")],
        "newsletter-manage": [manage],
        "newsletter-export": [manage],
        "newsletter-leave": [leave],
        "newsletter-one-click": [leave],
        "newsletter-address": [tokens.address_token(subscriber, "b@example.org")],
    }
    return {f"archive:{name}": [reverse(f"archive:{name}", args=args)] for name, args in arguments.items()}


def leaks(response, *, known: str = "") -> set[str]:
    """The hidden words that RESPONSE gives away; KNOWN is the address, which may repeat what it was asked."""
    content = response.getvalue() if response.streaming else response.content
    told = unquote(
        content.decode(errors="replace") + "".join(f"{name}: {value}\n" for name, value in response.headers.items())
    )
    return {hidden for hidden in WORDS.values() if hidden in told and hidden not in unquote(known)}


def test_every_address_is_walked(newsroom):
    assert set(addresses(newsroom)) == set(patterns())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_hidden_is_on_any_page_for_anyone(client, newsroom, language):
    client.cookies["django_language"] = language
    told = {}
    for name, walked in addresses(newsroom).items():
        for address in walked:
            response = client.get(address, headers={"Accept-Language": language})
            assert response.status_code < 500, address
            # The address of a preview is the staff's, and sends others to the login page.
            if found := leaks(response, known=address):
                told[name, address] = found
    assert told == {}


@pytest.mark.parametrize("role", ["writers", "editors", "chiefs", "archivists", "superuser"])
def test_nothing_hidden_is_on_readers_pages_for_staff(client, django_user_model, newsroom, role):
    """What they see in the admin and in previews is theirs; the site itself is the same for them as for all."""
    member = django_user_model.objects.create_user("member", is_staff=True, is_superuser=role == "superuser")
    member.groups.set(Group.objects.filter(name=role))
    client.force_login(member)
    # Pages ask for rights by one call: who has fewest and who has all are shown all of them, the others one of each kind.
    count = None if role in ("writers", "superuser") else 1
    told = {
        address: found
        for name, walked in addresses(newsroom).items()
        if name != PREVIEW
        for address in walked[::-1][:count]
        if (found := leaks(client.get(address), known=address))
    }
    assert told == {}


def test_pages_of_a_subscriber_tell_nothing_of_another(client, newsroom):
    other = SubscriberFactory(address="zqother@example.net", address_key="zqother@example.net")
    SubscriptionFactory(subscriber=other, what="section", section=newsroom["section"])
    own = newsletter_addresses(newsroom)
    told = [address for (address,) in own.values() if "zqother" in client.get(address).content.decode()]
    assert told == []


SERVED_BY = {"archive:newsletter-export": "manage", "archive:newsletter-one-click": "leave"}
"""Addresses that take the link of another; the others are called as their links are."""


def test_no_link_of_a_subscriber_opens_what_another_kind_of_link_does(client, newsroom):
    """A token is of one purpose; and without the secret that it was made with, of none."""
    own = {name: address for name, (address,) in newsletter_addresses(newsroom).items() if ":" in unquote(address)}
    kinds = {name: SERVED_BY.get(name, name.rpartition("-")[2]) for name in own}
    mixed = {
        (name, other): client.post(reverse(name, args=[address.strip("/").split("/")[2]])).status_code
        for name in own
        for other, address in own.items()
        if kinds[name] != kinds[other]
    }
    assert set(mixed.values()) == {404}
    Subscriber.objects.update(secret="another")
    assert {name: client.post(address).status_code for name, address in own.items()} == dict.fromkeys(own, 404)


@pytest.mark.parametrize("state", STATES)
def test_hidden_article_has_no_address(client, newsroom, state):
    article = newsroom["hidden"][state]
    entity = article.mentions.order_by("pk")[0].entity
    own = [
        article.get_absolute_url(),
        reverse("archive:article-by-id", args=[article.pk]),
        reverse("archive:article-versions", args=[article.pk, article.slug]),
        *(reverse("archive:article-citation", args=[article.pk, form]) for form in ("bib", "ris", "json")),
        reverse("archive:article-card", args=[article.pk]),
        *(author.get_absolute_url() for author in article.authors.all()),
        reverse("api:article", args=[article.pk]),
        reverse("api:article-related", args=[article.pk]),
        entity.get_absolute_url(),
        reverse("archive:entity-by-id", args=[entity.pk]),
        reverse("api:entity", args=[entity.pk]),
    ]
    assert {address: client.get(address).status_code for address in own} == dict.fromkeys(own, 404)
    assert client.get(reverse(PREVIEW, args=[article.pk])).status_code == 302


@pytest.mark.parametrize("state", STATES)
def test_hidden_words_find_nothing(client, newsroom, state):
    for place in PLACES:
        asked = word(state, place)
        answer = client.get(reverse("api:articles"), {"q": asked}).json()
        assert (asked, answer["count"]["value"], answer["results"]) == (asked, 0, [])
        assert client.get(reverse("api:entities"), {"q": asked}).json()["results"] == []
        for name in ("archive:search", "archive:feed-search", "archive:entity-index"):
            assert leaks(client.get(reverse(name), {"q": asked}), known=asked) == set()


def test_word_that_a_reader_asks_for_is_the_only_one_repeated(client, newsroom):
    address = f"{reverse('archive:search')}?q={quote(word('draft', 'title'))}"
    assert word("draft", "title") in client.get(address).content.decode()
    assert leaks(client.get(address)) == {word("draft", "title")}


@pytest.mark.parametrize("state", STATES)
def test_published_article_appears_wherever_the_hidden_did_not(client, newsroom, state):
    """The words would be found: they are absent because the article is hidden, and for nothing else."""
    article = newsroom["hidden"][state]
    article.status, article.published_at, article.date_precision = Article.Status.PUBLISHED, DAY, "day"
    article.embargo_until = None
    article.save()
    assert leaks(client.get(article.get_absolute_url())) == {word(state, place) for place in ON_ITS_PAGE}
    assert leaks(client.get(reverse("api:article", args=[article.pk]))) == {
        word(state, place) for place in IN_THE_API
    }
    assert word(state, "title") in client.get("/").content.decode()
    assert client.get(reverse("api:articles"), {"q": word(state, "title")}).json()["count"]["value"] == 1


def test_what_was_drawn_before_an_article_was_withdrawn_is_not_shown(client, newsroom, monkeypatch):
    monkeypatch.setattr(company, "FEW_ARTICLES", 10)  # One article is enough.
    article = newsroom["hidden"]["withdrawn"]
    Article.objects.filter(pk=article.pk).update(status=Article.Status.PUBLISHED)
    count_entities()
    draw(newsroom["entity"])
    address = newsroom["entity"].get_absolute_url()
    assert word("withdrawn", "entity") in client.get(address).content.decode()
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    assert leaks(client.get(address)) == set()


def test_scheduled_article_appears_when_its_time_comes(client, newsroom):
    article = newsroom["hidden"]["scheduled"]
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(seconds=1))
    assert client.get(article.get_absolute_url()).status_code == 200
    assert leaks(client.get("/")) == {word("scheduled", place) for place in ON_THE_FRONT_PAGE}


def test_staff_preview_a_hidden_article(admin_client, newsroom):
    article = newsroom["hidden"]["draft"]
    response = admin_client.get(reverse(PREVIEW, args=[article.pk]))
    assert response.status_code == 200
    assert {word("draft", "title"), word("draft", "body")} <= leaks(response)
    page = response.content.decode()
    assert reverse("admin:archive_article_change", args=[article.pk]) in page
    offers = (
        "data-share",
        'id="citation"',
        "application/ld+json",
        'rel="canonical"',
        "og:title",
        "card.png",
        "oembed",
    )
    assert [offer for offer in offers if offer in page] == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "لا يراه القرّاء."),
        ("withdrawn", "لم يعد القرّاء يرونه."),
        ("scheduled", "يراه القرّاء ابتداءً من"),
        ("public", "يراه القرّاء."),
    ],
)
def test_preview_says_who_sees_the_article(admin_client, state, said):
    times = {"public": {}, "draft": {"draft": True}, "withdrawn": {"status": Article.Status.WITHDRAWN}}
    tomorrow = {"status": Article.Status.SCHEDULED, "published_at": timezone.now() + timedelta(days=1)}
    article = ArticleFactory(**times.get(state, tomorrow))
    preview = admin_client.get(reverse(PREVIEW, args=[article.pk])).context["preview"]
    assert preview["text"].startswith(said)


def test_staff_without_permission_preview_nothing(client, django_user_model, newsroom):
    client.force_login(django_user_model.objects.create_user("visitor", is_staff=True))
    response = client.get(reverse(PREVIEW, args=[newsroom["hidden"]["draft"].pk]))
    assert (response.status_code, leaks(response)) == (302, set())
