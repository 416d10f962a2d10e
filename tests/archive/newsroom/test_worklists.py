"""Each list holds what lacks something, and nothing else; one after another it is worked through."""

import pytest

from archive.models import ArticleLink, OutgoingLink
from archive.newsroom.worklists import WORK_LISTS, next_after
from tests.factories import (
    ArticleCopyFactory,
    ArticleFactory,
    EntityFactory,
    ImageFactory,
    NameProposalFactory,
)


def without_alternative_text():
    ImageFactory(alternative_text="", is_decorative=True)
    return ImageFactory(alternative_text="").article


def with_broken_link():
    alive = ArticleFactory()
    alive.outgoing_links.create(url="https://a.example/", state=OutgoingLink.State.ALIVE)
    article = ArticleFactory()
    article.outgoing_links.create(url="https://b.example/", state=OutgoingLink.State.BROKEN)
    return article


def with_neighbour_to_come():
    article = ArticleFactory()
    ArticleLink.objects.create(from_article=article, title="لم يصل بعد", kind="next")
    ArticleLink.objects.create(from_article=ArticleFactory(), title="ولا هذا", kind="related")
    return article


def near_copy():
    ArticleCopyFactory(likeness=1)
    ArticleCopyFactory(likeness=0.7, refused=True)
    ArticleCopyFactory(likeness=0.7, confirmed=True)
    return ArticleCopyFactory(likeness=0.7).article


LACKING = {
    "draft": lambda: ArticleFactory(draft=True),
    "review": lambda: ArticleFactory(status="review"),
    "scheduled": lambda: ArticleFactory(status="scheduled", published_at="2099-01-01T00:00Z"),
    "date": lambda: ArticleFactory(undated=True),
    "section": lambda: ArticleFactory(section=None),
    "neighbours": with_neighbour_to_come,
    "proposals": lambda: NameProposalFactory(entity=EntityFactory()).article,
    "copies": near_copy,
    "links": with_broken_link,
    "pictures": without_alternative_text,
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", WORK_LISTS)
def test_each_list_holds_what_it_says(code):
    ArticleFactory()
    ArticleFactory(status="withdrawn", section=None, undated=True)

    lacking = LACKING[code]()

    assert list(WORK_LISTS[code].articles()) == [lacking]


def test_the_newest_comes_first_and_then_the_next(db):
    first, _other, third = ArticleFactory(section=None), ArticleFactory(), ArticleFactory(section=None)
    work = WORK_LISTS["section"]

    assert [next_after(work, after) for after in (None, third.pk, first.pk)] == [third.pk, first.pk, None]
