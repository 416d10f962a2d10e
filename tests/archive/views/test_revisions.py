"""The page of what changed in an article, and what the article itself says of it."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from archive.models import Article, Correction, Image, RefusedLink
from archive.templatetags.archive import short_date
from tests.archive.views.html import text, with_class
from tests.factories import ArticleFactory, ArticleLinkFactory, AuthorFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def revised() -> Article:
    article = ArticleFactory(body="<p>رست السفينة في الميناء أمس.</p><p>خاتمة.</p>")
    Article.objects.filter(pk=article.pk).update(body="<p>رست السفينة في الميناء اليوم &lt;b&gt;.</p><p>خاتمة.</p>")
    return Article.objects.get(pk=article.pk)


def versions(article: Article) -> str:
    return reverse("archive:article-versions", args=[article.pk, article.slug])


def test_what_went_and_what_came_are_marked_and_said(see, revised):
    page = see(versions(revised))
    [changed] = with_class(page.root, "revision-text")
    assert [text(piece) for piece in changed.iter("del")] == ["[حُذف: أمس.]"]
    assert [text(piece) for piece in changed.iter("ins")] == ["[أُضيف: اليوم <b>.]"]
    assert page.texts("main//h3") == ["المتن"]
    assert [meta.get("content") for meta in page.all("meta") if meta.get("name") == "robots"] == ["noindex"]


def test_article_tells_when_it_was_changed_and_leads_there(see, revised):
    page = see(revised.get_absolute_url())
    [link] = [link for link in page.all("main//a") if link.get("href") == versions(revised)]
    assert text(link) == f"عُدّل في {' '.join(short_date(revised.revised_at).split())}"


def test_paper_names_the_version_as_the_page_of_versions_does(see, revised, article):
    record = with_class(see(revised.get_absolute_url(), language="en").root, "print-record")[0]
    facts = dict(zip(map(text, record.iter("dt")), map(text, record.iter("dd")), strict=True))
    told = see(versions(revised), language="en").texts("main//section[@class='revision']/h2")
    assert [facts["Version"]] == [f"of {moment}" for moment in told]
    [record] = with_class(see(article.get_absolute_url(), language="en").root, "print-record")
    assert "the first: unchanged since it came out here" in map(text, record.iter("dd"))


def test_date_and_source_are_told_as_they_were_and_as_they_are(see, query_count):
    old, new = SourceFactory(name="الضفاف", name_latin="Al Difaf"), SourceFactory(name="Port News (LB)")
    article = ArticleFactory(source=old, published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC), date_precision="day")
    articles = Article.objects.filter(pk=article.pk)
    articles.update(source=new, published_at=datetime(2018, 1, 3, 8, 30, tzinfo=UTC), original_url="https://e.org/1")
    page = see(versions(article))
    assert page.texts("main//h3") == ["تاريخ النشر", "المصدر", "الرابط الأصلي"]
    assert [text(fact) for fact in with_class(page.root, "revision-fact")] == [
        "[حُذف: ٢١ كانون الأول (ديسمبر) ٢٠١٧] [أُضيف: ٣ كانون الثاني (يناير) ٢٠١٨]",
        "[حُذف: الضفاف] [أُضيف: Port News (LB)]",
        "[أُضيف: https://e.org/1]",
    ]
    english = see(versions(article), language="en")
    assert [text(fact) for fact in with_class(english.root, "revision-fact")][1] == (
        "[removed: Al Difaf] [added: Port News (LB)]"
    )
    old.name_latin = ""
    old.save()
    name = with_class(see(versions(article), language="en").root, "revision-fact")[1].find("del/bdi")
    assert (text(name), name.get("lang")) == ("الضفاف", "ar")
    before = query_count(versions(article))
    articles.update(source=SourceFactory())
    assert query_count(versions(article)) == before
    assert versions(article) in see(article.get_absolute_url()).hrefs("main//a")


def test_another_hour_of_a_day_is_told_as_an_hour(see):
    article = ArticleFactory(published_at=datetime(2017, 12, 21, 8, 30, tzinfo=UTC), date_precision="day")
    Article.objects.filter(pk=article.pk).update(published_at=datetime(2017, 12, 21, 9, 30, tzinfo=UTC))
    [fact] = with_class(see(versions(article), language="en").root, "revision-fact")
    assert [text(piece)[-6:] for piece in fact.iter() if piece.tag in ("del", "ins")] == ["10:30]", "11:30]"]


def test_source_that_is_no_more_is_said_to_be_so(see):
    old, new = SourceFactory.create_batch(2)
    article = ArticleFactory(source=old)
    Article.objects.filter(pk=article.pk).update(source=new)
    old.delete()
    [fact] = with_class(see(versions(article)).root, "revision-fact")
    assert text(fact) == f"[حُذف: لم يعد في الأرشيف] [أُضيف: {new.name}]"


def test_article_that_was_never_changed_says_nothing_of_it(see, article):
    assert versions(article) not in see(article.get_absolute_url()).hrefs("main//a")
    assert "لم يتغيّر هذا الخبر منذ رآه قرّاؤه هنا أول مرّة." in text(see(versions(article)).main)


def test_other_words_in_the_address_lead_to_the_right_ones(client, article):
    response = client.get(reverse("archive:article-versions", args=[article.pk, "غيره"]))
    assert (response.status_code, response.headers["Location"]) == (301, versions(article))


def test_withdrawn_article_shows_none_of_its_versions(see, revised):
    revised.status = Article.Status.WITHDRAWN
    revised.save()
    page = see(versions(revised), status=410)
    assert "السفينة" not in page.html


def test_readers_are_told_of_authors_and_pictures_and_of_no_links(see, query_count, article):
    article.authors.add(AuthorFactory(name="سلمى أحمد"))
    article.save()
    article.authors.set([AuthorFactory(name="جين دو")])
    Image.objects.create(article=article, url="https://example.org/1.jpg", caption="السفينة")
    RefusedLink.objects.create(article=article, other=ArticleLinkFactory(from_article=article).to_article)
    page = see(versions(article))

    assert page.texts("main//h3") == ["الكتّاب", "الصور"]
    assert [text(one) for one in with_class(page.root, "revision-text")] == [
        "[حُذف: سلمى أحمد] [أُضيف: جين دو]",
        "[أُضيف: السفينة]",
    ]
    assert "لا يُعرف هل" not in page.html
    before = query_count(versions(article))
    article.save()
    assert query_count(versions(article)) == before


def test_readers_are_told_what_is_not_known_of_old_changes(see, revised):
    Article.objects.filter(pk=revised.pk).update(title="عنوان ثالث")
    revised.events.update(attached=None)
    revised.refresh_from_db()
    assert text(see(versions(revised)).main).count("لا يُعرف هل تغيّر الكتّاب والصور في هذا التعديل وما سبقه.") == 1


def test_corrections_stand_above_the_text_latest_first(see, revised):
    for day, words in ((1, "صُحّح الموعد."), (2, "سطر أول.\n\nسطر ثانٍ <b>.")):
        Correction.objects.create(article=revised, text=words, made_at=f"2020-01-0{day}T10:00Z")
    for address in (revised.get_absolute_url(), versions(revised)):
        notices = [text(notice) for notice in with_class(see(address).root, "corrections-notice")]
        assert notices == [
            "سطر أول. سطر ثانٍ <b>. ٢ كانون الثاني (يناير) ٢٠٢٠",
            "صُحّح الموعد. ١ كانون الثاني (يناير) ٢٠٢٠",
        ]
    article_page = see(revised.get_absolute_url()).html
    assert article_page.index('id="corrections"') < article_page.index("data-prose")


def test_article_without_corrections_asks_nothing_about_them(query_count, article):
    before = query_count(article.get_absolute_url())
    Correction.objects.create(article=article, text="صُحّح الموعد.")
    assert query_count(article.get_absolute_url()) == before + 1
