import pytest

from archive.search.portraits import MAX_WORDS, portrait
from archive.search.statistics import count_words
from tests.archive.affairs import FERRY_TEXTS, affairs, write
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def stems(found) -> list[str]:
    return [term.word for term in found.words.weights]


def test_the_words_that_tell_an_article_from_others_weigh_the_most():
    ferry = affairs()["ferry"][0]
    found = stems(portrait(ferry.pk))
    # In the title and in few articles; what stands in most of them comes last, and what no other has not at all.
    assert set(found[:4]) >= {"ارواد", "عبار"}
    assert "ستين" not in found
    assert len(found) <= MAX_WORDS


def test_a_word_that_came_since_words_were_counted_counts_when_others_have_it():
    affairs()
    first, _second = (write(f"خبر {number}", "وصل المرصد زكزوك اليوم.") for number in range(2))
    assert "زكزوك" in stems(portrait(first.pk))


def test_names_weigh_the_more_the_fewer_articles_name_them():
    article = ArticleFactory()
    rare, common = EntityFactory(name="أرواد"), EntityFactory(name="دمشق")
    for entity in (rare, common):
        MentionFactory(article=article, entity=entity)
    for other in ArticleFactory.create_batch(4):
        MentionFactory(article=other, entity=common)
    count_words()
    assert list(portrait(article.pk).names) == [rare.pk, common.pk]


def test_before_words_are_counted_only_names_make_a_portrait():
    article = write("عبّارة أرواد", FERRY_TEXTS[0])
    assert stems(portrait(article.pk)) == []
    assert portrait(article.pk + 1) is None
