"""Every page that a reader can see and every state of it: the demo archive, what it lacks, and where they are."""

from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from archive.models import (
    Article,
    ArticleRead,
    Author,
    Correction,
    Dataset,
    Entity,
    Section,
    SiteSettings,
    Source,
    Story,
    StoryArticle,
    Subscriber,
)
from archive.networks.drawing import count_entities, draw
from archive.search import limits
from archive.search.filters import SearchFilters
from archive.subscriptions import enrolment, tokens
from archive.subscriptions.channels.push_crypto import new_signing_key
from archive.subscriptions.saved_searches import save_search
from archive.views import subscribing
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    BannerFactory,
    CaptureFactory,
    CopyGroupFactory,
    DeliveryFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    QuotationFactory,
    SocialAccountFactory,
    StoryFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.factories.statistics import MeasureFactory, small_dataset

DAY = datetime(2017, 10, 31, 9, tzinfo=UTC)
BODY = """<p>أعلنت الأمم المتحدة (UN) أن 4 سفن وصلت بين 2011–2020، وقالت سامية الخطيب إن «الأبواب مفتوحة».</p>
<h2>ما بعد الجولة</h2>
<ul><li>بند أول</li><li>بند ثانٍ</li></ul>
<blockquote><p>لا أساس لها.</p></blockquote>
<figure><table><caption>الجولات</caption><tr><th scope="col">السنة</th><th scope="col">الجولات</th></tr>
<tr><td>2017</td><td>4</td></tr></table></figure>
<p>انظر <a href="https://example.org/">النص الكامل</a>، أو اتصل على +961 1 234 567.</p>"""

WHATSAPP = {"WHATSAPP_TOKEN": "token", "WHATSAPP_PHONE_ID": "1", "WHATSAPP_NUMBER": "+9611555000"}
"""Settings of a site with an account on WhatsApp."""

GROUPS = ("articles", "lists", "searches", "names", "figures", "own", "staff", "answers", "errors")
"""The groups of `pages`, and those of `answers` and `pages_of_errors`: what one test walks."""

EMPTY_PAGES = {
    "front": "/",
    "calendar": "/archive/",
    "undated": "/archive/undated/",
    "names": "/entity/",
    "stories": "/story/",
    "figures": "/statistics/",
    "quotations": "/quotations/",
    "about": "/about/",
    "search": "/search/?q=x",
}
"""The pages of an archive with nothing in it, by name."""

TEMPLATES_OF_ERRORS = ("400", "403", "403_csrf", "403_origin", "405", "414", "429", "431", "500", "503")
"""Pages that have no address: they come where something went wrong."""


def demo_article(name: str) -> Article:
    return Article.objects.get(external_id=f"demo:{name}")


def add_to_demo() -> None:
    """Put in for every kind of page what the demo archive lacks."""
    article = demo_article("astana-seventh-round-2017")
    other = demo_article("higgs-boson-2012")
    entity = Entity.objects.get(name="ستافان دي ميستورا")
    full = ArticleFactory(
        title="رسالة من جنيف (Geneva): ما جرى بين 2011–2020",
        kicker="سورية",
        body=BODY,
        place="جنيف",
        section=article.section,
        source=Source.objects.exclude(pk=article.source_id).first(),
        published_at=DAY,
        importance=2,
        original_url="https://example.org/1",
    )
    undated = ArticleFactory(title="خبر بلا تاريخ", undated=True, section=article.section, source=article.source)
    full.authors.add(
        Author.objects.create(name="Zoe Q. (AP)", name_latin="Zoe Q."),
        Author.objects.create(name="كاتب من الميناء", name_latin="A. Writer"),
    )
    ImageFactory(article=full, caption="ميناء", credit="وكالة", alternative_text="سفينة في ميناء")
    Correction.objects.create(article=full, text="وصلت السفينة مساءً لا صباحًا.")
    full.source = article.source
    Article.objects.filter(pk=full.pk).update(summary="ملخص صُحّح بعد النشر.", source=article.source)
    full.authors.add(Author.objects.create(name="كاتبة من الميناء"))
    full.images.update(caption="سفينة في ميناء Old Town")
    for kind in ("related", "background", "follow_up", "next"):
        ArticleLinkFactory(from_article=full, to_article=article, kind=kind)
    MentionFactory(article=full, entity=entity)
    MentionFactory(article=full, entity=EntityFactory(name="Al-Quds (Jerusalem)", name_latin="Al-Quds (Jerusalem)"))
    CopyGroupFactory(articles=[full, other])
    story = Story.objects.filter(places__article=article).first() or StoryFactory(articles=[article])
    Story.objects.filter(pk=story.pk).update(title="محادثات أستانا (Astana)")
    for part in (full, undated):
        StoryArticle.objects.create(story=story, article=part, origin=StoryArticle.Origin.COMPUTED)
    QuotationFactory(article=full, speaker=entity, text="الأبواب مفتوحة")
    ArticleFactory(title="خبر سُحب", published_at=DAY)
    Article.objects.filter(title="خبر سُحب").update(status=Article.Status.WITHDRAWN)
    add_around_articles(article, full)
    subscribe(article)
    count_entities()
    draw(entity)


