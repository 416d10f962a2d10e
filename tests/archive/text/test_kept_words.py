from archive.text.kept_words import learn_kept_words

FREQUENCIES = {
    # A noun, and what would be left of it.
    "وزير": 90.0, "الوزير": 100.0, "زير": 1.0, "الزير": 0.5,
    # A particle before a noun.
    "ورئيس": 20.0, "رئيس": 90.0, "الرئيس": 100.0,
    # A particle before a verb, which no article stands before; a few have mistyped it.
    "وأكد": 20.0, "أكد": 60.0, "الوأكد": 0.2,
    # A name that is seldom written with the article, and of which nothing known would be left.
    "فادي": 20.0, "الفادي": 0.2,
}  # fmt: skip


def test_a_word_keeps_its_letter_when_the_article_stands_before_it():
    assert learn_kept_words(FREQUENCIES, minimum=0.1) == {"وزير", "فادي"}


def test_what_is_too_rare_proves_nothing():
    assert learn_kept_words(FREQUENCIES, minimum=1) == {"وزير"}
