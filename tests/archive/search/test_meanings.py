import pytest

from archive.models import Alias, SynonymGroup
from archive.search.engine import SearchRequest, search_articles
from archive.search.filters import SearchFilters
from archive.search.meanings import widen
from archive.search.parser import parse
from archive.search.query import Group, Phrase, Same, Word
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory, SynonymGroupFactory

pytestmark = pytest.mark.django_db


def meanings(text):
    """What the parts of a query say, and in which other words."""
    return {
        part.text: {other.text for other in part.others} if isinstance(part, Same) else set()
        for part in widen(parse(text)).wanted
    }


# --- Words of the same meaning -----------------------------------------------------------------------------------


def test_shipped_words_find_each_other():
    assert meanings("وزراء هولندا") == {"وزراء": {"وزير"}, "هولندا": set()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("سد النهضة", {"سد النهضة": {"السد الإثيوبي", "الخزان"}}),
        ("الخزان ومصر", {"الخزان": {"سد النهضة", "السد الإثيوبي"}, "ومصر": set()}),
        ("أزمة بالسد الإثيوبي", {"أزمة": set(), "بالسد الإثيوبي": {"سد النهضة", "الخزان"}}),
        ("سد عال", {"سد": set(), "عال": set()}),
    ],
)
def test_editors_words_find_each_other(query, expected):
    SynonymGroupFactory(synonyms=["سد النهضة", "السد الإثيوبي", "الخزان"])

    assert meanings(query) == expected


@pytest.mark.parametrize("state", [SynonymGroup.State.PROPOSED, SynonymGroup.State.REFUSED])
def test_only_confirmed_words_find_each_other(state):
    SynonymGroupFactory(synonyms=["قمر", "هلال"], state=state)

    assert meanings("قمر") == {"قمر": set()}


def test_shipped_and_editors_words_join():
    SynonymGroupFactory(synonyms=["وزير", "معالي"])

    assert meanings("وزير") == {"وزير": {"وزراء", "معالي"}}


@pytest.mark.parametrize("query", ["=وزير", "وزي*", "«وزير الخارجية»", "عنوان:وزير", "«وزير خارجية»~4"])
def test_only_plain_words_are_widened(query):
    assert widen(parse(query)) == parse(query)


def test_words_are_widened_inside_groups_and_exclusions():
    query = widen(parse("(وزير هولندا) (أميركا أو كندا) -رئيس"))

    (both, either), (excluded,) = query.wanted, query.excluded
    assert [type(part) for part in (*both.parts, *either.parts, excluded)] == [Same, Word, Same, Word, Same]


def test_alternatives_are_no_phrase():
    (either,) = widen(parse("(دي أو ميستورا)")).wanted

    assert [type(part) for part in either.parts] == [Word, Word]


# --- Names -------------------------------------------------------------------------------------------------------


def test_other_names_of_an_entity_join():
    EntityFactory(name="ميانمار", aliases=["بورما", "اتحاد ميانمار", "Burma"])

    assert meanings("أزمة بورما") == {"أزمة": set(), "بورما": {"ميانمار", "اتحاد ميانمار"}}
    assert meanings("burma") == {"burma": {"ميانمار", "اتحاد ميانمار", "بورما"}}


def test_a_name_that_holds_the_words_asked_for_adds_nothing():
    EntityFactory(name="اتحاد ميانمار", aliases=["ميانمار"])

    assert meanings("ميانمار") == {"ميانمار": set()}


def test_a_name_of_several_words_is_one_part_whose_words_may_stand_apart():
    EntityFactory(name="ساحل العاج", aliases=["كوت ديفوار"])

    (part,) = widen(parse("بساحل العاج")).wanted

    assert part == Same("بساحل العاج", Group("بساحل العاج", parse("بساحل العاج").wanted), part.others, is_name=True)
    assert [(type(other), other.text) for other in part.others] == [(Phrase, "كوت ديفوار")]


def test_the_longest_name_counts_and_words_inside_keep_their_own():
    EntityFactory(name="بورما", aliases=["ميانمار"])
    EntityFactory(name="رئيس بورما", aliases=["وين مينت"])

    (part,) = widen(parse("رئيس بورما")).wanted

    assert {other.text for other in part.others} == {"وين مينت"}
    assert [{other.text for other in inner.others} for inner in part.meant.parts] == [{"رؤساء"}, {"ميانمار"}]


def test_names_of_several_entities_are_left_alone():
    EntityFactory(name="جورج بوش الأب", aliases=["بوش", "بوش الكبير"])
    EntityFactory(name="جورج بوش الابن", aliases=["بوش"])

    assert meanings("بوش") == {"بوش": set()}
    assert meanings("بوش الكبير") == {"بوش الكبير": {"جورج بوش الأب"}}


def test_ambiguous_names_are_left_alone():
    entity = EntityFactory(name="عمرو موسى")
    AliasFactory(entity=entity, name="السيد", ambiguous=True)

    assert meanings("السيد") == {"السيد": set()}
    assert meanings("عمرو موسى") == {"عمرو": set(), "موسى": set()}