def add_around_articles(article: Article, full: Article) -> None:
    """Put in what the other pages show beside ARTICLE and FULL: of the site, of figures, of a year, of today."""
    today = timezone.localtime()
    SiteSettings(
        description="أخبار تُحفظ وتُقرأ.", about="نحفظ الأخبار.\n\nونردّها إلى قرّائها.", contact_email="desk@example.org"
    ).save()
    Section.objects.filter(pk=full.section_id).update(description="أخبار الدول.")
    Source.objects.filter(pk=full.source_id).update(url="https://example.org/")
    ArticleFactory(title="حصاد السنة", published_at=DAY, date_precision="year", section=full.section)
    long = "عنوان طويل لا ينتهي عند آخر السطر الأول ولا الثاني ويمضي إلى ثالث ورابع قبل أن يقول ما جرى أمس في الميناء القديم"
    of_today = ArticleFactory(title=long, published_at=today.replace(year=2016), capture=CaptureFactory())
    ArticleLinkFactory(from_article=of_today, to_article=None, title="خبر لم يصل بعد", kind="previous")
    ArticleLinkFactory(from_article=full, to_article=None, title="خبر لم يصل بعد", kind="background")
    for read in (article, full, of_today):
        ArticleRead.objects.create(article=read, day=today.date(), count=9)
    figures = small_dataset()
    Dataset.objects.filter(pk=figures.pk).update(source_name="وزارة الوادي", source_url="https://example.org/")
    figures.measures.update(unit="حالة")
    MeasureFactory(dataset__name="أسعار الخبز", dataset__slug="bread", dataset__position=9)
    BannerFactory(text="ملف خاص (PDF)", enabled=False)
    SocialAccountFactory(label="")
    SocialAccountFactory(network="whatsapp", url="https://whatsapp.com/channel/1")


def subscribe(article: Article) -> None:
    """Add a reader who is subscribed to all news, a section and a search, and was sent ARTICLE; and others of nothing."""
    SubscriberFactory(channel="push", address="https://push.example/1")
    SubscriberFactory(channel="whatsapp", address="+9613123456")
    SubscriberFactory(address="lost@example.org", state="suppressed")
    reader = SubscriberFactory(address="reader@example.org")
    SubscriptionFactory(subscriber=reader)
    SubscriptionFactory(subscriber=reader, what="section", section=article.section, when="daily")
    search = save_search("جنيف (Geneva)", SearchFilters(), "q=جنيف (Geneva)")
    SubscriptionFactory(subscriber=reader, what="search", search=search, when="at_once")
    DeliveryFactory(subscriber=reader, article=article, state="sent", sent_at=DAY)


