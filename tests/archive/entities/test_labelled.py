import pytest

from archive.entities.labelled import SENTENCES_PER_ARTICLE, Span, joined, read_conll


def read(text: str):
    return read_conll(text.splitlines())


@pytest.mark.parametrize(
    "lines",
    [
        "زار O\nهدى B-PER\nزريق I-PER\nصيدا B-LOC\n. O",
        "زار\tO\nهدى\tB-PERS\nزريق\tI-PERS\nصيدا\tB-GPE\n.\tO",
        "زار - O\nهدى x B_PERSON\nزريق x E_PERSON\nصيدا x S_LOC\n. x O",
        "زار O\nهدى I-PER\nزريق I-PER\nصيدا I-LOC\n.",
        "زار O\nهدى PERS\nزريق PERS\nصيدا LOC\n. O",
    ],
)
def test_label_schemes_mean_the_same(lines):
    ((sentence,),) = read(lines).articles

    assert sentence.tokens == ["زار", "هدى", "زريق", "صيدا", "."]
    assert sentence.names == [Span(1, 3, "person"), Span(3, 4, "place")]


def test_names_side_by_side_are_two():
    ((sentence,),) = read("هدى B-PER\nمروان B-PER").articles

    assert sentence.names == [Span(0, 1, "person"), Span(1, 2, "person")]


def test_types_that_are_none_of_ours_are_told():
    labelled = read("ألف B-MONEY\nليرة I-MONEY\nصيدا B-LOC")

    assert labelled.passed_over == {"MONEY": 1}
    assert labelled.articles[0][0].names == [Span(2, 3, "place")]


def test_articles_are_told_by_the_file_or_taken_to_be_of_a_length():
    sentence = "كلمة O\n\n"

    assert [
        len(article) for article in read(f"-DOCSTART- O\n\n{sentence * 20}-DOCSTART- O\n\n{sentence}").articles
    ] == [20, 1]
    assert [len(article) for article in read(sentence * (SENTENCES_PER_ARTICLE + 1)).articles] == [
        SENTENCES_PER_ARTICLE,
        1,
    ]
    assert read("").articles == []


def test_a_share_is_held_out_at_the_end():
    labelled = read("كلمة O\n\n" * SENTENCES_PER_ARTICLE * 10)
    learned, held = labelled.split(0.2)

    assert (len(learned.articles), len(held.articles)) == (8, 2)
    assert len(labelled.first(20).articles) == 2


def test_names_are_placed_in_the_text():
    text, places = joined(read("زار O\nهدى B-PER\nزريق I-PER\n\nفي O\nصيدا B-LOC").articles[0])

    assert text.text == "زار هدى زريق\nفي صيدا"
    assert [text.text[name.start : name.end] for name in text.names] == ["هدى زريق", "صيدا"]
    assert places == [[(0, 3), (4, 7), (8, 12)], [(13, 15), (16, 20)]]
