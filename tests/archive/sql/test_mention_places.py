"""Mentions stay on their words when a text changes, whatever changes it."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.models import Article, Mention
from tests.factories import ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db

TEXT = "زار المبعوث دمشق ثم بيروت. وعاد إلى دمشق مساءً."


@pytest.fixture
def article():
    return ArticleFactory(body=f"<p>{TEXT}</p>")


def mention(article, words, *, from_end=False, **values):
    start = article.text.rindex(words) if from_end else article.text.index(words)
    return MentionFactory(article=article, start=start, end=start + len(words), **values)


def rewrite(article, text):
    article.body = f"<p>{text}</p>"
    article.save()


def words_of(*mentions):
    """What each mention stands on now: its words, None without a place, "gone" when it was removed."""
    places = {
        pk: None if start is None else text[start:end]
        for pk, start, end, text in Mention.objects.values_list("pk", "start", "end", "article__text")
    }
    return [places.get(one.pk, "gone") for one in mentions]


def test_mentions_move_with_the_text_around_them(article):
    mentions = [mention(article, "دمشق"), mention(article, "بيروت"), mention(article, "دمشق", from_end=True)]

    rewrite(article, f"أمس {TEXT.replace('ثم', 'وبعدها بيومين')}")

    assert words_of(*mentions) == ["دمشق", "بيروت", "دمشق"]
    assert [Mention.objects.get(pk=one.pk).start for one in mentions] == [16, 35, 51]


def test_the_same_entity_twice_moves_by_the_distance_between_its_mentions(article):
    damascus = EntityFactory()
    first = mention(article, "دمشق", entity=damascus)
    last = mention(article, "دمشق", from_end=True, entity=damascus)

    rewrite(article, "س" * (last.start - first.start) + TEXT)
    assert words_of(first, last) == ["دمشق", "دمشق"]
    rewrite(article, TEXT)
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.start, last.start) == (12, 36)


def test_words_are_found_again_inside_what_changed(article):
    found = mention(article, "بيروت", confirmed=True)

    rewrite(article, TEXT.replace("دمشق ثم بيروت", "بيروت أولاً فدمشق", 1))

    assert words_of(found) == ["بيروت"]


def test_one_name_again_and_again_keeps_its_order_between_two_changes(article):
    damascus = EntityFactory()
    first = mention(article, "دمشق", entity=damascus, confirmed=True)
    last = mention(article, "دمشق", from_end=True, entity=damascus, confirmed=False)

    rewrite(article, f"أمس {TEXT.replace('مساءً', 'ليلاً')}")

    assert words_of(first, last) == ["دمشق", "دمشق"]
    assert [Mention.objects.get(pk=one.pk).start for one in (first, last)] == [16, 40]


def test_a_decision_stays_on_its_own_occurrence_between_two_changes(article):
    refused = mention(article, "دمشق", from_end=True, confirmed=False)

    rewrite(article, f"أمس {TEXT.replace('مساءً', 'ليلاً')}")

    assert Mention.objects.get(pk=refused.pk).start == 40


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_decision_about_words_that_are_gone_is_kept_for_the_whole_article(article, confirmed):
    decided = mention(article, "بيروت", confirmed=confirmed)
    by_editor = mention(article, "المبعوث", method=Mention.Method.EDITOR)

    rewrite(article, "نص آخر تماماً")

    assert words_of(decided, by_editor) == [None, None]
    decided.refresh_from_db()
    assert decided.confirmed is confirmed


def test_a_found_name_that_is_gone_is_gone(article):
    assert words_of(mention(article, "بيروت")) == ["بيروت"]
    found = Mention.objects.get()

    rewrite(article, TEXT.replace("بيروت", "حلب"))

    assert words_of(found) == ["gone"]


def test_two_decisions_that_lose_their_place_become_one(article):
    damascus = EntityFactory()
    first = mention(article, "دمشق", entity=damascus, confirmed=True)
    last = mention(article, "دمشق", from_end=True, entity=damascus, confirmed=True)

    rewrite(article, "لا مدن هنا")

    assert words_of(first, last) == [None, "gone"]


def test_raw_sql_moves_them_too_and_other_articles_are_left_alone(article):
    found, other = mention(article, "بيروت"), mention(ArticleFactory(body=article.body), "بيروت")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_article SET text = 'قبل ' || text WHERE id = %s", [article.pk])

    assert words_of(found, other) == ["بيروت", "بيروت"]


def test_offsets_outside_the_text_are_given_up(article):
    wrong = MentionFactory(article=article, start=4000, end=4010, confirmed=True)
    half = MentionFactory(article=article, start=len(article.text) - 2, end=len(article.text) + 5, confirmed=True)

    rewrite(article, f"أمس {TEXT}")

    assert words_of(wrong, half) == [None, None]


def test_a_text_of_megabytes_is_no_trouble(article):
    long = "كلمات كثيرة في نص طويل جداً. " * 40_000
    Article.objects.filter(pk=article.pk).update(body=f"<p>{long}</p>")
    article.refresh_from_db()
    found = mention(article, "طويل", from_end=True)

    Article.objects.filter(pk=article.pk).update(body=f"<p>بداية {long} نهاية</p>")

    assert words_of(found) == ["طويل"]


TOKENS = st.lists(st.sampled_from(["دمشق", "بيروت", "حلب", "في", "و", "دَمشق"]), min_size=1, max_size=10)


@given(TOKENS, TOKENS, st.data())
@settings(deadline=None, max_examples=40)
def test_a_mention_stands_on_the_words_it_stood_on_or_nowhere(old, new, data):
    article = ArticleFactory(body=" ".join(old))
    entities = [EntityFactory(), EntityFactory()]
    offset, words = 0, {}
    for token in old:
        if data.draw(st.booleans()):
            made = MentionFactory(
                article=article,
                entity=data.draw(st.sampled_from(entities)),
                start=offset,
                end=offset + len(token),
                confirmed=data.draw(st.sampled_from([None, True, False])),
            )
            words[made.pk] = token
        offset += len(token) + 1

    Article.objects.filter(pk=article.pk).update(body=" ".join(new))

    article.refresh_from_db()
    for found in article.mentions.all():
        assert (found.start is None) == (found.end is None)
        assert found.start is None or article.text[found.start : found.end] == words[found.pk]
    if old == new:
        assert article.mentions.exclude(start=None).count() == len(words)
