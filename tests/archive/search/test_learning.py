from archive.search.learning import Vocabulary, plural_pairs, propose_plurals

MINISTERS = [
    "اجتمع {} الخارجية في العاصمة وبحث الاتفاق النووي مع الوفد",
    "قال {} المالية إن الموازنة العامة ستعرض على البرلمان قريبا",
    "غادر {} الدفاع القاعدة الجوية بعد زيارة رسمية قصيرة للحدود",
]
TOWERS = [
    "ارتفعت {} السكنية فوق الشاطئ الغربي بين أشجار النخيل القديمة",
    "أضاءت {} العالية ليل المدينة بألوان الزجاج والفولاذ اللامع",
]
"""Sentences that a word can stand in, of two kinds."""


def corpus(*words_in_sentences):
    return [
        sentence.format(word)
        for word, sentences in words_in_sentences
        for sentence in sentences
        for _time in range(20)
    ]


def proposals(texts, **options):
    return [proposal.texts for proposal in propose_plurals(Vocabulary.of(texts), texts, **options)]


def test_patterns_join_singulars_and_plurals():
    words = {
        "وزير",
        "وزراء",
        "كتاب",
        "كتب",
        "سلاح",
        "اسلحه",
        "مصنع",
        "مصانع",
        "صندوق",
        "صناديق",
        "قلم",
        "وظيفه",
        "وظاءف",
    }

    assert set(plural_pairs(words)) == {
        ("وزير", "وزراء"),
        ("كتاب", "كتب"),
        ("كتب", "كتاب"),
        ("سلاح", "اسلحه"),
        ("مصنع", "مصانع"),
        ("صندوق", "صناديق"),
        ("وظيفه", "وظاءف"),
    }


def test_a_pair_that_keeps_the_same_company_is_proposed_as_it_is_written():
    texts = corpus(("الأمير", MINISTERS), ("الأمراء", MINISTERS), ("والأمير", MINISTERS))

    assert proposals(texts) == [("أمير", "أمراء")]


def test_a_pair_in_other_company_is_not():
    assert proposals(corpus(("الأمير", MINISTERS), ("الأمراء", TOWERS))) == []


def test_rare_words_are_not():
    texts = corpus(("الأمير", MINISTERS)) + [sentence.format("الأمراء") for sentence in MINISTERS]

    assert proposals(texts) == []


def test_words_that_never_have_the_article_are_no_nouns():
    assert proposals(corpus(("هبط", MINISTERS), ("هبوط", MINISTERS))) == []


def test_of_two_that_may_be_each_others_plural_one_pair_is_made():
    assert proposals(corpus(("الجبل", TOWERS), ("الجبال", TOWERS))) == [("جبل", "جبال")]


def test_known_pairs_are_left_out():
    texts = corpus(("الأمير", MINISTERS), ("الأمراء", MINISTERS))

    assert proposals(texts, known=lambda one, other: (one, other) == ("أمير", "أمراء")) == []


def test_kept_words_are_learned_beside_those_that_ship():
    vocabulary = Vocabulary.of(["الفلزوم فلزوم الوزير"] * 20)

    assert vocabulary.kept_words() == {"فلزوم"}
