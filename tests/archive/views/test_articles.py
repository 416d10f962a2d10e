"""The front page, and an article's: one that was withdrawn, and how an article is cited."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from archive.annotating import annotate
from archive.models import Article, ArticleLink
from archive.models.beside import MAX_COPIES_SHOWN
from archive.stories.changing import renew
from archive.templatetags.archive import short_date
from archive.views.articles import on_this_day
from tests.archive.views.html import Page, text, with_class
from tests.factories import (
    ArticleCopyFactory,
    ArticleFactory,
    ArticleLinkFactory,
    AuthorFactory,
    CopyGroupFactory,
    EntityFactory,
    ImageFactory,
    MentionFactory,
    QuotationFactory,
    SectionFactory,
    SourceFactory,
    StoryFactory,
)

pytestmark = pytest.mark.django_db
STATUS = Article.Status


def withdrawn(**values) -> Article:
    """An article that was withdrawn after it had been what VALUES say."""
    article = ArticleFactory(title="zqtitle", summary="zqsummary", **values)
    article.status = STATUS.WITHDRAWN
    article.save()
    return article


def test_withdrawn_article_is_gone_and_tells_only_that_and_when(see):
    article = withdrawn()
    by_number = reverse("archive:article-by-id", args=[article.pk])
    for address in (by_number, f"{by_number}anything/"):
        page = see(address, status=410)
        assert "zqtitle" not in page.html
        assert "zqsummary" not in page.html
        assert text(page.one("h1")) == "سُحب هذا الخبر"
        assert page.texts("main//time") == [" ".join(short_date(article.events.get().pgh_created_at).split())]


def test_withdrawn_article_comes_back_when_it_is_published_again(client):
    article = withdrawn()
    article.status = STATUS.PUBLISHED
    article.save()
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "values",
    [
        {"status": STATUS.DRAFT},
        {"status": STATUS.PUBLISHED, "published_at": datetime(2300, 1, 1, tzinfo=UTC)},
        {"status": STATUS.SCHEDULED, "published_at": datetime(2300, 1, 1, tzinfo=UTC)},
    ],
)
def test_withdrawn_article_that_readers_never_saw_was_never_there(client, values):
    assert client.get(withdrawn(**values).get_absolute_url()).status_code == 404


def test_withdrawn_article_that_was_scheduled_for_a_time_past_was_seen(client):
    article = withdrawn(status=STATUS.SCHEDULED, published_at=timezone.now() - timedelta(minutes=1))
    assert client.get(article.get_absolute_url()).status_code == 410


def test_number_beyond_all_records_is_not_found(client):
    assert client.get(f"/article/{10**30}/").status_code == 404


def test_citation_gives_the_short_address_and_the_digits_of_the_language(see):
    article = ArticleFactory(
        pk=12_345, title="خبر", source=SourceFactory(name="الضفاف"), published_at=datetime(2017, 12, 21, tzinfo=UTC)
    )
    article.authors.add(AuthorFactory(name="كريم"), AuthorFactory(name="هالة & منذر"))
    short = f"http://testserver/article/{article.pk}/"
    citation = "main//p[@class='citation-text']"
    arabic = see(article.get_absolute_url())
    assert arabic.texts(citation) == [
        f"كريم، هالة & منذر، «خبر»، الضفاف، ٢١ كانون الأول (ديسمبر) ٢٠١٧. القيد ١٢٣٤٥، {short}"
    ]
    (address,) = arabic.all(f"{citation}/bdi[@dir='ltr']")
    assert text(address) == short
    english = see(article.get_absolute_url(), language="en")
    assert english.texts(citation)[0].endswith(f". Record {article.pk}, {short}")


def test_citation_says_no_more_of_a_date_than_is_known(see):
    article = ArticleFactory(title="خبر", source=SourceFactory(name="الضفاف"), date_precision="month")
    assert (
        "، كانون الأول (ديسمبر) ٢٠١٧." in see(article.get_absolute_url()).texts("main//p[@class='citation-text']")[0]
    )


def test_short_address_leads_to_the_full_one(client, article):
    response = client.get(reverse("archive:article-by-id", args=[article.pk]))
    assert (response.status_code, response.headers["Location"]) == (301, article.get_absolute_url())


def test_front_page_opens_with_the_newest_article_where_none_is_marked_important(see):
    older, newest = (ArticleFactory(published_at=datetime(year, 5, 1, tzinfo=UTC)) for year in (2016, 2017))
    page = see("/")
    assert page.texts("main//h1") == [newest.title]
    assert page.texts("main//ol[@class='ledger']//h3") == [older.title]


def test_on_this_day_looks_back_only():
    today = timezone.localtime(datetime(2017, 12, 21, 20, tzinfo=UTC))
    articles = [
        ArticleFactory(published_at=datetime(year, 12, 21, 8, tzinfo=UTC), date_precision=precision)
        for year, precision in [(2016, "day"), (2015, "minute"), (2014, "month"), (2017, "minute"), (2018, "minute")]
    ]
    assert on_this_day(Article.objects.all(), today) == [
        {"year": 2016, "article": articles[0]},
        {"year": 2015, "article": articles[1]},
    ]


def test_on_this_day_has_the_foremost_article_of_each_of_the_last_years():
    today = timezone.localtime(datetime(2017, 12, 21, 20, tzinfo=UTC))
    days = {
        year: [
            ArticleFactory(published_at=datetime(year, 12, 21, 6 + hour, tzinfo=UTC), importance=importance)
            for hour, importance in enumerate((0, 1, 1, 0))
        ]
        for year in range(2010, 2017)
    }
    ArticleFactory(published_at=datetime(2014, 12, 20, 8, tzinfo=UTC), importance=2)
    assert on_this_day(Article.objects.all(), today) == [
        {"year": year, "article": days[year][2]} for year in (2016, 2015, 2014, 2013, 2012)
    ]


def test_on_this_day_is_the_same_day_also_in_years_without_it():
    today = timezone.localtime(datetime(2020, 2, 29, 20, tzinfo=UTC))
    leap = ArticleFactory(published_at=datetime(2016, 2, 29, 8, tzinfo=UTC))
    ArticleFactory(published_at=datetime(2019, 3, 1, 8, tzinfo=UTC))
    assert on_this_day(Article.objects.all(), today) == [{"year": 2016, "article": leap}]


def test_front_page_names_no_article_twice(see):
    section = SectionFactory()
    lead, second = (ArticleFactory(title=f"بارز {n}", section=section, importance=2) for n in range(2))
    other = ArticleFactory(title="عادي", section=section)
    page = see("/")
    assert page.texts("main//ol[@class='ledger']//h3") == [other.title]
    assert [page.hrefs("main//a").count(article.get_absolute_url()) for article in (lead, second)] == [1, 1]


def test_front_page_has_each_section_with_its_newest(see):
    politics, culture, _empty = (SectionFactory(name=name, slug=name) for name in ("سياسة", "ثقافة", "علوم"))
    lead = ArticleFactory(section=politics, importance=2, published_at=datetime(2017, 5, 9, tzinfo=UTC))
    oldest_first = [
        ArticleFactory(title=f"سياسة {day}", section=politics, published_at=datetime(2017, 5, day, tzinfo=UTC))
        for day in range(1, 7)
    ]
    only = ArticleFactory(title="معرض", section=culture, published_at=datetime(2017, 5, 7, tzinfo=UTC))
    blocks = with_class(see("/").root, "front-section")

    def links(block) -> list[str]:
        return [link.get("href") for link in block.findall(".//a")]

    newest = [article.get_absolute_url() for article in reversed(oldest_first)]
    assert {links(block)[0]: links(block)[1:] for block in blocks} == {
        politics.get_absolute_url(): newest[:4],
        culture.get_absolute_url(): [only.get_absolute_url()],
    }
    # What stands above them is not told again.
    assert lead.get_absolute_url() not in [address for block in blocks for address in links(block)]


def test_article_page_names_no_other_article_twice(see):
    article, explaining, following = ArticleFactory.create_batch(3)
    kinds = ArticleLink.Kind
    ArticleLinkFactory(from_article=article, to_article=following, kind=kinds.FOLLOW_UP)
    for other in (explaining, following):
        for kind in (kinds.RELATED, kinds.BACKGROUND):
            ArticleLinkFactory(from_article=article, to_article=other, kind=kind)
    page = see(article.get_absolute_url())

    # The ways to the previous and the next article stand apart.
    links = [link.get("href") for link in page.all("main//a") if not link.get("rel")]
    assert [links.count(other.get_absolute_url()) for other in (explaining, following)] == [1, 1]


def test_kicker_that_is_the_section_s_name_is_not_repeated(see):
    section = SectionFactory(name="سياسة")
    article = ArticleFactory(kicker="سياسة", section=section)
    ArticleFactory(kicker="جنيف", section=section, importance=2)
    assert see(article.get_absolute_url()).texts("main//p[@class='kicker']") == []
    assert see("/").texts("main//*[@class='kicker']") == ["جنيف"]
    assert see(section.get_absolute_url()).texts("main//article//*[@class='kicker']") == ["جنيف"]


def test_card_without_a_kicker_names_its_section_where_nothing_else_does(see):
    section = SectionFactory(name="سياسة")
    ArticleFactory(section=section, importance=2)
    assert see("/").texts("main//*[@class='kicker']") == ["سياسة"]
    assert see(section.get_absolute_url()).texts("main//article//*[@class='kicker']") == []


def test_picture_kept_elsewhere_is_a_link_and_nothing_is_fetched(see):
    article = ArticleFactory()
    ImageFactory(article=article, file="", url="https://pictures.example/a.jpg?x=1&y", caption="قطاف الزيتون")
    page = see(article.get_absolute_url())
    assert '<a href="https://pictures.example/a.jpg?x=1&amp;y" rel="noopener nofollow">' in page.html
    assert "قطاف الزيتون" in page.html
    assert "<img" not in page.html.partition("<main")[2].partition("</main>")[0]


def test_preview_offers_nothing_to_cite_to_share_or_to_keep(admin_client, article):
    page = Page(admin_client.get(reverse("archive:article-preview", args=[article.pk])))
    for name in ("citation", "share", "tools", "quote", "resume"):
        assert with_class(page.main, name) == []
    assert page.all("main//script") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (0, "دقيقة قراءة"),
        (200, "دقيقة قراءة"),
        (400, "دقيقتا قراءة"),
        (700, "٤ دقائق قراءة"),
        (2000, "١١ دقيقة قراءة"),
    ],
)
def test_time_that_reading_takes_is_told(see, words, said):
    article = ArticleFactory(body=f"<p>{'كلمة ' * words}</p>")
    assert said in see(article.get_absolute_url()).texts("main//p/bdi")


def test_what_the_reader_s_device_keeps_of_an_article_cannot_end_its_script(see):
    article = ArticleFactory(title="</script><b>خبر", source=SourceFactory(name="الضفاف"))
    page = see(article.get_absolute_url())
    assert json.loads(page.one("main//script").text) == {
        "id": article.pk,
        "path": article.get_absolute_url(),
        "title": "</script><b>خبر",
        "language": "ar",
        "direction": "rtl",
        "source": "الضفاف",
        "date": short_date(article.published_at),
        "published": "2017-12-21",
    }


def test_quotation_is_copied_with_its_source_and_date(see):
    article = ArticleFactory(title="خبر", source=SourceFactory(name="الضفاف"), undated=True)
    (box,) = with_class(see(article.get_absolute_url()).main, "quote")
    assert box.get("data-quote-pattern") == "«{words}» — «خبر»، الضفاف، تاريخ غير معروف. {url}"
    assert box.get("data-quote-url") == f"http://testserver/article/{article.pk}/"


def test_link_that_is_copied_stays_and_those_that_are_sent_name_the_article(see, article):
    page = see(article.get_absolute_url())
    (share,) = with_class(page.main, "share")
    short = f"http://testserver/article/{article.pk}/"
    assert [button.get("data-copy") for button in share.iter("button") if button.get("data-copy")] == [short]
    sent = [unquote(unquote(link.get("href"))) for link in share.iter("a")]
    assert len(sent) == 5
    assert all(unquote(article.get_absolute_url()) in address for address in sent)


def test_what_nobody_is_known_to_have_said_is_not_listed(see, article):
    QuotationFactory(article=article, text="قول مجهول", speaker_text="")
    assert with_class(see(article.get_absolute_url()).main, "quotations") == []
    QuotationFactory(article=article, text="قول معلوم", speaker_text="سامية الخطيب")
    assert [text(quotation) for quotation in with_class(see(article.get_absolute_url()).main, "quotation-text")] == [
        "قول معلوم"
    ]


def test_what_leads_on_stands_before_what_explains(see, archive):
    QuotationFactory(article=archive.article)
    other = ArticleFactory(title="الخبر في الساحل")
    CopyGroupFactory(articles=[archive.article, other])
    headings = see(archive.article.get_absolute_url()).texts("main//aside/section/h2")
    assert headings == ["الخلفية", "أخبار ذات صلة", "مَن قال ماذا", "في هذا الخبر", "نُشر أيضًا في"]


# --- Copies --------------------------------------------------------------------------------------------------------


def test_where_else_a_text_was_printed_is_told_with_paper_and_day(see):
    article = ArticleFactory(title="الخبر نفسه")
    other = ArticleFactory(title="الخبر في الساحل", source=SourceFactory(name="الساحل"))
    draft = ArticleFactory(title="مسودة الخبر", draft=True)
    refused = ArticleFactory(title="خبر آخر")
    group = CopyGroupFactory(articles=[article, other, draft])
    ArticleCopyFactory(group=group, article=refused, refused=True)
    sections = see(article.get_absolute_url()).all("section")
    (section,) = (one for one in sections if text(one.find("h2")) == "نُشر أيضًا في")
    assert [text(title) for title in with_class(section, "ledger-title")] == ["الخبر في الساحل"]
    assert text(with_class(section, "ledger-margin")[0]).endswith("الساحل")
    assert "نُشر أيضًا في" not in see(refused.get_absolute_url()).html


def test_no_copy_is_related_however_many_papers_printed_the_text(see):
    article, other, *copies = ArticleFactory.create_batch(2 + MAX_COPIES_SHOWN + 2)
    CopyGroupFactory(articles=[article, *copies])
    entity = EntityFactory()
    for one in (article, other, *copies):
        MentionFactory(article=one, entity=entity)
    page = see(article.get_absolute_url())
    titles = {text(section.find("h2")): with_class(section, "ledger-title") for section in page.all("aside/section")}
    assert [text(title) for title in titles["أخبار ذات صلة"]] == [other.title]
    assert len(titles["نُشر أيضًا في"]) == MAX_COPIES_SHOWN


def test_a_phrase_tells_the_days_that_it_means(see):
    article = ArticleFactory(
        body="<p>تعقد في النصف الثاني من كانون الثاني المقبل، بعد جولة 30 حزيران 2012 ومنتصف التسعينات.</p>",
        published_at=datetime(2017, 12, 21, 9, tzinfo=UTC),
    )
    annotate([article.pk])
    page = see(article.get_absolute_url(), language="en")
    (prose,) = with_class(page.main, "prose")
    relative, absolute = prose.iterfind(".//time")
    assert text(relative) == "النصف الثاني من كانون الثاني المقبل"
    assert relative.attrib["datetime"] == "2018-01"
    assert (relative.attrib["title"].replace("\u00a0", " "), relative.attrib["tabindex"]) == (
        "16–31 January 2018",
        "0",
    )
    assert absolute.attrib == {"datetime": "2012-06-30"}
    # No machine reads «the middle of the nineties»: a reader does.
    (decade,) = with_class(prose, "dated")[1:]
    assert (decade.tag, "1994" in decade.attrib["title"]) == ("span", True)


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("30 حزيران 2012", None),
        ("حزيران 2012", None),
        ("عام 2012", None),
        ("النصف الثاني من كانون الثاني 2018", "16–31 January 2018"),
        ("مطلع 2018", "1 January 2018 – 31 March 2018"),
        ("أواخر 2016", "1 October 2016 – 31 December 2016"),
    ],
)
def test_a_phrase_that_says_its_year_tells_the_days_only_of_a_part_of_it(see, phrase, told):
    article = ArticleFactory(body=f"<p>عقدت في {phrase}.</p>", published_at=datetime(2018, 12, 21, 9, tzinfo=UTC))
    annotate([article.pk])
    (prose,) = with_class(see(article.get_absolute_url(), language="en").main, "prose")
    (time,) = prose.iterfind(".//time")
    assert (text(time), time.get("title", "").replace("\u00a0", " ") or None) == (phrase, told)


def test_the_first_mention_of_each_name_links_but_not_in_headings_and_links(see):
    article = ArticleFactory(
        body="<h2>جنيف غدًا</h2><p>قال «جنيف تنتظر» ثم عاد إلى جنيف. <a href='https://example.org/'>فيينا</a> وفيينا.</p>"
    )
    for name in ("جنيف", "فيينا"):
        entity = EntityFactory(name=name)
        for found in re.finditer(name, article.text):
            MentionFactory(article=article, entity=entity, start=found.start(), end=found.end())
    page = see(article.get_absolute_url())
    (prose,) = with_class(page.main, "prose")
    assert [text(link) for link in prose.findall(".//h2//a")] == []
    links = with_class(prose, "entity-link")
    assert [text(link) for link in links] == ["جنيف", "فيينا"]
    assert "«جنيف تنتظر»" in text(prose)
    assert links[0].tail == " تنتظر» ثم عاد إلى جنيف. "


def test_a_picture_whose_file_is_missing_leaves_the_page_with_its_words(client):
    image = ImageFactory(alternative_text="سفينة بيضاء عند رصيف حجري")
    image.file.storage.delete(image.file.name)
    response = client.get(image.article.get_absolute_url())
    assert response.status_code == 200
    assert 'alt="سفينة بيضاء عند رصيف حجري"' in response.content.decode()
    assert client.get(image.file.url).status_code == 404


def test_titles_around_an_article_are_said_to_be_in_their_language(see):
    english = ArticleFactory(
        title="The harbour opens", language="en", published_at=datetime(2017, 12, 20, tzinfo=UTC)
    )
    article = ArticleFactory(title="الميناء يُغلق", published_at=datetime(2017, 12, 21, tzinfo=UTC))
    for kind, title in (("next", "انتخابات"), ("background", "إضراب")):
        ArticleLinkFactory(from_article=article, to_article=None, title=title, kind=kind)
    renew(StoryFactory(title="أزمة الميناء", is_named=True, articles=[article, english]).pk)
    page = see(article.get_absolute_url(), language="en")
    assert {text(title): title.get("lang") for title in with_class(page.root, "previous-next-title")} == {
        "The harbour opens": "en",
        "انتخابات": "ar",
    }
    assert [name.get("lang") for name in with_class(page.root, "story-name")] == ["ar"]
    assert [words.get("lang") for words in with_class(page.root, "ledger-text") if text(words) == "إضراب"] == ["ar"]
    page = see(english.get_absolute_url(), language="en")
    assert {text(title): title.get("lang") for title in with_class(page.root, "previous-next-title")} == {
        "الميناء يُغلق": "ar"
    }
