"""Every page that a reader can see and every state of it: the demo archive, what it lacks, and where they are."""

from datetime import UTC, datetime
from urllib.parse import quote

from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from archive.models import Article, Author, Correction, Dataset, Entity, Story, StoryArticle, Subscriber
from archive.networks.drawing import count_entities, draw
from archive.search.filters import SearchFilters
from archive.subscriptions import tokens
from archive.subscriptions.saved_searches import save_search
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    BannerFactory,
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

DAY = datetime(2017, 10, 31, 9, tzinfo=UTC)
BODY = """<p>أعلنت الأمم المتحدة (UN) أن 4 سفن وصلت بين 2011–2020، وقالت سامية الخطيب إن «الأبواب مفتوحة».</p>
<h2>ما بعد الجولة</h2>
<ul><li>بند أول</li><li>بند ثانٍ</li></ul>
<blockquote><p>لا أساس لها.</p></blockquote>
<figure><table><caption>الجولات</caption><tr><th scope="col">السنة</th><th scope="col">الجولات</th></tr>
<tr><td>2017</td><td>4</td></tr></table></figure>
<p>انظر <a href="https://example.org/">النص الكامل</a>، أو اتصل على +961 1 234 567.</p>"""

GROUPS = ("articles", "lists", "searches", "names", "figures", "own", "staff", "errors")
"""The groups of `pages`: what one test walks."""

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
        source=article.source,
        published_at=DAY,
        importance=2,
        original_url="https://example.org/1",
    )
    undated = ArticleFactory(title="خبر بلا تاريخ", undated=True, section=article.section, source=article.source)
    full.authors.add(Author.objects.create(name="Zoe Q. (AP)"), Author.objects.create(name="كاتب من الميناء"))
    ImageFactory(article=full, caption="ميناء", credit="وكالة", alternative_text="سفينة في ميناء")
    Correction.objects.create(article=full, text="وصلت السفينة مساءً لا صباحًا.")
    Article.objects.filter(pk=full.pk).update(summary="ملخص صُحّح بعد النشر.")
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
    BannerFactory(text="ملف خاص (PDF)", enabled=False)
    SocialAccountFactory(label="")
    subscribe(article)
    count_entities()
    draw(entity)


def subscribe(article: Article) -> None:
    """Add a reader who is subscribed to all news, a section and a search, and was sent ARTICLE."""
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
    figures = Dataset.objects.get().get_absolute_url()
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
            "search-phrase": searched(f'?q="{words}" -أستانا | محادثات'),
            "search-latin": searched("?q=De+Mistura"),
            "search-misspelt": searched("?q=محاثدات"),
            "search-nothing": searched("?q=زقزقزق"),
            "search-nothing-filtered": searched(f"?q={words}&from=1950&to=1951"),
            "search-no-words": searched(f"?q=؟!&section={section.slug}"),
            "search-problems": searched(f'?q="{words}&section=لا&entity=x&from=أمس&to=2001&page=0&sort=x'),
            "search-long": searched(f"?q={quote('و' * 1000)}"),
        },
        "names": {
            "entities": at("entity-index"),
            "entities-kind": at("entity-index", query="?kind=person"),
            "entities-none": at("entity-index", query="?q=زقزقزق"),
            "entity": entity.get_absolute_url(),
            "entity-place": other.get_absolute_url(),
            "entity-narrowed": f"{entity.get_absolute_url()}?year=2017&section={section.slug}&with={other.pk}",
            "entity-narrowed-to-nothing": f"{entity.get_absolute_url()}?q=زقزقزق",
            "compare-start": at("entity-compare"),
            "compare": at("entity-compare", query=f"?e={entity.pk}&e={other.pk}&w=محادثات"),
            "compare-asking": at("entity-compare", query=f"?e={entity.pk}&add={words}&from=2018&to=2016"),
        },
        "figures": {
            "statistics": at("statistics-index"),
            "figures": figures,
            "figures-compared": f"{figures}?region=LB&region=SE&region=FR&measure=recovered&show=daily&scale=log",
            "figures-per-million": f"{figures}?region=LB&per=million&from=2020-05-02&sort=name",
            "figures-problems": f"{figures}?measure=x&region=XX&from=أمس&to=2001",
            "figures-embedded": f"{figures}embed/?region=LB&show=daily",
        },
        "own": {
            "saved": at("saved"),
            "offline": at("offline"),
            "settings": at("settings"),
            "settings-tried": at("settings", query="?theme=dark&hijri=on&digits=western"),
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
            "banner-preview": at("banner-preview", BannerFactory._meta.model.objects.get(enabled=False).pk),
        },
        "errors": {
            "not-found": "/nothing/",
            "newsletter-stale": at("newsletter-manage", "none"),
            "day-not-found": at("archive-day", 2017, 10, 30),
            "withdrawn": withdrawn.get_absolute_url(),
        },
    }


def newsletter_pages() -> dict[str, str]:
    """The addresses of the newsletter, and those of a reader who is subscribed to all that there is to subscribe to."""
    reader = Subscriber.objects.get()
    one = reader.subscriptions.get(what="everything")

    def at(name: str, *arguments) -> str:
        return reverse(f"archive:{name}", args=arguments)

    return {
        "newsletter": at("newsletter"),
        "newsletter-of-search": at("newsletter") + f"?search=q%3D{quote('جنيف')}",
        "newsletter-sent": at("newsletter-sent"),
        "newsletter-confirm": at("newsletter-confirm", tokens.confirm_token(one, "daily")),
        "newsletter-manage": at("newsletter-manage", tokens.manage_token(reader)),
        "newsletter-leave": at("newsletter-leave", tokens.leave_token(reader, [one.pk])),
        "newsletter-address": at("newsletter-address", tokens.address_token(reader, "new@example.org")),
    }


def pages_of_errors() -> dict[str, str]:
    """The HTML of each page that comes where something went wrong, in the language in force, by its template's name."""
    request = RequestFactory().get("/")
    return {name: render_to_string(f"{name}.html", request=request) for name in TEMPLATES_OF_ERRORS}
