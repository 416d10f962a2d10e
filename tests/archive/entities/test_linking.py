import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.entities.context import read
from archive.entities.gazetteer import Gazetteer, KnownName
from archive.entities.linking import link_everywhere, link_mentions
from archive.models import Mention
from archive.text.normalize import words
from tests.archive.text.strategies import arabic_text
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

SYRIA, DAMASCUS, CAIRO, UN, MISTURA, LEBANON, UNIVERSITY = range(1, 8)
NAMES = [
    ("سوريا", SYRIA),
    ("دمشق", DAMASCUS),
    ("القاهرة", CAIRO),
    ("جامعة القاهرة", UNIVERSITY),
    ("الأمم المتحدة", UN),
    ("ستافان دي ميستورا", MISTURA),
    ("دي ميستورا", MISTURA),
    ("De Mistura", MISTURA),
    ("لبنان", LEBANON),
]


def gazetteer(*names):
    return Gazetteer(KnownName(words(name), entity) for name, entity in names)


def found_in(text, *names):
    return [
        (found.entity_id, text[found.start : found.end]) for found in read(text, gazetteer(*names or NAMES)).found
    ]


# --- Finding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("وَدِمَشْقُ", "دِمَشْقُ"),
        ("وَبِدِمَشق", "دِمَشق"),
        ("دمـــشق،", "دمـــشق"),
        ("\u200fدمشق\u200f", "دمشق"),
        ("لِلقاهِرَةِ", "لقاهِرَةِ"),
        ("(الأُمَمُ  المُتَّحِدةُ)", "الأُمَمُ  المُتَّحِدةُ"),
        ("الأمم\u00a0المتحدة", "الأمم\u00a0المتحدة"),
        ("الأمم-المتحدة", "الأمم-المتحدة"),
        ("دي ــ ميستورا", "دي ــ ميستورا"),
        ("ﺩﻣﺸﻖ", "ﺩﻣﺸﻖ"),
    ],
)
def test_offsets_are_those_of_the_printed_name(text, found):
    assert [words for _, words in found_in(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "الأمم، المتحدة",
        "الأمم. المتحدة",
        "الأمم\nالمتحدة",
        "الأمم\tالمتحدة",
        "الأمم «المتحدة»",
        "دمشقي",
        "الدمشق",
        "دمش ق",
    ],
)
def test_punctuation_and_other_words_part_a_name(text):
    assert found_in(text) == []


def test_a_name_that_two_share_is_linked_to_neither_nor_is_a_shorter_one_inside_it():
    names = [("علي حسن", 1), ("علي حسن", 2), ("حسن", 3), ("علي", 4)]

    assert found_in("قال علي حسن ووعلي حسن، ثم حسن", *names) == [(3, "حسن"), (3, "حسن")]
    assert found_in("قال علي حسن", *names) == []
    assert found_in("قال علي حسن", ("علي حسن", 1), ("عليّ حسن", 1)) == [(1, "علي حسن")]


@pytest.mark.parametrize("text", ["تلسكوب بقطر الأرض", "وبقطر عشرة أمتار", "فبِقُطْر أصغر"])
def test_no_country_is_found_in_a_diameter(text):
    assert found_in(text, ("قطر", 1)) == []
    assert found_in(f"{text} لقطر وقطر", ("قطر", 1)) == [(1, "قطر"), (1, "قطر")]


def test_a_name_at_the_end_of_a_text_is_found_beside_longer_ones():
    assert found_in("عن دي", ("دي ميستورا الكبير", 1), ("دي", 2)) == [(2, "دي")]


def test_full_width_punctuation_parts_names():
    assert found_in("UN／UN", ("UN", 1)) == [(1, "UN"), (1, "UN")]


def test_empty_names_are_no_names():
    assert found_in("نص", ("", 1), ("؟", 2)) == []


ALPHABET = st.sampled_from(
    ["علي", "حسن", "و", "ل", "لل", "ال", "ﷺ", "ﻻ", "َ", "\u200f", " ", " ", "-", "،", "\n", "سلم"]
)


@given(
    st.lists(ALPHABET, max_size=25).map("".join) | arabic_text(),
    st.lists(
        st.tuples(
            st.sampled_from(["علي", "حسن", "علي حسن", "لا", "سلم", "صلى الله", "و", "الحسن علي"]), st.integers(1, 3)
        ),
        max_size=6,
    ),
)
@settings(deadline=None, max_examples=250)
def test_what_is_found_is_in_order_and_holds_a_name(text, names):
    found = read(text, gazetteer(*names)).found

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(left.end <= right.start for left, right in itertools.pairwise(found))
    assert {one.entity_id for one in found} <= {entity for _, entity in names}
    known = [words(name) for name, _ in names]
    for one in found:
        inside = words(text[one.start : one.end])
        assert any(name in inside or name.removeprefix("ا") in inside for name in known)


# --- Linking -----------------------------------------------------------------------------------------------------


