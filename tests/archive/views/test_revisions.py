"""The page of what changed in an article, and what the article itself says of it."""

import pytest
from django.urls import reverse

from archive.models import Article, Correction
from archive.templatetags.archive import short_date
from tests.archive.views.html import text, with_class
from tests.factories import ArticleFactory

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


def test_article_that_was_never_changed_says_nothing_of_it(see, article):
    assert versions(article) not in see(article.get_absolute_url()).hrefs("main//a")
    assert "لم يتغيّر نصّ هذا الخبر منذ رآه قرّاؤه هنا أول مرّة." in text(see(versions(article)).main)


def test_other_words_in_the_address_lead_to_the_right_ones(client, article):
    response = client.get(reverse("archive:article-versions", args=[article.pk, "غيره"]))
    assert (response.status_code, response.headers["Location"]) == (301, versions(article))


def test_withdrawn_article_shows_none_of_its_versions(see, revised):
    revised.status = Article.Status.WITHDRAWN
    revised.save()
    page = see(versions(revised), status=410)
    assert "السفينة" not in page.html


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
