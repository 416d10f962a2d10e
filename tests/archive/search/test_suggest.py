"""Completions: of any word, in any spelling, the popular first, and never anything hidden."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from archive.models import Alias, Article, SearchName
from archive.search import suggest as module
from archive.search.suggest import MAX_SUGGESTIONS, spelt_beginnings, suggest
from tests.factories import AliasFactory, ArticleFactory, EntityFactory, MentionFactory

pytestmark = pytest.mark.django_db


def article(title: str, **values) -> Article:
    return ArticleFactory(title=title, **{"summary": "", "body": ""} | values)


def names(typed: str) -> list[str]:
    return [entity.name for entity in suggest(typed).entities]


def titles(typed: str) -> list[str]:
    return [found.title for found in suggest(typed).titles]


def completed(typed: str) -> list[str]:
    return suggest(typed).words


def count_words() -> None:
    call_command("count_words")


@pytest.mark.parametrize(
    ("word", "spelt"),
    [
        ("امم", ["امم", "الامم"]),
        ("الامم", ["الامم", "امم"]),
        ("ال", ["ال"]),
        ("الام", ["الام"]),
        ("الله", ["الله"]),
    ],
)
def test_the_article_makes_no_difference(word, spelt):
    assert spelt_beginnings(word) == spelt


@pytest.mark.parametrize("typed", ["استا", "آستا", "أُستان", "الاستان", "astan", "ASTAN", "Āstan"])
def test_a_name_is_found_in_any_spelling(typed):
    EntityFactory(name="آستانة", aliases=["Astana"])
    assert names(typed) == ["آستانة"]


@pytest.mark.parametrize("typed", ["ميس", "ستاف", "دي ميس", "ستافان مي", "ميستورا ستا", "د", "المست"])
def test_any_words_of_a_name_may_begin_so(typed):
    EntityFactory(name="ستافان دي ميستورا")
    EntityFactory(name="مستشفى الميناء")
    assert names(typed)[-1:] == (["مستشفى الميناء"] if typed == "المست" else ["ستافان دي ميستورا"])


def test_every_word_typed_narrows():
    EntityFactory(name="مجلس الأمن")
    EntityFactory(name="مجلس النواب")
    assert names("مجلس") == ["مجلس الأمن", "مجلس النواب"]
    assert names("مجلس الن") == ["مجلس النواب"]
    assert names("مجلس زق") == []


def test_an_entity_is_named_once_with_the_spelling_that_begins_so():
    EntityFactory(name="آستانة", aliases=["أستانا", "أستانا القديمة", "نور سلطان"])
    [entity] = suggest("نور").entities
    assert (entity.name, entity.spelling) == ("آستانة", "نور سلطان")
    [entity] = suggest("أستانا الق").entities
    assert (entity.name, entity.spelling) == ("آستانة", "أستانا القديمة")
    [entity] = suggest("أستان").entities
    assert (entity.name, entity.spelling) == ("آستانة", "آستانة")


def test_popular_names_come_first():
    few, many = EntityFactory(name="جنيف الأولى"), EntityFactory(name="جنيف الثانية", aliases=["Geneva"])
    for entity, count in ((few, 1), (many, 2)):
        for _ in range(count):
            MentionFactory(article=article("خبر"), entity=entity)
    count_words()
    assert names("جن") == ["جنيف الثانية", "جنيف الأولى"]
    AliasFactory(entity=many, name="جنيف التي كانت")
    assert SearchName.objects.filter(alias__name="جنيف التي كانت").values_list("article_count").distinct().get() == (
        2,
    )


def test_names_follow_what_editors_change():
    entity = EntityFactory(name="آستانة")
    alias = entity.aliases.get()
    alias.name = "نور سلطان"
    alias.save()
    assert (names("است"), names("سلط")) == ([], ["آستانة"])
    Alias.objects.filter(pk=alias.pk).delete()
    assert names("سلط") == []


def test_a_name_that_only_hidden_articles_have_is_hidden():
    entity = EntityFactory(name="آستانة")
    MentionFactory(article=article("خبر", draft=True), entity=entity)
    assert names("است") == []


def test_titles_hold_a_word_for_each_that_is_typed():
    article("محادثات أستانة تبدأ")
    article("محادثات جنيف")
    assert titles("استا") == ["محادثات أستانة تبدأ"]
    assert titles("محادثات جن") == titles("جنيف محاد") == ["محادثات جنيف"]
    assert titles("محادثات زق") == []


def test_a_title_is_found_by_another_form_of_its_word():
    article("الانتخابات البلدية")
    assert titles("انتخابات") == titles("انتخابا") == titles("البلدي") == ["الانتخابات البلدية"]


def test_a_title_is_found_by_every_beginning_of_a_word_that_seems_to_begin_with_a_particle(monkeypatch):
    monkeypatch.setattr(module, "NEWEST", 0)
    article("فلسطين في مصر")
    article("بمصر")
    count_words()
    for typed in ("فلس", "فلسط", "فلسطي", "فلسطين"):
        assert titles(typed) == ["فلسطين في مصر"], typed
    assert titles("بمصر") == ["بمصر"]


def test_important_titles_come_first_then_the_newest():
    for year, importance in ((2015, 0), (2016, 1), (2017, 0)):
        article(f"جنيف {year}", importance=importance, published_at=datetime(year, 1, 1, tzinfo=UTC))
    assert titles("جنيف") == ["جنيف 2016", "جنيف 2017", "جنيف 2015"]


def test_titles_wait_for_three_letters():
    article("جنيف")
    assert (titles("جن"), titles("جني")) == ([], ["جنيف"])


def test_common_words_are_looked_for_in_the_newest_titles(monkeypatch):
    monkeypatch.setattr(module, "RARE", 2)
    monkeypatch.setattr(module, "NEWEST", 2)
    for year in (2015, 2016, 2017):
        article(f"جنيف {year}", published_at=datetime(year, 1, 1, tzinfo=UTC))
    article("هدنة في جنيف", published_at=datetime(2010, 1, 1, tzinfo=UTC))
    count_words()
    assert titles("جنيف") == ["جنيف 2017", "جنيف 2016"]
    assert titles("جنيف هدن") == ["هدنة في جنيف"]


def test_numbers_are_not_counted_and_so_taken_for_common(monkeypatch):
    monkeypatch.setattr(module, "NEWEST", 1)
    for year in (2015, 2016):
        article("حصاد ٢٠١٥", published_at=datetime(year, 1, 1, tzinfo=UTC))
    count_words()
    assert len(titles("2015")) == 1
    assert len(titles("حصاد 2015")) == 2


def test_a_word_is_completed_by_popularity():
    article("محادثات المحافظ")
    article("المحافظ")
    count_words()
    assert completed("محا") == ["المحافظ", "محادثات"]
    assert completed("محادثات") == []


def test_a_word_is_offered_in_one_spelling():
    for title in ("أستانة", "أستانة", "آستانة", "الأستانة"):
        article(title)
    count_words()
    assert completed("استا") == ["أستانة"]


def test_what_was_typed_before_stays_as_it_is():
    article("محادثات أستانة")
    count_words()
    assert completed('"مُحادثات  استا') == ['"مُحادثات  أستانة']


def test_the_titles_that_have_the_other_words_complete_the_last():
    for _ in range(3):
        article("أمطار غزيرة")
    article("مجلس الأمن")
    count_words()
    assert completed("أم") == ["أمطار", "الأمن"]
    assert completed("مجلس أم") == ["مجلس الأمن"]
    assert completed("زقزق أم") == ["زقزق أمطار", "زقزق الأمن"]


def test_a_whole_word_is_not_completed():
    article("محادثات")
    count_words()
    assert completed("محاد ") == []
    assert titles("محاد ") == ["محادثات"]


def test_words_of_articles_hidden_since_the_count_are_hidden():
    hidden = article("زقزقات")
    count_words()
    assert completed("زق") == ["زقزقات"]
    Article.objects.filter(pk=hidden.pk).update(status=Article.Status.WITHDRAWN)
    assert (completed("زق"), titles("زقز")) == ([], [])


def test_a_rare_beginning_is_found_behind_the_popular_ones():
    for title in ("محادثات", "محادثات", "ظبي"):
        article(title)
    EntityFactory(name="ظبي")
    EntityFactory(name="أبو ظبي")
    count_words()
    assert completed("ظ") == ["ظبي"]
    assert sorted(names("ظ")) == ["أبو ظبي", "ظبي"]


def test_there_are_a_few_of_each():
    for number in range(MAX_SUGGESTIONS + 2):
        article(f"جنيف{'وزحطفق'[:number]}")
        EntityFactory(name=f"جنيف {number}")
    count_words()
    found = suggest("جني")
    assert [len(found.words), len(found.entities), len(found.titles)] == [MAX_SUGGESTIONS] * 3


@pytest.mark.parametrize("typed", ["", "   ", "؟!", "%", "_", "\\", "'", "ـ", "َ", "-", "\u202e", "😀"])
def test_without_a_word_there_is_nothing(typed):
    article("جنيف")
    EntityFactory(name="جنيف")
    count_words()
    found = suggest(typed)
    assert (found.words, found.entities, found.titles) == ([], [], [])


@pytest.mark.parametrize(
    "typed",
    ["ﷺ", "ﷲ", "ﻻ", "و" * 5000, "ج " * 500, "'جن", "جن' | !", "جن:*", "a%b", "100%", "قسم:جن"],
)
def test_odd_input_is_answered(typed):
    article("جنيف")
    count_words()
    assert all(word.startswith(typed[:1]) for word in suggest(typed).words)


@pytest.mark.parametrize("typed", ["Lavrov", "lawrow", "Sergei Lavrov", "سيرجي لافروف"])
def test_a_name_is_suggested_by_its_sound(typed):
    EntityFactory(name="سيرغي لافروف")
    assert [(entity.name, entity.spelling) for entity in suggest(typed).entities] == [
        ("سيرغي لافروف", "سيرغي لافروف")
    ]


def test_names_that_begin_so_are_suggested_before_those_that_sound_so():
    EntityFactory(name="سيرغي لافروف")
    EntityFactory(name="يونس", aliases=["Lavrovsky"])
    assert names("Lavrov") == ["يونس", "سيرغي لافروف"]


def test_hidden_names_are_not_suggested_by_their_sound():
    MentionFactory(entity=EntityFactory(name="سيرغي لافروف"), article=ArticleFactory(draft=True))
    assert names("Lavrov") == []