def mentions_of(article):
    text = article.text
    return [
        (mention.entity.name, None if mention.start is None else text[mention.start : mention.end], mention.confirmed)
        for mention in article.mentions.select_related("entity").order_by("start", "pk")
    ]


@pytest.fixture
def damascus(db):
    return EntityFactory(name="دمشق", aliases=["الشام"])


@pytest.fixture
def article(damascus):
    return ArticleFactory(body="<p>من دمشق وبيروت إلى <em>الشام</em>.</p>")


def place(article, words):
    start = article.text.index(words)
    return {"start": start, "end": start + len(words)}


def test_known_names_become_mentions_once(article, damascus):
    EntityFactory(name="بيروت")

    assert [link_mentions([article.pk]) for _ in range(3)] == [3, 3, 3]
    assert mentions_of(article) == [("دمشق", "دمشق", None), ("بيروت", "بيروت", None), ("دمشق", "الشام", None)]
    assert set(article.mentions.values_list("method", flat=True)) == {"names"}


def test_ambiguous_names_are_never_linked_by_themselves(article):
    AliasFactory(entity__name="مدينة على الساحل", name="بيروت", ambiguous=True)

    link_mentions([article.pk])

    assert mentions_of(article) == [("دمشق", "دمشق", None), ("دمشق", "الشام", None)]


def test_a_common_word_is_a_name_nowhere(article):
    EntityFactory(name="في")

    link_mentions([article.pk])

    assert {name for name, _text, _confirmed in mentions_of(article)} <= {"دمشق"}
    assert read("في البيت", Gazetteer.load()).found == []


def test_what_was_linked_stays_linked_when_another_takes_the_name(article, damascus):
    link_mentions([article.pk])
    twin = EntityFactory(name="دِمَشق")
    new = ArticleFactory(body=article.body)

    for _ in range(2):
        link_mentions([article.pk, new.pk])

    assert mentions_of(article) == [("دمشق", "دمشق", None), ("دمشق", "الشام", None)]
    assert mentions_of(new) == [("دمشق", "الشام", None)]
    assert not twin.mentions.exists()

    damascus.delete()
    link_mentions([article.pk, new.pk])
    assert [one.entity for one in article.mentions.all()] == [one.entity for one in new.mentions.all()] == [twin]


def test_a_name_that_is_taken_back_is_linked_no_more(article, damascus):
    link_mentions([article.pk])
    damascus.aliases.filter(name="الشام").delete()

    link_mentions([article.pk])

    assert mentions_of(article) == [("دمشق", "دمشق", None)]


def test_what_an_editor_decided_or_added_survives(article, damascus):
    beirut = EntityFactory(name="بيروت")
    MentionFactory(article=article, entity=damascus, **place(article, "دمشق"), confirmed=True)
    MentionFactory(article=article, entity=damascus, **place(article, "الشام"), confirmed=False)
    MentionFactory(article=article, entity=beirut, **place(article, "من"), method=Mention.Method.EDITOR)
    MentionFactory(article=article, entity=EntityFactory(name="الساحل"), method=Mention.Method.EDITOR)

    for _ in range(2):
        link_mentions([article.pk])

    assert mentions_of(article) == [
        ("بيروت", "من", None),
        ("دمشق", "دمشق", True),
        ("بيروت", "بيروت", None),
        ("دمشق", "الشام", False),
        ("الساحل", None, None),
    ]


def test_nothing_else_is_linked_where_a_name_was_refused(article, damascus):
    MentionFactory(article=article, entity=damascus, **place(article, "دمشق"), confirmed=False)
    damascus.delete()
    other = EntityFactory(name="دمشق")
    MentionFactory(article=article, entity=other, **place(article, "دمشق وبيروت"), confirmed=False)

    assert link_mentions([article.pk]) == 0


def test_an_entity_refused_for_the_whole_article_is_not_found_in_it(article, damascus):
    MentionFactory(article=article, entity=damascus, confirmed=False)

    assert link_mentions([article.pk]) == 0
    assert mentions_of(article) == [("دمشق", None, False)]


def test_a_decision_about_words_that_are_gone_loses_its_place(article, damascus):
    MentionFactory(article=article, entity=damascus, **place(article, "الشام"), confirmed=False)

    article.body = "<p>لا مدينة هنا سوى دمشق.</p>"
    article.save()

    assert link_mentions([article.pk]) == 0
    assert mentions_of(article) == [("دمشق", None, False)]


def test_articles_are_linked_in_batches_and_all_at_once(article, django_assert_num_queries):
    others = [ArticleFactory(body="<p>دمشق</p>") for _ in range(3)]

    assert link_everywhere() == 5
    with django_assert_num_queries(10):
        link_mentions([article.pk, *(one.pk for one in others)])


def test_no_articles_and_unknown_ones_are_no_trouble(db):
    assert (link_mentions([]), link_mentions([987654])) == (0, 0)