def pages() -> dict[str, dict[str, str]]:
    """The addresses of the demo archive and what was added to it: in groups, by name."""
    article = demo_article("astana-seventh-round-2017")
    full = Article.objects.get(kicker="سورية", title__contains="Geneva")
    undated = Article.objects.get(title="خبر بلا تاريخ")
    withdrawn = Article.objects.get(title="خبر سُحب")
    entity = Entity.objects.get(name="ستافان دي ميستورا")
    other = Entity.objects.get(name="جنيف")
    author = full.authors.get(name="كاتب من الميناء")
    section, source = article.section, article.source
    figures = Dataset.objects.get(is_demo=True).get_absolute_url()
    gaps = Dataset.objects.get(slug="valley-fever").get_absolute_url()
    words = quote("جنيف")

    def at(name: str, *arguments, query: str = "") -> str:
        return reverse(f"archive:{name}", args=arguments) + query

    def searched(query: str) -> str:
        return at("search", query=query)

    return {
        "articles": {
            "article": article.get_absolute_url(),
            "article-with-all": full.get_absolute_url(),
            "article-with-picture": demo_article("higgs-boson-2012").get_absolute_url(),
            "article-long-title": Article.objects.get(title__startswith="عنوان طويل").get_absolute_url(),
            "article-undated": undated.get_absolute_url(),
            "versions": at("article-versions", full.pk, full.slug),
            "versions-none": at("article-versions", article.pk, article.slug),
        },
        "lists": {
            "front": at("front"),
            "section": section.get_absolute_url(),
            "section-earlier": f"{section.get_absolute_url()}?before=20160101T000000.000000Z-1",
            "section-year": at("section-year", section.slug, 2017),
            "section-month": at("section-month", section.slug, 2017, 10),
            "author": author.get_absolute_url(),
            "calendar": at("archive-index"),
            "undated": at("archive-undated"),
            "year": at("archive-year", 2017),
            "month": at("archive-month", 2017, 10),
            "day": at("archive-day", 2017, 10, 31),
            "stories": at("story-index"),
            "story": Story.objects.get(title__contains="Astana").get_absolute_url(),
            "story-newest-first": Story.objects.get(title__contains="Astana").get_absolute_url() + "?order=newest",
            "quotations": at("quotation-index"),
            "quotations-of": at("quotation-index", query=f"?speaker={entity.pk}&q={quote('مفتوحة')}"),
            "quotations-none": at("quotation-index", query="?q=زقزقزق"),
        },
        "searches": {
            "search-start": searched(""),
            "search": searched(f"?q={words}"),
            "search-filtered": searched(
                f"?q={words}&section={section.slug}&source={source.slug}&entity={entity.pk}&from=2017&to=2018&sort=newest"
            ),
            "search-filters-only": searched(f"?section={section.slug}&from=2017"),
            "search-page": searched("?q=في&page=2"),
            "search-more-names": searched(f"?q={words}&more=person"),
            "search-phrase": searched(f'?q="{words}" -أستانا | محادثات'),
            "search-latin": searched("?q=De+Mistura"),
            "search-latin-as-written": searched("?q=De+Mistura&names=as-written"),
            "search-misspelt": searched("?q=محاثدات"),
            "search-nothing": searched("?q=زقزقزق"),
            "search-phrase-not-found": searched(f'?q="{words} ضائعة في أستانا"'),
            "search-nothing-filtered": searched(f"?q={words}&from=1950&to=1951"),
            "search-no-words": searched(f"?q=؟!&section={section.slug}"),
            "search-problems": searched(f'?q="{words}&section=لا&entity=x&from=أمس&to=2001&page=0&sort=x'),
            "search-long": searched(f"?q={quote('و' * 1000)}"),
        },
        "names": {
            "entities": at("entity-index"),
            "entities-kind": at("entity-index", query="?kind=person"),
            "entities-letter": at("entity-index", query=f"?letter={quote('ج')}"),
            "entities-none": at("entity-index", query="?q=زقزقزق"),
            "entities-none-of-kind": at("entity-index", query=f"?kind=event&letter={quote('ظ')}"),
            "entity": entity.get_absolute_url(),
            "entity-place": other.get_absolute_url(),
            "entity-narrowed": f"{entity.get_absolute_url()}?year=2017&section={section.slug}&with={other.pk}",
            "entity-narrowed-to-nothing": f"{entity.get_absolute_url()}?q=زقزقزق&from=أمس",
            "compare-start": at("entity-compare"),
            "compare": at("entity-compare", query=f"?e={entity.pk}&e={other.pk}&w=محادثات"),
            "compare-not-found": at("entity-compare", query="?add=زقزقزق&w=زقزقزق"),
            "compare-asking": at("entity-compare", query=f"?e={entity.pk}&add={words}&from=2018&to=2016"),
        },
        "figures": {
            "statistics": at("statistics-index"),
            "figures": figures,
            "figures-compared": f"{figures}?region=LB&region=SE&region=FR&measure=recovered&show=daily&scale=log",
            "figures-per-million": f"{figures}?region=LB&per=million&from=2020-05-02&sort=name",
            "figures-problems": f"{figures}?measure=x&region=XX&from=أمس&to=2001",
            "figures-with-gaps": f"{gaps}?region=LB&region=SY&show=daily",
            "figures-none": Dataset.objects.get(slug="bread").get_absolute_url(),
            "figures-embedded": f"{figures}embed/?region=LB&show=daily",
        },
        "own": {
            "saved": at("saved"),
            "offline": at("offline"),
            "settings": at("settings"),
            "settings-saved": at("settings", query="?saved=on"),
            "settings-tried": at("settings", query="?theme=dark&hijri=on&digits=western"),
            "settings-tried-larger": at("settings", query="?theme=light&contrast=more&text_size=larger"),
            "about": at("about"),
            **newsletter_pages(),
            "whatsapp": at("whatsapp"),
            "whatsapp-sent": at("whatsapp-sent"),
            "push": at("push"),
            "api": reverse("api:docs"),
            "login": reverse("admin:login"),
        },
        "staff": {
            "styleguide": at("styleguide"),
            "preview": at("article-preview", full.pk),
            "front-preview": at("front-preview"),
            "whatsapp-as-editor": at("whatsapp"),
            "push-as-editor": at("push"),
            "banner-preview": at("banner-preview", BannerFactory._meta.model.objects.get(enabled=False).pk),
        },
        "errors": {
            "not-found": "/nothing/",
            "newsletter-stale": at("newsletter-manage", "none"),
            "day-not-found": at("archive-day", 2017, 10, 30),
            "month-not-found": at("archive-month", 1990, 1),
            "year-not-found": at("archive-year", 1990),
            "withdrawn": withdrawn.get_absolute_url(),
        },
    }


