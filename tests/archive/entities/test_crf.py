from collections import Counter
from itertools import pairwise, product
from math import exp
from random import Random

import pytest

from archive.entities.crf import LABELS, MIN_CHANCE, UNIT, Chain, Totals, packed, unpacked

OUT, PERSON, IN_PERSON, PLACE, IN_PLACE, *_ = LABELS


def some_scores(random: Random, words: int) -> list[list[int]]:
    return [[random.randint(-2 * UNIT, 2 * UNIT) for _label in LABELS] for _word in range(words)]


def some_transitions(random: Random, labels=LABELS) -> dict[tuple[str, str], float]:
    return {pair: random.uniform(-2, 2) for pair in product(labels, repeat=2)}


def chances_of(scores, transitions) -> dict[tuple[int, int, str], float]:
    """How likely each name is, by weighing every way to label the words."""
    total = 0.0
    weighed = Counter()
    for labels in product(LABELS, repeat=len(scores)):
        if all(label[0] != "I" or before[2:] == label[2:] for before, label in pairwise((OUT, *labels))):
            weight = exp(
                sum(of_word[LABELS.index(label)] for of_word, label in zip(scores, labels, strict=True)) / UNIT
                + sum(transitions[pair] for pair in pairwise(labels))
            )
            total += weight
            for name in names_in(labels):
                weighed[name] += weight
    return {name: weight / total for name, weight in weighed.items()}


def names_in(labels):
    for first, label in enumerate(labels):
        if label[0] == "B":
            last = first
            while last + 1 < len(labels) and labels[last + 1][0] == "I":
                last += 1
            yield first, last, label[2:]


@pytest.mark.parametrize("seed", range(5))
def test_names_are_as_likely_as_all_readings_together_make_them(seed):
    random = Random(seed)
    scores, transitions = some_scores(random, 4), some_transitions(random)
    likely = {name: chance for name, chance in chances_of(scores, transitions).items() if chance >= MIN_CHANCE}

    names, inside = Chain(transitions).read(scores)

    assert {name[:3]: name.chance for name in names} == pytest.approx(likely)
    assert all(0 <= sum(kinds) <= 1 for kinds in inside)


def test_words_that_are_surely_no_names_part_a_sentence_without_changing_what_is_likely():
    random = Random(1)
    scores, transitions = some_scores(random, 5), some_transitions(random)
    scores[2] = [20 * UNIT, *(0 for _label in LABELS[1:])]

    names, inside = Chain(transitions).read(scores)

    whole = chances_of(scores, transitions)
    assert {name[:3]: name.chance for name in names} == pytest.approx(
        {name: chance for name, chance in whole.items() if chance >= MIN_CHANCE}, rel=1e-3
    )
    assert inside[2] == (0, 0, 0)


def test_labels_that_were_not_learned_are_not_told():
    random = Random(2)
    chain = Chain(some_transitions(random, (OUT, PERSON, IN_PERSON, PLACE)))

    names, _inside = chain.read(some_scores(random, 4))

    assert names
    assert {(name.kind, name.first == name.last) for name in names if name.kind != "person"} <= {("place", True)}


def test_a_sentence_without_words_has_no_names():
    assert Chain(some_transitions(Random(3))).read([]) == ([], [])


def test_what_is_packed_adds_up_label_by_label():
    one, other = [1, -2, 3, -4, 5, -6, 70_000], [-1, -2, -3, 4, 5, 6, -90_000]
    nothing = unpacked(0)

    total = unpacked(packed(one) + packed(other))

    assert [score - base for score, base in zip(total, nothing, strict=True)] == [0, -4, 0, 0, 10, 0, -20_000]


def test_what_features_say_is_told_by_where_the_word_stands():
    totals = Totals({"w=a": 5, "c=1": 2, "-1:w=a": 30, "2:w=a": 400})

    assert totals.of(["w=a", "c=1", "none"]) == 7
    assert totals.of(["w=a", "c=1"], -1) == 30
    assert totals.of(["w=a"], 2) == 400
    assert totals.of(["w=a"], 1) == 0
