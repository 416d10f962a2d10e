"""Whoever types a word of an article, misspelt in any of the usual ways, finds the article."""

import pytest

from archive.search.engine import SearchRequest, search_articles
from archive.text.normalize import words
from archive.text.stop_words import is_stop_word
from tests.factories import ArticleFactory

TEXT = """أعلنت وزارة الخارجية في أستانا اليوم أنّ مبعوث الأمم المتحدة إلى سوريا سيشارك في الجولة الثامنة من المحادثات،
والتقى وفد المعارضة مسؤولين روسًا في سوتشي قبل أن يتوجّه إلى مدينة جنيف. وقال رئيس الوفد إنّ «الملفّات الإنسانيّة أولى من
غيرها»، ومنها المعتقلون والمفقودون وفكّ الحصار عن الغوطة الشرقيّة. ولم تعلّق أنقرة على الأنباء، لكنّ مصدرًا تركيًّا أكّد لصحيفتنا أنّ
الضامنين الثلاثة اتّفقوا على خريطة مناطق خفض التوتّر، وأنّ المراقبين سينتشرون في إدلب. ورأى خبراء أنّ الانتخابات المقبلة لا تُجرى
قبل رجوع اللاجئين، وأنّ الدستور الجديد شرط لها؛ وللأكراد رأي آخر في مؤتمر دُعي إليه ١٥٠٠ شخص من القرى والأرياف."""

SWAPS = [
    *("أا", "إا", "آا", "اأ", "ؤئ", "ئؤ", "ةه", "هة", "ىي", "يى", "كک", "يی", "هە"),
    *(f"{arabic}{latin}" for arabic, latin in zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True)),
    *(f"{arabic}{persian}" for arabic, persian in zip("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", strict=True)),
]
"""A letter and what is typed for it."""


def misspellings(word):
    """The ways to write WORD: other seats of hamza, yeh and heh, Persian letters, marks, and what stands before it."""
    yield word
    yield words(word)
    for letter, typed in SWAPS:
        yield word.replace(letter, typed)
    yield "ـ".join(word)
    yield "".join(f"{letter}َ" for letter in word)
    yield f"\u200f{word}\u200f"
    yield word.replace("لا", "ﻻ")
    if word.startswith("ال"):
        yield from (f"{particles}{word}" for particles in "وفب")
        yield from (f"لل{word.removeprefix('ال')}", word.removeprefix("ال"))
    elif word[0] not in "وفبل":
        yield f"و{word}"


def finds_nothing(article):
    """The words of ARTICLE with each of their misspellings that does not find it."""
    missed = []
    for word in dict.fromkeys(f"{article.title} {article.text}".split()):
        word = word.strip('«»،.؛:؟!()"”“…-')
        if not words(word) or is_stop_word(words(word)):
            continue
        for typed in dict.fromkeys(misspellings(word)):
            found = search_articles(SearchRequest(text=typed, page_size=500)).articles
            if article not in found and not is_stop_word(words(typed)):
                missed.append((word, typed))
    return missed


@pytest.mark.django_db
def test_any_word_misspelt_in_any_of_its_ways_finds_the_article():
    article = ArticleFactory(title="جولة جديدة من المحادثات في آستانة", summary="", body=f"<p>{TEXT}</p>")
    ArticleFactory(title="خبر آخر", summary="", body="<p>لا صلة له بما سبق.</p>")

    assert finds_nothing(article) == []