def newsletter_pages() -> dict[str, str]:
    """The addresses of the newsletter, and those of a reader who is subscribed to all that there is to subscribe to."""
    reader = Subscriber.objects.get(address="reader@example.org")
    one = reader.subscriptions.get(what="everything")

    def at(name: str, *arguments) -> str:
        return reverse(f"archive:{name}", args=arguments)

    return {
        "newsletter": at("newsletter"),
        "newsletter-of-search": at("newsletter") + f"?search=q%3D{quote('جنيف')}",
        "newsletter-of-name": at("newsletter") + f"?entity={Entity.objects.get(name='جنيف').pk}",
        "newsletter-sent": at("newsletter-sent"),
        "newsletter-confirm": at("newsletter-confirm", tokens.confirm_token(one, "daily")),
        "newsletter-manage": at("newsletter-manage", tokens.manage_token(reader)) + "?done=saved",
        **{
            f"newsletter-manage-{other.channel}": at("newsletter-manage", tokens.manage_token(other))
            for other in Subscriber.objects.exclude(pk=reader.pk)
        },
        "newsletter-leave": at("newsletter-leave", tokens.leave_token(reader, [one.pk])),
        "newsletter-address": at("newsletter-address", tokens.address_token(reader, "new@example.org")),
    }


def answers() -> dict[str, str]:
    """The HTML of what no address shows by itself, in the language in force: answers to forms, searches given up.

    By name; nothing is changed by it.
    """
    reader = Subscriber.objects.get(address="reader@example.org")
    subscription = reader.subscriptions.get(what="everything")
    entity = Entity.objects.get(name="ستافان دي ميستورا")
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = get_language()

    def sent(name: str, *arguments, **values: str) -> str:
        with transaction.atomic():
            response = client.post(reverse(f"archive:{name}", args=arguments), values)
            transaction.set_rollback(True)
        return response.content.decode()

    def seen(address: str) -> str:
        return client.get(address).content.decode()

    manage = tokens.manage_token(reader)
    found = {
        "newsletter-wrong": sent("newsletter", email="reader", section="x", when="x"),
        "newsletter-nothing-asked": sent("newsletter", email="reader@example.org", search="q=؟"),
        "newsletter-link-wrong": sent("newsletter-link", email="reader"),
        "newsletter-confirmed": sent("newsletter-confirm", tokens.confirm_token(subscription, "daily")),
        "newsletter-left": sent("newsletter-leave", tokens.leave_token(reader, [subscription.pk])),
        "newsletter-which": sent("newsletter-manage", manage, action="add", named="جني"),
        "newsletter-erase": sent("newsletter-manage", manage, action="erase"),
        "newsletter-erased": sent("newsletter-manage", manage, action="erase-now"),
        "newsletter-manage-wrong": sent("newsletter-manage", manage, **{f"when-{subscription.pk}": "x"}),
        "newsletter-add-wrong": sent("newsletter-manage", manage, action="add", section="x"),
        "newsletter-address-wrong": sent("newsletter-manage", manage, action="address", email="reader"),
    }
    with patch.object(enrolment, "MAX_SUBSCRIPTIONS", 0), transaction.atomic():
        asked = SubscriptionFactory(subscriber=reader, what="entity", entity=entity, state="pending")
        other = SubscriptionFactory(
            subscriber=SubscriberFactory(address="other@example.org"), what="entity", entity=entity
        )
        to_other = tokens.address_token(reader, other.subscriber.address)
        found["newsletter-confirm-too-many"] = sent("newsletter-confirm", tokens.confirm_token(asked, "daily"))
        found["newsletter-address-too-many"] = sent("newsletter-address", to_other)
        found["newsletter-add-too-many"] = sent(
            "newsletter-manage", manage, action="add", entity=entity.pk, when="daily"
        )
        transaction.set_rollback(True)
    with override_settings(SUBSCRIPTIONS=False):
        found["newsletter-off"] = seen(reverse("archive:newsletter-manage", args=[manage]))
        found["newsletter-left-off"] = sent("newsletter-leave", tokens.leave_token(reader, [subscription.pk]))
    with patch.object(subscribing, "MAX_REQUESTS_AN_HOUR", 0):
        found["newsletter-too-many"] = sent("newsletter-link", email="reader@example.org")
    with override_settings(**WHATSAPP):
        found["whatsapp-on"] = seen(reverse("archive:whatsapp"))
        found["whatsapp-wrong"] = sent("whatsapp", phone="1", country="LB", search="q=؟")
    with override_settings(PUSH_KEY=new_signing_key()):
        found["push-on"] = seen(reverse("archive:push"))
    with patch.object(limits, "MAX_SECONDS", -1):
        found["search-given-up"] = seen(reverse("archive:search") + f"?q={quote('جنيف')}")
        found["entity-given-up"] = seen(f"{entity.get_absolute_url()}?q={quote('جنيف')}")
        found["quotations-given-up"] = seen(reverse("archive:quotation-index") + f"?q={quote('مفتوحة')}")
        found["compare-given-up"] = seen(reverse("archive:entity-compare") + f"?e={entity.pk}")
    return found


def pages_of_errors() -> dict[str, str]:
    """The HTML of each page that comes where something went wrong, in the language in force, by its template's name."""
    request = RequestFactory().get("/")
    of_states = {state: render_to_string("503.html", {state: True}) for state in ("sent", "took_too_long")}
    return {
        **{name: render_to_string(f"{name}.html", request=request) for name in TEMPLATES_OF_ERRORS},
        **{f"503-{state}": html for state, html in of_states.items()},
    }
