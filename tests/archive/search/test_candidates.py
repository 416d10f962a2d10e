import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.asking import at_once
from archive.search.candidates import MAX_LEAVES, TIERS, Leaf, choose_leaves, find_candidates, threshold_condition
from archive.search.statistics import TermStatistics


def leaf(name, mass, count=10, tiers=(0,) * 7):
    return Leaf((name,), mass, TermStatistics(0, count, tiers))


def holds(condition, lexemes):
    """Does an article of LEXEMES answer CONDITION, a tsquery of words, & and |?"""
    expression = re.sub(r"'([^']+)'", lambda word: str(word[1] in lexemes), condition)
    return eval(expression.replace("&", " and ").replace("|", " or ").replace("T", "True", 0))


@given(st.lists(st.integers(1, 20), min_size=1, max_size=5), st.floats(0.01, 1))
@settings(deadline=None, max_examples=200)
def test_the_condition_holds_exactly_for_words_that_weigh_enough(masses, share):
    graded = [(leaf(f"w{number}", mass), ()) for number, mass in enumerate(masses)]
    threshold = sum(masses) * share * 0.75
    condition = threshold_condition(graded, threshold)

    for present in itertools.product([False, True], repeat=len(masses)):
        lexemes = {f"w{number}" for number, here in enumerate(present) if here}
        weight = sum(mass * 0.75 for mass, here in zip(masses, present, strict=True) if here)
        # Without tiers a word may say all it can.
        most = sum(mass for mass, here in zip(masses, present, strict=True) if here)
        if most < threshold - 1e-6:
            assert not holds(condition, lexemes)
        if weight >= threshold + 1e-6:
            assert holds(condition, lexemes)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=3), st.floats(0.05, 0.99), st.data())
@settings(deadline=None, max_examples=200)
def test_tiers_bound_what_a_word_can_say(masses, share, data):
    graded = [(leaf(f"w{number}", mass), tuple(TIERS)) for number, mass in enumerate(masses)]
    threshold = sum(masses) * share
    condition = threshold_condition(graded, threshold)
    tiers = [data.draw(st.sampled_from([None, 3, *TIERS])) for _mass in masses]
    lexemes = {f"w{number}" for number, tier in enumerate(tiers) if tier}
    lexemes |= {f"{tier}>w{number}" for number, tier in enumerate(tiers) if tier and tier > 3}
    most = sum(
        mass * (1 if tier == TIERS[-1] else 1 - 2 ** (-(tier + 1) / 2))
        for mass, tier in zip(masses, tiers, strict=True)
        if tier
    )

    if most > threshold + 1e-6:
        assert holds(condition, lexemes)
    if most < threshold - 1e-6:
        assert not holds(condition, lexemes)


def test_rare_words_lead_and_common_ones_only_rank():
    leaves = [leaf(f"w{number}", number + 1, count=50_000) for number in range(12)]

    chosen = [one.lexemes[0] for one, _cuts in choose_leaves(leaves, 300)]

    assert len(chosen) <= MAX_LEAVES
    assert chosen == [f"w{number}" for number in range(11, 11 - len(chosen), -1)]


@pytest.mark.parametrize("want", [1, 10, 50])
def test_the_threshold_sinks_until_enough_is_found(want):
    """An archive of a hundred articles, each with some of four words."""
    masses = {"a": 8.0, "b": 4.0, "c": 2.0, "d": 1.0}
    articles = {number: {word for place, word in enumerate(masses) if number >> place & 1} for number in range(16)}
    articles |= {number: {"d"} for number in range(16, 100)}
    leaves = [leaf(word, mass, sum(word in words for words in articles.values())) for word, mass in masses.items()]

    def fetch(condition):
        return at_once([number for number, words in articles.items() if holds(condition, words)])

    found = find_candidates(leaves, len(articles), want, fetch, least=want)

    weights = {number: sum(masses[word] for word in words) for number, words in articles.items()}
    assert len(found) >= want
    assert min(weights[number] for number in found) >= max(weights[number] for number in weights.keys() - set(found))


def test_a_threshold_that_brings_far_too_many_is_met_half_way():
    """A hundred thousand articles of two words: those where they say most are few, those that have both are many."""
    figures = TermStatistics((0,), 50_000, (9_000, 900, 90, 9, 0, 0, 0))
    leaves = [Leaf((word,), mass, figures) for word, mass in (("a", 1.0), ("b", 1.1))]
    asked = []

    def fetch(condition):
        asked.append(condition)
        if holds(condition, {"a", "b"}):
            return list(range(5_000))
        return list(range(200 if holds(condition, {"a", "b", "4>a", "4>b", "5>a", "5>b"}) else 3))

    found = find_candidates(leaves, 100_000, 300, lambda condition: at_once(fetch(condition)), least=20)

    assert len(found) == 200
    assert len(found) < len(fetch(asked[-2]))