def test_a_common_word_is_no_name():
    EntityFactory(name="منظمة من", aliases=["من", "مون"])

    assert meanings("من هو") == {"من": set(), "هو": set()}
    assert meanings("مون") == {"مون": {"منظمة من"}}


def test_at_most_eight_names_join_full_ones_first():
    entity = EntityFactory(name="الاسم الأصلي", aliases=[f"لقب{n}" for n in range(20)])
    AliasFactory(entity=entity, name="صفة", kind=Alias.Kind.NAME)

    (others,) = meanings("الاسم الأصلي").values()
    assert (len(others), "صفة" in others) == (8, True)


def test_names_of_unpublished_articles_do_not_tell_of_them():
    entity = EntityFactory(name="بورما", aliases=["ميانمار"])
    MentionFactory(entity=entity, article=ArticleFactory(draft=True))

    assert meanings("بورما") == {"بورما": set()}


def test_words_without_others_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        widen(parse("سفينة في ميناء قديم"))


def test_articles_with_another_name_have_everything_and_those_with_a_word_of_it_something():
    EntityFactory(name="ساحل العاج", aliases=["كوت ديفوار"])
    for title in ("كوت ديفوار", "ساحل العاج", "العاج على ساحل", "ساحل البحر", "كوت"):
        ArticleFactory(title=title, summary="", body="")
    results = search_articles(SearchRequest(text="ساحل العاج")).articles

    assert [(found.title, found.matches_all) for found in results] == [
        ("ساحل العاج", True),
        ("العاج على ساحل", True),
        ("كوت ديفوار", True),
        ("ساحل البحر", False),
    ]


# --- Names in Latin letters --------------------------------------------------------------------------------------


def as_written(text):
    return widen(parse(text), names_as_written=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lavrov", {"Lavrov": {"لافروف"}}),
        ("lavrov جنيف", {"lavrov": {"لافروف"}, "جنيف": set()}),
        ("Sergey Lavrov in Moscow", {"Sergey Lavrov": {"سيرغي لافروف"}, "Moscow": set()}),
        ("De Mistura", {"De Mistura": {"دي ميستورا"}}),
        ("«de mistura»", {"«de mistura»": {"دي ميستورا"}}),
        ("الوزير Lavrov", {"الوزير": {"وزراء"}, "Lavrov": {"لافروف"}}),
        ("Ali Saleh", {"Ali Saleh": {"علي عبد الله صالح"}}),
        ("peace talks", {"peace": set(), "talks": set()}),
    ],
)
def test_a_name_in_latin_letters_joins_in_arabic_ones(text, expected):
    for name in ("سيرغي لافروف", "ستافان دي ميستورا", "علي عبد الله صالح"):
        EntityFactory(name=name)
    found = {part: {other.strip("«»") for other in others} for part, others in meanings(text).items()}
    assert found == expected


def test_what_sounds_like_a_whole_name_brings_the_others_too():
    EntityFactory(name="أستانا", aliases=["نور سلطان"])

    assert {other.strip("«»") for other in meanings("Astana")["Astana"]} == {"أستانا", "نور سلطان"}


def test_the_main_name_stands_for_an_ambiguous_stretch():
    entity = EntityFactory(name="بشار الأسد")
    AliasFactory(entity=entity, name="الأسد", ambiguous=True)

    assert meanings("Assad") == {"Assad": {"بشار الأسد"}}


def test_names_in_latin_letters_can_be_meant_as_written():
    EntityFactory(name="سيرغي لافروف", aliases=["Putin", "بوتين"])

    for text in ("Lavrov", "«Sergei Lavrov»", "Putin"):
        assert as_written(text) == parse(text)
    assert [type(part) for part in as_written("بوتين").wanted] == [Same]


def test_hidden_names_do_not_sound():
    entity = EntityFactory(name="سيرغي لافروف")
    MentionFactory(entity=entity, article=ArticleFactory(draft=True))

    assert meanings("Lavrov") == {"Lavrov": set()}


def test_long_queries_in_latin_letters_are_looked_up_in_part(django_assert_max_num_queries):
    EntityFactory(name="سيرغي لافروف")
    with django_assert_max_num_queries(60):
        widen(parse(" ".join(f"word{chr(97 + number)}" for number in range(20))))


@pytest.mark.parametrize("text", ["Lavrov", "«Sergey Lavrov»", "Lavrow"])
def test_articles_are_found_by_a_name_in_latin_letters(text):
    EntityFactory(name="سيرغي لافروف")
    article = ArticleFactory(title="سيرغي لافروف في جنيف")
    ArticleFactory(title="أسعار النفط")

    assert search_articles(SearchRequest(text=text)).articles == [article]
    written = SearchRequest(text=text, filters=SearchFilters(names_as_written=True))
    assert search_articles(written).articles == []
