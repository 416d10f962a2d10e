"""What goes with an article, told apart between two versions: the lines that changed, as (kind, words)."""

import pytest

from archive.attached import Attached, attached_of, compared, compared_for_readers
from archive.models import Article, ArticleLink, Author, Image, RefusedLink
from tests.factories import ArticleFactory, ArticleLinkFactory, AuthorFactory

pytestmark = pytest.mark.django_db
NOTHING: Attached = {"authors": [], "links": [], "refused_links": [], "images": []}
PICTURE = {
    "file": "images/2017/12/port_a.jpg", "url": "", "caption": "السفينة عند الرصيف", "credit": "", "alternative_text": "",
    "is_decorative": False, "width": 3, "height": 2, "position": 0,
}  # fmt: skip


def now(article: Article) -> Attached:
    return attached_of(Article.objects.get(pk=article.pk))


def told(before: Attached, after: Attached, compare=compared) -> dict[str, list[list[tuple[str, str]]]]:
    return {
        part.name: [[(piece.kind, piece.text) for piece in line] for line in part.changes]
        for part in compare(before, after)
        if part.changes
    }


def test_authors_come_and_go_and_are_the_same_under_another_name(article):
    salma, jane = AuthorFactory(name="سلمى أحمد"), AuthorFactory(name="جين دو")
    article.authors.set([salma, jane])
    before = now(article)
    Author.objects.filter(pk=jane.pk).update(name="جين دو الخوري")
    assert told(before, now(article)) == {}

    article.authors.set([jane, AuthorFactory(name="هالة")])
    assert told(before, now(article)) == {"authors": [[("gone", "سلمى أحمد")], [("new", "هالة")]]}
    assert told(before, before | {"authors": []}, compared_for_readers) == {
        "authors": [[("gone", "جين دو")], [("gone", "سلمى أحمد")]]
    }


def test_links_are_told_with_their_kind_and_who_made_them(article):
    other = ArticleFactory(title="الجولة الأولى")
    link = ArticleLinkFactory(from_article=article, to_article=other, kind="related", origin="page")
    before = now(article)
    ArticleLink.objects.filter(pk=link.pk).update(origin="editor")
    ArticleLinkFactory(
        from_article=article, to_article=None, kind="next", title="غدًا", url="https://example.org/a/", origin="page"
    )

    assert told(before, now(article)) == {
        "links": [
            [("same", "ذو صلة:"), ("same", "الجولة الأولى — من:"), ("gone", "الصفحة الأصلية"), ("new", "محرر")],
            [("new", "التالي: غدًا (\u2068https://example.org/a/\u2069) — من: الصفحة الأصلية")],
        ]
    }
    assert told(before, now(article), compared_for_readers) == {}


def test_a_link_that_finds_its_article_or_loses_it_is_the_same(article):
    link = ArticleLinkFactory(
        from_article=article, to_article=None, kind="next", title="الجولة الأولى", origin="page"
    )
    waiting = now(article)
    other = ArticleFactory(title="الجولة الأولى", source=article.source)
    link.refresh_from_db()
    assert link.to_article == other
    ArticleLinkFactory(from_article=article, to_article=other, kind="background", title="")
    waiting["links"].insert(0, now(article)["links"][0])
    found = now(article)
    other.delete()

    assert told(waiting, found) == told(found, now(article)) == {}


def test_a_target_s_new_title_is_no_change_of_the_link(article):
    link = ArticleLinkFactory(from_article=article)
    before = now(article)
    Article.objects.filter(pk=link.to_article_id).update(title="عنوان صُحّح")
    assert told(before, now(article)) == {}


def test_refusals_are_told_to_editors_alone(article):
    before = now(article)
    RefusedLink.objects.create(article=article, other=ArticleFactory(title="لا صلة"))
    assert told(before, now(article)) == {"refused_links": [[("new", "لا صلة")]]}
    assert told(before, now(article), compared_for_readers) == {}


def test_pictures_are_told_word_by_word():
    before = NOTHING | {"images": [PICTURE]}
    after = NOTHING | {
        "images": [PICTURE | {"caption": "السفينة قرب الرصيف", "alternative_text": "سفينة", "is_decorative": True}]
    }
    caption = [("same", "السفينة"), ("gone", "عند"), ("new", "قرب"), ("same", "الرصيف")]

    assert told(before, after) == {
        "images": [
            [("same", "التعليق:"), *caption],
            [("same", "النص البديل:"), ("new", "سفينة")],
            [("new", "للزينة")],
        ]
    }
    assert told(before, after, compared_for_readers) == {"images": [caption]}


def test_a_picture_that_came_or_went_is_told_with_all_that_is_said_of_it():
    after = NOTHING | {"images": [PICTURE | {"credit": "أرشيف الميناء"}]}
    assert told(NOTHING, after) == {
        "images": [
            [("new", "صورة: \u2068port_a.jpg\u2069")],
            [("new", "التعليق: السفينة عند الرصيف")],
            [("new", "المصوّر أو المصدر: أرشيف الميناء")],
        ]
    }
    assert told(after, NOTHING, compared_for_readers) == {
        "images": [[("gone", "السفينة عند الرصيف")], [("gone", "أرشيف الميناء")]]
    }
    bare = NOTHING | {"images": [PICTURE | {"caption": ""}]}
    assert told(NOTHING, bare, compared_for_readers) == {"images": [[("new", "صورة بلا تعليق")]]}


def test_another_order_is_a_change():
    other = PICTURE | {"file": "", "url": "https://example.org/2.jpg", "caption": "الرصيف", "position": 1}
    before = NOTHING | {"images": [PICTURE, other]}
    after = NOTHING | {"images": [other | {"position": 0}, PICTURE | {"position": 1}]}
    assert told(before, after) == {"images": [[("new", "بترتيب آخر")]]}
    assert told(before, NOTHING | {"images": [other]}) == {
        "images": [[("gone", "صورة: \u2068port_a.jpg\u2069")], [("gone", "التعليق: السفينة عند الرصيف")]]
    }


def test_an_article_that_came_with_it_is_not_asked_again(article, django_assert_num_queries):
    Image.objects.create(article=article, url="https://example.org/1.jpg")
    came = Article.objects.with_attached().get(pk=article.pk)
    with django_assert_num_queries(0):
        attached = attached_of(came)
    assert attached == now(article)
