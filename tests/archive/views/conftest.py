"""A small archive with one of everything that pages show, and a reader who looks at them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.caching import chrome
from archive.models import Article, Author, Correction, SiteSettings
from archive.networks.drawing import count_entities, draw
from tests.archive.views.html import Page
from tests.factories import (
    ArticleFactory,
    ArticleLinkFactory,
    BannerFactory,
    CaptureFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    SectionFactory,
    SocialAccountFactory,
    SourceFactory,
)
from tests.factories.statistics import small_dataset

DAY = datetime(2017, 12, 21, 8, 30, tzinfo=UTC)
BODY = """<p>أعلنت جنيف اليوم بدء الجولة، وقالت سامية الخطيب إن «الأبواب مفتوحة».</p>
<h2>ما بعد الجولة</h2>
<ul><li>بند أول</li><li>بند ثانٍ</li></ul>
<blockquote><p>لا أساس لها.</p></blockquote>
<table><tr><th>السنة</th><th>الجولات</th></tr><tr><td>2017</td><td>4</td></tr></table>
<p>انظر <a href="https://example.org/">النص الكامل</a>.</p>"""


@dataclass
class Archive:
    """The addresses of PAGES, one of each kind, and some of what stands on them."""

    article: Article
    pages: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def see(client) -> Callable[..., Page]:
    """A function: the page at an address, as a reader in a language sees it."""

    def look(address: str, parameters: dict | None = None, *, language: str = "ar", status: int = 200) -> Page:
        client.cookies["django_language"] = language
        response = client.get(address, parameters)
        assert response.status_code == status, (address, response.status_code)
        return Page(response)

    return look


@pytest.fixture
def query_count(client, monkeypatch) -> Callable[..., int]:
    """A function: how many queries the page at an address asks, with nothing known beforehand."""

    def count(address: str, **parameters) -> int:
        monkeypatch.setattr(chrome, "_kept", None)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, parameters).status_code == 200
        return len(queries)

    return count


@pytest.fixture
def archive(db) -> Archive:
    SiteSettings(
        description="أخبار تُحفظ وتُقرأ.", about="نحفظ الأخبار.\n\nونردّها إلى قرّائها.", contact_email="desk@example.org"
    ).save()
    BannerFactory(text="ملف خاص")
    SocialAccountFactory(label="")
    politics = SectionFactory(name="سياسة", name_latin="Politics", slug="سياسة", description="أخبار الدول")
    culture = SectionFactory(name="ثقافة", name_latin="Culture", slug="ثقافة")
    source = SourceFactory(name="صحيفة الضفاف", name_latin="Al Difaf", slug="الضفاف")
    place = EntityFactory(
        kind="place",
        name="جنيف",
        name_latin="Geneva",
        description="مدينة سويسرية",
        aliases=["Geneva", "جنيڤ"],
        latitude=46.2,
        longitude=6.14,
    )
    others = [
        EntityFactory(kind="person", name="سامية الخطيب", name_latin="Samia Al Khatib", aliases=["الخطيب"]),
        EntityFactory(kind="organisation", name="الأمم المتحدة", name_latin="United Nations"),
        EntityFactory(kind="event", name="جولة جنيف", name_latin="Geneva round"),
    ]
    common = {"section": politics, "source": source}
    article = ArticleFactory(
        title="محادثات جنيف تبدأ جولة جديدة",
        kicker="سورية",
        summary="الجولة الثامنة تبدأ بوفدين.",
        body=BODY,
        place="جنيف",
        published_at=DAY,
        importance=2,
        original_url="https://example.org/1",
        capture=CaptureFactory(),
        **common,
    )
    article.authors.add(Author.objects.create(name="كريم الصفدي"), Author.objects.create(name="هالة منذر"))
    ImageFactory(article=article)
    start = article.text.index("جنيف")
    MentionFactory(article=article, entity=place, start=start, end=start + 4)
    earlier, later, loose = (
        ArticleFactory(
            title=f"جولة {name} في جنيف", published_at=DAY.replace(month=month), date_precision=precision, **common
        )
        for name, month, precision in (("أولى", 3, "day"), ("أخيرة", 5, "minute"), ("ضائعة", 6, "month"))
    )
    ArticleFactory(title="حصاد السنة", published_at=DAY.replace(month=1, day=2), date_precision="year", **common)
    undated = ArticleFactory(title="خبر بلا تاريخ", undated=True, section=culture, source=source)
    Article.objects.filter(pk=undated.pk).update(summary="وصلت السفينة مساءً وعلى متنها ركّاب.", place="المرفأ")
    Correction.objects.create(article=undated, text="وصلت السفينة مساءً لا صباحًا.")
    undated.refresh_from_db()
    for entity in (place, *others):
        for other in (article, earlier, later, loose, undated)[1 if entity is place else 0 :]:
            MentionFactory(article=other, entity=entity)
    ArticleLinkFactory(from_article=earlier, to_article=article, kind="follow_up")
    ArticleLinkFactory(from_article=article, to_article=later, kind="background")
    ArticleLinkFactory(from_article=article, to_article=loose, kind="related")
    ArticleLinkFactory(from_article=article, to_article=None, title="انتخابات خلال ستة أشهر؟", kind="next")

    figures = small_dataset()
    figures.description, figures.query = "حمّى في الوادي، يومًا بيوم.", "جنيف"
    figures.save()

    drawn = others[0]
    count_entities()
    draw(drawn)

    def at(name: str, *arguments, query: str = "") -> str:
        return reverse(f"archive:{name}", args=arguments) + query

    return Archive(
        article=article,
        pages={
            "front": at("front"),
            "article": article.get_absolute_url(),
            "undated-article": undated.get_absolute_url(),
            "section": politics.get_absolute_url(),
            "section-year": at("section-year", politics.slug, 2017),
            "section-month": at("section-month", politics.slug, 2017, 12),
            "author": article.authors.get(name="هالة منذر").get_absolute_url(),
            "calendar": at("archive-index"),
            "undated": at("archive-undated"),
            "year": at("archive-year", 2017),
            "month": at("archive-month", 2017, 12),
            "day": at("archive-day", 2017, 12, 21),
            "search-empty": at("search"),
            "search": at("search", query="?q=جنيف"),
            "search-filtered": at(
                "search", query=f"?q=جنيف&section=سياسة&source=الضفاف&entity={place.pk}&from=2017&to=2018&sort=newest"
            ),
            "search-nothing": at("search", query="?q=زقزقزق"),
            "search-nothing-filtered": at("search", query="?q=جنيف&section=ثقافة&from=2017"),
            "search-no-words": at("search", query="?q=؟!&section=سياسة"),
            "search-problems": at("search", query='?q="جنيف&section=لا&from=أمس&page=0&sort=x'),
            "entities": at("entity-index"),
            "entities-nothing": at("entity-index", query="?q=زقزقزق"),
            "entity": place.get_absolute_url(),
            "entity-drawn": drawn.get_absolute_url(),
            "entity-narrowed": place.get_absolute_url() + f"?q=جولة&year=2017&section=سياسة&with={drawn.pk}",
            "compare-empty": at("entity-compare"),
            "compare": at("entity-compare", query=f"?e={place.pk}&e={drawn.pk}&w=جولة"),
            "compare-asking": at("entity-compare", query=f"?e={drawn.pk}&add=جنيف&from=2018&to=2016"),
            "versions": at("article-versions", undated.pk, undated.slug),
            "versions-none": at("article-versions", article.pk, article.slug),
            "saved": at("saved"),
            "offline": at("offline"),
            "statistics": at("statistics-index"),
            "figures": figures.get_absolute_url(),
            "figures-compared": figures.get_absolute_url()
            + "?region=LB&region=SY&show=daily&per=million&scale=log&from=2020-05-02&sort=name",
            "figures-problems": figures.get_absolute_url() + "?measure=x&region=XX&from=أمس&to=2001",
            "about": at("about"),
            "api-docs": reverse("api:docs"),
        },
    )
