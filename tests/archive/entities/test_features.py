from itertools import chain

from archive.entities.features import FeatureMaker, sentences
from archive.entities.lexicon import Lexicon

LEXICON = Lexicon([("هدي", "given", 9)], [("صيدا", "place"), ("بحر الشمال", "place")], [("قال", 5)])


def features_of(text: str, **options) -> list[dict[str, set[str]]]:
    """The features of each sentence of TEXT, by its words."""
    article = list(sentences(text))
    made = FeatureMaker(LEXICON, {"مدينه": 3}, **options).of(article)
    return [
        {word.word: set(chain(*bundles)) for word, bundles in zip(sentence, of_words, strict=True)}
        for sentence, of_words in zip(article, made, strict=True)
    ]


def words_of(text: str) -> list[list[str]]:
    return [[text[word.start : word.end] for word in sentence] for sentence in sentences(text)]


def test_sentences_end_at_stops_and_paragraphs_but_not_after_a_title():
    assert words_of("جاء د. سامي. ثم ذهب!\nنعم، 3.5% فقط") == [
        ["جاء", "د", ".", "سامي", "."],
        ["ثم", "ذهب", "!"],
        ["نعم", "،", "3", ".", "5", "%", "فقط"],
    ]
    assert words_of(" \n\u0640\n") == []


def test_words_are_seen_with_their_letters_and_what_is_known_of_them():
    ((seen),) = features_of("والتقت هدى لبنانية في مدينة صيدا")

    assert {"w=هدي", "part=given", "part2", "length=3", "b1=ه", "s1=ي"} <= seen["هدي"]
    assert {"nB=place1", "in=place0", "last", "-1:t=place", "-1:c=3"} <= seen["صيدا"]
    assert {"t=place", "c=3", "1:w=صيدا"} <= seen["مدينه"]
    assert "first" in seen["والتقت"]


def test_particles_before_known_names_are_seen():
    ((seen),) = features_of("وبحر الشمال وهدى")

    assert "nB=place2+" in seen["وبحر"]
    assert "nI=place2+" in seen["الشمال"]
    assert "part=given+" in seen["وهدي"]


def test_common_words_show_with_and_without_particles():
    ((seen),) = features_of("وقال شيئا")

    assert "common5+" in seen["وقال"]
    assert {"rare", "-1:common5+"} <= seen["شيءا"]


def test_adjectives_digits_signs_and_latin_letters_show():
    ((seen),) = features_of("الروسية 15 BBC «")

    assert "nisba" in seen["الروسيه"]
    assert "digit" in seen["15"]
    assert "latin" in seen["bbc"]
    assert "quote" in seen["«"]


def test_other_places_in_the_article_say_what_a_word_is():
    first, second = features_of("زار الوزير غندور بيتا.\nولغندور رأي")

    assert {"d:after title", "times=2", "bare"} <= second["ولغندور"]
    assert "d:after title" not in first["غندور"]


def test_bundles_are_what_a_model_makes_of_them():
    def bundle(features, offset=0):
        return [(offset, feature) for feature in features if feature in ("w=صيدا", "t=place")]

    ((seen),) = features_of("مدينة صيدا", bundle=bundle)

    assert seen == {"مدينه": {(0, "t=place"), (1, "w=صيدا")}, "صيدا": {(0, "w=صيدا"), (-1, "t=place")}}


def test_words_beside_each_other_tell_together():
    ((seen),) = features_of("في صيدا سوق")

    assert {"x=in|place", "y=place|rare", "z=in|place|rare", "v=في|place", "u=place|سوق"} <= seen["صيدا"]


def test_guesses_of_another_model_are_features():
    article = list(sentences("زار صيدا"))
    ((_one, other),) = FeatureMaker(LEXICON, {}).of(article, [["O", "B-place"]])

    assert {"guess=B-place", "guesses=O|B-place|O"} <= set(chain(*other))
